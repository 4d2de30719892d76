/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * tian (提案): search, themes and the duplicate check over Chinese proposals and
 * work reports. This is the whole public interface: the command line and the
 * server are written with nothing else.
 *
 * How to use it
 *
 *     struct tian_error error;
 *     struct tian_index *index;
 *     if (tian_open("index", NULL, &index, &error))
 *         fprintf(stderr, "%s\n", error.message);
 *     struct tian_results *r;
 *     if (!tian_search(index, "加装电梯", NULL, &r, &error))
 *         for (size_t i = 0; i < r->nhits; i++)
 *             printf("%s %s\n", r->hits[i].id, r->hits[i].title);
 *     tian_results_free(r);
 *     tian_close(index);
 *
 * Rules that hold everywhere
 *
 *   Return      0, or a positive enum tian_code; the last argument, a caller's
 *               struct tian_error or NULL, then says what happened. On failure
 *               out-parameters are set to NULL. The library never prints or exits.
 *   Ownership   What a function gives through `out` is freed by the _free of its
 *               type, which takes NULL; all inside belongs to it and is read-only.
 *   Text        UTF-8, NUL-terminated, and valid. Offsets and lengths are bytes of
 *               the text they are said to point into, never characters. Texts are
 *               the original ones: nothing shown was folded or repaired.
 *   Threads     One struct tian_index may be used by any number of threads at once
 *               for reading; each call sees the newest state when it starts. Calls
 *               that write may come from several threads too: one goes at a time.
 *   Options     A pointer to a zeroed struct, or NULL, gives the defaults: 0, NULL and
 *               false always mean "as usual".
 */
#ifndef TIAN_H
#define TIAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* ---- Errors -------------------------------------------------------------- */

enum tian_code {
    TIAN_OK = 0,
    TIAN_EUSAGE = 1,      /* a wrong argument: option, field, query that cannot be read */
    TIAN_ENOTFOUND = 2,   /* no such document, file or taxonomy */
    TIAN_EINDEX = 3,      /* the index is missing or damaged */
    TIAN_EIO = 4,         /* the system refused to read or write; disk full */
    TIAN_ELOCKED = 5,     /* another process is writing to the index */
    TIAN_EFORMAT = 6,     /* an input cannot be read as what it claims to be */
    TIAN_ELIMIT = 7,      /* an input is larger than the limit the message names */
    TIAN_EMEMORY = 8,     /* out of memory; nothing was changed */
    TIAN_EAGAIN = 9,      /* the deadline passed, or the index is being replaced: try again */
    TIAN_ECANCELLED = 10, /* stopped by request (Ctrl-C); what was acknowledged is kept */
    TIAN_EDENIED = 11,    /* the reader may not see this */
};

/* Filled by the function that fails; give NULL if only the code matters. */
struct tian_error {
    int code;
    char where[256];   /* file, document or option it is about; may be "" */
    char message[512]; /* one sentence in the reader's language, no newline */
};

/* ---- Import (see tian_index_add) ------------------------------------------ */

struct tian_progress {
    uint64_t files, files_total; /* total 0: not known yet */
    uint64_t bytes, bytes_total;
    uint64_t documents;
    const char *now; /* what is being done, in the reader's language */
};

struct tian_import_summary {
    uint64_t files;     /* seen */
    uint64_t unchanged; /* not read: as last time */
    uint64_t moved;     /* of those read: they lay elsewhere, and keep their ids */
    uint64_t skipped;   /* no files: pipes, links to folders … */
    uint64_t failed;    /* could not be read: see the log */
    uint64_t documents; /* read from changed files */
    uint64_t added, updated, removed, same;
    uint64_t warnings;
    uint64_t bytes; /* of text, title and body */
    double seconds;
};

/* ---- Opening -------------------------------------------------------------- */

struct tian_index;

struct tian_open_options {
    bool write;   /* take the writer's lock: needed by tian_index_… */
    bool create;  /* with write: make the index when there is none */
    bool salvage; /* with write: when what the manifest names is damaged or missing, make all anew from the
                     records; documents whose records are damaged are lost, tian_index_rebuild() names them */
    unsigned wait_ms;   /* how long to wait for the lock; 0: not at all */
    const char *share;  /* folder of dictionary, themes, …; NULL: $TIAN_SHARE, then the installed one */
    const char *themes; /* taxonomy file; NULL: the one applied to the index, else themes/five.conf of the
                           share folder */
};

/* TIAN_EINDEX no index there, or damaged; TIAN_ELOCKED; TIAN_EFORMAT a share file is wrong; TIAN_EIO. */
int tian_open(const char *path, const struct tian_open_options *, struct tian_index **out,
              struct tian_error *);
void tian_close(struct tian_index *);

/* The files of the share folder (dictionary, synonyms, themes, rules …) are looked at once a second while
 * calls come, and loaded anew when they have changed. This does it now. TIAN_EFORMAT, TIAN_EIO: a file is
 * wrong, which the message says; what was loaded before serves on. Calls that are running end with what they
 * began with. */
int tian_reload(struct tian_index *, struct tian_error *);

/* The version of the library, "1.0.0". */
const char *tian_version(void);
/* Ask all running calls to stop with TIAN_ECANCELLED at the next safe place. Async-signal-safe. */
void tian_cancel(void);

/* ---- Writing (index opened with write) ------------------------------------- */

struct tian_add_options {
    unsigned jobs;        /* threads; 0: one a processor */
    size_t memory;        /* budget in bytes; 0: 150 MB */
    bool again;           /* read unchanged files too */
    bool strict;          /* stop at the first failure */
    bool require_sandbox; /* refuse to parse where the kernel cannot confine the parser */
    void (*progress)(void *self, const struct tian_progress *);
    void *self;
    const char *log; /* import log (JSON Lines, appended); NULL: log/import.jsonl of the index */
};
/* Files and folders → documents. What failed is in the log and counted in the summary, the rest is in the
 * index: then the worst code met is returned (TIAN_EFORMAT, TIAN_EIO …) though everything else was done. */
int tian_index_add(struct tian_index *, const char *const *paths, size_t n, const struct tian_add_options *,
                   struct tian_import_summary *, struct tian_error *);
/* Documents from memory, as JSON Lines (id, title, body, fields; one without id gets one from what it
 * says). When 0 is returned they are safe on the disk and found. May be called by any number of threads:
 * calls that come while another is being written are written together, in one commit, so a thousand single
 * additions take little longer than one of a thousand. Each call is all or nothing: TIAN_EFORMAT names the
 * line that cannot be read, and nothing of the call is in; TIAN_ELIMIT beyond 64 MiB. No import takes such
 * documents away. */
int tian_index_put(struct tian_index *, const char *lines, size_t n, struct tian_import_summary *,
                   struct tian_error *);
/* By id. Ids that are not there are no error: *removed (may be NULL) tells. */
int tian_index_remove(struct tian_index *, const char *const *ids, size_t n, size_t *removed,
                      struct tian_error *);
/* All derived data anew, from the records (once only, when opening by salvage has just done so). TIAN_EINDEX:
 * done, but records were damaged; the message says how many, and names the first. */
int tian_index_rebuild(struct tian_index *, const struct tian_add_options *, struct tian_error *);

/* ---- Care ------------------------------------------------------------------ */

struct tian_status {
    uint64_t documents, dead, segments;
    uint64_t bytes_text, bytes_records, bytes_segments;
    uint64_t dictionary_words;
    unsigned year_first, year_last;
};
int tian_index_status(struct tian_index *, struct tian_status *, struct tian_error *);
/* 32 hexadecimal digits of all living documents and their terms, whatever their order and history. */
int tian_index_digest(struct tian_index *, char out[33], struct tian_error *);
/* Checksums of every file; full: every document cut again and compared. say gets one line a problem. */
int tian_index_verify(struct tian_index *, bool full, void (*say)(void *self, const char *line), void *self,
                      struct tian_error *);
/* Every document as a JSON line (id, title, body, fields) to write(); write returns 0 to go on. */
int tian_index_dump(struct tian_index *, int (*write)(void *self, const char *line, size_t n), void *self,
                    struct tian_error *);

struct tian_compact_summary {
    uint64_t bytes_before, bytes_after; /* records and segments on disk */
    uint64_t replaced;                  /* versions left out, for a later one of the document is there */
    uint64_t removed;                   /* removed documents left out, with their removal */
};
/* Tidy up (index opened with write): all segments become one, records that later ones replaced are left out.
 * It can be killed at any instant, and readers go on. TIAN_EINDEX when records are damaged: then nothing is
 * thrown away; TIAN_EIO when the disk has no room for a second copy of the records (nothing was changed).
 * summary may be NULL. */
int tian_index_compact(struct tian_index *, const struct tian_add_options *, struct tian_compact_summary *,
                       struct tian_error *);

struct tian_backup_summary {
    uint64_t files, bytes; /* of the backup */
    uint64_t written;      /* bytes that were not there from an earlier one */
};
/* A copy of what is served now, while others read and write. folder is made, or holds an earlier backup: then
 * only what is new is written, and until the end the earlier one stays whole. A backup is an index of its
 * own: it can be opened and searched where it lies. TIAN_EUSAGE: the folder holds other things; TIAN_EINDEX:
 * the index is damaged (no backup was made of it); TIAN_EAGAIN: it changes too fast. summary may be NULL. */
int tian_index_backup(struct tian_index *, const char *folder, struct tian_backup_summary *,
                      struct tian_error *);
/* The same as a tar archive to write(), which returns 0 to go on. */
int tian_index_backup_stream(struct tian_index *, int (*write)(void *self, const char *bytes, size_t n),
                             void *self, struct tian_backup_summary *, struct tian_error *);
/* From a backup (a folder, an archive, "-": an archive on stdin) to the index at path, which may be there and
 * be served: readers go over to the new state. What was there stays beside it as path.before-restore. Nothing
 * is changed when the backup is damaged (TIAN_EINDEX) or none (TIAN_EFORMAT), or when somebody writes
 * (TIAN_ELOCKED). */
int tian_restore(const char *path, const char *from, unsigned wait_ms, struct tian_error *);

/* ---- Documents --------------------------------------------------------------- */

struct tian_mark {
    uint32_t from, to; /* bytes of the text it belongs to, from < to */
};
struct tian_text {
    const char *text;
    size_t length;
    const struct tian_mark *marks; /* ascending, disjoint */
    size_t nmarks;
};
struct tian_field {
    const char *name, *value; /* English name when known: number, session, year, proposer, … */
    const char *origin;       /* "parsed" "given" "officer" */
};
struct tian_label {
    const char *theme; /* "社会建设/教育" */
    double confidence; /* 0 to 1 */
    const char *words; /* what caused it */
    const char *origin;
};
struct tian_section {
    const char *kind;                 /* 情况 分析 建议 答复 */
    uint32_t from, to;                /* bytes of the body */
    const struct tian_mark *measures; /* its numbered items, in order: 1. … 2. …, 一是……；二是…… */
    size_t nmeasures;
};
struct tian_document {
    const char *id, *source;
    struct tian_text title, body;
    const struct tian_field *fields;
    size_t nfields;
    const struct tian_section *sections;
    size_t nsections;
    const struct tian_label *labels;
    size_t nlabels;
    bool hidden; /* 不公开: title, body and fields are empty unless the reader may see them */
};

/* Who is asking: hidden documents show only number and unit to a reader who is not an officer. A check and a
 * merge give no id of theirs either ("": it is often a file name) and nothing of the comparison but the
 * verdict: rule "", shares -1. */
enum tian_role {
    TIAN_ROLE_OFFICER,
    TIAN_ROLE_PUBLIC
};

/* One document; with a query, its matches are marked. TIAN_ENOTFOUND. */
int tian_document_get(struct tian_index *, const char *id, const char *query, enum tian_role,
                      struct tian_document **out, struct tian_error *);
void tian_document_free(struct tian_document *);

/* ---- Search -------------------------------------------------------------------- */

enum tian_match {
    TIAN_MATCH_AUTO,
    TIAN_MATCH_ALL,
    TIAN_MATCH_ANY,
    TIAN_MATCH_EXACT
};
enum tian_sort { /* see also sort_keys */
    TIAN_SORT_SCORE,
    TIAN_SORT_NEWEST,
    TIAN_SORT_OLDEST
};

struct tian_search_options {
    enum tian_match match;
    enum tian_sort sort;
    enum tian_role role;
    const char *sort_keys; /* "-year,unit": instead, by several keys, each ascending or with - descending:
                            * score date number year session theme subtheme unit proposer proposer_kind
                            * category outcome state satisfaction, or as they are called in Chinese. What is
                            * not stated comes last. NULL: as sort says */
    size_t offset, count;  /* count 0: 10 */
    const char *cursor;    /* next of an answer to the same question: go on behind it, instead of offset; deep
                              pages    cost no more than the first. TIAN_EUSAGE: of another question */
    const char *theme; /* rank by (and ask for) a theme: "社会建设" or "社会建设/教育" or "教育" */
    const char *const *facets; /* names of columns to count: theme year session unit proposer_kind outcome
                                  state category satisfaction, or two as a table: "year×theme" */
    size_t nfacets;
    bool exact_counts; /* verify every candidate however many */
    bool explain;      /* fill parts of hits, and expansions */
    bool literal;      /* words as typed only: no synonyms, no other ways to write numbers and units */
    bool all_copies;   /* identical texts are hits of their own */
    bool brief; /* hits have id, score and exact only: for measuring, and for callers that show nothing */
    unsigned deadline_ms; /* 0: 10 s */
};
struct tian_snippet {
    struct tian_text text; /* one to three whole sentences of the body */
    uint32_t offset;       /* where they start in the body */
    const char *section;   /* 建议 …, "" */
};
struct tian_part {     /* of a score */
    const char *kind;  /* "word"; "pair" "letter": neighbours and characters of a sentence found again;
                        * "section":  more for where the word stands; "theme" "key" "excellent" "recent" */
    const char *word;  /* the word, pair or theme; else "" */
    const char *field; /* "title" "situation" "analysis" "suggestion" "reply", "": elsewhere, or of no word */
    double value;
};
struct tian_hit {
    const char *id;
    struct tian_text title;
    double score;
    bool exact; /* holds every part of the query as typed */
    bool hidden;
    const struct tian_snippet *snippets;
    size_t nsnippets;
    const struct tian_field *fields; /* number, session, proposer, lead_unit, outcome … those it has */
    size_t nfields;
    const struct tian_label *labels;
    size_t nlabels;
    const struct tian_part
        *parts; /* with explain: they add up to score (none when hits are sorted by keys) */
    size_t nparts;
    const char *const
        *copies; /* ids of identical documents, not shown as hits of their own (the first 100) */
    size_t ncopies;
};
struct tian_expansion {
    const char *word;         /* of the question */
    const char *const *forms; /* also looked for in its place */
    size_t nforms;
};
struct tian_count {
    const char *value;
    uint64_t documents;
};
struct tian_facet {
    const char *name;
    const struct tian_count *counts; /* most first, then by value */
    size_t ncounts;
    bool about; /* more candidates than are verified for it: counts are upper bounds */
};
struct tian_results {
    const char *query;
    const char *read_as; /* "exact" "all" "any": how it was read, chosen or asked for */
    uint64_t total;      /* documents found */
    bool about;          /* total is an estimate (more candidates than the budget) */
    uint64_t exact;      /* of these, holding the parts as typed (AUTO only, else = total) */
    const struct tian_hit *hits;
    size_t nhits;
    const struct tian_facet *facets; /* those asked for that are no tables */
    size_t nfacets;
    const struct tian_report_table *tables; /* those that are, "year×theme": a document counts once, for its
                                               lead unit and first theme */
    size_t ntables;
    const char *next;         /* cursor of the next page; NULL: there is none */
    const char *const *notes; /* for the reader: which word killed the answer, what was ignored and where */
    size_t nnotes;
    const struct tian_expansion *expansions; /* with explain */
    size_t nexpansions;
    double milliseconds;
};
/* TIAN_EUSAGE for an unknown field or theme (a query that cannot be parsed is run as plain words, and a note
 * says so); TIAN_ELIMIT beyond 1 MiB; TIAN_EAGAIN after the deadline. Nothing found is no error. */
int tian_search(struct tian_index *, const char *query, const struct tian_search_options *,
                struct tian_results **out, struct tian_error *);
void tian_results_free(struct tian_results *);

/* ---- Suggestions while typing ------------------------------------------------------ */

struct tian_suggest_options {
    size_t count; /* at most so many; 0: 10, never more than 50 */
    enum tian_role role;
};
struct tian_suggestion {
    const char *text;   /* what the whole input would become, to be searched for */
    const char *kind;   /* "word" of the index, "title" of a document */
    const char *how;    /* what was typed is its beginning or inside: as "typed", in "pinyin", its "initials"
                         * (alone    or among syllables), or it has the same "sound" */
    uint64_t documents; /* word: about how many hold it (with the parts before it, if any); title: how many
                         * are called so */
    const char *id;     /* title: the newest of these documents; word: NULL */
};
struct tian_suggestions {
    const struct tian_suggestion
        *suggestions; /* words, then titles; of each the best first: beginnings before
                       * insides, characters before pinyin, many documents before few */
    size_t nsuggestions;
    double milliseconds;
};
/* What typed (UTF-8, the part behind its last blank) may become: 老旧, laojiu, ljxq, 老jiu小, 老久小曲 all
 * give 老旧小区. Each character may be read in all its ways. The first call on a new state of the index reads
 * the vocabulary, which may take a second on 100,000 documents; others take milliseconds. None found is no
 * error, nor is empty text. Nothing that only removed documents hold is suggested, and to the public nothing
 * that only hidden ones hold. */
int tian_suggest(struct tian_index *, const char *typed, const struct tian_suggest_options *,
                 struct tian_suggestions **out, struct tian_error *);
void tian_suggestions_free(struct tian_suggestions *);

/* ---- Saved searches: new since last time ------------------------------------------------- */

struct tian_watch {
    const char *name, *query;
    const char *theme; /* as in tian_search_options; "" for none */
    enum tian_match match;
    uint64_t found; /* documents it had found when it was last run */
};
struct tian_watches {
    const struct tian_watch *watches; /* as they were added */
    size_t nwatches;
};
/* Keep a search under a name (no tab, no line end). What it finds now counts as seen: *found (may be NULL)
 * says how much that is. The options' match and theme are kept, the others are not used. TIAN_EUSAGE: there
 * is one of this name, or the query asks for nothing; otherwise as tian_search(); TIAN_ELOCKED: another
 * process is at it; TIAN_EIO. The index need not be open for writing: watches are kept beside it. */
int tian_watch_add(struct tian_index *, const char *name, const char *query,
                   const struct tian_search_options *, uint64_t *found, struct tian_error *);
int tian_watch_remove(struct tian_index *, const char *name, struct tian_error *); /* TIAN_ENOTFOUND */
int tian_watch_list(struct tian_index *, struct tian_watches **out, struct tian_error *);
void tian_watches_free(struct tian_watches *);

struct tian_watch_news {
    struct tian_watch watch;
    uint64_t total; /* documents it finds now */
    const struct tian_hit
        *hits; /* of these, new or with another text than when last seen; the newest first */
    size_t nhits;
    const char *const *notes;
    size_t nnotes;
};
struct tian_watch_report {
    const struct tian_watch_news *news; /* one a watch, as they were added */
    size_t nnews;
};
/* Run the watches of these names, all when n is 0. Nothing is marked as seen yet: give the report to
 * tian_watch_seen() when it has reached its reader. TIAN_ENOTFOUND: no such name. */
int tian_watch_run(struct tian_index *, const char *const *names, size_t n, struct tian_watch_report **out,
                   struct tian_error *);
int tian_watch_seen(struct tian_index *, const struct tian_watch_report *, struct tian_error *);
void tian_watch_report_free(struct tian_watch_report *);

/* ---- The dictionary ------------------------------------------------------------------ */

/* A clause in which a word stands, as it is cut without and with the word in the dictionary. */
struct tian_word_clause {
    const char *id; /* of the document */
    struct tian_text text;
    const char *without, *with; /* words, " | " between them; equal when the word changes nothing there */
    const char *why;            /* what happened to the word, and which word did it */
};
/* What happens to a word where it stands, and how often. */
struct tian_word_fate {
    const char *kind; /* "wins" becomes a word · "whole" was one already · "longer" a longer word of the
                       * dictionary has it inside · "inside" ICU's word has it inside · "begins-in" "ends-in"
                       * ICU's word reaches over its beginning, its end */
    const char *word; /* the other word, "" for wins and whole */
    const char *text; /* the same in words, in the reader's language */
    uint64_t times;
};
struct tian_word_report {
    const char *word;   /* folded, as the dictionary has it */
    bool known;         /* it is in the dictionary: without is then how it would be cut once removed */
    uint64_t documents; /* in which its characters stand in a row */
    uint64_t read;      /* of these, looked at: at most 1,000, spread evenly */
    uint64_t changed;   /* of those, cut differently with and without it */
    const struct tian_word_fate *fates; /* most often first, at most 8 */
    size_t nfates;
    const struct tian_word_clause *clauses; /* five at most, as different as can be */
    size_t nclauses;
};
/* TIAN_EUSAGE: it can be no word of a dictionary (two to 64 letters, digits or Chinese characters). */
int tian_dict_test(struct tian_index *, const char *word, struct tian_word_report **out, struct tian_error *);
void tian_word_report_free(struct tian_word_report *);

/* Put a word into the local dictionary, or take it out: the file $TIAN_DICT, else dict/local.txt of the share
 * folder (share as in tian_open_options). *said (may be NULL; tian_string_free()) tells what was done, or
 * that nothing was: the word was there already, also in another file. New imports use it at once, indexes
 * that are open within a second. TIAN_EUSAGE as above; TIAN_ENOTFOUND: to be taken out, but not in the local
 * dictionary; TIAN_EIO; TIAN_EFORMAT: that file is no UTF-8. */
int tian_dict_edit(const char *share, const char *word, bool add, char **said, struct tian_error *);

struct tian_dict_problem {
    const char *kind; /* "encoding" "form" "repeated" "function-word" "never-occurs" "never-wins" "merges" */
    const char *word, *file;
    unsigned line;
    const char *text; /* a sentence, in the reader's language */
};
struct tian_dict_problems {
    const struct tian_dict_problem *problems; /* by kind in this order, then as in the files */
    size_t nproblems;
    uint64_t words; /* in all files */
    uint64_t read;  /* documents that were cut to see which words win: at most 3,000, spread evenly */
};
/* What is odd about the dictionary: lines that are no UTF-8, words that cannot be matched, or stand twice;
 * that begin or end with 的 和 在 …; that no document has, or that never win where they stand because a
 * longer word or ICU's has them; that join two frequent words which
 * seldom stand side by side. */
int tian_dict_lint(struct tian_index *, struct tian_dict_problems **out, struct tian_error *);
void tian_dict_problems_free(struct tian_dict_problems *);

/* ---- Was this proposed before? ---------------------------------------------------- */

struct tian_check_options {
    size_t count;                 /* matches to report; 0: 5 */
    const char *against;          /* compare with this document only */
    const char *exclude;          /* leave this id out (the draft itself, when it is in the base) */
    const char *title, *proposer; /* of the draft, when known apart from its text */
    bool whole;                   /* give both texts whole with each match, equal characters marked */
    bool certify;                 /* fill in sha256 and digest, for tian_check_certificate() */
    enum tian_role role;
    unsigned deadline_ms; /* 0: 30 s */
};
struct tian_passage {              /* the same text on both sides */
    uint32_t draft_from, draft_to; /* bytes of the draft's text */
    uint32_t there_from, there_to; /* bytes of that document's body */
    const char *draft_text, *there_text;
    const char *section; /* of the draft: 情况 建议 …, "" */
};
struct tian_match_report {
    const char *id;
    const char *title;
    const char *verdict;        /* new same-theme same-problem merge refiled copied */
    const char *verdict_text;   /* in office words: 文字雷同 … */
    const char *rule;           /* the rule of verdict.conf that fired, with its numbers */
    const char *found_by;       /* what made it a candidate, in words: "20 equal clauses (rank 1) …" */
    double score;               /* 0 to 1, orders the matches */
    double mine, theirs;        /* share of the draft found there, of that document found here */
    double problem, suggestion; /* the same by section; -1 when the draft has no such section */
    uint32_t longest;           /* longest equal run, characters */
    const struct tian_passage *passages; /* longest first */
    size_t npassages;
    const struct tian_field *fields; /* number, session, proposer, lead_unit, outcome, reply … */
    size_t nfields;
    struct tian_text draft,
        there; /* with whole: what of each stands in the other; else and when hidden empty */
    bool hidden;
};
/* Was it raised, and answered, before? Those of the base that are on the draft's matter, from earlier
 * sessions. */
struct tian_past {
    const char *id, *title, *number, *session, *unit; /* "" when unknown; hidden: number and unit only */
    const char *outcome;                              /* solved planned reference explained …, "" */
    const char *verdict;                              /* against the draft */
    unsigned year;                                    /* 0: unknown */
    bool hidden;
};
struct tian_matter {
    const char *title;            /* of its nearest proposal */
    const char *summary;          /* "2021、2022、2024 年提过；列入计划；尚未解决" */
    bool solved;                  /* as the last answer says */
    const struct tian_past *past; /* oldest first */
    size_t npast;
};
struct tian_check {
    const char *verdict, *verdict_text;      /* of the worst match; "new" when there is none */
    bool repeat;                             /* merge, refiled or copied */
    const struct tian_match_report *matches; /* best first */
    size_t nmatches;
    uint64_t base;                  /* living documents compared with */
    unsigned year_first, year_last; /* of the base; 0 when unknown */
    const char *const *notes;       /* draft too short, base empty or tiny, hints of the linter … */
    size_t nnotes;
    const struct tian_label *labels; /* themes of the draft */
    size_t nlabels;
    const struct tian_matter *matters; /* nearest first */
    size_t nmatters;
    const char *title, *proposer; /* of the draft as it was read; "" when it has none */
    size_t letters;               /* of its text, punctuation not counted */
    char sha256[65], digest[33];  /* with certify: of the draft, of the base (tian_index_digest()); else "" */
    double milliseconds;
};
/* draft: the text (head lines 案由：… understood). TIAN_ELIMIT beyond 4 MiB. */
int tian_check(struct tian_index *, const char *draft, const struct tian_check_options *,
               struct tian_check **out, struct tian_error *);
void tian_check_free(struct tian_check *);
/* What is like a stored document: the matches of a check of it, itself and those that have nothing in common
 * with it left out, at most count (0: 3). *out NULL: the role may not read it. Errors as tian_check(). */
int tian_similar(struct tian_index *, const struct tian_document *, enum tian_role, size_t count,
                 struct tian_check **out, struct tian_error *);
/* One page for the files, HTML to be printed: draft, base, date, verdict, rule, passages. when: seconds since
 * 1970. malloc'ed; free with tian_string_free(). NULL when memory ran out. */
char *tian_check_certificate(const struct tian_check *, int64_t when);

/* ---- Merging a session's intake (并案) ---------------------------------------------- */

struct tian_merge_options {
    const char *session; /* "十四届三次"; NULL (and year 0): the newest session of the index */
    unsigned year;
    enum tian_role role;
    unsigned jobs;        /* threads; 0: one a processor */
    unsigned deadline_ms; /* 0: 10 min */
};
struct tian_merge_measure {
    struct tian_text text;   /* of a member: what stands in the main proposal is marked; of the main one: what
                                stands in any other of the group */
    double share;            /* of its letters that are marked or edited only a little; 0 to 1 */
    const char *const *with; /* of the main proposal: ids of those that ask for the same (share >= 0.5) */
    size_t nwith;
};
struct tian_merge_proposal {
    const char *id, *title;
    const struct tian_field *fields; /* number, proposer, cosigner, lead_unit, joint_unit, date, state … */
    size_t nfields;
    bool hidden;   /* only number and unit are shown */
    bool accepted; /* an officer put it here; else it is proposed */
    const char *verdict, *verdict_text,
        *rule;                  /* beside the main proposal; "" of that, and when there is none */
    double mine, theirs;        /* share of it found in the main one, of that found in it; -1: not told */
    double problem, suggestion; /* of its parts; -1 when it has none */
    uint32_t longest;           /* equal run, characters */
    const struct tian_merge_measure *measures;
    size_t nmeasures;
};
struct tian_merge_group {
    const struct tian_merge_proposal *proposals; /* the main one first, the nearest next */
    size_t nproposals;                           /* >= 2 */
    const char *reason;                          /* why this is the main one */
    const struct tian_count *units; /* lead and joint ones, with how many of the group name them */
    size_t nunits;
    bool same_lead; /* all name the same lead unit */
    bool open;      /* something in it is not decided yet */
};
struct tian_merge {
    const char *session;                   /* which was looked at: "十四届三次", "2024" or "" */
    uint64_t total;                        /* proposals in it */
    uint64_t compared;                     /* pairs laid side by side, of all that there are */
    const struct tian_merge_group *groups; /* open ones first, the strongest and largest before */
    size_t ngroups;
    uint64_t accepted, refused; /* pairs decided so far, in the whole index */
    const char *const *notes;
    size_t nnotes;
    double milliseconds;
};
/* Groups of proposals to be handled as one. Each is a star: every proposal was compared with the main one and
 * is a repeat by share/verdict.conf, or an officer put it there; what is like a member only is not in it. A
 * pair that was refused is never proposed again. TIAN_EUSAGE: that is no session; TIAN_ENOTFOUND: not one
 * proposal of it; TIAN_ELIMIT: more than 20,000. */
int tian_merge(struct tian_index *, const struct tian_merge_options *, struct tian_merge **out,
               struct tian_error *);
void tian_merge_free(struct tian_merge *);

/* Decisions, kept in the index (no writer's lock is needed). A proposal is named by its id, or by its number
 * where only one of the session (of options) has it. Accept: the others go below main; n 0: those that
 * tian_merge() proposes with it. *said (may be NULL; tian_string_free()) tells what was recorded.
 * TIAN_EUSAGE: a main proposal that is below another one, a member of two groups or of another session;
 * TIAN_ENOTFOUND; TIAN_ELOCKED. */
int tian_merge_accept(struct tian_index *, const struct tian_merge_options *, const char *main,
                      const char *const *ids, size_t n, char **said, struct tian_error *);
int tian_merge_refuse(struct tian_index *, const struct tian_merge_options *, const char *a, const char *b,
                      char **said, struct tian_error *);

/* What the decisions so far say of the thresholds of share/verdict.conf: precision and recall as they are,
 * and of each number alone, and thresholds that would do better. rules (may be NULL): also the file with
 * these thresholds in place. Both are texts, freed by tian_string_free(); nothing is changed. TIAN_ENOTFOUND:
 * no decision yet. */
int tian_merge_learn(struct tian_index *, bool json, char **out, char **rules, struct tian_error *);

/* "json" "csv" (a line a proposal, for a meeting; safe to open in a spreadsheet) "html" (one file, to be
 * printed); freed by tian_string_free(). NULL: no such format, or out of memory. */
char *tian_merge_format(const struct tian_merge *, const char *format);

/* ---- As JSON: one schema for every front end --------------------------------------- */

/* A malloc'ed NUL-terminated JSON object on one line (pretty: several); free with tian_string_free(). NULL
 * when memory ran out. The schemas are in doc/JSON.md. similar: of tian_similar(), NULL when not known. */
char *tian_results_json(const struct tian_results *, bool pretty);
char *tian_hit_json(const struct tian_hit *, uint64_t rank);
char *tian_document_json(const struct tian_document *, const struct tian_check *similar, bool pretty);
char *tian_watches_json(const struct tian_watches *, bool pretty);
char *tian_watch_report_json(const struct tian_watch_report *, bool pretty);
char *tian_word_report_json(const struct tian_word_report *, bool pretty);
char *tian_dict_problems_json(const struct tian_dict_problems *, bool pretty);
char *tian_suggestions_json(const struct tian_suggestions *, bool pretty);
char *tian_check_json(const struct tian_check *, const char *draft_id, bool pretty);
void tian_string_free(char *);

/* The other way: one line of JSON Lines → its keys and values, as tian_index_add() reads them (numbers and
 * true/false as text, arrays joined by 、, objects as JSON; null and "" are left out). origin is "given".
 * *fields is freed by tian_json_fields_free(). TIAN_EFORMAT: not a JSON object, or not UTF-8; TIAN_EMEMORY.
 */
int tian_json_fields(const char *line, size_t n, struct tian_field **fields, size_t *nfields,
                     struct tian_error *);
void tian_json_fields_free(struct tian_field *);

/* ---- Themes and the inside ----------------------------------------------------------- */

/* Labels of a text by the index's taxonomy, best first, in a struct freed by tian_labels_free(). */
struct tian_labels {
    const struct tian_label *labels;
    size_t nlabels;
};
int tian_theme_label(struct tian_index *, const char *title, const char *body, struct tian_labels **out,
                     struct tian_error *);
void tian_labels_free(struct tian_labels *);
/* Every node of the taxonomy with the number of documents labelled by it: name and count a line. */
int tian_theme_list(struct tian_index *, char **out, struct tian_error *);

/* A taxonomy by itself: labelling needs no index. share as in tian_open_options, file NULL: the usual one.
 * May be used by several threads. */
struct tian_themes;
int tian_themes_open(const char *share, const char *file, struct tian_themes **out, struct tian_error *);
int tian_themes_label(const struct tian_themes *, const char *title, const char *body,
                      struct tian_labels **out, struct tian_error *);
void tian_themes_close(struct tian_themes *);

/* Learning from texts whose theme is known, and measuring how well a taxonomy labels such texts. */
struct tian_learn_options {
    const char *from;  /* JSON Lines (gzip too) with theme, and title and text, or words; NULL: the documents
                        * of  the index whose theme an officer or the data gave */
    const char *share; /* as in tian_open_options */
    const char *taxonomy; /* what to test; NULL: the usual one */
    unsigned folds; /* test: learn from the other parts of so many instead (2 to 100); 0: test the taxonomy */
    bool json;      /* test: the answer as one JSON object */
};
/* The learned taxonomy → the file out, replaced as a whole; *summary (may be NULL; tian_string_free()) says
 * of how much. The index may be NULL when from is given. TIAN_EFORMAT: a line that is none; under two themes.
 */
int tian_theme_learn(struct tian_index *, const struct tian_learn_options *, const char *out, char **summary,
                     struct tian_error *);
/* Precision, recall and F1 of every theme, confidence against truth, confusions, the surest errors. */
int tian_theme_test(struct tian_index *, const struct tian_learn_options *, char **out, struct tian_error *);

/* Candidates for new themes, in the form of a taxonomy file with comments: words that the year (0: the last
 * of the index) has more of than earlier years, and groups among the documents that no theme fits, with
 * examples. */
int tian_theme_new(struct tian_index *, unsigned year, char **out, struct tian_error *);
/* Label all documents anew by a taxonomy file; NULL: the usual one. Only the labels are written, nothing is
 * built again; the index keeps the file's text and labels by it what is added later. The index must be open
 * for writing; other handles, a running server among them, go over to it within a second. */
int tian_theme_apply(struct tian_index *, const char *file, struct tian_error *);
/* Themes an officer decides: nodes of the index's taxonomy, named in full, by their last part, or by a piece
 * that only one has (养老). They go before all other labels, ours are none any more, and no import, rebuild
 * or other taxonomy takes them away; learning from the index takes them as the truth. All in one commit. The
 * index must be open for writing. TIAN_EUSAGE: no such theme, or several; TIAN_ENOTFOUND: no such document;
 * then nothing was changed. */
struct tian_theme_choice {
    const char *id;
    const char *const *themes; /* in place of those chosen before */
    size_t nthemes;            /* 0: takes them back */
};
int tian_theme_set(struct tian_index *, const struct tian_theme_choice *, size_t n, struct tian_error *);
/* Why a document has its themes: who gave them, the words, where they stand, the runners-up. */
int tian_theme_explain(struct tian_index *, const char *id, bool json, char **out, struct tian_error *);
/* What is wrong with a taxonomy, a line a finding: by itself, and over the documents of the index unless that
 * is NULL. *findings (may be NULL) counts the lines that name a fault. share and file as in
 * tian_themes_open(). */
struct tian_lint_options {
    const char *share, *file;
    size_t *findings;
};
int tian_theme_lint(struct tian_index *, const struct tian_lint_options *, char **out, struct tian_error *);

/* ---- The numbers an office prints ------------------------------------------------------ */

struct tian_report_options {
    const char *session; /* "十四届三次"; NULL: any */
    unsigned year;       /* 0: any */
    const char *cross; /* a table of two or three of year session period proposer_kind proposer category theme
                        * subtheme unit outcome state satisfaction, commas between; NULL: the usual tables */
    const char *trend; /* instead: how this theme developed (named as for tian_theme_set()): year by year,
                        * words that came and went and who used them first, what was solved at a later try */
    const char *compare; /* instead: path of a printed report, prose or a table of two columns (key, value),
                          * whose numbers are held against the usual tables by the words of
                          * share/printed.conf: tables "differs" "misses" (printed parts that do not add up)
                          * "unknown" "unprinted" "agrees", those that are not empty */
    enum tian_role role; /* the public sees hidden documents counted, not named, nor who proposed them */
    bool explain;        /* fill ids */
    const char *table, *line; /* with explain: only of the cell in this table, line (keys) and column … */
    size_t column;
    size_t offset, count; /* … and of what it counts this part; count 0: all */
};
struct tian_report_cell {
    uint64_t documents;
    double share;           /* of the total (first column), of its line (others); 0 to 1 */
    const char *const *ids; /* with explain: what was counted */
    size_t nids;
    bool named; /* it counts documents that explain can name; not, for example, units */
    const char
        *text; /* shown instead of the number, about the document ids[0] if there is one; mostly NULL */
};
struct tian_report_line {
    const char *key;  /* the same in every language: solved; "" what is not stated; "total" */
    const char *name; /* 解决或采纳 */
    const struct tian_report_cell *cells; /* one a column */
};
struct tian_report_table {
    const char *key, *title;
    const char *const *columns; /* the first: documents; others: values of the second axis */
    size_t ncolumns;
    const struct tian_report_line *lines;
    size_t nlines;
    uint64_t total; /* documents the lines add up to; 0: they do not, as those of the table "numbers" */
    size_t drawn;   /* a chart shows so many columns from the first on; 0: as usual, no totals */
};
struct tian_report {
    const char *title;
    const char *selection;         /* what the options chose, as in an address: "session=…&year=2024" */
    const char *const *paragraphs; /* the statistics as an office writes them */
    size_t nparagraphs;
    const struct tian_report_table *tables; /* without cross the first is "numbers" */
    size_t ntables;
    const char *const *notes; /* what the reader of the numbers must know */
    size_t nnotes;
    double milliseconds;
    size_t differs; /* with compare: how many printed numbers are not ours */
};
/* Exact counts of the living proposals: documents with a number or a proposer. TIAN_EUSAGE: no such axis; a
 * session that cannot be read. TIAN_ENOTFOUND: not one proposal, or not one number in the
 * printed report. TIAN_EIO: it cannot be read. TIAN_ELIMIT: over a million cells. */
int tian_report(struct tian_index *, const struct tian_report_options *, struct tian_report **out,
                struct tian_error *);
void tian_report_free(struct tian_report *);
/* "text" "markdown" "csv" (safe to open in a spreadsheet) "json" "html" (one file, charts as SVG) "section"
 * (the inside of such a page, for the server: numbers are links to what they count); freed by
 * tian_string_free(). NULL: no such format, or out of memory. */
char *tian_report_format(const struct tian_report *, const char *format);

/* ---- What things are called --------------------------------------------------------------- */

/* A field's name in the reader's language: number → 案号; the name itself when it is not known. */
const char *tian_field_label(const char *name);
/* A field's value in words: of a code (outcome solved → 解决或采纳), of "" (未注明, 未分类), else the value
 * itself. */
const char *tian_field_wording(const char *name, const char *value);

/* what: "cut" (text → words), "terms" (id → what is indexed), "plan" (query → how it is run),
 * "normal" (text → normal form), "repair" (text → what is noise). A text for people, freed by
 * tian_string_free(). TIAN_EUSAGE for another what. */
int tian_debug(struct tian_index *, const char *what, const char *argument, char **out, struct tian_error *);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
