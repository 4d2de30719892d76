tian --lang en check corpus/drafts/repeat.txt
