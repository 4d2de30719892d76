# What C means differs from place to place: the office names its group of share/outcomes.conf.
cp -r "$ROOT/share" own
printf '案号\t案由\t年度\t办理结果\n1\t关于公园的提案\t2024\tC\n2\t关于路灯的提案\t2024\t留作参考\n' >list.tsv
TIAN_SHARE=own tian index --index a list.tsv
tian search --index a 提案 --facet outcome -n 0
sed -i 's/^# 采用 = .*/采用 = example-office/' own/outcomes.conf
TIAN_SHARE=own tian index --index a --rebuild list.tsv
tian search --index a 提案 --facet outcome -n 0
sed -i 's/^采用 = .*/采用 = 没有这一组/' own/outcomes.conf
TIAN_SHARE=own tian index --index a --rebuild list.tsv
