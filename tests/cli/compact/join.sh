# nothing to leave out: the segments become one
for i in 1 2 3; do
    printf '{"id":"a%s","title":"关于加装电梯的建议","body":"第%s件"}\n' $i $i > $i.jsonl
    tian -i ix index $i.jsonl > /dev/null
done
grep -c ^segment ix/manifest
tian -i ix compact
grep -c ^segment ix/manifest
