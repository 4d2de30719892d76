tian verify --quick --full
