/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Reading a large file piece by piece, cut at line ends, so that a gigabyte of
 * JSON Lines costs the memory of one piece.
 */
#ifndef TIAN_STREAM_H
#define TIAN_STREAM_H

#include "base/file.h"

struct line_stream;

/* A file, or the text of a gzip file (then it is held in memory whole). Closed with the arena. */
int line_stream_open(struct ctx *, struct arena *, const char *path, struct line_stream **out);

/* The next piece: whole lines, about want bytes, in arena. piece.n == 0 at the end. TIAN_ELIMIT for a line
 * over 64 MiB. *line: number of its first line, from 1. */
int line_stream_next(struct ctx *, struct line_stream *, struct arena *, size_t want, struct str *piece,
                     uint64_t *line);

/* Bytes of the file taken so far, and a running hash of what was read. */
uint64_t line_stream_hash(const struct line_stream *);

#endif
