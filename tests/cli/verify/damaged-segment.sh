# not compared: out
# a flipped byte in the pair lists is found; a rebuild mends it
before=$(tian digest)
file=$(find index/segments -name pairs | head -1)
printf '\xff\xfe\xfd' | dd of="$file" bs=1 seek=$(($(stat -c %s "$file") / 2)) conv=notrunc status=none
tian verify; first=$?
tian rebuild > /dev/null && tian verify && [ "$(tian digest)" = "$before" ] && exit $first
