# not compared: out err
# as root everything is readable: then a file that names itself
cp corpus/collection.txt secret.txt; chmod 000 secret.txt
[ -r secret.txt ] && rm secret.txt && ln -s secret.txt secret.txt
tian --index new index secret.txt
