tian check corpus/drafts/new.txt
