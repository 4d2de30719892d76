tian --json status
