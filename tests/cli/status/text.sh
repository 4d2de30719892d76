tian status
