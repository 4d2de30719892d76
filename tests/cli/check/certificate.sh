SOURCE_DATE_EPOCH=1700000000 TZ=UTC tian check corpus/drafts/repeat.txt --certificate out.html > /dev/null
echo "$?, $(sha256sum < corpus/drafts/repeat.txt | cut -c1-64 | xargs -I{} grep -c {} out.html), $(tian digest | xargs -I{} grep -c {} out.html)"
sed -E 's/<style>.*<\/style>//; s/<[^>]*>/ /g; /^ *$/d; s/[0-9a-f]{32,64}/HASH/g' out.html
