# labels need no index
tian --index nowhere theme label 建议增加社区养老床位，完善医养结合
