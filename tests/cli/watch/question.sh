# a question watches its fifty best
tian watch add 问 怎样解决老旧小区居民上下楼难的问题？
printf '{"id":"n1","title":"关于解决老旧小区居民上下楼难问题的提案","body":"老旧小区居民上下楼难，怎样解决。"}\n' > new.jsonl
tian index new.jsonl > log
tian watch
