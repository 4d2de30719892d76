tian search --theme 教育 -n 2
tian search 学生 --theme 社会建设/教育 -n 2
