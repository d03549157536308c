/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "property.h"

/* Reports of the four properties: each under its case, stage and material, its text as its digest has it, and filed by time where
 * something failed. That the log has its digest is what a proof is for; here it is only looked at that the line is there. */

static void name_of(const Zong__PropertyReport *report, char *ret_name, size_t size)
{
	char text[ZONG_ID_TEXT] = "";
	struct zong_id id;

	if (zong_row_id(&report->material, &id))
		zong_id_format(&id, text);
	snprintf(ret_name, size, "property/%s/%s%s%s", report->case_no,
		zong_property_stage_slug(report->stage), text[0] ? "/" : "", text);
}

static int check_text(
	struct zong_check *check, const Zong__PropertyReport *report, const char *name)
{
	struct zong_buf text = ZONG_BUF_INIT(ZONG_LIMIT_PROPERTY_TEXT);
	struct zong_digest is, said;
	struct zong_finding *finding;
	int err = zong_property_text(report, &text);

	if (!err)
		zong_digest_of(text.data, text.len, &is);
	zong_buf_release(&text);
	if (err)
		return err;
	if (zong_row_digest(&report->digest, &said) && zong_digest_equal(&is, &said))
		return 0;
	finding = zong_check_add(check, ZONG_FINDING_ROW_WRONG, "properties", "%s", name);
	zong_check_detail(finding, "its text is not what its digest says");
	return finding ? 0 : ZONG_ENOMEM;
}

static int check_record(struct zong_check *check, struct zong_txn *txn,
	const Zong__PropertyReport *report, const char *name)
{
	struct zong_finding *finding;
	struct zong_key key;

	zong_key_clear(&key);
	zong_key_u64(&key, report->record);
	if (report->record && zong_txn_has(txn, ZONG_TABLE_LOG, &key))
		return 0;
	finding = zong_check_add(check, ZONG_FINDING_ROW_WRONG, "properties", "%s", name);
	zong_check_detail(finding, "no line in the log: %llu", (unsigned long long)report->record);
	return finding ? 0 : ZONG_ENOMEM;
}

static int check_index(struct zong_check *check, struct zong_txn *txn,
	const Zong__PropertyReport *report, const char *name)
{
	struct zong_check_wanting wanting = {.check = check, .txn = txn};
	int err;

	snprintf(wanting.owner, sizeof(wanting.owner), "%s", name);
	zong_txn_capture(txn, zong_check_wanted, &wanting);
	err = zong_property_index(txn, report);
	zong_txn_capture(txn, NULL, NULL);
	return err;
}

static int check_report(
	struct zong_check *check, struct zong_txn *txn, const struct zong_iter *iter, bool sound)
{
	_cleanup_row_ Zong__PropertyReport *report =
		sound ? zong__property_report__unpack(NULL, iter->value_len, iter->value) : NULL;
	char name[ZONG_FINDING_OBJECT];
	struct zong_key key;
	struct zong_id id;
	int err;

	if (report)
		zong_property_key(report->case_no, report->stage,
			zong_row_id(&report->material, &id) ? &id : NULL, &key);
	if (!report || key.err || key.len != iter->key.len ||
		memcmp(key.bytes, iter->key.bytes, key.len) != 0)
		return zong_check_damaged(check, "properties", iter);
	name_of(report, name, sizeof(name));
	err = check_text(check, report, name);
	if (!err)
		err = check_record(check, txn, report, name);
	return err ? err : check_index(check, txn, report, name);
}

/* An entry has to lead to a report of that time, with a failure. */
static int check_entry(
	struct zong_check *check, struct zong_txn *txn, const struct zong_iter *iter, bool sound)
{
	_cleanup_row_ Zong__PropertyReport *report = NULL;
	struct zong_key_view view = iter->key;
	struct zong_finding *finding;
	struct zong_id material;
	const char *case_no;
	struct zong_key key;
	uint64_t time;
	uint8_t stage;
	char text[ZONG_FINDING_OBJECT / 2];
	int err = ZONG_ENOENT;

	(void)sound;
	if (zong_key_take_u64(&view, &time) && zong_key_take_str(&view, &case_no) &&
		zong_key_take_u8(&view, &stage)) {
		bool single = zong_key_take_id(&view, &material);

		err = zong_property_row(txn, case_no, (Zong__PropertyStage)stage,
			single ? &material : NULL, &report);
	}
	if (err && err != ZONG_ENOENT && err != ZONG_ECORRUPT)
		return err;
	if (err == ZONG_ECORRUPT)
		return 0; /* perhaps it is right: the row says nothing any more */
	if (!err && report->failed && (uint64_t)report->ended == time)
		return 0;
	zong_check_key_text(&iter->key, text, sizeof(text));
	finding = zong_check_add(
		check, ZONG_FINDING_INDEX_EXTRA, "properties_failed", "properties/%s", text);
	zong_key_clear(&key);
	zong_key_bytes(&key, iter->key.bytes, iter->key.len);
	zong_check_fix_delete(check, finding, ZONG_TABLE_PROPERTIES_FAILED, &key);
	return finding ? 0 : ZONG_ENOMEM;
}

int zong_check_properties(struct zong_check *check)
{
	int err = zong_check_table(check, ZONG_TABLE_PROPERTIES, check_report);

	return err ? err : zong_check_table(check, ZONG_TABLE_PROPERTIES_FAILED, check_entry);
}
