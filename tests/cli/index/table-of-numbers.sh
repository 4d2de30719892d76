# A table that is no list of proposals is one document, not a failure.
printf '部门\t件数\n市教育局\t12\n市水务局\t7\n' >statistics.tsv
tian index --index t statistics.tsv
tian search --index t 水务局
