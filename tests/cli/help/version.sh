tian --version
