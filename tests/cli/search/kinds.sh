# Each kind of answer, in Chinese and in English.
cat > copies.jsonl <<'END'
{"id":"a","title":"关于路灯的提案","body":"小巷夜里昏暗，建议装灯。","year":"2023"}
{"id":"b","title":"关于路灯的提案","body":"小巷夜里昏暗，建议装灯。","year":"2024"}
{"id":"c","title":"关于公园的提案","body":"公园里的路灯坏了。","public":"否"}
END
tian --index copies index copies.jsonl > /dev/null
for lang in zh en; do
    asked() { echo "# $*"; tian --lang $lang search "$@"; }
    asked '老旧小区怎么停车？' -n 1
    asked '"加装电梯" 补助' -n 1
    asked '停车 NEAR/10 收费' -n 1
    asked '(托育 OR 养老) -小区' -n 1
    asked '加装* 同句 补偿' -n 1
    asked '年:2023..2022 单位:民政局 案由:老年' -n 1
    asked '办理结果:列入计划 养老' -n 1
    asked 卫健委 --explain -n 1
    asked 充电 --facet year,outcome --sort -year,unit -n 1
    asked '停车 OR' -n 1
    asked '停车 (收费 OR' -n 1
    asked 颜色:停车
    asked '年:很久以前 停车'
    asked '，。'
    TIAN_INDEX=copies asked 路灯
done
asked colour:red 2>&1
asked 电梯 --sort colour 2>&1
tian search colour:red 2>&1
tian search 电梯 --sort 颜色 2>&1
