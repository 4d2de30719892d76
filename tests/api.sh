#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# api.sh BINARY: the library as another program sees it. tian.h compiles alone, as C11 and as C++, under strict flags;
# libtian.so exports exactly the functions that tian.h declares (beside the weak symbols of C++ itself); the programs of tests/api/ compile with nothing but
# both, and run.
set -u
root=$(cd "$(dirname "$0")/.." && pwd)
built=$(dirname "$(readlink -f "$1")")
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
passed=0 failed=0
check() { # name command…
    local name=$1; shift
    if "$@" > "$work/said" 2>&1; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAILED api: $name"; head -n 20 "$work/said"; fi
}

strict=(-Wall -Wextra -Werror -pedantic -Wundef -Wredundant-decls -fsyntax-only -I"$root/include")
echo '#include <tian.h>' | tee "$work/alone.c" > "$work/alone.cc"
check "tian.h as C11" gcc -std=c11 -Wshadow -Wstrict-prototypes -Wmissing-prototypes "${strict[@]}" "$work/alone.c"
check "tian.h as C11, clang" clang -std=c11 "${strict[@]}" "$work/alone.c"
check "tian.h as C++11" g++ -std=c++11 "${strict[@]}" "$work/alone.cc"
check "tian.h as C++17" g++ -std=c++17 "${strict[@]}" "$work/alone.cc"

gcc -E -P -I"$root/include" "$work/alone.c" | tr '\n' ' ' | grep -oE '\btian_[a-z0-9_]+ ?\(' | tr -d ' (' | sort -u > "$work/declared"
nm -D --defined-only "$built/libtian.so" | awk '$2 == "T" || $2 == "D" || $2 == "B" || $2 == "R" { print $3 }' | sort -u > "$work/exported"
check "exported symbols = declared functions" diff "$work/declared" "$work/exported"

mkdir "$work/lib" && ln -s "$built/libtian.so" "$work/lib/libtian.so" && ln -s "$built/libtian.so" "$work/lib/libtian.so.1"
for program in "$root"/tests/api/*.c; do
    name=$(basename "$program" .c)
    check "compiling $name" gcc -std=c11 -Wall -Wextra -Werror -I"$root/include" $(grep -q asan <<< "$built" && echo -fsanitize=address,undefined) \
        "$program" -o "$work/$name" -L"$work/lib" -ltian -lpthread
    [ -x "$work/$name" ] && check "running $name" env LD_LIBRARY_PATH="$work/lib" TIAN_SHARE="$root/share" LC_ALL=C.UTF-8 \
        ${TIAN_WRAP:-} "$work/$name" "$root/corpus" "$work/$name.index"
done
echo "api: $passed passed, $failed failed"
[ "$failed" = 0 ]
