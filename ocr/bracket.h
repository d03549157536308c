/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_OCR_BRACKET_H
#define ZONG_OCR_BRACKET_H

/* Brackets that do not fit each other: the recogniser takes （ for 〈 and ） for 〉, but papers of the register have round ones
 * around what they leave to choose. A pair of which one is round becomes round: 姓名〈名称) is 姓名（名称). And a 1 is taken for ] at times: one that closes nothing and stands before a digit
 * or what is counted is a 1, 2026年1]月 is 2026年11月. Threads: any. */

#include <zong/arena.h>
#include <zong/reading.h>

/* @word: the @count words of a line, whose text is replaced in @arena. Returns 0 or ZONG_EWORKER_MEMORY. */
int zong_bracket_mend(struct zong_word *word, uint32_t count, struct zong_arena *arena);

#endif
