/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_ALIKE_WORDS_H
#define ZONG_ARCHIVE_ALIKE_WORDS_H

/* What is read on two pages that look alike, held against each other: pages of one form look like each other, and
 * what is filled in, numbers above all, tells them apart. A recogniser reads digits well even where it reads little else.
 *
 * A number is a run of at least ZONG_ALIKE_NUMBER_LEAST letters and digits, half of them digits, whatever blanks are seen
 * in it, wherever it stands, as lines may come in another order. Two are thought to be the same if so few characters
 * differ as are misread in one of that length, unless these are digits that both pages are sure of. Numbers without a
 * partner on the other page contradict each other when they are about equally long: what was misread or lost has another
 * length, or no counterpart. Threads: any. */

#include <zong/record.h>

#define ZONG_ALIKE_NUMBER_LEAST 4
#define ZONG_ALIKE_SURE 0.75f /* a number that both pages are so sure of is not misread */

struct zong_alike_words {
	uint32_t shorter; /* characters on the page that has fewer */
	float common; /* share of the pairs of neighbouring characters that both pages have: 1 all */
	uint32_t agree; /* numbers that stand on both */
	uint32_t near;	/* of those, the ones that differ in a character */
	uint32_t agree_length,
		lone_length; /* characters of numbers that do, and that do not, on the page where more do not */
	uint32_t conflict; /* numbers that stand on each in place of another one */
	float sure; /* of the number in conflict that both pages are surest of: the least confidence of the two */
};

/* NULL: was not read. ZONG_ENOMEM. */
int zong_alike_words_compare(
	const Zong__Reading *a, const Zong__Reading *b, struct zong_alike_words *ret_words);

#endif
