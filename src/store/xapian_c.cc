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
 * Several segments are ranked as one: idf and average length are those of one
 * Xapian::Database of all, lists are walked part by part, document = base + number.
 * Order must not depend on how documents are spread over segments, so a document's
 * weights are added in one order, and scores are rounded to 2^-30.
 */
#include <xapian.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <functional>
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
constexpr double K1 = 1.2, B = 0.9;
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
    std::vector<std::string> paths;
    std::vector<uint32_t> bases;
    std::vector<Xapian::Database> parts; /* of db, in order */
    Xapian::Database db;

    void open()
    {
        db = Xapian::Database();
        parts.clear();
        for (const std::string &path : paths) {
            parts.emplace_back(path);
            db.add_database(parts.back());
        }
    }
    size_t span() const { return paths.empty() ? 0 : bases.back() + size_t(parts.back().get_lastdocid()); }
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

bool better(const struct rank_hit &a, const struct rank_hit &b)
{
    return a.score != b.score ? a.score > b.score : a.doc < b.doc;
}

double rounded(double weight)
{
    return std::nearbyint(weight * ROUNDING) / ROUNDING;
}

/* One answer, word by word: each posting list is walked once and added to the documents' scores, those of the
 * words that say most first. With required documents only theirs are looked up. Without, all that a list
 * names are touched, until what the remaining words can add could not bring a new document among the best any
 * more: from there on only the documents that can still be among them are looked up.
 *
 * This is what Xapian's matcher does document by document; measured on c10k, lists of some thousand
 * documents: a quarter of its time. The formula is that of Xapian::BM25Weight. */
class Ranking
{
    struct Word {
        std::string term;
        double weight, documents;
    };
    const struct words *all;
    const struct rank_facts *facts;
    const double count, average;
    std::vector<Word> words;  /* the heaviest first */
    std::vector<double> rest; /* of each word: what it and all behind it can add at most */

    /* Documents looked up, ascending, and their scores. */
    std::vector<uint32_t> docs;
    std::vector<double> score, slow; /* slow: K1 × (1 - B + B × length / average) */

    /* idf, below a third of all documents and above: a word that all have must not count against. */
    static double idf(double all, double with)
    {
        const double odds = (all - with + .5) / (with + .5);
        return std::log(odds < 2 ? odds / 2 + 1 : odds);
    }

    void add_word(const struct rank_word &word, double rare)
    {
        const std::string term = string_of(word.term);
        const double with = all->db.get_termfreq(term);
        if (with == 0)
            return;
        double weight = word.weight * idf(count, with) * (K1 + 1);
        if (rare > 0) /* idf^rare */
            weight *= std::pow(std::log(1 + (count - with + .5) / (with + .5)), rare);
        words.push_back({ term, weight, with });
    }

    double slowness(size_t part, uint32_t doc) const
    {
        double length = facts->length(facts->self, doc);
        if (length == 0) /* a segment of before lengths were kept beside */
            length = all->parts[part].get_doclength(doc - all->bases[part] + 1);
        return K1 * (1 - B + (average > 0 ? B * length / average : 0));
    }

    /* ---- looking up */

    void look_up(const Word &word, size_t part, size_t from, size_t to)
    {
        const uint32_t base = all->bases[part] - 1;
        const bool dense = word.documents < 2.0 * double(to - from); /* then the next one is likely the one */
        auto posting = all->parts[part].postlist_begin(word.term);
        const auto end = all->parts[part].postlist_end(word.term);
        for (size_t i = from; i < to && posting != end; i++) {
            const Xapian::docid wanted = docs[i] - base;
            if (dense && *posting < wanted)
                ++posting;
            if (posting != end && *posting < wanted)
                posting.skip_to(wanted);
            if (posting == end || *posting != wanted)
                continue;
            const double times = posting.get_wdf();
            score[i] += word.weight * (times / (slow[i] + times));
        }
    }

    /* The words from `first` on in the documents at hand. */
    void look_up_all(size_t first)
    {
        slow.resize(docs.size());
        for (size_t part = 0, from = 0; part < all->parts.size(); part++) {
            size_t to = docs.size();
            if (part + 1 < all->parts.size())
                to = size_t(
                    std::lower_bound(docs.begin() + (ptrdiff_t)from, docs.end(), all->bases[part + 1]) -
                    docs.begin());
            for (size_t i = from; i < to; i++)
                slow[i] = slowness(part, docs[i]);
            for (size_t w = first; w < words.size() && from < to; w++)
                look_up(words[w], part, from, to);
            from = to;
        }
    }

    /* ---- any document */

    struct Touched {
        std::vector<double> score; /* of every document */
        std::vector<uint32_t> docs;
    };

    void touch(const Word &word, Touched &touched) const
    {
        for (size_t part = 0; part < all->parts.size(); part++) {
            const auto end = all->parts[part].postlist_end(word.term);
            for (auto posting = all->parts[part].postlist_begin(word.term); posting != end; ++posting) {
                const uint32_t doc = all->bases[part] + *posting - 1;
                const double times = posting.get_wdf();
                if (times == 0 || (facts->alive && !facts->alive(facts->self, doc)))
                    continue;
                if (touched.score[doc] == 0)
                    touched.docs.push_back(doc);
                touched.score[doc] += word.weight * (times / (slowness(part, doc) + times));
            }
        }
    }

    /* The score that a document must reach to be among the `wanted` best so far. */
    static double threshold(const Touched &touched, size_t wanted)
    {
        std::vector<double> scores;
        if (touched.docs.size() <= wanted || wanted == 0)
            return 0;
        scores.reserve(touched.docs.size());
        for (uint32_t doc : touched.docs)
            scores.push_back(touched.score[doc]);
        std::nth_element(scores.begin(), scores.begin() + (ptrdiff_t)(wanted - 1), scores.end(),
                         std::greater<double>());
        return scores[wanted - 1];
    }

    void rank_any(size_t wanted)
    {
        constexpr double A_LITTLE = 1e-6; /* more than rounding can do */
        Touched touched{ std::vector<double>(all->span()), {} };
        size_t w = 0;
        double least = 0;
        for (; w < words.size() && least <= rest[w] + A_LITTLE; w++) {
            touch(words[w], touched);
            if (w + 1 < words.size() && words[w + 1].documents * 2 > double(touched.docs.size()))
                least = threshold(touched, wanted);
        }
        std::sort(touched.docs.begin(), touched.docs.end());
        for (uint32_t doc : touched.docs)
            if (touched.score[doc] + rest[w] + A_LITTLE >= least) {
                docs.push_back(doc);
                score.push_back(touched.score[doc]);
            }
        if (w < words.size())
            look_up_all(w);
    }

    void rank_required(const struct docs *required)
    {
        for (size_t i = 0; i < required->n; i++)
            if (!facts->alive || facts->alive(facts->self, required->at[i]))
                docs.push_back(required->at[i]);
        score.resize(docs.size());
        look_up_all(0);
    }

  public:
    Ranking(const struct words *w, const struct rank_query *q, const struct rank_facts *f)
        : all(w), facts(f), count(w->db.get_doccount()), average(w->db.get_avlength())
    {
        for (size_t i = 0; i < q->nwords; i++) {
            const struct rank_word &word = q->words[i];
            if (word.weight > 0 && word.term.n > 0 && word.term.n <= LONGEST_TERM)
                add_word(word, q->rare);
        }
        std::stable_sort(words.begin(), words.end(),
                         [](const Word &a, const Word &b) { return a.weight > b.weight; });
        rest.resize(words.size() + 1);
        for (size_t i = words.size(); i-- > 0;)
            rest[i] = rest[i + 1] + words[i].weight;
    }

    std::vector<struct rank_hit> best(const struct docs *required, size_t wanted)
    {
        if (required)
            rank_required(required);
        else if (!words.empty())
            rank_any(wanted);
        std::vector<struct rank_hit> hits;
        hits.reserve(docs.size());
        for (size_t i = 0; i < docs.size(); i++)
            hits.push_back({ docs[i], rounded(score[i]) });
        wanted = std::min(wanted, hits.size());
        std::partial_sort(hits.begin(), hits.begin() + (ptrdiff_t)wanted, hits.end(), better);
        return hits;
    }
};

} /* namespace */

int words_rank(struct ctx *ctx, struct words *w, const struct rank_query *q, const struct rank_facts *facts,
               size_t first, size_t count, struct rank_hit *out, size_t *n)
{
    *n = 0;
    if (w->paths.empty() || count == 0 || (q->required && q->required->n == 0))
        return TIAN_OK;
    size_t wanted = first + std::min(count, SIZE_MAX - first);
    auto work = [&] {
        std::vector<struct rank_hit> hits = Ranking(w, q, facts).best(q->required, wanted);
        for (size_t i = first; i < hits.size() && i < wanted; i++)
            out[(*n)++] = hits[i];
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
