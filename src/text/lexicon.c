/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The words an office keeps: dictionary, stop words, synonyms.
 *
 * A dictionary word is looked for at nearly every word boundary of a text, and
 * nearly never found. So a look-up first asks a bitmap of hashed first pairs (16
 * KiB, stays in the cache); what passes goes to an open hash from first pair to
 * a run of words, longest first:
 *
 *     bits ──▶ slots[pair] ──▶ words: 提案工作条例 提案工作 提案人 …  (units, by pair, longest first)
 *
 * Words are stored folded, as the cutter sees texts. A dictionary word is at
 * least two units; shorter ones need no dictionary. Files are read by
 * config_read(), so # comments and blank lines are handled there; what stands
 * behind a TAB is a note for people. Everything is immutable once loaded.
 */
#include "text/text.h"

#include <assert.h>
#include <stdlib.h>

#include "base/config.h"
#include "base/file.h"
#include "base/map.h"
#include "text/fold.h"

enum {
    BITS = 17,
    LONGEST_WORD = 64
};

struct word {
    uint32_t pair;
    uint32_t at, n; /* units of lexicon.units */
};

struct slot {
    uint32_t pair;
    uint32_t from, to; /* words; from == to: empty */
};

struct others {
    struct str *at;
    size_t n, cap;
};

struct lexicon {
    struct arena *arena;
    vec_of(uint16_t) units;
    vec_of(struct word) words;
    struct slot *slots; /* a power of two, at most half full */
    size_t mask;
    uint64_t hash;
    struct map *stop;
    struct map *synonyms; /* folded word → struct others */
    uint8_t bits[(1u << BITS) / 8];
};

/* ---- Reading the files -------------------------------------------------------- */

struct loading {
    struct ctx *ctx;
    struct lexicon *lexicon;
    struct normal normal; /* scratch */
    struct buf utf8;      /* scratch */
    const char *path;
    struct others names; /* of the handling unit at hand */
};

/* The first word of s; what stands behind blanks or a TAB is dropped. */
static struct str first_word(struct str s)
{
    size_t n = 0;
    while (n < s.n && s.p[n] != ' ' && s.p[n] != '\t')
        n++;
    return str_sub(s, 0, n);
}

static struct str folded(struct loading *loading, struct str word)
{
    text_normalise(word, NULL, &loading->normal);
    buf_clear(&loading->utf8);
    normal_utf8(&loading->normal, 0, loading->normal.n, &loading->utf8);
    return buf_view(&loading->utf8);
}

static void push_word(struct lexicon *lexicon, const uint16_t *unit, size_t n)
{
    vec_push(&lexicon->words,
             (struct word){ pair_key(unit[0], unit[1]), (uint32_t)lexicon->units.n, (uint32_t)n });
    for (size_t i = 0; i < n; i++)
        vec_push(&lexicon->units, unit[i]);
}

static int read_dictionary_line(void *self, const struct config_line *line)
{
    struct loading *loading = self;
    struct lexicon *lexicon = loading->lexicon;
    if (line->key.n == 0)
        return 0;
    text_normalise(first_word(line->key), NULL, &loading->normal);
    const struct normal *word = &loading->normal;
    if (word->n > LONGEST_WORD)
        return ctx_fail(loading->ctx, TIAN_EFORMAT, loading->path, "line %u is too long for a word",
                        "第 %u 行作为一个词太长", line->line);
    if (word->n < 2)
        return 0;
    push_word(lexicon, word->unit, word->n);
    return 0;
}

static int read_stop_line(void *self, const struct config_line *line)
{
    struct loading *loading = self;
    struct str rest = line->key, word;
    for (; (word = first_word(rest = str_trim(rest))).n > 0; rest = str_sub(rest, word.n, rest.n))
        *map_at(loading->lexicon->stop, folded(loading, word)) = loading->lexicon;
    return 0;
}

/* The words of s, folded, appended. */
static void add_words(struct loading *loading, struct str s, struct others *out)
{
    while ((s = str_trim(s)).n > 0) {
        struct str word = first_word(s);
        s = str_sub(s, word.n, s.n);
        vec_push(out, arena_str(loading->lexicon->arena, folded(loading, word)));
    }
}

static void link_synonym(struct lexicon *lexicon, struct str word, struct str other)
{
    void **place = map_at(lexicon->synonyms, word);
    if (*place == NULL) {
        *place = arena_new_of(lexicon->arena, struct others);
        vec_init((struct others *)*place, lexicon->arena);
    }
    struct others *others = *place;
    for (size_t i = 0; i < others->n; i++)
        if (str_eq(others->at[i], other))
            return;
    if (!str_eq(word, other))
        vec_push(others, other);
}

/* "a b c": each for the others. "a => b c": b and c for a only. config_read() cuts at '='. */
static int read_synonym_line(void *self, const struct config_line *line)
{
    struct loading *loading = self;
    struct lexicon *lexicon = loading->lexicon;
    struct others from, to;
    vec_init(&from, lexicon->arena);
    vec_init(&to, lexicon->arena);
    add_words(loading, line->key, &from);
    if (line->assigned && line->value.n > 0 && line->value.p[0] == '>')
        add_words(loading, str_sub(line->value, 1, line->value.n), &to);
    else if (line->assigned)
        return ctx_fail(loading->ctx, TIAN_EFORMAT, loading->path, "line %u: write \"a b c\" or \"a => b c\"",
                        "第 %u 行：应写成“甲 乙 丙”或“甲 => 乙 丙”", line->line);
    const struct others *target = line->assigned ? &to : &from;
    for (size_t i = 0; i < from.n; i++)
        for (size_t k = 0; k < target->n; k++)
            link_synonym(lexicon, from.at[i], target->at[k]);
    return 0;
}

/* A name of the handling unit at hand: each of its names stands for the others. */
static void add_unit_name(struct loading *loading, struct str name)
{
    struct lexicon *lexicon = loading->lexicon;
    struct str word = arena_str(lexicon->arena, folded(loading, config_without_note(name)));
    for (size_t i = 0; i < loading->names.n; i++) {
        link_synonym(lexicon, word, loading->names.at[i]);
        link_synonym(lexicon, loading->names.at[i], word);
    }
    vec_push(&loading->names, word);
}

/* units/units.conf: [name], short = …, before = former name(from-to), … */
static int read_unit_line(void *self, const struct config_line *line)
{
    struct loading *loading = self;
    struct str rest = line->value, name;
    if (line->key.n == 0) {
        loading->names.n = 0;
        add_unit_name(loading, line->section);
        return 0;
    }
    while (config_item(&rest, &name))
        add_unit_name(loading, name);
    return 0;
}

static int read_words(struct loading *loading, const char *path, config_visit *visit)
{
    struct file_info info;
    struct str text;
    int code = file_stat(loading->ctx, path, &info);
    if (code != 0 || info.kind == FILE_NONE)
        return code;
    code = file_read(loading->ctx, loading->lexicon->arena, path, 0, &text);
    if (code != 0)
        return code;
    loading->path = path;
    return config_read(loading->ctx, text, path, visit, loading);
}

static int read_dictionaries(struct loading *loading, const char *folder)
{
    struct file_info info;
    char **names;
    size_t n = 0;
    int code = file_stat(loading->ctx, folder, &info);
    if (code != 0 || info.kind != FILE_FOLDER)
        return code;
    code = file_list(loading->ctx, loading->lexicon->arena, folder, &names, &n);
    for (size_t i = 0; code == 0 && i < n; i++)
        if (str_ends(str_of(names[i]), STR(".txt")))
            code = read_words(loading, path_join(loading->lexicon->arena, folder, names[i]),
                              read_dictionary_line);
    return code;
}

/* ---- Building the look-up ------------------------------------------------------ */

static size_t bit_of(uint32_t pair)
{
    return (pair * 0x9E3779B1u) >> (32 - BITS);
}

static struct slot *slot_of(const struct lexicon *lexicon, uint32_t pair)
{
    size_t i = hash_mix(pair) & lexicon->mask;
    while (lexicon->slots[i].from != lexicon->slots[i].to && lexicon->slots[i].pair != pair)
        i = (i + 1) & lexicon->mask;
    return &lexicon->slots[i];
}

static int by_pair_longest_first(const void *a, const void *b, void *units)
{
    const struct word *x = a, *y = b;
    const uint16_t *u = units;
    if (x->pair != y->pair)
        return x->pair < y->pair ? -1 : 1;
    if (x->n != y->n)
        return x->n > y->n ? -1 : 1;
    return memcmp(u + x->at, u + y->at, x->n * sizeof *u);
}

static void drop_repeats(struct lexicon *lexicon)
{
    size_t n = 0;
    for (size_t i = 0; i < lexicon->words.n; i++) {
        struct word *w = &lexicon->words.at[i];
        if (n == 0 || by_pair_longest_first(&lexicon->words.at[n - 1], w, lexicon->units.at) != 0)
            lexicon->words.at[n++] = *w;
    }
    lexicon->words.n = n;
}

static void fill_slots(struct lexicon *lexicon)
{
    for (size_t i = 0; i < lexicon->words.n; i++) {
        struct word *w = &lexicon->words.at[i];
        struct slot *slot = slot_of(lexicon, w->pair);
        if (slot->from == slot->to)
            *slot = (struct slot){ w->pair, (uint32_t)i, (uint32_t)i };
        slot->to++;
        assert(slot->to == i + 1);
        lexicon->bits[bit_of(w->pair) / 8] |= (uint8_t)(1u << bit_of(w->pair) % 8);
        lexicon->hash = hash_bytes(lexicon->units.at + w->at, w->n * sizeof(uint16_t), lexicon->hash);
    }
}

static void build(struct lexicon *lexicon)
{
    size_t n = 16;
    qsort_r(lexicon->words.at, lexicon->words.n, sizeof(struct word), by_pair_longest_first,
            lexicon->units.at);
    drop_repeats(lexicon);
    while (n < lexicon->words.n * 2)
        n *= 2;
    lexicon->slots = arena_array(lexicon->arena, struct slot, n);
    lexicon->mask = n - 1;
    fill_slots(lexicon);
}

/* Path of a file or folder of the lexicon; NULL when there is none. */
static const char *place(struct arena *arena, const char *folder, const char *name)
{
    return folder != NULL ? path_join(arena, folder, name) : share_path(arena, name);
}

int lexicon_load(struct ctx *ctx, struct arena *arena, const char *folder, struct lexicon **out)
{
    struct lexicon *lexicon = arena_new_of(arena, struct lexicon);
    struct loading loading = { .ctx = ctx, .lexicon = lexicon };
    const char *dict = place(arena, folder, "dict"), *stop = place(arena, folder, "stopwords.txt"),
               *synonyms = place(arena, folder, "synonyms.txt"), *local = getenv("TIAN_DICT"),
               *units = place(arena, folder, "units/units.conf");
    int code = 0;
    lexicon->arena = arena;
    lexicon->stop = map_new(arena);
    lexicon->synonyms = map_new(arena);
    vec_init(&lexicon->units, arena);
    vec_init(&lexicon->words, arena);
    normal_init(&loading.normal, arena);
    buf_init(&loading.utf8, arena);
    vec_init(&loading.names, arena);
    if (dict != NULL)
        code = read_dictionaries(&loading, dict);
    if (code == 0 && local != NULL && local[0] != '\0')
        code = read_words(&loading, local, read_dictionary_line);
    if (code == 0 && stop != NULL)
        code = read_words(&loading, stop, read_stop_line);
    if (code == 0 && synonyms != NULL)
        code = read_words(&loading, synonyms, read_synonym_line);
    if (code == 0 && units != NULL)
        code = read_words(&loading, units, read_unit_line);
    if (code == 0)
        build(lexicon);
    *out = code == 0 ? lexicon : NULL;
    return code;
}

struct lexicon *lexicon_changed(struct arena *arena, const struct lexicon *base, struct str word, bool with)
{
    struct lexicon *lexicon = arena_new_of(arena, struct lexicon);
    struct normal normal;
    lexicon->arena = arena;
    lexicon->stop = base->stop;
    lexicon->synonyms = base->synonyms;
    vec_init(&lexicon->units, arena);
    vec_init(&lexicon->words, arena);
    normal_init(&normal, arena);
    text_normalise(word, NULL, &normal);
    for (size_t i = 0; i < base->words.n; i++) {
        const struct word *w = &base->words.at[i];
        const uint16_t *unit = base->units.at + w->at;
        if (w->n != normal.n || memcmp(unit, normal.unit, w->n * sizeof *unit) != 0)
            push_word(lexicon, unit, w->n);
    }
    if (with && normal.n >= 2 && normal.n <= LONGEST_WORD)
        push_word(lexicon, normal.unit, normal.n);
    build(lexicon);
    return lexicon;
}

/* ---- Asking --------------------------------------------------------------------- */

size_t lexicon_match(const struct lexicon *lexicon, const uint16_t *unit, size_t n)
{
    if (n < 2)
        return 0;
    uint32_t pair = pair_key(unit[0], unit[1]);
    if ((lexicon->bits[bit_of(pair) / 8] >> bit_of(pair) % 8 & 1) == 0)
        return 0;
    const struct slot *slot = slot_of(lexicon, pair);
    for (uint32_t i = slot->from; i < slot->to; i++) {
        const struct word *w = &lexicon->words.at[i];
        if (w->n <= n && memcmp(lexicon->units.at + w->at, unit, w->n * sizeof *unit) == 0)
            return w->n;
    }
    return 0;
}

/* Folded by hand: the lexicon is shared by threads and has no scratch. */
bool lexicon_has(const struct lexicon *lexicon, struct str word)
{
    uint16_t unit[LONGEST_WORD + FOLD_MAX];
    size_t n = 0;
    for (const char *p = word.p, *end = p + word.n; p < end;) {
        uint32_t c = utf8_next(&p, end);
        if (c == UTF8_BAD || n > LONGEST_WORD)
            return false;
        n += fold_char(c, unit + n);
    }
    return n >= 2 && lexicon_match(lexicon, unit, n) == n;
}

bool lexicon_is_stop(const struct lexicon *lexicon, struct str folded_word)
{
    return map_has(lexicon->stop, folded_word);
}

size_t lexicon_words(const struct lexicon *lexicon)
{
    return lexicon->words.n;
}

uint64_t lexicon_hash(const struct lexicon *lexicon)
{
    return lexicon->hash;
}

size_t lexicon_synonyms(const struct lexicon *lexicon, struct str folded_word, const struct str **others)
{
    const struct others *found = map_get(lexicon->synonyms, folded_word);
    *others = found != NULL ? found->at : NULL;
    return found != NULL ? found->n : 0;
}
