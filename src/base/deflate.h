/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The door to libdeflate and zlib: raw deflate streams whose expanded size is known, gzip,
 * and CRC-32.
 */
#ifndef TIAN_DEFLATE_H
#define TIAN_DEFLATE_H

#include "base/buf.h"
#include "base/ctx.h"

/* A reusable compressor / expander (one a thread); freed with the arena. */
struct deflater;
struct inflater;
struct deflater *deflater_new(struct arena *, int level);
struct inflater *inflater_new(struct arena *);

/* Append the compressed form of data to out. */
void deflate_to(struct deflater *, struct str data, struct buf *out);

/* Expand packed, which must give exactly size bytes, to out[0..size). False when it does not. */
bool inflate_to(struct inflater *, struct str packed, char *out, size_t size);

/* gzip whole: for reading .gz inputs, at most max bytes. False when malformed or larger. */
bool gunzip(struct str packed, size_t max, struct buf *out);

uint32_t crc_of(struct str data);
uint32_t crc_more(uint32_t crc, struct str data);

#endif
