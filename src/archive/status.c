/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include <zong/access.h>

#include "deliver.h"
#include "inside.h"
#include "reader.h"
#include "scrub.h"

static void from_rows(struct zong_txn *txn, struct zong_status *status)
{
	const struct {
		enum zong_counter counter;
		uint64_t *value;
	} counters[] = {
		{ZONG_COUNT_MATERIALS, &status->materials},
		{ZONG_COUNT_FILES, &status->files},
		{ZONG_COUNT_PAGES, &status->pages},
		{ZONG_COUNT_RASTERS, &status->rasters},
		{ZONG_COUNT_PAGES_READ, &status->pages_read},
		{ZONG_COUNT_BYTES_IN, &status->bytes_in},
		{ZONG_COUNT_BYTES_STORED, &status->bytes_stored},
		{ZONG_COUNT_LOG, &status->log},
	};

	for (size_t i = 0; i < sizeof(counters) / sizeof(counters[0]); i++)
		zong_txn_counter(txn, counters[i].counter, counters[i].value);
	zong_txn_entries(txn, ZONG_TABLE_CASES, &status->cases);
	zong_txn_entries(txn, ZONG_TABLE_DEPARTMENTS, &status->departments);
	for (size_t i = 0; i < sizeof(status->deliveries) / sizeof(status->deliveries[0]); i++)
		zong_deliver_count(txn, (Zong__DeliveryState)i, &status->deliveries[i]);
}

static void from_scrub(struct zong_txn *txn, struct zong_status *status)
{
	struct zong_scrub_state scrub;

	if (zong_scrub_read(txn, &scrub))
		return;
	status->scrub_began = scrub.began;
	status->scrub_last_ended = scrub.last_ended;
	status->scrub_segments = scrub.segments;
	status->scrub_found = scrub.found;
	status->scrub_last_found = scrub.last_found;
	status->scrub_done = (double)scrub.position / 0x1p64;
}

static int fill(struct zong_archive *archive, struct zong_status *status)
{
	struct zong_store_stats store = {0};
	struct zong_pool_stats pool = {0};
	struct zong_txn *txn;
	int err;

	zong_id_format(zong_store_id(archive->store), status->archive);
	err = zong_store_read_begin(archive->store, &txn);
	if (err)
		return err;
	from_rows(txn, status);
	from_scrub(txn, status);
	err = zong_txn_err(txn);
	zong_txn_end(txn);
	zong_job_counts(
		archive->store, &status->jobs_waiting, &status->jobs_running, &status->jobs_parked);
	zong_store_stats(archive->store, &store);
	status->catalog_bytes = store.catalog_bytes;
	status->segments_bytes = store.segments_bytes;
	status->commits = store.commits;
	status->writes = store.writes;
	status->text_change = store.text_change;
	if (archive->pool)
		zong_pool_stats(archive->pool, &pool);
	status->workers = pool.workers;
	status->workers_busy = pool.busy;
	status->worker_restarts = pool.restarts;
	status->worker_recycled = pool.recycled;
	status->pages_per_second = zong_readers_rate(archive->readers);
	return err;
}

int zong_status_get(struct zong_archive *archive, const struct zong_subject *who,
	struct zong_status *ret_status)
{
	struct zong_status status = {0};
	int err;

	err = zong_access_may(who, ZONG_VERB_STATUS_READ, NULL);
	if (!err)
		err = fill(archive, &status);
	if (!err)
		*ret_status = status;
	return err;
}

void zong_status_peek(struct zong_archive *archive, struct zong_status *ret_status)
{
	memset(ret_status, 0, sizeof(*ret_status));
	fill(archive, ret_status);
}
