tian search 电梯 --mtach all
