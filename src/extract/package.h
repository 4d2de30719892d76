/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Private to extract: files that pack other files (zip, tar, 7z), and XML in
 * them. All of it runs in a child process that can only compute (base/child.h):
 * a reader there walks the members, and sends home what it found; the parent
 * makes parts of that (package.c has both ends).
 */
#ifndef TIAN_PACKAGE_H
#define TIAN_PACKAGE_H

#include "extract/reader.h"

struct package { /* in the child */
    struct ctx *ctx;
    struct str bytes;
    uint64_t most;     /* bytes all members may expand to in one walk */
    uint64_t expanded; /* so far */
    struct buf out;    /* for the parent */
    int fd;
    bool stays; /* the child: then it answers in pieces */
};

struct member {
    struct package *package;
    struct str name; /* UTF-8 when the archive says so; never used to open anything */
    void *archive;   /* private */
    int code;        /* what went wrong while reading */
};

/* ---- walking ------------------------------------------------------------------ */

/* Every regular file inside, in the archive's order; visit may read the member or not, and returns 0 to go
 * on. TIAN_EFORMAT: damaged; TIAN_ELIMIT: it expands too far. */
typedef int member_visit(void *self, struct member *);
int package_walk(struct package *, member_visit *, void *self);

/* Up to n bytes; 0 at the end and on failure (then member->code). */
size_t member_read(struct member *, char *p, size_t n);
int member_load(struct member *, struct buf *out);

/* ---- XML (markup.c) ------------------------------------------------------------- */

struct xml;
struct xml_handler {
    bool (*open)(void *self, struct xml *, struct str name); /* false: leave out all that is inside */
    void (*text)(void *self, struct str text);
    void (*close)(void *self, struct str name);
};
/* The elements of a member, by local names (w:p and p are "p"). A document type declaration is refused. */
int xml_walk(struct member *, const struct xml_handler *, void *self);
/* The same of UTF-8 in memory; name: for messages. */
int xml_walk_text(struct package *, struct str name, struct str xml, const struct xml_handler *, void *self);
/* Inside open(): the attribute of that local name, until the next call; an empty str when it has none. */
struct str xml_attribute(struct xml *, const char *name);

/* ---- what the child sends ------------------------------------------------------- */

/* The format of the whole; a text; a table as CSV; a packed file; a sentence for the log (of say()). */
int send_format(struct package *, const char *format);
int send_text(struct package *, struct str name, struct str text);
int send_table(struct package *, struct str name, struct str csv);
int send_member(struct package *, struct str name, struct str bytes);
int send_field(struct package *, struct str name, struct str value); /* of the next text */
int send_warning(struct package *, const char *sentence);

/* The ways to read a package; archive.c has the table that chooses by what it contains. */
typedef int package_read_fn(struct package *);
package_read_fn docx_package, xlsx_package, pptx_package, odf_package, any_package;

/* What else is read in the child: a web page in UTF-8; the places of words in a PDF, as pdftotext tells them.
 */
package_read_fn webpage_package, pdf_package;

/* Set p->most for what it turned out to be: at most that, and at most 200 times the packed size. */
void package_budget(struct package *p, uint64_t most);

/* The parent's side: run read in the child on bytes, and make parts of what it sends. */
int package_run(struct ctx *, struct reading *, struct str bytes, package_read_fn *);

/* A packed file that was sent home, read as a file of its own. False: it could not be, the log says why. */
bool archive_member(struct ctx *, struct reading *, struct str name, struct str bytes);

#endif
