# a changed file updates, a vanished document goes
printf '{"id":"a","title":"甲","body":"第一件"}\n{"id":"b","title":"乙","body":"第二件"}\n' > in.jsonl
tian --index new index in.jsonl
printf '{"id":"a","title":"甲","body":"第一件，改过"}\n' > in.jsonl
tian --index new index in.jsonl
tian --index new dump | sed -E 's/,"source.*//; s/"body":"([^"]*)".*/\1/'
