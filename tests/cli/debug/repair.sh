printf '我们要坚持以人民为中心的发展思\n想，不断提高人民生活水平。\n' | tian debug repair -
