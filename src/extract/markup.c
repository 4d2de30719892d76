/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * XML in packed files and from other programs, read in a stream by libxml2's
 * text reader: nothing is fetched, entities are not replaced, a document type
 * declaration is refused (no office format has one; external entities and entity
 * bombs need one).
 */
#include "extract/package.h"

#include <libxml/xmlreader.h>

enum {
    OPTIONS = XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_COMPACT
};

struct xml {
    struct package *package;
    struct arena *arena;
    struct member *member; /* what is read; NULL: a text */
    xmlTextReaderPtr reader;
    struct buf attribute;
};

static int read_io(void *self, char *p, int n)
{
    struct member *m = self;
    size_t got = member_read(m, p, (size_t)n);
    return m->code != 0 ? -1 : (int)got;
}

static int close_io(void *self)
{
    (void)self;
    return 0;
}

static void silent(void *self, const char *format, ...)
{
    (void)self;
    (void)format;
}

static struct str text_of(const xmlChar *text)
{
    return str_of((const char *)text);
}

struct str xml_attribute(struct xml *x, const char *name)
{
    struct str found = STR_NONE;
    while (found.n == 0 && xmlTextReaderMoveToNextAttribute(x->reader) == 1)
        if (str_eq(text_of(xmlTextReaderConstLocalName(x->reader)), str_of(name))) {
            buf_clear(&x->attribute);
            buf_str(&x->attribute, text_of(xmlTextReaderConstValue(x->reader)));
            found = buf_view(&x->attribute);
        }
    xmlTextReaderMoveToElement(x->reader);
    return found;
}

/* One node. *skipped: depth of the element whose inside is left out, -1 when none is. */
static int visit(struct xml *x, const struct xml_handler *h, void *self, int *skipped)
{
    int depth = xmlTextReaderDepth(x->reader), type = xmlTextReaderNodeType(x->reader);
    if (type == XML_READER_TYPE_DOCUMENT_TYPE)
        return ctx_fail(x->package->ctx, TIAN_EFORMAT, NULL,
                        "it declares a document type, as no office file does: refused",
                        "含有文档类型声明，拒绝读取");
    if (*skipped >= 0 && (depth > *skipped || type != XML_READER_TYPE_END_ELEMENT))
        return 0;
    if (*skipped >= 0) {
        *skipped = -1;
        return 0;
    }
    if (type == XML_READER_TYPE_ELEMENT) {
        bool empty = xmlTextReaderIsEmptyElement(x->reader) == 1;
        struct str name = text_of(xmlTextReaderConstLocalName(x->reader));
        bool inside = h->open(self, x, name);
        if (empty && inside)
            h->close(self, name);
        else if (!empty && !inside)
            *skipped = depth;
    } else if (type == XML_READER_TYPE_END_ELEMENT) {
        h->close(self, text_of(xmlTextReaderConstLocalName(x->reader)));
    } else if (type == XML_READER_TYPE_TEXT || type == XML_READER_TYPE_CDATA ||
               type == XML_READER_TYPE_SIGNIFICANT_WHITESPACE || type == XML_READER_TYPE_WHITESPACE) {
        h->text(self, text_of(xmlTextReaderConstValue(x->reader)));
    }
    return 0;
}

static void close_reader(void *reader)
{
    xmlFreeTextReader(reader);
}

/* Every node of x->reader, which the arena frees. */
static int walk(struct xml *x, struct str name, const struct xml_handler *h, void *self)
{
    struct ctx *ctx = x->package->ctx;
    int code = 0, more = 0, skipped = -1;
    if (!x->reader)
        return ctx_fail(ctx, TIAN_EMEMORY, NULL, "no memory for the XML", "内存不足");
    arena_defer(x->arena, close_reader, x->reader);
    while (code == 0 && (more = xmlTextReaderRead(x->reader)) == 1)
        code = visit(x, h, self, &skipped);
    if (code == 0 && x->member && x->member->code != 0)
        code = x->member->code;
    if (code == 0 && more < 0)
        code = ctx_fail(ctx, TIAN_EFORMAT, NULL, "the XML in %.*s is damaged or made to do harm",
                        "%.*s 中的 XML 已损坏或有害", STR_ARG(name));
    return code;
}

static struct xml xml_of(struct package *p)
{
    struct xml x = { .package = p, .arena = arena_new(p->ctx->arena) };
    buf_init(&x.attribute, x.arena);
    xmlSetGenericErrorFunc(NULL, silent);
    return x;
}

int xml_walk(struct member *m, const struct xml_handler *h, void *self)
{
    struct xml x = xml_of(m->package);
    x.member = m;
    x.reader = xmlReaderForIO(read_io, close_io, m, "member", NULL, OPTIONS);
    int code = walk(&x, m->name, h, self);
    arena_free(x.arena);
    return code;
}

int xml_walk_text(struct package *p, struct str name, struct str xml, const struct xml_handler *h, void *self)
{
    struct xml x = xml_of(p);
    if (xml.n < INT32_MAX)
        x.reader = xmlReaderForMemory(xml.p, (int)xml.n, "text", "UTF-8", OPTIONS);
    int code = walk(&x, name, h, self);
    arena_free(x.arena);
    return code;
}
