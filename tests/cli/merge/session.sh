# the newest session when none is named: 0015 was merged by its own papers
tian merge
tian merge --session 十四届二次 --explain
