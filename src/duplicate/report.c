/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What is shown of a match: its papers (number, session, who, which unit, how it
 * ended, what was answered); its passages are in passage.c. What a reader may
 * not see is left out here and nowhere else.
 */
#include "duplicate/report.h"

#include <assert.h>

enum {
    FIELDS_MOST = 12,
    REPLY_MOST = 360
};

static struct str first_value(struct str joined)
{
    struct str head;
    str_split(joined, '\x1f', &head);
    return head;
}

struct field_list {
    struct arena *arena;
    struct tian_field *at;
    size_t n;
};

static void put_field(struct field_list *list, const char *name, struct str value)
{
    if (value.n == 0 || list->n == FIELDS_MOST)
        return;
    list->at[list->n++] = (struct tian_field){ name, arena_cstr(list->arena, value), "parsed" };
}

/* The beginning of the answer, cut between characters. */
static struct str reply_of(const struct document *doc)
{
    for (size_t i = 0; i < doc->nsections; i++) {
        if (doc->sections[i].kind != SECTION_REPLY)
            continue;
        struct str reply = str_trim(str_sub(doc->body, doc->sections[i].from, doc->sections[i].to));
        size_t n = reply.n < REPLY_MOST ? reply.n : REPLY_MOST;
        while (n < reply.n && n > 0 && ((unsigned char)reply.p[n] & 0xC0) == 0x80)
            n--;
        return str_sub(reply, 0, n);
    }
    return document_field(doc, "reply");
}

static void put_year(struct field_list *list, unsigned year)
{
    if (year != 0)
        put_field(list, "year", str_of(arena_printf(list->arena, "%u", year)));
}

/* All but the first of values joined by '\x1f'. */
static struct str other_values(struct arena *arena, struct str joined)
{
    struct buf out;
    struct str value, rest = str_split(joined, '\x1f', &value);
    buf_init(&out, arena);
    while (rest.n > 0) {
        rest = str_split(rest, '\x1f', &value);
        buf_printf(&out, "%s%.*s", out.n ? "、" : "", STR_ARG(value));
    }
    return buf_view(&out);
}

/* What every report of a document begins with. */
struct head {
    const char *id, *title;
    struct field_list fields; /* what follows may be added unless hidden */
    bool hidden;
};

/* Of one that may not be read number and units only: no id, which is often the name of a file, and that its
 * title. */
static struct head head_of(struct arena *arena, const struct document *doc, const struct facts *facts,
                           enum tian_role role)
{
    struct head head = { "", "", { arena, arena_array(arena, struct tian_field, FIELDS_MOST), 0 }, false };
    head.hidden = facts->hidden && role != TIAN_ROLE_OFFICER;
    put_field(&head.fields, "number", facts->number);
    put_field(&head.fields, "lead_unit", first_value(facts->units));
    put_field(&head.fields, "joint_unit", other_values(arena, facts->units));
    if (head.hidden)
        return head;
    head.id = arena_cstr(arena, doc->id);
    head.title = arena_cstr(arena, doc->title);
    put_field(&head.fields, "session", facts->session);
    put_year(&head.fields, facts->year);
    put_field(&head.fields, "date", facts->date);
    put_field(&head.fields, "state", facts->state);
    return head;
}

void report_document(struct arena *arena, const struct document *doc, const struct facts *facts,
                     enum tian_role role, struct tian_match_report *out)
{
    struct head head = head_of(arena, doc, facts, role);
    if (!head.hidden) {
        put_field(&head.fields, "proposer", facts->proposer);
        put_field(&head.fields, "category", facts->category);
        put_field(&head.fields, "outcome", facts->outcome);
        put_field(&head.fields, "satisfaction", facts->satisfaction);
        put_field(&head.fields, "reply", reply_of(doc));
    }
    out->id = head.id;
    out->title = head.title;
    out->fields = head.fields.at;
    out->nfields = head.fields.n;
    out->hidden = head.hidden;
}

void report_proposal(struct arena *arena, const struct document *doc, const struct facts *facts,
                     enum tian_role role, struct tian_merge_proposal *out)
{
    struct head head = head_of(arena, doc, facts, role);
    if (!head.hidden) {
        put_field(&head.fields, "proposer", document_field(doc, "proposer"));
        put_field(&head.fields, "proposer_kind", facts->proposer_kind);
        put_field(&head.fields, "cosigner", document_field(doc, "cosigner"));
        if (facts->key)
            put_field(&head.fields, "key", STR("是"));
    }
    out->id = head.id;
    out->title = head.title;
    out->fields = head.fields.at;
    out->nfields = head.fields.n;
    out->hidden = head.hidden;
}

static const char *origin_name(enum origin origin)
{
    return origin == ORIGIN_OFFICER ? "officer" : origin == ORIGIN_GIVEN ? "given" : "parsed";
}

void report_labels(struct arena *arena, const struct document *doc, struct tian_check *out)
{
    struct tian_label *labels = arena_array(arena, struct tian_label, doc->nlabels + 1);
    for (size_t i = 0; i < doc->nlabels; i++) {
        const struct label *l = &doc->labels[i];
        labels[i] = (struct tian_label){ arena_cstr(arena, l->theme), l->confidence,
                                         arena_cstr(arena, l->words), origin_name(l->origin) };
    }
    out->labels = labels;
    out->nlabels = doc->nlabels;
}
