tian verify && tian verify --full && tian --lang en verify --quick
