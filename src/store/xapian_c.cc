/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The only C++ of the project, and the only file that knows Xapian: glass
 * databases of words and frequencies, without positions, term lists or data.
 *
 *   batch of documents ──▶ WritableDatabase ─┐
 *   batch of documents ──▶ WritableDatabase ─┼─ compact ──▶ words/ of a segment
 *   batch of documents ──▶ WritableDatabase ─┘              words/ ─┐
 *                                                           words/ ─┴▶ Database ──▶ rank
 *
 * Two rules keep the two languages apart. Every call of Xapian stands inside
 * guard(), which lets no exception out. And nothing of ours that allocates stands
 * inside it: running out of memory jumps to mem_protect(), over C++ frames whose
 * destructors would never run. Results leave through std containers.
 *
 * Several segments are one Xapian::Database; Xapian deals document numbers over
 * its n parts like cards, combined = (local - 1) × n + part + 1, and gives each
 * part its own copy of the PostingSource, which learns from the UUID whose it is.
 *
 * Order must not depend on how documents are spread over segments. Two things
 * would: Xapian breaks ties by combined number, and adds a document's weights in
 * an order that depends on the part, so equal documents can differ in the last
 * bit. So scores are rounded to 2^-30, a page is fetched to the end of the run of
 * equals it ends in, and sorted by score and document. Required documents without
 * any of the words need no Xapian: they follow, in order, with a score of 0.
 */
#include <xapian.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <new>
#include <string>
#include <utility>
#include <vector>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow" /* tian_check is a function and a struct: fine in C */
extern "C" {
#include "store/xapian_c.h"
}
#pragma GCC diagnostic pop

namespace
{

/* BM25: how fast repeating a word stops to matter; how much long documents are held back (measured:
 * doc/RANKING.md). */
constexpr double K1 = 1.2, K2 = 0, K3 = 1, B = 0.9, LEAST_LENGTH = 0;
constexpr double ROUNDING = 1 << 30;
constexpr size_t LONGEST_TERM = 245;

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

struct words_writer {
    std::string path;
    Xapian::WritableDatabase db;
};

/* All of a batch is one transaction: nothing reaches the tables' roots before words_close(), whatever
 * XAPIAN_FLUSH_THRESHOLD says, and destroying the handle without it throws the batch away. */
int words_create(struct ctx *ctx, const char *path, struct words_writer **out)
{
    *out = nullptr;
    return guard(ctx, path, [&] {
        const int flags = Xapian::DB_CREATE_OR_OVERWRITE | Xapian::DB_BACKEND_GLASS | Xapian::DB_NO_TERMLIST |
                          Xapian::DB_NO_SYNC | Xapian::DB_DANGEROUS;
        Xapian::WritableDatabase db(path, flags);
        db.begin_transaction(false);
        *out = new words_writer{ path, db };
    });
}

int words_put(struct ctx *ctx, struct words_writer *w, const struct word_count *word, size_t n)
{
    return guard(ctx, w->path.c_str(), [&] {
        Xapian::Document document;
        std::string term;
        for (size_t i = 0; i < n; i++) {
            term.assign(word[i].term.p, std::min(word[i].term.n, LONGEST_TERM));
            document.add_term(term, word[i].count);
        }
        w->db.add_document(document);
    });
}

int words_close(struct ctx *ctx, struct words_writer *w)
{
    int code = guard(ctx, w->path.c_str(), [&] {
        w->db.commit_transaction();
        w->db.commit();
        w->db.close();
    });
    words_abandon(w);
    return code;
}

void words_abandon(struct words_writer *w)
{
    Failure ignored;
    catching(ignored, [&] { delete w; });
}

int words_merge(struct ctx *ctx, const char *const *paths, size_t n, const char *to)
{
    return guard(ctx, to, [&] {
        Xapian::Database all;
        for (size_t i = 0; i < n; i++)
            all.add_database(Xapian::Database(paths[i]));
        all.compact(to);
    });
}

/* ---- Opening -------------------------------------------------------------- */

struct words {
    std::vector<std::string> paths, uuids;
    std::vector<uint32_t> bases;
    Xapian::Database db;

    void open()
    {
        db = Xapian::Database();
        uuids.clear();
        for (const std::string &path : paths) {
            Xapian::Database part(path);
            uuids.push_back(part.get_uuid());
            db.add_database(part);
        }
    }
    uint32_t document(Xapian::docid combined) const
    {
        size_t n = paths.size(), number = combined - 1;
        return bases[number % n] + (uint32_t)(number / n);
    }
    const char *name() const { return paths.empty() ? "words" : paths[0].c_str(); }
};

int words_open(struct ctx *ctx, const char *const *paths, const uint32_t *bases, size_t n, struct words **out)
{
    *out = nullptr;
    return guard(ctx, n > 0 ? paths[0] : "words", [&] {
        struct words w;
        w.paths.assign(paths, paths + n);
        w.bases.assign(bases, bases + n);
        w.open();
        *out = new words(std::move(w));
    });
}

void words_free(struct words *w)
{
    Failure ignored;
    catching(ignored, [&] { delete w; });
}

struct words *words_clone(struct ctx *ctx, const struct words *w)
{
    struct words *clone = nullptr;
    guard(ctx, w->name(), [&] {
        struct words copy;
        copy.paths = w->paths;
        copy.bases = w->bases;
        copy.open();
        clone = new words(std::move(copy));
    });
    return clone;
}

/* ---- Ranking -------------------------------------------------------------- */

namespace
{

/* Documents by our numbers as one part of the database sees them: a source is copied for each part, and
 * init() tells which. (A MatchDecider would not do: with several parts it is given the part's own number.) */
class PartSource : public Xapian::PostingSource
{
  protected:
    const struct words *all;
    words_alive *alive; /* NULL: all are */
    const void *self;
    uint32_t base = 0, stop = 0; /* the part's documents */
    bool started = false;

    bool living(uint32_t doc) const { return !alive || alive(self, doc); }
    virtual void begin() = 0;

  public:
    PartSource(const struct words *w, words_alive *a, const void *s) : all(w), alive(a), self(s) {}

    void init(const Xapian::Database &part) override
    {
        size_t i = 0;
        if (all->uuids.size() > 1)
            i = size_t(std::find(all->uuids.begin(), all->uuids.end(), part.get_uuid()) - all->uuids.begin());
        if (i == all->uuids.size())
            throw Xapian::DatabaseCorruptError("part of unknown UUID");
        base = all->bases[i];
        stop = base + part.get_lastdocid();
        started = false;
        set_maxweight(0);
        begin();
    }
    Xapian::doccount get_termfreq_min() const override { return 0; }
};

/* All that live. */
class LivingSource : public PartSource
{
    uint32_t doc = 0;

    void settle()
    {
        while (doc < stop && !living(doc))
            ++doc;
    }
    void begin() override { doc = base; }

  public:
    using PartSource::PartSource;
    PostingSource *clone() const override { return new LivingSource(all, alive, self); }
    Xapian::doccount get_termfreq_est() const override { return stop - base; }
    Xapian::doccount get_termfreq_max() const override { return stop - base; }
    Xapian::docid get_docid() const override { return doc - base + 1; }
    bool at_end() const override { return doc >= stop; }
    void next(double) override
    {
        doc += started;
        started = true;
        settle();
    }
    void skip_to(Xapian::docid local, double) override
    {
        started = true;
        doc = std::max(doc, base + local - 1);
        settle();
    }
    bool check(Xapian::docid local, double) override
    {
        started = true;
        doc = base + local - 1;
        return doc < stop && living(doc);
    }
};

/* Those of a list. */
class RequiredSource : public PartSource
{
    const struct docs *required;
    const uint32_t *at = nullptr, *end = nullptr;
    Xapian::doccount size = 0;

    void settle()
    {
        while (at != end && !living(*at))
            ++at;
    }
    void begin() override
    {
        const uint32_t *first = required->at, *last = first + required->n;
        at = std::lower_bound(first, last, base);
        end = std::lower_bound(at, last, stop);
        size = Xapian::doccount(end - at);
    }

  public:
    RequiredSource(const struct words *w, const struct docs *d, words_alive *a, const void *s)
        : PartSource(w, a, s), required(d)
    {
    }
    PostingSource *clone() const override { return new RequiredSource(all, required, alive, self); }
    Xapian::doccount get_termfreq_est() const override { return size; }
    Xapian::doccount get_termfreq_max() const override { return size; }
    Xapian::docid get_docid() const override { return *at - base + 1; }
    bool at_end() const override { return at == end; }
    void next(double) override
    {
        at += started;
        started = true;
        settle();
    }
    /* Galloping: twice as far each time, then halving. */
    void skip_to(Xapian::docid local, double) override
    {
        started = true;
        const uint32_t wanted = base + local - 1;
        size_t step = 1;
        while (size_t(end - at) > step && at[step] < wanted) {
            at += step;
            step *= 2;
        }
        at = std::lower_bound(at, at + std::min(step + 1, size_t(end - at)), wanted);
        settle();
    }
};

bool better(const struct rank_hit &a, const struct rank_hit &b)
{
    return a.score != b.score ? a.score > b.score : a.doc < b.doc;
}

/* idf^rare, of all parts together: the same for each of them. */
double rarity(const Xapian::Database &db, const std::string &term, double rare)
{
    double all = db.get_doccount(), with = db.get_termfreq(term);
    return std::pow(std::log(1 + (all - with + .5) / (with + .5)), rare);
}

Xapian::Query query_of(const Xapian::Database &db, const struct rank_query *q)
{
    std::vector<Xapian::Query> words;
    words.reserve(q->nwords);
    for (size_t i = 0; i < q->nwords; i++) {
        const struct rank_word &word = q->words[i];
        if (!(word.weight > 0) || word.term.n == 0 || word.term.n > LONGEST_TERM)
            continue;
        const std::string term = string_of(word.term);
        double weight = q->rare > 0 ? word.weight * rarity(db, term, q->rare) : word.weight;
        Xapian::Query one(term);
        words.push_back(weight == 1 ? one : Xapian::Query(Xapian::Query::OP_SCALE_WEIGHT, one, weight));
    }
    return Xapian::Query(Xapian::Query::OP_OR, words.begin(), words.end());
}

/* One answer: the documents that have a word, best first, as many as asked and the equals of the last. */
class Ranking
{
    struct words *all;
    const struct docs *required;
    words_alive *alive;
    const void *self;
    Xapian::Enquire enquire;

    static double rounded(double weight) { return std::nearbyint(weight * ROUNDING) / ROUNDING; }

    /* Has the run of equal scores that `wanted` ends in come to its end? */
    static bool complete(const Xapian::MSet &found, Xapian::doccount asked, Xapian::doccount wanted)
    {
        return found.size() < asked || wanted == 0 ||
               rounded(found[wanted - 1].get_weight()) != rounded(found[asked - 1].get_weight());
    }

    Xapian::MSet fetch(Xapian::doccount wanted)
    {
        const Xapian::doccount most = all->db.get_doccount();
        wanted = std::min(wanted, most);
        for (Xapian::doccount asked = wanted + 1;; asked = std::min(asked, most) * 2 + 1) {
            Xapian::MSet found = enquire.get_mset(0, asked);
            if (complete(found, asked, wanted))
                return found;
        }
    }

    Xapian::Query filtered(const Xapian::Query &words) const
    {
        if (!required && !alive)
            return words;
        PartSource *source = required
                                 ? static_cast<PartSource *>(new RequiredSource(all, required, alive, self))
                                 : new LivingSource(all, alive, self);
        return Xapian::Query(Xapian::Query::OP_FILTER, words, Xapian::Query(source->release()));
    }

  public:
    std::vector<struct rank_hit> hits;

    Ranking(struct words *w, const struct rank_query *q, words_alive *a, const void *s)
        : all(w), required(q->required), alive(a), self(s), enquire(w->db)
    {
        enquire.set_weighting_scheme(Xapian::BM25Weight(K1, K2, K3, B, LEAST_LENGTH));
    }

    void with_words(const Xapian::Query &words, Xapian::doccount wanted)
    {
        enquire.set_query(filtered(words));
        Xapian::MSet found = fetch(wanted);
        hits.reserve(found.size());
        for (auto i = found.begin(); i != found.end(); ++i)
            hits.push_back({ all->document(*i), rounded(i.get_weight()) });
        std::sort(hits.begin(), hits.end(), better);
    }

    /* When those are all there are: the required ones without a word. */
    void without_words(size_t wanted)
    {
        std::vector<uint32_t> have;
        for (const struct rank_hit &hit : hits)
            have.push_back(hit.doc);
        std::sort(have.begin(), have.end());
        auto next = have.begin();
        for (size_t i = 0; i < required->n && hits.size() < wanted; i++) {
            uint32_t doc = required->at[i];
            if (next != have.end() && *next == doc)
                ++next;
            else if (!alive || alive(self, doc))
                hits.push_back({ doc, 0 });
        }
    }
};

} /* namespace */

int words_rank(struct ctx *ctx, struct words *w, const struct rank_query *q, words_alive *alive,
               const void *self, size_t first, size_t count, struct rank_hit *out, size_t *n)
{
    *n = 0;
    if (w->paths.empty() || count == 0 || (q->required && q->required->n == 0))
        return TIAN_OK;
    size_t wanted = first + std::min(count, SIZE_MAX - first);
    auto work = [&] {
        Ranking ranking(w, q, alive, self);
        Xapian::Query words = query_of(w->db, q);
        if (!words.empty())
            ranking.with_words(words, Xapian::doccount(std::min<size_t>(wanted, UINT32_MAX)));
        if (q->required && ranking.hits.size() < wanted)
            ranking.without_words(wanted);
        for (size_t i = first; i < ranking.hits.size() && i < wanted; i++)
            out[(*n)++] = ranking.hits[i];
    };
    return guard(ctx, w->name(), work);
}

int words_frequency(struct ctx *ctx, struct words *w, struct str term, uint32_t *documents)
{
    *documents = 0;
    if (w->paths.empty() || term.n == 0 || term.n > LONGEST_TERM)
        return TIAN_OK;
    return guard(ctx, w->name(), [&] { *documents = w->db.get_termfreq(string_of(term)); });
}

/* ---- Walking all ---------------------------------------------------------- */

namespace
{

/* One term at a time is fetched inside the guard and shown outside it: visit may allocate, so it may jump. */
struct Walk {
    Xapian::Database db;
    Xapian::TermIterator term, end;
    std::string name;
    uint32_t frequency = 0;
    std::vector<std::pair<uint32_t, uint32_t>> documents; /* number, count */

    explicit Walk(const char *path) : db(path), term(db.allterms_begin()), end(db.allterms_end()) {}

    bool next(bool with_documents)
    {
        if (term == end)
            return false;
        name = *term;
        frequency = term.get_termfreq();
        documents.clear();
        if (with_documents)
            for (auto i = db.postlist_begin(name); i != db.postlist_end(name); ++i)
                documents.emplace_back(*i - 1, i.get_wdf());
        ++term;
        return true;
    }
};

void walk_free(void *walk)
{
    Failure ignored;
    catching(ignored, [&] { delete static_cast<Walk *>(walk); });
}

/* show() gets the walk at each term. */
template <typename Show> int walk_all(struct ctx *ctx, const char *path, bool with_documents, Show show)
{
    struct arena *arena = arena_new(ctx->arena);
    Walk *walk = nullptr;
    bool more = true;
    int code = guard(ctx, path, [&] { walk = new Walk(path); });
    if (walk)
        arena_defer(arena, walk_free, walk);
    while (code == TIAN_OK) {
        code = guard(ctx, path, [&] { more = walk->next(with_documents); });
        if (code != TIAN_OK || !more)
            break;
        code = show(walk, (struct str){ walk->name.data(), walk->name.size() });
    }
    arena_free(arena);
    return code;
}

} /* namespace */

int words_each(struct ctx *ctx, const char *path, words_visit *visit, void *self)
{
    return walk_all(ctx, path, true, [&](const Walk *walk, struct str term) {
        int code = TIAN_OK;
        for (size_t i = 0; code == TIAN_OK && i < walk->documents.size(); i++)
            code = visit(self, term, walk->documents[i].first, walk->documents[i].second);
        return code;
    });
}

int words_terms(struct ctx *ctx, const char *path, words_term *visit, void *self)
{
    return walk_all(ctx, path, false,
                    [&](const Walk *walk, struct str term) { return visit(self, term, walk->frequency); });
}
