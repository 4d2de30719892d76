tian debug plan '案由:电梯 -农村'
