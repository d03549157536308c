/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"

/* The other direction: each entry of an index leads to a row that puts it there. */

enum owner_kind {
	OWNER_NONE,
	OWNER_CASE,
	OWNER_MATERIAL,
	OWNER_READING,
	OWNER_DELIVERY,
	OWNER_JOB
};

struct owner {
	enum owner_kind kind;
	char case_no[ZONG_LIMIT_KEY + 1];
	struct zong_id id;
	struct zong_digest raster;
};

static bool take_case(struct zong_key_view *view, struct owner *owner)
{
	const char *text;

	if (!zong_key_take_str(view, &text))
		return false;
	snprintf(owner->case_no, sizeof(owner->case_no), "%s", text);
	owner->kind = OWNER_CASE;
	return true;
}

/* 'c' case | 'r' raster | 'm' material */
static bool take_target(struct zong_key_view *view, struct owner *owner)
{
	uint8_t letter;

	if (!zong_key_take_u8(view, &letter))
		return false;
	if (letter == 'c')
		return take_case(view, owner);
	owner->kind = letter == 'r' ? OWNER_READING : OWNER_MATERIAL;
	if (letter == 'r')
		return zong_key_take_digest(view, &owner->raster);
	return letter == 'm' && zong_key_take_id(view, &owner->id);
}

static bool take_value_id(const struct zong_iter *iter, struct owner *owner, enum owner_kind kind)
{
	if (iter->value_len != sizeof(owner->id.bytes))
		return false;
	memcpy(owner->id.bytes, iter->value, sizeof(owner->id.bytes));
	owner->kind = kind;
	return true;
}

static bool parse(enum zong_table table, const struct zong_iter *iter, struct owner *owner)
{
	struct zong_key_view view = iter->key;
	struct zong_job_ready ready;
	struct zong_digest digest;
	const char *text;
	uint64_t number;
	uint8_t letter;

	memset(owner, 0, sizeof(*owner));
	switch (table) {
	case ZONG_TABLE_CASES_BY_TIME:
		return zong_key_take_u64(&view, &number) && take_case(&view, owner) && !view.len;
	case ZONG_TABLE_BY_PARTY:
		return zong_key_take_str(&view, &text) && take_case(&view, owner) && !view.len;
	case ZONG_TABLE_MATERIALS_BY_CASE:
	case ZONG_TABLE_MATERIALS_SHARED:
		owner->kind = OWNER_MATERIAL;
		return zong_key_take_str(&view, &text) && zong_key_take_id(&view, &owner->id) &&
		       !view.len;
	case ZONG_TABLE_MATERIALS_BY_FILE:
	case ZONG_TABLE_RASTER_USE:
		owner->kind = OWNER_MATERIAL;
		return zong_key_take_digest(&view, &digest) && zong_key_take_id(&view, &owner->id);
	case ZONG_TABLE_BY_UNIT:
	case ZONG_TABLE_BY_CERT:
	case ZONG_TABLE_BY_IDNO:
		return zong_key_take_str(&view, &text) && take_target(&view, owner) && !view.len;
	case ZONG_TABLE_BY_CERT_TAIL:
		return zong_key_take_str(&view, &text) && zong_key_take_str(&view, &text) &&
		       take_target(&view, owner) && !view.len;
	case ZONG_TABLE_BY_UNIT_READ:
		owner->kind = OWNER_READING;
		return zong_key_take_str(&view, &text) &&
		       zong_key_take_digest(&view, &owner->raster) && !view.len;
	case ZONG_TABLE_DELIVERIES_BY_MATERIAL:
	case ZONG_TABLE_FEED:
		return take_value_id(iter, owner, OWNER_DELIVERY);
	case ZONG_TABLE_JOBS_BY_RASTER:
		return take_value_id(iter, owner, OWNER_JOB);
	case ZONG_TABLE_JOBS_READY:
		if (!zong_job_ready_parse(view, &ready))
			return false;
		owner->kind = OWNER_JOB;
		owner->id = ready.id;
		return true;
	case ZONG_TABLE_OUTBOX:
		owner->kind = OWNER_DELIVERY;
		return zong_key_take_str(&view, &text) && zong_key_take_u64(&view, &number) &&
		       zong_key_take_id(&view, &owner->id) && !view.len;
	case ZONG_TABLE_OUTBOX_BY_CASE:
		owner->kind = OWNER_DELIVERY;
		return zong_key_take_str(&view, &text) && zong_key_take_str(&view, &text) &&
		       zong_key_take_u64(&view, &number) && zong_key_take_id(&view, &owner->id) &&
		       !view.len;
	case ZONG_TABLE_DELIVERIES_BY_STATE:
		owner->kind = OWNER_DELIVERY;
		return zong_key_take_u8(&view, &letter) && zong_key_take_str(&view, &text) &&
		       zong_key_take_u64(&view, &number) && zong_key_take_id(&view, &owner->id) &&
		       !view.len;
	default:
		return false;
	}
}

static void name_of(const struct owner *owner, char *ret_name, size_t size)
{
	char text[ZONG_DIGEST_TEXT];

	switch (owner->kind) {
	case OWNER_CASE:
		snprintf(ret_name, size, "case/%s", owner->case_no);
		return;
	case OWNER_READING:
		zong_digest_format(&owner->raster, text);
		snprintf(ret_name, size, "raster/%s", text);
		return;
	default:
		zong_id_format(&owner->id, text);
		snprintf(ret_name, size, "%s/%s",
			owner->kind == OWNER_MATERIAL	? "material"
			: owner->kind == OWNER_DELIVERY ? "delivery"
							: "job",
			text);
	}
}

/* What the owner puts. 0, ZONG_ENOENT, ZONG_ECORRUPT. */
static int expect(struct zong_txn *txn, const struct owner *owner, struct zong_check_puts *puts)
{
	ProtobufCMessage *row = NULL;
	struct zong_key key;
	int err;

	switch (owner->kind) {
	case OWNER_CASE:
		zong_row_key_str(&key, owner->case_no);
		err = zong_check_get(txn, ZONG_TABLE_CASES, &key, &zong__case__descriptor, &row);
		if (!err)
			err = zong_check_expect_case(txn, (Zong__Case *)row, puts);
		break;
	case OWNER_MATERIAL:
		zong_row_key_id(&key, &owner->id);
		err = zong_check_get(
			txn, ZONG_TABLE_MATERIALS, &key, &zong__material__descriptor, &row);
		if (!err)
			err = zong_check_expect_material(txn, (Zong__Material *)row, puts);
		break;
	case OWNER_READING:
		zong_row_key_digest(&key, &owner->raster);
		err = zong_reading_get(txn, &owner->raster, (Zong__Reading **)&row);
		if (!err)
			err = zong_check_expect_reading(
				txn, &owner->raster, (Zong__Reading *)row, puts);
		break;
	case OWNER_DELIVERY:
		zong_row_key_id(&key, &owner->id);
		err = zong_check_get(
			txn, ZONG_TABLE_DELIVERIES, &key, &zong__delivery__descriptor, &row);
		if (!err)
			err = zong_check_expect_delivery(txn, (Zong__Delivery *)row, puts);
		break;
	default:
		zong_row_key_id(&key, &owner->id);
		err = zong_check_get(txn, ZONG_TABLE_JOBS, &key, &zong__job__descriptor, &row);
		if (!err)
			err = zong_check_expect_job(txn, (Zong__Job *)row, puts);
		break;
	}
	if (row)
		protobuf_c_message_free_unpacked(row, NULL);
	return err;
}

/* A delivery that is filed under a material which is to go to that department, and is not there: lost. */
static int note_lost_delivery(struct zong_check *check, struct zong_txn *txn,
	const struct zong_iter *iter, const char *name)
{
	struct zong_key_view view = iter->key;
	Zong__Material *material = NULL;
	struct zong_finding *finding;
	const char *department;
	struct zong_id id;
	struct zong_key key;
	bool named = false;

	if (!zong_key_take_id(&view, &id) || !zong_key_take_str(&view, &department))
		return 0;
	zong_row_key_id(&key, &id);
	if (zong_check_get(txn, ZONG_TABLE_MATERIALS, &key, &zong__material__descriptor,
		    (ProtobufCMessage **)&material))
		return 0;
	for (size_t i = 0; i < material->n_receivers; i++)
		named = named || strcmp(material->receivers[i], department) == 0;
	zong__material__free_unpacked(material, NULL);
	if (!named || zong_check_names_has(&check->lost, name))
		return 0;
	finding = zong_check_add(check, ZONG_FINDING_ROW_MISSING, "deliveries", "%s", name);
	if (!finding)
		return ZONG_ENOMEM;
	zong_check_affects_material(check, txn, finding, &id);
	return zong_check_names_add(&check->lost, name);
}

static int check_entry(
	struct zong_check *check, struct zong_txn *txn, const struct zong_iter *iter, bool sound)
{
	char name[ZONG_FINDING_OBJECT], text[ZONG_FINDING_OBJECT];
	struct zong_finding *finding;
	enum zong_table walked = check->walked;
	struct owner owner;
	struct zong_key key;
	bool shaped = parse(walked, iter, &owner);
	int err;

	(void)sound; /* entries have no checksum: they are compared */
	snprintf(name, sizeof(name), "?");
	if (shaped) {
		name_of(&owner, name, sizeof(name));
		/* Entries of one owner often stand together. */
		if (strcmp(name, check->owner) != 0 || check->repair) {
			zong_check_puts_clear(&check->owner_puts);
			check->owner_state = expect(txn, &owner, &check->owner_puts);
			snprintf(check->owner, sizeof(check->owner), "%s", name);
		}
		err = check->owner_state;
		if (err == ZONG_ECORRUPT)
			return 0; /* the row itself has been told of, and its entries may be right */
		if (err && err != ZONG_ENOENT)
			return err;
		if (err == ZONG_ENOENT && walked == ZONG_TABLE_DELIVERIES_BY_MATERIAL) {
			err = note_lost_delivery(check, txn, iter, name);
			if (err)
				return err == ZONG_ELIMIT ? 0 : err;
			err = ZONG_ENOENT;
		}
		if (err == ZONG_ENOENT && zong_check_names_has(&check->lost, name))
			return 0; /* right again when the row comes back */
		if (!err && zong_check_puts_find(&check->owner_puts, walked, &iter->key))
			return 0;
		if (!err && check->owner_puts.partial && walked == ZONG_TABLE_RASTER_USE)
			return 0;
	}
	zong_check_key_text(&iter->key, text, sizeof(text));
	finding = zong_check_add(check, ZONG_FINDING_INDEX_EXTRA, zong_table_name(walked),
		"%s/%s", zong_table_name(walked), text);
	if (!finding)
		return ZONG_ENOMEM;
	zong_check_detail(finding, "%s", name);
	zong_key_clear(&key);
	zong_key_bytes(&key, iter->key.bytes, iter->key.len);
	zong_check_fix_delete(check, finding, walked, &key);
	return 0;
}

int zong_check_indexes(struct zong_check *check)
{
	static const enum zong_table tables[] = {
		ZONG_TABLE_CASES_BY_TIME,
		ZONG_TABLE_MATERIALS_BY_CASE,
		ZONG_TABLE_MATERIALS_BY_FILE,
		ZONG_TABLE_MATERIALS_SHARED,
		ZONG_TABLE_BY_UNIT,
		ZONG_TABLE_BY_CERT,
		ZONG_TABLE_BY_CERT_TAIL,
		ZONG_TABLE_BY_PARTY,
		ZONG_TABLE_BY_IDNO,
		ZONG_TABLE_BY_UNIT_READ,
		ZONG_TABLE_RASTER_USE,
		ZONG_TABLE_DELIVERIES_BY_MATERIAL, /* before the two that ask which are lost */
		ZONG_TABLE_FEED,
		ZONG_TABLE_OUTBOX,
		ZONG_TABLE_OUTBOX_BY_CASE,
		ZONG_TABLE_DELIVERIES_BY_STATE,
		ZONG_TABLE_JOBS_READY,
		ZONG_TABLE_JOBS_BY_RASTER,
	};
	int err = 0;

	for (size_t i = 0; !err && i < sizeof(tables) / sizeof(tables[0]); i++) {
		check->owner[0] = '\0';
		check->walked = tables[i];
		err = zong_check_table(check, tables[i], check_entry);
	}
	return err;
}
