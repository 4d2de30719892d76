# characters, inside, pinyin, initials, mixed, homophones, traditional
for typed in 老旧 小区 laojiu ljxq 老jiu小q 老久小曲 老舊小; do
    echo "== $typed"
    tian suggest "$typed" -n 4
done
