/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The search explains itself: to the reader when nothing was found, to people
 * who build it with `tian debug plan`. Nothing was found because a word is in
 * no document (then this is said of each such word), or because no document
 * holds all of them together: then each is counted alone, and each condition
 * is left out in turn and what is found then is counted, a line a condition; of
 * two that must stand close it is counted who has both; of what must stand as
 * typed, what its words would find wherever they stand. No condition is ever
 * dropped without being asked.
 */
#include "search/explain.h"

enum {
    MOST_CONDITIONS = 8,
    MOST_VERIFIED = 300,
    LONGEST_NAME = 8, /* characters of what may have been meant as a field */
    BRIEF = 60        /* characters of a condition that are named */
};

/* ---- nothing found ---------------------------------------------------------------- */

/* Documents that answer a part of the plan alone, at most MOST_VERIFIED candidates verified. */
static int count_reading(struct run *run, const struct plan_node *node, enum reading reading, uint64_t *n)
{
    struct set set;
    bool hide = run->options->role == TIAN_ROLE_PUBLIC;
    int code = find_candidates(run->ctx, run->reader, node, reading, hide, &set);
    if (!code)
        code = find_expand(run->ctx, run->reader, &set);
    *n = set.docs.n;
    if (code || set.proof)
        return code;
    size_t yes = 0, looked = 0;
    for (; looked < set.docs.n && looked < MOST_VERIFIED && !code; looked++) {
        code = page_load(run->ctx, run->reader, set.docs.at[looked], run->options->role, &run->page);
        yes += !code && match_page(node, &run->page, reading);
    }
    *n = looked ? (uint64_t)((double)set.docs.n * (double)yes / (double)looked + .5) : 0;
    return code;
}

static int count_node(struct run *run, const struct plan_node *node, uint64_t *n)
{
    return count_reading(run, node, run->plan.reading, n);
}

/* A condition as it may be typed. */
static const char *text_of(struct run *run, const struct plan_node *node)
{
    struct buf out;
    buf_init(&out, run->ctx->arena);
    query_show(node->syntax, &out);
    struct str whole = buf_view(&out);
    buf_init(&out, run->ctx->arena);
    buf_brief(&out, whole, BRIEF);
    return arena_cstr(run->ctx->arena, buf_view(&out));
}

static void note(struct run *run, const char *text)
{
    plan_note(run->ctx->arena, &run->plan, text);
}

/* A word of a part alone, as a part. */
static int count_word(struct run *run, const struct plan_node *leaf, const struct plan_word *word,
                      uint64_t *n)
{
    struct plan_node alone = *leaf;
    alone.words = (struct plan_word *)(uintptr_t)word;
    alone.nwords = 1;
    alone.nothers = 0;
    alone.next = NULL;
    return count_node(run, &alone, n);
}

/* Words of a part that are in no document. */
static int note_missing_words(struct run *run, const struct plan_node *leaf, bool *any)
{
    uint64_t n;
    for (size_t i = 0; i < leaf->nwords && i < MOST_CONDITIONS; i++) {
        int code = count_word(run, leaf, &leaf->words[i], &n);
        if (code)
            return code;
        if (n > 0)
            continue;
        *any = true;
        const struct str word =
            leaf->nwords > 1 ? leaf->words[i].term : leaf->syntax->text; /* as typed: 5G */
        note(run, arena_printf(run->ctx->arena, say("“%.*s” is in no document", "“%.*s”不在任何文件中"),
                               STR_ARG(word)));
    }
    return 0;
}

/* 颜色:红 was searched as text. */
static void note_no_field(struct run *run, const struct plan_node *leaf)
{
    struct str text = leaf->syntax->text, name;
    size_t ascii = str_find(text, STR(":"), 0), wide = str_find(text, STR("："), 0);
    size_t end = ascii < wide ? ascii : wide;
    name = end == SIZE_MAX ? STR_NONE : str_sub(text, 0, end);
    if (name.n > 0 && utf8_length(text) <= BRIEF && utf8_length(name) <= LONGEST_NAME &&
        !query_names_field(name))
        note(run, arena_printf(run->ctx->arena,
                               say("“%.*s” is no field, so this was searched as text; fields: %s",
                                   "没有字段“%.*s”，已按普通文字检索；可用的字段：%s"),
                               STR_ARG(name), query_field_list(run->ctx->arena)));
}

static int note_missing_part(struct run *run, const struct plan_node *node, bool *any)
{
    uint64_t n;
    bool words = node->kind == QUERY_WORDS && run->plan.reading != READ_EXACT;
    int code = words ? note_missing_words(run, node, any) : count_node(run, node, &n);
    if (code || words || n > 0)
        return code;
    *any = true;
    bool bare = node->syntax->kind == QUERY_WORDS && node->field == FIELD_ANY;
    note(run, arena_printf(run->ctx->arena,
                           bare ? say("“%s” is in no document", "“%s”不在任何文件中")
                                : say("%s: in no document", "%s：没有一篇"),
                           text_of(run, node)));
    return 0;
}

/* Conditions are the kids of the AND at the top, or the root alone. */
static size_t conditions(const struct plan *plan, const struct plan_node *out[MOST_CONDITIONS])
{
    size_t n = 0;
    if (plan->root->kind != QUERY_AND) {
        out[0] = plan->root;
        return 1;
    }
    for (const struct plan_node *kid = plan->root->kid; kid && n < MOST_CONDITIONS; kid = kid->next)
        out[n++] = kid;
    return n;
}

/* All conditions once more, one of them left out or changed. */
struct changed {
    struct plan_node top, kids[MOST_CONDITIONS];
};

static void copy_conditions(const struct plan_node *const *all, size_t n, size_t left_out,
                            struct changed *out)
{
    struct plan_node **link = &out->top.kid;
    out->top = (struct plan_node){ .kind = QUERY_AND };
    for (size_t i = 0; i < n; i++) {
        if (i == left_out)
            continue;
        out->kids[i] = *all[i];
        out->kids[i].next = NULL;
        *link = &out->kids[i];
        link = &out->kids[i].next;
    }
}

/* What is found by all conditions but one. */
static int count_without(struct run *run, const struct plan_node *const *all, size_t n, size_t left_out,
                         uint64_t *found)
{
    struct changed changed;
    copy_conditions(all, n, left_out, &changed);
    return count_node(run, &changed.top, found);
}

static bool is_as_typed(const struct run *run, const struct plan_node *node)
{
    bool words = node->kind == QUERY_WORDS && run->plan.reading == READ_EXACT;
    return (words || node->kind == QUERY_PHRASE) && node->nwords > 1;
}

/* What is found when the words of these parts may stand anywhere. */
static int note_as_words(struct run *run, const struct plan_node *const *all, size_t n)
{
    struct changed changed;
    bool quoted = false, typed = false;
    uint64_t found;
    copy_conditions(all, n, SIZE_MAX, &changed);
    for (size_t i = 0; i < n; i++) {
        typed |= is_as_typed(run, all[i]);
        quoted |= is_as_typed(run, all[i]) && all[i]->kind == QUERY_PHRASE;
        if (is_as_typed(run, all[i]))
            changed.kids[i].kind = QUERY_WORDS;
    }
    if (!typed)
        return 0;
    int code = count_reading(run, &changed.top, run->plan.reading == READ_ANY ? READ_ANY : READ_ALL, &found);
    if (!code)
        note(run, arena_printf(run->ctx->arena,
                               quoted ? say("with its words anywhere in the text (no quotation marks): %llu",
                                            "不要求连在一起，各词都有即可（去掉引号）：%llu 篇")
                                      : say("with its words anywhere in the text (--match all): %llu",
                                            "不要求连在一起，各词都有即可（--match all）：%llu 篇"),
                               (unsigned long long)found));
    return code;
}

/* A line a condition: what it finds alone, and what is found when it is left out. */
static int note_conditions(struct run *run, const struct plan_node *const *all, size_t n)
{
    note(run, say("no document meets all conditions", "没有一篇同时满足全部条件"));
    for (size_t i = 0; i < n; i++) {
        struct plan_node only = *all[i];
        uint64_t alone, without;
        only.next = NULL;
        int code = count_node(run, &only, &alone);
        if (!code)
            code = count_without(run, all, n, i, &without);
        if (code)
            return code;
        note(run, arena_printf(run->ctx->arena,
                               say("%s: %llu alone; without it %llu", "%s：单独 %llu 篇；去掉它 %llu 篇"),
                               text_of(run, all[i]), (unsigned long long)alone, (unsigned long long)without));
    }
    return 0;
}

/* Two that never stand so close together: how many documents have both somewhere. */
static int note_apart(struct run *run, const struct plan_node *pair)
{
    struct plan_node only = *pair, both = { .kind = QUERY_AND, .kid = pair->kid };
    uint64_t close, n;
    only.next = NULL;
    int code = count_node(run, &only, &close);
    if (code || close > 0)
        return code;
    code = count_node(run, &both, &n);
    if (!code)
        note(run, arena_printf(run->ctx->arena,
                               say("%s: in no document; both anywhere in the text: %llu",
                                   "%s：没有一篇；不限远近，同一篇里都有的 %llu 篇"),
                               text_of(run, pair), (unsigned long long)n));
    return code;
}

/* Words of the only part, when it is the whole query. */
static int note_word_counts(struct run *run, const struct plan_node *leaf)
{
    struct buf out;
    buf_init(&out, run->ctx->arena);
    for (size_t i = 0; i < leaf->nwords && i < MOST_CONDITIONS; i++) {
        uint64_t n;
        int code = count_word(run, leaf, &leaf->words[i], &n);
        if (code)
            return code;
        buf_printf(&out, say("%s%.*s: %llu documents", "%s%.*s：%llu 篇"), i ? say(", ", "，") : "",
                   STR_ARG(leaf->words[i].term), (unsigned long long)n);
    }
    buf_cstr(&out, say("; none has all of them", "；没有一篇同时包含"));
    buf_char(&out, '\0');
    note(run, out.p);
    return 0;
}

int explain_nothing(struct run *run)
{
    const struct plan_node *all[MOST_CONDITIONS];
    size_t n = run->plan.root ? conditions(&run->plan, all) : 0;
    bool missing = false;
    int code = 0;
    for (size_t i = 0; i < n; i++)
        if (all[i]->kind == QUERY_WORDS)
            note_no_field(run, all[i]);
    for (size_t i = 0; i < n && !code; i++)
        if (n == 1 ? all[i]->kind <= QUERY_VALUE : all[i]->kind == QUERY_WORDS && all[i]->nwords > 1)
            code = note_missing_part(run, all[i], &missing);
    if (n == 1 && !code && !missing && all[0]->kind == QUERY_WORDS && all[0]->nwords > 1)
        return note_word_counts(run, all[0]);
    for (size_t i = 0; i < n && !code; i++)
        if (all[i]->kind >= QUERY_NEAR)
            code = note_apart(run, all[i]);
    if (n > 1 && !code)
        code = note_conditions(run, all, n);
    return code ? code : note_as_words(run, all, n);
}

/* ---- the plan -------------------------------------------------------------------------- */

static void print_key(uint32_t key, struct buf *out)
{
    uint16_t unit[2] = { (uint16_t)(key >> 16), (uint16_t)key };
    struct normal view = { .unit = unit, .n = 2 };
    normal_utf8(&view, key >> 16 ? 0 : 1, 2, out);
}

static void print_needle(struct run *run, const char *name, const struct needle *needle, struct buf *out)
{
    struct normal view = { .unit = (uint16_t *)(uintptr_t)needle->unit, .n = needle->n };
    if (needle->n == 0)
        return;
    buf_printf(out, "  %-6s ", name);
    normal_utf8(&view, 0, needle->n, out);
    for (size_t i = 0; i < needle->nkeys && i < 64; i++) {
        buf_cstr(out, i ? " " : "  [");
        print_key(needle->keys[i], out);
        buf_printf(out, "=%u",
                   (unsigned)snapshot_list_size(run->reader->snapshot, LIST_PAIRS, needle->keys[i]));
    }
    buf_cstr(out, needle->nkeys ? needle->proof ? "] proof\n" : "]\n" : "\n");
}

static void print_leaf(struct run *run, const struct plan_node *leaf, struct buf *out)
{
    print_needle(run, "typed", &leaf->typed, out);
    for (size_t i = 0; i < leaf->nothers; i++)
        print_needle(run, "or", &leaf->others[i], out);
    for (size_t i = 0; i < leaf->nwords && leaf->kind == QUERY_WORDS; i++)
        for (size_t k = 0; k < leaf->words[i].nforms; k++)
            print_needle(run, k ? "or" : "word", &leaf->words[i].forms[k], out);
}

static void print_stages(const struct run *run, struct buf *out)
{
    for (size_t i = 0; i < run->nstages; i++) {
        const struct stage *stage = &run->stages[i];
        buf_printf(out, "stage %s: ", reading_name(stage->reading));
        if (stage->set.everything)
            buf_cstr(out, "any document with a word\n");
        else
            buf_printf(out, "%zu candidates%s\n", stage->set.docs.n, stage->set.proof ? ", proved" : "");
    }
}

int explain_plan(struct run *run, struct buf *out)
{
    buf_cstr(out, "tree ");
    query_print(run->plan.query.root, out);
    buf_printf(out, "\nreading %s%s\n", reading_name(run->plan.reading),
               run->plan.staged ? ", stricter first" : "");
    for (size_t i = 0; i < run->plan.nleaves; i++) {
        buf_printf(out, "part %s\n", text_of(run, run->plan.leaves[i]));
        print_leaf(run, run->plan.leaves[i], out);
    }
    for (size_t i = 0; i < run->plan.nrank; i++) {
        const struct rank_word *word = &run->plan.rank[i];
        buf_printf(out, "rank %.*s documents %u weight %.3f\n", STR_ARG(word->term),
                   (unsigned)snapshot_word_count(run->ctx, run->reader->snapshot, word->term), word->weight);
    }
    print_stages(run, out);
    for (size_t i = 0; i < run->plan.nnotes; i++)
        buf_printf(out, "note %s\n", run->plan.notes[i]);
    return 0;
}
