tian check corpus/drafts/repeat.txt --exclude proposals/2023/0015 | head -1
