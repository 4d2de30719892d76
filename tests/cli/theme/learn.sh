# a model learned from the documents that came with a category, used at once
tian theme learn --out m.conf
grep -c . m.conf > /dev/null && grep -m 3 -E '^(model|threshold|\[)' m.conf
tian theme label --taxonomy m.conf 河道污染治理，水质监测
tian theme test --taxonomy m.conf | head -n 3
tian theme test --folds 1
tian theme learn --from nowhere.jsonl --out n.conf
