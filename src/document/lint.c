/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What is wrong with a taxonomy file. By itself: themes without words, words for
 * and against one theme, words of several themes, words inside a word of another
 * theme (教育 in 教育整顿: both speak). Over the texts seen: words that occur in
 * none or in a quarter of all, themes that no text gets or half of all, and how
 * many texts stay without a label.
 */
#include "document/scoring.h"

enum {
    SHOWN = 12,      /* words a finding names */
    COMMON_PART = 4, /* a word in 1 / so many of the texts is everywhere */
    GREEDY_PART = 2, /* a theme of 1 / so many of the texts takes everything */
    ENOUGH_TEXTS = 20
};

struct lint {
    struct arena *arena;
    const struct taxonomy *t;
    size_t texts, unlabelled;
    uint64_t *word_texts; /* texts with a word */
    uint64_t *node_texts; /* texts labelled by a node */
};

struct lint *lint_new(struct arena *arena, const struct taxonomy *t)
{
    struct lint *lint = arena_new_of(arena, struct lint);
    lint->arena = arena;
    lint->t = t;
    lint->word_texts = arena_array(arena, uint64_t, t->words.n + 1);
    lint->node_texts = arena_array(arena, uint64_t, t->nodes.n + 1);
    return lint;
}

/* The counts of one text are taken from its scoring; a label is the best of the deepest group that has one.
 */
static bool count_labels(struct lint *lint, const struct scoring *s)
{
    bool any = false;
    for (uint32_t group = 0; !any && group < lint->t->groups; group++)
        for (uint32_t i = 0; i < lint->t->nodes.n; i++)
            if (lint->t->nodes.at[i].group == group && s->score[i] > 0 &&
                scoring_confidence(s, i) >= lint->t->threshold) {
                lint->node_texts[i]++;
                any = true;
            }
    return any;
}

void lint_see(struct lint *lint, const struct document *d)
{
    struct scoring s = { .t = lint->t, .scratch = arena_new(lint->arena) };
    scoring_run(&s, d->title, d->body, &d->skips);
    for (size_t i = 0; i < s.ntouched; i++)
        lint->word_texts[s.touched[i]]++;
    lint->unlabelled += !count_labels(lint, &s);
    lint->texts++;
    arena_free(s.scratch);
}

/* ---- findings ------------------------------------------------------------------------ */

struct finding {
    struct buf *out;
    size_t findings, words; /* words of the one being written */
};

/* A finding is a line: what, then words. */
static void find(struct finding *f, const char *english, const char *chinese)
{
    buf_printf(f->out, "%s%s", say(english, chinese), say(": ", "："));
    f->findings++;
    f->words = 0;
}

static void name(struct finding *f, struct str text)
{
    if (f->words < SHOWN)
        buf_printf(f->out, "%s%.*s", f->words ? say(", ", "、") : "", STR_ARG(text));
    f->words++;
}

static void end(struct finding *f)
{
    if (f->words > SHOWN)
        buf_printf(f->out, say(" … %zu in all", " …… 共 %zu"), f->words);
    buf_char(f->out, '\n');
}

/* Words (all of a taxonomy) for which test() holds, as one finding. */
static void find_words(const struct lint *lint, struct finding *f,
                       bool (*test)(const struct lint *, uint32_t), const char *const *texts)
{
    bool begun = false;
    for (uint32_t w = 0; w < lint->t->words.n; w++) {
        if (!test(lint, w))
            continue;
        if (!begun)
            find(f, texts[0], texts[1]);
        begun = true;
        name(f, lint->t->words.at[w].text);
    }
    if (begun)
        end(f);
}

static void find_nodes(const struct lint *lint, struct finding *f,
                       bool (*test)(const struct lint *, uint32_t), const char *const *texts)
{
    bool begun = false;
    for (uint32_t i = 0; i < lint->t->nodes.n; i++) {
        if (!test(lint, i))
            continue;
        if (!begun)
            find(f, texts[0], texts[1]);
        begun = true;
        name(f, lint->t->nodes.at[i].name);
    }
    if (begun)
        end(f);
}

/* ---- by itself --------------------------------------------------------------------------- */

static bool has_children(const struct taxonomy *t, uint32_t node)
{
    for (uint32_t i = 0; i < t->nodes.n; i++)
        if (t->nodes.at[i].parent == node)
            return true;
    return false;
}

static bool is_bare(const struct lint *lint, uint32_t node)
{
    return lint->t->nodes.at[node].words == 0 && !has_children(lint->t, node);
}

static bool contradicts(const struct lint *lint, uint32_t word)
{
    const struct taxonomy *t = lint->t;
    for (uint32_t i = t->words.at[word].says; i != NO_INDEX; i = t->says.at[i].next)
        for (uint32_t k = t->says.at[i].next; k != NO_INDEX; k = t->says.at[k].next)
            if (t->says.at[i].node == t->says.at[k].node &&
                (t->says.at[i].weight > 0) != (t->says.at[k].weight > 0))
                return true;
    return false;
}

static bool is_repeated(const struct lint *lint, uint32_t word)
{
    const struct taxonomy *t = lint->t;
    for (uint32_t i = t->words.at[word].says; i != NO_INDEX; i = t->says.at[i].next)
        for (uint32_t k = t->says.at[i].next; k != NO_INDEX; k = t->says.at[k].next)
            if (t->says.at[i].node == t->says.at[k].node &&
                (t->says.at[i].weight > 0) == (t->says.at[k].weight > 0))
                return true;
    return false;
}

/* A learned word speaks for and against many themes: that is no fault. */
static bool is_shared(const struct lint *lint, uint32_t word)
{
    const struct taxonomy *t = lint->t;
    uint32_t first = NO_INDEX;
    for (uint32_t i = t->words.at[word].says; !t->learned && i != NO_INDEX; i = t->says.at[i].next) {
        if (t->says.at[i].weight < 0)
            continue;
        if (first != NO_INDEX && first != t->says.at[i].node)
            return true;
        first = t->says.at[i].node;
    }
    return false;
}

static uint32_t first_theme(const struct taxonomy *t, uint32_t word)
{
    uint32_t i = t->words.at[word].says;
    while (i != NO_INDEX && t->says.at[i].weight < 0)
        i = t->says.at[i].next;
    return i == NO_INDEX ? NO_INDEX : t->says.at[i].node;
}

struct inside {
    const struct taxonomy *t;
    uint32_t word, theme, found; /* found: another word in it, of another theme */
};

static void hit_inside(void *self, uint32_t word)
{
    struct inside *in = self;
    uint32_t theme = first_theme(in->t, word);
    if (word != in->word && theme != NO_INDEX && theme != in->theme)
        in->found = word;
}

static void find_inside(const struct lint *lint, struct finding *f)
{
    const struct taxonomy *t = lint->t;
    bool begun = false;
    for (uint32_t w = 0; !t->learned && w < t->words.n; w++) {
        struct normal n = { (uint16_t *)(uintptr_t)t->words.at[w].unit, NULL, t->words.at[w].n, 0 };
        struct inside in = { t, w, first_theme(t, w), NO_INDEX };
        if (in.theme == NO_INDEX)
            continue;
        taxonomy_scan(t, &n, hit_inside, &in);
        if (in.found == NO_INDEX)
            continue;
        if (!begun)
            find(f, "a word of one theme stands in a word of another, both count",
                 "一类的词含在另一类的词里，两类都会得分");
        begun = true;
        name(f, str_of(arena_printf(lint->arena, "%.*s∈%.*s", STR_ARG(t->words.at[in.found].text),
                                    STR_ARG(t->words.at[w].text))));
    }
    if (begun)
        end(f);
}

/* ---- over texts ------------------------------------------------------------------------------ */

static bool is_unseen(const struct lint *lint, uint32_t word)
{
    return lint->word_texts[word] == 0;
}

static bool is_everywhere(const struct lint *lint, uint32_t word)
{
    return !lint->t->learned && lint->word_texts[word] * COMMON_PART > lint->texts;
}

static bool is_unused(const struct lint *lint, uint32_t node)
{
    return lint->t->nodes.at[node].group == 0 && lint->node_texts[node] == 0;
}

static bool is_greedy(const struct lint *lint, uint32_t node)
{
    return lint->t->nodes.at[node].group == 0 && lint->node_texts[node] * GREEDY_PART > lint->texts;
}

static void find_in_texts(const struct lint *lint, struct finding *f)
{
    find_words(lint, f, is_unseen,
               (const char *const[]){ "words that occur in no text", "哪件里都没有的词" });
    find_words(lint, f, is_everywhere,
               (const char *const[]){ "words in more than a quarter of the texts: they tell nothing apart",
                                      "四分之一以上的文件里都有的词，分不出主题" });
    find_nodes(lint, f, is_unused, (const char *const[]){ "themes that no text gets", "一件也没有的主题" });
    find_nodes(
        lint, f, is_greedy,
        (const char *const[]){ "themes that more than half of the texts get", "一半以上的文件都归入的主题" });
    buf_printf(f->out,
               say("without a theme: %zu of %zu texts (%.1f%%)\n", "未分类：%zu / %zu 件（%.1f%%）\n"),
               lint->unlabelled, lint->texts, 100.0 * (double)lint->unlabelled / (double)lint->texts);
}

size_t lint_write(const struct lint *lint, struct buf *out)
{
    struct finding f = { .out = out };
    find_nodes(lint, &f, is_bare, (const char *const[]){ "themes without words", "没有词的主题" });
    find_words(lint, &f, contradicts,
               (const char *const[]){ "words for and against the same theme", "同一主题里又加分又排除的词" });
    find_words(lint, &f, is_repeated,
               (const char *const[]){ "words written twice in a theme, both count",
                                      "同一主题里写了两次的词，会重复得分" });
    find_words(lint, &f, is_shared, (const char *const[]){ "words of several themes", "几个主题都有的词" });
    find_inside(lint, &f);
    if (lint->texts >= ENOUGH_TEXTS)
        find_in_texts(lint, &f);
    return f.findings;
}
