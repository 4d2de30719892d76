cp -r "$ROOT/share" share; export TIAN_SHARE=$PWD/share; rm -f share/dict/local.txt
tian dict add 澜川大桥; cat share/dict/local.txt
tian dict add
