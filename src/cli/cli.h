/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What the commands share: one run of the program. A command is a function in a
 * cmd_….c file and a line of the table in main.c. It appends its answer to
 * cli->out, and returns 0 or a TIAN_E… code whose message stands in cli->error;
 * main.c writes the answer and the message, and makes the exit status of both.
 */
#ifndef TIAN_CLI_H
#define TIAN_CLI_H

#include "base/buf.h"
#include "base/ctx.h"
#include "cli/option.h"

struct cli {
    struct ctx ctx; /* arena of the whole run; error is the one below */
    struct tian_error error;
    struct options options;
    const char **operands; /* words behind the command that are no options, NULL behind them */
    size_t noperands;
    struct tian_index *index;   /* once opened; main.c closes it */
    struct tian_themes *themes; /* of theme label, while it runs */
    struct buf out;             /* what goes to stdout */
    bool color;
    bool following; /* a later round of index --follow */
    bool no;        /* the answer is no: nothing found, or a repeat; exit status 1 */
};

/* ---- Commands (cmd_….c) --------------------------------------------------------------------------- */

int cmd_index(struct cli *);
int cmd_log(struct cli *);
int cmd_remove(struct cli *);
int cmd_search(struct cli *);
int cmd_suggest(struct cli *);
int cmd_dict(struct cli *);
int cmd_watch(struct cli *);
int cmd_show(struct cli *);
int cmd_check(struct cli *);
int cmd_merge(struct cli *);
int cmd_theme(struct cli *);
int cmd_report(struct cli *);
int cmd_status(struct cli *);
int cmd_verify(struct cli *);
int cmd_rebuild(struct cli *);
int cmd_compact(struct cli *);
int cmd_backup(struct cli *);
int cmd_restore(struct cli *);
int cmd_digest(struct cli *);
int cmd_dump(struct cli *);
int cmd_debug(struct cli *);
int cmd_serve(struct cli *);

/* ---- The run (session.c) -------------------------------------------------------------------------- */

/* Path of the index: --index, $TIAN_INDEX, ./index. */
const char *cli_index_path(const struct cli *);
int cli_open(struct cli *, const struct tian_open_options *); /* cli->index */

/* A line on stderr: "tian: text", or "tian: where: text". */
void cli_say(const char *where, const char *text);
/* What is in out → stdout, out is empty then. TIAN_EIO. */
int cli_write(struct cli *);
/* Append a JSON text made by tian.h and free it; NULL: TIAN_EMEMORY. */
int cli_json(struct cli *, char *json);
/* Is the answer to be JSON? */
bool cli_wants_json(const struct cli *);

/* Operands from the first-th on, blanks between them; "-" alone: stdin. TIAN_EFORMAT unless UTF-8. */
int cli_text(struct cli *, size_t first, const char **text);
/* The whole of a file ("-": stdin), which must be UTF-8 without NUL; TIAN_ELIMIT beyond max bytes. */
int cli_read(struct cli *, const char *path, size_t max, const char **text);

/* Every line of a file ("-": stdin; gzip too) that is not empty. each() gets an arena for the line alone, may
 * append to out, which is written when it returns. A line it refuses (TIAN_EFORMAT, TIAN_EUSAGE, TIAN_ELIMIT)
 * is named on stderr and the others go on; their number is then the error. */
struct batch_line {
    struct str text; /* NUL behind it */
    uint64_t number; /* from 1 */
    struct arena *arena;
};
typedef int batch_each(struct cli *, const struct batch_line *);
int cli_batch(struct cli *, const char *path, batch_each *each);

/* The fields of a JSON line: the value of the first of the names (NULL at their end) that is there, or NULL.
 */
struct json_fields {
    struct tian_field *at;
    size_t n;
};
int cli_json_fields(struct cli *, const struct batch_line *, struct json_fields *out);
const char *json_field(const struct json_fields *, const char *const *names);

/* ---- Texts for people (paint.c) ------------------------------------------------------------------- */

enum style {
    STYLE_PLAIN,
    STYLE_TITLE,
    STYLE_MARK,
    STYLE_QUIET,
    STYLE_GOOD,
    STYLE_BAD
};
void paint(struct cli *, enum style, const char *text);
void paint_begin(struct cli *, enum style); /* from here on, and to here; nothing without colours */
void paint_end(struct cli *, enum style);
/* Bytes [from, to) of a text with its marks, as they are; the whole as one line. base: style between the
 * marks. */
void paint_range(struct cli *, const struct tian_text *, uint32_t from, uint32_t to);
void paint_line(struct cli *, enum style base, const struct tian_text *);
/* A line: indent, then the values of those of the named fields (NULL at the end) that are there, " · "
 * between them. Nothing when there is none. */
void paint_fields(struct cli *, const char *indent, const char *const *names, const struct tian_field *,
                  size_t n);
void paint_labels(struct cli *, const struct tian_label *, size_t n);

const char *cli_value(const struct tian_field *, size_t n, const char *name); /* NULL when it is not there */

/* What a score is made of; what was looked for in place of words (parts.c). Nothing without --explain. */
void paint_parts(struct cli *, const struct tian_hit *);
void paint_expansions(struct cli *, const struct tian_results *);

/* On a terminal, show what is in out through a pager that can jump between the marks of the text (pager.c).
 * When there is none, or it fails, out stays to be written. */
void cli_page(struct cli *, const struct tian_text *);

/* Two texts in columns, what is equal marked, paragraphs that share passages side by side (beside.c). */
void paint_beside(struct cli *, const struct tian_match_report *);

#endif
