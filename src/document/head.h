/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Private to document: what parse.c asks of single lines. head.c knows how names
 * and cells are written, value.c what may stand behind them, title.c what a
 * document is called.
 */
#ifndef TIAN_HEAD_H
#define TIAN_HEAD_H

#include "document/builder.h"

/* ---- head.c: names ------------------------------------------------------- */

/* "name：rest", "【name】rest", "name<TAB>rest" with a known name at the start of s: its key, what follows.
 */
bool field_at(const struct builder *, struct str s, struct str *key, struct str *rest);

/* The key of a line that is nothing but a known name, its brackets left out; or an empty str. */
struct str name_alone(const struct builder *, struct str line);

/* Bytes of a short name, known or not, and its colon at the start of s; 0 when there is none. */
size_t label_length(struct str s);

/* Where in value another name begins behind a blank or a bar, or value.n. known: only names of the table end
 * it. */
size_t next_field(const struct builder *, struct str value, bool known);

/* A row of a table, cells parted by tabs or bars: "| 案号 | 0123 |". Fewer than two: no row. */
struct cells {
    struct str *at;
    size_t n, cap;
};
void cells_of(struct arena *, struct str line, struct cells *out);

/* Without marks of Markdown, bars and brackets around a whole line: **…**, # …, （…）, 【…】. */
struct str without_marks(struct str);

/* ---- value.c ---------------------------------------------------------------- */

/* What a form says: the option that is ticked (☑是 □否, 是（√）否（　）), nothing for 无, —— and untouched
 * boxes. */
struct str value_said(struct str raw);

/* Could this stand behind that name? strict: also where prose is all around. */
bool value_fits(const struct builder *, struct str key, struct str value, bool strict);

/* Does it end like the name of an office: 局 委 办公室 …? */
bool looks_like_unit(struct str);

/* The date a line consists of, brackets left out, or an empty str. */
struct str date_alone(struct str line);

/* The 十四届二次会议 that a line names, the 第0123号, the 〔2023〕39号; or an empty str. */
struct str session_in(struct str line);
struct str number_in(struct str line);
struct str file_number_in(struct str line);

/* ---- title.c ---------------------------------------------------------------- */

bool ends_a_title(struct str);
bool is_proposal_title(struct str); /* … and what it ends like is a proposal */

/* The first line that looks like a title, joined with the next where it was wrapped; else the first clause.
 */
struct str guessed_title(const struct builder *, struct arena *, struct str body);

/* Without what is said beside it: [优秀提案], （重点提案）, ★, 《》 around the whole. The marks' keys are
 * told to mark(), once each. */
typedef void title_mark(void *self, struct str key);
struct str bare_title(struct str title, title_mark *mark, void *self);

#endif
