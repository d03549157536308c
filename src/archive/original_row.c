/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include <zong/access.h>
#include <zong/time.h>
#include <zong/utf8.h>

#include "journal.h"
#include "original_row.h"

static const struct {
	Zong__Original__WhereCase where;
	char letter; /* in ZONG_TABLE_ORIGINALS_BY_STATE */
	const char *name;
} states[] = {
	{ZONG__ORIGINAL__WHERE__NOT_SET, 'u', "unshelved"},
	{ZONG__ORIGINAL__WHERE_SHELVED, 's', "shelved"},
	{ZONG__ORIGINAL__WHERE_LENT, 'l', "lent"},
	{ZONG__ORIGINAL__WHERE_MISSING, 'm', "missing"},
	{ZONG__ORIGINAL__WHERE_HANDED, 'h', "handed-over"},
};
#define STATES (sizeof(states) / sizeof(states[0]))

const char *zong_original_state_name(const Zong__Original *original)
{
	for (size_t i = 0; i < STATES; i++)
		if (states[i].where == original->where_case)
			return states[i].name;
	return "unknown";
}

char zong_original_letter(const Zong__Original *original)
{
	return zong_original_letter_of(zong_original_state_name(original));
}

char zong_original_letter_of(const char *state)
{
	for (size_t i = 0; i < STATES; i++)
		if (strcmp(states[i].name, state) == 0)
			return states[i].letter;
	return 0;
}

int zong_original_row(struct zong_txn *txn, const char *code, Zong__Original **ret_original)
{
	ProtobufCMessage *row;
	struct zong_key key;
	int err;

	zong_row_key_str(&key, code);
	err = zong_txn_get(txn, ZONG_TABLE_ORIGINALS, &key, &zong__original__descriptor, &row);
	if (!err)
		*ret_original = (Zong__Original *)row;
	return err == ZONG_ENOENT ? ZONG_ENOORIGINAL : err;
}

int zong_original_find(struct zong_txn *txn, const struct zong_subject *who, enum zong_verb verb,
	const char *code, Zong__Original **ret_original)
{
	_cleanup_row_ Zong__Original *original = NULL;
	char normal[ZONG_ORIGINAL_CODE];
	struct zong_object object = {.txn = txn};
	int err = zong_original_code_parse(code, normal);

	if (!err)
		err = zong_original_row(txn, normal, &original);
	if (err)
		return err;
	object.original = original;
	err = zong_access_may(who, verb, &object);
	if (err)
		return err == ZONG_ENOENT ? ZONG_ENOORIGINAL : err;
	*ret_original = take_ptr(original);
	return 0;
}

/* ---- index rows ---- */

typedef int change_entry(struct zong_txn *txn, enum zong_table table, const struct zong_key *key);

static int put_entry(struct zong_txn *txn, enum zong_table table, const struct zong_key *key)
{
	return zong_txn_put_bytes(txn, table, key, NULL, 0);
}

static int each_entry(struct zong_txn *txn, const Zong__Original *original, change_entry *change)
{
	struct zong_key key;
	int err;

	zong_row_key_str(&key, original->case_no);
	zong_key_str(&key, original->code);
	err = change(txn, ZONG_TABLE_ORIGINALS_BY_CASE, &key);
	if (err)
		return err;
	zong_key_clear(&key);
	zong_key_u8(&key, (uint8_t)zong_original_letter(original));
	zong_key_str(&key, original->code);
	err = change(txn, ZONG_TABLE_ORIGINALS_BY_STATE, &key);
	if (err || original->where_case != ZONG__ORIGINAL__WHERE_SHELVED)
		return err;
	zong_row_key_str(&key, original->shelved->place);
	zong_key_str(&key, original->code);
	return change(txn, ZONG_TABLE_ORIGINALS_BY_PLACE, &key);
}

int zong_original_index(struct zong_txn *txn, const Zong__Original *original)
{
	return each_entry(txn, original, put_entry);
}

int zong_original_put(
	struct zong_txn *txn, const Zong__Original *before, const Zong__Original *original)
{
	struct zong_key key;
	int err = before ? each_entry(txn, before, zong_txn_delete) : 0;

	if (err)
		return err;
	zong_row_key_str(&key, original->code);
	err = zong_txn_put(txn, ZONG_TABLE_ORIGINALS, &key, &original->base);
	return err ? err : zong_original_index(txn, original);
}

/* ---- where it is ---- */

int zong_original_copy(const Zong__Original *original, Zong__Original **ret_copy)
{
	ProtobufCMessage *copy;
	int err = zong_row_copy(&original->base, &copy);

	if (!err)
		*ret_copy = (Zong__Original *)copy;
	return err;
}

void zong_original_leave(Zong__Original *original)
{
	ProtobufCMessage *was = NULL;

	switch (original->where_case) {
	case ZONG__ORIGINAL__WHERE_SHELVED:
		was = &original->shelved->base;
		break;
	case ZONG__ORIGINAL__WHERE_LENT:
		was = &original->lent->base;
		break;
	case ZONG__ORIGINAL__WHERE_MISSING:
		was = &original->missing->base;
		break;
	case ZONG__ORIGINAL__WHERE_HANDED:
		was = &original->handed->base;
		break;
	default:
		break;
	}
	original->where_case = ZONG__ORIGINAL__WHERE__NOT_SET;
	original->shelved = NULL; /* a union: of all of them */
	if (was)
		protobuf_c_message_free_unpacked(was, NULL);
}

int zong_original_lay(Zong__Original *original, const char *place, const char *by)
{
	_cleanup_row_ Zong__OriginalShelved *shelved =
		zong_row_new(&zong__original_shelved__descriptor);

	if (!shelved || zong_row_set(&shelved->place, place) || zong_row_set(&shelved->by, by) ||
		zong_row_set(&original->home, place))
		return ZONG_ENOMEM;
	shelved->time = zong_time_now();
	zong_original_leave(original);
	original->shelved = take_ptr(shelved);
	original->where_case = ZONG__ORIGINAL__WHERE_SHELVED;
	return 0;
}

int zong_original_in(const Zong__Original *original)
{
	if (original->listed[0])
		return ZONG_EONLIST;
	switch (original->where_case) {
	case ZONG__ORIGINAL__WHERE_LENT:
		return ZONG_ELENT;
	case ZONG__ORIGINAL__WHERE_MISSING:
		return ZONG_EMISSING;
	case ZONG__ORIGINAL__WHERE_HANDED:
		return ZONG_EHANDED;
	default:
		return 0;
	}
}

int zong_original_log(struct zong_txn *txn, const struct zong_subject *who, const char *verb,
	const char *code, const char *detail, uint64_t *ret_record)
{
	char object[ZONG_PLACE_CODE + 16];

	snprintf(object, sizeof(object), "original/%s", code);
	return zong_journal_add(txn, who, verb, object, detail, ret_record);
}

void zong_paper_about(char ret_subject[ZONG_ABOUT], const char *text)
{
	size_t len = zong_utf8_cut(text, strlen(text), ZONG_ABOUT - 1);

	memcpy(ret_subject, text, len);
	ret_subject[len] = '\0';
}

int zong_paper_code_next(
	struct zong_txn *txn, enum zong_table table, char letter, char ret_code[ZONG_ORIGINAL_CODE])
{
	struct zong_iter iter = {0};
	struct zong_key prefix, from;
	uint32_t number = 0;
	const char *last;
	int err;

	zong_key_clear(&prefix);
	zong_key_u8(&prefix, (uint8_t)letter);
	from = prefix;
	zong_key_u8(&from, '9' + 1); /* a place may be called WEST */
	err = zong_iter_begin(&iter, txn, table, &prefix, &from, true);
	if (!err)
		err = zong_iter_next(&iter);
	if (!err && zong_key_take_str(&iter.key, &last) && last[1] >= '0' && last[1] <= '9')
		for (int i = 1; i <= 8; i++)
			number = number * 10 + (uint32_t)(last[i] - '0');
	zong_iter_end(&iter);
	if (err && err != ZONG_EEND)
		return err;
	if (++number > 99999999)
		return ZONG_ELIMIT;
	zong_paper_code_format(letter, number, ret_code);
	return 0;
}
