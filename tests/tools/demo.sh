#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# demo.sh BINARY: the whole job on the sample base, each step with the command that does it.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
binary=$(readlink -f "$1")
cd "$root"
color=never; bold= plain= quiet=
if [ -t 1 ]; then color=always; bold=$'\e[1m' quiet=$'\e[2m' plain=$'\e[0m'; fi

step() { # title, then the command
    local title=$1; shift
    printf '\n%s── %s%s\n%s$ tian %s%s\n\n' "$bold" "$title" "$plain" "$quiet" "$*" "$plain"
    env LC_ALL= LC_MESSAGES= LANG=zh_CN.UTF-8 "$binary" --color $color "$@" || [ $? = 1 ]
}

echo "tian（提案）演示：澜川市政协样例库（全部虚构）"
step "一、建立索引  build the index" index corpus/proposals corpus/report-2024.txt corpus/old-platform.jsonl corpus/old-platform.csv
step "二、按词检索  search by keyword" search 加装电梯
step "三、按主题检索  search by theme" search 学校 --theme 社会建设/教育 -n 3
step "四、查重  was this proposed before?" check corpus/drafts/repeat.txt
cat <<END

${bold}── 五、打开网页  the page${plain}
运行 ${bold}${binary#"$root/"} serve${plain}，然后在浏览器打开 http://127.0.0.1:8765/
Run that command and open this address; Ctrl-C stops it. 更多 / more: README.md
END
