/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The only C++ of the project, and the only file that knows Xapian.
 *
 * A table is a glass database without documents. Xapian keeps metadata and
 * posting lists in one B-tree; what its inverter and its matcher would do with
 * postings we do ourselves (words_write.c, words_rank.c), and the tree holds the
 * lists as we code them: a third of the bytes, a fifth of the time (measured:
 * doc/PERFORMANCE.md). Keys that come ascending fill its blocks one after the
 * other, so no compaction has to follow.
 *
 * Two rules keep the two languages apart. Every call of Xapian stands inside
 * guard(), which lets no exception out. And nothing of ours that allocates stands
 * inside it: running out of memory jumps to mem_protect(), over C++ frames whose
 * destructors would never run. Results leave through std containers.
 */
#include <xapian.h>

#include <cstdint>
#include <cstdio>
#include <new>
#include <string>
#include <vector>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow" /* tian_check is a function and a struct: fine in C */
extern "C" {
#include "store/xapian_c.h"
}
#pragma GCC diagnostic pop

namespace
{

/* ---- The guard ------------------------------------------------------------ */

struct Failure {
    int code = TIAN_OK;
    char message[200] = "";
    void set(int c, const char *text)
    {
        code = c;
        snprintf(message, sizeof message, "%s", text);
    }
    void set(int c, const Xapian::Error &e)
    {
        code = c;
        snprintf(message, sizeof message, "%s: %s%s%s", e.get_type(), e.get_msg().c_str(),
                 e.get_error_string() ? ": " : "", e.get_error_string() ? e.get_error_string() : "");
    }
};

/* An error of the system inside Xapian (disk full, no descriptor) carries its text; damage does not. */
int code_of(const Xapian::DatabaseError &e)
{
    return e.get_error_string() ? TIAN_EIO : TIAN_EINDEX;
}

template <class Work> void catching(Failure &failure, Work work)
{
    try {
        work();
    } catch (const Xapian::DatabaseModifiedError &e) {
        failure.set(TIAN_EAGAIN, e);
    } catch (const Xapian::DatabaseLockError &e) {
        failure.set(TIAN_ELOCKED, e);
    } catch (const Xapian::DatabaseNotFoundError &e) {
        failure.set(TIAN_EINDEX, e);
    } catch (const Xapian::DatabaseError &e) {
        failure.set(code_of(e), e);
    } catch (const Xapian::Error &e) {
        failure.set(TIAN_EINDEX, e);
    } catch (const std::bad_alloc &) {
        failure.set(TIAN_EMEMORY, "out of memory");
    } catch (const std::exception &e) {
        failure.set(TIAN_EINDEX, e.what());
    } catch (...) {
        failure.set(TIAN_EINDEX, "unknown exception");
    }
}

/* Run work; no exception leaves. where: the database, for the message. */
template <class Work> int guard(struct ctx *ctx, const char *where, Work work)
{
    Failure failure;
    catching(failure, work);
    if (failure.code == TIAN_OK)
        return TIAN_OK;
    return ctx_fail(ctx, failure.code, where, "word database: %s", "词库：%s", failure.message);
}

std::string string_of(struct str s)
{
    return std::string(s.p, s.n);
}

} /* namespace */

/* ---- Writing -------------------------------------------------------------- */

struct table_writer {
    std::string path;
    Xapian::WritableDatabase db;
};

int table_create(struct ctx *ctx, const char *path, struct table_writer **out)
{
    *out = nullptr;
    return guard(ctx, path, [&] {
        const int flags = Xapian::DB_CREATE_OR_OVERWRITE | Xapian::DB_BACKEND_GLASS | Xapian::DB_NO_TERMLIST |
                          Xapian::DB_NO_SYNC | Xapian::DB_DANGEROUS;
        *out = new table_writer{ path, Xapian::WritableDatabase(path, flags) };
    });
}

int table_put(struct ctx *ctx, struct table_writer *w, struct str key, struct str value)
{
    return guard(ctx, w->path.c_str(), [&] { w->db.set_metadata(string_of(key), string_of(value)); });
}

int table_close(struct ctx *ctx, struct table_writer *w)
{
    int code = guard(ctx, w->path.c_str(), [&] {
        w->db.commit();
        w->db.close();
    });
    table_abandon(w);
    return code;
}

void table_abandon(struct table_writer *w)
{
    Failure ignored;
    catching(ignored, [&] { delete w; });
}

/* ---- Reading -------------------------------------------------------------- */

struct table {
    std::string path;
    Xapian::Database db;
    Xapian::TermIterator at, end;
    bool walking = false, native = false;
    std::string key, value;
    std::vector<uint32_t> docs, counts;

    explicit table(const char *p) : path(p), db(path) {}

    void start()
    {
        at = native ? db.allterms_begin() : db.metadata_keys_begin();
        end = native ? db.allterms_end() : db.metadata_keys_end();
        walking = true;
    }
    void next()
    {
        if (!walking)
            start();
        else
            ++at;
        walking = at != end;
        key = walking ? *at : std::string();
    }
    void read(const std::string &term)
    {
        docs.clear();
        counts.clear();
        for (auto i = db.postlist_begin(term); i != db.postlist_end(term); ++i) {
            docs.push_back(*i - 1);
            counts.push_back(i.get_wdf());
        }
    }
};

int table_open(struct ctx *ctx, const char *path, struct table **out)
{
    *out = nullptr;
    return guard(ctx, path, [&] { *out = new table(path); });
}

void table_free(struct table *t)
{
    Failure ignored;
    catching(ignored, [&] { delete t; });
}

int table_get(struct ctx *ctx, struct table *t, struct str key, struct str *value)
{
    *value = { nullptr, 0 };
    int code = guard(ctx, t->path.c_str(), [&] {
        t->value = t->db.get_metadata(string_of(key));
        t->value.append(TABLE_ROOM, '\0');
    });
    if (code == TIAN_OK)
        *value = { t->value.data(), t->value.size() - TABLE_ROOM };
    return code;
}

int table_next(struct ctx *ctx, struct table *t, struct str *key)
{
    int code = guard(ctx, t->path.c_str(), [&] { t->next(); });
    *key = { t->key.data(), code == TIAN_OK ? t->key.size() : 0 };
    return code;
}

/* ---- Native --------------------------------------------------------------- */

int table_native(struct ctx *ctx, struct table *t, uint32_t *documents, uint64_t *length)
{
    t->native = true;
    return guard(ctx, t->path.c_str(), [&] {
        *documents = t->db.get_lastdocid();
        *length = t->db.get_total_length();
    });
}

int table_postings(struct ctx *ctx, struct table *t, struct str term, const uint32_t **docs,
                   const uint32_t **counts, size_t *n)
{
    int code = guard(ctx, t->path.c_str(), [&] { t->read(string_of(term)); });
    *docs = t->docs.data();
    *counts = t->counts.data();
    *n = code == TIAN_OK ? t->docs.size() : 0;
    return code;
}

int table_length(struct ctx *ctx, struct table *t, uint32_t doc, uint32_t *length)
{
    return guard(ctx, t->path.c_str(), [&] { *length = t->db.get_doclength(doc + 1); });
}
