/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * SHA-256 (FIPS 180-4), for certificates only: a hash that others can check
 * with sha256sum. What the program keys and compares by is hash_bytes().
 */
#ifndef TIAN_SHA256_H
#define TIAN_SHA256_H

#include "base/str.h"

void sha256_hex(struct str data, char out[65]);

#endif
