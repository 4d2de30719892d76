cp -r "$ROOT/share" share; export TIAN_SHARE=$PWD/share TIAN_DICT=$PWD/own.txt
printf '充电桩\tcity\n老旧小区\n旧小区\n充电桩\n的提案\n飞天扫帚\n社区工作\n' > share/dict/domain.txt
printf '電動自行車\n加装，电梯\n桥\n中国人民政治协商会议委员会\n口袋 公园\n充电桩\n' > own.txt
tian dict lint
echo ==
tian --lang en dict lint
