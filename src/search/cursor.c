/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A cursor names a place of the walk where nothing is held back (walk.c): its stage,
 * the candidate, the place it may have; then the place of the next page. Within the
 * window that is the beginning of the stage, since what is behind may come before;
 * behind it the last candidate of the page, and going on from there verifies nothing
 * that stands before. It carries a hash of the question and of the number of
 * documents: with another question it is refused, with another state of the index
 * the reader is told.
 *
 *     stage.candidate.place.next.question.documents
 */
#include "search/cursor.h"

#include "search/sort.h"

enum {
    PARTS = 6
};

static uint64_t add(uint64_t hash, const char *text)
{
    return hash_mix(hash ^ hash_str(str_of(text ? text : "")));
}

static uint64_t question_of(const struct run *run)
{
    const struct tian_search_options *o = run->options;
    uint64_t hash = hash_mix(hash_str(run->plan.query.line));
    hash = add(add(hash, o->theme), sort_keys(o));
    return hash_mix(hash + 8 * (uint64_t)o->match + 4u * o->literal + 2u * o->all_copies + o->role) >> 32;
}

static uint64_t documents_of(const struct run *run)
{
    const struct snapshot *s = run->reader->snapshot;
    return hash_mix(((uint64_t)snapshot_span(s) << 32) + snapshot_live(s)) >> 48;
}

static bool parse(struct str text, uint64_t out[PARTS])
{
    for (size_t i = 0; i < PARTS; i++) {
        struct str part;
        if (!text.p)
            return false;
        text = str_split(text, '.', &part);
        if (!str_to_u64(part, &out[i]))
            return false;
    }
    return !text.p;
}

int cursor_read(struct run *run)
{
    const char *cursor = run->options->cursor;
    uint64_t part[PARTS];
    if (!cursor || !cursor[0])
        return 0;
    if (!parse(str_of(cursor), part) || part[4] != question_of(run) || part[0] >= run->nstages ||
        part[3] < part[2])
        return ctx_fail(run->ctx, TIAN_EUSAGE, "cursor", "this cursor is of another question",
                        "这个游标属于另一个查询");
    run->start = (struct mark){ part[0], part[1], part[2] };
    run->offset = part[3];
    if (part[5] != documents_of(run))
        plan_note(run->ctx->arena, &run->plan,
                  say("the index has changed since the page before: hits may be missing or come twice",
                      "上一页之后索引有变动，可能有遗漏或重复"));
    return 0;
}

const char *cursor_write(const struct run *run)
{
    const struct mark *m = &run->last;
    size_t count = run->options->count ? run->options->count : 10;
    return arena_printf(run->ctx->arena, "%zu.%zu.%zu.%zu.%llu.%llu", m->stage, m->candidate, m->place,
                        run->offset + count, (unsigned long long)question_of(run),
                        (unsigned long long)documents_of(run));
}
