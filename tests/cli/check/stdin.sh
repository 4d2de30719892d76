tian check - < corpus/drafts/repeat.txt | head -2
