tian serve --port 99999
