/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * --explain for people: a line of a score is a word and the parts it stands in,
 * or all that was given for one reason; the lines add up to the score.
 */
#include "cli/cli.h"

static const char *kind_text(const char *kind)
{
    static const struct {
        const char *kind, *english, *chinese;
    } kinds[] = {
        { "word", "word", "词" },
        { "pair", "side by side", "相邻的字" },
        { "letter", "characters", "单字" },
        { "section", "for where it stands", "所在部分" },
        { "theme", "same theme", "主题相同" },
        { "key", "key proposal", "重点提案" },
        { "excellent", "excellent proposal", "优秀提案" },
        { "recent", "recent", "新近" },
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kinds[i].kind, kind) == 0)
            return say(kinds[i].english, kinds[i].chinese);
    return kind;
}

static const char *section_text(const struct tian_part *part)
{
    static const struct {
        const char *field, *english, *chinese;
    } sections[] = { { "title", "title", "案由" },
                     { "situation", "situation", "情况" },
                     { "analysis", "analysis", "分析" },
                     { "suggestion", "suggestions", "建议" },
                     { "reply", "reply", "答复" } };
    for (size_t i = 0; i < sizeof sections / sizeof *sections; i++)
        if (strcmp(sections[i].field, part->field) == 0)
            return say(sections[i].english, sections[i].chinese);
    bool of_word = strcmp(part->kind, "word") == 0 || strcmp(part->kind, "section") == 0;
    return of_word ? say("text", "正文") : "";
}

static bool is_same_line(const struct tian_part *a, const struct tian_part *b)
{
    bool word = strcmp(a->kind, "word") == 0;
    return strcmp(a->kind, b->kind) == 0 && (!word || strcmp(a->word, b->word) == 0);
}

/* Parts [from, to) on one line: their sum, then each. */
static void put_parts(struct cli *cli, const struct tian_part *from, const struct tian_part *to)
{
    struct buf *out = &cli->out;
    double sum = 0;
    bool word = strcmp(from->kind, "word") == 0;
    for (const struct tian_part *part = from; part < to; part++)
        sum += part->value;
    buf_printf(out, "      %8.4f  %s", sum, kind_text(from->kind));
    if (word)
        buf_printf(out, " %s", from->word);
    for (const struct tian_part *part = from; part < to; part++) {
        buf_cstr(out, part == from ? say(": ", "：") : say(", ", "，"));
        if (!word)
            buf_cstr(out, part->word);
        if (!word && part->word[0] && section_text(part)[0])
            buf_char(out, ' ');
        buf_printf(out, "%s%s%.4f", section_text(part), part->word[0] ? " " : "", part->value);
    }
    buf_char(out, '\n');
}

void paint_parts(struct cli *cli, const struct tian_hit *hit)
{
    for (size_t i = 0, end; i < hit->nparts; i = end) {
        for (end = i + 1; end < hit->nparts && is_same_line(&hit->parts[i], &hit->parts[end]);)
            end++;
        put_parts(cli, hit->parts + i, hit->parts + end);
    }
}

void paint_expansions(struct cli *cli, const struct tian_results *r)
{
    for (size_t i = 0; i < r->nexpansions; i++) {
        buf_printf(&cli->out, say("  also for %s:", "  “%s”也查："), r->expansions[i].word);
        for (size_t k = 0; k < r->expansions[i].nforms; k++)
            buf_printf(&cli->out, "%s%s", k ? say(", ", "、") : say(" ", ""), r->expansions[i].forms[k]);
        buf_char(&cli->out, '\n');
    }
}
