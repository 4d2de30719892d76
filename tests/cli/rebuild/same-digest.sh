before=$(tian digest)
tian rebuild
[ "$(tian digest)" = "$before" ] && echo same digest
