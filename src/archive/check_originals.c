/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "original_row.h"

/* Originals and what belongs to them: each row stands where its index rows say and nowhere else, what it names is there, and an
 * open loan is that of the original that it is of, and the other way round. */

static void key_of(const struct zong_iter *iter, struct zong_key *ret_key)
{
	zong_key_clear(ret_key);
	zong_key_bytes(ret_key, iter->key.bytes, iter->key.len);
}

static bool has(struct zong_txn *txn, enum zong_table table, const char *name)
{
	struct zong_key key;

	zong_row_key_str(&key, name);
	return zong_txn_has(txn, table, &key);
}

/* Puts an index row that is not there. */
static int need(struct zong_check *check, struct zong_txn *txn, enum zong_table table,
	const struct zong_key *key, const char *object)
{
	struct zong_key_view view = {.bytes = key->bytes, .len = key->len};
	char text[ZONG_FINDING_OBJECT / 2];
	struct zong_finding *finding;

	if (zong_txn_has(txn, table, key))
		return 0;
	zong_check_key_text(&view, text, sizeof(text));
	finding = zong_check_add(check, ZONG_FINDING_INDEX_MISSING, zong_table_name(table), "%s/%s",
		zong_table_name(table), text);
	if (!finding)
		return ZONG_ENOMEM;
	zong_check_detail(finding, "%s", object);
	zong_check_fix_put(check, finding, table, key, NULL, 0);
	return 0;
}

/* Takes out the index row that the walk stands at. */
static int drop(struct zong_check *check, enum zong_table table, const struct zong_iter *iter)
{
	char text[ZONG_FINDING_OBJECT / 2];
	struct zong_finding *finding;
	struct zong_key key;

	zong_check_key_text(&iter->key, text, sizeof(text));
	finding = zong_check_add(check, ZONG_FINDING_INDEX_EXTRA, zong_table_name(table), "%s/%s",
		zong_table_name(table), text);
	if (!finding)
		return ZONG_ENOMEM;
	key_of(iter, &key);
	zong_check_fix_delete(check, finding, table, &key);
	return 0;
}

/* ---- places ---- */

static int check_place(
	struct zong_check *check, struct zong_txn *txn, const struct zong_iter *iter, bool sound)
{
	_cleanup_row_ Zong__Place *row =
		sound ? zong__place__unpack(NULL, iter->value_len, iter->value) : NULL;
	char object[ZONG_PLACE_CODE + 8];
	struct zong_key key;
	int err = 0;

	if (!row || iter->key.len != strlen(row->code) + 1 ||
		memcmp(iter->key.bytes, row->code, iter->key.len) != 0)
		return zong_check_damaged(check, "places", iter);
	if (row->removed)
		return 0;
	snprintf(object, sizeof(object), "place/%s", row->code);
	if (row->parent[0] && !has(txn, ZONG_TABLE_PLACES, row->parent))
		err = zong_check_gone(check, "places", "place", row->parent);
	zong_row_key_str(&key, row->parent);
	zong_key_str(&key, row->code);
	return err ? err : need(check, txn, ZONG_TABLE_PLACES_BY_PARENT, &key, object);
}

static int check_by_parent(
	struct zong_check *check, struct zong_txn *txn, const struct zong_iter *iter, bool sound)
{
	struct zong_key_view view = iter->key;
	_cleanup_row_ ProtobufCMessage *row = NULL;
	const Zong__Place *place;
	const char *parent, *code;
	struct zong_key key;
	int err;

	(void)sound;
	if (!zong_key_take_str(&view, &parent) || !zong_key_take_str(&view, &code) || view.len)
		return drop(check, ZONG_TABLE_PLACES_BY_PARENT, iter);
	zong_row_key_str(&key, code);
	err = zong_check_get(txn, ZONG_TABLE_PLACES, &key, &zong__place__descriptor, &row);
	if (err)
		return err == ZONG_ECORRUPT ? 0
		       : err == ZONG_ENOENT ? drop(check, ZONG_TABLE_PLACES_BY_PARENT, iter)
					    : err;
	place = (const Zong__Place *)row;
	if (place->removed || strcmp(place->parent, parent) != 0)
		return drop(check, ZONG_TABLE_PLACES_BY_PARENT, iter);
	return 0;
}

/* ---- originals ---- */

struct needs {
	struct zong_check *check;
	struct zong_txn *txn;
	struct {
		enum zong_table table;
		struct zong_key key;
	} entry[3];
	size_t count;
};

static int seen(
	void *ctx, enum zong_table table, const struct zong_key *key, const void *value, size_t len)
{
	struct needs *needs = ctx;

	(void)value;
	(void)len;
	if (needs->count == sizeof(needs->entry) / sizeof(needs->entry[0]))
		return ZONG_ELIMIT;
	needs->entry[needs->count].table = table;
	needs->entry[needs->count++].key = *key;
	return 0;
}

static int puts_of(struct zong_txn *txn, const Zong__Original *original, struct needs *needs)
{
	int err;

	needs->count = 0;
	zong_txn_capture(txn, seen, needs);
	err = zong_original_index(txn, original);
	zong_txn_capture(txn, NULL, NULL);
	return err;
}

/* What the row names. */
static int check_names(
	struct zong_check *check, struct zong_txn *txn, const Zong__Original *original)
{
	struct zong_key key;
	struct zong_id id;
	int err = 0;

	if (!has(txn, ZONG_TABLE_CASES, original->case_no))
		err = zong_check_gone(check, "cases", "case", original->case_no);
	for (size_t i = 0; !err && i < original->n_materials; i++) {
		char text[ZONG_ID_TEXT] = "?";

		if (zong_row_id(&original->materials[i], &id)) {
			zong_row_key_id(&key, &id);
			if (zong_txn_has(txn, ZONG_TABLE_MATERIALS, &key))
				continue;
			zong_id_format(&id, text);
		}
		err = zong_check_gone(check, "materials", "material", text);
	}
	if (!err && original->where_case == ZONG__ORIGINAL__WHERE_SHELVED &&
		!has(txn, ZONG_TABLE_PLACES, original->shelved->place))
		err = zong_check_gone(check, "places", "place", original->shelved->place);
	if (!err && original->where_case == ZONG__ORIGINAL__WHERE_LENT) {
		if (!zong_row_id(&original->lent->loan, &id))
			return zong_check_gone(check, "loans", "loan of original", original->code);
		zong_loan_key(original->code, &id, &key);
		if (!zong_txn_has(txn, ZONG_TABLE_LOANS, &key))
			err = zong_check_gone(check, "loans", "loan of original", original->code);
	}
	return err;
}

static int check_original(
	struct zong_check *check, struct zong_txn *txn, const struct zong_iter *iter, bool sound)
{
	_cleanup_row_ Zong__Original *row =
		sound ? zong__original__unpack(NULL, iter->value_len, iter->value) : NULL;
	char object[ZONG_ORIGINAL_CODE + 16];
	struct needs needs;
	int err;

	if (!row || iter->key.len != strlen(row->code) + 1 ||
		memcmp(iter->key.bytes, row->code, iter->key.len) != 0)
		return zong_check_damaged(check, "originals", iter);
	snprintf(object, sizeof(object), "original/%s", row->code);
	err = puts_of(txn, row, &needs);
	for (size_t i = 0; !err && i < needs.count; i++)
		err = need(check, txn, needs.entry[i].table, &needs.entry[i].key, object);
	return err ? err : check_names(check, txn, row);
}

/* The code of an original ends the key; that puts it there or not. */
static int check_entry(
	struct zong_check *check, struct zong_txn *txn, const struct zong_iter *iter, bool sound)
{
	_cleanup_row_ ProtobufCMessage *row = NULL;
	struct zong_key_view view = iter->key;
	struct needs needs;
	struct zong_key key;
	const char *first, *code;
	uint8_t letter;
	bool shaped = check->walked == ZONG_TABLE_ORIGINALS_BY_STATE
			      ? zong_key_take_u8(&view, &letter)
			      : zong_key_take_str(&view, &first);
	int err;

	(void)sound;
	if (!shaped || !zong_key_take_str(&view, &code) || view.len)
		return drop(check, check->walked, iter);
	zong_row_key_str(&key, code);
	err = zong_check_get(txn, ZONG_TABLE_ORIGINALS, &key, &zong__original__descriptor, &row);
	if (err == ZONG_ECORRUPT)
		return 0; /* told with the row */
	if (!err)
		err = puts_of(txn, (const Zong__Original *)row, &needs);
	if (err == ZONG_ENOENT) {
		char object[ZONG_FINDING_OBJECT];

		snprintf(object, sizeof(object), "original/%s", code);
		if (zong_check_names_has(&check->lost, object))
			return 0; /* right again when the row comes back */
		return drop(check, check->walked, iter);
	}
	if (err)
		return err;
	for (size_t i = 0; i < needs.count; i++)
		if (needs.entry[i].table == check->walked &&
			needs.entry[i].key.len == iter->key.len &&
			memcmp(needs.entry[i].key.bytes, iter->key.bytes, iter->key.len) == 0)
			return 0;
	return drop(check, check->walked, iter);
}

/* ---- loans ---- */

/* It is out: then the original says so. */
static int check_holder(
	struct zong_check *check, struct zong_txn *txn, const Zong__Loan *loan, const char *object)
{
	_cleanup_row_ ProtobufCMessage *row = NULL;
	const Zong__Original *original;
	struct zong_finding *finding;
	struct zong_key key;
	bool with_it;
	int err;

	zong_row_key_str(&key, loan->original);
	err = zong_check_get(txn, ZONG_TABLE_ORIGINALS, &key, &zong__original__descriptor, &row);
	if (err)
		return err == ZONG_ENOENT     ? zong_check_gone(check, "originals", "original", loan->original)
		       : err == ZONG_ECORRUPT ? 0
					      : err;
	original = (const Zong__Original *)row;
	with_it = original->where_case == ZONG__ORIGINAL__WHERE_LENT &&
		  original->lent->loan.len == loan->id.len &&
		  memcmp(original->lent->loan.data, loan->id.data, loan->id.len) == 0;
	if (with_it != !loan->returned) {
		finding = zong_check_add(check, ZONG_FINDING_ROW_WRONG, "loans", "%s", object);
		if (!finding)
			return ZONG_ENOMEM;
		zong_check_detail(finding, "original/%s is %s", original->code,
			zong_original_state_name(original));
	}
	return 0;
}

static int check_loan(
	struct zong_check *check, struct zong_txn *txn, const struct zong_iter *iter, bool sound)
{
	_cleanup_row_ Zong__Loan *row =
		sound ? zong__loan__unpack(NULL, iter->value_len, iter->value) : NULL;
	char object[ZONG_ORIGINAL_CODE + ZONG_ID_TEXT + 32], text[ZONG_ID_TEXT];
	struct zong_key key;
	struct zong_id id;
	int err = 0;

	if (row && zong_row_id(&row->id, &id))
		zong_loan_key(row->original, &id, &key);
	else
		return zong_check_damaged(check, "loans", iter);
	if (key.err || key.len != iter->key.len || memcmp(key.bytes, iter->key.bytes, key.len) != 0)
		return zong_check_damaged(check, "loans", iter);
	zong_id_format(&id, text);
	snprintf(object, sizeof(object), "loan/%s of original/%s", text, row->original);
	if (zong_loan_open_key(row, &key))
		err = need(check, txn, ZONG_TABLE_LOANS_OPEN, &key, object);
	return err ? err : check_holder(check, txn, row, object);
}

static int check_open(
	struct zong_check *check, struct zong_txn *txn, const struct zong_iter *iter, bool sound)
{
	_cleanup_row_ ProtobufCMessage *row = NULL;
	struct zong_key_view view = iter->key;
	struct zong_key key;
	struct zong_id id;
	const char *code;
	uint8_t letter;
	uint32_t day;
	int err;

	(void)sound;
	if (!zong_key_take_u8(&view, &letter) || !zong_key_take_u32(&view, &day) ||
		!zong_key_take_str(&view, &code) || !zong_key_take_id(&view, &id) || view.len)
		return drop(check, ZONG_TABLE_LOANS_OPEN, iter);
	zong_loan_key(code, &id, &key);
	err = zong_check_get(txn, ZONG_TABLE_LOANS, &key, &zong__loan__descriptor, &row);
	if (err && err != ZONG_ENOENT)
		return err == ZONG_ECORRUPT ? 0 : err;
	if (err || !zong_loan_open_key((const Zong__Loan *)row, &key) || key.len != iter->key.len ||
		memcmp(key.bytes, iter->key.bytes, key.len) != 0)
		return drop(check, ZONG_TABLE_LOANS_OPEN, iter);
	return 0;
}

static int check_reservation(
	struct zong_check *check, struct zong_txn *txn, const struct zong_iter *iter, bool sound)
{
	_cleanup_row_ Zong__Reservation *row =
		sound ? zong__reservation__unpack(NULL, iter->value_len, iter->value) : NULL;

	if (!row)
		return zong_check_damaged(check, "reservations", iter);
	if (!has(txn, ZONG_TABLE_ORIGINALS, row->original))
		return zong_check_gone(check, "originals", "original", row->original);
	return 0;
}

int zong_check_originals(struct zong_check *check)
{
	static const struct {
		enum zong_table table;
		zong_check_row *row;
	} walks[] = {
		{ZONG_TABLE_PLACES, check_place},
		{ZONG_TABLE_PLACES_BY_PARENT, check_by_parent},
		{ZONG_TABLE_ORIGINALS, check_original},
		{ZONG_TABLE_ORIGINALS_BY_CASE, check_entry},
		{ZONG_TABLE_ORIGINALS_BY_PLACE, check_entry},
		{ZONG_TABLE_ORIGINALS_BY_STATE, check_entry},
		{ZONG_TABLE_LOANS, check_loan},
		{ZONG_TABLE_LOANS_OPEN, check_open},
		{ZONG_TABLE_RESERVATIONS, check_reservation},
	};
	int err = 0;

	for (size_t i = 0; !err && i < sizeof(walks) / sizeof(walks[0]); i++) {
		check->walked = walks[i].table;
		err = zong_check_table(check, walks[i].table, walks[i].row);
	}
	return err;
}
