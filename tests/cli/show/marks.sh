tian --color always show proposals/2024/0008 --query 低层住户 | grep -a 低层
