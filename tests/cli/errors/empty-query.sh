tian search '   '
