tian theme explain proposals/2024/0004
tian --lang en theme explain nowhere
