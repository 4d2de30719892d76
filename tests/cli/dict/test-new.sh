# in no dictionary: what would become of it; a longer word has it inside
cp -r "$ROOT/share" share; printf '充电桩\n老旧小区\n' > share/dict/domain.txt; export TIAN_SHARE=$PWD/share
tian dict test 旧小区
echo ==
tian dict test 电动自行车
