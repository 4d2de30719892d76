tian --lang en merge --session 十四届二次
tian --lang en merge --year 2024
