# not compared: out
tian --index new index --strict nowhere.txt corpus/collection.txt
