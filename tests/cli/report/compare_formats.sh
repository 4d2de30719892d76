tian --index year index corpus/proposals > log
for format in json markdown csv html; do
    tian --index year report --year 2024 --compare corpus/printed/report-2024-draft.txt --explain --format $format
done | sed '/<style>/d'
tian --lang en --index year report --year 2024 --compare corpus/printed/report-2024-draft.txt
