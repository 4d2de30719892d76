printf 'name = 小\n[甲]\n教育 3\n养老 2\n-养老\n[乙]\n教育 2\n教育整顿 1\n[丙]\n' > 小.conf
tian theme lint 小.conf
EOF=$?; rm -r index
tian theme lint 小.conf; exit $EOF
