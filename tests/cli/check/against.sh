tian check corpus/drafts/repeat.txt --against proposals/2022/0001
