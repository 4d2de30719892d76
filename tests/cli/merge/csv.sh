tian merge --session 十四届二次 --format csv | tr -d '\r'
