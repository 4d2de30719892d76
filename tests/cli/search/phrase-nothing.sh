# An exact phrase that nobody wrote: how many documents have its words.
tian search '"老旧小区的电梯"'
tian --lang en search '"老旧小区的电梯"'
tian search '案由:"加装电梯的建议"'
tian search 电梯老旧 --match exact
tian search '"电梯的老旧小区" 年:2024 -养老'
tian --lang en search '"小区电梯" 年:1999'
