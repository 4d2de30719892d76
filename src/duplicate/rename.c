/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Who writes for many takes one text and puts another name in. Then the titles
 * are equal at both ends, and what differs between them is a name that stands in
 * the one text and never in the other (遭拒 and 却遭拒绝 stand in neither):
 *
 *     [湖州] 市制定地方性法规条例         周光召 [同志遗体在京火化]
 *     [嘉兴] 市制定地方性法规条例         李克强 [同志遗体在京火化]
 *
 * A name is rare in the base, so 申请将… and 请求将… are no names.
 */
#include "duplicate/rename.h"

#include <assert.h>

enum {
    TITLE_MOST = 100, /* letters */
    NAME_LEAST = 2,   /* letters of what differs */
    NAME_MOST = 8
};
static const double RARE = 4; /* of a pair of letters: two in a hundred documents have it */

struct letters {
    uint16_t at[TITLE_MOST];
    size_t n;
};

static bool read_letters(const struct normal *title, struct letters *out)
{
    out->n = 0;
    for (size_t i = 0; i < title->n; i++) {
        if (text_class(title->unit[i]) == CLASS_NONE)
            continue;
        if (out->n == TITLE_MOST)
            return false;
        out->at[out->n++] = title->unit[i];
    }
    return true;
}

struct name {
    const uint16_t *at;
    size_t n;
};

/* What differs between equal beginnings and equal ends; false when too little is equal. */
static bool find_names(const struct letters *x, const struct letters *y, struct name *a, struct name *b)
{
    size_t least = x->n < y->n ? x->n : y->n, head = 0, tail = 0;
    while (head < least && x->at[head] == y->at[head])
        head++;
    while (tail < least - head && x->at[x->n - 1 - tail] == y->at[y->n - 1 - tail])
        tail++;
    *a = (struct name){ x->at + head, x->n - head - tail };
    *b = (struct name){ y->at + head, y->n - head - tail };
    return 2 * (head + tail) >= least;
}

static bool is_name(const struct name *n)
{
    return n->n >= NAME_LEAST && n->n <= NAME_MOST;
}

static bool is_rare(struct agree *a, const struct name *n)
{
    for (size_t i = 0; i + 1 < n->n; i++)
        if (agree_weight(a, pair_key(n->at[i], n->at[i + 1])) >= RARE)
            return true;
    return false;
}

static bool mentions(const struct titled *t, const struct name *n)
{
    return normal_find(t->body, n->at, n->n, 0) != SIZE_MAX;
}

bool is_renamed(struct agree *agree, const struct titled *x, const struct titled *y)
{
    struct letters mine, theirs;
    struct name a, b;
    if (!read_letters(x->title, &mine) || !read_letters(y->title, &theirs))
        return false;
    if (!find_names(&mine, &theirs, &a, &b) || !is_name(&a) || !is_name(&b))
        return false;
    return (is_rare(agree, &a) || is_rare(agree, &b)) && (mentions(x, &a) || mentions(y, &b)) &&
           !mentions(y, &a) && !mentions(x, &b);
}
