# rubbish is refused, and said so; the good file is in
head -c 3000 /dev/urandom > rubbish.txt
tian --index new index rubbish.txt corpus/collection.txt > summary 2> messages; first=$?
tian --index new status | head -2
exit $first
