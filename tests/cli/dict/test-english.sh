tian --lang en dict test 口袋公园 | head -5
