# the order of the files does not matter
tian --index a index corpus/proposals/2022 > /dev/null
tian --index a index corpus/proposals/2023 > /dev/null
tian --index b index corpus/proposals/2023 corpus/proposals/2022 > /dev/null
[ "$(tian --index a digest)" = "$(tian --index b digest)" ] && tian --index a digest | wc -c
