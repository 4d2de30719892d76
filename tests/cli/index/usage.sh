tian index
