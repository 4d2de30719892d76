# Which condition did it, and what each relaxation would find.
tian search 三亚免税
tian search '电梯 年:1999'
tian search '养老 电动车 年:2024'
tian --lang en search '养老 电动车 年:2024'
tian search '电梯 同句 停车'
tian --lang en search '电梯 NEAR/2 停车 养老'
tian search '(托育 OR 养老) 电动车 -小区' -n 1
