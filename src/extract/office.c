/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Documents of offices: Word (docx), slides (pptx), OpenDocument (odt). All three
 * are XML that differs only in names, so each is a table of what its elements
 * mean. Paragraphs become lines; the cells of a table's row stand behind each
 * other with tabs between them, a cell of several paragraphs keeps its lines
 * (the body of a proposal often lies in one cell of a form).
 *
 * What was deleted or moved away under change tracking, comments, field codes
 * and the second form of drawings for old programs are not text of the document.
 * Automatic numbers (一、 （一）), which Word makes when it shows a document and
 * which are in no text, come from numbering.c.
 */
#include "extract/numbering.h"

enum action {
    TEXT = 1,    /* what is inside is text */
    LINE = 2,    /* a line ends behind it */
    TAB = 4,     /* it is a tab */
    BREAK = 8,   /* it is a line end */
    CELL = 16,   /* of a table */
    ROW = 32,    /* of a table */
    BLANK = 64,  /* it is one blank or several */
    OUT = 128,   /* neither it nor what is inside */
    NUMBER = 256 /* says how its paragraph is numbered */
};

struct element {
    struct str name;
    unsigned action;
};

static const struct element docx_elements[] = {
    { { "t", 1 }, TEXT },       { { "p", 1 }, LINE },        { { "tab", 3 }, TAB },
    { { "br", 2 }, BREAK },     { { "cr", 2 }, BREAK },      { { "tc", 2 }, CELL },
    { { "tr", 2 }, ROW },       { { "moveFrom", 8 }, OUT },  { { "del", 3 }, OUT },
    { { "Fallback", 8 }, OUT }, { { "instrText", 9 }, OUT }, { { "pPr", 3 }, NUMBER },
    { { "rPr", 3 }, OUT },      { { "tblPr", 5 }, OUT },     { { "rt", 2 }, OUT },
    { { "sectPr", 6 }, OUT },   { { NULL, 0 }, 0 },
};

static const struct element pptx_elements[] = {
    { { "t", 1 }, TEXT }, { { "p", 1 }, LINE },       { { "br", 2 }, BREAK }, { { "tc", 2 }, CELL },
    { { "tr", 2 }, ROW }, { { "Fallback", 8 }, OUT }, { { NULL, 0 }, 0 },
};

static const struct element odf_elements[] = {
    { { "p", 1 }, TEXT | LINE },
    { { "h", 1 }, TEXT | LINE },
    { { "s", 1 }, BLANK },
    { { "tab", 3 }, TAB },
    { { "line-break", 10 }, BREAK },
    { { "table-cell", 10 }, CELL },
    { { "covered-table-cell", 18 }, CELL },
    { { "table-row", 9 }, ROW },
    { { "tracked-changes", 15 }, OUT },
    { { "annotation", 10 }, OUT },
    { { "note-citation", 13 }, OUT },
    { { "ruby-text", 9 }, OUT },
    { { "automatic-styles", 16 }, OUT },
    { { "font-face-decls", 15 }, OUT },
    { { NULL, 0 }, 0 },
};

struct writing {
    struct package *package;
    const struct element *elements;
    struct buf text;
    unsigned in_text;
    size_t cell;                 /* where the open cell starts */
    struct numbering *numbering; /* NULL: nothing is numbered */
    bool in_properties;
    struct buf label; /* of the open paragraph, until its first text */
};

/* ---- one element ------------------------------------------------------------- */

static unsigned action_of(const struct writing *w, struct str name)
{
    for (const struct element *e = w->elements; e->name.p; e++)
        if (str_eq(e->name, name))
            return e->action;
    return 0;
}

static void put_blanks(struct writing *w, struct xml *x)
{
    uint64_t n = 1;
    if (!str_to_u64(xml_attribute(x, "c"), &n) || n > 100)
        n = 1;
    while (n-- > 0)
        buf_char(&w->text, ' ');
}

static bool office_open(void *self, struct xml *x, struct str name)
{
    struct writing *w = self;
    if (w->in_properties)
        return numbering_property(w->numbering, x, name);
    unsigned action = action_of(w, name);
    if (action & OUT || (action & NUMBER && !w->numbering))
        return false;
    w->in_properties = (action & NUMBER) != 0;
    if (action & TAB)
        buf_char(&w->text, '\t');
    if (action & BREAK)
        buf_char(&w->text, '\n');
    if (action & BLANK)
        put_blanks(w, x);
    if (action & CELL)
        w->cell = w->text.n;
    w->in_text += (action & TEXT) != 0;
    return true;
}

static void office_text(void *self, struct str text)
{
    struct writing *w = self;
    if (w->in_text > 0 && text.n > 0 && w->label.n > 0) {
        buf_str(&w->text, buf_view(&w->label));
        buf_clear(&w->label);
    }
    for (size_t i = 0; w->in_text > 0 && i < text.n; i++)
        buf_char(&w->text, text.p[i] == '\n' || text.p[i] == '\r' ? ' ' : text.p[i]);
}

static void trim_end(struct writing *w, size_t to, const char *marks)
{
    while (w->text.n > to && strchr(marks, w->text.p[w->text.n - 1]))
        w->text.n--;
}

static void end_line(struct writing *w)
{
    buf_char(&w->text, '\n');
    buf_clear(&w->label);
}

static void office_close(void *self, struct str name)
{
    struct writing *w = self;
    unsigned action = action_of(w, name);
    w->in_text -= (action & TEXT) && w->in_text > 0;
    if (action & NUMBER) {
        w->in_properties = false;
        buf_clear(&w->label);
        numbering_label(w->numbering, &w->label);
    }
    if (action & LINE)
        end_line(w);
    if (action & CELL) {
        trim_end(w, w->cell < w->text.n ? w->cell : w->text.n, " \n");
        buf_char(&w->text, '\t');
    }
    if (action & ROW) {
        trim_end(w, 0, "\t");
        buf_char(&w->text, '\n');
    }
}

static const struct xml_handler office_handler = { office_open, office_text, office_close };

/* ---- one member that holds text ------------------------------------------------- */

struct wanted {
    struct writing writing;
    struct str name;
    bool found;
};

static int visit_wanted(void *self, struct member *m)
{
    struct wanted *w = self;
    if (w->found || !str_eq(m->name, w->name))
        return 0;
    w->found = true;
    return xml_walk(m, &office_handler, &w->writing);
}

static int read_one(struct package *p, struct str name, const struct element *elements,
                    struct numbering *numbering)
{
    struct wanted w = { .writing = { .package = p, .elements = elements, .numbering = numbering },
                        .name = name };
    buf_init(&w.writing.text, p->ctx->arena);
    buf_init(&w.writing.label, p->ctx->arena);
    int code = package_walk(p, visit_wanted, &w);
    return code == 0 ? send_text(p, STR_NONE, buf_view(&w.writing.text)) : code;
}

int docx_package(struct package *p)
{
    struct numbering *numbering;
    int code = numbering_read(p, &numbering);
    return code == 0 ? read_one(p, STR("word/document.xml"), docx_elements, numbering) : code;
}

int odf_package(struct package *p)
{
    return read_one(p, STR("content.xml"), odf_elements, NULL);
}

/* ---- slides ------------------------------------------------------------------------- */

enum {
    MAX_SLIDES = 2000
};

struct slides {
    struct writing writing;
    struct str *texts; /* by number */
};

/* The number of ppt/slides/slide12.xml, 0 for other members. */
static size_t slide_number(struct str name)
{
    uint64_t n = 0;
    const struct str before = STR("ppt/slides/slide"), after = STR(".xml");
    if (!str_starts(name, before) || !str_ends(name, after) || name.n < before.n + after.n)
        return 0;
    return str_to_u64(str_sub(name, before.n, name.n - after.n), &n) && n < MAX_SLIDES ? (size_t)n : 0;
}

static int visit_slide(void *self, struct member *m)
{
    struct slides *s = self;
    size_t number = slide_number(m->name);
    if (number == 0)
        return 0;
    buf_clear(&s->writing.text);
    int code = xml_walk(m, &office_handler, &s->writing);
    s->texts[number] = arena_str(m->package->ctx->arena, buf_view(&s->writing.text));
    return code;
}

int pptx_package(struct package *p)
{
    struct slides s = { .writing = { .package = p, .elements = pptx_elements } };
    struct buf all;
    s.texts = arena_array(p->ctx->arena, struct str, MAX_SLIDES);
    buf_init(&s.writing.text, p->ctx->arena);
    buf_init(&all, p->ctx->arena);
    int code = package_walk(p, visit_slide, &s);
    for (size_t i = 0; i < MAX_SLIDES; i++)
        buf_str(&all, s.texts[i]);
    return code == 0 ? send_text(p, STR_NONE, buf_view(&all)) : code;
}
