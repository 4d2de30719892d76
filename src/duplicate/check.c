/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One check from beginning to end:
 *
 *   draft ─▶ candidates ─▶ each: sheet, align, agree ─▶ numbers ─▶ verdict
 *                          └── scratch arena ──┘        └─ best first ─▶ report
 *
 * Every candidate is compared and judged by its numbers only; the few to be
 * reported are loaded and aligned a second time, for their passages, so memory
 * is that of one comparison however many there are. Scores order the matches of
 * one draft and are never a threshold: those stand in verdict.conf.
 */
#include "duplicate/duplicate.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/sha256.h"
#include "duplicate/candidate.h"
#include "duplicate/compare.h"
#include "duplicate/hint.h"
#include "duplicate/past.h"
#include "duplicate/report.h"

enum {
    DRAFT_MOST = 4 << 20,
    LETTERS_LEAST = 50,
    BASE_LEAST = 20,
    MATCHES_USUAL = 5,
    SECONDS_USUAL = 30
};

struct check {
    struct ctx *ctx;
    const struct reader *reader;
    const struct verdict_rules *rules;
    const struct tian_check_options *options;
    struct str text; /* as given */
    struct draft draft;
    struct str themes; /* its own, best first */
    struct pattern *pattern;
    struct rarity rarity;
    struct agree *agree;
    struct ctx scratch; /* its arena is emptied after each comparison */
};

struct finding {
    struct candidate candidate;
    struct numbers numbers;
    struct judgement judgement;
    double score;
};
struct findings {
    struct finding *at;
    size_t n, cap;
};

/* ---- One comparison ----------------------------------------------------------- */

/* Of the draft, as columns write them. */
static struct str themes_of(const struct document *draft, struct arena *arena)
{
    struct buf out;
    buf_init(&out, arena);
    for (size_t i = 0; i < draft->nlabels; i++) {
        buf_str(&out, draft->labels[i].theme);
        buf_char(&out, '\x1f');
    }
    return buf_view(&out);
}

/* A document of the base beside the draft. */
struct other {
    struct document document;
    struct facts facts;
    struct str themes; /* as the column has them */
    struct sheet sheet;
    struct alignment alignment;
};

static int load_other(struct check *c, uint32_t doc, struct other *o)
{
    struct arena *arena = c->scratch.arena;
    int code = snapshot_document(&c->scratch, c->reader->snapshot, arena, doc, &o->document);
    if (code != TIAN_OK)
        return code;
    document_facts(&o->document, arena, &o->facts);
    o->themes = snapshot_text(c->reader->snapshot, doc, COLUMN_THEME);
    sheet_make(arena, &o->document, &o->sheet);
    compare_weigh_as(c->pattern, &o->sheet);
    align(c->pattern, &o->sheet, arena, &o->alignment);
    return TIAN_OK;
}

static void collect_numbers(struct check *c, const struct other *o, struct numbers *n)
{
    struct normal title;
    normal_init(&title, c->scratch.arena);
    text_normalise(o->document.title, NULL, &title);
    struct agreement agreement = agree_with(c->agree, &title, &o->sheet);
    struct side mine = { &c->draft.facts, c->themes, &c->draft.title, &c->draft.sheet },
                theirs = { &o->facts, o->themes, &title, &o->sheet };
    compare_numbers(&mine, &theirs, &o->alignment, &agreement, n);
}

static int compare(struct check *c, const struct candidate *candidate, struct finding *out)
{
    struct other other;
    int code = load_other(c, candidate->doc, &other);
    if (code == TIAN_OK) {
        out->candidate = *candidate;
        collect_numbers(c, &other, &out->numbers);
        out->judgement = verdict_judge(c->rules, &out->numbers, c->ctx->arena);
        out->score = compare_score(&out->numbers, c->draft.sheet.n);
    }
    arena_reset(c->scratch.arena);
    return code;
}

/* ---- All candidates --------------------------------------------------------------- */

static int choose_candidates(struct check *c, struct candidates *candidates)
{
    uint32_t doc = UINT32_MAX;
    const struct tian_check_options *o = c->options;
    vec_init(candidates, c->ctx->arena);
    if (o->against && o->against[0]) {
        int code = snapshot_find(c->ctx, c->reader->snapshot, str_of(o->against), &doc);
        if (code == TIAN_OK)
            vec_push(candidates, (struct candidate){ .doc = doc });
        return code;
    }
    if (o->exclude && o->exclude[0]) {
        struct ctx quiet = *c->ctx;
        quiet.error = NULL;
        int code = snapshot_find(&quiet, c->reader->snapshot, str_of(o->exclude), &doc);
        if (code != TIAN_OK && code != TIAN_ENOTFOUND)
            return ctx_fail(c->ctx, code, o->exclude, "cannot look it up", "查不到这一件");
    }
    return candidates_find(c->ctx, c->reader->snapshot, c->agree, &c->draft.sheet, &c->draft.title, doc,
                           candidates);
}

static int by_score(const void *a, const void *b)
{
    const struct finding *x = a, *y = b;
    if (x->score > y->score || x->score < y->score)
        return x->score > y->score ? -1 : 1;
    return x->candidate.doc < y->candidate.doc ? -1 : x->candidate.doc > y->candidate.doc;
}

static int compare_all(struct check *c, const struct candidates *candidates, struct findings *out)
{
    for (size_t i = 0; i < candidates->n; i++) {
        struct finding finding;
        int code = ctx_check(c->ctx);
        if (code == TIAN_OK)
            code = compare(c, &candidates->at[i], &finding);
        if (code != TIAN_OK)
            return code;
        vec_push(out, finding);
    }
    if (out->n > 0)
        qsort(out->at, out->n, sizeof *out->at, by_score);
    return TIAN_OK;
}

/* ---- The answer --------------------------------------------------------------------- */

/* What each way to it contributed. */
static const char *ways_of(const struct candidate *c, struct arena *arena)
{
    struct buf out;
    buf_init(&out, arena);
    if (c->clause_rank)
        buf_printf(&out, say("%u equal clauses (rank %u)", "相同语句 %u 条（第 %u 位）"), c->clauses,
                   c->clause_rank);
    if (c->pair_rank)
        buf_printf(&out, say("%s%u rare pairs of letters (rank %u)", "%s少见字对 %u 个（第 %u 位）"),
                   c->clause_rank ? say(" and ", "，") : "", c->pairs, c->pair_rank);
    return arena_cstr(arena, buf_view(&out));
}

static void report_numbers(const struct finding *f, struct arena *arena, struct tian_match_report *out)
{
    const double *n = f->numbers.at;
    out->rule = f->judgement.rule;
    out->found_by = ways_of(&f->candidate, arena);
    out->score = f->score;
    out->mine = n[NUMBER_MINE];
    out->theirs = n[NUMBER_THEIRS];
    out->problem = n[NUMBER_PROBLEM];
    out->suggestion = n[NUMBER_SUGGESTION];
    out->longest = (uint32_t)n[NUMBER_LONGEST];
}

/* Numbers and passages of one that may be read. */
static void report_comparison(struct check *c, const struct finding *f, const struct other *o,
                              struct tian_match_report *out)
{
    struct arena *arena = c->ctx->arena;
    report_numbers(f, arena, out);
    report_passages(arena, &c->draft, &o->sheet, &o->alignment, out);
    if (c->options->whole)
        report_whole(arena, &(struct whole){ c->text, &c->draft, &o->sheet }, &o->alignment, out);
}

/* Of one that may not be read the verdict only: by numbers and passages of well-chosen drafts its text could
 * be asked out. */
static int report_match(struct check *c, const struct finding *f, struct tian_match_report *out)
{
    struct other other;
    int code = load_other(c, f->candidate.doc, &other);
    if (code == TIAN_OK) {
        out->verdict = verdict_code_name(f->judgement.code);
        out->verdict_text = f->judgement.text;
        out->rule = out->found_by = "";
        out->mine = out->theirs = out->problem = out->suggestion = -1;
        report_document(c->ctx->arena, &other.document, &other.facts, c->options->role, out);
        if (!out->hidden)
            report_comparison(c, f, &other, out);
    }
    arena_reset(c->scratch.arena);
    return code;
}

/* The strongest verdict must be among those reported: when it is not, it takes the last place. */
static void lift_strongest(struct findings *f, size_t count)
{
    size_t best = 0;
    for (size_t i = 1; i < f->n; i++)
        if (f->at[i].judgement.code > f->at[best].judgement.code)
            best = i;
    if (best < count || count == 0)
        return;
    struct finding swap = f->at[count - 1];
    f->at[count - 1] = f->at[best];
    f->at[best] = swap;
}

static int report_all(struct check *c, struct findings *f, struct tian_check *out)
{
    size_t count = c->options->count ? c->options->count : MATCHES_USUAL;
    enum verdict_code strongest = VERDICT_NEW;
    count = count < f->n ? count : f->n;
    lift_strongest(f, count);
    struct tian_match_report *reports = arena_array(c->ctx->arena, struct tian_match_report, count + 1);
    out->verdict_text = say("new proposal", "新提案");
    for (size_t i = 0; i < count; i++) {
        int code = report_match(c, &f->at[i], &reports[i]);
        if (code != TIAN_OK)
            return code;
        if (i == 0 || f->at[i].judgement.code > strongest) {
            strongest = f->at[i].judgement.code;
            out->verdict_text = f->at[i].judgement.text;
        }
    }
    out->matches = reports;
    out->nmatches = count;
    out->verdict = verdict_code_name(strongest);
    out->repeat = verdict_is_repeat(strongest);
    if (!out->repeat && c->draft.sheet.n < LETTERS_LEAST)
        out->verdict_text = say("too short to be judged", "草稿太短，无法判断");
    else if (strongest == VERDICT_NEW && snapshot_live(c->reader->snapshot) == 0)
        out->verdict_text = say("nothing to compare with", "库中没有文件，无法判断");
    return TIAN_OK;
}

/* Those of earlier sessions on the same problem or closer. */
static int report_past(struct check *c, const struct findings *f, struct tian_check *out)
{
    struct past_list list;
    vec_init(&list, c->ctx->arena);
    for (size_t i = 0; i < f->n; i++)
        if (f->at[i].judgement.code >= VERDICT_SAME_PROBLEM && f->at[i].numbers.at[NUMBER_EARLIER] > 0)
            vec_push(&list, (struct past_entry){ f->at[i].candidate.doc, f->at[i].judgement.code });
    return past_report(c->ctx, c->reader, c->agree, &list, c->options->role, out);
}

static int report_draft(struct check *c, struct tian_check *out)
{
    struct arena *arena = c->ctx->arena;
    struct digest digest;
    out->title = arena_cstr(arena, c->draft.document.title);
    out->proposer = arena_cstr(arena, c->draft.facts.proposer);
    out->letters = c->draft.sheet.n;
    report_labels(arena, &c->draft.document, out);
    if (!c->options->certify)
        return TIAN_OK;
    int code = snapshot_digest(c->ctx, c->reader->snapshot, &digest);
    if (code == TIAN_OK) {
        sha256_hex(c->text, out->sha256);
        snprintf(out->digest, sizeof out->digest, "%016" PRIx64 "%016" PRIx64, digest.high, digest.low);
    }
    return code;
}

static void report_base(const struct check *c, struct tian_check *out)
{
    const struct snapshot *s = c->reader->snapshot;
    out->base = snapshot_live(s);
    snapshot_years(s, &out->year_first, &out->year_last);
}

/* What a small base leaves open, after what was found. */
static const char *left_open(const struct tian_check *out)
{
    if (out->repeat)
        return say(
            "others like it may not be among them, and which words are rare cannot be told from so few; "
            "compare the texts",
            "可能还有相近的提案不在其中；件数太少，字词少见与否也难以判断，请对照原文");
    if (strcmp(out->verdict, verdict_code_name(VERDICT_NEW)) != 0)
        return say("that none of them is a repeat says little", "其中没有重复的，不等于没有提过");
    return say("that nothing was found says little", "没有查到相近的，不等于没有提过");
}

static void report_notes(struct check *c, struct tian_check *out)
{
    struct arena *arena = c->ctx->arena;
    struct notes notes;
    vec_init(&notes, arena);
    if (c->draft.sheet.n < LETTERS_LEAST)
        vec_push(&notes, arena_printf(arena,
                                      say("the draft has only %zu characters: too short to be compared; "
                                          "that little was found does not mean that it is new",
                                          "草稿只有 %zu 字，太短，不足以比对；没有查到不等于没有重复"),
                                      c->draft.sheet.n));
    if (out->base == 0)
        vec_push(&notes, say("the base is empty: nothing was compared", "库中没有文件，没有进行比对"));
    else if (out->base < BASE_LEAST)
        vec_push(&notes,
                 arena_printf(arena, say("the base has only %llu documents: %s", "库中只有 %llu 件，%s"),
                              (unsigned long long)out->base, left_open(out)));
    if (verdict_hints(c->rules))
        hints_find(c->ctx, c->reader, verdict_hints(c->rules), &c->draft, &c->rarity, &notes);
    out->notes = (const char *const *)notes.at;
    out->nnotes = notes.n;
}

/* ---- Front --------------------------------------------------------------------------- */

static int run(struct check *c, struct str text, struct tian_check *out)
{
    struct candidates candidates;
    struct findings findings;
    vec_init(&findings, c->ctx->arena);
    c->text = text;
    int code = draft_read(c->ctx, c->reader, text, c->options, &c->draft);
    if (code != TIAN_OK)
        return code;
    c->themes = themes_of(&c->draft.document, c->ctx->arena);
    compare_weigh(c->reader->snapshot, &c->draft.sheet);
    c->pattern = pattern_new(c->ctx->arena, &c->draft.sheet);
    c->rarity = compare_rarity(c->reader->snapshot);
    c->agree = agree_new(c->ctx->arena, &c->draft.title, &c->draft.sheet, &c->rarity);
    code = choose_candidates(c, &candidates);
    if (code == TIAN_OK)
        code = compare_all(c, &candidates, &findings);
    if (code == TIAN_OK) /* before the matches are put in order for showing */
        code = report_past(c, &findings, out);
    if (code == TIAN_OK)
        code = report_all(c, &findings, out);
    if (code == TIAN_OK)
        code = report_draft(c, out);
    if (code != TIAN_OK)
        return code;
    report_base(c, out);
    report_notes(c, out);
    return TIAN_OK;
}

static int check_size(struct ctx *ctx, struct str draft)
{
    if (draft.n > DRAFT_MOST)
        return ctx_fail(ctx, TIAN_ELIMIT, NULL, "the draft has %zu bytes, more than 4 MiB",
                        "草稿有 %zu 字节，超过 4 MiB", draft.n);
    if (utf8_check(draft) != draft.n)
        return ctx_fail(ctx, TIAN_EFORMAT, NULL, "the draft is not UTF-8", "草稿不是 UTF-8 文本");
    return TIAN_OK;
}

int duplicate_check(struct ctx *ctx, const struct reader *reader, const struct verdict_rules *rules,
                    struct str draft, const struct tian_check_options *options, struct tian_check *out)
{
    static const struct tian_check_options usual;
    struct check c = { .ctx = ctx, .reader = reader, .rules = rules, .options = options ? options : &usual };
    int64_t start = clock_now();
    struct ctx limited = *ctx;
    int64_t deadline =
        start + (c.options->deadline_ms ? c.options->deadline_ms * 1000000ll : SECONDS_USUAL * 1000000000ll);
    memset(out, 0, sizeof *out);
    limited.deadline = ctx->deadline && ctx->deadline < deadline ? ctx->deadline : deadline;
    c.ctx = &limited;
    c.scratch = limited;
    c.scratch.arena = arena_new(ctx->arena);
    int code = check_size(c.ctx, draft);
    if (code == TIAN_OK)
        code = run(&c, draft, out);
    arena_free(c.scratch.arena);
    out->milliseconds = (double)(clock_now() - start) / 1e6;
    return code;
}
