# The nearest match is of another proposer and no repeat; the verdict, and the reason, are those of the second.
sentences() { sed 's/。/。\n/g' corpus/report-2024.txt | grep '。' | tail -n +2; }
part() { sentences | sed -n "$1" | tr -d '\n'; }
{
    printf '{"id":"near","title":"甲","proposer":"钟离岸","session":"十四届一次","body":"%s"}\n' "$(part '1,17p;25,31p')"
    printf '{"id":"own","title":"乙","proposer":"柏念初","session":"十四届一次","body":"%s"}\n' "$(part '1,10p;32,38p')"
} > two.jsonl
tian --index two index two.jsonl > /dev/null
part '1,24p' | tian --index two check - --title 丙 --proposer 柏念初 | grep -E '依据|结论|^[0-9]|〔'
