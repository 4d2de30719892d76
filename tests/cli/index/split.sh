# one file, three documents; their ids can be shown
tian --index new index corpus/collection.txt
tian --index new dump | sed -E 's/^\{"id":"([^"]*)","title":"([^"]*)".*/\1 \2/'
