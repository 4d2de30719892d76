tian --index new index --memory 1x corpus/collection.txt
