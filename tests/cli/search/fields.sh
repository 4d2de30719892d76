tian search 案由:停车 --format trec | cut -d' ' -f3
echo
tian search 建议:停车 --format trec | cut -d' ' -f3
