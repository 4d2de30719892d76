/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * forms [-v SET] FOLDER: how well the forms of tests/parse/ are read. Every text goes the way of a file
 * (document_build: repair, split, parse, facts); what comes out is compared with what was written beside
 * it beforehand, field by field. The sets open-* were looked at while the parser was improved, kept-* not.
 *
 *   precision   of the fields found, the share that is right: the rest is wrong or invented
 *   recall      of the fields there, the share that was found right
 *
 * Values are compared folded (width, script, blanks, separators of lists). What statistics count is
 * compared as they count it: 第0123号 is 123, 政协第十四届……第三次会议 十四届三次, ☑是 yes, B类 planned. That
 * somebody without a body's name is a member is not judged where it is not said. A year is judged when
 * one is listed or found. -v lists the errors of a set. Exit 1 below 97 % in any set.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "document/document.h"

enum {
    WANTED_PERCENT = 97
};

struct pair {
    struct str name, value; /* value folded, but for messages */
};
struct pairs {
    struct pair *at;
    size_t n, cap;
};
struct expected_documents {
    struct pairs *at;
    size_t n, cap;
};
struct score {
    unsigned there, found, right;
};
struct row {
    struct str name;
    struct score open, kept;
};
struct trial {
    struct ctx ctx;
    struct tian_error error;
    struct arena *arena;
    struct builder *builder;
    const char *verbose; /* set whose errors are printed */
    vec_of(struct row) rows;
    struct score open, kept;
    size_t forms;
    bool is_kept, is_told;
    struct str form;
};

/* ---- folding ------------------------------------------------------------------- */

static bool is_separator(uint16_t unit)
{
    return unit == 0x3001 || unit == ',' || unit == ';' || unit == 0xFF0C || unit == 0xFF1B || unit == '\n' ||
           unit == 0x3002;
}

/* Width, case and script folded, blanks out, separators of lists alike and none at the end. */
static struct str folded(struct arena *arena, struct str s)
{
    struct normal normal;
    struct buf out;
    size_t kept = 0;
    normal_init(&normal, arena);
    text_normalise(s, NULL, &normal);
    for (size_t i = 0; i < normal.n; i++)
        if (normal.unit[i] != ' ')
            normal.unit[kept++] = is_separator(normal.unit[i]) ? 0x3001 : normal.unit[i];
    while (kept > 0 && normal.unit[kept - 1] == 0x3001)
        kept--;
    buf_init(&out, arena);
    normal_utf8(&normal, 0, kept, &out);
    return buf_view(&out);
}

/* 第0004号 of another proposal → 4 */
static struct str value_of(struct arena *arena, struct str name, struct str value)
{
    size_t from = 0;
    if (!str_eq(name, STR("answers")) && !str_eq(name, STR("merged_with")))
        return folded(arena, value);
    while (from < value.n && (value.p[from] < '1' || value.p[from] > '9'))
        from++;
    size_t to = from;
    while (to < value.n && value.p[to] >= '0' && value.p[to] <= '9')
        to++;
    return str_sub(value, from, to);
}

/* ---- what is found --------------------------------------------------------------- */

static void found(struct trial *t, struct pairs *out, const char *name, struct str value)
{
    if (value.n > 0)
        vec_push(out, (struct pair){ str_of(name), value_of(t->arena, str_of(name), value) });
}

static void found_flag(struct trial *t, struct pairs *out, const struct document *d, const char *name,
                       bool yes)
{
    if (document_field(d, name).n > 0)
        found(t, out, name, yes ? STR("yes") : STR("no"));
}

/* 甲（委员）、乙等3人 → 甲、乙 */
static struct str names_of(struct arena *arena, struct str value)
{
    struct buf out;
    buf_init(&out, arena);
    for (size_t i = 0; i < value.n; i++) {
        struct str rest = str_sub(value, i, value.n);
        if (str_starts(rest, STR("（")) || str_starts(rest, STR("("))) {
            size_t close = str_find(rest, STR("）"), 0), narrow = str_find(rest, STR(")"), 0);
            close = close != SIZE_MAX ? close + 2 : narrow;
            i = close == SIZE_MAX ? value.n : i + close;
        } else if (str_starts(rest, STR("等")) && str_ends(rest, STR("人"))) {
            break;
        } else {
            buf_char(&out, value.p[i]);
        }
    }
    return buf_view(&out);
}

static bool starts_same(struct str list, struct str first)
{
    return str_starts(list, first) &&
           (list.n == first.n || str_starts(str_sub(list, first.n, list.n), STR("、")));
}

/* The names as written, when the first of them is the one that counts; else that one. */
static void found_proposers(struct trial *t, struct pairs *out, const struct document *d,
                            const struct facts *facts)
{
    struct str all = folded(t->arena, names_of(t->arena, document_field(d, "proposer")));
    struct str first = folded(t->arena, facts->proposer);
    found(t, out, "proposer", starts_same(all, first) ? all : first);
}

static bool is_fact(struct str name)
{
    static const char *const facts[] = { "number", "session",   "term",          "meeting",      "year",
                                         "period", "proposer",  "outcome",       "outcome_code", "unit",
                                         "key",    "excellent", "proposer_kind", "public",       "title" };
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++)
        if (str_eq(name, str_of(facts[i])))
            return true;
    return false;
}

/* All values of one name, joined. */
static void found_field(struct trial *t, struct pairs *out, const struct document *d, size_t first)
{
    struct buf all;
    buf_init(&all, t->arena);
    for (size_t i = 0; i < d->nfields; i++) {
        if (!str_eq(d->fields[i].name, d->fields[first].name))
            continue;
        if (i < first)
            return;
        if (i > first)
            buf_cstr(&all, "、");
        buf_str(&all, d->fields[i].value);
    }
    found(t, out, arena_cstr(t->arena, d->fields[first].name), buf_view(&all));
}

static void found_sections(struct trial *t, struct pairs *out, const struct document *d)
{
    for (int kind = SECTION_SITUATION; kind <= SECTION_REPLY; kind++)
        for (size_t i = 0; i < d->nsections; i++) {
            struct str text = str_trim(str_sub(d->body, d->sections[i].from, d->sections[i].to));
            if ((int)d->sections[i].kind != kind)
                continue;
            found(t, out, section_name((enum section_kind)kind), text);
            break;
        }
}

/* How many there are in all suggestion sections. */
static void found_measures(struct trial *t, struct pairs *out, const struct document *d)
{
    struct numbered *measures;
    size_t n = 0;
    for (size_t i = 0; i < d->nsections; i++)
        if (d->sections[i].kind == SECTION_SUGGESTION)
            n += section_measures(t->arena, d->body, &d->sections[i], &measures);
    if (n > 0)
        found(t, out, "measures", str_of(arena_printf(t->arena, "%zu", n)));
}

static void found_in(struct trial *t, const struct document *d, struct pairs *out)
{
    struct facts f;
    vec_init(out, t->arena);
    document_facts(d, t->arena, &f);
    found(t, out, "title", d->title);
    found(t, out, "number", f.number);
    found(t, out, "session", f.session);
    if (f.year > 0)
        found(t, out, "year", str_of(arena_printf(t->arena, "%u", f.year)));
    found(t, out, "period", f.in_session ? STR("会间") : f.after_session ? STR("会后") : STR_NONE);
    found(t, out, "kind", f.proposer_kind);
    found_proposers(t, out, d, &f);
    found(t, out, "outcome", f.outcome);
    found_flag(t, out, d, "public", !f.hidden);
    found_flag(t, out, d, "key", f.key);
    found_flag(t, out, d, "excellent", f.excellent);
    for (size_t i = 0; i < d->nfields; i++)
        if (!is_fact(d->fields[i].name))
            found_field(t, out, d, i);
    found_sections(t, out, d);
    found_measures(t, out, d);
}

/* ---- comparing -------------------------------------------------------------------- */

static struct score *score_of(struct trial *t, struct str name)
{
    size_t i = 0;
    while (i < t->rows.n && !str_eq(t->rows.at[i].name, name))
        i++;
    if (i == t->rows.n)
        vec_push(&t->rows, (struct row){ .name = arena_str(t->arena, name) });
    return t->is_kept ? &t->rows.at[i].kept : &t->rows.at[i].open;
}

static void count(struct trial *t, struct str name, struct score add)
{
    struct score *scores[] = { score_of(t, name), t->is_kept ? &t->kept : &t->open };
    for (size_t i = 0; i < 2; i++) {
        scores[i]->there += add.there;
        scores[i]->found += add.found;
        scores[i]->right += add.right;
    }
}

static void tell(struct trial *t, struct str name, struct str want, struct str got)
{
    if (t->is_told)
        printf("%.*s: %.*s: \"%.*s\", not \"%.*s\"\n", STR_ARG(t->form), STR_ARG(name), STR_ARG(want),
               STR_ARG(str_sub(got, 0, got.n < 120 ? got.n : 120)));
}

static const struct pair *pair_of(const struct pairs *pairs, struct str name)
{
    for (size_t i = 0; i < pairs->n; i++)
        if (str_eq(pairs->at[i].name, name))
            return &pairs->at[i];
    return NULL;
}

static bool is_section(struct str name)
{
    return section_of_name(name) != SECTION_NONE;
}

static void compare_field(struct trial *t, const struct pair *want, const struct pair *got)
{
    bool right = got && (is_section(want->name) ? str_starts(got->value, want->value)
                                                : str_eq(got->value, want->value));
    count(t, want->name, (struct score){ 1, got != NULL, right });
    if (!right)
        tell(t, want->name, want->value, got ? got->value : STR(""));
}

static void compare(struct trial *t, const struct pairs *want, const struct pairs *got)
{
    for (size_t i = 0; i < want->n; i++)
        if (!str_eq(want->at[i].value, STR("?")))
            compare_field(t, &want->at[i], pair_of(got, want->at[i].name));
    for (size_t i = 0; i < got->n; i++) {
        const struct pair *g = &got->at[i];
        if (pair_of(want, g->name) || (str_eq(g->name, STR("kind")) && str_eq(g->value, STR("member"))))
            continue;
        count(t, g->name, (struct score){ .found = 1 });
        tell(t, g->name, STR(""), g->value);
    }
}

/* ---- one form ------------------------------------------------------------------------ */

static void read_expected(struct trial *t, struct str text, struct expected_documents *out)
{
    struct str line, name;
    vec_init(out, t->arena);
    while (str_line(&text, &line)) {
        struct str value = str_split(line, '=', &name);
        if (line.n == 0)
            continue;
        bool opens = out->n == 0 || (str_eq(name, STR("title")) && pair_of(&out->at[out->n - 1], name));
        if (opens) {
            vec_push(out, (struct pairs){ .n = 0 });
            vec_init(&out->at[out->n - 1], t->arena);
        }
        vec_push(&out->at[out->n - 1], (struct pair){ name, value_of(t->arena, name, value) });
    }
}

static void try_form(struct trial *t, struct str input, struct str expected)
{
    static const struct pairs none;
    struct documents docs = { .n = 0 };
    struct expected_documents want;
    struct pairs got;
    struct extract_part part = { .text = str_trim(input), .to = input.n };
    read_expected(t, expected, &want);
    if (document_build(&t->ctx, t->builder, NULL, STR("form"), STR("form.txt"), &part, &docs) != 0)
        tell(t, STR("document"), STR("one"), str_of(t->error.message));
    bool same = docs.n == want.n;
    count(t, STR("documents"),
          (struct score){ (unsigned)want.n, (unsigned)docs.n, same ? (unsigned)docs.n : 0 });
    if (!same)
        tell(t, STR("documents"), str_of(arena_printf(t->arena, "%zu", want.n)),
             str_of(arena_printf(t->arena, "%zu", docs.n)));
    for (size_t i = 0; i < want.n || i < docs.n; i++) {
        got = none;
        if (i < docs.n)
            found_in(t, &docs.at[i], &got);
        compare(t, i < want.n ? &want.at[i] : &none, &got);
    }
    t->forms++;
}

/* "== name", the text, "--", what is there. */
static void try_file(struct trial *t, const char *folder, const char *name)
{
    struct str text, line;
    const char *path = path_join(t->arena, folder, name);
    t->is_kept = strncmp(name, "kept", 4) == 0;
    t->is_told = t->verbose && strncmp(name, t->verbose, strlen(t->verbose)) == 0;
    if (file_read(&t->ctx, t->arena, path, 0, &text) != 0) {
        fprintf(stderr, "%s: %s\n", path, t->error.message);
        exit(2);
    }
    for (size_t at = str_find(text, STR("\n== "), 0), next; at != SIZE_MAX; at = next) {
        next = str_find(text, STR("\n== "), at + 1);
        struct str rest = str_sub(text, at + 4, next == SIZE_MAX ? text.n : next);
        str_line(&rest, &line);
        size_t middle = str_find(rest, STR("\n--\n"), 0);
        if (middle == SIZE_MAX) {
            fprintf(stderr, "%s: \"%.*s\" has no --\n", path, STR_ARG(line));
            exit(2);
        }
        t->form = line;
        try_form(t, str_sub(rest, 0, middle), str_sub(rest, middle + 4, rest.n));
    }
}

/* ---- the table ------------------------------------------------------------------------- */

static double share(unsigned part, unsigned whole)
{
    return whole == 0 ? 100 : 100.0 * part / whole;
}

static void print_row(struct str name, const struct score *open, const struct score *kept)
{
    int pad = 16 - (int)(name.p[0] < 0 ? name.n / 3 * 2 : name.n);
    printf("%.*s%*s", STR_ARG(name), pad > 0 ? pad : 1, "");
    for (int i = 0; i < 2; i++) {
        const struct score *s = i == 0 ? open : kept;
        printf("  %5u %5.1f %5.1f", s->there, share(s->right, s->found), share(s->right, s->there));
    }
    printf("\n");
}

static bool is_good(const struct score *s)
{
    return s->right * 100 >= s->found * WANTED_PERCENT && s->right * 100 >= s->there * WANTED_PERCENT;
}

int main(int argc, char **argv)
{
    struct trial t = { .arena = arena_new(NULL) };
    char **names;
    size_t n;
    t.ctx = (struct ctx){ .arena = t.arena, .error = &t.error };
    t.form = STR("");
    vec_init(&t.rows, t.arena);
    if (argc == 4 && strcmp(argv[1], "-v") == 0)
        t.verbose = argv[2];
    if (argc < 2 || builder_new(&t.ctx, t.arena, NULL, NULL, &t.builder) != 0 ||
        file_list(&t.ctx, t.arena, argv[argc - 1], &names, &n) != 0) {
        fprintf(stderr, "usage: forms [-v SET] FOLDER %s\n", t.error.message);
        return 2;
    }
    for (size_t i = 0; i < n; i++)
        if (str_ends(str_of(names[i]), STR(".txt")))
            try_file(&t, argv[argc - 1], names[i]);
    printf("%-16s  %-17s  %s\n", "", "open: there P R", "kept apart: there P R");
    for (size_t i = 0; i < t.rows.n; i++)
        print_row(t.rows.at[i].name, &t.rows.at[i].open, &t.rows.at[i].kept);
    print_row(STR("all"), &t.open, &t.kept);
    bool good = is_good(&t.open) && is_good(&t.kept);
    printf("forms: %zu, %s\n", t.forms, good ? "at or above the 97 % wanted" : "below the 97 % wanted");
    arena_free(t.arena);
    return good ? 0 : 1;
}
