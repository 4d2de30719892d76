tian help serach
