/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_BENCH_OVERLAP_H
#define ZONG_BENCH_OVERLAP_H

/* Whether words lie where they stand on the page. */

#include <stddef.h>

#include <jansson.h>

#include <zong/reading.h>

struct bench_overlap {
	double sum;
	size_t lines;
};

/* @truth: a page of mkscan's truth, with boxes of its lines; NULL: nothing is added. For each of its lines: the box around the
 * words whose middle lies in the line's box, that and the line's box in common to both together; 0 where there is no such
 * word. @truth may be shared by threads. */
void bench_overlap_add(
	const json_t *truth, const struct zong_reading *reading, struct bench_overlap *overlap);

#endif
