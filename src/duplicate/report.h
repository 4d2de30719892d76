/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * report: a comparison as the public structs show it. Private to duplicate.
 */
#ifndef TIAN_DUPLICATE_REPORT_H
#define TIAN_DUPLICATE_REPORT_H

#include "duplicate/align.h"
#include "duplicate/draft.h"

/* id, title, fields; only number and units of a hidden one when the role may not read it. Copies all. */
void report_document(struct arena *, const struct document *, const struct facts *, enum tian_role,
                     struct tian_match_report *out);
/* The same of a proposal in a group to be merged: who signed, which units, when, what was decided. */
void report_proposal(struct arena *, const struct document *, const struct facts *, enum tian_role,
                     struct tian_merge_proposal *out);
void report_passages(struct arena *, const struct draft *, const struct sheet *theirs,
                     const struct alignment *, struct tian_match_report *out);
/* A run without the ends of clauses and the headings at its ends; the bytes of letters [i, i + n) with the
 * marks that belong to whole clauses at their ends. */
struct run passage_run(const struct sheet *draft, struct run);
struct skip passage_bytes(const struct sheet *, size_t i, size_t n);
/* Both texts with marks: out->draft, out->there. text: what was given, of which the draft's body is a part.
 */
struct whole {
    struct str text;
    const struct draft *draft;
    const struct sheet *theirs;
};
void report_whole(struct arena *, const struct whole *, const struct alignment *,
                  struct tian_match_report *out);
void report_labels(struct arena *, const struct document *, struct tian_check *out);

#endif
