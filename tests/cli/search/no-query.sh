tian search ''
