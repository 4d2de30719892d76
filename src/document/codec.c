/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A document as bytes, the record's payload (doc/FORMAT.md):
 *
 *   version 1 | { tag varint, length varint, bytes } …
 *
 * What is empty costs nothing; a tag this version does not know is skipped, so
 * that older programs read newer records. Lists are a tag an element, in order.
 * Offsets are written as differences. Of labels only an officer's are kept, with
 * four decimals of confidence: the others follow from text, fields and taxonomy.
 *
 * Decoding trusts nothing: what it gives back points into data, and its skips
 * and sections lie inside the body, ascending.
 */
#include <assert.h>
#include <math.h>

#include "document/document.h"

enum {
    VERSION = 1,
    CONFIDENCE_STEPS = 10000
};

enum tag {
    TAG_ID = 1,
    TAG_TITLE,
    TAG_BODY,
    TAG_SOURCE,
    TAG_RANGE,
    TAG_SKIPS,
    TAG_FIELD,
    TAG_SECTIONS,
    TAG_LABEL,
};

/* ---- encoding -------------------------------------------------------------------- */

static size_t varint_size(uint64_t value)
{
    size_t n = 1;
    while (value >>= 7)
        n++;
    return n;
}

static size_t field_size(struct str s)
{
    return varint_size(s.n) + s.n;
}

static void put_text(struct buf *out, enum tag tag, struct str s)
{
    if (s.n == 0)
        return;
    buf_varint(out, tag);
    buf_field(out, s);
}

static void put_range(struct buf *out, uint64_t from, uint64_t to)
{
    if (from == 0 && to == 0)
        return;
    buf_varint(out, TAG_RANGE);
    buf_varint(out, varint_size(from) + varint_size(to));
    buf_varint(out, from);
    buf_varint(out, to);
}

static void put_field(struct buf *out, const struct field *f)
{
    buf_varint(out, TAG_FIELD);
    buf_varint(out, 1 + field_size(f->name) + f->value.n);
    buf_u8(out, (uint8_t)f->origin);
    buf_field(out, f->name);
    buf_str(out, f->value);
}

static void put_label(struct buf *out, const struct label *l)
{
    uint64_t confidence = (uint64_t)lround(l->confidence * CONFIDENCE_STEPS);
    buf_varint(out, TAG_LABEL);
    buf_varint(out, 1 + varint_size(confidence) + field_size(l->theme) + l->words.n);
    buf_u8(out, (uint8_t)l->origin);
    buf_varint(out, confidence);
    buf_field(out, l->theme);
    buf_str(out, l->words);
}

/* Lists of ranges have no count: they end with their length. Written twice, the first time to learn it. */
static size_t skips_to(struct buf *out, const struct skips *skips)
{
    size_t size = 0;
    uint32_t last = 0;
    for (size_t i = 0; i < skips->n; i++) {
        uint32_t gap = skips->at[i].from - last, length = skips->at[i].to - skips->at[i].from;
        size += varint_size(gap) + varint_size(length);
        if (out) {
            buf_varint(out, gap);
            buf_varint(out, length);
        }
        last = skips->at[i].to;
    }
    return size;
}

static size_t sections_to(struct buf *out, const struct document *d)
{
    size_t size = 0;
    uint32_t last = 0;
    for (size_t i = 0; i < d->nsections; i++) {
        const struct section *s = &d->sections[i];
        size += 1 + varint_size(s->from - last) + varint_size(s->to - s->from);
        if (out) {
            buf_u8(out, (uint8_t)s->kind);
            buf_varint(out, s->from - last);
            buf_varint(out, s->to - s->from);
        }
        last = s->to;
    }
    return size;
}

void document_encode(const struct document *d, struct buf *out)
{
    assert(d->body.n <= UINT32_MAX);
    buf_u8(out, VERSION);
    put_text(out, TAG_ID, d->id);
    put_text(out, TAG_TITLE, d->title);
    put_text(out, TAG_BODY, d->body);
    put_text(out, TAG_SOURCE, d->source);
    put_range(out, d->from, d->to);
    if (d->skips.n > 0) {
        buf_varint(out, TAG_SKIPS);
        buf_varint(out, skips_to(NULL, &d->skips));
        skips_to(out, &d->skips);
    }
    for (size_t i = 0; i < d->nfields; i++)
        put_field(out, &d->fields[i]);
    if (d->nsections > 0) {
        buf_varint(out, TAG_SECTIONS);
        buf_varint(out, sections_to(NULL, d));
        sections_to(out, d);
    }
    for (size_t i = 0; i < d->nlabels; i++)
        if (d->labels[i].origin == ORIGIN_OFFICER) /* the others follow from text and fields */
            put_label(out, &d->labels[i]);
}

uint64_t document_portable_hash(struct str data)
{
    struct cursor c = cursor_of(data);
    uint64_t hash = cursor_u8(&c);
    while (c.p < c.end && !c.bad) {
        uint64_t tag = cursor_varint(&c);
        struct str value = cursor_field(&c);
        if (tag != TAG_SOURCE && tag != TAG_RANGE)
            hash = hash_bytes(value.p, value.n, hash_mix(hash + tag));
    }
    return hash;
}

/* ---- decoding -------------------------------------------------------------------- */

struct decoding {
    struct arena *arena;
    struct document *d;
    size_t fields, labels; /* room that was counted */
    bool bad;
};

static struct str rest_of(const struct cursor *c)
{
    return (struct str){ (const char *)c->p, (size_t)(c->end - c->p) };
}

static void get_origin(struct decoding *g, struct cursor *c, enum origin *origin)
{
    uint8_t value = cursor_u8(c);
    g->bad |= value > ORIGIN_OFFICER;
    *origin = (enum origin)(value > ORIGIN_OFFICER ? ORIGIN_PARSED : value);
}

static void get_field(struct decoding *g, struct cursor *c)
{
    struct field *f = &g->d->fields[g->d->nfields++];
    get_origin(g, c, &f->origin);
    f->name = cursor_field(c);
    f->value = rest_of(c);
}

static void get_label(struct decoding *g, struct cursor *c)
{
    struct label *l = &g->d->labels[g->d->nlabels++];
    get_origin(g, c, &l->origin);
    uint64_t steps = cursor_varint(c);
    g->bad |= steps > CONFIDENCE_STEPS;
    l->confidence = (double)steps / CONFIDENCE_STEPS;
    l->theme = cursor_field(c);
    l->words = rest_of(c);
}

/* A range as differences to the last one's end; outside the body it is malformed. */
static bool get_range(struct decoding *g, struct cursor *c, uint32_t *last, uint32_t *from, uint32_t *to)
{
    uint64_t gap = cursor_varint(c), length = cursor_varint(c), room = g->d->body.n - *last;
    if (c->bad || gap > room || length > room - gap || length == 0) {
        g->bad = true;
        return false;
    }
    *from = *last + (uint32_t)gap;
    *last = *to = *from + (uint32_t)length;
    return true;
}

static void get_skips(struct decoding *g, struct cursor *c)
{
    uint32_t last = 0;
    size_t n = 0;
    g->d->skips.at = arena_array(g->arena, struct skip, (size_t)(c->end - c->p) / 2 + 1);
    while (c->p < c->end && get_range(g, c, &last, &g->d->skips.at[n].from, &g->d->skips.at[n].to))
        n++;
    g->d->skips.n = n;
}

static void get_sections(struct decoding *g, struct cursor *c)
{
    uint32_t last = 0;
    size_t n = 0;
    g->d->sections = arena_array(g->arena, struct section, (size_t)(c->end - c->p) / 3 + 1);
    g->d->nsections = 0;
    while (c->p < c->end) {
        struct section *s = &g->d->sections[n];
        uint8_t kind = cursor_u8(c);
        g->bad |= kind > SECTION_REPLY;
        s->kind = (enum section_kind)(kind > SECTION_REPLY ? SECTION_NONE : kind);
        if (!get_range(g, c, &last, &s->from, &s->to))
            return;
        g->d->nsections = ++n;
    }
}

static void get_source_range(struct decoding *g, struct cursor *c)
{
    g->d->from = cursor_varint(c);
    g->d->to = cursor_varint(c);
}

static struct str *text_of_tag(struct document *d, uint64_t tag)
{
    switch (tag) {
    case TAG_ID:
        return &d->id;
    case TAG_TITLE:
        return &d->title;
    case TAG_BODY:
        return &d->body;
    case TAG_SOURCE:
        return &d->source;
    default:
        return NULL;
    }
}

typedef void get_fn(struct decoding *, struct cursor *);
static get_fn *const getters[] = {
    [TAG_RANGE] = get_source_range, [TAG_SKIPS] = get_skips, [TAG_FIELD] = get_field,
    [TAG_SECTIONS] = get_sections,  [TAG_LABEL] = get_label,
};

static void get_one(struct decoding *g, uint64_t tag, struct str payload)
{
    struct str *text = text_of_tag(g->d, tag);
    if (text) {
        g->bad |=
            tag == TAG_BODY && (g->d->skips.n > 0 || g->d->nsections > 0); /* they were checked against it */
        *text = payload;
    } else if (tag < sizeof getters / sizeof *getters && getters[tag]) {
        struct cursor c = cursor_of(payload);
        getters[tag](g, &c);
        g->bad |= c.bad;
    }
}

/* First walk: are the lengths right, how many elements are there? */
static bool count_elements(struct decoding *g, struct cursor c)
{
    while (c.p < c.end && !c.bad) {
        uint64_t tag = cursor_varint(&c);
        g->fields += tag == TAG_FIELD;
        g->labels += tag == TAG_LABEL;
        cursor_field(&c);
    }
    return !c.bad;
}

static bool decode(struct decoding *g, struct cursor c)
{
    if (!count_elements(g, c))
        return false;
    g->d->fields = arena_array(g->arena, struct field, g->fields + 1);
    g->d->labels = arena_array(g->arena, struct label, g->labels + 1);
    while (c.p < c.end) {
        uint64_t tag = cursor_varint(&c);
        get_one(g, tag, cursor_field(&c));
    }
    bool filled = g->d->title.n > 0 || g->d->body.n > 0;
    return !g->bad && filled && g->d->body.n <= UINT32_MAX;
}

int document_decode(struct ctx *ctx, struct arena *arena, struct str data, struct document *out)
{
    struct decoding g = { .arena = arena, .d = out };
    struct cursor c = cursor_of(data);
    *out = (struct document){ .nfields = 0 };
    uint8_t version = cursor_u8(&c);
    if (version == VERSION && decode(&g, c))
        return 0;
    *out = (struct document){ .nfields = 0 };
    return version > VERSION ? ctx_fail(ctx, TIAN_EINDEX, NULL, "a record of a newer version (%u)",
                                        "记录的版本较新（%u）", version)
                             : ctx_fail(ctx, TIAN_EINDEX, NULL, "a damaged record", "记录已损坏");
}
