tian search 充电桩 --explain -n 1
