/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/byteorder.h>
#include <zong/bulk.h>
#include <zong/time.h>

#include "check.h"
#include "deliver.h"

/* Counters against what they count, in one snapshot: a sum over several of them would be one of no moment. */

#define COUNT_TIME (40 * ZONG_SECOND) /* well under ZONG_LIMIT_READ_SECONDS */
#define DELIVERY_STATES 7

struct sums {
	uint64_t counter[ZONG_COUNTER_COUNT_];
	uint64_t deliveries[DELIVERY_STATES];
	bool late; /* it took too long for one snapshot */
	int64_t until;
};

typedef void add_row(struct sums *sums, const struct zong_iter *iter);

static void add_material(struct sums *sums, const struct zong_iter *iter)
{
	Zong__Material *row = zong__material__unpack(NULL, iter->value_len, iter->value);

	if (!row) {
		sums->counter[ZONG_COUNT_MATERIALS]++;
		return;
	}
	if (!row->destroyed) {
		sums->counter[ZONG_COUNT_MATERIALS]++;
		sums->counter[ZONG_COUNT_PAGES] += row->pages;
		sums->counter[ZONG_COUNT_BYTES_IN] += row->bytes;
	}
	zong__material__free_unpacked(row, NULL);
}

static void add_raster(struct sums *sums, const struct zong_iter *iter)
{
	Zong__Raster *row = zong__raster__unpack(NULL, iter->value_len, iter->value);

	sums->counter[ZONG_COUNT_RASTERS]++;
	if (!row)
		return;
	if (row->state == ZONG__RASTER_STATE__RASTER_READ ||
		row->state == ZONG__RASTER_STATE__RASTER_BLANK)
		sums->counter[ZONG_COUNT_PAGES_READ]++;
	zong__raster__free_unpacked(row, NULL);
}

static void add_job(struct sums *sums, const struct zong_iter *iter)
{
	Zong__Job *row = zong__job__unpack(NULL, iter->value_len, iter->value);

	if (!row)
		return;
	sums->counter[ZONG_COUNT_JOBS_PARKED] += row->parked;
	zong__job__free_unpacked(row, NULL);
}

static void add_delivery(struct sums *sums, const struct zong_iter *iter)
{
	Zong__Delivery *row = zong__delivery__unpack(NULL, iter->value_len, iter->value);

	if (!row)
		return;
	if ((unsigned int)row->state < DELIVERY_STATES)
		sums->deliveries[row->state]++;
	if (row->cursor > sums->counter[ZONG_COUNT_FEED])
		sums->counter[ZONG_COUNT_FEED] = row->cursor;
	zong__delivery__free_unpacked(row, NULL);
}

static int sum(struct zong_txn *txn, enum zong_table table, add_row *add, struct sums *sums)
{
	struct zong_iter iter = {0};
	unsigned int rows = 0;
	int err = zong_iter_begin(&iter, txn, table, NULL, NULL, false);

	while (!err && !sums->late && (err = zong_iter_next(&iter)) == 0) {
		add(sums, &iter);
		if (++rows % 1024 == 0)
			sums->late = zong_time_monotonic() > sums->until;
	}
	zong_iter_end(&iter);
	return err == ZONG_EEND ? 0 : err;
}

/* The number of the last row of a table with numbered rows. */
static int last_number(struct zong_txn *txn, enum zong_table table, uint64_t *ret_number)
{
	struct zong_iter iter = {0};
	struct zong_key_view view;
	int err = zong_iter_begin(&iter, txn, table, NULL, NULL, true);

	*ret_number = 0;
	if (!err)
		err = zong_iter_next(&iter);
	if (!err) {
		view = iter.key;
		zong_key_take_u64(&view, ret_number);
	}
	zong_iter_end(&iter);
	return err == ZONG_EEND ? 0 : err;
}

static int sum_all(struct zong_txn *txn, struct sums *sums)
{
	int err = sum(txn, ZONG_TABLE_MATERIALS, add_material, sums);

	if (!err)
		err = sum(txn, ZONG_TABLE_RASTERS, add_raster, sums);
	if (!err)
		err = sum(txn, ZONG_TABLE_JOBS, add_job, sums);
	if (!err)
		err = sum(txn, ZONG_TABLE_DELIVERIES, add_delivery, sums);
	if (!err)
		err = zong_txn_entries(txn, ZONG_TABLE_FILES, &sums->counter[ZONG_COUNT_FILES]);
	if (!err)
		err = last_number(txn, ZONG_TABLE_LOG, &sums->counter[ZONG_COUNT_LOG]);
	if (!err)
		err = last_number(txn, ZONG_TABLE_CHANGES, &sums->counter[ZONG_COUNT_CHANGE]);
	return err;
}

static void wrong(struct zong_check *check, const struct zong_key *key, const char *name,
	uint64_t is, uint64_t right)
{
	struct zong_finding *finding =
		zong_check_add(check, ZONG_FINDING_COUNTER_WRONG, "meta", "counter/%s", name);
	uint8_t bytes[sizeof(right)];

	if (!finding)
		return;
	zong_check_detail(finding, "%llu, %llu", (unsigned long long)is, (unsigned long long)right);
	zong_write_be64(bytes, right);
	zong_check_fix_put(check, finding, ZONG_TABLE_META, key, bytes, sizeof(bytes));
}

static const struct {
	enum zong_counter counter;
	uint8_t number; /* store/counter.c */
	const char *name;
} compared[] = {
	{ZONG_COUNT_MATERIALS, 1, "materials"},
	{ZONG_COUNT_FILES, 2, "files"},
	{ZONG_COUNT_PAGES, 3, "pages"},
	{ZONG_COUNT_RASTERS, 4, "rasters"},
	{ZONG_COUNT_PAGES_READ, 5, "pages_read"},
	{ZONG_COUNT_BYTES_IN, 6, "bytes_in"},
	{ZONG_COUNT_JOBS_PARKED, 8, "jobs_parked"},
	{ZONG_COUNT_LOG, 9, "log"},
	{ZONG_COUNT_CHANGE, 10, "change"},
	{ZONG_COUNT_FEED, 11, "feed"},
};

/* A number of META; one of a wrong size counts as none. */
static uint64_t number_at(struct zong_txn *txn, const struct zong_key *key, bool *ret_odd)
{
	const void *bytes;
	size_t len;

	*ret_odd = false;
	if (zong_txn_get_bytes(txn, ZONG_TABLE_META, key, &bytes, &len))
		return 0;
	*ret_odd = len != sizeof(uint64_t);
	return *ret_odd ? 0 : zong_read_be64(bytes);
}

static int run_step(struct zong_check *check, struct zong_txn *txn, void *ctx)
{
	struct sums *sums = ctx;
	struct zong_key key;
	uint64_t is;
	bool odd;
	int err;

	memset(sums, 0, sizeof(*sums));
	sums->until = check->repair ? INT64_MAX : zong_time_monotonic() + COUNT_TIME;
	err = sum_all(txn, sums);
	if (err || sums->late)
		return err;
	for (size_t i = 0; i < sizeof(compared) / sizeof(compared[0]); i++) {
		uint64_t right = sums->counter[compared[i].counter];

		zong_row_key_str(&key, "counter");
		zong_key_u8(&key, compared[i].number);
		is = number_at(txn, &key, &odd);
		/* Numbers that are given out: more than the last one in use is fine where rows may be gone since. */
		if (!odd && compared[i].counter == ZONG_COUNT_FEED && is >= right &&
			check->taken_away)
			continue;
		if (odd || is != right)
			wrong(check, &key, compared[i].name, is, right);
	}
	for (unsigned int state = 0; state < DELIVERY_STATES; state++) {
		char name[32];

		zong_row_key_str(&key, "deliveries");
		zong_key_u8(&key, (uint8_t)state);
		is = number_at(txn, &key, &odd);
		snprintf(name, sizeof(name), "deliveries/%u", state);
		if (odd || is != sums->deliveries[state])
			wrong(check, &key, name, is, sums->deliveries[state]);
	}
	return 0;
}

struct stored {
	uint64_t total;
};

/* Bytes kept: the catalog's copy of the total in segments/. The next commit brings it up, so that after a crash it
 * may be behind by what nobody names. */
static int check_stored(struct zong_check *check, struct zong_txn *txn, void *ctx)
{
	const struct stored *stored = ctx;
	uint64_t slack = check->result.garbage_known ? check->result.garbage_bytes : UINT64_MAX;
	struct zong_iter iter = {0};
	uint64_t pending = 0, is;
	struct zong_key key;
	bool odd;
	int err = zong_iter_begin(&iter, txn, ZONG_TABLE_PENDING, NULL, NULL, false);

	while (!err && (err = zong_iter_next(&iter)) == 0)
		pending += iter.value_kept;
	zong_iter_end(&iter);
	if (err != ZONG_EEND)
		return err;
	zong_row_key_str(&key, "counter");
	zong_key_u8(&key, 7);
	is = number_at(txn, &key, &odd);
	if (!odd && is <= stored->total + pending &&
		(slack == UINT64_MAX || is + slack + pending >= stored->total))
		return 0;
	wrong(check, &key, "bytes_stored", is, stored->total + pending);
	return 0;
}

int zong_check_counters(struct zong_check *check)
{
	struct stored stored = {0};
	struct zong_finding *finding;
	uint64_t counted, before;
	struct sums sums;
	int tries;
	int err = zong_check_run_step(check, run_step, &sums);

	if (err)
		return err;
	check->result.counters_compared = !sums.late;
	if (check->options->reindex)
		return 0; /* no stored byte is looked at */
	err = zong_bulk_total(check->store, check->repair, &counted, &stored.total);
	if (err)
		return err;
	if (counted != stored.total) {
		finding = zong_check_add(
			check, ZONG_FINDING_COUNTER_WRONG, "segments", "counter/segment_bytes");
		if (!finding)
			return ZONG_ENOMEM;
		zong_check_detail(finding, "%llu, %llu", (unsigned long long)stored.total,
			(unsigned long long)counted);
		finding->derived = true;
		finding->repaired = check->repair;
		zong_check_emit(check, finding);
		check->found_count = 0;
		stored.total = counted;
	}
	/* Two environments: looked at again while they move. */
	for (tries = 0; tries < 50 && !check->repair; tries++) {
		before = stored.total;
		err = zong_bulk_total(check->store, false, &counted, &stored.total);
		if (err || before == counted)
			break;
		stored.total = counted;
	}
	return err ? err : zong_check_run_step(check, check_stored, &stored);
}
