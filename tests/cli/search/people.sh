# Every proposer of a joint proposal, and who signed with them; units by short and former names, unless literally.
cat > joint.jsonl <<'END'
{"id":"甲","title":"关于社区康复的提案","body":"社区缺少康复场所。","提案者":"章若水（委员）、卞青禾，桂长风等3人","联名人":"路知远","主办单位":"市卫健委"}
{"id":"乙","title":"关于疫苗接种的提案","body":"接种点排队太久。","提案者":"卞青禾","主办单位":"市卫生和计划生育委员会"}
{"id":"丙","title":"关于课后服务的提案","body":"课后服务形式单一。","提案者":"民盟市委（集体）","主办单位":"市教育局"}
END
tian --index own index joint.jsonl > /dev/null
for query in 提案者:章若水 提案者:卞青禾 提案者:桂长风 提案者:路知远 提案者:民盟 单位:卫健委 单位:卫生局 单位:卫生健康委员会; do
    echo "$query: $(tian --index own search "$query" --format trec | cut -d' ' -f3 | sort | tr '\n' ' ')"
done
tian --index own search 单位:卫生局 --explain -n 1
tian --index own search 单位:卫生局 --literal
