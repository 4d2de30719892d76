/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * tian search: a question, or a file of questions (id<TAB>query a line), and the
 * answer in one of five forms. A form is a line of FORMS: one function for a
 * whole answer.
 *
 *   text   for people: how the question was read, the hits, counts, notes
 *   json   the whole answer as one object; in a batch with the question's "id"
 *   jsonl  a hit a line; in a batch a whole answer a line
 *   csv    a hit a row, for a spreadsheet (with a byte order mark: they need it)
 *   trec   id Q0 docid rank score tian, for measuring
 */
#include "cli/cli.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/config.h"
#include "base/emit.h"

enum {
    LABELS_SHOWN = 3,
    BRIEF = 60 /* characters of the question in the head of its answer */
};

struct answer {
    const struct tian_results *r;
    const char *id; /* of the question in a batch, else NULL */
    uint64_t offset;
};

/* ---- For people ----------------------------------------------------------------------------------- */

static const char *reading_text(const char *read_as)
{
    static const struct {
        const char *read_as, *english, *chinese;
    } readings[] = {
        { "exact", "exactly as typed", "与输入一字不差" },
        { "all", "every word must occur", "每个词都要出现" },
        { "any", "any word may occur", "出现任意词，相关的在前" },
    };
    for (size_t i = 0; i < sizeof readings / sizeof *readings; i++)
        if (strcmp(readings[i].read_as, read_as) == 0)
            return say(readings[i].english, readings[i].chinese);
    return read_as;
}

static void put_header(struct cli *cli, const struct answer *a)
{
    const struct tian_results *r = a->r;
    struct buf *out = &cli->out;
    if (a->id)
        buf_printf(out, "[%s] ", a->id);
    if (r->query[0]) {
        buf_cstr(out, "“");
        buf_brief(out, str_of(r->query), BRIEF);
        buf_cstr(out, say("”: ", "”："));
    }
    if (cli->options.theme)
        buf_printf(out, say("theme %s: ", "主题 %s："), cli->options.theme);
    buf_printf(out, say("%s%" PRIu64 " found", "%s %" PRIu64 " 件"),
               r->about ? say("about ", "约") : say("", "找到"), r->total);
    if (r->query[0])
        buf_printf(out, say(" (%s", "（%s"), reading_text(r->read_as));
    if (r->query[0] && r->exact > 0 && r->exact < r->total)
        buf_printf(out, say("; %" PRIu64 " as typed", "；其中 %" PRIu64 " 件与输入一字不差"), r->exact);
    buf_cstr(out, r->query[0] ? say(")\n", "）\n") : "\n");
    for (size_t i = 0; i < r->nnotes; i++)
        buf_printf(out, say("  note: %s\n", "  提示：%s\n"), r->notes[i]);
    paint_expansions(cli, r);
}

static void put_copies(struct cli *cli, const struct tian_hit *hit)
{
    enum {
        NAMED = 3
    };
    buf_printf(&cli->out, say("    %zu identical:", "    另有 %zu 件相同："), hit->ncopies);
    for (size_t i = 0; i < hit->ncopies && i < NAMED; i++)
        buf_printf(&cli->out, "%s%s", i ? say(", ", "、") : say(" ", ""), hit->copies[i]);
    buf_cstr(&cli->out, hit->ncopies > NAMED ? say(" …\n", "……\n") : "\n");
}

static void put_snippet(struct cli *cli, const struct tian_snippet *s)
{
    buf_cstr(&cli->out, "    ");
    if (s->section && s->section[0])
        buf_printf(&cli->out, say("[%s] ", "〔%s〕"), s->section);
    paint_line(cli, STYLE_PLAIN, &s->text);
    buf_char(&cli->out, '\n');
}

static void put_hit(struct cli *cli, const struct tian_hit *hit, uint64_t rank)
{
    static const char *const line[] = { "number", "session", "proposer", "lead_unit", "outcome", NULL };
    struct buf *out = &cli->out;
    buf_printf(out, "\n%2" PRIu64 ". ", rank);
    if (hit->hidden)
        paint(cli, STYLE_QUIET, say("(not public)", "（不公开）"));
    paint_line(cli, STYLE_TITLE, &hit->title);
    buf_char(out, '\n');
    paint_fields(cli, "    ", line, hit->fields, hit->nfields);
    for (size_t i = 0; i < hit->nsnippets; i++)
        put_snippet(cli, &hit->snippets[i]);
    if (hit->nlabels) {
        buf_cstr(out, say("    theme: ", "    主题："));
        paint_labels(cli, hit->labels, hit->nlabels < LABELS_SHOWN ? hit->nlabels : LABELS_SHOWN);
    }
    buf_cstr(out, "    ");
    paint(cli, STYLE_QUIET, hit->id);
    const char *score =
        hit->nparts ? say("  score %.4f\n", "  得分 %.4f\n") : say("  score %.2f\n", "  得分 %.2f\n");
    buf_printf(out, hit->score > 0 ? score : "\n", hit->score);
    paint_parts(cli, hit);
    if (hit->ncopies)
        put_copies(cli, hit);
}

static void put_facet(struct cli *cli, const struct tian_facet *facet, bool first)
{
    buf_printf(&cli->out, say("%s%s%s: ", "%s%s%s："), first ? "\n" : "", tian_field_label(facet->name),
               facet->about ? say(" (about)", "（约）") : "");
    for (size_t i = 0; i < facet->ncounts; i++)
        buf_printf(&cli->out, "%s%s %" PRIu64, i ? " · " : "",
                   tian_field_wording(facet->name, facet->counts[i].value), facet->counts[i].documents);
    buf_char(&cli->out, '\n');
}

/* As tables of a report are printed, without its title. */
static void put_tables(struct cli *cli, const struct tian_results *r)
{
    struct tian_report report = { .title = "", .tables = r->tables, .ntables = r->ntables };
    char *text = tian_report_format(&report, "text");
    if (text)
        buf_cstr(&cli->out, text + 1);
    tian_string_free(text);
}

static int put_text(struct cli *cli, const struct answer *a)
{
    put_header(cli, a);
    for (size_t i = 0; i < a->r->nhits; i++)
        put_hit(cli, &a->r->hits[i], a->offset + i + 1);
    for (size_t i = 0; i < a->r->nfacets; i++)
        put_facet(cli, &a->r->facets[i], i == 0);
    if (a->r->ntables > 0)
        put_tables(cli, a->r);
    if (a->r->next && (cli->options.cursor || cli->options.count))
        buf_printf(&cli->out, say("\nnext page: --cursor %s\n", "\n下一页：--cursor %s\n"), a->r->next);
    if (a->id)
        buf_char(&cli->out, '\n');
    return 0;
}

/* ---- For programs --------------------------------------------------------------------------------- */

/* An answer of a batch: the same object, with the question's id in front. */
static int put_json_with_id(struct cli *cli, const struct answer *a)
{
    char *json = tian_results_json(a->r, false);
    buf_cstr(&cli->out, "{\"id\":\"");
    escape_json(&cli->out, str_of(a->id));
    buf_cstr(&cli->out, "\",");
    size_t at = cli->out.n;
    int rc = cli_json(cli, json);
    if (!rc) /* without its own brace */
        memmove(cli->out.p + at, cli->out.p + at + 1, --cli->out.n - at);
    return rc;
}

static int put_json(struct cli *cli, const struct answer *a)
{
    return a->id ? put_json_with_id(cli, a) : cli_json(cli, tian_results_json(a->r, true));
}

static void say_notes(const struct answer *a)
{
    for (size_t i = 0; i < a->r->nnotes; i++)
        cli_say(a->id, a->r->notes[i]);
}

static int put_jsonl(struct cli *cli, const struct answer *a)
{
    if (a->id)
        return put_json_with_id(cli, a);
    int rc = 0;
    for (size_t i = 0; !rc && i < a->r->nhits; i++)
        rc = cli_json(cli, tian_hit_json(&a->r->hits[i], a->offset + i + 1));
    say_notes(a);
    return rc;
}

static const char *const CSV_FIELDS[] = { "number",    "session", "date",         "proposer",
                                          "lead_unit", "outcome", "satisfaction", NULL };

static void put_cell(struct buf *out, const char *text)
{
    buf_char(out, ',');
    escape_csv(out, str_of(text ? text : ""));
}

static void put_csv_head(struct cli *cli, bool batch)
{
    struct buf *out = &cli->out;
    buf_cstr(out, "\xEF\xBB\xBF");
    if (batch)
        buf_cstr(out, say("Question,", "问题,"));
    buf_cstr(out, say("Rank,Id,Title", "序号,标识,案由"));
    for (size_t i = 0; CSV_FIELDS[i]; i++)
        put_cell(out, tian_field_label(CSV_FIELDS[i]));
    buf_cstr(out, say(",Theme,Score,Passage\r\n", ",主题,得分,片段\r\n"));
}

static void put_row(struct cli *cli, const struct tian_hit *hit, uint64_t rank)
{
    struct buf *out = &cli->out;
    buf_printf(out, "%" PRIu64, rank);
    put_cell(out, hit->id);
    put_cell(out, hit->title.text);
    for (size_t i = 0; CSV_FIELDS[i]; i++)
        put_cell(out, cli_value(hit->fields, hit->nfields, CSV_FIELDS[i]));
    put_cell(out, hit->nlabels ? hit->labels[0].theme : "");
    buf_printf(out, ",%.4f", hit->score);
    put_cell(out, hit->nsnippets ? hit->snippets[0].text.text : "");
    buf_cstr(out, "\r\n");
}

static int put_csv(struct cli *cli, const struct answer *a)
{
    for (size_t i = 0; i < a->r->nhits; i++) {
        if (a->id) {
            escape_csv(&cli->out, str_of(a->id));
            buf_char(&cli->out, ',');
        }
        put_row(cli, &a->r->hits[i], a->offset + i + 1);
    }
    say_notes(a);
    return 0;
}

static int put_trec(struct cli *cli, const struct answer *a)
{
    for (size_t i = 0; i < a->r->nhits; i++)
        buf_printf(&cli->out, "%s Q0 %s %" PRIu64 " %.4f tian\n", a->id ? a->id : "1", a->r->hits[i].id,
                   a->offset + i + 1, a->r->hits[i].score);
    return 0;
}

typedef int put_answer(struct cli *, const struct answer *);
static put_answer *const FORMS[] = {
    [FORMAT_TEXT] = put_text, [FORMAT_JSON] = put_json, [FORMAT_JSONL] = put_jsonl,
    [FORMAT_CSV] = put_csv,   [FORMAT_TREC] = put_trec,
};

static enum format format_of(const struct options *o)
{
    if (o->format == FORMAT_TEXT && (o->json || o->jsonl))
        return o->json ? FORMAT_JSON : FORMAT_JSONL;
    return (enum format)o->format;
}

/* ---- Asking --------------------------------------------------------------------------------------- */

static const char *const *facet_names(struct cli *cli, size_t *n)
{
    struct str rest = str_of(cli->options.facet), item;
    const char **names = arena_array(cli->ctx.arena, const char *, rest.n + 1);
    *n = 0;
    while (config_item(&rest, &item))
        names[(*n)++] = arena_cstr(cli->ctx.arena, item);
    return names;
}

/* newest and oldest are what people say for keys. */
static const char *sort_keys(const char *given)
{
    if (!given || strcmp(given, "score") == 0)
        return NULL;
    return strcmp(given, "newest") == 0 ? "-date" : strcmp(given, "oldest") == 0 ? "date" : given;
}

static int ask(struct cli *cli, const char *id, const char *query)
{
    const struct options *o = &cli->options;
    struct tian_search_options options = { .match = (enum tian_match)o->match,
                                           .sort_keys = sort_keys(o->sort),
                                           .offset = o->offset,
                                           .cursor = o->cursor,
                                           .count = o->count,
                                           .theme = o->theme,
                                           .exact_counts = o->exact_counts,
                                           .brief = format_of(o) == FORMAT_TREC,
                                           .literal = o->literal,
                                           .all_copies = o->all_copies,
                                           .explain = o->explain };
    struct tian_results *results;
    options.facets = facet_names(cli, &options.nfacets);
    int rc = tian_search(cli->index, query, &options, &results, &cli->error);
    if (rc)
        return rc;
    cli->no &= results->nhits == 0;
    rc = FORMS[format_of(o)](cli, &(struct answer){ results, id, o->offset });
    tian_results_free(results);
    return rc;
}

static int ask_line(struct cli *cli, const struct batch_line *line)
{
    struct str id, query = str_split(line->text, '\t', &id);
    const char *name =
        query.p ? arena_cstr(line->arena, id) : arena_printf(line->arena, "%" PRIu64, line->number);
    return ask(cli, name, query.p ? query.p : line->text.p);
}

static int ask_operands(struct cli *cli)
{
    const char *query;
    int rc = cli_text(cli, 0, &query);
    if (rc)
        return rc;
    if (str_trim(str_of(query)).n == 0 && !cli->options.theme)
        return ctx_fail(&cli->ctx, TIAN_EUSAGE, "search", "nothing to search for: give a query or a --theme",
                        "没有检索词：请给出检索词或 --theme");
    rc = cli_open(cli, NULL);
    return rc ? rc : ask(cli, NULL, query);
}

int cmd_search(struct cli *cli)
{
    const struct options *o = &cli->options;
    cli->no = true;
    if (o->batch && cli->noperands)
        return ctx_fail(&cli->ctx, TIAN_EUSAGE, cli->operands[0], "either a query or --batch",
                        "检索词与 --batch 只能用一样");
    if ((size_t)o->format >= sizeof FORMS / sizeof *FORMS)
        return ctx_fail(&cli->ctx, TIAN_EUSAGE, "format", "hits are text, json, jsonl, csv or trec",
                        "检索结果的格式有 text、json、jsonl、csv、trec");
    if (format_of(o) == FORMAT_CSV)
        put_csv_head(cli, o->batch);
    if (!o->batch)
        return ask_operands(cli);
    int rc = cli_open(cli, NULL);
    return rc ? rc : cli_batch(cli, o->batch, ask_line);
}
