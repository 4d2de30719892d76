/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Private to text/: ICU runs out of memory without falling over.
 */
#ifndef TIAN_ICU_MEMORY_H
#define TIAN_ICU_MEMORY_H

/* Before ICU is asked for anything that cuts; any thread, any number of times. ICU's memory is malloc()'s, as
 * before, and that of a small reserve when malloc() has none. */
void icu_memory_set(void);

#endif
