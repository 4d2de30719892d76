/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Parts → documents: rows, JSON, texts, collections; the real reports when they
 * are there.
 */
#include "document_blocks.h"

#include <unistd.h>

static struct documents built(struct world *w, const struct builder *b, struct str bytes)
{
    struct extracted x;
    struct documents docs = { NULL, 0, 0 };
    if (extract_bytes(&w->ctx, w->arena, "file", bytes, NULL, &x) != 0)
        fail_msg("%s", w->error.message);
    for (size_t i = 0; i < x.nparts; i++)
        if (document_build(&w->ctx, b, NULL, STR("base"), STR("a/file"), &x.parts[i], &docs) != 0)
            fail_msg("%s", w->error.message);
    return docs;
}

static void assert_section(const struct document *d, enum section_kind kind, const char *starts)
{
    for (size_t i = 0; i < d->nsections; i++)
        if (d->sections[i].kind == kind) {
            assert_true(str_starts(str_sub(d->body, d->sections[i].from, d->sections[i].to), str_of(starts)));
            return;
        }
    fail_msg("no section %s", section_name(kind));
}

static void test_json(void **state)
{
    (void)state;
    struct world w;
    world_begin(&w);
    struct builder *b = world_builder(&w);
    struct documents docs = built(&w, b,
                                  STR("{\"id\":\"7\",\"title\":\"关于甲的提案\",\"text\":"
                                      "\"案号：9\\n一、情况\\n多。\",\"案号\":\"8\",\"公开\":false,"
                                      "\"reply\":\"已办。\",\"自定\":\"值\",\"category\":\"教育\"}\n"));
    assert_int_equal(docs.n, 1);
    const struct document *d = &docs.at[0];
    assert_text(d->id, "7");
    assert_text(d->source, "a/file");
    assert_text(d->title, "关于甲的提案");
    assert_text(d->body, "案号：9\n一、情况\n多。\n答复：已办。");
    assert_text(document_field(d, "number"), "8");
    assert_text(document_field(d, "reply"), "已办。");
    assert_text(document_field(d, "自定"), "值");
    assert_text(document_field(d, "public"), "false");
    assert_section(d, SECTION_SITUATION, "一、情况\n多。");
    assert_section(d, SECTION_REPLY, "答复：已办。");
    assert_true(d->nlabels >= 1);
    assert_text(d->labels[0].theme, "社会建设/教育");
    assert_int_equal(d->labels[0].origin, ORIGIN_GIVEN);
    struct facts facts;
    document_facts(d, w.arena, &facts);
    assert_true(facts.hidden);
    assert_text(facts.theme, "社会建设/教育");
    world_end(&w);
}

static void test_title_only(void **state)
{
    (void)state;
    struct world w;
    world_begin(&w);
    struct builder *b = world_builder(&w);
    struct documents docs = built(&w, b, STR("{\"title\":\"只有标题\"}\n"));
    assert_text(docs.at[0].title, "只有标题");
    assert_int_equal(docs.at[0].body.n, 0);
    assert_text(docs.at[0].id, "base");
    struct extract_part part;
    assert_int_equal(extract_json_line(&w.ctx, w.arena, STR("{\"id\":\"1\"}"), &part), 0);
    assert_int_equal(document_build(&w.ctx, b, NULL, STR("x"), STR("s"), &part, &docs), TIAN_EFORMAT);
    world_end(&w);
}

static void test_table_of_halves(void **state)
{
    (void)state;
    struct world w;
    world_begin(&w);
    struct builder *b = world_builder(&w);
    struct documents docs =
        built(&w, b, STR("流水号,案由,情况分析,具体建议,办理结果\n5,关于乙的提案,缺钱。,给钱。,A\n"));
    const struct document *d = &docs.at[0];
    assert_text(d->id, "5");
    assert_text(d->body, "情况分析：\n缺钱。\n建议：\n给钱。\n");
    assert_section(d, SECTION_ANALYSIS, "情况分析");
    assert_section(d, SECTION_SUGGESTION, "建议");
    assert_text(document_field(d, "outcome_code"), "solved");
    world_end(&w);
}

static void test_collection(void **state)
{
    (void)state;
    struct world w;
    world_begin(&w);
    struct builder *b = world_builder(&w);
    struct str file = STR("提案第1号\n案由：关于甲的提案\n甲。\n提案第2号：关于乙的提案\n乙。\n");
    struct documents docs = built(&w, b, file);
    assert_int_equal(docs.n, 2);
    assert_text(docs.at[0].id, "base#1");
    assert_text(docs.at[0].title, "关于甲的提案");
    assert_text(document_field(&docs.at[1], "number"), "2");
    assert_text(docs.at[1].title, "关于乙的提案");
    for (size_t i = 0; i < docs.n; i++)
        assert_true(str_eq(str_sub(file, docs.at[i].from, docs.at[i].to), docs.at[i].body));
    world_end(&w);
}

/* An officer's new result counts once it is resolved. */
static void test_resolve_again(void **state)
{
    (void)state;
    struct world w;
    struct facts facts;
    world_begin(&w);
    struct builder *b = world_builder(&w);
    struct documents docs =
        built(&w, b, STR("{\"title\":\"甲\",\"办理结果\":\"B\",\"主办单位\":\"市教委\"}\n"));
    struct document *d = &docs.at[0];
    struct field *fields = arena_array(w.arena, struct field, d->nfields + 1);
    memcpy(fields, d->fields, d->nfields * sizeof *fields);
    fields[d->nfields] = (struct field){ STR("outcome"), STR("A"), ORIGIN_OFFICER };
    d->fields = fields;
    d->nfields++;
    document_facts(d, w.arena, &facts);
    assert_text(facts.outcome, "unknown");
    document_resolve(b, w.arena, d);
    document_facts(d, w.arena, &facts);
    assert_text(facts.outcome, "solved");
    assert_text(facts.units, "教育局");
    world_end(&w);
}

static size_t documents_in(struct world *w, const struct builder *b, const char *path, struct documents *docs)
{
    struct extracted x;
    *docs = (struct documents){ NULL, 0, 0 };
    if (extract_file(&w->ctx, w->arena, path, NULL, &x) != 0)
        fail_msg("%s: %s", path, w->error.message);
    for (size_t i = 0; i < x.nparts; i++)
        assert_int_equal(document_build(&w->ctx, b, NULL, STR("base"), STR("s"), &x.parts[i], docs), 0);
    return docs->n;
}

static int each_report(void *self, const char *path, const struct file_info *info)
{
    void **args = self;
    struct documents docs;
    (void)info;
    assert_int_equal(documents_in(args[0], args[1], path, &docs), 1);
    if (!str_has(docs.at[0].title, STR("2026年")) || !str_ends(docs.at[0].title, STR("政府工作报告")))
        fail_msg("%s: %.*s", path, STR_ARG(docs.at[0].title));
    return 0;
}

static void test_real_texts(void **state)
{
    (void)state;
    struct world w;
    struct documents docs;
    if (access("../shared/input/five-work-reports.txt", R_OK) != 0) {
        print_message("../shared/input is not there: skipped\n");
        skip();
    }
    world_begin(&w);
    struct builder *b = world_builder(&w);
    assert_int_equal(documents_in(&w, b, "../shared/input/five-work-reports.txt", &docs), 5);
    assert_text(docs.at[0].title, "关于着力推动提案工作的发展与创新情况报告");
    assert_text(docs.at[2].title, "创新工作理念推动和谐发展");
    assert_int_equal(documents_in(&w, b, "../shared/input/state-council-documents.jsonl", &docs), 60);
    void *args[] = { &w, b };
    assert_int_equal(file_walk(&w.ctx, "../shared/input/provincial-reports-2026", each_report, args), 0);
    world_end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_json),
        cmocka_unit_test(test_title_only),
        cmocka_unit_test(test_table_of_halves),
        cmocka_unit_test(test_collection),
        cmocka_unit_test(test_resolve_again),
        cmocka_unit_test(test_real_texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
