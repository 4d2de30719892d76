/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The whole check on real indexes: a small base made here, and the sample base, whose planned families must
 * get the verdicts that corpus/families.tsv promises. Marks must be pieces of both originals.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/file.h"
#include "duplicate/duplicate.h"
#include "duplicate/sheet.h"

struct base {
    struct ctx ctx;
    struct tian_error error;
    char folder[32];
    struct reader reader;
    struct verdict_rules *rules;
};

static const char LIFTS[] = "我市老旧小区多建于上世纪八十年代，大多没有安装电梯，老人上下楼十分困难。"
                            "据统计，2023年全市有3.5万户居民住在四层以上，其中老年人占四成。"
                            "一是由住建局牵头简化审批流程，二是设立专项补助资金，每部电梯补助20万元。";
static const char SECRET[] =
    "某重点企业的排污口长期超标排放，附近河段水质恶化，鱼类大量死亡，村民多次反映没有结果。"
    "请生态环境局立案调查并公布监测数据，督促企业限期整改。";

static void open_base(struct base *b, const char *input)
{
    struct store *store;
    struct lexicon *lexicon;
    struct builder *builder;
    struct tian_import_summary summary;
    struct import_options options = { .jobs = 1 };
    struct ctx *ctx = &b->ctx;
    const char *index = path_join(ctx->arena, b->folder, "index");
    assert_int_equal(store_open(ctx, ctx->arena, index, STORE_CREATE, &store), 0);
    if (input)
        store_import(ctx, store, &input, 1, &options, &summary);
    b->error.code = 0;
    assert_int_equal(store_snapshot(ctx, store, &b->reader.snapshot), 0);
    assert_int_equal(lexicon_load(ctx, ctx->arena, NULL, &lexicon), 0);
    assert_int_equal(builder_new(ctx, ctx->arena, NULL, NULL, &builder), 0);
    assert_int_equal(cutter_new(ctx, ctx->arena, lexicon, &b->reader.cutter), 0);
    assert_int_equal(verdict_load(ctx, ctx->arena, NULL, &b->rules), 0);
    b->reader.lexicon = lexicon;
    b->reader.builder = builder;
}

static int set_up(void **state)
{
    struct base *b = calloc(1, sizeof *b);
    b->ctx = (struct ctx){ .arena = arena_new(NULL), .error = &b->error };
    strcpy(b->folder, "/tmp/tian-test-XXXXXX");
    say_set("en");
    *state = b;
    return mkdtemp(b->folder) == NULL;
}

static int tear_down(void **state)
{
    struct base *b = *state;
    file_remove_tree(&b->ctx, b->folder);
    arena_free(b->ctx.arena);
    free(b);
    return 0;
}

/* Thirty messages, one on lifts ("lifts"), one not public ("secret"). */
static void small_base(struct base *b)
{
    struct buf out;
    const char *path = path_join(b->ctx.arena, b->folder, "base.jsonl");
    buf_init(&out, b->ctx.arena);
    buf_printf(
        &out,
        "{\"id\":\"lifts\",\"title\":\"关于老旧小区加装电梯的提案\",\"body\":\"%s\",\"year\":\"2023\"}\n",
        LIFTS);
    buf_printf(&out,
               "{\"id\":\"secret\",\"title\":\"关于查处排污口的提案\",\"body\":\"%s\",\"number\":\"12\","
               "\"public\":\"否\"}\n",
               SECRET);
    for (int i = 0; i < 28; i++)
        buf_printf(&out,
                   "{\"id\":\"d%d\",\"title\":\"第%d号公园\",\"body\":\"第%"
                   "d处绿地夜间照明不足，散步的市民反映了%d次。\"}\n",
                   i, i, i, i);
    assert_int_equal(file_write(&b->ctx, path, buf_view(&out), false), 0);
    open_base(b, path);
}

static struct tian_check check(struct base *b, const char *draft, struct tian_check_options options)
{
    struct tian_check out;
    int code = duplicate_check(&b->ctx, &b->reader, b->rules, str_of(draft), &options, &out);
    if (code)
        fail_msg("%d %s", code, b->error.message);
    return out;
}

static bool noted(const struct tian_check *c, const char *part)
{
    for (size_t i = 0; i < c->nnotes; i++)
        if (strstr(c->notes[i], part))
            return true;
    return false;
}

static const char *field(const struct tian_match_report *m, const char *name)
{
    for (size_t i = 0; i < m->nfields; i++)
        if (strcmp(m->fields[i].name, name) == 0)
            return m->fields[i].value;
    return NULL;
}

/* What was found decides what is said of so small a base. */
static void a_small_base_is_said(void **state)
{
    static const char WINTER[] =
        "关于发展冬季旅游的提案\n冬季有冰雪而少游人，景区半年关门，从业者无事可做，宾馆空置，农家院停业。"
        "建议分三步：其一，与航空、铁路商定让利办法，推出两日、三日、五日线路；其二，在城郊辟滑雪场两处、"
        "温泉浴场一处，腊月里办年货市集，正月里办灯会和秧歌会，二月里办开河节；其三，延长博物馆、书店、"
        "剧院营业时间，培训乡村导游五百名，编印多种语言的手册，统一投诉渠道，淡季门票减半，学生凭证免票。"
        "所需经费从文旅专项中列支，不足部分向社会招募，成效由第三方逐年评估并向全体市民公布。";
    struct base *b = *state;
    struct arena *arena = b->ctx.arena;
    const char *path = path_join(arena, b->folder, "base.jsonl");
    const char *two = arena_printf(arena,
                                   "{\"title\":\"关于加装电梯和查处排污口的提案\",\"body\":\"%s%s\"}\n"
                                   "{\"title\":\"第一号公园\",\"body\":\"绿地夜间照明不足。\"}\n",
                                   LIFTS, SECRET);
    assert_int_equal(file_write(&b->ctx, path, str_of(two), false), 0);
    open_base(b, path);
    struct tian_check c = check(b, WINTER, (struct tian_check_options){ 0 });
    assert_string_equal(c.verdict, "new");
    assert_true(noted(&c, "only 2 documents: that nothing was found says little"));
    c = check(b, arena_printf(arena, "%s%s", WINTER, LIFTS), (struct tian_check_options){ 0 });
    assert_string_equal(c.verdict, "same-problem");
    assert_true(noted(&c, "only 2 documents: that none of them is a repeat says little"));
    c = check(b, arena_printf(arena, "%s%s", LIFTS, SECRET), (struct tian_check_options){ 0 });
    assert_true(c.repeat && noted(&c, "only 2 documents: others like it may not be among them"));
}

static void an_empty_base_is_said(void **state)
{
    struct base *b = *state;
    open_base(b, NULL);
    struct tian_check c = check(b, LIFTS, (struct tian_check_options){ 0 });
    assert_string_equal(c.verdict, "new");
    assert_true(!c.repeat && c.nmatches == 0 && c.base == 0 && noted(&c, "base is empty"));
}

static void a_copy_is_found_and_shown(void **state)
{
    struct base *b = *state;
    small_base(b);
    const char *draft = arena_printf(b->ctx.arena, "各位委员：\n%s\n特此提出。", LIFTS);
    struct tian_check c = check(b, draft, (struct tian_check_options){ 0 });
    assert_string_equal(c.verdict, "copied");
    assert_true(c.repeat && c.nmatches >= 1 && c.base == 30);
    const struct tian_match_report *m = &c.matches[0];
    assert_string_equal(m->id, "lifts");
    assert_true(m->npassages >= 1 && m->longest > 60 && strstr(m->rule, "verdict.conf") != NULL);
    const struct tian_passage *p = &m->passages[0];
    assert_int_equal(strlen(p->draft_text), p->draft_to - p->draft_from);
    assert_memory_equal(draft + p->draft_from, p->draft_text, p->draft_to - p->draft_from);
    assert_memory_equal(LIFTS + p->there_from, p->there_text, p->there_to - p->there_from);
}

static void a_new_matter_is_new(void **state)
{
    struct base *b = *state;
    small_base(b);
    struct tian_check c = check(
        b,
        "建议在城东新区增设一所公办初中，缓解学位紧张，方便随迁子女就近入学，由市教育局研究办理并答复委员。",
        (struct tian_check_options){ 0 });
    assert_false(c.repeat);
}

static void the_draft_itself_can_be_left_out(void **state)
{
    struct base *b = *state;
    small_base(b);
    struct tian_check c = check(b, LIFTS, (struct tian_check_options){ .exclude = "lifts" });
    assert_false(c.repeat);
    for (size_t i = 0; i < c.nmatches; i++)
        assert_string_not_equal(c.matches[i].id, "lifts");
    assert_true(check(b, LIFTS, (struct tian_check_options){ .exclude = "nobody" }).repeat);
}

static void one_document_can_be_asked_for(void **state)
{
    struct base *b = *state;
    struct tian_check out;
    struct tian_check_options nobody = { .against = "nobody" };
    small_base(b);
    struct tian_check c = check(b, LIFTS, (struct tian_check_options){ .against = "d3" });
    assert_int_equal(c.nmatches, 1);
    assert_string_equal(c.matches[0].id, "d3");
    assert_false(c.repeat);
    assert_int_equal(duplicate_check(&b->ctx, &b->reader, b->rules, str_of(LIFTS), &nobody, &out),
                     TIAN_ENOTFOUND);
}

static void hidden_ones_show_number_and_unit_only(void **state)
{
    struct base *b = *state;
    small_base(b);
    struct tian_check c = check(b, SECRET, (struct tian_check_options){ .role = TIAN_ROLE_PUBLIC });
    assert_true(c.repeat && c.matches[0].hidden && c.matches[0].npassages == 0);
    assert_string_equal(c.matches[0].title, "");
    assert_string_equal(c.matches[0].id, "");
    assert_string_equal(c.matches[0].rule, "");
    assert_true(c.matches[0].mine < 0 && c.matches[0].theirs < 0 && c.matches[0].longest == 0);
    assert_string_equal(field(&c.matches[0], "number"), "12");
    for (size_t i = 0; i < c.matches[0].nfields; i++)
        assert_true(strcmp(c.matches[0].fields[i].name, "number") == 0 ||
                    strcmp(c.matches[0].fields[i].name, "lead_unit") == 0);
    c = check(b, SECRET, (struct tian_check_options){ .role = TIAN_ROLE_OFFICER });
    assert_true(!c.matches[0].hidden && c.matches[0].npassages > 0);
}

static void limits_and_short_drafts_are_said(void **state)
{
    struct base *b = *state;
    struct tian_check out;
    small_base(b);
    struct tian_check c = check(b, "加装电梯", (struct tian_check_options){ 0 });
    assert_true(noted(&c, "too short"));
    assert_string_equal(c.verdict_text, "too short to be judged");
    c = check(b, "", (struct tian_check_options){ 0 });
    assert_true(noted(&c, "too short") && !c.repeat);
    size_t n = (4 << 20) + 1;
    char *large = memset(arena_alloc(b->ctx.arena, n), 'a', n);
    assert_int_equal(duplicate_check(&b->ctx, &b->reader, b->rules, (struct str){ large, n }, NULL, &out),
                     TIAN_ELIMIT);
    b->error.code = 0;
    assert_int_equal(duplicate_check(&b->ctx, &b->reader, b->rules, STR("\xff\xfe"), NULL, &out),
                     TIAN_EFORMAT);
    b->ctx.deadline = 1;
    assert_int_equal(duplicate_check(&b->ctx, &b->reader, b->rules, str_of(LIFTS), NULL, &out), TIAN_EAGAIN);
}

static void passages_end_where_clauses_end(void **state)
{
    struct base *b = *state;
    small_base(b);
    const char *draft = "一、情况\n据统计，2023年全市有3.5万户居民住在四层以上，其中老年人占四成；"
                        "应当设立专项补助资金，每部电梯补助30万元。";
    struct tian_check c = check(b, draft, (struct tian_check_options){ .against = "lifts" });
    assert_int_equal(c.matches[0].npassages, 2);
    assert_string_equal(c.matches[0].passages[0].draft_text,
                        "据统计，2023年全市有3.5万户居民住在四层以上，其中老年人占四成");
    assert_string_equal(c.matches[0].passages[1].there_text, "设立专项补助资金，每部电梯补助20万元。");
}

/* Marks ascend, are disjoint, begin and end on characters; both sides have the same letters marked in runs.
 */
static void both_texts_are_marked_whole(void **state)
{
    struct base *b = *state;
    small_base(b);
    const char *draft =
        "开头不同。据统计，2023年全市有3.5万户居民住在四层以上，其中老人占四成。\n结尾也不同。";
    struct tian_check c =
        check(b, draft, (struct tian_check_options){ .against = "lifts", .whole = true, .certify = true });
    const struct tian_match_report *m = &c.matches[0];
    assert_string_equal(m->draft.text, draft);
    assert_string_equal(m->there.text, LIFTS);
    assert_int_equal(m->draft.nmarks, 1);
    assert_int_equal(m->there.nmarks, 2); /* 年 is only there */
    const struct tian_mark *x = m->draft.marks, *y = m->there.marks;
    assert_memory_equal(draft + x[0].from, "据统计，2023年全市有3.5万户居民住在四层以上，其中老人占四成",
                        x[0].to - x[0].from);
    assert_memory_equal(LIFTS + y[0].to, "年人占四成", y[1].to - y[0].to);
    assert_int_equal(strlen(c.sha256), 64);
    assert_int_equal(strlen(c.digest), 32);
    c = check(b, SECRET, (struct tian_check_options){ .role = TIAN_ROLE_PUBLIC, .whole = true });
    assert_true(c.matches[0].hidden && c.matches[0].there.text == NULL);
}

static void what_was_raised_before_is_told(void **state)
{
    struct base *b = *state;
    small_base(b);
    struct tian_check c = check(b, LIFTS, (struct tian_check_options){ 0 });
    assert_int_equal(c.nmatters, 1);
    assert_int_equal(c.matters[0].npast, 1);
    assert_string_equal(c.matters[0].past[0].id, "lifts");
    assert_string_equal(c.matters[0].summary, "raised 2023; no outcome is on record");
    c = check(b, SECRET, (struct tian_check_options){ .role = TIAN_ROLE_PUBLIC });
    assert_true(c.nmatters == 1 && c.matters[0].past[0].hidden && c.matters[0].past[0].title[0] == '\0');
    assert_string_equal(c.matters[0].past[0].number, "12");
    assert_string_equal(c.matters[0].past[0].id, "");
    c = check(b, SECRET, (struct tian_check_options){ 0 });
    assert_string_equal(c.matters[0].past[0].id, "secret");
}

static void what_is_not_filed_is_hinted_at(void **state)
{
    struct base *b = *state;
    small_base(b);
    struct tian_check c =
        check(b, "我与物业公司的纠纷一審判決后，请求市政协督促执行。", (struct tian_check_options){ 0 });
    assert_true(noted(&c, "一审判决") && noted(&c, "not filed"));
    assert_false(noted(&c, "two matters"));
}

static void two_matters_are_noticed(void **state)
{
    struct base *b = *state;
    struct file_info info;
    if (file_stat(&b->ctx, "corpus", &info) || info.kind != FILE_FOLDER)
        skip();
    open_base(b, "corpus");
    const char *
        lifts = "老旧小区没有电梯，老人上下楼困难，建议由住建部门为住宅楼加装电梯，电梯费用由业主分摊，电梯维"
                "护由物业负责。",
       *pupils =
           "幼儿园学位紧张，幼儿教师不足，建议教育部门增加公办幼儿园学位，补充幼儿教师，提高幼儿园保教质量。";
    const char *one = arena_printf(b->ctx.arena, "%s\n%s\n", lifts, lifts),
               *two = arena_printf(b->ctx.arena, "%s\n%s\n%s\n%s\n", lifts, pupils, lifts, pupils);
    struct tian_check c = check(b, one, (struct tian_check_options){ 0 });
    assert_false(noted(&c, "two matters"));
    c = check(b, two, (struct tian_check_options){ 0 });
    assert_true(noted(&c, "two matters"));
}

/* ---- The sample base ---------------------------------------------------------------- */

static struct str text_of(struct base *b, struct str name)
{
    struct str text;
    const char *path = arena_printf(b->ctx.arena, "corpus/%.*s.txt", STR_ARG(name));
    if (file_read(&b->ctx, b->ctx.arena, path, 0, &text))
        fail_msg("%s", b->error.message);
    return text;
}

static void marks_are_pieces_of_both(struct base *b, struct str draft, const struct tian_match_report *m)
{
    struct document doc;
    uint32_t number;
    assert_int_equal(snapshot_find(&b->ctx, b->reader.snapshot, str_of(m->id), &number), 0);
    assert_int_equal(snapshot_document(&b->ctx, b->reader.snapshot, b->ctx.arena, number, &doc), 0);
    for (size_t i = 0; i < m->npassages; i++) {
        const struct tian_passage *p = &m->passages[i];
        assert_true(p->draft_to <= draft.n && p->there_to <= doc.body.n);
        assert_true(str_eq(str_sub(draft, p->draft_from, p->draft_to), str_of(p->draft_text)));
        assert_true(str_eq(str_sub(doc.body, p->there_from, p->there_to), str_of(p->there_text)));
    }
}

/* family, kind, a, b, expected: b is checked against a; of a draft (named first) the other way round. */
static void check_family(struct base *b, struct str line)
{
    struct str field[5], swap;
    for (int i = 0; i < 5; i++)
        line = str_split(line, '\t', &field[i]);
    if (str_starts(field[2], STR("drafts/"))) {
        swap = field[2];
        field[2] = field[3];
        field[3] = swap;
    }
    struct str draft = text_of(b, field[3]);
    struct tian_check_options options = { .against =
                                              arena_printf(b->ctx.arena, "corpus/%.*s", STR_ARG(field[2])) };
    struct tian_check c = check(b, draft.p, options);
    assert_int_equal(c.nmatches, 1);
    if (!str_eq(str_trim(field[4]), str_of(c.verdict)))
        fail_msg("%.*s: wanted %.*s, got %s by %s", STR_ARG(field[0]), STR_ARG(field[4]), c.verdict,
                 c.matches[0].rule);
    marks_are_pieces_of_both(b, draft, &c.matches[0]);
}

static void the_planned_families_get_their_verdicts(void **state)
{
    struct base *b = *state;
    struct str list, line;
    size_t n = 0;
    struct file_info info;
    if (file_stat(&b->ctx, "corpus/families.tsv", &info) || info.kind == FILE_NONE)
        skip();
    open_base(b, "corpus");
    assert_int_equal(file_read(&b->ctx, b->ctx.arena, "corpus/families.tsv", 0, &list), 0);
    str_line(&list, &line);
    while (str_line(&list, &line))
        if (line.n > 0) {
            check_family(b, line);
            n++;
        }
    assert_true(n >= 18);
}

/* ---- Marks hold whatever the draft ---------------------------------------------------- */

/* The clauses of a text in any order, some left out, with other marks and other numbers. */
static const char *shuffled(struct base *b, struct str text, unsigned *seed)
{
    static const char *const marks[] = { "，", "。", "；\n", "！", " ", "、2031年，", "" };
    struct str clause[400], rest = text;
    size_t n = 0, at;
    struct buf out;
    buf_init(&out, b->ctx.arena);
    while (n < 400 && (at = str_find(rest, STR("，"), 0)) != SIZE_MAX) {
        clause[n++] = str_sub(rest, 0, at);
        rest = str_sub(rest, at + strlen("，"), rest.n);
    }
    for (size_t i = 0; i < n; i++) {
        if (rand_r(seed) % 3 == 0)
            continue;
        size_t from = rand_r(seed) % 4 == 0 ? (size_t)rand_r(seed) % n : i;
        buf_printf(&out, "%.*s%s", STR_ARG(clause[from]),
                   marks[(size_t)rand_r(seed) % (sizeof marks / sizeof *marks)]);
    }
    return arena_cstr(b->ctx.arena, buf_view(&out));
}

static struct sheet letters_of(struct base *b, const char *text)
{
    struct document doc = { .body = str_of(text) };
    struct sheet sheet;
    sheet_make(b->ctx.arena, &doc, &sheet);
    return sheet;
}

/* Both sides of a passage have the same letters, numbers and placeholders aside. */
static void sides_are_equal(struct base *b, const struct tian_match_report *m)
{
    for (size_t i = 0; i < m->npassages; i++) {
        struct sheet x = letters_of(b, m->passages[i].draft_text),
                     y = letters_of(b, m->passages[i].there_text);
        assert_true(x.n > 0 && x.n == y.n);
        assert_memory_equal(x.letter, y.letter, x.n * sizeof *x.letter);
    }
}

static void marks_ascend(const struct tian_text *text)
{
    for (size_t i = 0; i < text->nmarks; i++) {
        const struct tian_mark *m = &text->marks[i];
        assert_true(m->from < m->to && m->to <= text->length && (i == 0 || text->marks[i - 1].to <= m->from));
        assert_true(((unsigned char)text->text[m->from] & 0xC0) != 0x80);
        assert_true(((unsigned char)text->text[m->to] & 0xC0) != 0x80);
    }
}

static void marks_hold_whatever_the_draft(void **state)
{
    static const char *const sources[] = { "proposals/2023/0005", "proposals/2022/0014",
                                           "proposals/2024/0008" };
    struct base *b = *state;
    struct file_info info;
    unsigned seed = 11;
    if (file_stat(&b->ctx, "corpus", &info) || info.kind != FILE_FOLDER)
        skip();
    open_base(b, "corpus");
    for (int round = 0; round < 90; round++) {
        const char *name = sources[round % 3], *draft = shuffled(b, text_of(b, str_of(name)), &seed);
        struct tian_check c =
            check(b, draft,
                  (struct tian_check_options){ .against = arena_printf(b->ctx.arena, "corpus/%s", name),
                                               .role = TIAN_ROLE_OFFICER,
                                               .whole = true });
        assert_int_equal(c.nmatches, 1);
        assert_true(c.matches[0].npassages > 0);
        marks_are_pieces_of_both(b, str_of(draft), &c.matches[0]);
        sides_are_equal(b, &c.matches[0]);
        marks_ascend(&c.matches[0].draft);
        marks_ascend(&c.matches[0].there);
    }
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_small_base_is_said),
        TEST(an_empty_base_is_said),
        TEST(a_copy_is_found_and_shown),
        TEST(a_new_matter_is_new),
        TEST(the_draft_itself_can_be_left_out),
        TEST(one_document_can_be_asked_for),
        TEST(hidden_ones_show_number_and_unit_only),
        TEST(limits_and_short_drafts_are_said),
        TEST(passages_end_where_clauses_end),
        TEST(both_texts_are_marked_whole),
        TEST(what_was_raised_before_is_told),
        TEST(what_is_not_filed_is_hinted_at),
        TEST(two_matters_are_noticed),
        TEST(the_planned_families_get_their_verdicts),
        TEST(marks_hold_whatever_the_draft),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
