# a question that is refused does not stop the others
{ printf 'big\t'; head -c 2000000 /dev/zero | tr '\0' a; printf '\nq2\t口袋公园\n'; } | tian search --batch - --format trec
