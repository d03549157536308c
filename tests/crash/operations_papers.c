/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/handover.h>
#include <zong/retention.h>
#include <zong/time.h>

#include "inside.h"
#include "original_row.h"
#include "steps.h"

/* Papers on their way: registered, shelved, lent, returned, put on a hand-over list, handed over. How far each has come is
 * told to the ledger, and is seen in its rows: a paper is never behind what was promised, and never in two places, which
 * zong check looks for. */

enum stage { REGISTERED, SHELVED, LENT, RETURNED, LISTED, HANDED };

#define PAPERS 4
static const enum stage ends[PAPERS] = {LENT, RETURNED, HANDED, HANDED};

struct papers {
	char code[PAPERS][ZONG_ORIGINAL_CODE];
	size_t count;
};

static int add_place(struct house *house, const char *level, const char *code, const char *parent)
{
	struct zong_new_place wanted = {
		.code = code, .level = level, .parent = parent, .name = "示例库位"};
	struct zong_place_view place;
	struct zong_err err;
	int result;

	do
		result = zong_place_add(house->open, &house->archivist, &wanted, &place, &err);
	while (result && result != ZONG_EEXIST && house_trouble(house, result));
	if (!result)
		zong_place_release(&place);
	return result == ZONG_EEXIST ? 0 : result;
}

/* Those that are there, by code. */
static int find(struct house *house, struct papers *papers)
{
	struct zong_original_filter filter = {.case_no = "A0"};
	Zong__Original **originals;
	struct zong_err err;
	char *next = NULL;
	size_t count;
	int code;

	do
		code = zong_original_list(house->open, &house->archivist, &filter, NULL, PAPERS + 1,
			&originals, &count, &next, &err);
	while (code && house_trouble(house, code));
	if (code)
		return code;
	if (count > PAPERS)
		wrong("%zu papers were registered, of %d", count, PAPERS);
	papers->count = count < PAPERS ? count : PAPERS;
	for (size_t i = 0; i < papers->count; i++)
		snprintf(papers->code[i], sizeof(papers->code[i]), "%s", originals[i]->code);
	zong_originals_free(originals, count);
	free(next);
	return 0;
}

static int register_paper(struct house *house)
{
	struct zong_new_original wanted = {.case_no = "A0", .title = "示例原件", .pages = 3};
	struct zong_original made;
	struct zong_err err;
	int code = zong_original_new(house->open, &house->archivist, &wanted, &made, &err);

	if (code)
		return code;
	house_tell(house, "Z %s %d", made.original->code, REGISTERED);
	zong_original_release(&made);
	return 0;
}

static int register_all(struct house *house, struct papers *papers)
{
	int code = find(house, papers);

	while (!code && papers->count < PAPERS) {
		code = register_paper(house);
		if (code && house_trouble(house, code))
			code = 0; /* it may be there all the same */
		if (!code)
			code = find(house, papers);
	}
	return code;
}

static enum stage stage_of(struct zong_txn *txn, const char *code)
{
	struct zong_iter iter = {0};
	enum stage stage = REGISTERED;
	struct zong_key prefix;
	Zong__Original *row;
	bool was_lent;

	if (zong_original_row(txn, code, &row)) {
		wrong("paper %s is gone", code);
		return REGISTERED;
	}
	zong_row_key_str(&prefix, code);
	was_lent = !zong_iter_begin(&iter, txn, ZONG_TABLE_LOANS, &prefix, NULL, false) &&
		   !zong_iter_next(&iter);
	zong_iter_end(&iter);
	if (row->where_case == ZONG__ORIGINAL__WHERE_HANDED)
		stage = HANDED;
	else if (row->listed[0])
		stage = LISTED;
	else if (row->where_case == ZONG__ORIGINAL__WHERE_LENT)
		stage = LENT;
	else if (row->where_case == ZONG__ORIGINAL__WHERE_SHELVED)
		stage = was_lent ? RETURNED : SHELVED;
	zong__original__free_unpacked(row, NULL);
	return stage;
}

static int stage_now(struct house *house, const char *code, enum stage *ret_stage)
{
	struct zong_txn *txn;
	int err;

	do
		err = zong_store_read_begin(house->open->store, &txn);
	while (err && house_trouble(house, err));
	if (err)
		return err;
	*ret_stage = stage_of(txn, code);
	zong_txn_end(txn);
	return 0;
}

/* ---- one step of one paper ---- */

static int lend(struct house *house, const char *code)
{
	char due[ZONG_DAY_TEXT];
	struct zong_new_loan wanted = {.borrower = "示例乙",
		.purpose = "示例",
		.approver = "示例丙",
		.due = due,
		.copy_not_enough = "示例"};
	struct zong_original view;
	struct zong_err err;
	int result;

	zong_day_format(zong_day_of(zong_time_now()) + 30, due);
	result = zong_original_lend(house->open, &house->archivist, code, &wanted, &view, &err);
	if (!result)
		zong_original_release(&view);
	return result;
}

/* All that belongs on a list goes on one list, is looked at, and is taken by another. */
static int hand_over(struct house *house, const struct papers *papers)
{
	const char *codes[PAPERS];
	struct zong_new_handover wanted = {
		.direction = "out", .other = "示例档案馆", .codes = codes};
	struct zong_handover list;
	struct zong_err err;
	char no[ZONG_HANDOVER_NO];
	Zong__Handover **lists;
	char *next = NULL;
	size_t count;
	int code;

	for (size_t i = 0; i < PAPERS; i++)
		if (ends[i] == HANDED)
			codes[wanted.count++] = papers->code[i];
	code = zong_handover_list(
		house->open, &house->archivist, NULL, 1, &lists, &count, &next, &err);
	if (code)
		return code;
	no[0] = '\0';
	if (count)
		snprintf(no, sizeof(no), "%s", lists[0]->no);
	zong_handovers_free(lists, count);
	free(next);
	if (!no[0]) {
		code = zong_handover_make(house->open, &house->archivist, &wanted, &list, &err);
		if (code)
			return code;
		snprintf(no, sizeof(no), "%s", list.handover->no);
		zong_handover_release(&list);
		for (size_t i = 0; i < wanted.count; i++)
			house_tell(house, "Z %s %d", codes[i], LISTED);
	}
	code = zong_handover_check(
		house->open, &house->archivist, no, codes, wanted.count, &list, &err);
	if (code)
		return code;
	zong_handover_release(&list);
	code = zong_handover_take(house->open, &house->local, no, "crash", &list, &err);
	if (code)
		return code;
	zong_handover_release(&list);
	for (size_t i = 0; i < wanted.count; i++)
		house_tell(house, "Z %s %d", codes[i], HANDED);
	return 0;
}

static int go_on(struct house *house, const char *code, enum stage stage)
{
	struct zong_return back = {.pages = 3};
	struct zong_place_view place;
	struct zong_original view;
	struct zong_err err;
	size_t moved;
	int result;

	switch (stage) {
	case REGISTERED:
		result = zong_original_shelve(
			house->open, &house->archivist, "R-B", &code, 1, &place, &moved, &err);
		if (!result)
			zong_place_release(&place);
		return result;
	case SHELVED:
		return lend(house, code);
	default:
		result = zong_original_return(
			house->open, &house->archivist, code, &back, &view, &err);
		if (!result)
			zong_original_release(&view);
		return result;
	}
}

/* As far as it goes alone. A step that failed may have been done all the same: so it is looked again. */
static int advance(struct house *house, const char *code, enum stage end)
{
	enum stage stage;
	int err = stage_now(house, code, &stage);

	while (!err && stage < end && stage < RETURNED) {
		err = go_on(house, code, stage);
		if (!err)
			house_tell(house, "Z %s %d", code, stage + 1);
		else if (house_trouble(house, err))
			err = 0;
		if (!err)
			err = stage_now(house, code, &stage);
	}
	return err;
}

int run_papers(struct house *house)
{
	struct papers papers = {.count = 0};
	enum stage stage = REGISTERED;
	int code = house_open(house, true);

	if (!code)
		code = add_place(house, "room", "R", NULL);
	if (!code)
		code = add_place(house, "box", "R-B", "R");
	if (!code)
		code = register_all(house, &papers);
	for (size_t i = 0; i < PAPERS && !code; i++)
		code = advance(house, papers.code[i], ends[i]);
	if (!code)
		code = stage_now(house, papers.code[PAPERS - 1], &stage);
	while (!code && stage < HANDED) {
		code = hand_over(house, &papers);
		if (code && house_trouble(house, code))
			code = 0;
		if (!code)
			code = stage_now(house, papers.code[PAPERS - 1], &stage);
	}
	house_close(house);
	return code;
}

/* ---- afterwards ---- */

void house_check_papers(struct house *house)
{
	char code[ZONG_ORIGINAL_CODE];
	struct zong_txn *txn;
	size_t count;
	char **lines = house_ledger(house, &count);
	int told;

	if (zong_store_read_begin(house->open->store, &txn))
		abort();
	for (size_t i = 0; i < count; i++)
		if (sscanf(lines[i], "Z %10s %d", code, &told) == 2 &&
			(int)stage_of(txn, code) < told)
			wrong("paper %s was further", code);
	zong_txn_end(txn);
	house_ledger_free(lines, count);
}
