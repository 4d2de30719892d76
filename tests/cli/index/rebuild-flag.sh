before=$(tian digest)
tian index --rebuild corpus/proposals/2022
[ "$(tian digest)" = "$before" ] && echo same digest
