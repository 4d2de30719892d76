tian theme list
