/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/retention.h>

#include "csvout.h"
#include "form_file.h"
#include "handover_row.h"
#include "journal.h"

/* A hand-over list on paper, two of which are signed, and as a table. */

#define COLUMNS 7

static const char *const names[COLUMNS] = {
	"序号", "原件编号", "受理号", "题名", "页数", "核对", "退回原因"};

static const char *state_text(const Zong__HandoverItem *item)
{
	switch (item->state) {
	case ZONG__HANDOVER_ITEM_STATE__HANDOVER_CHECKED:
		return "相符";
	case ZONG__HANDOVER_ITEM_STATE__HANDOVER_RETURNED:
		return "退回";
	default:
		return "";
	}
}

struct cells {
	char number[16], pages[16];
	const char *cell[COLUMNS];
};

static void fill_cells(const Zong__HandoverItem *item, size_t at, struct cells *cells)
{
	snprintf(cells->number, sizeof(cells->number), "%zu", at + 1);
	snprintf(cells->pages, sizeof(cells->pages), "%u", item->pages);
	cells->cell[0] = cells->number;
	cells->cell[1] = item->original;
	cells->cell[2] = item->case_no;
	cells->cell[3] = item->title;
	cells->cell[4] = item->pages ? cells->pages : "";
	cells->cell[5] = state_text(item);
	cells->cell[6] = item->reason;
}

/* ---- on paper ---- */

static void put_head(struct zong_form *form, const Zong__Handover *handover)
{
	bool out = handover->direction == ZONG__HANDOVER_DIRECTION__HANDOVER_OUT;
	char text[ZONG_LIMIT_NAME + 128];

	zong_form_text(form,
		&(struct zong_form_type){.size = 20, .bold = true, .align = ZONG_FORM_CENTRE},
		"档案原件移交单");
	zong_form_space(form, 3);
	snprintf(text, sizeof(text), "移交单号 %s　　%s：%s　　共 %u 件", handover->no,
		out ? "移交至" : "移交自", handover->other, handover->items);
	zong_form_text(form, &(struct zong_form_type){.size = 11}, text);
	if (handover->given && handover->given->note[0])
		zong_form_text(form, &(struct zong_form_type){.size = 11}, handover->given->note);
	zong_form_space(form, 2);
}

/* Who signed in the archive; the line is for the pen. */
static void put_signature(struct zong_form *form, const char *label, const Zong__Step *step)
{
	char day[64] = "　　　　年　　月　　日", text[ZONG_LIMIT_NAME + 128];

	if (step)
		zong_day_format(zong_day_of(step->time), day);
	snprintf(text, sizeof(text), "%s　%s　　签字：________________　　日期：%s", label,
		!step		? ""
		: step->name[0] ? step->name
				: step->by,
		day);
	zong_form_space(form, 7);
	zong_form_text(form, &(struct zong_form_type){.size = 11}, text);
}

static void put_list(struct zong_form *form, const struct zong_handover *list)
{
	static const double share[COLUMNS] = {0.7, 1.5, 2, 3.6, 0.8, 0.9, 2};
	struct zong_form_column columns[COLUMNS] = {{0}};
	const Zong__Handover *handover = list->handover;
	char text[128];

	for (size_t i = 0; i < COLUMNS; i++)
		columns[i] = (struct zong_form_column){.title = names[i], .share = share[i]};
	zong_form_table(form, &(struct zong_form_ruling){.size = 9.5, .ruled = true, .height = 8},
		columns, COLUMNS);
	for (size_t i = 0; i < list->items; i++) {
		struct cells cells;

		fill_cells(list->item[i], i, &cells);
		zong_form_row(form, cells.cell);
	}
	zong_form_space(form, 4);
	snprintf(text, sizeof(text), "核对相符 %u 件，退回 %u 件。本单一式两份，双方各执一份。",
		handover->checked, handover->returned);
	zong_form_text(form, &(struct zong_form_type){.size = 11}, text);
	put_signature(form, "移交人", handover->given);
	put_signature(form, "接收人", handover->taken);
	if (handover->taken && handover->taken->note[0]) {
		zong_form_space(form, 3);
		snprintf(text, sizeof(text), "四性检测有未通过的项目，仍予接收，原因：");
		zong_form_text(form, &(struct zong_form_type){.size = 11}, text);
		zong_form_text(form, &(struct zong_form_type){.size = 11}, handover->taken->note);
	}
	if (handover->cancelled) {
		zong_form_space(form, 5);
		zong_form_text(
			form, &(struct zong_form_type){.size = 12, .bold = true}, "本单已撤销。");
		zong_form_text(
			form, &(struct zong_form_type){.size = 11}, handover->cancelled->note);
	}
	zong_form_space(form, 8);
	zong_form_bars(form, 10, handover->no);
}

static int print(struct zong_archive *archive, const struct zong_handover *list, int *ret_fd,
	uint64_t *ret_len, struct zong_err *err)
{
	const Zong__Handover *handover = list->handover;
	const Zong__Step *last = handover->taken       ? handover->taken
					 : handover->cancelled ? handover->cancelled
							       : handover->given;
	struct zong_form form;

	zong_form_begin(&form, &(struct zong_form_paper){.title = handover->no,
				       .foot = handover->no,
				       .numbered = true,
				       .time = last ? last->time : 0});
	put_head(&form, handover);
	put_list(&form, list);
	return zong_form_file(archive, &form, ret_fd, ret_len, err);
}

/* ---- as a table ---- */

static int write_table(struct zong_archive *archive, const struct zong_handover *list,
	const char *encoding, int *ret_fd, uint64_t *ret_len, struct zong_err *err)
{
	struct zong_csvout out;
	int code = zong_csvout_begin(&out, archive->spool, encoding);

	if (code)
		return zong_err_set(err, code, "encoding");
	code = zong_csvout_row(&out, names, COLUMNS);
	for (size_t i = 0; i < list->items && !code; i++) {
		struct cells cells;

		fill_cells(list->item[i], i, &cells);
		code = zong_csvout_row(&out, cells.cell, COLUMNS);
	}
	if (code) {
		zong_csvout_release(&out);
		return zong_err_set(err, code, NULL);
	}
	code = zong_csvout_end(&out, ret_fd, ret_len);
	return code ? zong_err_set(err, code, NULL) : 0;
}

int zong_handover_print(struct zong_archive *archive, const struct zong_subject *who,
	const char *no, const char *encoding, int *ret_fd, uint64_t *ret_len, struct zong_err *err)
{
	struct zong_handover list = {0};
	char object[ZONG_HANDOVER_NO + 16];
	int code = zong_handover_get(archive, who, no, &list, err);

	if (code)
		return code;
	snprintf(object, sizeof(object), "handover/%s", list.handover->no);
	code = zong_journal_read(archive->journal, who, "handover.print", object);
	if (code)
		zong_err_set(err, code, "%s", no);
	else if (encoding)
		code = write_table(archive, &list, encoding, ret_fd, ret_len, err);
	else
		code = print(archive, &list, ret_fd, ret_len, err);
	zong_handover_release(&list);
	return code;
}
