# a model learned from the documents that came with a category, used at once
tian theme learn --out m.conf | sed 's/[0-9][0-9]*/N/g'
grep -m 3 -E '^(model|threshold|\[)' m.conf
tian theme label --taxonomy m.conf 河道污染治理，水质监测 | grep -o '^生态文明建设'
tian theme test --taxonomy m.conf --json | grep -o '"unlabelled":0'
tian theme test --folds 1
tian theme learn --from nowhere.jsonl --out n.conf
