#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# duplicates.sh BINARY [--long]: see duplicates.py
exec python3 "$(dirname "$0")/duplicates.py" "$@"
