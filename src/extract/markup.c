/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * XML in packed files and from other programs, read in a stream by libxml2, which
 * calls us for every element (SAX) and builds no tree: nothing is fetched, entities
 * are not replaced, a document type declaration is refused (no office format has
 * one; external entities and entity bombs need one).
 */
#include "extract/package.h"

#include <libxml/parser.h>
#include <libxml/parserInternals.h>

struct xml {
    struct package *package;
    const struct xml_handler *handler;
    void *self;
    xmlParserCtxtPtr parser;
    const xmlChar **attributes; /* of the element being opened, five pointers each */
    int nattributes;
    unsigned depth, skipped; /* elements open; at which the one is whose inside is left out, 0: none */
    int code;
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

/* Of each: local name, prefix, namespace, where the value begins and ends. */
struct str xml_attribute(struct xml *x, const char *name)
{
    for (int i = 0; i < x->nattributes; i++) {
        const xmlChar **a = x->attributes + (ptrdiff_t)i * 5;
        if (a[4] > a[3] && str_eq(text_of(a[0]), str_of(name)))
            return (struct str){ (const char *)a[3], (size_t)(a[4] - a[3]) };
    }
    return STR_NONE;
}

/* ---- what libxml2 calls --------------------------------------------------------- */

static void open_element(void *self, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
                         int nspaces, const xmlChar **spaces, int nattributes, int ndefaulted,
                         const xmlChar **attributes)
{
    struct xml *x = self;
    (void)prefix, (void)uri, (void)nspaces, (void)spaces, (void)ndefaulted;
    x->depth++;
    if (x->skipped > 0)
        return;
    x->attributes = attributes;
    x->nattributes = nattributes;
    if (!x->handler->open(x->self, x, text_of(name)))
        x->skipped = x->depth;
}

static void close_element(void *self, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
    struct xml *x = self;
    (void)prefix, (void)uri;
    if (x->skipped == 0)
        x->handler->close(x->self, text_of(name));
    else if (x->skipped == x->depth)
        x->skipped = 0;
    x->depth--;
}

static void take_characters(void *self, const xmlChar *text, int n)
{
    struct xml *x = self;
    if (x->skipped == 0)
        x->handler->text(x->self, (struct str){ (const char *)text, (size_t)n });
}

static void refuse_type(void *self, const xmlChar *name, const xmlChar *id, const xmlChar *system)
{
    struct xml *x = self;
    (void)name, (void)id, (void)system;
    x->code = ctx_fail(x->package->ctx, TIAN_EFORMAT, NULL,
                       "it declares a document type, as no office file does: refused",
                       "含有文档类型声明，拒绝读取");
    xmlStopParser(x->parser);
}

/* ---- a whole document ------------------------------------------------------------ */

static xmlSAXHandler sax_of_ours(void)
{
    return (xmlSAXHandler){ .initialized = XML_SAX2_MAGIC,
                            .internalSubset = refuse_type,
                            .startElementNs = open_element,
                            .endElementNs = close_element,
                            .characters = take_characters,
                            .ignorableWhitespace = take_characters,
                            .cdataBlock = take_characters };
}

static void free_parser(void *parser)
{
    xmlFreeParserCtxt(parser);
}

/* Run x->parser, which it frees; *source: how reading went, NULL when nothing is read. */
static int walk(struct xml *x, struct str name, const int *source)
{
    struct ctx *ctx = x->package->ctx;
    struct arena *arena = arena_new(ctx->arena);
    if (!x->parser)
        return ctx_fail(ctx, TIAN_EMEMORY, NULL, "no memory for the XML", "内存不足");
    arena_defer(arena, free_parser, x->parser);
    xmlCtxtUseOptions(x->parser, XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
    xmlParseDocument(x->parser);
    if (x->code == 0 && source)
        x->code = *source;
    if (x->code == 0 && !x->parser->wellFormed)
        x->code = ctx_fail(ctx, TIAN_EFORMAT, NULL, "the XML in %.*s is damaged or made to do harm",
                           "%.*s 中的 XML 已损坏或有害", STR_ARG(name));
    arena_free(arena);
    return x->code;
}

int xml_walk(struct member *m, const struct xml_handler *h, void *self)
{
    struct xml x = { .package = m->package, .handler = h, .self = self };
    xmlSAXHandler sax = sax_of_ours();
    xmlSetGenericErrorFunc(NULL, silent);
    x.parser = xmlCreateIOParserCtxt(&sax, &x, read_io, close_io, m, XML_CHAR_ENCODING_NONE);
    return walk(&x, m->name, &m->code);
}

int xml_walk_text(struct package *p, struct str name, struct str xml, const struct xml_handler *h, void *self)
{
    struct xml x = { .package = p, .handler = h, .self = self };
    xmlSetGenericErrorFunc(NULL, silent);
    x.parser = xml.n < INT32_MAX ? xmlCreateMemoryParserCtxt(xml.p, (int)xml.n) : NULL;
    if (x.parser) {
        *x.parser->sax = sax_of_ours();
        x.parser->userData = &x;
    }
    return walk(&x, name, NULL);
}
