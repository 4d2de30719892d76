/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Merging on a real index: the sample proposals, and of each a shortened, a reworded and a mixed one, so that
 * families and half-families lie side by side. Comparing all with all must find no repeat that the partners
 * (partner.c) missed, a couple's numbers must be those of a check, and measures must be pieces of the text.
 */
#include "scratch.h"

#include "base/emit.h"
#include "duplicate/grouping.h"
#include "duplicate/measure.h"

static struct reader reader;
static struct verdict_rules *rules;

static void open_base(const char *input)
{
    struct store *store;
    struct lexicon *lexicon;
    struct builder *builder;
    struct tian_import_summary summary;
    struct import_options options = { .jobs = 1 };
    assert_int_equal(store_open(&ctx, arena, scratch("index"), STORE_CREATE, &store), 0);
    assert_int_equal(store_import(&ctx, store, &input, 1, &options, &summary), 0);
    assert_int_equal(store_snapshot(&ctx, store, &reader.snapshot), 0);
    assert_int_equal(lexicon_load(&ctx, arena, NULL, &lexicon), 0);
    assert_int_equal(builder_new(&ctx, arena, NULL, NULL, &builder), 0);
    assert_int_equal(cutter_new(&ctx, arena, lexicon, &reader.cutter), 0);
    assert_int_equal(verdict_load(&ctx, arena, NULL, &rules), 0);
    reader.lexicon = lexicon;
    reader.builder = builder;
}

/* Every third sentence left out, from the first on: lines stay. */
static struct str shortened(struct str body, size_t first)
{
    struct buf out;
    size_t n = first;
    buf_init(&out, arena);
    for (size_t at; (at = str_find(body, STR("。"), 0)) != SIZE_MAX; body = str_sub(body, at + 3, body.n))
        if (n++ % 3 != 2 || str_find(str_sub(body, 0, at), STR("\n"), 0) != SIZE_MAX)
            buf_str(&out, str_sub(body, 0, at + 3));
    buf_str(&out, body);
    return buf_view(&out);
}

static struct str reworded(struct str body)
{
    static const char *const words[][2] = {
        { "建立", "构建" }, { "加强", "强化" }, { "的", "之" }, { "和", "及" }
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        struct buf out;
        struct str rest = body, word = str_of(words[i][0]);
        buf_init(&out, arena);
        for (size_t at; (at = str_find(rest, word, 0)) != SIZE_MAX;
             rest = str_sub(rest, at + word.n, rest.n)) {
            buf_str(&out, str_sub(rest, 0, at));
            buf_cstr(&out, words[i][1]);
        }
        buf_str(&out, rest);
        body = buf_view(&out);
    }
    return body;
}

static void put(struct buf *out, struct str id, struct str title, struct str body)
{
    buf_printf(out, "{\"id\":\"%.*s\",\"number\":\"1\",\"title\":\"", STR_ARG(id));
    escape_json(out, title);
    buf_cstr(out, "\",\"body\":\"");
    escape_json(out, body);
    buf_cstr(out, "\"}\n");
}

static int add_proposal(void *self, const char *path, const struct file_info *info)
{
    struct buf *out = self;
    struct str text, title;
    static struct str before;
    assert_int_equal(info->kind, FILE_REGULAR);
    assert_int_equal(file_read(&ctx, arena, path, 0, &text), 0);
    size_t reply = str_find(text, STR("\n答复："), 0), body = str_find(text, STR("\n\n"), 0);
    text = str_sub(text, 0, reply == SIZE_MAX ? text.n : reply);
    str_split(text, '\n', &title);
    title = str_sub(title, strlen("案由："), title.n);
    text = str_sub(text, body + 2, text.n);
    const char *name = arena_printf(arena, "%zu", out->n);
    put(out, str_of(name), title, text);
    put(out, str_of(arena_printf(arena, "%s-short", name)), title, shortened(text, 0));
    put(out, str_of(arena_printf(arena, "%s-words", name)), STR("一件提案"), reworded(shortened(text, 1)));
    if (before.n)
        put(out, str_of(arena_printf(arena, "%s-mixed", name)), title,
            str_of(arena_printf(arena, "%.*s%.*s", STR_ARG(shortened(before, 2)), STR_ARG(text))));
    before = text;
    return 0;
}

static int set_up(void **state)
{
    struct buf out;
    if (scratch_make(state))
        return -1;
    buf_init(&out, arena);
    assert_int_equal(file_walk(&ctx, "corpus/proposals/2023", add_proposal, &out), 0);
    const char *path = scratch("all.jsonl");
    assert_int_equal(file_write(&ctx, path, buf_view(&out), false), 0);
    open_base(path);
    return 0;
}

static void read_all(struct intake *in)
{
    struct intake_wanted wanted = { .jobs = 2 };
    if (intake_read(&ctx, &reader, &wanted, in))
        fail_msg("%s", error.message);
}

static void test_no_repeat_is_missed(void **state)
{
    (void)state;
    struct intake in;
    struct couples every, some;
    struct links of_every, of_some;
    vec_init(&every, arena);
    vec_init(&some, arena);
    vec_init(&of_every, arena);
    vec_init(&of_some, arena);
    read_all(&in);
    for (uint32_t a = 0; a < in.n; a++)
        for (uint32_t b = a + 1; b < in.n; b++)
            vec_push(&every, (struct couple){ a, b });
    struct pairbook *book = pairbook_new(arena, &in);
    assert_int_equal(partners_find(&ctx, &in, book, 2, &some), 0);
    assert_int_equal(links_judge(&ctx, &in, book, rules, &every, VERDICT_MERGE, 2, &of_every), 0);
    assert_int_equal(links_judge(&ctx, &in, book, rules, &some, VERDICT_MERGE, 2, &of_some), 0);
    assert_true(of_every.n > 60 && some.n < every.n);
    assert_true(of_some.n <= of_every.n);
    if ((double)of_some.n < 0.995 * (double)of_every.n)
        fail_msg("%zu of %zu repeats are among the partners", of_some.n, of_every.n);
    for (size_t i = 0, k = 0; i < of_some.n; i++, k++) { /* and they are judged alike */
        while (of_every.at[k].a != of_some.at[i].a || of_every.at[k].b != of_some.at[i].b)
            assert_true(++k < of_every.n);
        assert_memory_equal(of_every.at[k].numbers, of_some.at[i].numbers, sizeof of_some.at[i].numbers);
    }
}

static void test_threads_change_nothing(void **state)
{
    (void)state;
    char *said[2];
    for (unsigned i = 0; i < 2; i++) {
        struct tian_merge_options options = { .jobs = 1 + 3 * i };
        struct decisions none;
        struct tian_merge merge;
        assert_int_equal(decisions_read(&ctx, arena, folder, &none), 0);
        assert_int_equal(duplicate_merge(&ctx, &reader, rules, &none, &options, &merge), 0);
        assert_in_range(merge.ngroups, 8, 40);
        merge.milliseconds = 0;
        said[i] = tian_merge_format(&merge, "json");
        assert_non_null(said[i]);
    }
    assert_string_equal(said[0], said[1]);
    tian_string_free(said[0]);
    tian_string_free(said[1]);
}

/* What merge says of a member is what a check of it against the main proposal says. */
static void test_as_a_check_says(void **state)
{
    (void)state;
    struct tian_merge_options options = { .jobs = 1 };
    struct decisions none;
    struct tian_merge merge;
    assert_int_equal(decisions_read(&ctx, arena, folder, &none), 0);
    assert_int_equal(duplicate_merge(&ctx, &reader, rules, &none, &options, &merge), 0);
    for (size_t i = 0; i < merge.ngroups; i++) {
        const struct tian_merge_proposal *p = &merge.groups[i].proposals[1];
        struct document document;
        uint32_t doc;
        struct tian_check check;
        assert_int_equal(snapshot_find(&ctx, reader.snapshot, str_of(p->id), &doc), 0);
        assert_int_equal(snapshot_document(&ctx, reader.snapshot, arena, doc, &document), 0);
        struct tian_check_options against = { .against = merge.groups[i].proposals[0].id,
                                              .title = arena_cstr(arena, document.title) };
        assert_int_equal(duplicate_check(&ctx, &reader, rules, document.body, &against, &check), 0);
        assert_true(check.nmatches == 1);
        if (!strstr(p->rule, "seen from"))
            assert_string_equal(check.matches[0].verdict, p->verdict);
        assert_true(check.matches[0].mine > p->mine - 1e-6 && check.matches[0].mine < p->mine + 1e-6);
    }
}

static void test_measures_are_pieces(void **state)
{
    (void)state;
    struct tian_merge_options options = { .jobs = 1 };
    struct decisions none;
    struct tian_merge merge;
    size_t measures = 0;
    assert_int_equal(decisions_read(&ctx, arena, folder, &none), 0);
    assert_int_equal(duplicate_merge(&ctx, &reader, rules, &none, &options, &merge), 0);
    for (size_t i = 0; i < merge.ngroups; i++)
        for (size_t k = 0; k < merge.groups[i].nproposals; k++) {
            const struct tian_merge_proposal *p = &merge.groups[i].proposals[k];
            struct document document;
            uint32_t doc;
            assert_int_equal(snapshot_find(&ctx, reader.snapshot, str_of(p->id), &doc), 0);
            assert_int_equal(snapshot_document(&ctx, reader.snapshot, arena, doc, &document), 0);
            for (size_t m = 0; m < p->nmeasures; m++, measures++) {
                const struct tian_text *t = &p->measures[m].text;
                assert_true(str_has(document.body, (struct str){ t->text, t->length }));
                for (size_t x = 0; x < t->nmarks; x++)
                    assert_true(t->marks[x].from < t->marks[x].to && t->marks[x].to <= t->length &&
                                (x == 0 || t->marks[x - 1].to < t->marks[x].from));
            }
        }
    assert_true(measures > 50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_repeat_is_missed),
        cmocka_unit_test(test_threads_change_nothing),
        cmocka_unit_test(test_as_a_check_says),
        cmocka_unit_test(test_measures_are_pieces),
    };
    return cmocka_run_group_tests(tests, set_up, scratch_remove);
}
