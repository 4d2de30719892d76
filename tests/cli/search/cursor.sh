# Pages by cursor are the pages by offset; a cursor of another question is refused.
pages() { # query, options … : the ids of all pages of seven
    local query=$1 cursor=; shift
    while
        tian --json search "$query" "$@" -n 7 ${cursor:+--cursor $cursor} > page.json || true
        sed -n 's/^      "id": "\(.*\)",$/\1/p' page.json
        cursor=$(sed -n 's/^  "next": "\(.*\)"$/\1/p' page.json)
        [ -n "$cursor" ]
    do :; done
}
for options in "" "--match any" "--sort -year,number" "--sort 单位,-年"; do
    pages 建设 $options > paged
    tian search 建设 $options -n 1000 --format jsonl | sed 's/.*"id":"\([^"]*\)".*/\1/' > whole
    echo "$(wc -l < whole) $(cmp paged whole && echo same)"
done
cursor=$(tian --json search 建设 -n 3 | sed -n 's/^  "next": "\(.*\)"$/\1/p')
tian search 建设 -n 2 --cursor "$cursor" | tail -n 2
tian search 公园 --cursor "$cursor"
