echo 建议增加社区养老床位，完善医养结合 | tian --json theme label -
