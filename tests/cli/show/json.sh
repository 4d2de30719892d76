tian --json show proposals/2024/0008 --query 低层住户
