/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Which proposals, and how they are kept. A proposal is what the statistics take
 * for one: a document with a number or a proposer.
 *
 * sheet_make() lays out generously (a clause, two places and an owner for every
 * letter there might be), 50 bytes a character; what a comparison reads is copied
 * from there, 12 bytes a character.
 */
#include "duplicate/proposals.h"

#include "base/crew.h"
#include "duplicate/measure.h"

/* ---- Which ------------------------------------------------------------------------------ */

static bool is_wanted(const struct snapshot *s, uint32_t doc, const struct intake *in)
{
    return (!in->year || snapshot_number(s, doc, COLUMN_YEAR) == in->year) &&
           (!in->term || snapshot_number(s, doc, COLUMN_TERM) == in->term) &&
           (!in->meeting || snapshot_number(s, doc, COLUMN_MEETING) == in->meeting);
}

static bool is_proposal(const struct snapshot *s, uint32_t doc)
{
    return snapshot_is_live(s, doc) &&
           (snapshot_text(s, doc, COLUMN_NUMBER).n > 0 || snapshot_text(s, doc, COLUMN_PROPOSER).n > 0);
}

/* The newest session; where no proposal names one, the newest year. */
static void choose_newest(struct intake *in)
{
    const struct snapshot *s = in->reader->snapshot;
    uint64_t newest = 0, year = 0;
    for (uint32_t doc = 0; doc < snapshot_span(s); doc++) {
        if (!is_proposal(s, doc))
            continue;
        uint64_t session =
            snapshot_number(s, doc, COLUMN_TERM) << 32 | snapshot_number(s, doc, COLUMN_MEETING);
        newest = session > newest ? session : newest;
        year = snapshot_number(s, doc, COLUMN_YEAR) > year ? snapshot_number(s, doc, COLUMN_YEAR) : year;
    }
    in->term = (unsigned)(newest >> 32);
    in->meeting = (unsigned)newest;
    in->year = in->term ? 0 : (unsigned)year;
}

static int choose(struct ctx *ctx, const struct intake_wanted *wanted, struct intake *in, struct docs *docs)
{
    const struct snapshot *s = in->reader->snapshot;
    in->year = wanted->year;
    if (wanted->session && !session_at(str_of(wanted->session), &in->term, &in->meeting))
        return ctx_fail(ctx, TIAN_EUSAGE, wanted->session, "no session; write it as 十四届三次",
                        "看不出是哪次会议；请写成 十四届三次");
    if (!wanted->session && !wanted->year)
        choose_newest(in);
    for (uint32_t doc = 0; doc < snapshot_span(s); doc++)
        if (is_proposal(s, doc) && is_wanted(s, doc, in))
            vec_push(docs, doc);
    if (docs->n == 0)
        return ctx_fail(ctx, TIAN_ENOTFOUND, NULL, "not one proposal of that time", "没有这一时间的提案");
    if (docs->n > INTAKE_MOST)
        return ctx_fail(ctx, TIAN_ELIMIT, NULL, "%zu proposals, more than %d: name one session",
                        "共 %zu 件，超过 %d 件：请指明一次会议", docs->n, INTAKE_MOST);
    return 0;
}

int intake_docs(struct ctx *ctx, const struct reader *reader, const struct intake_wanted *wanted,
                struct docs *out)
{
    struct intake in = { .reader = reader };
    return choose(ctx, wanted, &in, out);
}

/* ---- Keeping ----------------------------------------------------------------------------- */

static void *copy(struct arena *arena, const void *from, size_t n)
{
    return n ? memcpy(arena_alloc(arena, n), from, n) : NULL;
}

static struct normal keep_units(struct arena *arena, const struct normal *from)
{
    return (struct normal){ .unit = copy(arena, from->unit, from->n * sizeof *from->unit), .n = from->n };
}

static struct sheet keep_sheet(struct arena *arena, const struct sheet *from)
{
    struct sheet s = { .normal = keep_units(arena, &from->normal), .n = from->n, .nclauses = from->nclauses };
    s.letter = copy(arena, from->letter, from->n * sizeof *from->letter);
    s.owner = copy(arena, from->owner, from->n * sizeof *from->owner);
    s.clause = copy(arena, from->clause, from->nclauses * sizeof *from->clause);
    return s;
}

static void keep_facts(struct arena *arena, struct facts *f)
{
    struct str *texts[] = { &f->session,  &f->number,       &f->proposer, &f->proposer_kind,
                            &f->category, &f->theme,        &f->units,    &f->outcome,
                            &f->state,    &f->satisfaction, &f->date };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        *texts[i] = arena_str(arena, *texts[i]);
}

struct loading {
    struct intake *intake;
    const uint32_t *docs;
};

/* One of a thread: what it keeps, and where it unpacks. What is kept belongs to the thread until all went
 * well. */
struct loader {
    struct arena *thread, *kept, *scratch;
};

static void free_kept(void *arena)
{
    arena_free(arena);
}

static void *begin_loading(struct ctx *ctx, void *self)
{
    (void)self;
    struct loader *l = arena_new_of(ctx->arena, struct loader);
    l->thread = ctx->arena;
    l->scratch = arena_new(ctx->arena);
    arena_prepare(ctx->arena);
    l->kept = arena_new(NULL);
    arena_defer(ctx->arena, free_kept, l->kept);
    return l;
}

static void end_loading(void *self, void *own)
{
    const struct loading *loading = self;
    struct loader *l = own;
    arena_defer(loading->intake->arena, free_kept, l->kept);
    arena_undefer(l->thread, free_kept, l->kept);
}

/* "并案（并入第0004号）" → 4; "" when the papers say no such thing. */
static struct str merged_into(struct arena *arena, const struct document *document)
{
    static const struct str words[] = { { "并入", 6 }, { "合并到", 9 }, { "第", 3 } };
    struct str text = document_field(document, "merged_with");
    uint64_t number;
    size_t used, at = SIZE_MAX;
    if (text.n == 0 && str_has(document_field(document, "state"), STR("并")))
        text = document_field(document, "state");
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if ((at = str_find(text, words[i], 0)) != SIZE_MAX)
            text = str_sub(text, at + words[i].n, text.n);
    if (text.n == 0 || !number_at(text, &number, &used))
        return STR("");
    return str_of(arena_printf(arena, "%llu", (unsigned long long)number));
}

static int load_one(struct ctx *ctx, void *self, void *own, size_t i)
{
    const struct loading *loading = self;
    const struct snapshot *snapshot = loading->intake->reader->snapshot;
    struct proposal *p = &loading->intake->at[i];
    struct loader *l = own;
    struct document document;
    struct normal title;
    struct sheet sheet;
    p->doc = loading->docs[i];
    arena_reset(l->scratch);
    int rc = snapshot_document(ctx, snapshot, l->scratch, p->doc, &document);
    if (rc)
        return rc;
    document_facts(&document, l->scratch, &p->facts);
    keep_facts(l->kept, &p->facts);
    p->id = arena_str(l->kept, document.id);
    p->themes = snapshot_text(snapshot, p->doc, COLUMN_THEME);
    p->into = merged_into(l->kept, &document);
    normal_init(&title, l->scratch);
    text_normalise(document.title, NULL, &title);
    p->title = keep_units(l->kept, &title);
    sheet_make(l->scratch, &document, &sheet);
    compare_weigh(snapshot, &sheet);
    p->measures = measures_find(&sheet, l->scratch, NULL);
    p->sheet = keep_sheet(l->kept, &sheet);
    return 0;
}

int intake_read_docs(struct ctx *ctx, const struct reader *reader, const struct docs *docs, unsigned jobs,
                     struct intake *out)
{
    out->arena = ctx->arena;
    out->reader = reader;
    out->n = docs->n;
    out->at = arena_array(ctx->arena, struct proposal, docs->n + 1);
    struct loading loading = { out, docs->at };
    struct crew crew = { begin_loading, load_one, end_loading, &loading };
    return crew_run(ctx, jobs, docs->n, &crew);
}

int intake_read(struct ctx *ctx, const struct reader *reader, const struct intake_wanted *wanted,
                struct intake *out)
{
    struct docs docs;
    vec_init(&docs, ctx->arena);
    *out = (struct intake){ .reader = reader };
    int rc = choose(ctx, wanted, out, &docs);
    return rc ? rc : intake_read_docs(ctx, reader, &docs, wanted->jobs, out);
}

struct side intake_side(const struct proposal *p)
{
    return (struct side){ &p->facts, p->themes, &p->title, &p->sheet };
}

size_t intake_find(const struct intake *in, struct str id)
{
    for (size_t i = 0; i < in->n; i++)
        if (str_eq(in->at[i].id, id))
            return i;
    return SIZE_MAX;
}
