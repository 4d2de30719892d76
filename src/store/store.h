/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * store: everything on disk. Records are the truth: an append-only log of
 * documents, acknowledged only when fsynced. Segments are derived from them and
 * can always be thrown away: words (Xapian), lists (pairs, clauses), columns.
 * A manifest names the segments being served; it is replaced by one rename, and
 * a snapshot is one manifest, opened: immutable, shared by any number of threads.
 * The formats are in doc/FORMAT.md.
 */
#ifndef TIAN_STORE_H
#define TIAN_STORE_H

#include "document/document.h"

struct store;
struct snapshot;

/* ---- Opening ------------------------------------------------------------- */

enum store_mode {
    STORE_READ,   /* never writes, needs no lock */
    STORE_WRITE,  /* takes the lock, recovers what a crash left */
    STORE_CREATE, /* as WRITE; makes the index when there is none */
    STORE_SALVAGE /* as WRITE; when what the manifest names is damaged or missing, all is made anew from the
                     records */
};

/* Lives as long as the arena. TIAN_EINDEX: none there, or damaged (the message says what to do);
 * TIAN_ELOCKED: somebody writes (the message says who). */
int store_open(struct ctx *, struct arena *, const char *path, enum store_mode, struct store **out);
struct store_options {
    enum store_mode mode;
    int wait_ms;       /* for the lock */
    const char *share; /* share folder, outliving the store; NULL: the installed one */
};
int store_open_with(struct ctx *, struct arena *, const char *path, const struct store_options *,
                    struct store **out);

/* The newest manifest. Several threads may ask. It is held by ctx->arena: given back when that ends, or
 * before by store_release() with the same ctx. When the newest cannot be opened the last good one serves on.
 */
int store_snapshot(struct ctx *, struct store *, struct snapshot **out);
void store_release(struct ctx *, struct snapshot *); /* takes NULL */

/* ---- Reading: documents are numbers 0 … span-1, the dead among them ------- */

uint32_t snapshot_span(const struct snapshot *);
uint32_t snapshot_live(const struct snapshot *);
bool snapshot_is_live(const struct snapshot *, uint32_t doc);
int snapshot_find(struct ctx *, const struct snapshot *, struct str id, uint32_t *doc); /* TIAN_ENOTFOUND */
int snapshot_document(struct ctx *, const struct snapshot *, struct arena *, uint32_t doc,
                      struct document *out);
/* Its id alone, which needs no unpacking; lives as long as the snapshot. */
int snapshot_id(struct ctx *, const struct snapshot *, uint32_t doc, struct str *out);

enum number_column { /* one unsigned number a document */
    COLUMN_RECORD,   /* file << 40 | offset of its record */
    COLUMN_ID_HASH,
    COLUMN_CONTENT_HASH,
    COLUMN_TERMS_HASH,
    COLUMN_SIZE, /* bytes of title and body */
    COLUMN_YEAR,
    COLUMN_TERM,
    COLUMN_MEETING,
    COLUMN_DATE, /* 20240112 */
    COLUMN_FLAGS,
    COLUMN_SOURCE,        /* hash of the source's path */
    COLUMN_LENGTH,        /* in words, as ranking counts them; 0 also in a segment of an older version */
    COLUMN_PORTABLE_HASH, /* document_portable_hash(); 0 also in a segment of an older version */
    NUMBER_COLUMNS
};
enum {
    FLAG_HIDDEN = 1,
    FLAG_KEY = 2,
    FLAG_EXCELLENT = 4,
    FLAG_MERGED = 8,
    FLAG_IN_SESSION = 16,    /* handed in during a meeting */
    FLAG_AFTER_SESSION = 32, /* or between meetings; neither: not stated */
    FLAG_OFFICER = 64        /* an officer gave it themes */
};
enum text_column { /* one text a document; several values joined by '\x1f' */
    COLUMN_NUMBER,
    COLUMN_PROPOSER,
    COLUMN_PROPOSER_KIND,
    COLUMN_CATEGORY,
    COLUMN_THEME, /* labels above their threshold, best first */
    COLUMN_UNITS,
    COLUMN_OUTCOME,
    COLUMN_STATE,
    COLUMN_SATISFACTION,
    TEXT_COLUMNS
};
uint64_t snapshot_number(const struct snapshot *, uint32_t doc, enum number_column);
double snapshot_average_size(const struct snapshot *); /* of COLUMN_SIZE, the dead among them; at least 1 */
/* The first and the last year of the living documents; 0 when none has one. */
void snapshot_years(const struct snapshot *, unsigned *first, unsigned *last);
struct str snapshot_text(const struct snapshot *, uint32_t doc, enum text_column);

/* For counting: a segment's codes of a text column and what they stand for. */
struct column_view {
    uint32_t first, count; /* documents first … first+count-1 */
    uint32_t ncodes;
    const void *columns; /* private */
    enum text_column column;
};
size_t snapshot_segments(const struct snapshot *);
void snapshot_column(const struct snapshot *, size_t segment, enum text_column, struct column_view *out);
uint32_t column_code(const struct column_view *, uint32_t doc); /* doc in the view's range */
struct str column_text(const struct column_view *, uint32_t code);

/* ---- Finding: lists of letters and pairs, of clause fingerprints ---------- */

enum list_set {
    LIST_PAIRS,
    LIST_CLAUSES,
    LIST_SETS
};
struct docs {
    uint32_t *at; /* ascending */
    size_t n, cap;
};
/* Documents in a list, the dead among them (an upper bound of what lives). */
uint32_t snapshot_list_size(const struct snapshot *, enum list_set, uint32_t key);
/* The living documents in all n lists (n ≥ 1), overwriting out, which must be vec_init'ed. */
int snapshot_intersect(struct ctx *, const struct snapshot *, enum list_set, const uint32_t *keys, size_t n,
                       struct docs *out);

/* Keep of docs[0..n), ascending, those that are in a list; returns how many are left. */
size_t snapshot_filter(const struct snapshot *, enum list_set, uint32_t key, uint32_t *docs, size_t n);

/* ---- Ranking: BM25 over words --------------------------------------------- */

enum {
    TITLE_TIMES = 2 /* a word of the title is counted so often (measured: doc/RANKING.md) */
};

struct rank_word {
    struct str term; /* as cut_term() makes it */
    double weight;
};
struct rank_query {
    const struct rank_word *words;
    size_t nwords;
    const struct docs
        *required; /* only these, all of them, those without a word scoring 0; NULL: any that has a word */
    double rare;   /* weight × idf^rare: with more of it rare words say more; 0: BM25 as it is */
};
struct rank_hit {
    uint32_t doc;
    double score;
};
/* The hits from rank `first` on, at most count, best first, equal scores by ascending doc; never the dead. */
int snapshot_rank(struct ctx *, struct snapshot *, const struct rank_query *, size_t first, size_t count,
                  struct rank_hit *out, size_t *n);
uint32_t snapshot_word_count(struct ctx *, struct snapshot *, struct str term); /* documents holding it */

/* ---- Vocabulary: what can be suggested ------------------------------------- */

struct vocabulary_word {
    struct str term;
    uint32_t documents; /* the dead among them */
};
struct vocabulary {
    struct vocabulary_word *words; /* distinct, as cut_term() makes them; in no order that matters */
    size_t nwords;
    struct str *titles; /* of every document, as written but for the end of long ones; empty: none, or dead */
};
/* All words and titles, owned by the arena. Titles stand in the records, which is slow to read through, so
 * what was read of a segment is kept in cache/ of the index, where it may be thrown away at any time. */
int snapshot_vocabulary(struct ctx *, const struct snapshot *, struct arena *, struct vocabulary *out);

/* What a stage above makes of a snapshot once, and keeps with it: made for the first who asks, in an arena
 * that lives as long as the snapshot; others wait for it. There is one such thing; self goes to make(). */
typedef int snapshot_make(struct ctx *, const struct snapshot *, struct arena *, void *self, void **out);
int snapshot_keep(struct ctx *, struct snapshot *, snapshot_make *make, void *self, const void **out);

/* ---- Watches: saved searches and what they have found ---------------------- */

struct watch_key {    /* a document as it was shown */
    uint64_t content; /* COLUMN_CONTENT_HASH */
    uint64_t text;    /* of id, title and body alone: it stays when only data beside the text changes */
};
struct watch_keys {
    struct watch_key *at;
    size_t n, cap;
};
struct watch {
    struct str name, theme, query;
    int match; /* enum tian_match */
    struct watch_keys seen;
};
struct watches {
    struct watch *at;
    size_t n, cap;
};
/* Kept in the file `watches` of the index, beside the manifest: rebuilding, merging and compacting do not
 * touch it. No file: none. TIAN_EINDEX: damaged. */
int watches_read(struct ctx *, struct arena *, const char *index, struct watches *out);
int watches_write(struct ctx *, const char *index, const struct watches *); /* durable, replaced as a whole */
/* For who changes them: held until the arena ends. TIAN_ELOCKED. */
int watches_lock(struct ctx *, struct arena *, const char *index);

/* ---- Decisions: which proposals officers put together, or kept apart -------- */

struct decision {
    bool refuses;    /* else it accepts: ids[0] is the main proposal, the others go below it */
    struct str *ids; /* refused: two */
    size_t nids;
    struct str when; /* 2026-02-03T10:11:12Z, UTC; appending sets it */
};
struct decisions { /* oldest first */
    struct decision *at;
    size_t n, cap;
    size_t damaged; /* lines that could not be read, and were passed over */
    struct arena *arena;
    struct map *nodes, *refused; /* private */
};
/* Kept in the file `decisions` of the index, beside the manifest, only ever added to. No file: none.
 * TIAN_EINDEX: its first line is not ours. */
int decisions_read(struct ctx *, struct arena *, const char *index, struct decisions *out);
/* The main proposal of the accepted group id is in (itself, when it is the main one); STR_NONE: in none. */
struct str decisions_main(const struct decisions *, struct str id);
/* Pairs that stand as accepted, as refused now. */
void decisions_count(const struct decisions *, uint64_t *accepted, uint64_t *refused);
bool decisions_refused(const struct decisions *, struct arena *scratch, struct str a, struct str b);
int decisions_append(struct ctx *, const char *index, const struct decision *); /* durable */
/* For who adds: held until the arena ends. TIAN_ELOCKED. */
int decisions_lock(struct ctx *, struct arena *, const char *index);

struct ranking;
/* What a reading request works with: the stages above take this one pointer. */
struct reader {
    struct snapshot *snapshot;
    const struct lexicon *lexicon;
    const struct builder *builder;
    struct cutter *cutter;         /* this request's: not shared */
    const struct pinyin *pinyin;   /* NULL: no suggestions by sound */
    const struct ranking *ranking; /* search's; NULL: the usual numbers */
};

/* ---- Writing -------------------------------------------------------------- */

struct import_options {
    unsigned jobs; /* threads; 0: processors */
    size_t memory; /* budget in bytes; 0: 150 MB */
    bool rebuild;  /* read all again, changed or not */
    bool strict;   /* stop at the first failure */
    bool require_sandbox;
    const char *share;             /* share folder or NULL */
    const struct lexicon *lexicon; /* of that folder, when at hand: reading them takes some ms; or NULL */
    const struct builder *builder;
    void (*progress)(void *self, const struct tian_progress *); /* from one thread at a time; may be NULL */
    void *self;
    const char *log_path; /* import log as JSON Lines, appended; NULL: <index>/log/import.jsonl */
};
/* Read files and folders into the store: new and changed documents are put, documents that a changed
 * source no longer has are removed, what has not changed is skipped. Files that fail are reported in the
 * summary and in the log; the others are in. Returns the worst code met among the files (after all was done).
 */
int store_import(struct ctx *, struct store *, const char *const *paths, size_t n,
                 const struct import_options *, struct tian_import_summary *);
/* Documents from memory: all requests become one commit (put.c). Each has its own code and error:
 * TIAN_EFORMAT with the line, then nothing of it is in. What is returned concerns all. Of options: share,
 * jobs, lexicon, builder. */
struct put_request {
    struct str lines; /* JSON Lines */
    int rc;
    struct tian_error error;
    struct tian_import_summary summary; /* documents, added, updated, same, bytes */
};
int store_put(struct ctx *, struct store *, struct put_request *const *, size_t n,
              const struct import_options *);
/* Joining small segments (merge.c) while others go on writing and reading: are there too many (*segments: how
 * many)? Make the larger one: takes time, but no turn. Put it in its place: a commit, takes the writer's
 * turn. The cheap one does both for the newest ones only. */
struct merging;
bool store_join_due(struct store *, size_t *segments);
int store_join_make(struct ctx *, struct store *, struct merging **out); /* NULL: nothing to do */
int store_join_install(struct ctx *, struct merging *);
int store_join_cheap(struct ctx *, struct store *);
/* Remove documents by id; *removed counts those that were there. */
int store_remove(struct ctx *, struct store *, const struct str *ids, size_t n, size_t *removed);
/* Themes an officer gives to documents: in place of those he gave before, in one commit. TIAN_ENOTFOUND: no
 * such document; then nothing was changed. Of options: share, lexicon, and builder, which must be given. */
struct officer_label {
    struct str id;
    struct str themes; /* one a line; empty: what he said is taken back */
};
int store_label(struct ctx *, struct store *, const struct officer_label *, size_t n,
                const struct import_options *);
/* Label all documents by another taxonomy, the builder's, whose file has this text; empty: the usual one. The
 * index keeps the text and labels by it what is added later. */
int store_relabel(struct ctx *, struct store *, const struct builder *, struct str taxonomy);
/* The taxonomy an index keeps, or NULL: the usual one. */
const char *store_themes(struct ctx *, struct arena *, const char *index);
/* Make one segment of all living documents from the records; nothing else changes. */
int store_rebuild(struct ctx *, struct store *, const struct import_options *);

/* One segment of all, and no record in the log that a later one has replaced. */
struct compact_summary {
    uint64_t before, after; /* bytes on disk */
    uint64_t replaced;      /* versions of living documents that were left out */
    uint64_t removed;       /* documents that were left out with all their versions and their removal */
};
int store_compact(struct ctx *, struct store *, const struct import_options *, struct compact_summary *);

/* A copy of what is served now, while others write. See backup.c. */
struct backup_summary {
    uint64_t files, bytes, written; /* of the backup; bytes that were not there already */
};
typedef int backup_write(void *self, const char *bytes, size_t n); /* 0: go on */
int store_backup(struct ctx *, struct store *, const char *folder, struct backup_summary *);
int store_backup_stream(struct ctx *, struct store *, backup_write *, void *self, struct backup_summary *);
/* From such a folder, or from a stream in a file ("-": stdin), to an index, which may be there and be served.
 * The one replaced stays beside it as <index>.before-restore. TIAN_EINDEX: the backup is damaged, nothing was
 * changed. */
int store_restore(struct ctx *, const char *from, const char *index, int wait_ms);

/* ---- The inside ----------------------------------------------------------------- */

struct store_sizes {
    uint64_t records, segments_bytes, text; /* bytes */
    uint64_t segments, dead;
    unsigned year_first, year_last;
};
int snapshot_sizes(struct ctx *, const struct snapshot *, struct store_sizes *out);

/* What is indexed of a document, for people: words with counts, pairs, clauses, columns. */
int snapshot_terms_text(struct ctx *, const struct reader *, uint32_t doc, struct buf *out);

/* ---- Care ----------------------------------------------------------------- */

struct digest {
    uint64_t high, low;
    uint64_t documents;
};
/* Of all living documents and their terms; independent of order, segments and threads, and of the files the
 * documents came from: what was dumped and loaded elsewhere has the same. Of documents in segments of an
 * older version the records are read. TIAN_EINDEX: such a record is damaged. */
int snapshot_digest(struct ctx *, struct snapshot *, struct digest *out);

/* Every checksum of every file; with full, every document re-cut and compared with the lists and words.
 * say gets one line a problem. 0 when all is well, else TIAN_EINDEX. */
typedef void verify_say(void *self, const char *line);
int store_verify(struct ctx *, struct store *, bool full, verify_say *say, void *self);

#endif
