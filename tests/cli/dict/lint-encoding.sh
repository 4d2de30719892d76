# a file that is no UTF-8 stops what opens the index, and is named with its line; words can be added all the same
cp -r "$ROOT/share" share; export TIAN_SHARE=$PWD/share
printf '\xb3\xe4\xb5\xe7\xd7\xae\n' > share/dict/gbk.txt
tian dict add 澜川大桥
tian dict lint
