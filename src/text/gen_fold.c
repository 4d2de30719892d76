/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * gen_fold: writes fold_table.h, the tables of normalise.c, from ICU's data.
 * A host program, run once a build; it is not part of the library.
 *
 *   code point ──NFKC_Casefold──▶ ──quotes, dashes, blanks──▶ ──Traditional→Simplified──▶ units
 *
 * Everything is folded one character at a time, so that a substring of a text
 * always folds to a substring of the folded text. (The few characters whose
 * simplified form depends on their neighbours, 著 in 沿著 but not in 著名, are
 * marked here and decided in normalise.c.)
 *
 * ICU's transliterator is corrected twice: characters that simplified text uses
 * itself and that must stay (俱乐部 would become 具乐部), and characters it does
 * not know (峯, 衞, 麪 …).
 *
 * The table has one unit a BMP code point; 0: nothing is left of it; 0xFFFE: see
 * the expansions, sorted by code point, which also hold all that folds from
 * beyond the BMP (𝐀, compatibility ideographs).
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>
#include <unicode/utrans.h>

#define MAX_UNITS   32
#define EXPAND      0xFFFE
#define REPLACEMENT 0xFFFD

/* Simplified text uses these itself: they stay (著 乾 藉 瞭 覆 by their neighbours, in normalise.c). */
static const char *const keep = "俱跤阪姊苎吒箝著乾藉瞭覆";
static const char *const contextual = "著乾藉瞭覆";

/* What ICU leaves alone: pairs of from and to. */
static const char *const fixes =
    "峯峰祇只衹只羣群閙闹韆千鬍胡堿碱舘馆邨村衞卫麪面擡抬枱台滙汇硃朱鬪斗鬦斗鵰雕榦干畧略碁棋甦苏"
    "閤合龢和恆恒讐仇啟启粧妆秖只綵彩嬭奶牠它姪侄痺痹癒愈慾欲燄焰牴抵犛牦產产眾众祐佑馀余"
    "稅税説说脫脱銳锐閱阅悅悦蛻蜕鄉乡內内兪俞吳吴呂吕凃涂彥彦彔录黃黄戶户査查曁暨淸清靑青敎教"
    "絕绝綠绿緖绪羨羡莖茎虛虚裝装錄录頹颓顏颜飲饮駢骈髮发鬧闹麼么";

/* Own maps after NFKC: the second string's n-th character for all of the first's group n. */
static const struct {
    const char *from;
    uint16_t to;
} own[] = {
    { "“”„‟‚‛«»「」『』〝〞〟｢｣", '"' }, /* ‚ ‛ stand for “ ” in texts that went through an old typesetter */
    { "‘’′‵`´", '\'' },
    { "—―–─━‒‐‑−", 0x2014 },
    { "·•‧・∙⋅●", 0x00B7 },
    { "〔﹝", '[' },
    { "〕﹞", ']' },
    { "\t\v", ' ' },
    { "\f\xC2\x85\xE2\x80\xA8\xE2\x80\xA9", '\n' },
    { "\xE2\x81\x84", '/' }, /* the fraction slash NFKC makes of ½ */
};

struct folded {
    UChar unit[MAX_UNITS];
    int n;
};

static const UNormalizer2 *normalizer;
static UTransliterator *simplifier;
static UChar32 own_map[65536];

static void check(UErrorCode status, const char *what)
{
    if (U_FAILURE(status)) {
        fprintf(stderr, "gen_fold: %s: %s\n", what, u_errorName(status));
        exit(1);
    }
}

/* ---- Simplify -------------------------------------------------------------- */

static int utf16(const char *utf8, UChar *out, int cap)
{
    UErrorCode status = U_ZERO_ERROR;
    int32_t n = 0;
    u_strFromUTF8(out, cap, &n, utf8, -1, &status);
    check(status, utf8);
    return n;
}

static bool among(const char *set, UChar c)
{
    UChar units[256];
    return u_memchr(units, c, utf16(set, units, 256)) != NULL;
}

static UChar fixed(UChar c)
{
    UChar units[512];
    int n = utf16(fixes, units, 512);
    for (int i = 0; i + 1 < n; i += 2)
        if (units[i] == c)
            return units[i + 1];
    return c;
}

static UChar simplified_once(UChar c)
{
    if (c < 0x2E80 || U16_IS_SURROGATE(c) || among(keep, c))
        return c;
    if (fixed(c) != c)
        return fixed(c);
    UErrorCode status = U_ZERO_ERROR;
    UChar text[8] = { c };
    int32_t n = 1, limit = 1;
    utrans_transUChars(simplifier, text, &n, 8, 0, &limit, &status);
    check(status, "transliterate");
    return n == 1 ? text[0] : c;
}

/* Until nothing changes (薴 → 苧 → 苎): the fold of a fold is itself. */
static UChar simplified(UChar c)
{
    for (int i = 0; i < 4; i++)
        c = simplified_once(c);
    return c;
}

/* ---- Fold one code point ---------------------------------------------------- */

static void make_own_map(void)
{
    for (int i = 0; i < 65536; i++)
        own_map[i] = i;
    for (size_t k = 0; k < sizeof own / sizeof own[0]; k++) {
        UChar units[64];
        int n = utf16(own[k].from, units, 64);
        for (int i = 0; i < n; i++)
            own_map[units[i]] = own[k].to;
    }
    own_map['\r'] = 0;
}

static UChar own_or_blank(UChar c)
{
    if (own_map[c] != c || c == ' ' || c == '\n')
        return (UChar)own_map[c];
    if (u_isUWhiteSpace(c))
        return ' ';
    return u_charType(c) == U_CONTROL_CHAR || u_charType(c) == U_FORMAT_CHAR ? 0 : c;
}

/* Beyond the BMP only Han is kept; what stands for anything else is U+FFFD. */
static bool is_lost(const UChar *in, int n, int i)
{
    return U16_IS_LEAD(in[i]) && i + 1 < n && U16_GET_SUPPLEMENTARY(in[i], in[i + 1]) < 0x20000;
}

static struct folded fold_units(const UChar *in, int n)
{
    struct folded out = { .n = 0 };
    for (int i = 0; i < n; i++) {
        UChar c = own_or_blank(in[i]);
        if (is_lost(in, n, i)) {
            c = REPLACEMENT;
            i++;
        }
        if (c != 0 && out.n < MAX_UNITS)
            out.unit[out.n++] = simplified(c);
    }
    return out;
}

/* Own maps come first too: NFKC would cut ´ into a blank and an accent. */
static struct folded fold(UChar32 c)
{
    UErrorCode status = U_ZERO_ERROR;
    UChar in[2], folded[MAX_UNITS];
    int32_t n = 0;
    if (c < 0x10000 && own_map[c] != c)
        c = own_map[c];
    U16_APPEND_UNSAFE(in, n, c);
    n = unorm2_normalize(normalizer, in, n, folded, MAX_UNITS, &status);
    check(status, "normalise");
    return fold_units(folded, n);
}

/* ---- Classes ---------------------------------------------------------------- */

enum {
    NONE,
    HAN,
    LATIN,
    DIGIT
};

/* Surrogates stand for Han: all else beyond the BMP that does not fold becomes U+FFFD. */
static int class_of(UChar32 c)
{
    if (c == 0x3007 || c == 0x3005 || u_hasBinaryProperty(c, UCHAR_UNIFIED_IDEOGRAPH) ||
        (c >= 0xF900 && c <= 0xFAFF))
        return HAN;
    if (U_IS_SURROGATE(c))
        return HAN;
    uint32_t mask = U_GET_GC_MASK(c);
    return mask & (U_GC_L_MASK | U_GC_M_MASK) ? LATIN : mask & U_GC_N_MASK ? DIGIT : NONE;
}

/* ---- Print ------------------------------------------------------------------- */

static bool is_contextual(UChar32 c)
{
    return c < 0x10000 && among(contextual, (UChar)c);
}

static bool expands(UChar32 c, const struct folded *f)
{
    if (c >= 0x10000 && f->n == 1 && f->unit[0] == REPLACEMENT)
        return false;
    if (c >= 0x10000)
        return !(f->n == 2 && U16_IS_SURROGATE(f->unit[0]) &&
                 U16_GET_SUPPLEMENTARY(f->unit[0], f->unit[1]) == c);
    return f->n > 1 || is_contextual(c);
}

static void print_units(void)
{
    printf("static const uint16_t fold_table[65536] = {");
    for (UChar32 c = 0; c < 0x10000; c++) {
        struct folded f = U_IS_SURROGATE(c) ? (struct folded){ { REPLACEMENT }, 1 } : fold(c);
        unsigned unit = f.n == 0 ? 0 : expands(c, &f) ? EXPAND : f.unit[0];
        printf("%s%u,", c % 16 == 0 ? "\n" : "", unit);
    }
    printf("\n};\n\n");
}

static void print_expansions(void)
{
    printf("struct expansion {\n    uint32_t code;\n    uint16_t n, unit[%d];\n};\n", MAX_UNITS - 14);
    printf("static const struct expansion expansions[] = {\n");
    for (UChar32 c = 0; c < 0x110000; c++) {
        if (U_IS_SURROGATE(c) || !u_isdefined(c) || u_charType(c) == U_PRIVATE_USE_CHAR)
            continue;
        struct folded f = fold(c);
        if (!expands(c, &f))
            continue;
        printf("{ 0x%X, %d, { ", (unsigned)c, f.n);
        for (int i = 0; i < f.n; i++)
            printf("%u, ", f.unit[i]);
        printf("%s} },\n", f.n == 0 ? "0 " : "");
    }
    printf("};\n\n");
}

static void print_classes(void)
{
    printf("const uint8_t text_class_table[65536] = {");
    for (UChar32 c = 0; c < 0x10000; c++)
        printf("%s%d,", c % 32 == 0 ? "\n" : "", class_of(c));
    printf("\n};\n");
}

int main(void)
{
    UErrorCode status = U_ZERO_ERROR;
    UChar id[64];
    normalizer = unorm2_getNFKCCasefoldInstance(&status);
    check(status, "nfkc_cf");
    simplifier =
        utrans_openU(id, utf16("Traditional-Simplified", id, 64), UTRANS_FORWARD, NULL, 0, NULL, &status);
    check(status, "Traditional-Simplified");
    make_own_map();
    printf("/* Made by gen_fold from ICU %s; do not edit. */\n#include <stdint.h>\n\n", U_ICU_VERSION);
    print_units();
    print_expansions();
    print_classes();
    utrans_close(simplifier);
    return 0;
}
