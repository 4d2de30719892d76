echo '{"text":"建设口袋公园"}' | tian check --batch - --certificate out.html
