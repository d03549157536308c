/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "index_rows.h"

/* The index functions themselves are asked what they put (zong_txn_capture), so that a check and what it
 * checks cannot come to differ. */

void zong_check_puts_clear(struct zong_check_puts *puts)
{
	puts->count = 0;
	puts->partial = false;
}

void zong_check_puts_release(struct zong_check_puts *puts)
{
	free(puts->put);
	memset(puts, 0, sizeof(*puts));
}

const struct zong_check_put *zong_check_puts_find(
	const struct zong_check_puts *puts, enum zong_table table, const struct zong_key_view *key)
{
	size_t i;

	for (i = 0; i < puts->count; i++)
		if (puts->put[i].table == table && puts->put[i].key.len == key->len &&
			memcmp(puts->put[i].key.bytes, key->bytes, key->len) == 0)
			return &puts->put[i];
	return NULL;
}

static int add(struct zong_check_puts *puts, enum zong_table table, const struct zong_key *key,
	const void *value, size_t len)
{
	struct zong_check_put *put;

	if (puts->count == puts->room) {
		size_t room = puts->room ? puts->room * 2 : 32;
		struct zong_check_put *grown = realloc(puts->put, room * sizeof(*grown));

		if (!grown)
			return ZONG_ENOMEM;
		puts->put = grown;
		puts->room = room;
	}
	if (key->err || len > sizeof(puts->put->value))
		return ZONG_ELIMIT;
	put = &puts->put[puts->count++];
	put->table = table;
	put->key = *key;
	put->len = len;
	if (len)
		memcpy(put->value, value, len);
	return 0;
}

static int seen(
	void *ctx, enum zong_table table, const struct zong_key *key, const void *value, size_t len)
{
	/* the number of the change that it would be, were it one */
	if (table == ZONG_TABLE_META || table == ZONG_TABLE_CHANGES)
		return 0;
	return add(ctx, table, key, value, len);
}

int zong_check_expect_case(
	struct zong_txn *txn, const Zong__Case *cas, struct zong_check_puts *puts)
{
	struct zong_key key;
	int err;

	zong_key_clear(&key);
	zong_key_u64(&key, (uint64_t)cas->opened);
	zong_key_str(&key, cas->no);
	err = add(puts, ZONG_TABLE_CASES_BY_TIME, &key, NULL, 0);
	if (err)
		return err;
	zong_txn_capture(txn, seen, puts);
	err = zong_index_case(txn, cas);
	zong_txn_capture(txn, NULL, NULL);
	return err;
}

static int expect_uses(struct zong_txn *txn, const struct zong_digest *file,
	const struct zong_id *material, struct zong_check_puts *puts)
{
	ProtobufCMessage *row = NULL;
	struct zong_digest raster;
	const Zong__File *stored;
	struct zong_key key;
	int err;

	zong_row_key_digest(&key, file);
	err = zong_check_get(txn, ZONG_TABLE_FILES, &key, &zong__file__descriptor, &row);
	if (err == ZONG_ENOENT || err == ZONG_ECORRUPT) {
		puts->partial = true;
		return 0;
	}
	if (err)
		return err;
	stored = (const Zong__File *)row;
	for (size_t i = 0; !err && i < stored->n_pages; i++) {
		if (stored->pages[i]->err || !zong_row_digest(&stored->pages[i]->raster, &raster))
			continue;
		zong_row_key_digest(&key, &raster);
		zong_key_id(&key, material);
		zong_key_u32(&key, (uint32_t)(i + 1));
		err = add(puts, ZONG_TABLE_RASTER_USE, &key, NULL, 0);
	}
	protobuf_c_message_free_unpacked(row, NULL);
	return err;
}

int zong_check_expect_material(
	struct zong_txn *txn, const Zong__Material *material, struct zong_check_puts *puts)
{
	struct zong_digest file, batch;
	struct zong_key key;
	struct zong_id id;
	int err;

	if (!zong_row_id(&material->id, &id) || !zong_row_digest(&material->file, &file))
		return ZONG_ECORRUPT;
	zong_row_key_str(&key, material->case_no);
	zong_key_id(&key, &id);
	err = add(puts, ZONG_TABLE_MATERIALS_BY_CASE, &key, NULL, 0);
	if (err || material->destroyed) /* a tombstone is found under its case alone */
		return err;
	zong_row_key_digest(&key, &file);
	zong_key_id(&key, &id);
	err = add(puts, ZONG_TABLE_MATERIALS_BY_FILE, &key, NULL, 0);
	if (!err && zong_row_digest(&material->batch, &batch)) {
		zong_row_key_digest(&key, &batch);
		zong_key_id(&key, &id);
		err = add(puts, ZONG_TABLE_MATERIALS_BY_FILE, &key, NULL, 0);
	}
	if (!err)
		err = expect_uses(txn, &file, &id, puts);
	if (err)
		return err;
	zong_txn_capture(txn, seen, puts);
	err = zong_index_material(txn, material);
	zong_txn_capture(txn, NULL, NULL);
	return err;
}

int zong_check_expect_reading(struct zong_txn *txn, const struct zong_digest *raster,
	const Zong__Reading *reading, struct zong_check_puts *puts)
{
	int err;

	zong_txn_capture(txn, seen, puts);
	err = zong_index_reading(txn, raster, reading);
	zong_txn_capture(txn, NULL, NULL);
	return err;
}

int zong_check_expect_delivery(
	struct zong_txn *txn, const Zong__Delivery *delivery, struct zong_check_puts *puts)
{
	struct zong_id id, material;
	struct zong_key key;
	int err = 0;

	(void)txn;
	if (!zong_row_id(&delivery->id, &id) || !zong_row_id(&delivery->material, &material))
		return ZONG_ECORRUPT;
	if (delivery->kind == ZONG__DELIVERY_KIND__DELIVERY_MATERIAL) {
		zong_row_key_id(&key, &material);
		zong_key_str(&key, delivery->department);
		err = add(puts, ZONG_TABLE_DELIVERIES_BY_MATERIAL, &key, id.bytes, sizeof(id.bytes));
	}
	if (!err && delivery->cursor) {
		zong_row_key_str(&key, delivery->department);
		zong_key_u64(&key, delivery->cursor);
		err = add(puts, ZONG_TABLE_FEED, &key, id.bytes, sizeof(id.bytes));
	}
	if (!err && zong_delivery_outbox_key(delivery, &key))
		err = add(puts, ZONG_TABLE_OUTBOX, &key, NULL, 0);
	if (!err && zong_delivery_case_key(delivery, &key))
		err = add(puts, ZONG_TABLE_OUTBOX_BY_CASE, &key, NULL, 0);
	if (!err && zong_delivery_state_key(delivery, &key))
		err = add(puts, ZONG_TABLE_DELIVERIES_BY_STATE, &key, NULL, 0);
	return err;
}

int zong_check_expect_job(struct zong_txn *txn, const Zong__Job *job, struct zong_check_puts *puts)
{
	struct zong_key key;
	struct zong_id id;
	int err = 0;

	(void)txn;
	if (!zong_row_id(&job->id, &id))
		return ZONG_ECORRUPT;
	if (!job->parked) {
		err = zong_job_ready_key(job, &key);
		if (!err)
			err = add(puts, ZONG_TABLE_JOBS_READY, &key, NULL, 0);
	}
	if (err || job->raster.len == 0)
		return err;
	zong_key_clear(&key);
	zong_key_bytes(&key, job->raster.data, job->raster.len);
	return add(puts, ZONG_TABLE_JOBS_BY_RASTER, &key, id.bytes, sizeof(id.bytes));
}

int zong_check_compare(struct zong_check *check, struct zong_txn *txn,
	const struct zong_check_puts *puts, const char *object)
{
	char text[ZONG_FINDING_OBJECT];
	const void *bytes;
	size_t len;

	for (size_t i = 0; i < puts->count; i++) {
		const struct zong_check_put *put = &puts->put[i];
		struct zong_key_view view = {.bytes = put->key.bytes, .len = put->key.len};
		const char *table = zong_table_name(put->table);
		struct zong_finding *finding;
		int err = zong_txn_get_bytes(txn, put->table, &put->key, &bytes, &len);

		if (err && err != ZONG_ENOENT)
			return err;
		if (!err && len == put->len && memcmp(bytes, put->value, len) == 0)
			continue;
		zong_check_key_text(&view, text, sizeof(text));
		finding = zong_check_add(check,
			err ? ZONG_FINDING_INDEX_MISSING : ZONG_FINDING_INDEX_WRONG, table, "%s/%s",
			table, text);
		if (!finding)
			return ZONG_ENOMEM;
		zong_check_detail(finding, "%s", object);
		zong_check_fix_put(check, finding, put->table, &put->key, put->value, put->len);
		if (put->table == ZONG_TABLE_DELIVERIES_BY_MATERIAL) {
			char name[ZONG_FINDING_OBJECT];
			struct zong_id id;

			/* the delivery is there: it is only not filed */
			if (zong_key_take_id(&view, &id)) {
				char id_text[ZONG_ID_TEXT];

				zong_id_format(&id, id_text);
				snprintf(name, sizeof(name), "%s/%s", id_text,
					(const char *)view.bytes);
				zong_check_names_remove(&check->absent, name);
			}
		}
	}
	return 0;
}
