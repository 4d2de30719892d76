mkdir other; echo hello > other/file
tian --index other search 电梯
