/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_BENCH_SCORE_H
#define ZONG_BENCH_SCORE_H

/* How far a text that was read is from the one that stands on the page. */

#include <stddef.h>

#include <zong/buffer.h>

struct bench_score {
	size_t wrong; /* characters put in, left out and changed */
	size_t found; /* characters of the truth that were read, wherever */
};

/* Blanks and line ends apart, full and half width and the scripts folded as for searching. *ret_characters: those of
 * the truth. Returns 0 or ZONG_ENOMEM. */
int bench_compare(const struct zong_buf *truth, const struct zong_buf *text, size_t *ret_characters,
	struct bench_score *ret_score);

#endif
