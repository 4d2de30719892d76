tian debug foo bar
