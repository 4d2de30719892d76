/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Which lines go on in the next, judged by the whole text.
 *
 * Texts reach us in three forms, often mixed:
 *
 *   paragraphs   one a line, ending in 。: nothing to join
 *   page breaks  paragraphs, but each page's last line was cut where the page
 *                ended: the line is long, has sentences, and just stops in one
 *   columns      every line as wide as the page (PDF, typewriters), only the last
 *                of a paragraph shorter
 *
 * Columns are recognised by their widths: many lines within two characters of
 * the widest, hardly any wider, most of these unfinished and with punctuation.
 * Then a full line that does not end a sentence goes on. Otherwise a line goes
 * on only when it is itself the exception: it has sentences or is long, most
 * such lines of the text do end in a mark and it does not, and what follows has
 * sentences and does not start anything (a heading, a bullet, 案由：).
 *
 * A short line never goes on, but for titles: 关于… on up to three short lines of
 * which only the last ends as a title does (…的意见).
 *
 * Page numbers (- 3 -, 第 3 页) are noise. Bare digits are, when all the lines of
 * bare digits count up one by one, far apart. A line that recurs next to page
 * numbers is a running head and is noise too.
 */
#include "text/wrap.h"

#include <assert.h>

#include "base/map.h"

enum {
    SLACK = 6,      /* columns a full line may be short of the width: a mark or a number did not fit */
    NARROWEST = 24, /* columns; a narrower column is a table */
    LONG = 44,      /* columns of a line that may have been cut by a page's end when it has a sentence … */
    VERY_LONG = 72, /* … when it has a comma only */
    TITLE_WIDTH = 64, /* columns a line of a title has at most */
    TITLE_LINES = 12, /* content lines from the start in which a title is looked for */
    FAR = 300         /* bytes between two page numbers at least */
};

struct evidence {
    uint16_t width;  /* of the column; 0: the text is not in columns */
    uint16_t indent; /* the least of its full lines */
    bool indents;    /* the lines behind the ends of paragraphs stand further in than those */
    bool ends;       /* most long lines end in a mark */
    bool break_seen; /* there are page numbers or form feeds */
};

static struct str text_of(struct str text, const struct line *line)
{
    return str_sub(text, line->from, line->to);
}

static bool is_content(const struct line *line)
{
    return line->from < line->to && !line->noise;
}

/* The next content line behind i, or NULL; *blank: an empty line stands between, *broken: a page's end does.
 */
static struct line *next_content(const struct lines *lines, size_t i, bool *blank, bool *broken)
{
    *blank = *broken = false;
    for (i++; i < lines->n; i++) {
        struct line *line = &lines->at[i];
        *broken |= line->noise || line->page_break;
        if (is_content(line))
            return line;
        *blank |= !line->noise;
    }
    return NULL;
}

/* ---- Noise ------------------------------------------------------------------------- */

/* Do all bare numbers count up by one, far from each other? Then mark them. */
static void mark_bare_numbers(struct str text, struct lines *lines, size_t count)
{
    unsigned last = 0, number;
    uint32_t at = 0;
    bool bare;
    for (int marking = 0; marking < 2; marking++) {
        size_t seen = 0;
        for (size_t i = 0; i < lines->n; i++) {
            struct line *line = &lines->at[i];
            if (line->to - line->from > 4 || !line_is_page_number(text_of(text, line), &bare, &number) ||
                !bare)
                continue;
            if (count < 2 || (seen > 0 && (number != last + 1 || line->from - at < FAR)))
                return;
            line->noise = marking;
            last = number;
            at = line->from;
            seen++;
        }
    }
}

static bool mark_page_numbers(struct str text, struct lines *lines)
{
    size_t bare_lines = 0;
    bool any = false, bare;
    unsigned number;
    for (size_t i = 0; i < lines->n; i++) {
        struct line *line = &lines->at[i];
        any |= line->page_break;
        if (line->width == WIDE || line->from == line->to ||
            !line_is_page_number(text_of(text, line), &bare, &number))
            continue;
        bare_lines += bare;
        line->noise = !bare;
        any |= !bare;
    }
    if (bare_lines > 0)
        mark_bare_numbers(text, lines, bare_lines);
    return any || bare_lines > 0;
}

/* The content line nearest to i in direction step (no more than two lines off), or NULL. */
static struct line *beside(struct lines *lines, size_t i, int step)
{
    for (int k = 1; k <= 2; k++) {
        size_t at = i + (size_t)(step * k);
        if (at >= lines->n)
            return NULL;
        if (is_content(&lines->at[at]))
            return &lines->at[at];
    }
    return NULL;
}

static void mark_running_heads(struct arena *arena, struct str text, struct lines *lines)
{
    enum {
        OFTEN = 3
    };
    struct map *seen = map_new(arena);
    for (int marking = 0; marking < 2; marking++)
        for (size_t i = 0; i < lines->n; i++) {
            bool edge = lines->at[i].page_break || lines->at[i].noise;
            for (int step = -1; edge && step <= 1; step++) {
                struct line *line =
                    step == 0 ? (is_content(&lines->at[i]) ? &lines->at[i] : NULL) : beside(lines, i, step);
                if (line == NULL || line->width > TITLE_WIDTH || line->stop)
                    continue;
                void **count = map_at(seen, text_of(text, line));
                if (marking)
                    line->noise |= (uintptr_t)*count >= OFTEN;
                else
                    *count = (void *)((uintptr_t)*count + 1);
            }
        }
}

/* ---- Evidence ------------------------------------------------------------------------ */

static size_t lines_within(const uint32_t *widths, size_t from, size_t to)
{
    size_t n = 0;
    for (size_t w = from; w <= to; w++)
        n += widths[w];
    return n;
}

/* The width of the column if there may be one: the widest that many lines have and few exceed. */
static uint16_t column_width(const uint32_t *widths, size_t wide, size_t total)
{
    size_t beyond = wide;
    for (size_t w = PAGE_WIDTH; w >= NARROWEST; w--) {
        size_t full = lines_within(widths, w - SLACK, w);
        if (widths[w] > 0 && full >= 3 && full * 10 >= total * 3)
            return (uint16_t)w;
        beyond += widths[w];
        if (beyond * 10 > total)
            return 0;
    }
    return 0;
}

/* Are the full lines what the inside of paragraphs looks like? */
static bool looks_wrapped(const struct lines *lines, struct evidence *e)
{
    size_t full = 0, open = 0, marked = 0;
    e->indent = UINT16_MAX;
    for (size_t i = 0; i < lines->n; i++) {
        const struct line *line = &lines->at[i];
        if (!is_content(line) || line->width + SLACK < e->width)
            continue;
        full++;
        open += line->tail != TAIL_CLOSED && !line->heading;
        marked += line->stop || line->comma;
        e->indent = line->indent < e->indent ? line->indent : e->indent;
    }
    return full >= 3 && open * 10 >= full * 6 && marked * 2 >= full;
}

/* Do paragraphs begin indented? Asked behind the short lines that end a sentence. */
static bool begins_indented(const struct lines *lines, const struct evidence *e)
{
    size_t begins = 0, indented = 0;
    const struct line *before = NULL;
    for (size_t i = 0; i < lines->n; i++) {
        const struct line *line = &lines->at[i];
        if (!is_content(line))
            continue;
        if (before && before->tail == TAIL_CLOSED && before->width + SLACK < e->width) {
            begins++;
            indented += line->indent > e->indent + 1;
        }
        before = line;
    }
    return begins >= 3 && indented * 10 >= begins * 9;
}

static struct evidence weigh(const struct lines *lines, bool break_seen)
{
    struct evidence e = { .break_seen = break_seen };
    uint32_t widths[PAGE_WIDTH + 1] = { 0 };
    size_t total = 0, wide = 0, paragraphs = 0, ended = 0;
    for (size_t i = 0; i < lines->n; i++) {
        const struct line *line = &lines->at[i];
        if (!is_content(line))
            continue;
        total++;
        size_t width = line->width + (size_t)line->indent;
        wide += width > PAGE_WIDTH;
        if (width <= PAGE_WIDTH)
            widths[width]++;
        if (line->width >= LONG && line->stop) {
            paragraphs++;
            ended += line->tail >= TAIL_BRACKET;
        }
    }
    e.width = column_width(widths, wide, total);
    if (e.width != 0 && !looks_wrapped(lines, &e))
        e.width = 0;
    e.indents = e.width != 0 && begins_indented(lines, &e);
    e.ends = paragraphs >= 3 && ended * 10 >= paragraphs * 6;
    return e;
}

/* ---- Joining --------------------------------------------------------------------------- */

static bool is_letter(char c)
{
    return (uint8_t)((c | 32) - 'a') < 26;
}

/* May a line at all be followed by another of the same sentence? Two Latin words need what stands between.
 * What looks like the start of something (两点：) is none where such starts are indented, and it is not. */
static bool fits(struct str text, const struct evidence *e, const struct line *line, const struct line *next)
{
    bool opens = next->opens && !(e->indents && next->indent <= e->indent + 1);
    if (line->tail == TAIL_CLOSED || opens)
        return false;
    return !(is_letter(text.p[line->to - 1]) && is_letter(text.p[next->from]));
}

/* Columns of the number or word a line begins with: it may not have fitted on the one before. */
static unsigned first_word(struct str text, const struct line *line)
{
    unsigned n = 0;
    for (uint32_t at = line->from; at < line->to; at++, n++) {
        char c = text.p[at];
        if (!is_letter(c) && !(c >= '0' && c <= '9') && c != '.' && c != '%')
            break;
    }
    return n;
}

static bool goes_on_in_column(struct str text, const struct evidence *e, const struct line *line,
                              const struct line *next)
{
    unsigned room = SLACK + first_word(text, next);
    if (line->width + line->indent + room < e->width || next->width > e->width + SLACK)
        return false;
    return next->indent <= e->indent + 1;
}

static bool was_cut_by_page(const struct evidence *e, const struct line *line, const struct line *next,
                            bool broken)
{
    bool sentences = (line->stop && line->width >= LONG) || (line->comma && line->width >= VERY_LONG);
    if (!sentences || line->tail > TAIL_COMMA || (line->heading && !line->stop))
        return false;
    if (!e->ends && !broken)
        return false;
    return next->stop || (broken && next->tail != TAIL_OPEN);
}

/* Is line i one of a title that ends within the next two lines? */
static bool is_title_part(struct str text, const struct lines *lines, size_t i, bool started)
{
    const struct line *line = &lines->at[i];
    if (!started && !line_is_title_start(text_of(text, line)))
        return false;
    for (size_t k = i; k < lines->n && k <= i + 2; k++) {
        const struct line *part = &lines->at[k];
        struct str s = text_of(text, part);
        if (!is_content(part) || part->width > TITLE_WIDTH || part->stop || (k > i && part->opens) ||
            (k > i && line_is_title_start(s)))
            return false;
        if (line_is_title_end(s))
            return k > i;
        if (part->tail >= TAIL_BRACKET)
            return false;
    }
    return false;
}

static void decide(struct str text, struct lines *lines, const struct evidence *e)
{
    size_t content = 0;
    bool blank, broken, in_title = false;
    for (size_t i = 0; i < lines->n; i++) {
        struct line *line = &lines->at[i];
        if (!is_content(line))
            continue;
        const struct line *next = next_content(lines, i, &blank, &broken);
        content++;
        if (next == NULL || (blank && !broken) || !fits(text, e, line, next))
            in_title = false;
        else if (content <= TITLE_LINES && !blank && is_title_part(text, lines, i, in_title))
            line->goes_on = in_title = true;
        else if (e->width != 0)
            line->goes_on = goes_on_in_column(text, e, line, next);
        else
            line->goes_on = was_cut_by_page(e, line, next, broken);
    }
}

void wrap_find(struct arena *arena, struct str text, struct lines *out)
{
    vec_init(out, arena);
    for (uint32_t at = 0; at < text.n; at = out->at[out->n - 1].next)
        vec_push(out, line_read(text, at));
    bool break_seen = mark_page_numbers(text, out);
    if (break_seen)
        mark_running_heads(arena, text, out);
    struct evidence e = weigh(out, break_seen);
    decide(text, out, &e);
}
