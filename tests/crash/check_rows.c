/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every row against every other: written apart from `zong check`, so that one is held against the other. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/code.h>

#include "deliver.h"
#include "house.h"
#include "index_rows.h"
#include "inside.h"
#include "journal.h"
#include "log_tree.h"
#include "row.h"

struct look {
	struct zong_txn *txn;
	enum house_rows state;
	uint64_t destroyed, pages, bytes, read, parked, last_cursor, states[7];
	uint64_t notices, unfed, outbox; /* deliveries that are notices, that have no place in a feed, that are in the outbox */
};

typedef void visit(struct look *look, struct zong_key_view key, const uint8_t *value, size_t len);

/* Visits every row; the number of them. */
static uint64_t each(struct look *look, enum zong_table table, visit *seen)
{
	struct zong_iter iter = {0};
	uint64_t count = 0;
	int code = zong_iter_begin(&iter, look->txn, table, NULL, NULL, false);

	while (!code && (code = zong_iter_next(&iter)) == 0) {
		count++;
		if (seen)
			seen(look, iter.key, iter.value, iter.value_len);
	}
	if (code != ZONG_EEND)
		wrong("table %d cannot be walked: %s", table, zong_error_slug(code));
	zong_iter_end(&iter);
	return count;
}

static bool has(struct look *look, enum zong_table table, const struct zong_key *key)
{
	return zong_txn_has(look->txn, table, key);
}

/* ---- materials, files, rasters ---- */

static void see_page(
	struct look *look, const struct zong_id *id, const Zong__FilePage *page, uint32_t n)
{
	struct zong_digest raster;
	struct zong_key key;

	if (page->err)
		return;
	if (!zong_row_digest(&page->raster, &raster)) {
		wrong("a page without a raster");
		return;
	}
	zong_row_key_digest(&key, &raster);
	if (!has(look, ZONG_TABLE_RASTERS, &key))
		wrong("a page whose raster has no row");
	zong_key_id(&key, id);
	zong_key_u32(&key, n);
	if (!has(look, ZONG_TABLE_RASTER_USE, &key))
		wrong("a page that its raster does not know");
}

static void see_rows_of(struct look *look, const Zong__Material *material, const struct zong_id *id)
{
	struct zong_key key;
	size_t i;

	zong_row_key_str(&key, material->case_no);
	if (!has(look, ZONG_TABLE_CASES, &key))
		wrong("a material without its case");
	zong_key_id(&key, id);
	if (!has(look, ZONG_TABLE_MATERIALS_BY_CASE, &key))
		wrong("a material that is not under its case");
	for (i = 0; i < material->n_units; i++) {
		zong_row_key_str(&key, material->units[i]);
		zong_key_u8(&key, 'm');
		zong_key_id(&key, id);
		if (!has(look, ZONG_TABLE_BY_UNIT, &key))
			wrong("a material that is not under its unit");
	}
	for (i = 0; i < material->n_receivers; i++) {
		zong_row_key_id(&key, id);
		zong_key_str(&key, material->receivers[i]);
		if (!has(look, ZONG_TABLE_DELIVERIES_BY_MATERIAL, &key))
			wrong("a receiver without a delivery");
	}
}

/* Of one that was destroyed nothing is left but its row and its deliveries, which have ended. */
static void see_destroyed(
	struct look *look, const Zong__Material *material, const struct zong_id *id)
{
	Zong__Delivery *delivery;
	struct zong_digest digest;
	struct zong_key key;
	size_t i;

	look->destroyed++;
	zong_row_digest(&material->file, &digest);
	zong_row_key_digest(&key, &digest);
	zong_key_id(&key, id);
	if (has(look, ZONG_TABLE_MATERIALS_BY_FILE, &key))
		wrong("a destroyed material that is under its file");
	for (i = 0; i < material->n_receivers; i++) {
		if (zong_row_delivery_to(look->txn, id, material->receivers[i], &delivery) != 0) {
			wrong("a destroyed material without its delivery");
			continue;
		}
		if (!zong_deliver_ended(delivery))
			wrong("a destroyed material that is still to be delivered");
		zong__delivery__free_unpacked(delivery, NULL);
	}
}

static void see_material(
	struct look *look, struct zong_key_view view, const uint8_t *value, size_t len)
{
	Zong__Material *material = zong__material__unpack(NULL, len, value);
	struct zong_digest digest;
	Zong__File *file = NULL;
	struct zong_key key;
	struct zong_id id;
	size_t i;

	if (!material || !zong_key_take_id(&view, &id) ||
		!zong_row_digest(&material->file, &digest)) {
		wrong("a material that is none");
		return;
	}
	if (material->destroyed) {
		see_destroyed(look, material, &id);
		zong__material__free_unpacked(material, NULL);
		return;
	}
	look->pages += material->pages;
	look->bytes += material->bytes;
	see_rows_of(look, material, &id);
	zong_row_key_digest(&key, &digest);
	zong_key_id(&key, &id);
	if (!has(look, ZONG_TABLE_MATERIALS_BY_FILE, &key))
		wrong("a material that is not under its file");
	if (zong_row_file(look->txn, &digest, &file) != 0) {
		wrong("a material without its file");
	} else {
		if (file->n_pages != material->pages)
			wrong("a file with other pages than the material");
		for (i = 0; i < file->n_pages; i++)
			see_page(look, &id, file->pages[i], (uint32_t)i + 1);
		zong__file__free_unpacked(file, NULL);
	}
	zong__material__free_unpacked(material, NULL);
}

static void see_by_case(
	struct look *look, struct zong_key_view view, const uint8_t *value, size_t len)
{
	Zong__Material *material;
	struct zong_id id;
	const char *no;

	(void)value;
	(void)len;
	if (!zong_key_take_str(&view, &no) || !zong_key_take_id(&view, &id) ||
		zong_row_material(look->txn, &id, &material) != 0) {
		wrong("under a case: no such material");
		return;
	}
	if (strcmp(material->case_no, no) != 0)
		wrong("under a case: a material of another");
	zong__material__free_unpacked(material, NULL);
}

static void see_by_file(
	struct look *look, struct zong_key_view view, const uint8_t *value, size_t len)
{
	Zong__Material *material;
	struct zong_digest file;
	struct zong_id id;

	(void)value;
	(void)len;
	if (!zong_key_take_digest(&view, &file) || !zong_key_take_id(&view, &id) ||
		zong_row_material(look->txn, &id, &material) != 0) {
		wrong("under a file: no such material");
		return;
	}
	if (memcmp(material->file.data, file.bytes, sizeof(file.bytes)) != 0)
		wrong("under a file: a material of another");
	zong__material__free_unpacked(material, NULL);
}

static void see_by_unit(
	struct look *look, struct zong_key_view view, const uint8_t *value, size_t len)
{
	struct zong_key key;
	struct zong_id id;
	const char *unit, *no;
	uint8_t kind;

	(void)value;
	(void)len;
	if (!zong_key_take_str(&view, &unit) || !zong_key_take_u8(&view, &kind)) {
		wrong("under a unit: nothing");
		return;
	}
	if (kind == 'c' && zong_key_take_str(&view, &no)) {
		zong_row_key_str(&key, no);
		if (!has(look, ZONG_TABLE_CASES, &key))
			wrong("under a unit: no such case");
	} else if (kind == 'm' && zong_key_take_id(&view, &id)) {
		zong_row_key_id(&key, &id);
		if (!has(look, ZONG_TABLE_MATERIALS, &key))
			wrong("under a unit: no such material");
	} else {
		wrong("under a unit: neither case nor material");
	}
}

static void see_use(struct look *look, struct zong_key_view view, const uint8_t *value, size_t len)
{
	struct zong_digest raster;
	struct zong_key key;
	struct zong_id id;
	uint32_t page;

	(void)value;
	(void)len;
	if (!zong_key_take_digest(&view, &raster) || !zong_key_take_id(&view, &id) ||
		!zong_key_take_u32(&view, &page)) {
		wrong("a use that is none");
		return;
	}
	zong_row_key_id(&key, &id);
	if (!has(look, ZONG_TABLE_MATERIALS, &key))
		wrong("a raster used by no material");
	zong_row_key_digest(&key, &raster);
	if (!has(look, ZONG_TABLE_RASTERS, &key))
		wrong("a raster that is used and not there");
}

static void see_file(struct look *look, struct zong_key_view view, const uint8_t *value, size_t len)
{
	struct zong_digest digest;
	struct zong_iter iter = {0};
	struct zong_key key;

	(void)value;
	(void)len;
	if (!zong_key_take_digest(&view, &digest)) {
		wrong("a file that is none");
		return;
	}
	zong_row_key_digest(&key, &digest);
	if (zong_iter_begin(&iter, look->txn, ZONG_TABLE_MATERIALS_BY_FILE, &key, NULL, false) ||
		zong_iter_next(&iter) != 0)
		wrong("a file that is no material");
	zong_iter_end(&iter);
}

static void see_recipe(
	struct look *look, struct zong_key_view view, const uint8_t *value, size_t len)
{
	struct zong_digest digest;
	struct zong_key key;

	(void)value;
	(void)len;
	if (!zong_key_take_digest(&view, &digest)) {
		wrong("a recipe that is none");
		return;
	}
	zong_row_key_digest(&key, &digest);
	if (!has(look, ZONG_TABLE_FILES, &key))
		wrong("a recipe without its file");
}

static void see_raster(
	struct look *look, struct zong_key_view view, const uint8_t *value, size_t len)
{
	Zong__Raster *raster = zong__raster__unpack(NULL, len, value);
	struct zong_digest digest;
	struct zong_key key;
	bool job, reading;

	if (!raster || !zong_key_take_digest(&view, &digest)) {
		wrong("a raster that is none");
		return;
	}
	zong_row_key_digest(&key, &digest);
	job = has(look, ZONG_TABLE_JOBS_BY_RASTER, &key);
	reading = has(look, ZONG_TABLE_READINGS, &key);
	look->read += raster->state == ZONG__RASTER_STATE__RASTER_READ ||
		      raster->state == ZONG__RASTER_STATE__RASTER_BLANK;
	if (raster->state == ZONG__RASTER_STATE__RASTER_WAITING && (!job || reading))
		wrong("a raster that waits %s", job ? "and is read" : "for no job");
	if (raster->state == ZONG__RASTER_STATE__RASTER_READ && (job || !reading))
		wrong("a raster that is read %s", job ? "and has a job" : "and has no reading");
	if (look->state != HOUSE_FOREIGN && raster->state == ZONG__RASTER_STATE__RASTER_PARKED)
		wrong("a raster was put aside: %s", raster->reason);
	if (look->state == HOUSE_READ && raster->state == ZONG__RASTER_STATE__RASTER_WAITING)
		wrong("a raster was not read");
	zong__raster__free_unpacked(raster, NULL);
}

static void see_reading(
	struct look *look, struct zong_key_view view, const uint8_t *value, size_t len)
{
	Zong__Reading *reading = NULL;
	struct zong_digest digest;

	(void)value;
	(void)len;
	if (!zong_key_take_digest(&view, &digest) ||
		zong_reading_get(look->txn, &digest, &reading) != 0) {
		wrong("a reading that is none");
		return;
	}
	if (look->state != HOUSE_FOREIGN && reading->n_lines == 0)
		wrong("a reading without a line");
	zong__reading__free_unpacked(reading, NULL);
}

/* ---- jobs ---- */

static void see_job(struct look *look, struct zong_key_view view, const uint8_t *value, size_t len)
{
	Zong__Job *job = zong__job__unpack(NULL, len, value);
	struct zong_key key;
	struct zong_id id;

	if (!job || !zong_key_take_id(&view, &id)) {
		wrong("a job that is none");
		return;
	}
	look->parked += job->parked;
	zong_key_clear(&key);
	zong_key_bytes(&key, job->raster.data, job->raster.len);
	if (!has(look, ZONG_TABLE_JOBS_BY_RASTER, &key))
		wrong("a job that its raster does not know");
	if (!has(look, ZONG_TABLE_RASTERS, &key))
		wrong("a job for no raster");
	zong_job_ready_key(job, &key);
	if (!job->parked != has(look, ZONG_TABLE_JOBS_READY, &key))
		wrong("a job that is not where it is due");
	zong__job__free_unpacked(job, NULL);
}

static void see_ready(
	struct look *look, struct zong_key_view view, const uint8_t *value, size_t len)
{
	struct zong_job_ready ready;
	struct zong_key key;

	(void)value;
	(void)len;
	if (!zong_job_ready_parse(view, &ready)) {
		wrong("ready: no job");
		return;
	}
	zong_row_key_id(&key, &ready.id);
	if (!has(look, ZONG_TABLE_JOBS, &key))
		wrong("ready: no such job");
}

/* ---- deliveries ---- */

static void see_delivery(
	struct look *look, struct zong_key_view view, const uint8_t *value, size_t len)
{
	Zong__Delivery *delivery = zong__delivery__unpack(NULL, len, value);
	struct zong_id id, material;
	struct zong_key key;

	if (!delivery || !zong_key_take_id(&view, &id) || delivery->state > 6 ||
		!zong_row_id(&delivery->material, &material)) {
		wrong("a delivery that is none");
		return;
	}
	look->states[delivery->state]++;
	if (delivery->cursor > look->last_cursor)
		look->last_cursor = delivery->cursor;
	zong_row_key_str(&key, delivery->department);
	if (!has(look, ZONG_TABLE_DEPARTMENTS, &key))
		wrong("a delivery to no department");
	look->notices += delivery->kind != ZONG__DELIVERY_KIND__DELIVERY_MATERIAL;
	look->unfed += !delivery->cursor;
	zong_key_u64(&key, delivery->cursor);
	if (delivery->cursor ? !has(look, ZONG_TABLE_FEED, &key)
			     : delivery->state == ZONG__DELIVERY_STATE__DELIVERY_DUE)
		wrong("a delivery that is not in its feed");
	zong_row_key_id(&key, &material);
	if (!has(look, ZONG_TABLE_MATERIALS, &key))
		wrong("a delivery of no material");
	zong_key_str(&key, delivery->department);
	if (delivery->kind == ZONG__DELIVERY_KIND__DELIVERY_MATERIAL &&
		!has(look, ZONG_TABLE_DELIVERIES_BY_MATERIAL, &key))
		wrong("a delivery that its material does not know");
	if (zong_delivery_state_key(delivery, &key) &&
		!has(look, ZONG_TABLE_DELIVERIES_BY_STATE, &key))
		wrong("a delivery that is not listed by its state");
	if (zong_delivery_case_key(delivery, &key) && !has(look, ZONG_TABLE_OUTBOX_BY_CASE, &key))
		wrong("a delivery in the outbox that its case does not know of");
	if (zong_delivery_outbox_key(delivery, &key)) {
		look->outbox++;
		if (!has(look, ZONG_TABLE_OUTBOX, &key))
			wrong("a delivery that nobody will send");
	} else if (strcmp(delivery->department, "bank") == 0 &&
		   delivery->state == ZONG__DELIVERY_STATE__DELIVERY_DUE) {
		wrong("a delivery to a webhook with no next attempt");
	}
	zong__delivery__free_unpacked(delivery, NULL);
}

static void see_outbox(
	struct look *look, struct zong_key_view view, const uint8_t *value, size_t len)
{
	Zong__Delivery *delivery;
	const char *department;
	struct zong_id id;
	uint64_t at;

	(void)value;
	(void)len;
	if (!zong_key_take_str(&view, &department) || !zong_key_take_u64(&view, &at) || !zong_key_take_id(&view, &id) ||
		zong_row_delivery(look->txn, &id, &delivery) != 0) {
		wrong("in the outbox: no such delivery");
		return;
	}
	if ((uint64_t)delivery->next_attempt != at)
		wrong("in the outbox: a delivery that is due at another time");
	zong__delivery__free_unpacked(delivery, NULL);
}

static void see_delivery_id(
	struct look *look, struct zong_key_view view, const uint8_t *value, size_t len)
{
	struct zong_key key;
	struct zong_id id;

	(void)view;
	zong_key_clear(&key);
	if (len != sizeof(id.bytes)) {
		wrong("a row for a delivery that names none");
		return;
	}
	memcpy(id.bytes, value, sizeof(id.bytes));
	zong_key_id(&key, &id);
	if (!has(look, ZONG_TABLE_DELIVERIES, &key))
		wrong("a row for a delivery that is not there");
}

/* ---- numbers ---- */

static void count(struct look *look, const char *name, enum zong_counter counter, uint64_t counted)
{
	uint64_t value = 0;

	zong_txn_counter(look->txn, counter, &value);
	if (value != counted)
		wrong("%s: the counter says %llu, there are %llu", name, (unsigned long long)value,
			(unsigned long long)counted);
}

static void see_tables(struct look *look)
{
	uint64_t materials = each(look, ZONG_TABLE_MATERIALS, see_material);
	uint64_t files = each(look, ZONG_TABLE_FILES, see_file);
	uint64_t rasters = each(look, ZONG_TABLE_RASTERS, see_raster);
	uint64_t deliveries = each(look, ZONG_TABLE_DELIVERIES, see_delivery);
	uint64_t jobs = each(look, ZONG_TABLE_JOBS, see_job);

	if (each(look, ZONG_TABLE_MATERIALS_BY_CASE, see_by_case) != materials)
		wrong("materials by case are not as many as materials");
	if (each(look, ZONG_TABLE_MATERIALS_BY_FILE, see_by_file) != materials - look->destroyed)
		wrong("materials by file are not as many as materials");
	if (each(look, ZONG_TABLE_FEED, see_delivery_id) != deliveries - look->unfed)
		wrong("entries of feeds are not as many as deliveries that were due");
	if (each(look, ZONG_TABLE_DELIVERIES_BY_MATERIAL, see_delivery_id) !=
		deliveries - look->notices)
		wrong("deliveries by material are not as many as deliveries");
	if (each(look, ZONG_TABLE_OUTBOX_BY_CASE, NULL) != look->outbox)
		wrong("the outbox by cases does not hold what the outbox does");
	if (each(look, ZONG_TABLE_JOBS_BY_RASTER, NULL) != jobs)
		wrong("jobs by raster are not as many as jobs");
	each(look, ZONG_TABLE_BY_UNIT, see_by_unit);
	each(look, ZONG_TABLE_RASTER_USE, see_use);
	each(look, ZONG_TABLE_RECIPES, see_recipe);
	each(look, ZONG_TABLE_READINGS, see_reading);
	each(look, ZONG_TABLE_JOBS_READY, see_ready);
	each(look, ZONG_TABLE_OUTBOX, see_outbox);
	count(look, "materials", ZONG_COUNT_MATERIALS, materials - look->destroyed);
	count(look, "files", ZONG_COUNT_FILES, files);
	count(look, "pages", ZONG_COUNT_PAGES, look->pages);
	count(look, "rasters", ZONG_COUNT_RASTERS, rasters);
	count(look, "pages read", ZONG_COUNT_PAGES_READ, look->read);
	count(look, "bytes in", ZONG_COUNT_BYTES_IN, look->bytes);
	count(look, "parked", ZONG_COUNT_JOBS_PARKED, look->parked);
	count(look, "log", ZONG_COUNT_LOG, each(look, ZONG_TABLE_LOG, NULL));
}

/* The tree over the log holds all of it, hash by hash. */
static void see_tree(struct look *look)
{
	struct zong_buf entry = ZONG_BUF_INIT(2 * ZONG_LOG_ENTRY);
	struct zong_digest kept, hash;
	struct zong_merkle_store store;
	uint64_t size = 0, line;

	zong_log_tree_of(look->txn, &store);
	if (zong_log_tree_whole(look->txn, &size) != 0)
		wrong("the tree over the log is not as long as it");
	for (line = 1; line <= size; line++) {
		if (zong_log_entry_at(look->txn, line, &entry) != 0 ||
			zong_merkle_leaf(entry.data, entry.len, &hash) != 0 ||
			store.get(store.ctx, 0, line - 1, &kept) != 0 ||
			!zong_digest_equal(&hash, &kept))
			wrong("line %llu is not in the tree over the log", (unsigned long long)line);
		if (line % ZONG_MERKLE_TILE_WIDTH == 0 &&
			(zong_merkle_tile(&store, 1, line / ZONG_MERKLE_TILE_WIDTH - 1, &hash) != 0 ||
				store.get(store.ctx, 1, line / ZONG_MERKLE_TILE_WIDTH - 1, &kept) != 0 ||
				!zong_digest_equal(&hash, &kept)))
			wrong("a tile over the log is not that of its leaves");
	}
	zong_buf_release(&entry);
}

void house_check_rows(struct zong_archive *archive, enum house_rows rows)
{
	struct look look = {.state = rows};
	uint64_t broken = 0, value;
	unsigned state;

	if (zong_store_read_begin(archive->store, &look.txn) != 0) {
		wrong("nothing can be read");
		return;
	}
	see_tables(&look);
	if (zong_journal_verify(look.txn, &broken) != 0 || broken)
		wrong("the chain of the log is broken at line %llu", (unsigned long long)broken);
	see_tree(&look);
	for (state = 0; state < 7; state++)
		if (zong_deliver_count(look.txn, (Zong__DeliveryState)state, &value) != 0 ||
			value != look.states[state])
			wrong("deliveries of state %u are miscounted", state);
	if (zong_txn_counter(look.txn, ZONG_COUNT_FEED, &value) != 0 || value < look.last_cursor)
		wrong("the feed's counter is behind");
	if (zong_txn_err(look.txn))
		wrong("reading the rows: %s", zong_error_slug(zong_txn_err(look.txn)));
	zong_txn_end(look.txn);
}
