/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What a reader sees of a found document: title with marks, snippets, fields,
 * and labels. A hidden document shows its
 * id, number and unit to a reader who is not an officer, and nothing else.
 */
#include "search/hit.h"

#include "search/search.h"
#include "search/show.h"
#include "search/snippet.h"

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
}
