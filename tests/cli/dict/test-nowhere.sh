tian dict test 没有这样的词组
