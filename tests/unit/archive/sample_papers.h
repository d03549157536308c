/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_TEST_SAMPLE_PAPERS_H
#define ZONG_TEST_SAMPLE_PAPERS_H

/* A small store room, papers in it, and people who borrow them. Each fails the test where it does not succeed, or answers the
 * code where a code is asked for. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/original.h>
#include <zong/retention.h>
#include <zong/time.h>

#include "fixture.h"
#include "original_row.h"

#define SAMPLE_TODAY 20000 /* a day in 2024 */

static inline int sample_place_add(struct fixture *f, const char *level, const char *code,
	const char *parent, uint32_t capacity)
{
	struct zong_new_place wanted = {.code = code,
		.level = level,
		.parent = parent,
		.name = "示例库位",
		.capacity = capacity};
	struct zong_place_view place;
	int err = zong_place_add(f->archive, &f->archivist, &wanted, &place, &f->err);

	if (!err)
		zong_place_release(&place);
	return err;
}

/* R > R-S > R-B1, R-B2 (which takes one paper). */
static inline void sample_room(struct fixture *f)
{
	assert_int_equal(sample_place_add(f, "room", "R", NULL, 0), 0);
	assert_int_equal(sample_place_add(f, "shelf", "R-S", "R", 0), 0);
	assert_int_equal(sample_place_add(f, "box", "R-B1", "R-S", 0), 0);
	assert_int_equal(sample_place_add(f, "box", "R-B2", "R-S", 1), 0);
	f->archive->today = SAMPLE_TODAY;
}

/* A paper of ten pages. */
static inline void sample_paper(
	struct fixture *f, const char *no, const char *place, char ret_code[ZONG_ORIGINAL_CODE])
{
	struct zong_new_original wanted = {
		.case_no = no, .title = "示例原件", .pages = 10, .place = place};
	struct zong_original made;

	assert_int_equal(zong_original_new(f->archive, &f->archivist, &wanted, &made, &f->err), 0);
	snprintf(ret_code, ZONG_ORIGINAL_CODE, "%s", made.original->code);
	zong_original_release(&made);
}

static inline int sample_shelve(struct fixture *f, const char *place, const char *code)
{
	struct zong_place_view view;
	size_t moved;
	int err = zong_original_shelve(
		f->archive, &f->archivist, place, &code, 1, &view, &moved, &f->err);

	if (!err)
		zong_place_release(&view);
	return err;
}

static inline int sample_lend(
	struct fixture *f, const char *code, const char *borrower, int32_t due)
{
	char day[ZONG_DAY_TEXT];
	struct zong_new_loan wanted = {.borrower = borrower,
		.purpose = "示例用途",
		.approver = "示例丙",
		.due = day,
		.copy_not_enough = "需核对印章"};
	struct zong_original view = {0};
	int err;

	zong_day_format(due, day);
	err = zong_original_lend(f->archive, &f->archivist, code, &wanted, &view, &f->err);
	zong_original_release(&view);
	return err;
}

static inline int sample_return(
	struct fixture *f, const char *code, uint32_t pages, const char *damage)
{
	struct zong_return back = {.pages = pages, .damaged = damage != NULL, .note = damage};
	struct zong_original view;
	int err = zong_original_return(f->archive, &f->archivist, code, &back, &view, &f->err);

	if (!err)
		zong_original_release(&view);
	return err;
}

static inline int sample_reserve(struct fixture *f, const char *code, const char *borrower)
{
	struct zong_original view;
	int err = zong_original_reserve(
		f->archive, &f->lookup, code, borrower, "窗口", &view, &f->err);

	if (!err)
		zong_original_release(&view);
	return err;
}

static inline int sample_lose(struct fixture *f, const char *code)
{
	struct zong_original view;
	int err =
		zong_original_missing(f->archive, &f->archivist, code, "查找未果", &view, &f->err);

	if (!err)
		zong_original_release(&view);
	return err;
}

/* "shelved R-B1", "lent 示例乙", "unshelved"; static. */
static inline const char *sample_where(struct fixture *f, const char *code)
{
	static char text[256];
	struct zong_original view;
	const Zong__Original *row;

	assert_int_equal(zong_original_get(f->archive, &f->archivist, code, &view, &f->err), 0);
	row = view.original;
	snprintf(text, sizeof(text), "%s%s%s", zong_original_state_name(row),
		row->where_case == ZONG__ORIGINAL__WHERE_SHELVED ||
				row->where_case == ZONG__ORIGINAL__WHERE_LENT
			? " "
			: "",
		row->where_case == ZONG__ORIGINAL__WHERE_SHELVED ? row->shelved->place
		: row->where_case == ZONG__ORIGINAL__WHERE_LENT	 ? row->lent->borrower
								 : "");
	zong_original_release(&view);
	return text;
}

#endif
