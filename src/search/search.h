/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * search: a line of query → ranked answers with marks. Pairs propose, the
 * stored text decides, words rank.
 */
#ifndef TIAN_SEARCH_H
#define TIAN_SEARCH_H

#include "store/store.h"

/* The numbers by which answers are ordered: share/ranking.conf and over it $TIAN_RANKING; folder NULL: the
 * installed share. A missing file: as shipped. TIAN_EFORMAT names file and line. Lives as long as the arena.
 */
struct ranking;
int ranking_load(struct ctx *, struct arena *, const char *share_folder, struct ranking **out);

/* Everything in out is owned by ctx->arena. Errors as tian_search(). */
int search_run(struct ctx *, const struct reader *, struct str query, const struct tian_search_options *,
               struct tian_results *out);

/* The matches of a query in one document, for showing it: marks in title and body. */
int search_marks(struct ctx *, const struct reader *, struct str query, const struct document *,
                 struct tian_text *title, struct tian_text *body);

/* How a query is read and run, for people: the tree, lists with their sizes, words with weights. */
int search_plan(struct ctx *, const struct reader *, struct str query, const struct tian_search_options *,
                struct buf *out);

/* A stored document as the public struct; with a query (may be empty) its matches are marked; a hidden one
 * shows only number and unit to the public. */
int search_document(struct ctx *, const struct reader *, uint32_t doc, struct str query, enum tian_role,
                    struct tian_document *out);

/* Words and titles that what was typed may become; see tian_suggest(). */
int search_suggest(struct ctx *, const struct reader *, struct str typed, const struct tian_suggest_options *,
                   struct tian_suggestions *out);

/* What a saved search finds that is not among seen, the newest document first, as hits; and the keys of all
 * that it finds now. A question (read as any) finds its best 50. */
struct search_fresh {
    struct tian_hit *hits;
    size_t nhits;
    size_t total;          /* found now */
    struct watch_keys all; /* of a question also what it had found */
    const char *const *notes;
    size_t nnotes;
};
int search_fresh(struct ctx *, const struct reader *, const struct watch *, struct search_fresh *out);

/* The dictionary doctor; see tian_dict_test() and tian_dict_lint(). */
int search_word_test(struct ctx *, const struct reader *, struct str word, struct tian_word_report *out);
int search_dict_lint(struct ctx *, const struct reader *, const struct dictionary *,
                     struct tian_dict_problems *out);

/* Every node of the taxonomy and how many documents carry it, a line each: name, tab, count. */
int search_theme_list(struct ctx *, const struct reader *, struct buf *out);

/* A stored document's fields, labels and sections as the public structs. */
void search_public_fields(struct arena *, const struct document *, const struct tian_field **fields,
                          size_t *n);
void search_public_labels(struct arena *, const struct document *, const struct tian_label **labels,
                          size_t *n);

/* Candidates for new themes, in the form of a taxonomy file: words of a year (0: the last) that are more
 * frequent than before, groups among the documents that no theme fits. */
int search_new_themes(struct ctx *, const struct reader *, unsigned year, struct buf *out);

/* Why a stored document has its themes: words, where they stand, runners-up. A text for people, or JSON. */
int search_theme_why(struct ctx *, const struct reader *, uint32_t doc, bool json, struct buf *out);

/* decisions: on merging. The numbers of an office's report, a cross-table, or a theme's development: then
 * *solved are its proposals that were solved, the newest first, else none. Errors as tian_report(). */
int search_report(struct ctx *, const struct reader *, const struct decisions *,
                  const struct tian_report_options *, struct docs *solved, struct tian_report *out);

/* A table of a report by its key, a line of a table by its; NULL when there is none. */
const struct tian_report_table *report_table(const struct tian_report *, const char *key);
const struct tian_report_line *report_line(const struct tian_report_table *, const char *key);

/* A printed report held against ours (usual tables), as a report of its own: see tian_report_options.compare.
 * TIAN_ENOTFOUND: no number in it. What out holds lies in ctx->arena, ours and the text. */
struct printed_source {
    const char *name, *words; /* of the report, to be shown; path of printed.conf */
    struct str text;          /* UTF-8 */
};
int report_compare(struct ctx *, const struct tian_report *ours, const struct printed_source *,
                   struct tian_report *out);

#endif
