COLUMNS=80 tian check corpus/drafts/repeat.txt --against proposals/2023/0015 --side-by-side | sed -n '/^左/,$p'
