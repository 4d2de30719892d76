/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What officers decided, beside what the rules would have said: every decided pair
 * whose two proposals are still there is compared again, so the numbers are those
 * of today's texts and today's program. What is made of them is in threshold.c;
 * here it becomes a text, or JSON.
 */
#include "duplicate/duplicate.h"

#include <assert.h>
#include <stdlib.h>

#include "base/emit.h"
#include "duplicate/link.h"
#include "duplicate/threshold.h"

enum {
    FEW = 20 /* decided pairs of either kind: with fewer, what is proposed is a guess */
};

/* That what was gained is luck: up to here a change is called sure, likely. */
static const double SURE = 0.05, LIKELY = 0.2;

struct learning {
    struct ctx *ctx;
    const struct verdict_rules *rules;
    struct decided_pairs pairs;
    size_t gone; /* decided pairs of which a proposal is not there any more */
    struct outcome now, then;
    struct trial trial;
    struct verdict_rules *better;
    struct changes changes;
};

/* ---- Decided pairs ------------------------------------------------------------------------------ */

struct named_pair {
    struct str a, b;
    bool accepted;
};
struct named_pairs {
    struct named_pair *at;
    size_t n, cap;
};

/* The last word on each pair. */
static void standing_pairs(struct arena *arena, const struct decisions *d, struct named_pairs *out)
{
    struct map *seen = map_new(arena);
    for (size_t i = d->n; i-- > 0;)
        for (size_t k = 1; k < d->at[i].nids; k++) {
            struct str a = d->at[i].ids[0], b = d->at[i].ids[k];
            bool turn = str_cmp(a, b) > 0;
            struct str key =
                str_of(arena_printf(arena, "%.*s\n%.*s", STR_ARG(turn ? b : a), STR_ARG(turn ? a : b)));
            void **place = map_at(seen, key);
            if (*place)
                continue;
            *place = out;
            vec_push(out, (struct named_pair){ a, b, !d->at[i].refuses });
        }
}

static int find_doc(struct ctx *ctx, const struct reader *reader, struct str id, uint32_t *doc)
{
    struct ctx quiet = *ctx;
    quiet.error = NULL;
    int rc = snapshot_find(&quiet, reader->snapshot, id, doc);
    if (rc == TIAN_ENOTFOUND)
        *doc = UINT32_MAX;
    return rc == TIAN_ENOTFOUND ? 0 : rc;
}

static int by_doc(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

static uint32_t place_of(const struct docs *docs, uint32_t doc)
{
    const uint32_t *found = bsearch(&doc, docs->at, docs->n, sizeof doc, by_doc);
    assert(found);
    return (uint32_t)(found - docs->at);
}

struct doc_pair {
    uint32_t a, b;
    bool accepted;
};
struct doc_pairs {
    struct doc_pair *at;
    size_t n, cap;
};

static int find_docs(struct learning *l, const struct reader *reader, const struct named_pairs *names,
                     struct doc_pairs *pairs, struct docs *docs)
{
    size_t kept = 0;
    int rc = 0;
    for (size_t i = 0; !rc && i < names->n; i++) {
        struct doc_pair pair = { .accepted = names->at[i].accepted };
        rc = find_doc(l->ctx, reader, names->at[i].a, &pair.a);
        rc = rc ? rc : find_doc(l->ctx, reader, names->at[i].b, &pair.b);
        if (rc || pair.a == UINT32_MAX || pair.b == UINT32_MAX || pair.a == pair.b) {
            l->gone++;
            continue;
        }
        vec_push(pairs, pair);
        vec_push(docs, pair.a);
        vec_push(docs, pair.b);
    }
    if (docs->n > 0)
        qsort(docs->at, docs->n, sizeof *docs->at, by_doc);
    for (size_t i = 0; i < docs->n; i++)
        if (i == 0 || docs->at[i] != docs->at[i - 1])
            docs->at[kept++] = docs->at[i];
    docs->n = kept;
    return rc;
}

/* The numbers of every pair, in the order of the pairs. */
static int compare_pairs(struct learning *l, const struct reader *reader, const struct doc_pairs *pairs,
                         const struct docs *docs)
{
    struct intake intake = { 0 };
    struct couples couples;
    struct links links;
    vec_init(&couples, l->ctx->arena);
    vec_init(&links, l->ctx->arena);
    int rc = intake_read_docs(l->ctx, reader, docs, 0, &intake);
    if (rc)
        return rc;
    for (size_t i = 0; i < pairs->n; i++)
        vec_push(&couples, (struct couple){ place_of(docs, pairs->at[i].a), place_of(docs, pairs->at[i].b) });
    struct pairbook *book = pairbook_new(l->ctx->arena, &intake);
    rc = links_judge(l->ctx, &intake, book, l->rules, &couples, VERDICT_NEW, 0, &links);
    for (size_t i = 0; !rc && i < links.n; i++)
        vec_push(&l->pairs, (struct decided_pair){ { links.at[i].numbers[0], links.at[i].numbers[1] },
                                                   pairs->at[i].accepted });
    return rc;
}

static int read_pairs(struct learning *l, const struct reader *reader, const struct decisions *decisions)
{
    struct named_pairs names;
    struct doc_pairs pairs;
    struct docs docs;
    vec_init(&names, l->ctx->arena);
    vec_init(&pairs, l->ctx->arena);
    vec_init(&docs, l->ctx->arena);
    standing_pairs(l->ctx->arena, decisions, &names);
    int rc = find_docs(l, reader, &names, &pairs, &docs);
    if (!rc && pairs.n == 0)
        rc = ctx_fail(l->ctx, TIAN_ENOTFOUND, NULL, "nothing was decided yet: tian merge --accept, --refuse",
                      "还没有并案决定：请先用 tian merge --accept、--refuse 记录");
    return rc ? rc : compare_pairs(l, reader, &pairs, &docs);
}

static size_t accepted_of(const struct learning *l)
{
    size_t n = 0;
    for (size_t i = 0; i < l->pairs.n; i++)
        n += l->pairs.at[i].accepted;
    return n;
}

/* ---- As a text --------------------------------------------------------------------------------------- */

static const enum number TABLED[] = { NUMBER_WORDS,   NUMBER_MINE, NUMBER_SUGGESTION,
                                      NUMBER_PROBLEM, NUMBER_KEYS, NUMBER_TITLE };
enum {
    NTABLED = sizeof TABLED / sizeof *TABLED,
    STEPS = 9 /* 0.1 … 0.9 */
};

static void put_outcome(struct buf *out, struct outcome o)
{
    buf_printf(out,
               say("precision %.2f, recall %.2f, F1 %.2f (%zu right, %zu too many, %zu missed)",
                   "准确率 %.2f，召回率 %.2f，F1 %.2f（对 %zu，多提 %zu，漏 %zu）"),
               outcome_precision(o), outcome_recall(o), outcome_f1(o), o.hit, o.false_alarm, o.missed);
}

static void put_line(struct buf *out, const char *english, const char *chinese, struct outcome o)
{
    buf_cstr(out, say(english, chinese));
    put_outcome(out, o);
    buf_char(out, '\n');
}

static void put_table(const struct learning *l, enum number number, struct buf *out)
{
    buf_printf(out, say("\n%s >=   precision  recall\n", "\n%s >=   准确率  召回率\n"),
               verdict_number_name(number));
    for (int step = 1; step <= STEPS; step++) {
        struct outcome o = outcome_of_number(number, step / 10.0, &l->pairs);
        buf_printf(out, "  %.1f        %.2f    %.2f\n", step / 10.0, outcome_precision(o), outcome_recall(o));
    }
}

/* In a word, and what it rests on. */
static void put_sureness(const struct trial *t, struct buf *out)
{
    double luck = trial_luck(*t);
    buf_printf(
        out,
        say("  how sure:   %s: %zu pairs more judged as decided, %zu fewer; mere luck would do that in "
            "%.0f %% of cases\n",
            "  把握：    %s：多判对 %zu 对，少判对 %zu 对；纯属碰巧的可能 %.0f%%\n"),
        luck <= SURE     ? say("sure", "较大")
        : luck <= LIKELY ? say("likely", "不太大")
                         : say("not sure", "没有把握，不宜改"),
        t->gained, t->lost, 100 * luck);
}

static void put_changes(const struct learning *l, struct buf *out)
{
    if (l->changes.n == 0) {
        buf_cstr(out, say("\nNo other threshold would do better.\n", "\n没有更好的门槛，维持现状。\n"));
        return;
    }
    buf_cstr(out, say("\nThresholds that would do better\n", "\n建议的门槛\n"));
    for (size_t i = 0; i < l->changes.n; i++) {
        const struct change *change = &l->changes.at[i];
        struct verdict_condition c = verdict_condition(l->better, change->condition);
        buf_printf(out,
                   say("  verdict.conf line %u, [%s] %s: %s >= %.2f, now %.2f\n",
                       "  verdict.conf 第 %u 行 [%s] %s：%s >= %.2f（现为 %.2f）\n"),
                   c.line, verdict_code_name(c.code), c.text, verdict_number_name(c.number), change->to,
                   change->from);
    }
    put_line(out, "  with them:  ", "  照此：    ", l->then);
    put_line(out, "  expected:   ", "  预期：    ", l->trial.outcome);
    put_sureness(&l->trial, out);
    buf_cstr(out, say("  (expected: each tenth judged by thresholds made without it)\n",
                      "  （预期：轮流用其余九成定门槛、判这一成）\n"));
}

static void put_warnings(const struct learning *l, struct buf *out)
{
    size_t yes = accepted_of(l), no = l->pairs.n - yes;
    if (yes < FEW || no < FEW)
        buf_printf(
            out,
            say("\nFewer than %d accepted or refused pairs: take this for a hint, not for a measurement.\n",
                "\n接受或不并的不足 %d 对：仅供参考，不足以改门槛。\n"),
            FEW);
    if (l->gone > 0)
        buf_printf(
            out, say("%zu decided pairs are not in the index any more.\n", "另有 %zu 对已不在库中，未计。\n"),
            l->gone);
}

static void put_text(const struct learning *l, struct buf *out)
{
    size_t yes = accepted_of(l);
    buf_printf(out,
               say("%zu decided pairs: %zu accepted, %zu refused\n", "已定 %zu 对：并案 %zu，不并 %zu\n"),
               l->pairs.n, yes, l->pairs.n - yes);
    put_line(out, "rules as they are: ", "现行规则：", l->now);
    put_changes(l, out);
    put_warnings(l, out);
    buf_cstr(out, say("\nOne number alone\n", "\n只凭一个数值\n"));
    for (size_t i = 0; i < NTABLED; i++)
        put_table(l, TABLED[i], out);
}

/* ---- As JSON --------------------------------------------------------------------------------------------
 */

static void emit_outcome(struct emit *e, const char *key, struct outcome o)
{
    emit_object(e, key);
    emit_double(e, "precision", outcome_precision(o), 3);
    emit_double(e, "recall", outcome_recall(o), 3);
    emit_double(e, "f1", outcome_f1(o), 3);
    emit_uint(e, "right", o.hit);
    emit_uint(e, "too_many", o.false_alarm);
    emit_uint(e, "missed", o.missed);
    emit_end_object(e);
}

static void emit_changes(struct emit *e, const struct learning *l)
{
    emit_array(e, "changes");
    for (size_t i = 0; i < l->changes.n; i++) {
        struct verdict_condition c = verdict_condition(l->better, l->changes.at[i].condition);
        emit_object(e, NULL);
        emit_uint(e, "line", c.line);
        emit_cstr(e, "verdict", verdict_code_name(c.code));
        emit_cstr(e, "rule", c.text);
        emit_cstr(e, "number", verdict_number_name(c.number));
        emit_double(e, "from", l->changes.at[i].from, 2);
        emit_double(e, "to", l->changes.at[i].to, 2);
        emit_end_object(e);
    }
    emit_end_array(e);
}

static void emit_table(struct emit *e, const struct learning *l, enum number number)
{
    emit_object(e, NULL);
    emit_cstr(e, "number", verdict_number_name(number));
    emit_array(e, "steps");
    for (int step = 1; step <= STEPS; step++) {
        struct outcome o = outcome_of_number(number, step / 10.0, &l->pairs);
        emit_object(e, NULL);
        emit_double(e, "at_least", step / 10.0, 1);
        emit_double(e, "precision", outcome_precision(o), 3);
        emit_double(e, "recall", outcome_recall(o), 3);
        emit_end_object(e);
    }
    emit_end_array(e);
    emit_end_object(e);
}

static void put_json(const struct learning *l, struct buf *out)
{
    struct emit e;
    size_t yes = accepted_of(l);
    emit_init(&e, out, false);
    emit_object(&e, NULL);
    emit_uint(&e, "accepted", yes);
    emit_uint(&e, "refused", l->pairs.n - yes);
    emit_uint(&e, "gone", l->gone);
    emit_outcome(&e, "now", l->now);
    emit_outcome(&e, "then", l->then);
    emit_outcome(&e, "expected", l->trial.outcome);
    emit_uint(&e, "gained", l->trial.gained);
    emit_uint(&e, "lost", l->trial.lost);
    emit_double(&e, "luck", trial_luck(l->trial), 3);
    emit_changes(&e, l);
    emit_array(&e, "tables");
    for (size_t i = 0; i < NTABLED; i++)
        emit_table(&e, l, TABLED[i]);
    emit_end_array(&e);
    emit_end_object(&e);
    emit_newline(&e);
}

/* ---- All
 * ---------------------------------------------------------------------------------------------------- */

static int put_rules(const struct learning *l, struct buf *out)
{
    size_t *conditions = arena_array(l->ctx->arena, size_t, l->changes.n + 1);
    for (size_t i = 0; i < l->changes.n; i++)
        conditions[i] = l->changes.at[i].condition;
    return verdict_file(l->ctx, l->better, conditions, l->changes.n, out);
}

int duplicate_learn(struct ctx *ctx, const struct reader *reader, const struct verdict_rules *rules,
                    const struct decisions *decisions, bool json, struct buf *out, struct buf *changed)
{
    struct learning l = { .ctx = ctx, .rules = rules };
    vec_init(&l.pairs, ctx->arena);
    vec_init(&l.changes, ctx->arena);
    int rc = read_pairs(&l, reader, decisions);
    if (rc)
        return rc;
    l.better = verdict_copy(rules, ctx->arena);
    l.now = outcome_of_rules(rules, &l.pairs);
    l.trial = thresholds_try(l.better, ctx->arena, &l.pairs);
    thresholds_improve(l.better, ctx->arena, &l.pairs, &l.changes);
    l.then = outcome_of_rules(l.better, &l.pairs);
    if (json)
        put_json(&l, out);
    else
        put_text(&l, out);
    return changed ? put_rules(&l, changed) : 0;
}
