# head, what became of it, the text under its sections, what is similar
tian show proposals/2022/0003 --query 加装电梯
