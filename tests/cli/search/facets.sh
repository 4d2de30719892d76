tian search 充电 -n 1 --facet year,session,outcome,state,theme
