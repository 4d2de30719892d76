tian --index new log
