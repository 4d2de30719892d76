for how in auto all any exact; do
    echo "$how: $(tian search 老城区停车 --match $how --jsonl -n 100 | wc -l)"
done
