/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Parts → documents. What a part gives apart from text (table columns, JSON keys)
 * is named by share/fields.conf and is GIVEN; what its text says in head lines
 * is PARSED; both are kept. A text may hold several documents (split.c), a row
 * or an object is always one.
 *
 *   text  ─split─▶ pieces ─┬ parse ▶ fields, title, sections
 *   row ─▶ body ───────────┼ repair ▶ skips
 *                          └ label ▶ themes
 *
 * All text of a document is copied to ctx->arena: it outlives the part.
 */
#include "document/builder.h"

#include <assert.h>

#include "base/config.h"
#include "base/file.h"
#include "document/split.h"

/* One part being built. */
struct building {
    struct ctx *ctx;
    const struct builder *builder;
    struct cutter *cutter;
    const struct extract_part *part;
    struct fields given;
    struct str id, title, body, reply, officer; /* given ones; officer: themes, one a line */
};

/* ---- tables ------------------------------------------------------------------------ */

static int load_taxonomy(struct ctx *ctx, struct arena *arena, const char *folder, const char *file,
                         struct taxonomy **out)
{
    static const char name[] = "themes/five.conf";
    const char *path = file ? file : folder ? path_join(arena, folder, name) : share_path(arena, name);
    if (!path)
        return ctx_fail(ctx, TIAN_EIO, name, "not found in the share folder", "share 文件夹中没有此文件");
    return taxonomy_load(ctx, arena, path, out);
}

int builder_new(struct ctx *ctx, struct arena *arena, const char *share_folder, const char *taxonomy_file,
                struct builder **out)
{
    struct builder *b = arena_new_of(arena, struct builder);
    b->arena = arena;
    int code = tables_load(ctx, b, share_folder);
    if (code == 0)
        code = load_taxonomy(ctx, arena, share_folder, taxonomy_file, &b->taxonomy);
    *out = code == 0 ? b : NULL;
    return code;
}

const struct taxonomy *builder_taxonomy(const struct builder *b)
{
    return b->taxonomy;
}

/* ---- what the part gives ----------------------------------------------------------- */

/* Where a given field of this key goes instead of the fields, or NULL. */
static struct str *slot_of(struct building *b, struct str key)
{
    const struct {
        struct str key;
        struct str *slot;
    } slots[] = { { STR("id"), &b->id },
                  { STR("title"), &b->title },
                  { STR("body"), &b->body },
                  { STR("officer_theme"), &b->officer } };
    for (size_t i = 0; i < sizeof slots / sizeof *slots; i++)
        if (str_eq(key, slots[i].key))
            return slots[i].slot;
    return NULL;
}

static void take_field(struct building *b, const struct extract_field *f)
{
    struct str key = table_field(b->builder, f->name);
    struct str *slot = slot_of(b, key);
    if (slot && slot->n == 0) {
        *slot = f->value;
        return;
    }
    if (key.n == 0 || slot) /* an unknown name, or a second title: kept under its own name */
        key = arena_str(b->ctx->arena, f->name);
    if (str_eq(key, STR("reply")) && b->reply.n == 0)
        b->reply = f->value;
    vec_push(&b->given, (struct field){ key, arena_str(b->ctx->arena, f->value), ORIGIN_GIVEN });
}

struct str document_part_field(const struct builder *b, const struct extract_part *part, const char *key)
{
    for (size_t i = 0; i < part->nfields; i++)
        if (str_eq(table_field(b, part->fields[i].name), str_of(key)))
            return part->fields[i].value;
    return STR_NONE;
}

static struct str given_field(const struct building *b, struct str key)
{
    for (size_t i = 0; i < b->given.n; i++)
        if (str_eq(b->given.at[i].name, key))
            return b->given.at[i].value;
    return STR_NONE;
}

static void put_half(struct buf *out, struct str heading, struct str text)
{
    if (text.n == 0)
        return;
    buf_str(out, heading);
    buf_cstr(out, "：\n");
    buf_str(out, text);
    buf_char(out, '\n');
}

/* A table may keep the two halves of a text apart: then they are put together under headings. */
static struct str body_of_halves(const struct building *b)
{
    struct str problem = given_field(b, STR("problem")), suggestion = given_field(b, STR("suggestion"));
    struct buf buf;
    buf_init(&buf, b->ctx->arena);
    put_half(&buf, STR("情况分析"), problem);
    put_half(&buf, STR("建议"), suggestion);
    return buf_view(&buf);
}

/* ---- units and outcomes ------------------------------------------------------------ */

static bool next_unit(struct str *rest, struct str *unit)
{
    static const struct str marks[] = { { "、", 3 }, { "，", 3 }, { "；", 3 }, { "：", 3 }, { ",", 1 },
                                        { ";", 1 },  { ":", 1 },  { " ", 1 },  { "　", 3 }, { "\n", 1 } };
    size_t i = 0, n = 0;
    if (rest->n == 0)
        return false;
    for (; i < rest->n && n == 0; i += n == 0)
        for (size_t m = 0; m < sizeof marks / sizeof *marks && n == 0; m++)
            n = str_starts(str_sub(*rest, i, rest->n), marks[m]) ? marks[m].n : 0;
    *unit = str_trim(str_sub(*rest, 0, i));
    *rest = str_sub(*rest, i + n, rest->n);
    return true;
}

static bool has_field(const struct fields *fields, struct str name, struct str value)
{
    for (size_t i = 0; i < fields->n; i++)
        if (str_eq(fields->at[i].name, name) && str_eq(fields->at[i].value, value))
            return true;
    return false;
}

/* Names before a colon (主办：市教育局) are no units. */
static bool is_role(struct str name)
{
    return str_eq(name, STR("主办")) || str_eq(name, STR("会办")) || str_eq(name, STR("协办")) ||
           str_eq(name, STR("独办")) || str_eq(name, STR("分办"));
}

static void add_units(const struct builder *b, const struct field *f, struct fields *out)
{
    struct str rest = f->value, name;
    while (next_unit(&rest, &name)) {
        struct str unit = name.n == 0 || is_role(name) ? STR_NONE : table_unit(b, name);
        if (unit.n > 0 && !has_field(out, STR("unit"), unit))
            vec_push(out, (struct field){ STR("unit"), unit, f->origin });
    }
}

/* The field of this name that counts: highest origin, the first of these. */
static const struct field *counting(const struct document *d, struct str name)
{
    const struct field *best = NULL;
    for (size_t i = 0; i < d->nfields; i++)
        if (str_eq(d->fields[i].name, name) && (!best || d->fields[i].origin > best->origin))
            best = &d->fields[i];
    return best;
}

static bool is_derived(struct str name)
{
    return str_eq(name, STR("unit")) || str_eq(name, STR("outcome_code"));
}

void document_resolve(const struct builder *b, struct arena *arena, struct document *d)
{
    struct fields out;
    const struct field *lead = counting(d, STR("lead_unit")), *joint = counting(d, STR("joint_unit"));
    const struct field *outcome = counting(d, STR("outcome"));
    vec_init(&out, arena);
    for (size_t i = 0; i < d->nfields; i++)
        if (!is_derived(d->fields[i].name))
            vec_push(&out, d->fields[i]);
    if (lead)
        add_units(b, lead, &out);
    if (joint)
        add_units(b, joint, &out);
    struct str code = outcome ? table_outcome(b, outcome->value) : STR_NONE;
    if (outcome)
        vec_push(&out,
                 (struct field){ STR("outcome_code"), code.n > 0 ? code : STR("unknown"), outcome->origin });
    d->fields = out.at;
    d->nfields = out.n;
}

/* ---- labels ------------------------------------------------------------------------ */

static bool is_at_or_below(struct str theme, struct str top)
{
    return str_starts(theme, top) && (theme.n == top.n || theme.p[top.n] == '/');
}

/* A given theme of our taxonomy stands before our labels, unless ours say the same more exactly; others
 * behind. */
static void add_given_label(const struct builder *b, struct document *d, struct str given)
{
    struct str theme = given;
    bool known = taxonomy_named(b->taxonomy, given, &theme);
    bool finer = d->nlabels > 0 && is_at_or_below(d->labels[0].theme, theme);
    size_t at = known && !finer ? 0 : d->nlabels;
    memmove(&d->labels[at + 1], &d->labels[at], (d->nlabels - at) * sizeof *d->labels);
    d->labels[at] = (struct label){ theme, 1, STR(""), ORIGIN_GIVEN };
    d->nlabels++;
}

bool document_has_officer(const struct document *d)
{
    for (size_t i = 0; i < d->nlabels; i++)
        if (d->labels[i].origin == ORIGIN_OFFICER)
            return true;
    return false;
}

/* The officer's labels that name a theme of the taxonomy (or those that do not), in their order. */
static size_t add_officer_labels(const struct builder *b, struct document *d, const struct label *kept,
                                 size_t nkept, bool known)
{
    size_t n = 0;
    struct str theme;
    for (size_t i = 0; i < nkept; i++)
        if (kept[i].origin == ORIGIN_OFFICER && taxonomy_named(b->taxonomy, kept[i].theme, &theme) == known) {
            d->labels[d->nlabels] = kept[i];
            if (known)
                d->labels[d->nlabels].theme = theme;
            d->nlabels++;
            n++;
        }
    return n;
}

/* Labels of our own, and what the record and the data know beside them. */
static void join_labels(const struct builder *b, struct arena *arena, struct document *d,
                        const struct label *own, size_t nown)
{
    struct str theme = document_field(d, "theme"), category = document_field(d, "category");
    struct label *kept = d->labels;
    size_t nkept = d->nlabels;
    d->labels = arena_array(arena, struct label, nkept + nown + 2);
    d->nlabels = 0;
    size_t decided = add_officer_labels(b, d, kept, nkept, true);
    struct document rest = { .labels = d->labels + decided };
    if (decided == 0) {
        memcpy(rest.labels, own, nown * sizeof *own);
        rest.nlabels = nown;
    }
    if (category.n > 0 && !str_eq(category, theme))
        add_given_label(b, &rest, category);
    if (theme.n > 0)
        add_given_label(b, &rest, theme);
    d->nlabels += rest.nlabels;
    add_officer_labels(b, d, kept, nkept, false);
}

void document_officer(struct arena *arena, struct document *d, struct str themes)
{
    struct str theme;
    d->labels = arena_array(arena, struct label, themes.n + 1);
    d->nlabels = 0;
    while (str_line(&themes, &theme))
        if (str_trim(theme).n > 0)
            d->labels[d->nlabels++] = (struct label){ str_trim(theme), 1, STR(""), ORIGIN_OFFICER };
}

void document_label(const struct builder *b, struct cutter *cutter, struct arena *arena, struct document *d)
{
    struct label *own;
    size_t n = taxonomy_label(b->taxonomy, cutter, arena, d->title, d->body, &d->skips, &own);
    join_labels(b, arena, d, own, n);
}

void document_label_folded(const struct builder *b, struct arena *arena, struct document *d,
                           const struct normal *title, const struct normal *body)
{
    struct label *own;
    size_t n = taxonomy_label_folded(b->taxonomy, arena, title, body, &own);
    join_labels(b, arena, d, own, n);
}

/* ---- one document ------------------------------------------------------------------ */

static void merge_fields(struct building *b, struct document *d, struct fields *parsed)
{
    struct fields all;
    vec_init(&all, b->ctx->arena);
    for (size_t i = 0; i < b->given.n; i++)
        vec_push(&all, b->given.at[i]);
    for (size_t i = 0; i < parsed->n; i++)
        if (!has_field(&all, parsed->at[i].name, parsed->at[i].value))
            vec_push(&all, parsed->at[i]);
    d->fields = all.at;
    d->nfields = all.n;
    document_resolve(b->builder, b->ctx->arena, d);
}

/* The body, with a given reply behind it: *reply_at is where that starts, body.n when there is none. */
static struct str body_with_reply(const struct building *b, struct str body, size_t *reply_at)
{
    *reply_at = body.n;
    if (b->reply.n == 0 || str_has(body, b->reply))
        return arena_str(b->ctx->arena, body);
    struct buf buf; /* not a format: a text may hold a NUL */
    buf_init(&buf, b->ctx->arena);
    buf_str(&buf, body);
    if (body.n > 0)
        buf_char(&buf, '\n');
    *reply_at = buf.n;
    buf_cstr(&buf, "答复：");
    buf_str(&buf, b->reply);
    return buf_view(&buf);
}

static struct str chosen_title(const struct building *b, const struct parsed *parsed,
                               const struct piece *piece)
{
    if (b->part->text.n > 0 && parsed->named)
        return parsed->title;
    if (piece && piece->title.n > 0)
        return piece->title;
    return b->title.n > 0 ? b->title : parsed->title;
}

/* ---- a title that lacks its place ---------------------------------------------------- */

static const struct str place_ends[] = { { "自治区", 9 }, { "省", 3 }, { "市", 3 }, { "区", 3 },
                                         { "县", 3 },     { "州", 3 }, { "盟", 3 } };

static bool is_han_at(struct str s, size_t i)
{
    const char *p = s.p + i;
    return is_han(utf8_next(&p, s.p + s.n));
}

/* The first run of Han characters in a file's name that ends like the name of a place: 2026_云南省.txt */
static struct str place_of(struct str source)
{
    size_t slash = source.n, to;
    while (slash > 0 && source.p[slash - 1] != '/')
        slash--;
    struct str name = str_sub(source, slash, source.n);
    for (size_t from = 0; from < name.n; from = to) {
        to = from + 1;
        if (((unsigned char)name.p[from] & 0xC0) == 0x80 || !is_han_at(name, from))
            continue;
        for (to = from; to < name.n && is_han_at(name, to);)
            to += 3;
        struct str run = str_sub(name, from, to < name.n ? to : name.n);
        for (size_t i = 0; i < sizeof place_ends / sizeof *place_ends; i++)
            if (run.n > place_ends[i].n && run.n <= 36 && str_ends(run, place_ends[i]))
                return run;
    }
    return STR_NONE;
}

/* 2026年政府工作报告 of thirty provinces: the file's name knows which. */
static struct str with_place(struct arena *arena, struct str title, struct str source)
{
    static const struct str bare[] = { { "政府工作报告", 18 }, { "提案工作报告", 18 }, { "工作报告", 12 } };
    size_t year = title.n > 7 && title.p[0] >= '1' && title.p[0] <= '2' &&
                          str_starts(str_sub(title, 4, title.n), STR("年"))
                      ? 7
                      : 0;
    struct str rest = str_sub(title, year, title.n), place = STR_NONE;
    for (size_t i = 0; i < sizeof bare / sizeof *bare && place.n == 0; i++)
        if (str_eq(rest, bare[i]))
            place = place_of(source);
    return place.n == 0 ? title
                        : str_of(arena_printf(arena, "%.*s%.*s%.*s", (int)year, title.p, STR_ARG(place),
                                              STR_ARG(rest)));
}

/* Of two titles, one given and one in the text, the other is kept as a field. */
static void keep_other_title(struct building *b, struct str title, struct parsed *parsed)
{
    struct str given = str_trim(b->title);
    bool text_won = parsed->named && str_eq(title, str_trim(parsed->title));
    if (given.n > 0 && text_won && !str_eq(given, title))
        vec_push(&b->given,
                 (struct field){ STR("other_title"), arena_str(b->ctx->arena, given), ORIGIN_GIVEN });
    if (parsed->named && !text_won)
        vec_push(&parsed->fields, (struct field){ STR("other_title"), parsed->title, ORIGIN_PARSED });
}

/* The skips that join or drop lines. */
static struct skips skips_of_lines(struct arena *arena, struct str body, const struct skips *all)
{
    struct skips out = { arena_array(arena, struct skip, all->n), 0 };
    for (size_t i = 0; i < all->n && all->at[i].to <= body.n; i++)
        if (memchr(body.p + all->at[i].from, '\n', all->at[i].to - all->at[i].from))
            out.at[out.n++] = all->at[i];
    return out;
}

/* What is parsed has its lines whole and no page numbers; sections are places of the original. */
static void parse_repaired(const struct builder *builder, struct arena *arena, struct str body,
                           const struct skips *skips, struct parsed *out)
{
    struct skips lines = skips->n > 0 ? skips_of_lines(arena, body, skips) : *skips;
    struct str text = lines.n == 0 ? body : text_without(arena, body, &lines);
    parse_text(builder, arena, text, skips->n > lines.n, out);
    for (size_t i = 0; lines.n > 0 && i < out->sections.n; i++) {
        struct section *s = &out->sections.at[i];
        s->from = skips_original(&lines, s->from);
        s->to = s->to < text.n ? skips_original(&lines, s->to) : (uint32_t)body.n;
    }
}

static void add_document(struct building *b, struct document *d, struct str text, const struct piece *piece,
                         struct documents *docs)
{
    struct arena *arena = b->ctx->arena;
    struct parsed parsed;
    size_t reply_at;
    d->body = body_with_reply(b, text, &reply_at);
    text_repair(arena, d->body, &d->skips);
    parse_repaired(b->builder, arena, str_sub(d->body, 0, reply_at), &d->skips, &parsed);
    if (piece && piece->number.n > 0)
        vec_push(&parsed.fields,
                 (struct field){ STR("number"), arena_str(arena, piece->number), ORIGIN_PARSED });
    if (reply_at < d->body.n)
        vec_push(&parsed.sections,
                 (struct section){ SECTION_REPLY, (uint32_t)reply_at, (uint32_t)d->body.n });
    struct str title = str_trim(chosen_title(b, &parsed, piece));
    keep_other_title(b, title, &parsed);
    d->title = arena_str(arena, with_place(arena, title, d->source));
    assert(d->body.n <= UINT32_MAX);
    d->sections = parsed.sections.at;
    d->nsections = parsed.sections.n;
    merge_fields(b, d, &parsed.fields);
    document_officer(arena, d, arena_str(arena, b->officer));
    document_label(b->builder, b->cutter, b->ctx->arena, d);
    vec_push(docs, *d);
}

/* ---- one part ---------------------------------------------------------------------- */

static void take_part(struct building *b)
{
    vec_init(&b->given, b->ctx->arena);
    for (size_t i = 0; i < b->part->nfields; i++)
        take_field(b, &b->part->fields[i]);
    if (b->body.n == 0 && b->part->text.n == 0)
        b->body = body_of_halves(b);
}

static struct str piece_id(struct arena *arena, struct str base, size_t i, size_t n)
{
    return n == 1 ? arena_str(arena, base) : str_of(arena_printf(arena, "%.*s#%zu", STR_ARG(base), i + 1));
}

/* Bytes of the source are known piece by piece when the text is as long as what it came from. */
static void set_range(const struct extract_part *part, const struct piece *piece, struct document *d)
{
    bool exact = part->to - part->from == part->text.n;
    d->from = exact ? part->from + piece->from : part->from;
    d->to = exact ? part->from + piece->to : part->to;
}

static void build_text(struct building *b, struct str id, struct str source, struct documents *docs)
{
    struct pieces pieces;
    document_split(b->ctx->arena, b->part->text, &pieces);
    for (size_t i = 0; i < pieces.n; i++) {
        const struct piece *piece = &pieces.at[i];
        struct document d = { .id = piece_id(b->ctx->arena, id, i, pieces.n), .source = source };
        set_range(b->part, piece, &d);
        add_document(b, &d, str_sub(b->part->text, piece->from, piece->to), piece, docs);
    }
}

static int build_row(struct building *b, struct str id, struct str source, struct documents *docs)
{
    struct document d = {
        .id = arena_str(b->ctx->arena, id), .source = source, .from = b->part->from, .to = b->part->to
    };
    if (str_trim(b->body).n == 0 && str_trim(b->title).n == 0 && b->reply.n == 0)
        return ctx_fail(b->ctx, TIAN_EFORMAT, NULL, "neither a title nor a text", "既没有标题也没有正文");
    add_document(b, &d, b->body, NULL, docs);
    return 0;
}

int document_build(struct ctx *ctx, const struct builder *builder, struct cutter *cutter, struct str id_base,
                   struct str source, const struct extract_part *part, struct documents *docs)
{
    struct building b = { .ctx = ctx, .builder = builder, .cutter = cutter, .part = part };
    if (part->text.n >= UINT32_MAX / 2)
        return ctx_fail(ctx, TIAN_ELIMIT, NULL, "a text over 2 GiB", "文本超过 2 GiB");
    if (!docs->at)
        vec_init(docs, ctx->arena);
    take_part(&b);
    struct str id = b.id.n > 0 ? b.id : id_base;
    source = arena_str(ctx->arena, source);
    if (str_trim(part->text).n == 0)
        return build_row(&b, id, source, docs);
    build_text(&b, id, source, docs);
    return 0;
}
