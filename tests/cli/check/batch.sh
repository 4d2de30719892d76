# a document of the base with the draft's own id is the draft
sed -E 's/.*"id": ?"2021-0018".*/&/; t; d' corpus/old-platform.jsonl > drafts.jsonl
sed 's/"2021-0018"/"another"/' drafts.jsonl >> drafts.jsonl
tian check --batch drafts.jsonl --jsonl --top 1 | sed -E 's/("base").*/\1/'
