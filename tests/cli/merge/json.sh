tian merge --session 十四届二次 --json
