tian check
