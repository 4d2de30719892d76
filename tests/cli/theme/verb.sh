tian theme foo
