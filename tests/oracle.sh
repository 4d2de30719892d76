#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# oracle.sh BINARY: see oracle.py
exec python3 "$(dirname "$0")/oracle.py" "$@"
