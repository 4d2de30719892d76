/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Options: one table (option.c) that parses them, checks their values and is
 * their help. A command names those it takes; the global ones are taken by all.
 */
#ifndef TIAN_OPTION_H
#define TIAN_OPTION_H

#include "base/buf.h"
#include "base/ctx.h"

enum format {
    FORMAT_TEXT,
    FORMAT_JSON,
    FORMAT_JSONL,
    FORMAT_CSV,
    FORMAT_TREC,
    FORMAT_MARKDOWN,
    FORMAT_HTML
};
enum when {
    WHEN_AUTO,
    WHEN_ALWAYS,
    WHEN_NEVER
};

/* What was given; zero is the default of everything. */
struct options {
    const char *index, *taxonomy, *theme, *facet, *sort, *cursor, *batch, *query;
    const char *session, *cross, *trend, *compare; /* of report */
    const char *from, *out;                        /* of theme learn and test */
    const char *certificate;                       /* of check */
    const char *against, *exclude, *title, *proposer, *log, *host, *token_file;
    bool follow, require_sandbox;
    bool json, jsonl, help, version, rebuild, strict, exact_counts, literal, all_copies, explain, quick, full,
        public_host, access_log, side_by_side, accept, refuse, learn;
    int lang, color, match, format; /* places in the list of choices, as the enums above and of tian.h */
    uint64_t count, offset, top, jobs, memory, wait, port, threads, folds, year, request_seconds;
};

/* Read words into options up to the first operand (stop) or to the end; "--" ends them. *operands (owned by
 * ctx->arena) gets the others, NULL behind them. taken: names of options, blanks between, beside the global
 * ones. TIAN_EUSAGE says which word is wrong and what was perhaps meant. */
struct option_words {
    const char *const *words;
    size_t nwords;
    const char *taken;
    bool stop;
};
int option_parse(struct ctx *, const struct option_words *, struct options *, const char ***operands,
                 size_t *noperands);

/* A line an option in taken ("": the global ones): how it is written and what for. */
void option_help(struct buf *out, const char *taken);

/* The nearest of n names to what was typed, or NULL when none is near. */
const char *option_nearest(const char *typed, const char *const *names, size_t n);

#endif
