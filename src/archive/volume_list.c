/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/case.h>

#include "csvout.h"
#include "cursor.h"
#include "journal.h"
#include "row_page.h"
#include "volume_row.h"

int zong_volume_get(struct zong_archive *archive, const struct zong_subject *who, const char *no,
	Zong__Volume **ret_volume, struct zong_err *err)
{
	_cleanup_row_ Zong__Volume *volume = NULL;
	char object[ZONG_ARCHIVAL_TEXT + 16];
	struct zong_txn *txn;
	int code = zong_access_may(who, ZONG_VERB_VOLUME_READ, NULL);

	if (!code)
		code = zong_store_read_begin(archive->store, &txn);
	if (code)
		return zong_err_set(err, code, NULL);
	code = zong_volume_find(txn, who, ZONG_VERB_VOLUME_READ, no, &volume);
	zong_txn_end(txn);
	if (!code) {
		snprintf(object, sizeof(object), "volume/%s", volume->no);
		code = zong_journal_read(archive->journal, who, "volume.read", object);
	}
	if (code)
		return zong_err_set(err, code, "%s", no);
	*ret_volume = take_ptr(volume);
	return 0;
}

/* ---- lists ---- */

/* Those that the asker may see stay. */
static int keep_seen(
	struct zong_txn *txn, const struct zong_subject *who, Zong__Volume **volumes, size_t *count)
{
	size_t kept = 0;
	int err = 0;

	for (size_t i = 0; i < *count; i++) {
		struct zong_object object = {.txn = txn, .volume = volumes[i]};
		int may = err ? err : zong_access_may(who, ZONG_VERB_VOLUME_READ, &object);

		if (may && may != ZONG_ENOENT)
			err = may;
		if (may)
			zong_volume_free(volumes[i]);
		else
			volumes[kept++] = volumes[i];
	}
	*count = kept;
	return err;
}

static int see_all(struct zong_archive *archive, const struct zong_subject *who,
	Zong__Volume **volumes, size_t *count)
{
	struct zong_txn *txn;
	int err;

	if (who->role != ZONG_ROLE_DEPARTMENT)
		return 0;
	err = zong_store_read_begin(archive->store, &txn);
	if (err)
		return err;
	err = keep_seen(txn, who, volumes, count);
	zong_txn_end(txn);
	return err;
}

static int list_under(struct zong_archive *archive, const struct zong_subject *who,
	const struct zong_volume_filter *filter, Zong__Volume ***ret_volumes, size_t *ret_count)
{
	char box[ZONG_PLACE_CODE];
	struct zong_txn *txn;
	int err;

	if (filter->box && zong_place_code_parse(filter->box, box))
		return ZONG_ENOPLACE;
	err = zong_store_read_begin(archive->store, &txn);
	if (err)
		return err;
	if (filter->box) {
		_cleanup_row_ Zong__Place *place = NULL;

		err = zong_access_may(who, ZONG_VERB_PLACE_READ, NULL);
		if (!err)
			err = zong_place_row(txn, box, &place);
		if (!err)
			err = zong_volume_in_box(
				txn, box, ZONG_LIMIT_CAPACITY, ret_volumes, ret_count);
	} else {
		err = zong_volume_of_case(txn, filter->case_no, ret_volumes, ret_count);
	}
	if (!err)
		err = keep_seen(txn, who, *ret_volumes, ret_count);
	zong_txn_end(txn);
	return err;
}

static int list_rows(struct zong_archive *archive, const struct zong_subject *who,
	const char *prefix, const char *cursor, size_t max, Zong__Volume ***ret_volumes,
	size_t *ret_count, char **ret_next)
{
	char normal[ZONG_ARCHIVAL_TEXT] = "";
	struct zong_row_page page = {
		.table = ZONG_TABLE_VOLUMES, .type = &zong__volume__descriptor, .prefix = normal};
	int err;

	if (prefix && prefix[0] && zong_archival_normalise(prefix, strlen(prefix), normal))
		return ZONG_EARCHIVALNO;
	err = zong_row_page_read(archive, &page, cursor, max, (ProtobufCMessage ***)ret_volumes,
		ret_count, ret_next);
	if (!err)
		err = see_all(archive, who, *ret_volumes, ret_count);
	return err;
}

int zong_volume_list(struct zong_archive *archive, const struct zong_subject *who,
	const struct zong_volume_filter *filter, const char *cursor, size_t max,
	Zong__Volume ***ret_volumes, size_t *ret_count, char **ret_next, struct zong_err *err)
{
	Zong__Volume **volumes = NULL;
	size_t count = 0;
	char *next = NULL;
	int code = zong_access_may(who, ZONG_VERB_VOLUME_READ, NULL);

	if (code)
		return zong_err_set(err, code, NULL);
	if ((filter->prefix != NULL) + (filter->case_no != NULL) + (filter->box != NULL) > 1)
		return zong_err_set(err, ZONG_EINVAL, "prefix, case, box");
	if (filter->case_no) {
		Zong__Case *cas;

		code = zong_case_get(archive, who, filter->case_no, &cas, err);
		if (code)
			return code;
		code = list_under(archive, who, &(struct zong_volume_filter){.case_no = cas->no},
			&volumes, &count);
		zong__case__free_unpacked(cas, NULL);
	} else if (filter->box) {
		code = list_under(archive, who, filter, &volumes, &count);
	} else {
		code = list_rows(
			archive, who, filter->prefix, cursor, max, &volumes, &count, &next);
	}
	if (!code && !filter->case_no) /* that is a read of the case */
		code = zong_journal_read(archive->journal, who, "volume.list", "volumes");
	if (code) {
		zong_volumes_free(volumes, count);
		free(next);
		return zong_err_set(err, code, "%s",
			filter->box	 ? filter->box
			: filter->prefix ? filter->prefix
					 : "");
	}
	*ret_volumes = volumes;
	*ret_count = count;
	*ret_next = next;
	return 0;
}

int zong_volumes_of_case(struct zong_archive *archive, const struct zong_subject *who,
	const char *case_no, Zong__Volume ***ret_volumes, size_t *ret_count, struct zong_err *err)
{
	Zong__Volume **volumes = NULL;
	size_t count = 0;
	int code = 0;

	if (zong_access_may(who, ZONG_VERB_VOLUME_READ, NULL) == 0)
		code = list_under(archive, who, &(struct zong_volume_filter){.case_no = case_no},
			&volumes, &count);
	if (code) {
		zong_volumes_free(volumes, count);
		return zong_err_set(err, code, "%s", case_no);
	}
	*ret_volumes = volumes;
	*ret_count = count;
	return 0;
}

/* ---- as a table ---- */

static int add_row(const struct zong_iter *iter, void *ctx)
{
	_cleanup_row_ Zong__Volume *volume =
		zong__volume__unpack(NULL, iter->value_len, iter->value);
	const char *date = "", *last = "";
	char pages[16], dates[2 * ZONG_LIMIT_TYPE + 8];

	if (!volume)
		return ZONG_ECORRUPT;
	if (volume->state == ZONG__VOLUME_STATE__VOLUME_ANNULLED)
		return 0;
	for (size_t i = 0; i < volume->n_items; i++) {
		const char *one = volume->items[i]->date;

		if (one[0] && (!date[0] || strcmp(one, date) < 0))
			date = one;
		if (one[0] && strcmp(one, last) > 0)
			last = one;
	}
	snprintf(dates, sizeof(dates), "%s%s%s", date, strcmp(date, last) ? "/" : "",
		strcmp(date, last) ? last : "");
	snprintf(pages, sizeof(pages), "%u", zong_volume_pages(volume));
	return zong_csvout_row(ctx,
		(const char *const[]){volume->no, volume->fonds, volume->title, volume->responsible,
			volume->year, dates, pages, volume->secrecy, volume->retention,
			volume->keywords, volume->summary, volume->note},
		12);
}

int zong_volume_export(struct zong_archive *archive, const struct zong_subject *who,
	const char *prefix, const char *encoding, int *ret_fd, uint64_t *ret_len,
	struct zong_err *err)
{
	static const char *const names[] = {"档号", "全宗号", "题名", "责任者", "年度", "文件日期",
		"页数", "密级", "保管期限", "主题词", "摘要", "附注"};
	char normal[ZONG_ARCHIVAL_TEXT] = "";
	struct zong_csvout out;
	int code = zong_access_may(who, ZONG_VERB_VOLUME_PRINT, NULL);

	if (code)
		return zong_err_set(err, code, NULL);
	if (prefix && prefix[0] && zong_archival_normalise(prefix, strlen(prefix), normal))
		return zong_err_set(err, ZONG_EARCHIVALNO, "%s", prefix);
	code = zong_csvout_begin(&out, archive->spool, encoding);
	if (code)
		return zong_err_set(err, code, "encoding");
	code = zong_csvout_row(&out, names, sizeof(names) / sizeof(names[0]));
	if (!code)
		code = zong_row_walk(archive, ZONG_TABLE_VOLUMES, normal, add_row, &out);
	if (!code)
		code = zong_journal_read(archive->journal, who, "volume.export", "volumes");
	if (code) {
		zong_csvout_release(&out);
		return zong_err_set(err, code, NULL);
	}
	code = zong_csvout_end(&out, ret_fd, ret_len);
	return code ? zong_err_set(err, code, NULL) : 0;
}
