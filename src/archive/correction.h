/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_CORRECTION_H
#define ZONG_ARCHIVE_CORRECTION_H

/* What people said that lines of a page say. A line is known again by its place: whatever is read there, its words
 * become those of the correction, and the box of the line is divided among them by the widths of their characters (a Han
 * character is as wide as two Latin ones). Where nothing is read at that place any more, the line is put there. Each Han
 * character is a word of its own, so that its box is exact; characters that the correction left alone keep the confidence of
 * their line, the others have 1. Threads: any, but for the rows. */

#include <zong/store.h>

/* Puts the corrections that the page has into the reading, and finds its fields anew if there are any. */
int zong_correction_apply(
	struct zong_txn *txn, const struct zong_digest *raster, Zong__Reading *reading);
/* One of them. 0 or ZONG_ENOMEM. */
int zong_correction_apply_one(const Zong__Correction *correction, Zong__Reading *reading);
/* Keeps for the lines in which @field of @reading stands what they say when its text is @text; @by, @record: of whom
 * and where in the log. What was corrected on the line before stays in it. ZONG_ENOENT: the field is not there. */
int zong_correction_put(struct zong_txn *txn, const struct zong_digest *raster,
	const Zong__Reading *reading, const Zong__Field *field, const char *text, const char *by,
	uint64_t record);
/* The page is nobody's any more. */
int zong_correction_forget(struct zong_txn *txn, const struct zong_digest *raster);

#endif
