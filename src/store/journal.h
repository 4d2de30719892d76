/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Private to store/: the import log, one JSON object a line. What was read, as
 * what, how many documents, which fields, what is to be minded, what failed and
 * why, what went away, and at the end of each import its sum (doc/FORMAT.md).
 */
#ifndef TIAN_JOURNAL_H
#define TIAN_JOURNAL_H

#include "document/document.h"

/* What became of a file, or of a piece of one. */
struct account {
    uint64_t documents, added, updated, same, bad, warnings;
    struct map *given, *parsed; /* names of fields → in how many documents; NULL: none */
    int64_t ns;                 /* spent on it */
};
void account_document(struct account *, struct arena *, const struct document *, char what);
void account_add(struct account *, struct arena *, const struct account *);

struct journal_file {
    struct str path, moved_from; /* moved_from may be empty */
    const char *format, *encoding;
    int sure;
    const struct account *account;
    char **warnings;
    size_t nwarnings;
};
void journal_file(struct buf *out, const struct journal_file *);
void journal_problem(struct buf *out, struct str path, uint64_t line,
                     const char *message); /* line 0: the whole */
void journal_skipped(struct buf *out, struct str path, struct str part,
                     const char *why); /* part: a row …; empty: the whole, which is no file */
/* A folder that is not mounted now: what its files gave stays. */
void journal_kept(struct buf *out, struct str folder, uint64_t files);
void journal_removed(struct buf *out, struct str path, uint64_t documents);
void journal_summary(struct buf *out, const struct tian_import_summary *);

#endif
