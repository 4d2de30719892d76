/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What a reader sees of a found document: title with marks, snippets, fields,
 * labels, and with --explain why it is where it is. A hidden document shows its
 * id, number and unit to a reader who is not an officer, and nothing else.
 */
#include "search/hit.h"

#include "search/search.h"
#include "search/show.h"
#include "search/snippet.h"

static size_t count_spots(const struct spots *spots, uint32_t word)
{
    size_t n = 0;
    for (size_t i = 0; i < spots->n; i++)
        n += spots->at[i].word == word;
    return n;
}

static void explain_word(struct run *run, const struct plan_word *word, size_t times, struct buf *out)
{
    unsigned documents = snapshot_word_count(run->ctx, run->reader->snapshot, word->term);
    buf_printf(out, say("\n%.*s: %u documents, %zu times in the text", "\n%.*s：%u 篇文件，正文中 %zu 次"),
               STR_ARG(word->term), documents, times);
    if (word->left_out)
        buf_cstr(out, say("; does not rank", "；不计入排序"));
    for (size_t i = 1; i < word->nforms; i++) {
        struct normal view = { .unit = (uint16_t *)(uintptr_t)word->forms[i].unit, .n = word->forms[i].n };
        buf_cstr(out, i == 1 ? say("; also as ", "；也写作 ") : " ");
        normal_utf8(&view, 0, view.n, out);
    }
}

/* One word a line: the documents that hold it, the times it stands here. Spots number a leaf's part first,
 * then its words (see match_spots). */
static const char *explain(struct run *run, const struct found *found, const struct spots *body)
{
    struct buf out;
    uint32_t word = 0;
    buf_init(&out, run->ctx->arena);
    buf_printf(&out, say("score %.4f", "得分 %.4f"), found->score);
    buf_cstr(&out, found->exact ? say(", as typed", "，与输入完全一致") : "");
    for (size_t i = 0; i < run->plan.nleaves; i++) {
        const struct plan_node *leaf = run->plan.leaves[i];
        word++;
        for (size_t k = 0; k < leaf->nwords; k++) {
            word += leaf->kind == QUERY_WORDS;
            explain_word(run, &leaf->words[k], count_spots(body, word), &out);
        }
    }
    buf_char(&out, '\0');
    return out.p;
}

void hit_make(struct run *run, const struct found *found, struct spots *spots, struct tian_hit *out)
{
    struct arena *arena = run->ctx->arena;
    const struct page *page = &run->page;
    const struct document *document = &page->document;
    enum reading reading = run->plan.reading;
    *out = (struct tian_hit){ .id = arena_cstr(arena, document->id),
                              .score = found->score,
                              .exact = found->exact };
    out->hidden = page_is_hidden(run->reader, page->doc);
    out->title.text = "";
    if (run->options->brief)
        return;
    if (page->hidden) {
        out->title = show_veil();
        show_veiled_fields(arena, document, &out->fields, &out->nfields);
        return;
    }
    struct stretch title = page_text(page, true);
    out->title.text = arena_cstr(arena, document->title);
    out->title.length = document->title.n;
    match_spots(&run->plan, page, reading, true, spots);
    snippet_marks(arena, &title, spots, &out->title);
    match_spots(&run->plan, page, reading, false, spots);
    snippet_make(arena, page, spots, out);
    search_public_fields(arena, document, &out->fields, &out->nfields);
    struct document labelled = *document;
    document_label_folded(run->reader->builder, arena, &labelled, &page->title, &page->body);
    search_public_labels(arena, &labelled, &out->labels, &out->nlabels);
    if (run->options->explain)
        out->explain = explain(run, found, spots);
}
