/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * document: what a proposal or a work report is. Parts of a file become
 * documents: repaired, split, parsed, labelled; and their record form.
 */
#ifndef TIAN_DOCUMENT_H
#define TIAN_DOCUMENT_H

#include "base/map.h"
#include "extract/extract.h"
#include "text/text.h"

enum section_kind {
    SECTION_NONE,
    SECTION_SITUATION,  /* 情况 */
    SECTION_ANALYSIS,   /* 分析, 问题, 原因 */
    SECTION_SUGGESTION, /* 建议 */
    SECTION_REPLY,      /* 答复 */
};
const char *section_name(enum section_kind);        /* 情况 分析 建议 答复, "" */
enum section_kind section_of_name(struct str name); /* Chinese or English (situation …) */

struct section {
    enum section_kind kind;
    uint32_t from, to; /* bytes of the body */
};

/* Its numbered measures, in order: 1. … 2. …, 一是……；二是……; those of the topmost level (numbered.c). */
struct numbered {
    uint32_t from, to; /* bytes of the body */
};
size_t section_measures(struct arena *, struct str body, const struct section *, struct numbered **out);

/* Where a field's value comes from; the higher wins, all are kept. */
enum origin {
    ORIGIN_PARSED,
    ORIGIN_GIVEN,
    ORIGIN_OFFICER
};

struct field {
    struct str
        name; /* English key of share/fields.conf when known (number, session, proposer, …), else as given */
    struct str value; /* as written */
    enum origin origin;
};

struct label {
    struct str theme;   /* "社会建设/教育" */
    double confidence;  /* 0 to 1 */
    struct str words;   /* what caused it: "幼儿园×3 学位×2" */
    enum origin origin; /* PARSED: by tian; GIVEN: category in the data; OFFICER */
};

/* All text is owned by the arena it was built in. */
struct document {
    struct str id, title, body; /* original text, UTF-8; body may be empty, title may be empty, not both */
    struct skips skips;         /* noise in the body (see text.h) */
    struct str source;          /* path as it was given */
    uint64_t from, to;          /* bytes of the source */
    struct field *fields;
    size_t nfields;
    struct section *sections; /* ascending */
    size_t nsections;
    struct label *labels; /* best first */
    size_t nlabels;
};

/* Value of a field (the highest origin; the first of these), or an empty str. */
struct str document_field(const struct document *, const char *name);

/* Normalised values, computed from the fields: what columns and statistics use. */
struct facts {
    unsigned year, term, meeting;         /* 0: unknown */
    struct str session;                   /* "十四届三次", "" */
    struct str number;                    /* digits without leading zeros as text: "123" */
    struct str proposer, proposers;       /* the first one; all and who signed with them, joined by '\x1f' */
    struct str proposer_kind;             /* "member" "collective" "" */
    struct str category, theme;           /* category as given; theme = best label or "" */
    struct str units;                     /* canonical names, lead first, joined by '\x1f' */
    struct str outcome;                   /* solved planned reference explained in-progress unknown, "" */
    struct str state, satisfaction, date; /* date as 2024-01-12, 2024-01 or "" */
    bool hidden, key, excellent, merged;
    bool in_session, after_session; /* 会间, 会后; neither when not stated */
};
void document_facts(const struct document *, struct arena *, struct facts *out);

/* ---- builder: parts → documents ------------------------------------------ */

struct taxonomy;
struct builder; /* immutable tables (field names, units, outcomes, taxonomy); shared by threads */

/* folder: share folder or NULL. taxonomy_file: NULL = share/themes/five.conf. */
int builder_new(struct ctx *, struct arena *, const char *share_folder, const char *taxonomy_file,
                struct builder **out);

/* Fields computed from others by the tables, so that facts need no tables: "unit" (canonical names, lead
 * first) and "outcome_code" (solved …), with the origin of what they come from. document_build() does it; do
 * it again after an officer changed lead_unit, joint_unit or outcome, and when records are read to rebuild an
 * index. */
void document_resolve(const struct builder *, struct arena *, struct document *);

/* The canonical name of a handling unit called by any of its names (short, former, with a place in front);
 * the name itself when none is known. */
struct str document_unit(const struct builder *, struct str name);

/* All documents of one part, in order, appended to docs (allocated in ctx->arena).
 * id_base: id of the file or line; documents of a split part get "#1", "#2" …; an id field of the part wins.
 * The body is the text of the part (or piece of it), head lines included; for rows and JSON the field "body",
 * or problem + suggestion where a table keeps them apart; a reply field stays a field and is also appended to
 * the body
 * ("\n答复：…", a section of its own), so that it is found. A theme or category given in the data is a label
 * beside ours, ORIGIN_GIVEN. TIAN_EFORMAT: neither title nor text. cutter: this thread's, for theme labels;
 * may be NULL. */
struct documents {
    struct document *at;
    size_t n, cap;
};
int document_build(struct ctx *, const struct builder *, struct cutter *, struct str id_base,
                   struct str source, const struct extract_part *, struct documents *docs);

/* A table none of whose rows has a title or a text (statistics, say) becomes one part, its rows as lines,
 * titled name; any other file is left as it is. */
void document_whole_table(const struct builder *, struct arena *, struct str name, struct extracted *);

/* What a part says in the field that means key ("number", "title"), whatever the file calls it; empty: none.
 */
struct str document_part_field(const struct builder *, const struct extract_part *, const char *key);

/* Did an officer give it themes? Give it these, one a line, in place of all labels (document_label() then
 * makes the others). */
bool document_has_officer(const struct document *);
void document_officer(struct arena *, struct document *, struct str themes);

/* Its labels anew: the officer's (the only ones a record keeps), a given theme, ours, best first. Once an
 * officer named themes of this taxonomy ours are none any more; those of another taxonomy that he named stand
 * behind. A given theme stands before ours unless it is coarser. */
void document_label(const struct builder *, struct cutter *, struct arena *, struct document *);
/* The same for one whose title and body (without its skips) are at hand in normal form: half the time. */
void document_label_folded(const struct builder *, struct arena *, struct document *,
                           const struct normal *title, const struct normal *body);

/* ---- themes -------------------------------------------------------------- */

int taxonomy_load(struct ctx *, struct arena *, const char *path, struct taxonomy **out);
const struct taxonomy *builder_taxonomy(const struct builder *);
struct theme_word {
    struct str word; /* folded */
    double weight;   /* negative: exclusion */
};
size_t taxonomy_nodes(const struct taxonomy *);
struct str taxonomy_node_name(const struct taxonomy *, size_t node); /* "社会建设/教育" */

/* The node a name means: its name in full or the last part of it, in either script. taxonomy_meant() also
 * takes a piece of the last part when only one node has it: 养老 for 社会建设/养老与社会保障. False: none. */
bool taxonomy_named(const struct taxonomy *, struct str name, struct str *node);
bool taxonomy_meant(const struct taxonomy *, struct str name, struct str *node);

/* The weighted words of a node and all below it; SIZE_MAX when no such node (name in full or its last part).
 */
size_t taxonomy_profile(const struct taxonomy *, struct arena *, struct str name, struct theme_word **words);

/* Labels of a text, best first, in arena; none when no theme reaches the threshold. */
size_t taxonomy_label(const struct taxonomy *, struct cutter *, struct arena *, struct str title,
                      struct str body, const struct skips *, struct label **labels);

size_t taxonomy_label_folded(const struct taxonomy *, struct arena *, const struct normal *title,
                             const struct normal *body, struct label **labels);

/* Why a text has its labels, and what else it might have been (reasons.c). */
struct reason {
    struct str word;
    double weight, part;  /* part: of the theme's score */
    unsigned title, body; /* occurrences */
    struct str where;     /* the sentence of the original where it stands first */
};
struct theme_reasons {
    struct str theme;
    double confidence;
    bool labelled, excluded;
    const struct reason *reasons; /* greatest part first; of an excluded theme, its exclusion words */
    size_t nreasons;
};
/* The best themes, labelled or not, then excluded ones; at most 6. */
size_t taxonomy_reasons(const struct taxonomy *, struct arena *, const struct document *,
                        struct theme_reasons **out);
double taxonomy_threshold(const struct taxonomy *);

/* What is wrong with a taxonomy (lint.c): by itself, and over texts. */
struct lint;
struct lint *lint_new(struct arena *, const struct taxonomy *);
void lint_see(struct lint *, const struct document *);
size_t lint_write(const struct lint *, struct buf *out); /* a line a finding; how many */

/* ---- learning themes: examples.c, learn.c, trial.c ------------------------ */

struct examples; /* texts with a known theme, in an arena */
struct example_text {
    struct str id, theme, title, body;
    bool words; /* the body was cut by others: words, blanks between */
};
struct examples *examples_new(struct arena *, struct cutter *);
void examples_add(struct examples *, const struct example_text *); /* copied; without a theme: passed over */

/* JSON Lines, gzip too: theme, and title and text (or body), or words. TIAN_EFORMAT names the line. */
int examples_read(struct ctx *, struct examples *, const char *path);

/* When all are in, once: find and count the words. */
int examples_count(struct ctx *, struct examples *);

/* A taxonomy learned from all of them, as the text of its file. TIAN_EFORMAT: fewer than two themes. */
int examples_learn(struct ctx *, const struct examples *, struct buf *out);

/* How well a taxonomy labels them; with folds, how well one learned from the other parts does. A text for
 * people, or one JSON object. */
struct trial_options {
    const struct taxonomy *taxonomy; /* unused with folds */
    unsigned folds;                  /* 0, or 2 and more */
    bool json;
};
int examples_try(struct ctx *, const struct examples *, const struct trial_options *, struct buf *out);
size_t examples_count_of(const struct examples *, size_t *themes,
                         size_t *unlabelled); /* how many there are */

/* ---- record form --------------------------------------------------------- */

/* Versioned bytes; what document_decode gives back points into data. TIAN_EINDEX when malformed. */
void document_encode(const struct document *, struct buf *out);
int document_decode(struct ctx *, struct arena *, struct str data, struct document *out);

/* Hash of such bytes but for where the document came from (source and range): what document_json() hands on
 * is all that counts, so a document that was dumped and loaded has the same. It is kept on disk
 * (doc/FORMAT.md). */
uint64_t document_portable_hash(struct str data);

/* As a JSON line that `tian index` reads back to an equal document: id, title, body, given fields (dump.c).
 */
void document_json(const struct document *, struct buf *out);

#endif
