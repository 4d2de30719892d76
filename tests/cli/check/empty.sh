tian check - < /dev/null
