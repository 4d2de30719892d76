/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Private to text: the lines of a text and which of them go on in the next.
 * line.c reads single lines; wrap.c weighs the evidence of the whole text.
 */
#ifndef TIAN_TEXT_WRAP_H
#define TIAN_TEXT_WRAP_H

#include "text/text.h"

/* 办理 · 办理， · 办理” (but not 。”) · 办理。 or ； or ： */
enum line_tail {
    TAIL_OPEN,
    TAIL_COMMA,
    TAIL_BRACKET,
    TAIL_CLOSED
};

struct line {
    uint32_t from, to;      /* without blanks at the ends; from == to: a blank line */
    uint32_t start, next;   /* with them; start of the next line */
    uint16_t width, indent; /* columns: 2 for a Han character; WIDE beyond what a page holds */
    uint8_t tail;           /* enum line_tail */
    bool heading;           /* starts like one: 一、 （二） 3. 第四条 */
    bool opens;             /* starts something of its own: a heading, a bullet, 案由： */
    bool stop, comma;       /* holds 。；！？ · holds ，、 */
    bool noise;             /* a page number or a running head */
    bool page_break;        /* such a line or a form feed stands between it and the content line before */
    bool goes_on;           /* wrap_find() says: the next content line continues it */
};

struct lines {
    struct line *at;
    size_t n, cap;
};

enum {
    WIDE = 4096,
    PAGE_WIDTH = 110
};

/* ---- line.c ---- */

/* The line that starts at byte start. */
struct line line_read(struct str text, uint32_t start);

/* A line that is only a page number: - 3 -, 第 3 页 共 9 页. *bare: nothing but the digits, *number. */
bool line_is_page_number(struct str line, bool *bare, unsigned *number);

/* Of a title: holds 关于; ends with 意见, 提案, 报告 … */
bool line_is_title_start(struct str line);
bool line_is_title_end(struct str line);

/* ---- wrap.c ---- */

/* Read all lines and decide noise and goes_on. */
void wrap_find(struct arena *, struct str text, struct lines *out);

#endif
