/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Two texts side by side: sheets, runs, clause matching, shares; and a comparison with brute force.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>

#include "duplicate/agree.h"
#include "duplicate/align.h"

static struct arena *arena;

static int set_up(void **state)
{
    (void)state;
    arena = arena_new(NULL);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static struct sheet *sheet_of(const char *text)
{
    struct document *doc = arena_new_of(arena, struct document);
    struct sheet *sheet = arena_new_of(arena, struct sheet);
    doc->body = arena_str(arena, str_of(text));
    sheet_make(arena, doc, sheet);
    return sheet;
}

static struct alignment compare(const struct sheet *mine, const struct sheet *theirs)
{
    struct alignment out;
    align(pattern_new(arena, mine), theirs, arena, &out);
    return out;
}

static struct alignment compare_texts(const char *mine, const char *theirs)
{
    return compare(sheet_of(mine), sheet_of(theirs));
}

static const char LIFTS[] = "我市老旧小区多建于上世纪八十年代，大多没有安装电梯。\n"
                            "据统计，2023年全市有3.5万户居民住在四层以上，其中老年人占四成。\n"
                            "建议：一是由住建局牵头简化审批流程，二是设立专项补助资金，每部电梯补助20万元。";
static const char PARKS[] = "城区公园夜间照明不足，散步的市民时有摔伤。希望园林部门增设路灯并定期检修。";

static void letters_are_what_is_compared(void **state)
{
    (void)state;
    const struct sheet *s = sheet_of("２０２４年，XX市有 3.5 万户、某区没有ＡＢ。统一标准，一些二〇二四年");
    static const uint16_t expected[] = u"0年市有0户区没有ab统一标准一些0年";
    assert_int_equal(s->n, sizeof expected / 2 - 1);
    assert_memory_equal(s->letter, expected, sizeof expected - 2);
    struct skip bytes = sheet_bytes(s, 0, 2);
    assert_int_equal(bytes.from, 0);
    assert_int_equal(bytes.to, strlen("２０２４年"));
}

static void a_text_is_its_own_copy(void **state)
{
    (void)state;
    struct alignment a = compare_texts(LIFTS, LIFTS);
    assert_true(a.mine == 1 && a.theirs == 1 && a.exact == 1);
    assert_int_equal(a.nruns, 1);
    assert_int_equal(a.longest, a.runs[0].n);
    assert_true(a.problem == -1 && a.suggestion == -1);
}

static void other_matters_share_nothing(void **state)
{
    (void)state;
    struct alignment a = compare_texts(LIFTS, PARKS);
    assert_true(a.mine < 0.05 && a.theirs < 0.05 && a.nruns == 0);
    a = compare_texts("", PARKS);
    assert_true(a.mine == 0 && a.theirs == 0);
    a = compare_texts(LIFTS, "。，");
    assert_true(a.mine == 0 && a.theirs == 0);
}

static void numbers_places_and_script_do_not_hide_a_copy(void **state)
{
    (void)state;
    struct alignment a = compare_texts("據統計，二〇二一年全市有4萬戶居民住在四層以上，其中老年人佔四成。",
                                       "据统计，2023年全市有3.5万户居民住在四层以上，其中老年人占四成。");
    assert_true(a.mine > 0.95 && a.theirs > 0.95);
    a = compare_texts("XX市老旧小区多建于上世纪八十年代，大多没有安装电梯。",
                      "承德市老旧小区多建于上世纪八十年代，大多没有安装电梯。");
    assert_true(a.mine > 0.95 && a.theirs > 0.9);
}

static void small_edits_and_reordering_are_tolerated(void **state)
{
    (void)state;
    struct alignment a = compare_texts("二是设立专项扶持资金，一是由住建局牵头切实简化审批流程。", LIFTS);
    assert_true(a.mine > 0.95);
    assert_true(a.theirs > 0.2 && a.theirs < 0.5);
    assert_true(a.exact < a.mine);
}

static void boilerplate_weighs_less(void **state)
{
    (void)state;
    const char *mine = "以习近平新时代中国特色社会主义思想为指导。城区公园夜间照明不足。";
    const char *theirs = "以习近平新时代中国特色社会主义思想为指导。老旧小区没有电梯。";
    struct sheet *a = sheet_of(mine), *b = sheet_of(theirs);
    double plain = compare(a, b).mine;
    a->clause[0].weight = b->clause[0].weight = sheet_rarity(500);
    double weighed = compare(a, b).mine;
    assert_true(plain > 0.6 && weighed < 0.3);
    assert_true(sheet_rarity(1) == 1 && sheet_rarity(4) == 1 && sheet_rarity(100) < sheet_rarity(10));
}

static void sections_have_their_own_shares(void **state)
{
    (void)state;
    const char *text = "老旧小区没有电梯，老人出门很不方便。建议由住建局设立专项补助资金。";
    uint32_t cut = (uint32_t)(strstr(text, "建议") - text);
    struct section sections[] = { { SECTION_SITUATION, 0, cut },
                                  { SECTION_SUGGESTION, cut, (uint32_t)strlen(text) } };
    struct document doc = { .body = str_of(text), .sections = sections, .nsections = 2 };
    struct sheet mine;
    sheet_make(arena, &doc, &mine);
    struct alignment a = compare(&mine, sheet_of("高层住宅消防通道堵塞。建议由住建局设立专项补助资金。"));
    assert_true(a.suggestion > 0.95 && a.problem >= 0 && a.problem < 0.1);
}

static void forms_and_replies_are_left_out(void **state)
{
    (void)state;
    const char *text = "案由：加装电梯\n案号：0011号\n本市老旧小区多。\n一、情况\n没有电梯。\n答复：\n市住建"
                       "局答复：已经安装。\n";
    uint32_t at = (uint32_t)(strstr(text, "一、情况") - text),
             reply = (uint32_t)(strstr(text, "答复：") - text);
    struct section sections[] = { { SECTION_SITUATION, at, reply },
                                  { SECTION_REPLY, reply, (uint32_t)strlen(text) } };
    struct document doc = { .body = str_of(text), .sections = sections, .nsections = 2 };
    static const uint16_t expected[] = u"本市老旧小区多情况没有电梯";
    struct sheet s;
    sheet_make(arena, &doc, &s);
    assert_int_equal(s.n, sizeof expected / 2 - 1);
    assert_memory_equal(s.letter, expected, sizeof expected - 2);
}

/* ---- Against brute force ------------------------------------------------------- */

static const char *random_text(unsigned *seed)
{
    static const char *const pieces[] = { "电梯", "小区", "老人", "建议", "加装", "资金", "审批", "，",
                                          "。",   "住",   "建",   "局",   "的",   "20",   "三十", "\n" };
    char text[2000] = "";
    for (int i = 0; i < 120; i++)
        strcat(text, pieces[rand_r(seed) % (sizeof pieces / sizeof *pieces)]);
    return arena_cstr(arena, str_of(text));
}

static size_t longest_by_force(const struct sheet *a, const struct sheet *b)
{
    size_t best = 0;
    for (size_t i = 0; i < a->n; i++)
        for (size_t j = 0; j < b->n; j++) {
            size_t n = 0;
            while (i + n < a->n && j + n < b->n && a->letter[i + n] == b->letter[j + n])
                n++;
            best = n > best ? n : best;
        }
    return best < RUN_LEAST ? 0 : best;
}

static void runs_agree_with_brute_force(void **state)
{
    (void)state;
    unsigned seed = 7;
    for (int round = 0; round < 200; round++) {
        struct sheet *a = sheet_of(random_text(&seed)), *b = sheet_of(random_text(&seed));
        struct alignment ab = compare(a, b), ba = compare(b, a);
        assert_int_equal(ab.longest, longest_by_force(a, b));
        assert_int_equal(ab.longest, ba.longest);
        assert_true(ab.mine >= 0 && ab.mine <= 1 + 1e-9 && ab.exact <= ab.mine + 1e-9);
        assert_true(ab.mine > ba.theirs - 1e-6 && ab.mine < ba.theirs + 1e-6);
        for (size_t k = 0; k < ab.nruns; k++) {
            const struct run *r = &ab.runs[k];
            assert_true(r->n >= RUN_LEAST && (k == 0 || r->n <= ab.runs[k - 1].n));
            assert_memory_equal(a->letter + r->mine, b->letter + r->theirs, r->n * sizeof *a->letter);
        }
    }
}

/* ---- Agreement ------------------------------------------------------------------ */

/* As a base would say: everybody writes 关于 and 的建议. */
static double rarity(void *self, uint32_t pair)
{
    (void)self;
    return pair == pair_key(u'关', u'于') || pair == pair_key(u'的', u'建') || pair == pair_key(u'建', u'议')
               ? 0.5
               : 5;
}

static const struct normal *normal_of(const char *text)
{
    struct normal *n = arena_new_of(arena, struct normal);
    normal_init(n, arena);
    text_normalise(str_of(text), NULL, n);
    return n;
}

static void the_same_matter_agrees(void **state)
{
    (void)state;
    const struct rarity base = { .weight = rarity, .scale = 6, .length = 40 };
    struct agree *a = agree_new(arena, normal_of("关于云开一品小区办理房产证的建议"),
                                sheet_of("云开一品业主收房三年仍未拿到房产证。"), &base);
    struct agreement same =
        agree_with(a, normal_of("云开一品开发商拖延办证"), sheet_of("开发商迟迟不给云开一品办理房产证。"));
    struct agreement other = agree_with(a, normal_of("关于公园路灯的建议"), sheet_of("公园照明不足。"));
    struct agreement self = agree_with(a, normal_of("关于云开一品小区办理房产证的建议"),
                                       sheet_of("云开一品业主收房三年仍未拿到房产证。"));
    assert_true(same.words > other.words + 0.15 && same.keys > other.keys);
    assert_true(self.title == 1 && self.keys == 1 && self.words > 0.999);
    assert_true(agree_with(a, normal_of(""), sheet_of("")).words == 0);
}

static struct agreement compare_titled(const char *title, const char *text, const char *other_title,
                                       const char *other)
{
    const struct rarity base = { .weight = rarity, .scale = 6, .length = 40 };
    struct agree *a = agree_new(arena, normal_of(title), sheet_of(text), &base);
    return agree_with(a, normal_of(other_title), sheet_of(other));
}

static void another_name_in_the_same_title_is_noticed(void **state)
{
    (void)state;
    const char *here = "湖州市制定法规应当公开征求意见。", *there = "嘉兴市制定法规应当公开征求意见。";
    assert_true(compare_titled("湖州市制定法规条例", here, "嘉兴市制定法规条例", there).renamed);
    assert_true(compare_titled("嘉兴市制定法规条例", there, "湖州市制定法规条例", here).renamed);
    assert_false(compare_titled("湖州市制定法规条例", here, "湖州市制定法规条例", there).renamed);
    assert_false(
        compare_titled("湖州市制定法规条例", here, "嘉兴市制定法规条例", "湖州市和嘉兴市的法规。").renamed);
    assert_false(compare_titled("湖州市制定法规条例", here, "关于路灯", there).renamed);
    assert_false(compare_titled("", here, "", there).renamed);
}

/* Half of all documents have 我 and 们; nobody else's letters are as common. */
static double common_we(void *self, uint32_t key)
{
    (void)self;
    return key == letter_key(u'我') || key == letter_key(u'们') ? 0.7 : 5;
}

/* That a long text has letters that most long texts have proves nothing, in a short one it does. */
static void a_long_text_proves_less(void **state)
{
    (void)state;
    const struct rarity base = { .weight = common_we, .scale = 6, .length = 40 };
    char brief[1000] = "我们。", lengthy[1000] = "我们。";
    for (int i = 0; i < 12; i++)
        strcat(lengthy, "公园照明不足，河道淤积。");
    struct agree *a = agree_new(arena, normal_of("我们云开"), sheet_of("没有。"), &base);
    double in_brief = agree_with(a, normal_of("请"), sheet_of(brief)).letters,
           in_lengthy = agree_with(a, normal_of("请"), sheet_of(lengthy)).letters;
    assert_true(in_brief > 0.2 && in_lengthy < 0.1);
}

static void letters_to_an_office_are_told_from_laws_and_speeches(void **state)
{
    (void)state;
    assert_true(sheet_of("尊敬的领导，我们小区没有电梯，请问什么时候能装？谢谢您！")->asks >= 2);
    assert_int_equal(sheet_of("我国实行审批制度。我市各县区应当受理投诉、举报，业主可以申请。")->asks, 0);
    assert_int_equal(sheet_of("我高度重视两国关系，我愿同您一道努力。")->asks, 0);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(letters_are_what_is_compared),
        TEST(a_text_is_its_own_copy),
        TEST(other_matters_share_nothing),
        TEST(numbers_places_and_script_do_not_hide_a_copy),
        TEST(small_edits_and_reordering_are_tolerated),
        TEST(boilerplate_weighs_less),
        TEST(sections_have_their_own_shares),
        TEST(forms_and_replies_are_left_out),
        TEST(runs_agree_with_brute_force),
        TEST(the_same_matter_agrees),
        TEST(another_name_in_the_same_title_is_noticed),
        TEST(a_long_text_proves_less),
        TEST(letters_to_an_office_are_told_from_laws_and_speeches),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
