/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Ids of what stands in one file with others: rows, sheets, packed files. An id
 * must be the same next time, also when rows were inserted above, sorted anew or
 * edited, or what an officer decided about a proposal would go to its neighbour.
 * So it never says where something stands, but what it is:
 *
 *   the only text of a file   its base                    提案/2023/0012
 *   a row                     its 案号                     目录#0123
 *                             else the hash of its title  目录#5be0a3c1
 *                             else of all that is in it
 *   a sheet that is no table  its name                    目录#说明
 *   a packed file             its path in the archive     旧档/2023/一
 *
 * What two of them would share is told apart by the hash of all that is in them,
 * and what is equal in all things by counting. Of a line of JSON Lines we do not
 * know the others: 案号 and title together, else all that is in it, in 48 bits.
 */
#include "store/naming.h"

#include "store/intake.h"

enum {
    NUMBER_BYTES = 48
};

static uint64_t hash_of_part(const struct extract_part *part)
{
    uint64_t hash = hash_str(part->text);
    for (size_t i = 0; i < part->nfields; i++)
        hash = hash_mix(hash ^ hash_str(part->fields[i].name)) + hash_str(part->fields[i].value);
    return hash;
}

/* A number as part of an id: no blanks, and none that is really a sentence. */
static struct str number_of(const struct builder *b, const struct extract_part *part)
{
    struct str number = str_trim(document_part_field(b, part, "number"));
    bool fit = number.n > 0 && number.n <= NUMBER_BYTES;
    for (size_t i = 0; fit && i < number.n; i++)
        fit = (unsigned char)number.p[i] > ' ' && number.p[i] != '/' && number.p[i] != '#';
    return fit ? number : STR_NONE;
}

static struct str digits(struct arena *arena, uint64_t hash)
{
    return str_of(arena_printf(arena, "%08x", (unsigned)(hash & 0xFFFFFFFF)));
}

/* What tells this part from the others of its file. */
static struct str key_of(struct arena *arena, const struct builder *b, const struct extract_part *part)
{
    struct str number = number_of(b, part), title = str_trim(document_part_field(b, part, "title"));
    if (number.n > 0)
        return number;
    if (title.n > 0)
        return digits(arena, hash_str(title));
    return part->text.n > 0 && part->name.n > 0 ? part->name : digits(arena, hash_of_part(part));
}

/* In a packed file the row of a table is called "2023/目录.csv#3": what stands before the row. */
static struct str packed_name(struct str name, bool *row)
{
    size_t at = name.n;
    while (at > 0 && name.p[at - 1] != '#')
        at--;
    *row = at > 0;
    return *row ? str_sub(name, 0, at - 1) : name;
}

static struct str first_id(struct arena *arena, const struct builder *b, struct str base,
                           const struct extracted *x, const struct extract_part *part)
{
    bool row = x->nparts > 1 || part->name.n > 0;
    if (x->packed) {
        struct str name = packed_name(part->name, &row);
        base =
            str_of(arena_printf(arena, "%.*s/%.*s", STR_ARG(base), STR_ARG(intake_without_extension(name))));
    }
    struct str key = row ? key_of(arena, b, part) : STR_NONE;
    return row ? str_of(arena_printf(arena, "%.*s#%.*s", STR_ARG(base), STR_ARG(key))) : base;
}

/* How many parts have each id. */
static struct map *count_ids(struct arena *arena, const struct str *ids, size_t n)
{
    struct map *counts = map_new(arena);
    for (size_t i = 0; i < n; i++) {
        void **count = map_at(counts, ids[i]);
        *count = (void *)((uintptr_t)*count + 1);
    }
    return counts;
}

static bool is_shared(const struct map *counts, struct str id)
{
    return (uintptr_t)map_get(counts, id) > 1;
}

/* In packed files a.txt and a.docx share "a": there the name tells more than the content. */
static void part_shared(struct arena *arena, const struct extracted *x, struct str *ids)
{
    const struct map *counts = count_ids(arena, ids, x->nparts);
    for (size_t i = 0; i < x->nparts; i++) {
        const struct extract_part *part = &x->parts[i];
        uint64_t hash = x->packed && part->text.n > 0 ? hash_str(part->name) : hash_of_part(part);
        if (is_shared(counts, ids[i]))
            ids[i] = str_of(arena_printf(arena, "%.*s~%06x", STR_ARG(ids[i]), (unsigned)(hash & 0xFFFFFF)));
    }
}

static void count_equal(struct arena *arena, size_t n, struct str *ids)
{
    struct map *met = map_new(arena);
    for (size_t i = 0; i < n; i++) {
        void **times = map_at(met, ids[i]);
        *times = (void *)((uintptr_t)*times + 1);
        if ((uintptr_t)*times > 1)
            ids[i] = str_of(arena_printf(arena, "%.*s~%zu", STR_ARG(ids[i]), (size_t)(uintptr_t)*times));
    }
}

struct str *naming_parts(struct arena *arena, const struct builder *b, struct str id_base,
                         const struct extracted *x)
{
    struct str *ids = arena_array(arena, struct str, x->nparts + 1);
    for (size_t i = 0; i < x->nparts; i++)
        ids[i] = first_id(arena, b, id_base, x, &x->parts[i]);
    if (x->nparts > 1) {
        part_shared(arena, x, ids);
        count_equal(arena, x->nparts, ids);
    }
    return ids;
}

struct str naming_line(struct arena *arena, const struct builder *b, struct str id_base,
                       const struct extract_part *part)
{
    for (size_t i = 0; i < part->nfields; i++)
        if (part->fields[i].value.n > 0 && str_eq(part->fields[i].name, STR("id")))
            return id_base; /* which says itself what it is called */
    struct str number = number_of(b, part), title = str_trim(document_part_field(b, part, "title"));
    if (number.n > 0 && title.n > 0)
        return str_of(arena_printf(arena, "%.*s#%.*s~%06x", STR_ARG(id_base), STR_ARG(number),
                                   (unsigned)(hash_str(title) & 0xFFFFFF)));
    return str_of(arena_printf(arena, "%.*s#%012llx", STR_ARG(id_base),
                               (unsigned long long)(hash_of_part(part) & 0xFFFFFFFFFFFFull)));
}
