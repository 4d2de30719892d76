tian search '"低层住户"' --format trec | cut -d' ' -f3
