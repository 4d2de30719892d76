tian search 居民 -n 5 --offset 0 --format trec > all; tian search 居民 -n 5 --offset 5 --format trec >> all
tian search 居民 -n 10 --format trec | diff - all && wc -l < all
