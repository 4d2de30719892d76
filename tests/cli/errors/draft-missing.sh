tian check nowhere.txt
