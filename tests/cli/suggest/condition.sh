tian suggest 社区 食 -n 5
