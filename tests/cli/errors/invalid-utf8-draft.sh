printf '建议\377\376修路' > draft.txt
tian check draft.txt
