# A whole document as the question: its head is named, not all of it; one that nobody has is said in few words.
tian search -n 1 - < corpus/proposals/2024/0008.txt | head -6
tian --lang en search --match exact - < corpus/drafts/repeat.txt
