tian suggest
