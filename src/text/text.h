/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * text: pure functions on Chinese text. No I/O but loading word files.
 *
 *   original ──repair──▶ skips ──normalise──▶ normal form ──cut──▶ words
 *    UTF-8               (what is noise)      UTF-16 + map   └───▶ letters, pairs, clauses
 *
 * The original is never changed. Repair names the byte ranges of it that are
 * noise (a hard wrap inside a sentence, a page number, a blank between Han and
 * digits); the normal form is what is left, one UTF-16 unit a character, width,
 * case, script and quotes folded, each unit knowing the byte it came from. All
 * that is searched, compared and cut is the normal form; all that is shown and
 * marked is the original. Documents and questions go through the same functions.
 */
#ifndef TIAN_TEXT_H
#define TIAN_TEXT_H

#include "base/buf.h"
#include "base/ctx.h"

/* ---- repair.c ------------------------------------------------------------ */

struct skip {
    uint32_t from, to; /* bytes of the original, from < to */
};
struct skips {
    struct skip *at; /* ascending, disjoint */
    size_t n;
};

/* What in this text is noise of extraction. Lines that end inside a sentence
 * are joined only where the text shows that it was wrapped (see repair.c for
 * the evidence asked); texts with one paragraph a line get no skips at all. */
void text_repair(struct arena *, struct str original, struct skips *out);

/* The text without them, in arena; and which byte of the original a byte of it is. Skips behind the end of
 * original are not looked at. */
struct str text_without(struct arena *, struct str original, const struct skips *);
uint32_t skips_original(const struct skips *, uint32_t at);

/* ---- normalise.c --------------------------------------------------------- */

struct normal {
    uint16_t *unit; /* n folded UTF-16 units; blanks are ' ', line ends '\n' */
    uint32_t *at;   /* n + 1: byte of the original where the unit's character starts; at[n] = original.n */
    size_t n;
    size_t cap; /* private: buffers are reused from one call to the next */
};
void normal_init(struct normal *, struct arena *);

/* Fold the original (valid UTF-8; skips may be NULL) into out, overwriting it. */
void text_normalise(struct str original, const struct skips *, struct normal *out);

/* Traditional characters as Simplified ones where those take as many bytes, so that places stay true: in room
 * (s.n bytes), or s itself when nothing changes. For comparing names and headings; text is normalised. */
struct str text_simplified(struct str s, char *room);

/* Byte of the original behind the character that unit i came from. */
uint32_t normal_end(const struct normal *, struct str original, size_t i);

/* Units [from, to) as UTF-8, appended. */
void normal_utf8(const struct normal *, size_t from, size_t to, struct buf *out);

/* What a folded unit is. Letters (all but NONE) make pairs with their neighbours. */
enum text_class {
    CLASS_NONE,
    CLASS_HAN,
    CLASS_LATIN,
    CLASS_DIGIT
};
extern const uint8_t text_class_table[65536];
static inline enum text_class text_class(uint16_t unit)
{
    return (enum text_class)text_class_table[unit];
}

/* The key of a single letter and of two adjacent letters, as pair lists use them. */
static inline uint32_t pair_key(uint16_t a, uint16_t b)
{
    return (uint32_t)a << 16 | b;
}
static inline uint32_t letter_key(uint16_t a)
{
    return a;
}

/* The first place at or after from where needle's units stand in text, or SIZE_MAX. */
size_t normal_find(const struct normal *text, const uint16_t *needle, size_t n, size_t from);

/* ---- lexicon.c: dictionary, stop words, synonyms ------------------------- */

struct lexicon; /* immutable once loaded: shared by threads */

/* All of share/dict/ (every .txt) and the file $TIAN_DICT, share/stopwords.txt, share/synonyms.txt, and the
 * names of share/units/units.conf, each of a unit a synonym of its others; folder
 * NULL: the installed share. Errors: TIAN_EIO; TIAN_EFORMAT names file and line. A missing file is an empty
 * one. Lives as long as the arena. */
int lexicon_load(struct ctx *, struct arena *, const char *folder, struct lexicon **out);

/* Another one, with or without a word; stop words and synonyms are those of base, which must outlive it. */
struct lexicon *lexicon_changed(struct arena *, const struct lexicon *base, struct str word, bool with);

/* Length in units of the longest dictionary word that starts at unit[0], 0 when none does. */
size_t lexicon_match(const struct lexicon *, const uint16_t *unit, size_t n);
bool lexicon_has(const struct lexicon *, struct str word);
bool lexicon_is_stop(const struct lexicon *, struct str folded_word);
size_t lexicon_words(const struct lexicon *);
uint64_t lexicon_hash(const struct lexicon *); /* of the dictionary's content */

/* ---- dictionary.c: its files, for who edits and checks them ---------------- */

struct dictionary_line {
    struct str word;   /* as written, notes left out; empty when bad */
    struct str folded; /* as the lexicon has it */
    struct str rest;   /* what stands behind a blank: it is not used */
    const char *path;
    unsigned line;
    bool bad; /* no UTF-8 */
};
struct dictionary {
    struct dictionary_line *at;
    size_t n, cap;
};
/* Every line with a word, in the order of lexicon_load(), which it does not need to succeed. */
int dictionary_read(struct ctx *, struct arena *, const char *folder, struct dictionary *out);

/* Two to 64 letters, nothing else: only such words can stand in a text. */
bool dictionary_can_have(struct str word);

/* The file for words of one's own: $TIAN_DICT, else dict/local.txt of the share folder. */
const char *dictionary_local(struct arena *, const char *folder);
/* Add the word's line to that file, or take out all that fold to it; durable. *changed: it was not there, was
 * there.
 */
int dictionary_edit(struct ctx *, const char *folder, struct str word, bool add, bool *changed);

/* Query-time synonyms of a folded word: others[0..n), owned by the lexicon. */
size_t lexicon_synonyms(const struct lexicon *, struct str folded_word, const struct str **others);

/* ---- cut.c: the one cutter ----------------------------------------------- */

struct cutter; /* one a thread */
int cutter_new(struct ctx *, struct arena *, const struct lexicon *, struct cutter **out);

struct token {
    uint32_t from, to; /* units of the normal form */
};
struct tokens {
    struct token *at;
    size_t n, cap;
};

/* The words in [from, to): ICU's pieces, adjacent ones merged where the dictionary
 * has the whole (longest match); blanks and punctuation left out. Overwrites out,
 * which belongs to the cutter and is good until its next use. */
const struct tokens *cut_words(struct cutter *, const struct normal *, size_t from, size_t to);

/* The same text as what ranks: words of the dictionary in ICU's pieces where these fit (养老服务 → 养老 |
 * 服务). Overwrites what cut_words() gave, and the other way round. */
const struct tokens *cut_pieces(struct cutter *, const struct normal *, size_t from, size_t to);
/* The words that the last cut_pieces() gave as several pieces. */
const struct tokens *cut_apart(const struct cutter *);

/* Distinct letters and pairs of [from, to), unordered, appended to out; the set is emptied by cut_begin. */
void cut_begin(struct cutter *);
struct keys {
    uint32_t *at;
    size_t n, cap;
};
void cut_pairs(struct cutter *, const struct normal *, size_t from, size_t to, struct keys *out);

/* A token as an index term: UTF-8 of its units; longer than 200 bytes: its first 180 and a hash. */
void cut_term(const struct normal *, struct token, struct buf *out);

/* ---- pinyin.c: how characters are read ------------------------------------ */

struct pinyin; /* immutable once loaded: shared by threads */

/* share/pinyin.txt; folder as for lexicon_load(). A missing file: no character has a reading. TIAN_EFORMAT
 * names the line. Lives as long as the arena. */
int pinyin_load(struct ctx *, struct arena *, const char *folder, struct pinyin **out);

bool pinyin_alike(const struct pinyin *, uint16_t a, uint16_t b); /* equal, or a reading in common */

/* One character as it was typed: the character itself, one that sounds like it or nearly so (zh z, ch c, sh
 * s; -n -ng), or a reading that starts with letters. */
enum sound_kind {
    SOUND_SELF,
    SOUND_LIKE,
    SOUND_NEAR,
    SOUND_RANGE
};
struct sound {
    enum sound_kind kind;
    uint16_t unit;     /* but of RANGE */
    uint16_t from, to; /* RANGE: syllables by number; private */
};
bool sound_fits(const struct pinyin *, const struct sound *, uint16_t unit);

/* The units that fit, in runs (a unit may come in several): step 0, 1, 2 … until false. */
struct units {
    const uint16_t *at;
    size_t n;
};
bool sound_units(const struct pinyin *, const struct sound *, size_t step, struct units *out);

/* How a typed text can be read, best first: 老jiuxq. Only its end may be an unfinished syllable. p may be
 * NULL. */
enum pattern_kind {
    PATTERN_TYPED,    /* every character itself */
    PATTERN_SPELLED,  /* letters are syllables */
    PATTERN_INITIALS, /* letters are initials */
    PATTERN_MIXED,    /* letters are both */
    PATTERN_ALIKE,    /* Han characters stand for any that sounds like them */
    PATTERN_NEAR      /* … or nearly so */
};
struct pinyin_pattern {
    enum pattern_kind kind;
    struct sound *sounds;
    size_t n;
};
struct pinyin_patterns {
    struct pinyin_pattern *at;
    size_t n, cap;
};
void pinyin_patterns(const struct pinyin *p, struct arena *, const uint16_t *unit, size_t n,
                     struct pinyin_patterns *out);

/* How a word is spelled: laojiuxiaoqu, or its initials ljxq; at most 16 combinations of readings, the
 * commonest first. What has no reading stands for itself. */
struct pinyin_word {
    const uint16_t *unit;
    size_t n;
    bool initials;
};
size_t pinyin_keys(const struct pinyin *, struct arena *, struct pinyin_word, struct str **keys);

/* ---- clause.c ------------------------------------------------------------ */

enum clause_kind {
    CLAUSE_SENTENCE,
    CLAUSE_CLAUSE
};

/* The sentence (ends 。；！？!?; or a line end) or clause (also ，、：) that starts at or after unit from:
 * *begin and *end in units, leading blanks and numbering like （一） 1. left out of *begin, the end mark
 * inside *end. False at the end of the text. */
bool text_clause(const struct normal *, enum clause_kind, size_t from, size_t *begin, size_t *end);

/* Fingerprint of [from, to): letters only, digits and XX placeholders left out; 0 when fewer than 6 are left.
 */
uint32_t text_fingerprint(const struct normal *, size_t from, size_t to);

/* ---- number.c ------------------------------------------------------------ */

/* The number at the start of s: ASCII or full-width digits, or Chinese numerals (一千九百七十二, 二〇二四,
 * 两万); *used = bytes read. False when there is none. */
bool number_at(struct str s, uint64_t *value, size_t *used);

/* An amount as reports print them: 26, 1,824, 二千三百, 88.5%, 百分之七十三点一. */
struct amount {
    double value; /* of a percentage what stands before the sign: 88.5 */
    unsigned decimals;
    bool percent;
};
/* The amount at the start of s, and *used; false when there is none. */
bool amount_at(struct str s, struct amount *, size_t *used);

/* 十四届三次(会议), 第十四届第三次, 14-3, 十四届三次-0123: term and meeting, 0 when not named. */
bool session_at(struct str s, unsigned *term, unsigned *meeting);

/* 2024年1月12日, 2024-01-12, 二〇二四年一月, 2024: parts not named are 0. */
bool date_at(struct str s, unsigned *year, unsigned *month, unsigned *day);

/* Other ways to write the numbers in s (2020年 ⇄ 二〇二〇年, 百分之七十四 ⇄ 74%): n forms in arena, s not
 * among them. */
size_t number_forms(struct arena *, struct str s, struct str **forms);

#endif
