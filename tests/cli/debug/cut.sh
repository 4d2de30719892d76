tian debug cut 既有住宅加装电梯
