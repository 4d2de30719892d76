# Outcomes, states, opinions and kinds of proposers as conditions: by their code or as an office words them.
for query in 办理结果:解决 outcome:solved 满意度:满意 满意度:基本 状态:立案 状态:不立案 提案者性质:集体; do
    echo "$query $(tian search "$query" -n 200 --format trec | wc -l)"
done
tian search 建设 --facet 办理结果,状态,满意度,提案者性质 -n 1 | grep '：.* · '
tian --lang en search 建设 --facet outcome,state,satisfaction,proposer_kind -n 1 | grep ': .* · '
