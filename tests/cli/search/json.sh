tian --json search 口袋公园
