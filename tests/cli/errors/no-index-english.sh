tian --lang en --index nowhere search 电梯
