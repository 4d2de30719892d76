/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * HTML, as web sites and "save as web page" give it: libxml2's forgiving parser,
 * in a child. Blocks become lines, cells are parted by tabs, blanks and line ends
 * of the source mean nothing; scripts, styles, forms and menus are left out. The
 * page's title is a field, without the site's name behind it.
 *
 * Its encoding was decided by charset.c, which also listens to what the page
 * itself declares: here it is UTF-8.
 */
#include "extract/package.h"

#include <libxml/HTMLparser.h>
#include <strings.h>

enum {
    LOOK = 2048,
    TITLE_BYTES = 12,
    TITLE_MOST = 240
};

static bool has_word(struct str head, const char *word)
{
    size_t n = strlen(word);
    for (size_t i = 0; i + n <= head.n; i++)
        if (strncasecmp(head.p + i, word, n) == 0)
            return true;
    return false;
}

bool webpage_sniff(const struct reading *r)
{
    struct str text = str_trim(r->text);
    struct str head = str_sub(text, 0, text.n < LOOK ? text.n : LOOK);
    if (head.n == 0 || head.p[0] != '<')
        return false;
    return has_word(head, "<html") || has_word(head, "<!doctype html") || has_word(head, "<body");
}

/* ---- the tree → text ------------------------------------------------------------- */

enum kind {
    INLINE,
    BLOCK,
    BREAK,
    CELL,
    OUT
};

static enum kind kind_of(const xmlNode *node)
{
    static const struct {
        const char *name;
        enum kind kind;
    } kinds[] = {
        { "p", BLOCK },          { "div", BLOCK },    { "br", BREAK },     { "tr", BLOCK },
        { "td", CELL },          { "th", CELL },      { "li", BLOCK },     { "h1", BLOCK },
        { "h2", BLOCK },         { "h3", BLOCK },     { "h4", BLOCK },     { "h5", BLOCK },
        { "h6", BLOCK },         { "table", BLOCK },  { "ul", BLOCK },     { "ol", BLOCK },
        { "dl", BLOCK },         { "dt", BLOCK },     { "dd", BLOCK },     { "section", BLOCK },
        { "article", BLOCK },    { "header", BLOCK }, { "footer", BLOCK }, { "pre", BLOCK },
        { "blockquote", BLOCK }, { "hr", BREAK },     { "script", OUT },   { "style", OUT },
        { "head", OUT },         { "nav", OUT },      { "select", OUT },   { "button", OUT },
        { "textarea", OUT },     { "template", OUT }, { "noscript", OUT }, { "iframe", OUT },
        { "object", OUT },       { "svg", OUT },      { "input", OUT },    { "caption", BLOCK },
        { "form", BLOCK },       { "center", BLOCK }, { "main", BLOCK },   { "aside", BLOCK },
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp((const char *)node->name, kinds[i].name) == 0)
            return kinds[i].kind;
    return INLINE;
}

static void end_line(struct buf *out)
{
    while (out->n > 0 && strchr(" \t", out->p[out->n - 1]))
        out->n--;
    if (out->n > 0 && out->p[out->n - 1] != '\n')
        buf_char(out, '\n');
}

/* Runs of white space are one blank, none at the start of a line. */
static void put_text(struct buf *out, struct str text)
{
    for (size_t i = 0; i < text.n; i++) {
        bool blank = strchr(" \t\r\n", text.p[i]) != NULL;
        if (!blank)
            buf_char(out, text.p[i]);
        else if (out->n > 0 && !strchr(" \t\n", out->p[out->n - 1]))
            buf_char(out, ' ');
    }
}

static void open_node(struct buf *out, const xmlNode *node, enum kind kind)
{
    if (node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE)
        put_text(out, str_of((const char *)node->content));
    else if (kind == BLOCK || kind == BREAK)
        end_line(out);
}

static void close_node(struct buf *out, enum kind kind)
{
    if (kind == CELL)
        buf_char(out, '\t');
    else if (kind == BLOCK)
        end_line(out);
}

/* Without recursion: pages nest as deep as they like. */
static void put_tree(struct buf *out, const xmlNode *root)
{
    const xmlNode *node = root;
    while (node) {
        enum kind kind = node->type == XML_ELEMENT_NODE ? kind_of(node) : INLINE;
        open_node(out, node, kind);
        bool inside = kind != OUT && node->type == XML_ELEMENT_NODE && node->children;
        if (inside) {
            node = node->children;
            continue;
        }
        close_node(out, kind);
        while (node && node != root && !node->next) {
            node = node->parent;
            if (node)
                close_node(out, node->type == XML_ELEMENT_NODE ? kind_of(node) : INLINE);
        }
        node = node == root ? NULL : node ? node->next : NULL;
    }
    end_line(out);
}

/* ---- the title ----------------------------------------------------------------------- */

static const xmlNode *first_element(const xmlNode *node, const char *name)
{
    for (; node; node = node->next)
        if (node->type == XML_ELEMENT_NODE && strcmp((const char *)node->name, name) == 0)
            return node;
    return NULL;
}

/* "关于……的提案_某市政协网" → "关于……的提案" */
static struct str without_site(struct str title)
{
    static const char marks[] = "_|-";
    for (size_t i = title.n; i-- > TITLE_BYTES;)
        if (strchr(marks, title.p[i]) && (title.p[i] != '-' || title.p[i - 1] == ' ' || i + 1 == title.n ||
                                          (unsigned char)title.p[i + 1] >= 0x80))
            return str_trim(str_sub(title, 0, i));
    return title;
}

static void send_title(struct package *p, const xmlNode *root)
{
    const xmlNode *head = root ? first_element(root->children, "head") : NULL;
    const xmlNode *title = head ? first_element(head->children, "title") : NULL;
    struct buf text;
    buf_init(&text, p->ctx->arena);
    if (title)
        put_tree(&text, title);
    struct str name = without_site(str_trim(buf_view(&text)));
    if (name.n >= TITLE_BYTES && name.n <= TITLE_MOST && !str_has(name, STR("：")))
        send_field(p, STR("title"), name);
}

static void silent(void *self, const char *format, ...)
{
    (void)self;
    (void)format;
}

int webpage_package(struct package *p)
{
    struct buf text;
    buf_init(&text, p->ctx->arena);
    xmlSetGenericErrorFunc(NULL, silent);
    htmlDocPtr doc = p->bytes.n < INT32_MAX ? htmlReadMemory(p->bytes.p, (int)p->bytes.n, NULL, "UTF-8",
                                                             HTML_PARSE_NONET | HTML_PARSE_NOERROR |
                                                                 HTML_PARSE_NOWARNING | HTML_PARSE_RECOVER)
                                            : NULL;
    if (!doc)
        return ctx_fail(p->ctx, TIAN_EFORMAT, NULL, "the HTML cannot be read", "无法读取 HTML");
    xmlNode *root = xmlDocGetRootElement(doc);
    send_title(p, root);
    put_tree(&text, root);
    int code = send_text(p, STR_NONE, buf_view(&text));
    xmlFreeDoc(doc);
    return code;
}

int webpage_read(struct ctx *ctx, struct reading *r)
{
    return package_run(ctx, r, r->text, webpage_package);
}
