# typed as it sounds: pinyin, initials, homophones, nearly so, within a longer part, beside conditions; nothing to offer
for q in laojiuxiaoqu ljxq 老久小区 家装电梯 'jiazhuang电梯 补助' 标题:老久小区 '"老久小区"' qwqxzv; do
    tian search "$q" -n 1 | grep -a '找到\|提示'
done
tian --lang en search laojiuxiaoqu
