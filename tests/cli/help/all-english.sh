tian --lang en --help
