# An office is found by its short form, its full name and what it was called before, each by each other.
cat > offices.jsonl <<'END'
{"id":"now","title":"甲","body":"市卫生健康委员会答复。"}
{"id":"short","title":"乙","body":"市卫健委答复。"}
{"id":"2014","title":"丙","body":"市卫生和计划生育委员会答复。"}
{"id":"2014-short","title":"丁","body":"市卫计委答复。"}
{"id":"2001","title":"戊","body":"市卫生局答复。"}
{"id":"other","title":"己","body":"市教育局答复。"}
END
export TIAN_INDEX=offices
tian index offices.jsonl >/dev/null
for name in 卫健委 卫生健康委员会 卫计委 卫生和计划生育委员会 卫生局 '"卫生局"'; do
    echo "$name: $(tian search "$name" --format trec -n 9 | cut -d' ' -f3 | sort | tr '\n' ' ')"
done
# So are numbers and dates, however they are written.
cat > numbers.jsonl <<'END'
{"id":"numerals","title":"甲","body":"二〇二四年立案一千九百七十二件，办复百分之七十四。"}
{"id":"digits","title":"乙","body":"2024年立案1972件，办复74%。"}
{"id":"wide","title":"丙","body":"２０２４年立案１９７２件，办复７４％。"}
END
TIAN_INDEX=numbers tian index numbers.jsonl >/dev/null
for number in 2024年 二〇二四年 ２０２４年 1972件 一千九百七十二件 74% 百分之七十四; do
    echo "$number: $(TIAN_INDEX=numbers tian search "$number" --format trec | cut -d' ' -f3 | sort | tr '\n' ' ')"
done
