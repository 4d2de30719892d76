/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Private to extract: the automatic numbers of a Word document, which are in
 * none of its texts.
 */
#ifndef TIAN_NUMBERING_H
#define TIAN_NUMBERING_H

#include "extract/package.h"

struct numbering;

/* Read word/numbering.xml and word/styles.xml. *out is NULL when the document numbers nothing. */
int numbering_read(struct package *, struct numbering **out);

/* Inside <w:pPr>: an element of it. True: look inside it, too. */
bool numbering_property(struct numbering *, struct xml *, struct str name);

/* At </w:pPr>: write the label of this paragraph ("一、", "（二）", "3.1 "), nothing when it has none. */
void numbering_label(struct numbering *, struct buf *out);

#endif
