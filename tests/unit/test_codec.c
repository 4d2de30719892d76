/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The record form: what goes in comes out, for random documents; every cut and
 * every flipped bit gives an error or a document that is sound; unknown tags
 * are skipped; bytes of version 1 stay as they are; where a document came from is
 * no part of its portable hash.
 */
#include "document_blocks.h"

static struct str random_text(struct world *w, uint64_t *random, size_t most)
{
    struct buf buf;
    buf_init(&buf, w->arena);
    for (size_t n = (*random = hash_mix(*random)) % (most + 1); n > 0; n--)
        buf_utf8(&buf, 0x4E00 + (uint32_t)((*random = hash_mix(*random)) % 5000));
    return buf_view(&buf);
}

static size_t below(uint64_t *random, size_t n)
{
    return (size_t)((*random = hash_mix(*random)) % n);
}

static void random_ranges(struct world *w, uint64_t *random, struct document *d)
{
    uint32_t at = 0, body = (uint32_t)d->body.n;
    d->skips.at = arena_array(w->arena, struct skip, 8);
    d->sections = arena_array(w->arena, struct section, 8);
    for (size_t i = 0; i < 8 && at + 40 < body; i++) {
        uint32_t from = at + (uint32_t)below(random, 20), to = from + 1 + (uint32_t)below(random, 19);
        d->skips.at[d->skips.n++] = (struct skip){ from, to };
        d->sections[d->nsections++] = (struct section){ (enum section_kind)below(random, 5), from, to };
        at = to;
    }
}

static struct document random_document(struct world *w, uint64_t *random)
{
    struct document d = { .id = random_text(w, random, 5), .title = random_text(w, random, 20) };
    d.body = random_text(w, random, 200);
    d.source = random_text(w, random, 8);
    if (d.body.n == 0 && d.title.n == 0)
        d.title = STR("题");
    d.to = below(random, 3) ? below(random, 1u << 30) : 0;
    d.from = d.to ? below(random, (size_t)d.to + 1) : 0;
    random_ranges(w, random, &d);
    d.nfields = below(random, 6);
    d.nlabels = below(random, 4);
    d.fields = arena_array(w->arena, struct field, 6);
    d.labels = arena_array(w->arena, struct label, 4);
    for (size_t i = 0; i < d.nfields; i++)
        d.fields[i] = (struct field){ random_text(w, random, 4), random_text(w, random, 30),
                                      (enum origin)below(random, 3) };
    for (size_t i = 0; i < d.nlabels; i++) /* the only labels a record keeps */
        d.labels[i] = (struct label){ random_text(w, random, 6), (double)below(random, 10001) / 10000,
                                      random_text(w, random, 9), ORIGIN_OFFICER };
    return d;
}

static void assert_same(const struct document *a, const struct document *b)
{
    assert_true(str_eq(a->id, b->id) && str_eq(a->title, b->title) && str_eq(a->body, b->body));
    assert_true(str_eq(a->source, b->source) && a->from == b->from && a->to == b->to);
    assert_true(a->skips.n == b->skips.n && a->nsections == b->nsections);
    assert_true(a->nfields == b->nfields && a->nlabels == b->nlabels);
    for (size_t i = 0; i < a->skips.n; i++)
        assert_true(a->skips.at[i].from == b->skips.at[i].from && a->skips.at[i].to == b->skips.at[i].to);
    for (size_t i = 0; i < a->nsections; i++)
        assert_memory_equal(&a->sections[i], &b->sections[i], sizeof a->sections[i]);
    for (size_t i = 0; i < a->nfields; i++)
        assert_true(str_eq(a->fields[i].name, b->fields[i].name) &&
                    str_eq(a->fields[i].value, b->fields[i].value) &&
                    a->fields[i].origin == b->fields[i].origin);
    for (size_t i = 0; i < a->nlabels; i++)
        assert_true(str_eq(a->labels[i].theme, b->labels[i].theme) &&
                    str_eq(a->labels[i].words, b->labels[i].words) &&
                    a->labels[i].confidence == b->labels[i].confidence &&
                    a->labels[i].origin == b->labels[i].origin);
}

static void assert_sound(const struct document *d)
{
    uint32_t last = 0;
    assert_true(d->title.n > 0 || d->body.n > 0);
    for (size_t i = 0; i < d->skips.n; last = d->skips.at[i++].to)
        assert_true(d->skips.at[i].from >= last && d->skips.at[i].to > d->skips.at[i].from);
    assert_true(last <= d->body.n);
    last = 0;
    for (size_t i = 0; i < d->nsections; last = d->sections[i++].to)
        assert_true(d->sections[i].from >= last && d->sections[i].to > d->sections[i].from);
    assert_true(last <= d->body.n);
}

static int decode(struct world *w, struct str bytes, struct document *d)
{
    w->error = (struct tian_error){ 0 };
    return document_decode(&w->ctx, w->arena, bytes, d);
}

static void test_round_trip(void **state)
{
    (void)state;
    struct world w;
    uint64_t random = 11;
    for (int round = 0; round < 500; round++) {
        struct document out;
        struct buf buf;
        world_begin(&w);
        struct document d = random_document(&w, &random);
        buf_init(&buf, w.arena);
        document_encode(&d, &buf);
        assert_int_equal(decode(&w, buf_view(&buf), &out), 0);
        assert_same(&d, &out);
        world_end(&w);
    }
}

/* The bytes in a block of their own size, so that the sanitizer sees a read behind them. */
static int decode_exact(struct world *w, const char *p, size_t n, struct document *d)
{
    char *exact = malloc(n ? n : 1);
    memcpy(exact, p, n);
    int code = decode(w, (struct str){ exact, n }, d);
    if (code == 0)
        assert_sound(d);
    else
        assert_int_equal(code, TIAN_EINDEX);
    free(exact);
    return code;
}

static void test_damage(void **state)
{
    (void)state;
    struct world w;
    uint64_t random = 5;
    for (int round = 0; round < 12; round++) {
        struct document out;
        struct buf buf;
        world_begin(&w);
        struct document d = random_document(&w, &random);
        buf_init(&buf, w.arena);
        document_encode(&d, &buf);
        for (size_t n = 0; n < buf.n; n++)
            decode_exact(&w, buf.p, n, &out);
        for (size_t bit = 0; bit < buf.n * 8; bit++) {
            buf.p[bit / 8] ^= (char)(1 << bit % 8);
            decode_exact(&w, buf.p, buf.n, &out);
            buf.p[bit / 8] ^= (char)(1 << bit % 8);
        }
        world_end(&w);
    }
}

static void test_unknown_tags(void **state)
{
    (void)state;
    struct world w;
    struct document d;
    world_begin(&w);
    assert_int_equal(decode(&w, STR("\x01\x64\x02xy\x02\x01T\x63\x00"), &d), 0);
    assert_text(d.title, "T");
    assert_int_equal(decode(&w, STR("\x02\x02\x01T"), &d), TIAN_EINDEX);
    assert_int_equal(decode(&w, STR("\x01"), &d), TIAN_EINDEX);
    assert_int_equal(decode(&w, STR(""), &d), TIAN_EINDEX);
    world_end(&w);
}

static void test_bytes(void **state)
{
    (void)state;
    struct world w;
    struct buf buf;
    struct field field = { STR("k"), STR("v"), ORIGIN_GIVEN };
    struct section section = { SECTION_SUGGESTION, 1, 4 };
    struct skip skip = { 2, 3 };
    struct label labels[] = { { STR("p"), 0.9, STR(""), ORIGIN_PARSED },
                              { STR("t"), 0.5, STR("w"), ORIGIN_OFFICER } };
    const struct document d = { .id = STR("i"),
                                .title = STR("t"),
                                .body = STR("body"),
                                .source = STR("s"),
                                .from = 1,
                                .to = 5,
                                .fields = &field,
                                .nfields = 1,
                                .sections = &section,
                                .nsections = 1,
                                .skips = { &skip, 1 },
                                .labels = labels,
                                .nlabels = 2 };
    world_begin(&w);
    buf_init(&buf, w.arena);
    document_encode(&d, &buf);
    static const char want[] =
        "\x01"
        "\x01\x01i\x02\x01t\x03\x04"
        "body\x04\x01s\x05\x02\x01\x05\x06\x02\x02\x01\x07\x04\x01\x01kv\x08\x03\x03\x01\x03"
        "\x09\x06\x02\x88\x27\x01tw";
    assert_int_equal(buf.n, sizeof want - 1);
    assert_memory_equal(buf.p, want, buf.n);
    world_end(&w);
}

static uint64_t portable(struct world *w, const struct document *d)
{
    struct buf buf;
    buf_init(&buf, w->arena);
    document_encode(d, &buf);
    return document_portable_hash(buf_view(&buf));
}

static void test_portable_hash(void **state)
{
    (void)state;
    struct world w;
    world_begin(&w);
    struct field field = { STR("k"), STR("v"), ORIGIN_GIVEN };
    struct document d = { .id = STR("i"),
                          .title = STR("t"),
                          .body = STR("body"),
                          .source = STR("one"),
                          .from = 7,
                          .to = 90,
                          .fields = &field,
                          .nfields = 1 };
    uint64_t hash = portable(&w, &d);
    d.source = STR_NONE; /* where it came from does not count */
    assert_int_equal(portable(&w, &d), hash);
    d.source = STR("another");
    d.from = d.to = 0;
    assert_int_equal(portable(&w, &d), hash);
    field = (struct field){ STR("kv"), STR(""), ORIGIN_GIVEN }; /* all else does */
    assert_int_not_equal(portable(&w, &d), hash);
    field = (struct field){ STR("k"), STR("v"), ORIGIN_GIVEN };
    d.title = STR("tb");
    d.body = STR("ody");
    assert_int_not_equal(portable(&w, &d), hash);
    world_end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip),    cmocka_unit_test(test_damage),
        cmocka_unit_test(test_unknown_tags),  cmocka_unit_test(test_bytes),
        cmocka_unit_test(test_portable_hash),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
