/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_ALIKE_JUDGE_H
#define ZONG_ARCHIVE_ALIKE_JUDGE_H

/* Is it the same sheet, two pages looking alike and this being read on them? The figures are by tests/bench/bench_alike. */

#include <stdbool.h>

#include <zong/record.h>

/* @distance: of the looks. NULL: was not read; then the look decides alone. 0 or ZONG_ENOMEM. */
int zong_alike_judge(
	float distance, const Zong__Reading *a, const Zong__Reading *b, bool *ret_same);

#endif
