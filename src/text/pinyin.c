/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Pinyin, for completion and for hints, never for finding.
 *
 * A character has several readings (重 zhong chong), so a word of n characters
 * has up to 4ⁿ spellings. They are not multiplied out. What is typed is read as a
 * row of sounds instead, and each sound asks one character whether it fits:
 *
 *   laojxq ─▶ lao · j… · x… · q…       syllables in order: … la lai lan lang lao le …
 *   老jiu区 ─▶ 老 · jiu · 区            j… is the range [ji, juan…): one comparison a reading
 *   老久小曲 ─▶ ~老 · ~久 · ~小 · ~曲      ~: any character with a reading in common (or nearly)
 *
 * Letters can be read in several ways (xian: xian, xi'an); patterns are made in
 * the order a reader would expect, and few of them: all syllables, all initials,
 * mixed. The table is share/pinyin.txt; characters it lacks have no sound and fit
 * only themselves.
 */
#include "text/text.h"

#include <assert.h>
#include <stdlib.h>

#include "base/config.h"
#include "base/file.h"
#include "base/map.h"

enum {
    LONGEST_SYLLABLE = 6, /* zhuang */
    LONGEST_TYPED = 32,   /* units; more is read as it stands */
    MOST_STEPS = 2000,    /* of one walk over the ways to read letters */
    MOST_PATTERNS = 12,   /* of one way of reading */
    MOST_KEYS = 16        /* spellings of a word */
};

struct run { /* of an array below */
    uint32_t from, to;
};

struct pinyin {
    struct str *syllables; /* ascending, distinct */
    size_t nsyllables;
    uint16_t *readings; /* of all characters, one behind the other, the commonest of each first */
    uint16_t *units;    /* by syllable: the characters that are read so */
    struct run *units_of;
    uint16_t *near;       /* by syllable: the first of those that sound nearly like it */
    struct run of[65536]; /* a unit's readings */
};

/* ---- Loading ------------------------------------------------------------------------- */

struct reading {
    uint16_t unit;
    struct str syllable;
};

struct loading {
    struct ctx *ctx;
    struct arena *arena; /* scratch */
    vec_of(struct reading) readings;
    struct map *syllables;
    const char *path;
};

static struct str first_field(struct str s, struct str *rest)
{
    *rest = str_split(s, '\t', &s);
    return str_trim(s);
}

static bool is_syllable(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] < 'a' || s.p[i] > 'z')
            return false;
    return s.n > 0 && s.n <= LONGEST_SYLLABLE;
}

static int read_character(void *self, const struct config_line *line)
{
    struct loading *loading = self;
    struct str rest, syllable, character = first_field(line->key, &rest);
    const char *p = character.p;
    uint32_t c = character.n > 0 ? utf8_next(&p, str_end(character)) : UTF8_BAD;
    bool good = c < 0x10000 && p == str_end(character) && rest.n > 0;
    while (good && config_item(&rest, &syllable)) {
        good = is_syllable(syllable);
        map_at(loading->syllables, syllable);
        vec_push(&loading->readings, (struct reading){ (uint16_t)c, arena_str(loading->arena, syllable) });
    }
    return good ? 0
                : ctx_fail(loading->ctx, TIAN_EFORMAT, loading->path,
                           "line %u: write a character, a TAB, readings as ni or lv,lue",
                           "第 %u 行：应写成一个汉字、制表符、读音（如 ni 或 lv,lue）", line->line);
}

static int by_text(const void *a, const void *b)
{
    return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static void sort_syllables(struct pinyin *p, struct arena *arena, const struct map *found)
{
    p->nsyllables = found->n;
    p->syllables = arena_array(arena, struct str, found->n + 1);
    for (size_t i = 0; i < found->n; i++)
        p->syllables[i] = arena_str(arena, found->entries[i].key);
    if (found->n > 0)
        qsort(p->syllables, found->n, sizeof *p->syllables, by_text);
}

/* Where s stands among the syllables, or would stand. */
static size_t place(const struct pinyin *p, struct str s)
{
    size_t low = 0, high = p->nsyllables;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (str_cmp(p->syllables[middle], s) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool has_reading(const struct pinyin *p, uint16_t unit, uint16_t syllable)
{
    for (uint32_t i = p->of[unit].from; i < p->of[unit].to; i++)
        if (p->readings[i] == syllable)
            return true;
    return false;
}

/* A character's lines stand together as a rule; one that comes again is taken as it was first. */
static void fill_readings(struct pinyin *p, struct arena *arena, const struct loading *loading)
{
    uint32_t n = 0;
    p->readings = arena_array(arena, uint16_t, loading->readings.n + 1);
    for (size_t i = 0; i < loading->readings.n; i++) {
        const struct reading *r = &loading->readings.at[i];
        struct run *of = &p->of[r->unit];
        uint16_t syllable = (uint16_t)place(p, r->syllable);
        if (of->to > of->from && of->to != n)
            continue;
        if (has_reading(p, r->unit, syllable))
            continue;
        if (of->to == of->from)
            of->from = of->to = n;
        p->readings[n++] = syllable;
        of->to = n;
    }
}

static void fill_units(struct pinyin *p, struct arena *arena)
{
    uint32_t total = 0;
    p->units_of = arena_array(arena, struct run, p->nsyllables + 1);
    for (uint32_t unit = 0; unit < 65536; unit++)
        for (uint32_t i = p->of[unit].from; i < p->of[unit].to; i++)
            p->units_of[p->readings[i]].to++, total++;
    p->units = arena_array(arena, uint16_t, total + 1);
    total = 0;
    for (size_t s = 0; s < p->nsyllables; s++) {
        uint32_t n = p->units_of[s].to;
        p->units_of[s] = (struct run){ total, total };
        total += n;
    }
    for (uint32_t unit = 0; unit < 65536; unit++)
        for (uint32_t i = p->of[unit].from; i < p->of[unit].to; i++)
            p->units[p->units_of[p->readings[i]].to++] = (uint16_t)unit;
}

/* How a syllable sounds to who does not tell zh from z and -ng from -n. */
static struct str blurred(struct str s, char room[LONGEST_SYLLABLE])
{
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        bool h = i == 1 && s.p[1] == 'h', g = i > 0 && i + 1 == s.n && s.p[i] == 'g';
        if (!h && !g)
            room[n++] = s.p[i];
    }
    return (struct str){ room, n };
}

static void fill_near(struct pinyin *p, struct arena *arena)
{
    p->near = arena_array(arena, uint16_t, p->nsyllables + 1);
    for (size_t i = 0; i < p->nsyllables; i++) {
        char room[LONGEST_SYLLABLE], other[LONGEST_SYLLABLE];
        struct str sound = blurred(p->syllables[i], room);
        size_t k = 0;
        while (!str_eq(blurred(p->syllables[k], other), sound))
            k++;
        p->near[i] = (uint16_t)k;
    }
}

static int read_table(struct loading *loading)
{
    struct file_info info;
    struct str text;
    if (!loading->path)
        return 0;
    int code = file_stat(loading->ctx, loading->path, &info);
    if (code || info.kind == FILE_NONE)
        return code;
    code = file_read(loading->ctx, loading->arena, loading->path, 0, &text);
    return code ? code : config_read(loading->ctx, text, loading->path, read_character, loading);
}

int pinyin_load(struct ctx *ctx, struct arena *arena, const char *folder, struct pinyin **out)
{
    static const char name[] = "pinyin.txt";
    struct arena *scratch = arena_new(arena);
    struct loading loading = { .ctx = ctx, .arena = scratch, .syllables = map_new(scratch) };
    struct pinyin *p = arena_new_of(arena, struct pinyin);
    vec_init(&loading.readings, scratch);
    loading.path = folder ? path_join(scratch, folder, name) : share_path(scratch, name);
    int code = read_table(&loading);
    if (!code) {
        sort_syllables(p, arena, loading.syllables);
        fill_readings(p, arena, &loading);
        fill_units(p, arena);
        fill_near(p, arena);
    }
    arena_free(scratch);
    *out = code ? NULL : p;
    return code;
}

/* ---- Sounds ----------------------------------------------------------------------------- */

bool pinyin_alike(const struct pinyin *p, uint16_t a, uint16_t b)
{
    for (uint32_t i = p->of[a].from; i < p->of[a].to; i++)
        if (has_reading(p, b, p->readings[i]))
            return true;
    return a == b;
}

static bool is_near(const struct pinyin *p, uint16_t a, uint16_t b)
{
    for (uint32_t i = p->of[a].from; i < p->of[a].to; i++)
        for (uint32_t k = p->of[b].from; k < p->of[b].to; k++)
            if (p->near[p->readings[i]] == p->near[p->readings[k]])
                return true;
    return a == b;
}

bool sound_fits(const struct pinyin *p, const struct sound *sound, uint16_t unit)
{
    if (sound->kind == SOUND_SELF)
        return unit == sound->unit;
    if (sound->kind == SOUND_LIKE)
        return pinyin_alike(p, sound->unit, unit);
    if (sound->kind == SOUND_NEAR)
        return is_near(p, sound->unit, unit);
    for (uint32_t i = p->of[unit].from; i < p->of[unit].to; i++)
        if (p->readings[i] >= sound->from && p->readings[i] < sound->to)
            return true;
    return false;
}

static struct units units_between(const struct pinyin *p, size_t from, size_t to)
{
    uint32_t begin = p->units_of[from].from;
    return (struct units){ p->units + begin, p->units_of[to - 1].to - begin };
}

/* The step-th syllable that sounds like the unit, or nearly so; false when there are no more. */
static bool syllable_of(const struct pinyin *p, const struct sound *sound, size_t step, size_t *out)
{
    const struct run *of = &p->of[sound->unit];
    if (sound->kind == SOUND_LIKE) {
        *out = step < of->to - of->from ? p->readings[of->from + step] : 0;
        return step < of->to - of->from;
    }
    for (uint32_t i = of->from; i < of->to; i++)
        for (size_t s = p->near[p->readings[i]]; s < p->nsyllables; s++)
            if (p->near[s] == p->near[p->readings[i]] && step-- == 0) {
                *out = s;
                return true;
            }
    return false;
}

bool sound_units(const struct pinyin *p, const struct sound *sound, size_t step, struct units *out)
{
    bool spoken = sound->kind == SOUND_LIKE || sound->kind == SOUND_NEAR;
    size_t syllable;
    if (sound->kind == SOUND_RANGE) {
        *out = units_between(p, sound->from, sound->to);
        return step == 0;
    }
    if (!spoken || p->of[sound->unit].from == p->of[sound->unit].to) {
        *out = (struct units){ &sound->unit, 1 };
        return step == 0;
    }
    if (!syllable_of(p, sound, step, &syllable))
        return false;
    *out = units_between(p, syllable, syllable + 1);
    return true;
}

/* ---- Reading what was typed --------------------------------------------------------------- */

struct walk {
    const struct pinyin *p;
    const uint16_t *unit;
    size_t n;
    enum pattern_kind kind;
    struct sound sounds[LONGEST_TYPED];
    size_t nsounds, whole, initials; /* of them: whole syllables; single initials */
    size_t steps, found;
    struct arena *arena;
    struct pinyin_patterns *out;
};

static bool is_letter(uint16_t unit)
{
    return (unit >= 'a' && unit <= 'z') || unit == 0xFC;
}

/* The letters from unit i on, at most LONGEST_SYLLABLE, ü as v. */
static struct str letters_at(const struct walk *w, size_t i, char room[LONGEST_SYLLABLE])
{
    size_t n = 0;
    while (n < LONGEST_SYLLABLE && i + n < w->n && is_letter(w->unit[i + n])) {
        uint16_t unit = w->unit[i + n];
        room[n++] = unit == 0xFC ? 'v' : (char)unit;
    }
    return (struct str){ room, n };
}

/* The syllables that start with s. */
static struct sound starting_with(const struct pinyin *p, struct str s)
{
    char behind[LONGEST_SYLLABLE + 1];
    memcpy(behind, s.p, s.n);
    behind[s.n] = '{'; /* the character behind z */
    return (struct sound){ .kind = SOUND_RANGE,
                           .from = (uint16_t)place(p, s),
                           .to = (uint16_t)place(p, (struct str){ behind, s.n + 1 }) };
}

static bool is_whole(const struct pinyin *p, struct str s)
{
    size_t at = place(p, s);
    return at < p->nsyllables && str_eq(p->syllables[at], s);
}

/* Does the number of whole and shortened syllables make this kind of pattern? The others are made by theirs.
 */
static bool is_wanted(const struct walk *w)
{
    if (w->nsounds == 0)
        return false;
    return w->kind != PATTERN_MIXED || (w->whole > 0 && w->initials > 0);
}

static void emit(struct walk *w)
{
    if (!is_wanted(w))
        return;
    struct pinyin_pattern pattern = { w->kind, NULL, w->nsounds };
    pattern.sounds = arena_array(w->arena, struct sound, w->nsounds);
    memcpy(pattern.sounds, w->sounds, w->nsounds * sizeof *w->sounds);
    vec_push(w->out, pattern);
    w->found++;
}

static void read_from(struct walk *w, size_t i);

static void take(struct walk *w, struct sound sound, size_t next)
{
    w->sounds[w->nsounds++] = sound;
    read_from(w, next);
    w->nsounds--;
}

static void take_syllable(struct walk *w, struct str s, size_t i)
{
    struct sound sound = starting_with(w->p, s);
    bool last = i + s.n == w->n; /* perhaps still being typed */
    if (!is_whole(w->p, s) && !(last && sound.to > sound.from))
        return;
    if (!last)
        sound.to = (uint16_t)(sound.from + 1);
    w->whole++;
    take(w, sound, i + s.n);
    w->whole--;
}

static void take_initial(struct walk *w, struct str s, size_t i)
{
    struct sound sound = starting_with(w->p, s);
    if (sound.from == sound.to)
        return;
    w->initials++;
    take(w, sound, i + s.n);
    w->initials--;
}

static void read_letters(struct walk *w, size_t i)
{
    char room[LONGEST_SYLLABLE];
    struct str s = letters_at(w, i, room);
    size_t shortest = w->kind == PATTERN_MIXED ? 2 : 1;
    for (size_t n = s.n; n >= shortest && w->kind != PATTERN_INITIALS; n--)
        take_syllable(w, str_sub(s, 0, n), i);
    if (w->kind != PATTERN_INITIALS && w->kind != PATTERN_MIXED)
        return;
    if (s.n >= 2 && s.p[1] == 'h')
        take_initial(w, str_sub(s, 0, 2), i);
    take_initial(w, str_sub(s, 0, 1), i);
}

static void read_from(struct walk *w, size_t i)
{
    if (w->found == MOST_PATTERNS || ++w->steps > MOST_STEPS)
        return;
    if (i == w->n) {
        emit(w);
    } else if (is_letter(w->unit[i])) {
        read_letters(w, i);
    } else {
        bool han = text_class(w->unit[i]) == CLASS_HAN;
        enum sound_kind kind = !han || w->kind < PATTERN_ALIKE ? SOUND_SELF
                               : w->kind == PATTERN_ALIKE      ? SOUND_LIKE
                                                               : SOUND_NEAR;
        take(w, (struct sound){ .kind = kind, .unit = w->unit[i] }, i + 1);
    }
}

static void add_typed(struct arena *arena, const uint16_t *unit, size_t n, struct pinyin_patterns *out)
{
    struct pinyin_pattern pattern = { PATTERN_TYPED, arena_array(arena, struct sound, n), n };
    for (size_t i = 0; i < n; i++)
        pattern.sounds[i] = (struct sound){ .kind = SOUND_SELF, .unit = unit[i] };
    vec_push(out, pattern);
}

void pinyin_patterns(const struct pinyin *p, struct arena *arena, const uint16_t *unit, size_t n,
                     struct pinyin_patterns *out)
{
    bool letters = false, han = false;
    vec_init(out, arena);
    if (n == 0)
        return;
    add_typed(arena, unit, n, out);
    for (size_t i = 0; i < n; i++) {
        letters = letters || is_letter(unit[i]);
        han = han || text_class(unit[i]) == CLASS_HAN;
    }
    for (int kind = PATTERN_SPELLED; kind <= PATTERN_NEAR && p && n <= LONGEST_TYPED; kind++) {
        struct walk w = { .p = p, .unit = unit, .n = n, .kind = kind, .arena = arena, .out = out };
        if (kind >= PATTERN_ALIKE ? han && n >= 2 : letters)
            read_from(&w, 0);
    }
}

/* ---- Keys ------------------------------------------------------------------------------------ */

static void put_sound(const struct pinyin *p, uint16_t unit, size_t reading, bool initials, struct buf *out)
{
    const struct run *of = &p->of[unit];
    if (of->from == of->to) {
        buf_utf8(out, unit);
        return;
    }
    struct str s = p->syllables[p->readings[of->from + reading]];
    buf_str(out, initials ? str_sub(s, 0, 1) : s);
}

/* The next choice of readings, the last character's changing first; false behind the last choice. */
static bool next_choice(const struct pinyin *p, const uint16_t *unit, size_t n, uint8_t *choice)
{
    while (n-- > 0) {
        if (++choice[n] < p->of[unit[n]].to - p->of[unit[n]].from)
            return true;
        choice[n] = 0;
    }
    return false;
}

size_t pinyin_keys(const struct pinyin *p, struct arena *arena, struct pinyin_word word, struct str **keys)
{
    uint8_t *choice = arena_zero(arena, word.n + 1);
    size_t n = 0;
    *keys = arena_array(arena, struct str, MOST_KEYS);
    do {
        struct buf key;
        size_t same = 0;
        buf_init(&key, arena);
        for (size_t i = 0; i < word.n; i++)
            put_sound(p, word.unit[i], choice[i], word.initials, &key);
        while (same < n && !str_eq((*keys)[same], buf_view(&key)))
            same++;
        if (same == n)
            (*keys)[n++] = buf_view(&key);
    } while (n < MOST_KEYS && next_choice(p, word.unit, word.n, choice));
    return n;
}
