tian show 2021-0018
