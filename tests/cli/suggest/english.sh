tian --lang en suggest chongdian -n 3
