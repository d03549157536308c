/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "writer_state.h"

bool zong_writer_goes_on(const struct zong_write *write)
{
	return write->change || (write->work && write->work_in_catalog);
}

static void run_works(struct zong_write *batch)
{
	for (; batch; batch = batch->next)
		if (batch->work && batch->work_in_catalog)
			batch->result = batch->work(batch->ctx);
}

/* Runs one change in @mdb. *ret_full: it hit the end of the map. */
static int run_change(
	struct zong_txn *rows, MDB_txn *mdb, struct zong_write *write, bool *ret_full)
{
	struct zong_txn txn = {.store = rows->store, .write = true, .mdb = mdb, .around = rows};
	int r = write->change(&txn, write->ctx);

	if (!r)
		r = txn.err;
	r = zong_txn_finish(&txn, r);
	*ret_full = txn.full;
	return txn.full && !r ? ZONG_ENOSPC : r;
}

/* One change in its own transaction within that of the batch, so that its failure undoes nothing else. */
static int apply(struct zong_txn *rows, struct zong_write *write, bool *ret_full)
{
	MDB_txn *mdb;
	int rc = mdb_txn_begin(rows->store->catalog.mdb, rows->mdb, 0, &mdb);
	int r;

	if (rc) {
		*ret_full = rc == MDB_MAP_FULL;
		return zong_error_from_mdb(rc);
	}
	r = run_change(rows, mdb, write, ret_full);
	if (r) {
		mdb_txn_abort(mdb);
		return r;
	}
	rc = mdb_txn_commit(mdb);
	*ret_full = rc == MDB_MAP_FULL;
	/* The rows of a sealed archive have gone over to the batch, which is for nothing without the rest. */
	if (rc && rows->tree && !rows->err)
		rows->err = zong_error_from_mdb(rc);
	return zong_error_from_mdb(rc);
}

/* Does this write of the batch go on to the catalog? */
static bool has_change(const struct zong_write *write)
{
	return write->change && (write->put_count == 0 || write->segments_done || write->pending);
}

static size_t count_changes(const struct zong_write *batch)
{
	size_t count = 0;

	for (; batch; batch = batch->next)
		count += has_change(batch);
	return count;
}

/* The total of segments/ as it is now. */
static int total_kept(struct zong_env *env, uint64_t *ret_kept)
{
	MDB_txn *txn;
	int r = zong_env_read_begin(env, &txn);

	if (r)
		return r;
	r = zong_error_from_mdb(zong_segment_total(env, txn, ret_kept));
	zong_env_read_end(env, txn);
	return r;
}

/* What the catalog shall say is stored: what is in segments/, and @pending. */
static int set_stored(struct zong_writer *writer, struct zong_txn *rows, uint64_t pending,
	uint64_t *ret_stored)
{
	uint64_t kept;
	int r = total_kept(&writer->store->segments, &kept);

	if (r)
		return r;
	*ret_stored = kept + pending;
	if (writer->stored == *ret_stored)
		return 0;
	return zong_txn_counter_set(rows, ZONG_COUNT_BYTES_STORED, *ret_stored);
}

/* Segments that go with their changes. */
static int put_pending(struct zong_txn *rows, const struct zong_write *batch, uint64_t *pending)
{
	size_t i;
	int r = 0;

	for (; batch && !r; batch = batch->next)
		for (i = 0; batch->pending && !r && i < batch->put_count; i++)
			r = zong_pending_put(rows, &batch->puts[i], pending);
	return r;
}

/* After a commit that failed: the meta page of it may have stayed, when the old one could not be written over it
 * either, and then the commit is in force. What was counted before is true no more. */
static int count_again(struct zong_writer *writer, struct zong_txn *rows)
{
	uint64_t pending;
	int r;

	if (!writer->unsure)
		return 0;
	r = zong_txn_counter(rows, ZONG_COUNT_BYTES_STORED, &writer->stored);
	if (!r)
		r = zong_pending_bytes(rows, &pending);
	if (r)
		return r;
	atomic_store(&writer->store->pending, pending);
	writer->unsure = false;
	return 0;
}

/* All of the batch that goes into the transaction of @rows. *ret_good: how many of the changes went well; with none, or
 * after a failure, the transaction is for nothing. */
static int put_rows(struct zong_writer *writer, struct zong_txn *rows, struct zong_write *batch,
	uint64_t *pending, uint64_t *ret_stored, size_t *ret_good)
{
	struct zong_write *write;
	bool alone = count_changes(batch) == 1;
	bool full = false;
	int r = count_again(writer, rows);

	*ret_good = 0;
	*pending = atomic_load(&writer->store->pending);
	if (!r)
		r = put_pending(rows, batch, pending);
	if (!r)
		r = zong_txn_settle(rows);
	for (write = batch; !r && write; write = write->next) {
		if (!has_change(write))
			continue;
		/* One that is alone needs no transaction of its own: with it all is undone. */
		if (alone)
			write->result = run_change(rows, rows->mdb, write, &full);
		else
			write->result = apply(rows, write, &full);
		if (full) {
			rows->full = true;
			r = ZONG_ENOSPC;
		}
		*ret_good += write->result == 0;
		if (!r)
			r = rows->err;
	}
	if (r || *ret_good == 0)
		return r;
	for (write = batch; write; write = write->next)
		if (write->change == zong_pending_forget && write->result == 0)
			*pending -= zong_pending_move_bytes(write->ctx);
	return set_stored(writer, rows, *pending, ret_stored);
}

/* Runs every change; the results are right only if this returns 0. */
static int try_catalog(struct zong_writer *writer, struct zong_write *batch, bool *ret_full)
{
	struct zong_env *env = &writer->store->catalog;
	struct zong_txn rows = {.store = writer->store, .write = true};
	struct zong_write *write;
	uint64_t pending, stored;
	size_t good;
	int r;

	*ret_full = false;
	r = zong_env_write_begin(env, &rows.mdb);
	if (r)
		return r;
	r = put_rows(writer, &rows, batch, &pending, &stored, &good);
	if (good == 0 || r)
		zong_txn_finish(&rows, ZONG_ECANCELLED);
	else
		r = zong_txn_finish(&rows, 0);
	*ret_full = rows.full;
	if (good == 0 || r) {
		zong_env_abort(rows.mdb);
		return r;
	}
	r = zong_env_commit(env, rows.mdb, ret_full);
	if (r) {
		writer->unsure = !*ret_full;
		return r;
	}
	writer->stored = stored;
	atomic_store(&writer->store->pending, pending);
	for (write = batch; write; write = write->next)
		write->segments_done = write->segments_done || write->pending;
	pthread_mutex_lock(&writer->store->mutex);
	writer->store->commits++;
	pthread_mutex_unlock(&writer->store->mutex);
	return 0;
}

void zong_writer_write_catalog(struct zong_writer *writer, struct zong_write *batch)
{
	struct zong_write *write;
	bool full;
	int grows = 0;
	int r;

	run_works(batch);
	if (count_changes(batch) == 0)
		return;
	for (;;) {
		r = try_catalog(writer, batch, &full);
		if (!full || ++grows > ZONG_WRITER_GROWS)
			break;
		r = zong_env_grow(&writer->store->catalog);
		if (r)
			break;
	}
	if (!r)
		return;
	/* Nothing of the batch is on the disk: also those fail whose change went well. Those whose
	 * change failed by itself keep their own reason, but for a full map, which cut the run
	 * short. */
	for (write = batch; write; write = write->next) {
		if (!has_change(write))
			continue;
		if (write->result == 0 || full)
			write->result = r;
	}
}
