/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/access.h>

#include "cursor.h"
#include "journal.h"
#include "property_list.h"

#define STAGES 3

void zong_property_free(Zong__PropertyReport **reports, size_t count)
{
	for (size_t i = 0; i < count; i++)
		zong_row_cleanup(&reports[i]);
	free(reports);
}

/* ---- of a case, or of a material ---- */

static int find_case(struct zong_txn *txn, const char *no, struct zong_property_subject *subject)
{
	struct zong_key key;

	if (zong_case_no_parse(no, strlen(no), subject->case_no, sizeof(subject->case_no)))
		return ZONG_ENOCASE;
	zong_row_key_str(&key, subject->case_no);
	snprintf(subject->object, sizeof(subject->object), "case/%s", subject->case_no);
	return zong_txn_has(txn, ZONG_TABLE_CASES, &key) ? 0 : ZONG_ENOCASE;
}

/* A destroyed one keeps its reports, and its row, which says which case it was of. */
static int find_material(
	struct zong_txn *txn, const char *id, struct zong_property_subject *subject)
{
	_cleanup_row_ Zong__Material *row = NULL;
	int err = zong_id_parse(id, &subject->material)
			  ? ZONG_ENOENT
			  : zong_row_material(txn, &subject->material, &row);

	if (err)
		return err;
	subject->single = true;
	snprintf(subject->case_no, sizeof(subject->case_no), "%s", row->case_no);
	snprintf(subject->object, sizeof(subject->object), "material/%s", id);
	return 0;
}

int zong_property_subject(struct zong_archive *archive, const struct zong_subject *who,
	const char *case_no, const char *material, struct zong_property_subject *ret_subject,
	struct zong_err *err)
{
	struct zong_txn *txn;
	int code = zong_access_may(who, ZONG_VERB_PROPERTY_READ, NULL);

	memset(ret_subject, 0, sizeof(*ret_subject));
	if (!code)
		code = zong_store_read_begin(archive->store, &txn);
	if (code)
		return zong_err_set(err, code, NULL);
	code = material ? find_material(txn, material, ret_subject)
			: find_case(txn, case_no, ret_subject);
	zong_txn_end(txn);
	return code ? zong_err_set(err, code, "%s", material ? material : case_no) : 0;
}

static int read_reports(struct zong_archive *archive, const struct zong_property_subject *subject,
	Zong__PropertyReport **reports, size_t *count)
{
	struct zong_txn *txn;
	int err = zong_store_read_begin(archive->store, &txn);

	if (err)
		return err;
	for (int stage = 0; stage < STAGES && !err; stage++) {
		err = zong_property_row(txn, subject->case_no, (Zong__PropertyStage)stage,
			subject->single ? &subject->material : NULL, &reports[*count]);
		*count += err == 0;
		if (err == ZONG_ENOENT)
			err = 0;
	}
	zong_txn_end(txn);
	return err;
}

int zong_property_list(struct zong_archive *archive, const struct zong_subject *who,
	const char *case_no, const char *material, Zong__PropertyReport ***ret_reports,
	size_t *ret_count, struct zong_err *err)
{
	Zong__PropertyReport **reports;
	struct zong_property_subject subject;
	size_t count = 0;
	int code = zong_property_subject(archive, who, case_no, material, &subject, err);

	if (code)
		return code;
	reports = calloc(STAGES, sizeof(*reports));
	if (!reports)
		return zong_err_set(err, ZONG_ENOMEM, NULL);
	code = zong_journal_read(archive->journal, who, "property.read", subject.object);
	if (!code)
		code = read_reports(archive, &subject, reports, &count);
	if (code) {
		zong_property_free(reports, count);
		return zong_err_set(err, code, "%s", material ? material : case_no);
	}
	*ret_reports = reports;
	*ret_count = count;
	return 0;
}

/* ---- those with a failure, of all cases ---- */

struct listing {
	size_t max, count;
	Zong__PropertyReport **report;
	struct zong_key last;
	bool more;
};

static int take(struct zong_txn *txn, struct zong_key_view view, struct listing *list)
{
	Zong__PropertyReport *report;
	struct zong_id material;
	const char *case_no;
	uint64_t time;
	uint8_t stage;
	bool single;
	int err;

	if (!zong_key_take_u64(&view, &time) || !zong_key_take_str(&view, &case_no) ||
		!zong_key_take_u8(&view, &stage))
		return ZONG_ECORRUPT;
	single = zong_key_take_id(&view, &material);
	err = zong_property_row(
		txn, case_no, (Zong__PropertyStage)stage, single ? &material : NULL, &report);
	if (err)
		return err == ZONG_ENOENT ? 0 : err; /* zong check says so */
	for (size_t i = 0; i < report->n_items; i++)
		zong_row_cleanup(&report->items[i]);
	report->n_items = 0;
	list->report[list->count++] = report;
	return 0;
}

static int walk(struct zong_txn *txn, const struct zong_key *from, struct listing *list)
{
	struct zong_iter iter = {0};
	int err = zong_iter_begin(&iter, txn, ZONG_TABLE_PROPERTIES_FAILED, NULL, from, true);

	while (!err && (err = zong_iter_next(&iter)) == 0) {
		list->more = list->count == list->max;
		if (list->more)
			break;
		zong_key_clear(&list->last);
		zong_key_bytes(&list->last, iter.key.bytes, iter.key.len);
		err = take(txn, iter.key, list);
	}
	zong_iter_end(&iter);
	return err == ZONG_EEND ? 0 : err;
}

int zong_property_failed(struct zong_archive *archive, const struct zong_subject *who,
	const char *cursor, size_t max, Zong__PropertyReport ***ret_reports, size_t *ret_count,
	char **ret_next, struct zong_err *err)
{
	struct listing list = {.max = max < 1			    ? 1
				      : max > ZONG_LIMIT_PAGE_ITEMS ? ZONG_LIMIT_PAGE_ITEMS
								    : max};
	struct zong_key from;
	struct zong_txn *txn;
	char *next = NULL;
	int code = zong_access_may(who, ZONG_VERB_PROPERTY_READ, NULL);

	if (!code && cursor)
		code = zong_cursor_take(cursor, &from);
	if (!code)
		code = zong_journal_read(archive->journal, who, "property.list", "properties");
	if (code)
		return zong_err_set(err, code, NULL);
	list.report = calloc(list.max, sizeof(*list.report));
	code = list.report ? zong_store_read_begin(archive->store, &txn) : ZONG_ENOMEM;
	if (!code) {
		code = walk(txn, cursor ? &from : NULL, &list);
		zong_txn_end(txn);
	}
	if (!code && list.more)
		code = zong_cursor_make(list.last.bytes, list.last.len, &next);
	if (code) {
		zong_property_free(list.report, list.count);
		return zong_err_set(err, code, NULL);
	}
	*ret_reports = list.report;
	*ret_count = list.count;
	*ret_next = next;
	return 0;
}
