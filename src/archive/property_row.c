/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "journal.h"
#include "property.h"

void zong_property_key(const char *case_no, Zong__PropertyStage stage,
	const struct zong_id *material, struct zong_key *ret_key)
{
	zong_row_key_str(ret_key, case_no);
	zong_key_u8(ret_key, (uint8_t)stage);
	if (material)
		zong_key_id(ret_key, material);
}

void zong_property_key_failed(const Zong__PropertyReport *report, struct zong_key *ret_key)
{
	zong_key_clear(ret_key);
	zong_key_u64(ret_key, (uint64_t)report->ended);
	zong_key_str(ret_key, report->case_no);
	zong_key_u8(ret_key, (uint8_t)report->stage);
	zong_key_bytes(ret_key, report->material.data, report->material.len);
}

int zong_property_row(struct zong_txn *txn, const char *case_no, Zong__PropertyStage stage,
	const struct zong_id *material, Zong__PropertyReport **ret_report)
{
	ProtobufCMessage *row;
	struct zong_key key;
	int err;

	zong_property_key(case_no, stage, material, &key);
	/* one that is damaged must not keep the next one out */
	err = zong_check_get(
		txn, ZONG_TABLE_PROPERTIES, &key, &zong__property_report__descriptor, &row);
	if (!err)
		*ret_report = (Zong__PropertyReport *)row;
	return err;
}

int zong_property_index(struct zong_txn *txn, const Zong__PropertyReport *report)
{
	struct zong_key key;

	if (!report->failed)
		return 0;
	zong_property_key_failed(report, &key);
	return zong_txn_put_bytes(txn, ZONG_TABLE_PROPERTIES_FAILED, &key, NULL, 0);
}

static int forget_before(
	struct zong_txn *txn, const Zong__PropertyReport *report, const struct zong_id *material)
{
	_cleanup_row_ Zong__PropertyReport *before = NULL;
	struct zong_key key;
	int err = zong_property_row(txn, report->case_no, report->stage, material, &before);

	if (err || !before->failed)
		return err == ZONG_ENOENT || err == ZONG_ECORRUPT ? 0 : err;
	zong_property_key_failed(before, &key);
	return zong_txn_delete(txn, ZONG_TABLE_PROPERTIES_FAILED, &key);
}

int zong_property_put(
	struct zong_txn *txn, const struct zong_subject *who, Zong__PropertyReport *report)
{
	char object[ZONG_PROPERTY_OBJECT], detail[256], text[ZONG_ID_TEXT];
	char digest[ZONG_DIGEST_TEXT];
	bool single = report->material.len != 0;
	struct zong_digest of;
	struct zong_key key;
	struct zong_id id;
	int err;

	if (!zong_row_digest(&report->digest, &of) ||
		(single && !zong_row_id(&report->material, &id)))
		return ZONG_EINVAL;
	err = forget_before(txn, report, single ? &id : NULL);
	if (single) {
		zong_id_format(&id, text);
		snprintf(object, sizeof(object), "material/%s", text);
	} else {
		snprintf(object, sizeof(object), "case/%s", report->case_no);
	}
	zong_digest_format(&of, digest);
	snprintf(detail, sizeof(detail), "%s %u passed, %u failed, %u not run file/%s",
		zong_property_stage_slug(report->stage), report->passed, report->failed,
		report->not_run, digest);
	if (!err)
		err = zong_journal_add(txn, who, "property.run", object, detail, &report->record);
	if (!err)
		err = zong_property_index(txn, report);
	zong_property_key(report->case_no, report->stage, single ? &id : NULL, &key);
	return err ? err : zong_txn_put(txn, ZONG_TABLE_PROPERTIES, &key, &report->base);
}
