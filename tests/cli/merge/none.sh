tian merge --session 十三届五次
