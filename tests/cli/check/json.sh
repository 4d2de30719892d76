tian --json check corpus/drafts/repeat.txt --top 1
