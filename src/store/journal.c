/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Lines of the import log. Each says when and which file; what else it says tells
 * what kind of line it is:
 *
 *   format, documents, fields …   a file that was read
 *   error (line)                  a file, or a line of one, that was not
 *   skipped, part                 a row of one that says nothing
 *   removed                       a file that is gone, and its documents with it
 *   summary                       the end of an import
 *
 * Fields are counted apart: given (a column, a key) and parsed (read from text).
 */
#include "store/journal.h"

#include "base/emit.h"

#include <time.h>

/* ---- accounts -------------------------------------------------------------------- */

static void count(struct map **map, struct arena *arena, struct str name, uintptr_t n)
{
    if (!*map)
        *map = map_new(arena);
    void **place = map_at(*map, name);
    *place = (void *)((uintptr_t)*place + n);
}

/* Neither said before in this document, nor computed from others. */
static bool is_first(const struct document *d, size_t i)
{
    if (str_eq(d->fields[i].name, STR("unit")) || str_eq(d->fields[i].name, STR("outcome_code")))
        return false;
    for (size_t j = 0; j < i; j++)
        if (d->fields[j].origin == d->fields[i].origin && str_eq(d->fields[j].name, d->fields[i].name))
            return false;
    return true;
}

void account_document(struct account *a, struct arena *arena, const struct document *d, char what)
{
    a->documents++;
    a->added += what == 'a';
    a->updated += what == 'u';
    a->same += what == 's';
    for (size_t i = 0; i < d->nfields; i++)
        if (is_first(d, i))
            count(d->fields[i].origin == ORIGIN_PARSED ? &a->parsed : &a->given, arena, d->fields[i].name, 1);
}

static void add_counts(struct map **to, struct arena *arena, const struct map *from)
{
    for (size_t i = 0; from && i < from->n; i++)
        count(to, arena, from->entries[i].key, (uintptr_t)from->entries[i].value);
}

void account_add(struct account *to, struct arena *arena, const struct account *from)
{
    to->documents += from->documents;
    to->added += from->added;
    to->updated += from->updated;
    to->same += from->same;
    to->bad += from->bad;
    to->warnings += from->warnings;
    to->ns += from->ns;
    add_counts(&to->given, arena, from->given);
    add_counts(&to->parsed, arena, from->parsed);
}

/* ---- lines ------------------------------------------------------------------------ */

static void begin(struct emit *e, struct buf *out)
{
    char text[32];
    time_t now = time(NULL);
    struct tm tm;
    gmtime_r(&now, &tm);
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &tm);
    emit_init(e, out, false);
    emit_object(e, NULL);
    emit_cstr(e, "time", text);
}

static void end(struct emit *e)
{
    emit_end_object(e);
    emit_newline(e);
}

static void put_counts(struct emit *e, const char *key, const struct map *counts)
{
    if (!counts)
        return;
    emit_object(e, key);
    for (size_t i = 0; i < counts->n; i++) {
        char name[128];
        struct str key_text = counts->entries[i].key;
        size_t n = key_text.n < sizeof name - 1 ? key_text.n : 0; /* a longer name is no column's */
        memcpy(name, key_text.p, n);
        name[n] = '\0';
        if (n > 0)
            emit_uint(e, name, (uintptr_t)counts->entries[i].value);
    }
    emit_end_object(e);
}

void journal_file(struct buf *out, const struct journal_file *f)
{
    struct emit e;
    begin(&e, out);
    emit_str(&e, "file", f->path);
    if (f->moved_from.n > 0)
        emit_str(&e, "moved_from", f->moved_from);
    emit_cstr(&e, "format", f->format);
    emit_cstr(&e, "encoding", f->encoding);
    emit_int(&e, "sure", f->sure);
    emit_uint(&e, "documents", f->account->documents);
    emit_uint(&e, "added", f->account->added);
    emit_uint(&e, "updated", f->account->updated);
    emit_uint(&e, "same", f->account->same);
    put_counts(&e, "given", f->account->given);
    put_counts(&e, "parsed", f->account->parsed);
    emit_array(&e, "warnings");
    for (size_t i = 0; i < f->nwarnings; i++)
        emit_cstr(&e, NULL, f->warnings[i]);
    emit_end_array(&e);
    emit_double(&e, "seconds", (double)f->account->ns / 1e9, 4);
    end(&e);
}

void journal_problem(struct buf *out, struct str path, uint64_t line, const char *message)
{
    struct emit e;
    begin(&e, out);
    emit_str(&e, "file", path);
    if (line)
        emit_uint(&e, "line", line);
    emit_cstr(&e, "error", message);
    end(&e);
}

void journal_skipped(struct buf *out, struct str path, struct str part, const char *why)
{
    struct emit e;
    begin(&e, out);
    emit_str(&e, "file", path);
    if (part.n > 0)
        emit_str(&e, "part", part);
    emit_cstr(&e, "skipped", why);
    end(&e);
}

void journal_kept(struct buf *out, struct str folder, uint64_t files)
{
    struct emit e;
    begin(&e, out);
    emit_str(&e, "file", folder);
    emit_uint(&e, "kept", files);
    emit_cstr(&e, "why",
              say("nothing is mounted here now: the documents of its files are kept",
                  "该位置目前没有挂载：其中文件的内容予以保留"));
    end(&e);
}

void journal_removed(struct buf *out, struct str path, uint64_t documents)
{
    struct emit e;
    begin(&e, out);
    emit_str(&e, "file", path);
    emit_uint(&e, "removed", documents);
    end(&e);
}

void journal_summary(struct buf *out, const struct tian_import_summary *s)
{
    struct emit e;
    begin(&e, out);
    emit_object(&e, "summary");
    emit_uint(&e, "files", s->files);
    emit_uint(&e, "unchanged", s->unchanged);
    emit_uint(&e, "moved", s->moved);
    emit_uint(&e, "skipped", s->skipped);
    emit_uint(&e, "failed", s->failed);
    emit_uint(&e, "documents", s->documents);
    emit_uint(&e, "added", s->added);
    emit_uint(&e, "updated", s->updated);
    emit_uint(&e, "removed", s->removed);
    emit_uint(&e, "same", s->same);
    emit_uint(&e, "warnings", s->warnings);
    emit_double(&e, "seconds", s->seconds, 3);
    emit_end_object(&e);
    end(&e);
}
