/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * ICU's pieces, got in the cheapest way that gives exactly them.
 *
 * ICU never joins anything over a blank or a line end, nor Han with what is not
 * Han. So a text is taken in stretches between blanks, and a stretch that holds
 * only plain characters (ASCII, BMP Han, punctuation: nearly all are so after
 * folding) is walked here: runs of Han go to hanzi.c, runs of ASCII follow the
 * rules of Unicode's annex 29 which can apply to them:
 *
 *     letters and digits join      g60  iso22000  5g  a@b    (WB5, 8, 9, 10; @ is a letter to ICU)
 *     . ' ·    between letters     www.gov.cn  don't          (WB6, 7)
 *     . ' , ;  between digits      17.5  1,972                (WB11, 12)
 *     _        with either         a_1                        (WB13)
 *
 * Anything else in a stretch (kana, accents, Han beyond the BMP) sends the whole
 * stretch to ICU's iterator, which reads our units without a copy. If ICU's
 * dictionary cannot be opened directly, or the sample below is not cut as the
 * iterator cuts it, everything goes to the iterator. tests/unit/test_cut.c compares.
 */
#include "text/pieces.h"

#include <assert.h>

#include <unicode/ubrk.h>

#include "text/icu_memory.h"

struct pieces {
    UBreakIterator *icu;
    struct hanzi *hanzi; /* NULL: ask the iterator */
};

/* ---- By ICU's iterator -------------------------------------------------------- */

static bool holds_letter(const uint16_t *unit, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        if (text_class(unit[i]) != CLASS_NONE)
            return true;
    return false;
}

void pieces_cut_icu(struct pieces *pieces, const uint16_t *unit, size_t from, size_t to, struct tokens *out)
{
    UErrorCode status = U_ZERO_ERROR;
    assert(to - from <= INT32_MAX);
    ubrk_setText(pieces->icu, (const UChar *)unit + from, (int32_t)(to - from), &status);
    assert(U_SUCCESS(status));
    size_t begin = from;
    for (int32_t end = ubrk_next(pieces->icu); end != UBRK_DONE; end = ubrk_next(pieces->icu)) {
        if (holds_letter(unit, begin, from + (size_t)end))
            vec_push(out, (struct token){ (uint32_t)begin, (uint32_t)(from + (size_t)end) });
        begin = from + (size_t)end;
    }
}

/* ---- By hand -------------------------------------------------------------------- */

enum kind {
    KIND_OTHER,
    KIND_LETTER,
    KIND_DIGIT,
    KIND_LOW_LINE,
    KIND_HAN,
    KIND_BLANK,
    KIND_FOREIGN
};

static inline enum kind kind_of(uint16_t unit)
{
    if ((unit >= 0x4E00 && unit <= 0x9FFF) || (unit >= 0x3400 && unit <= 0x4DBF))
        return KIND_HAN;
    if (unit == ' ' || unit == '\n')
        return KIND_BLANK;
    enum text_class class = text_class(unit);
    if (class == CLASS_NONE)
        return unit == '_' ? KIND_LOW_LINE : unit == '@' ? KIND_LETTER : KIND_OTHER;
    if (unit >= 0x80)
        return KIND_FOREIGN;
    return class == CLASS_DIGIT ? KIND_DIGIT : KIND_LETTER;
}

/* May mark stand between two units of kind side? */
static bool joins(uint16_t mark, enum kind side)
{
    if (mark == '.' || mark == '\'')
        return true;
    return side == KIND_LETTER ? mark == 0xB7 : mark == ',' || mark == ';';
}

/* The end of the word that starts at the letter, digit or low line unit[from]. */
static size_t ascii_end(const uint16_t *unit, size_t from, size_t to)
{
    size_t i = from + 1;
    for (; i < to; i++) {
        enum kind before = kind_of(unit[i - 1]), here = kind_of(unit[i]);
        if (here == KIND_LETTER || here == KIND_DIGIT || here == KIND_LOW_LINE)
            continue;
        bool inside = here == KIND_OTHER && (before == KIND_LETTER || before == KIND_DIGIT) && i + 1 < to &&
                      kind_of(unit[i + 1]) == before && joins(unit[i], before);
        if (!inside)
            break;
        i++;
    }
    return i;
}

static size_t run_end(const uint16_t *unit, size_t from, size_t to, enum kind kind)
{
    while (from < to && kind_of(unit[from]) == kind)
        from++;
    return from;
}

/* A stretch of plain characters. */
static void cut_plain(struct pieces *pieces, const uint16_t *unit, size_t from, size_t to, struct tokens *out)
{
    size_t end;
    for (size_t i = from; i < to; i = end) {
        enum kind kind = kind_of(unit[i]);
        end = i + 1;
        if (kind == KIND_HAN) {
            end = run_end(unit, i, to, KIND_HAN);
            hanzi_cut(pieces->hanzi, unit, i, end, out);
        } else if (kind == KIND_LETTER || kind == KIND_DIGIT || kind == KIND_LOW_LINE) {
            end = ascii_end(unit, i, to);
            if (holds_letter(unit, i, end))
                vec_push(out, (struct token){ (uint32_t)i, (uint32_t)end });
        }
    }
}

/* The end of the stretch at from; *plain: no foreign character is in it. */
static size_t stretch_end(const uint16_t *unit, size_t from, size_t to, bool *plain)
{
    size_t i = from;
    for (*plain = true; i < to; i++) {
        enum kind kind = kind_of(unit[i]);
        if (kind == KIND_BLANK)
            break;
        if (kind == KIND_FOREIGN)
            *plain = false;
    }
    return i;
}

void pieces_cut(struct pieces *pieces, const uint16_t *unit, size_t from, size_t to, struct tokens *out)
{
    bool plain;
    for (size_t i = from; i < to; i++) {
        size_t end = stretch_end(unit, i, to, &plain);
        if (end > i && plain && pieces->hanzi != NULL)
            cut_plain(pieces, unit, i, end, out);
        else if (end > i)
            pieces_cut_icu(pieces, unit, i, end, out);
        i = end;
    }
}

/* ---- Opening --------------------------------------------------------------------- */

/* 提案办理协商机制进一步完善全市经济社会发展的若干重大问题得到解决龘龘人民群众获得感; what ICU's versions
 * differ in. */
static const uint16_t sample[] = {
    0x63D0, 0x6848, 0x529E, 0x7406, 0x534F, 0x5546, 0x673A, 0x5236, 0x8FDB, 0x4E00, 0x6B65, 0x5B8C,
    0x5584, 0x5168, 0x5E02, 0x7ECF, 0x6D4E, 0x793E, 0x4F1A, 0x53D1, 0x5C55, 0x7684, 0x82E5, 0x5E72,
    0x91CD, 0x5927, 0x95EE, 0x9898, 0x5F97, 0x5230, 0x89E3, 0x51B3, 0x9F98, 0x9F98, 0x4EBA, 0x6C11,
    0x7FA4, 0x4F17, 0x83B7, 0x5F97, 0x611F, ' ',    'a',    '@',    'b',    ' ',    'a',    ':',
    'b',    ' ',    '1',    '7',    '.',    '5',    ' ',    '1',    ',',    '9',    ';',    '2',
    ' ',    'd',    '.',    'o',    '\'',   't',    0xB7,   'x',    '_',    '1',
};

static bool agrees_with_icu(struct arena *arena, struct pieces *pieces)
{
    enum {
        N = sizeof sample / sizeof sample[0]
    };
    struct tokens ours, icu;
    vec_init(&ours, arena);
    vec_init(&icu, arena);
    pieces_cut(pieces, sample, 0, N, &ours);
    pieces_cut_icu(pieces, sample, 0, N, &icu);
    return ours.n == icu.n && memcmp(ours.at, icu.at, icu.n * sizeof *icu.at) == 0;
}

static void close_iterator(void *icu)
{
    ubrk_close(icu);
}

int pieces_new(struct ctx *ctx, struct arena *arena, struct pieces **out)
{
    UErrorCode status = U_ZERO_ERROR;
    struct pieces *pieces = arena_new_of(arena, struct pieces);
    *out = NULL;
    icu_memory_set();
    pieces->icu = ubrk_open(UBRK_WORD, "zh", NULL, 0, &status);
    if (U_FAILURE(status))
        return ctx_fail(ctx, status == U_MEMORY_ALLOCATION_ERROR ? TIAN_EMEMORY : TIAN_EIO, "ICU",
                        "its word break data cannot be loaded: %s", "分词数据无法读取：%s",
                        u_errorName(status));
    arena_defer(arena, close_iterator, pieces->icu);
    pieces->hanzi = hanzi_open(arena);
    if (pieces->hanzi != NULL && !agrees_with_icu(arena, pieces))
        pieces->hanzi = NULL;
    *out = pieces;
    return TIAN_OK;
}
