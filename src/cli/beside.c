/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Two texts in two columns of a terminal. Paragraphs that share passages stand
 * beside each other as far as their order allows: of all such pairs the chain
 * that ascends on both sides and shares most bytes; what lies between is filled
 * up from the top. A Han character takes two cells. Marks are colours, or 【】
 * where there are none.
 *
 *     一、情况                      │ 一、基本情况
 *     【据统计，全市有】5【万户】   │ 【据统计，全市有】3【万户】
 */
#include "cli/cli.h"

#include <assert.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum {
    WIDTH_USUAL = 100,
    WIDTH_LEAST = 40,
    WIDTH_MOST = 240,
    PARAGRAPHS_MOST = 400 /* beyond that the texts just run beside each other */
};

struct paragraph {
    uint32_t from, to; /* bytes */
};
struct side {
    const struct tian_text *text;
    struct paragraph *at;
    size_t n;
    size_t mark; /* the next one to come, or the open one */
    bool open;
};
struct beside {
    struct cli *cli;
    struct side left, right;
    size_t width; /* cells of a column */
};

/* ---- Paragraphs ----------------------------------------------------------------------------------- */

static void cut_paragraphs(struct arena *arena, const struct tian_text *text, struct side *side)
{
    vec_of(struct paragraph) list;
    struct str rest = { text->text, text->length }, line;
    vec_init(&list, arena);
    while (str_line(&rest, &line)) {
        line = str_trim(line);
        if (line.n > 0)
            vec_push(&list, (struct paragraph){ (uint32_t)(line.p - text->text),
                                                (uint32_t)(line.p + line.n - text->text) });
    }
    *side = (struct side){ .text = text, .at = list.at, .n = list.n };
}

static uint32_t overlap(struct paragraph p, uint32_t from, uint32_t to)
{
    uint32_t a = p.from > from ? p.from : from, b = p.to < to ? p.to : to;
    return b > a ? b - a : 0;
}

static uint32_t shared(const struct beside *b, const struct tian_match_report *m, size_t i, size_t j)
{
    uint32_t sum = 0;
    for (size_t k = 0; k < m->npassages; k++) {
        const struct tian_passage *p = &m->passages[k];
        uint32_t x = overlap(b->left.at[i], p->draft_from, p->draft_to);
        uint32_t y = overlap(b->right.at[j], p->there_from, p->there_to);
        sum += x < y ? x : y;
    }
    return sum;
}

/* partner[i]: 1 + the paragraph on the right that stands beside i, or 0. The heaviest ascending chain. */
static void pair_paragraphs(const struct beside *b, const struct tian_match_report *m, uint32_t *partner)
{
    size_t rows = b->left.n, columns = b->right.n;
    uint32_t *best = arena_array(b->cli->ctx.arena, uint32_t, mem_product(rows + 1, columns + 1));
#define BEST(i, j) best[(i) * (columns + 1) + (j)]
    for (size_t i = rows; i-- > 0;)
        for (size_t j = columns; j-- > 0;) {
            uint32_t both = BEST(i + 1, j + 1) + shared(b, m, i, j);
            uint32_t skip = BEST(i + 1, j) > BEST(i, j + 1) ? BEST(i + 1, j) : BEST(i, j + 1);
            BEST(i, j) = both > skip ? both : skip;
        }
    for (size_t i = 0, j = 0; i < rows && j < columns;) {
        if (BEST(i, j) == BEST(i + 1, j))
            i++;
        else if (BEST(i, j) == BEST(i, j + 1))
            j++;
        else
            partner[i++] = (uint32_t)++j;
    }
#undef BEST
}

/* ---- Rows ----------------------------------------------------------------------------------------- */

static size_t cells(uint32_t c)
{
    return c < 0x1100 || (c >= 0x2000 && c < 0x2E80) || c > 0x3FFFF ? 1 : 2;
}

static size_t put_border(struct beside *b, bool begin)
{
    if (b->cli->color)
        (begin ? paint_begin : paint_end)(b->cli, STYLE_MARK);
    else
        buf_cstr(&b->cli->out, begin ? "【" : "】");
    return b->cli->color ? 0 : 2;
}

/* Open or close the mark when one begins or ends at byte at; cells taken. */
static size_t turn_marks(struct beside *b, struct side *s, uint32_t at)
{
    size_t took = 0;
    const struct tian_text *t = s->text;
    if (s->open && t->marks[s->mark].to <= at) {
        s->open = false;
        took += put_border(b, false);
    }
    while (s->mark < t->nmarks && t->marks[s->mark].to <= at)
        s->mark++;
    if (!s->open && s->mark < t->nmarks && t->marks[s->mark].from <= at) {
        s->open = true;
        took += put_border(b, true);
    }
    return took;
}

/* What does not begin a line (GB/T 15834: it may not). */
static bool is_closing(uint32_t c)
{
    static const uint32_t closing[] = { U'，', U'。', U'、', U'；', U'：', U'！', U'？', U'）',
                                        U'》', U'”',  U'’',  U'…',  U'】', U'〕', U'·',  U'%' };
    for (size_t i = 0; i < sizeof closing / sizeof *closing; i++)
        if (c == closing[i])
            return true;
    return false;
}

/* Room for c behind used cells: a border and a character, and of what is no closing punctuation as much
 * again, so that punctuation follows it in the same row. */
static bool has_room(const struct beside *b, size_t used, uint32_t c)
{
    size_t most = b->cli->color ? 2 : 4; /* by colour a border takes none */
    return used + (is_closing(c) ? most : 2 * most) <= b->width;
}

static void put_row(struct beside *b, struct side *s, struct paragraph *p)
{
    size_t used = 0;
    const char *text = s->text->text, *at = text + p->from, *end = text + p->to;
    if (s->open && b->cli->color && at < end)
        paint_begin(b->cli, STYLE_MARK);
    while (at < end) {
        const char *next = at;
        uint32_t c = utf8_next(&next, end);
        if (!has_room(b, used, c))
            break;
        used += turn_marks(b, s, (uint32_t)(at - text));
        if (c >= 0x20 && (c < 0x7F || c >= 0xA0)) {
            buf_put(&b->cli->out, at, (size_t)(next - at));
            used += cells(c);
        }
        at = next;
    }
    p->from = (uint32_t)(at - text);
    if (s->open && s->text->marks[s->mark].to <= p->from && used + 2 <= b->width)
        used += turn_marks(b, s, p->from);
    if (s->open && b->cli->color)
        paint_end(b->cli, STYLE_MARK);
    for (; used < b->width; used++)
        buf_char(&b->cli->out, ' ');
}

/* left or right: NULL when that side has no paragraph here. */
static void put_paragraphs(struct beside *b, const struct paragraph *left, const struct paragraph *right)
{
    struct paragraph none = { 0, 0 }, x = left ? *left : none, y = right ? *right : none;
    while (x.from < x.to || y.from < y.to) {
        put_row(b, &b->left, &x);
        buf_cstr(&b->cli->out, " │ ");
        put_row(b, &b->right, &y);
        while (b->cli->out.n > 0 && b->cli->out.p[b->cli->out.n - 1] == ' ')
            b->cli->out.n--;
        buf_char(&b->cli->out, '\n');
    }
}

static void put_all(struct beside *b, const uint32_t *partner)
{
    size_t j = 0;
    for (size_t i = 0; i < b->left.n; i++) {
        size_t next = i, wanted = b->right.n;
        while (next < b->left.n && partner[next] == 0)
            next++;
        if (next < b->left.n)
            wanted = partner[next] - 1;
        for (; next == i && j < wanted; j++) /* what comes before this one's partner */
            put_paragraphs(b, NULL, &b->right.at[j]);
        bool has = next == i ? j < b->right.n : j < wanted;
        put_paragraphs(b, &b->left.at[i], has ? &b->right.at[j] : NULL);
        j += has;
    }
    for (; j < b->right.n; j++)
        put_paragraphs(b, NULL, &b->right.at[j]);
}

/* ---- Front ---------------------------------------------------------------------------------------- */

static size_t terminal_width(void)
{
    struct winsize size = { 0 };
    const char *columns = getenv("COLUMNS");
    uint64_t width = 0;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        width = size.ws_col;
    else if (!columns || !str_to_u64(str_of(columns), &width))
        width = WIDTH_USUAL;
    return width < WIDTH_LEAST ? WIDTH_LEAST : width > WIDTH_MOST ? WIDTH_MOST : (size_t)width;
}

void paint_beside(struct cli *cli, const struct tian_match_report *m)
{
    struct beside b = { .cli = cli, .width = (terminal_width() - 3) / 2 };
    if (!m->draft.text || !m->there.text)
        return;
    cut_paragraphs(cli->ctx.arena, &m->draft, &b.left);
    cut_paragraphs(cli->ctx.arena, &m->there, &b.right);
    uint32_t *partner = arena_array(cli->ctx.arena, uint32_t, b.left.n + 1);
    if (b.left.n <= PARAGRAPHS_MOST && b.right.n <= PARAGRAPHS_MOST)
        pair_paragraphs(&b, m, partner);
    buf_printf(&cli->out,
               say("\nDraft (left) and %s, equal characters marked:\n\n",
                   "\n左：草稿　右：%s（相同的字已标出）\n\n"),
               m->id);
    put_all(&b, partner);
}
