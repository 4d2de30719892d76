#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# install.sh PACKAGE… : install from Debian those that are missing; says what it does. sudo only if not root.
set -eu
missing=()
for p in "$@"; do
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$p" 2>/dev/null)" = installed ] || missing+=("$p")
done
[ ${#missing[@]} -gt 0 ] || exit 0
sudo=
if [ "$(id -u)" != 0 ]; then
    sudo=sudo
    command -v sudo >/dev/null || { echo "tian: 需要以 root 安装 / as root, install: ${missing[*]}" >&2; exit 1; }
fi
echo "tian: 从 Debian 安装缺少的软件包 / installing from Debian: ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! { $sudo apt-get update -q && $sudo apt-get install -y -q --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    echo "tian: 安装失败 / the installation failed" >&2
    exit 1
fi
