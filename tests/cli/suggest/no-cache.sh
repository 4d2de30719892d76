chmod -R a-w index; tian suggest ljxq -n 1; chmod -R u+w index; rm -rf index/cache; touch index/cache; tian suggest ljxq -n 1
