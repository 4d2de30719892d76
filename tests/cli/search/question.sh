tian search 怎么解决老旧小区停车难的问题？ -n 2
