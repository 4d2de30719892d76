# the other file is indexed all the same
tian --index new index nowhere.txt corpus/collection.txt; first=$?
tian --index new status | head -2
exit $first
