printf '{"id":"a","text":"建设口袋公园"}\n{"id":"b","te\n' | tian check --batch - --jsonl | cut -c1-30
exit ${PIPESTATUS[1]}
