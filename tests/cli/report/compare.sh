tian --index year index corpus/proposals > log
for printed in corpus/report-2024.txt corpus/report-2024.tsv; do
    tian --index year report --year 2024 --compare $printed | sed '/^相符/,$d'
    echo "退出码 ${PIPESTATUS[0]}"
done
tian --index year report --year 2024 --compare corpus/printed/report-2024-draft.txt --explain
