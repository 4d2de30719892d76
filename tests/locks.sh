#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# locks.sh BINARY: the index on a file system that has no locks, or whose locks hold on this machine only. Every command that
# writes is refused with status 4 and says why, in both languages, and nothing has changed; those that read go on. With
# locks again everything is as before.
set -u
tian=$(readlink -f "$1")
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
gcc -O1 -shared -fPIC -Wall -Werror -o "$work/locks.so" "$here/crash/locks.c" -ldl || exit 1
fail() { echo "locks: $*"; exit 1; }
cd "$work" || exit 1

put() { printf '{"id":"%s","title":"关于%s的建议","body":"%s近年来受到关注。建议完善制度。"}\n' "$1" "$2" "$2"; }
{ put a 加装电梯; put b 养老床位; put c 古树保护; } > one.jsonl
put d 课后服务 > two.jsonl
ix() { "$tian" -i ix "$@"; }
ix index one.jsonl > /dev/null 2>&1 && ix backup backup > /dev/null || fail "cannot be made"
[ -d backup ] || fail "no backup"
state() { find ix backup -type f ! -name '*lock' ! -name reserve -exec cksum {} + | sort; }
want=$(state)

writers=("index two.jsonl" "load two.jsonl" "remove a" "rebuild" "compact" "theme set a 教育" "theme apply themes.conf"
         "restore backup" "backup backup" "watch add lifts 电梯" "merge --accept a b" "index --rebuild one.jsonl")
readers=("search 加装电梯" "show a" "status" "verify" "digest" "dump" "theme list" "log")
cp "$here/../share/themes/five.conf" themes.conf
refused=0 went_on=0

hooked() { LD_PRELOAD=$work/locks.so "$@"; }
refuse() { # what is wrong (environment), what is said in each language
    for command in "${writers[@]}"; do
        for lang in zh en; do
            hooked env "$1" "$tian" -i ix --lang $lang $command > out 2>&1
            status=$?
            [ $status = 4 ] || fail "$1: $command: status $status: $(tail -n 1 out)"
            [ $lang = zh ] && say=$2 || say=$3
            grep -q "$say" out || fail "$1: $command: says: $(tail -n 1 out)"
            refused=$((refused + 1))
        done
        [ "$(state)" = "$want" ] || fail "$1: $command was refused, but something has changed"
    done
    for command in "${readers[@]}"; do
        hooked env "$1" "$tian" -i ix $command > out 2>&1 || fail "$1: $command: $(tail -n 1 out)"
        went_on=$((went_on + 1))
    done
    hooked env "$1" "$tian" -i new index two.jsonl > out 2>&1 && fail "$1: a new index is made"
    [ ! -e new/manifest ] && [ ! -e new/records ] || fail "$1: a new index is begun"
}

for number in 37 95 38; do # ENOLCK, EOPNOTSUPP, ENOSYS
    refuse TIAN_LOCK_ERRNO=$number 此文件系统不支持加锁 "this file system has no locks"
done

device() { python3 -c 'import os, sys; d = os.stat(sys.argv[1]).st_dev; print("%d:%d" % (os.major(d), os.minor(d)))' "$work"; }
mounts() { # TYPE OPTIONS: the file system of this folder, as the kernel would name it
    { echo "22 1 0:1 / /proc rw - proc proc rw"
      echo "36 22 $(device) / / rw,relatime shared:1 master:2 - $1 server:/srv $2"
      echo "40 36 0:2 / /run rw - tmpfs tmpfs rw,local_lock=all"; } > mounts
}
for mount in "nfs rw,vers=3,nolock,local_lock=all" "nfs4 rw,local_lock=flock,addr=10.0.0.7" "cifs rw,nobrl" "fuse.sshfs rw"; do
    mounts $mount
    refuse TIAN_MOUNTS=$work/mounts 锁只在本机有效 "hold on this machine only"
done

# with locks, there and here
mounts nfs4 rw,vers=4.2,local_lock=none
TIAN_MOUNTS=$work/mounts hooked "$tian" -i ix index two.jsonl > out 2>&1 || fail "refused on a share with locks: $(tail -n 1 out)"
ix remove a > /dev/null || fail "cannot be removed"
[ "$(ix dump | cut -c1-9 | sort | tr -d '\n')" = '{"id":"b"{"id":"c"{"id":"d"' ] || fail "an addition and a removal are not in"
ix verify > /dev/null || fail "verify finds problems"
echo "locks: of 7 file systems without locks $refused writing commands were refused, said so and changed nothing; $went_on reading ones went on"
