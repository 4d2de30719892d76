tian report --cross year,theme
tian --lang en report --year 2024 --cross 办理结果,proposer_kind --explain --format csv
