tian --index nowhere serve --port 18766
