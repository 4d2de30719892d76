: > token
tian serve --token-file token
