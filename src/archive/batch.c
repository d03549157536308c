/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/sheet.h>

#include "batch.h"
#include "case_entry.h"
#include "row.h"

void zong_batch_release(struct zong_batch *batch)
{
	for (size_t i = 0; i < batch->parts; i++)
		zong__material__free_unpacked(batch->part[i].draft, NULL);
	free(batch->part);
	free(batch->sheet);
	memset(batch, 0, sizeof(*batch));
}

static bool is_sheet(const Zong__FilePage *page)
{
	return page->patch || page->sheet[0];
}

static size_t count_sheets(const Zong__File *file)
{
	size_t count = 0;

	for (size_t i = 0; i < file->n_pages; i++)
		count += is_sheet(file->pages[i]);
	return count;
}

/* -- what a sheet says -- */

/* NULL: it can be used. Else the code of the warning; *ret_what: what it is about. */
static const char *why_unusable(
	struct zong_txn *txn, int err, const struct zong_sheet *sheet, const char **ret_what)
{
	struct zong_key key;

	*ret_what = "";
	if (err)
		return err == ZONG_EVERSION ? "sheet-version" : "sheet-damaged";
	*ret_what = sheet->case_no;
	zong_row_key_str(&key, sheet->case_no);
	if (!zong_txn_has(txn, ZONG_TABLE_CASES, &key))
		return "sheet-case";
	for (size_t i = 0; i < sheet->receivers; i++) {
		*ret_what = sheet->receiver[i];
		zong_row_key_str(&key, sheet->receiver[i]);
		if (!zong_txn_has(txn, ZONG_TABLE_DEPARTMENTS, &key))
			return "sheet-department";
	}
	return NULL;
}

static int copy_draft(const Zong__Material *draft, Zong__Material **ret_draft)
{
	ProtobufCMessage *copy;
	int err = zong_row_copy(&draft->base, &copy);

	if (!err)
		*ret_draft = (Zong__Material *)copy;
	return err;
}

static void clear_strings(char ***strings, size_t *count)
{
	for (size_t i = 0; i < *count; i++)
		free((*strings)[i]);
	free(*strings);
	*strings = NULL;
	*count = 0;
}

/* The draft of the upload with what the sheet says in its place. */
static int apply(const struct zong_sheet *sheet, Zong__Material *draft)
{
	int err = 0;

	if (strcmp(sheet->case_no, draft->case_no) != 0) {
		clear_strings(&draft->units, &draft->n_units); /* those of its own case */
		draft->scope = ZONG__SCOPE__SCOPE_CASE;
		draft->scope_given = false;
	}
	err = zong_row_set(&draft->case_no, sheet->case_no);
	if (!err && sheet->type[0])
		err = zong_row_set(&draft->type, sheet->type);
	if (!err && draft->type[0])
		err = zong_row_set(&draft->title, draft->type);
	if (!err && sheet->receivers)
		clear_strings(&draft->receivers, &draft->n_receivers);
	for (size_t i = 0; i < sheet->receivers && !err; i++)
		err = zong_row_append(&draft->receivers, &draft->n_receivers, sheet->receiver[i]);
	return err;
}

/* -- going through the pages -- */

struct plan {
	struct zong_txn *txn;
	const Zong__File *file;
	const struct zong_digest *digest;
	const Zong__Material *upload;
	Zong__Material *target; /* where pages go now */
	struct zong_batch *batch;
	struct zong_warnings *warnings;
	struct zong_err *err;
	uint32_t first; /* of the pages that belong together; 0: none yet */
};

/* Pages that no sheet before them can be used for, and for which the upload names no case either. */
static int no_case_for(struct plan *plan, uint32_t number)
{
	return zong_err_set(plan->err, ZONG_ENOCOVER, "p. %u", (unsigned int)number);
}

static int end_part(struct plan *plan, uint32_t next)
{
	struct zong_batch_part *part = &plan->batch->part[plan->batch->parts];
	int err;

	if (!plan->first)
		return 0;
	if (!plan->target->case_no[0])
		return no_case_for(plan, plan->first);
	err = copy_draft(plan->target, &part->draft);
	if (err)
		return err;
	part->first = plan->first;
	part->count = next - plan->first;
	plan->batch->parts++;
	plan->first = 0;
	part->draft->batch_page = part->first;
	return zong_row_set_bytes(
		&part->draft->batch, plan->digest->bytes, sizeof(plan->digest->bytes));
}

static int retarget(struct plan *plan, const struct zong_sheet *sheet)
{
	Zong__Material *target;
	int err = copy_draft(plan->upload, &target);

	if (err)
		return err;
	if (plan->target)
		zong__material__free_unpacked(plan->target, NULL);
	plan->target = target;
	return sheet ? apply(sheet, target) : 0;
}

static void note(struct plan *plan, uint32_t number, const struct zong_sheet *sheet)
{
	struct zong_receipt_sheet *noted = &plan->batch->sheet[plan->batch->sheets++];

	noted->page = number;
	noted->patch = sheet == NULL;
	if (sheet)
		snprintf(noted->case_no, sizeof(noted->case_no), "%s", sheet->case_no);
}

static int take_cover(struct plan *plan, const Zong__FilePage *page, uint32_t number)
{
	struct zong_sheet sheet = {.receivers = 0};
	int err = zong_sheet_parse(page->sheet, strlen(page->sheet), &sheet);
	const char *what;
	const char *why = why_unusable(plan->txn, err, &sheet, &what);
	char subject[ZONG_LIMIT_CERT + 1];

	if (!why) {
		note(plan, number, &sheet);
		return retarget(plan, &sheet);
	}
	if (!plan->upload->case_no[0])
		return !err && strcmp(why, "sheet-case") == 0
			       ? zong_err_set(plan->err, ZONG_ENOCASE, "%s", what)
			       : no_case_for(plan, number);
	plan->first = number; /* it may be a paper after all: it stays with the pages behind it */
	snprintf(subject, sizeof(subject), "p. %u%s%.120s", (unsigned int)number, *what ? ": " : "",
		what);
	err = zong_case_entry_warn(plan->warnings, why, subject);
	return err ? err : retarget(plan, NULL);
}

static int take_page(struct plan *plan, uint32_t number)
{
	const Zong__FilePage *page = plan->file->pages[number - 1];
	int err;

	if (!is_sheet(page)) {
		if (!plan->first)
			plan->first = number;
		return 0;
	}
	err = end_part(plan, number);
	if (err)
		return err;
	if (page->sheet[0])
		return take_cover(plan, page, number);
	note(plan, number, NULL);
	return 0;
}

int zong_batch_plan(struct zong_txn *txn, const Zong__File *file, const struct zong_digest *digest,
	const Zong__Material *draft, struct zong_batch *ret_batch, struct zong_warnings *warnings,
	struct zong_err *err)
{
	struct zong_batch batch = {0};
	struct plan plan = {.txn = txn,
		.file = file,
		.digest = digest,
		.upload = draft,
		.batch = &batch,
		.warnings = warnings,
		.err = err};
	size_t sheets = count_sheets(file);
	int code;

	memset(ret_batch, 0, sizeof(*ret_batch));
	if (!sheets)
		return draft->case_no[0] ? 0 : no_case_for(&plan, 1);
	batch.part = calloc(sheets + 1, sizeof(*batch.part));
	batch.sheet = calloc(sheets, sizeof(*batch.sheet));
	code = batch.part && batch.sheet ? retarget(&plan, NULL) : ZONG_ENOMEM;
	for (uint32_t n = 1; !code && n <= file->n_pages; n++)
		code = take_page(&plan, n);
	if (!code)
		code = end_part(&plan, (uint32_t)file->n_pages + 1);
	if (!code && !batch.parts && !draft->case_no[0])
		code = no_case_for(&plan, 1);
	if (plan.target)
		zong__material__free_unpacked(plan.target, NULL);
	if (code)
		zong_batch_release(&batch);
	else
		*ret_batch = batch;
	return code;
}
