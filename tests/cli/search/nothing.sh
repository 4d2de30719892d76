tian search 三亚免税
