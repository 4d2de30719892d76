/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Private to http/: pieces of HTML every page uses. All text is escaped here.
 */
#ifndef TIAN_HTML_H
#define TIAN_HTML_H

#include "http/request.h"

void html_begin(struct request *, const char *title, const char *active); /* active: path of the tab */
void html_end(struct request *);
void html_text(struct request *, const char *text);
void html_marked(struct request *, const struct tian_text *); /* with <mark> */
void html_marked_range(struct request *, const struct tian_text *, uint32_t from, uint32_t to);
/* Paragraphs of [from, to) of a text with marks. */
void html_paragraphs(struct request *, const struct tian_text *, uint32_t from, uint32_t to);
/* An href value: path, then arguments of the request with one replaced (name NULL: none). */
void html_href(struct request *, const char *path, const char *name, const char *value);
void html_document_href(struct request *, const char *id, const char *query);
/* Its title and the way to it; of one that may not be read, that it is not public. */
void html_document_title(struct request *, const char *id, const char *title, bool hidden);
void html_option(struct request *, const char *value, const char *text, const char *chosen);
/* The taxonomy as options, a second level indented; none: what no theme is called. */
void html_theme_options(struct request *, const char *none, const char *chosen);
void html_labels(struct request *, const struct tian_label *, size_t n);
/* number · session · proposer … in one line; fields in the order and under the names of FIELD_NAMES. */
void html_fields(struct request *, const struct tian_field *, size_t n);
const char *field_value(const struct tian_field *, size_t n, const char *name); /* NULL when absent */

/* The embedded page/tian.css. */
extern const char tian_style_begin[];
extern const size_t tian_style_size;

#endif
