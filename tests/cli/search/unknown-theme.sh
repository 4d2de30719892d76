tian search --theme 没有这个主题
