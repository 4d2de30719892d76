#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# server.sh BINARY: see server.py
exec python3 "$(dirname "$0")/server.py" "$@"
