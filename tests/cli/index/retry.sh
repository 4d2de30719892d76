# what failed is tried again the next time, though nothing changed
printf '\x89PNG\r\n\x1a\n' > a.txt
tian --index new index a.txt
tian --index new index a.txt
