echo rubbish > index/manifest
tian search 电梯
