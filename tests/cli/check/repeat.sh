tian check corpus/drafts/repeat.txt
