tian --help
