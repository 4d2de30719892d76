tian suggest 没有这样的词组
