/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_SCRIPT_H
#define ZONG_SCRIPT_H

/* Traditional and simplified Chinese as one, for comparing and searching: each traditional character counts as its
 * simplified one, and those that became one in simplified writing (後 and 后, 裡 裏 and 里, 隻 and 只, 餘 and 余) are one.
 * Character by character, so that places in a text stay what they are; what is shown is never folded. The table is
 * ICU's, made at the first call, which takes some 70 ms. Threads: any. */

#include <stdint.h>

uint32_t zong_script_fold(uint32_t character);
/* Another table (another version of ICU), another number: what was folded by the one is not found by the other. 0: there is
 * no table, and every character is itself. */
uint32_t zong_script_version(void);

#endif
