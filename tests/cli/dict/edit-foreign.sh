cp -r "$ROOT/share" share; printf '# 词\n充电桩\n' > share/dict/domain.txt; export TIAN_SHARE=$PWD/share
tian dict remove 充电桩
