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
	struct zong_writer *writer, MDB_txn *mdb, struct zong_write *write, bool *ret_full)
{
	struct zong_txn txn = {.store = writer->store, .write = true, .mdb = mdb};
	int r = write->change(&txn, write->ctx);

	if (!r)
		r = txn.err;
	r = zong_txn_finish(&txn, r);
	*ret_full = txn.full;
	return txn.full && !r ? ZONG_ENOSPC : r;
}

/* One change in its own transaction within @batch_txn, so that its failure undoes nothing else. */
static int apply(
	struct zong_writer *writer, MDB_txn *batch_txn, struct zong_write *write, bool *ret_full)
{
	MDB_txn *mdb;
	int rc = mdb_txn_begin(writer->store->catalog.mdb, batch_txn, 0, &mdb);
	int r;

	if (rc) {
		*ret_full = rc == MDB_MAP_FULL;
		return zong_error_from_mdb(rc);
	}
	r = run_change(writer, mdb, write, ret_full);
	if (r) {
		mdb_txn_abort(mdb);
		return r;
	}
	rc = mdb_txn_commit(mdb);
	*ret_full = rc == MDB_MAP_FULL;
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
static int set_stored(struct zong_writer *writer, MDB_txn *batch_txn, uint64_t pending,
	uint64_t *ret_stored, bool *ret_full)
{
	struct zong_txn txn = {.store = writer->store, .write = true, .mdb = batch_txn};
	uint64_t kept;
	int r = total_kept(&writer->store->segments, &kept);

	if (r)
		return r;
	*ret_stored = kept + pending;
	if (writer->stored == *ret_stored)
		return 0;
	r = zong_txn_counter_set(&txn, ZONG_COUNT_BYTES_STORED, *ret_stored);
	r = zong_txn_finish(&txn, r);
	*ret_full = txn.full;
	return r;
}

/* Segments that go with their changes. */
static int put_pending(struct zong_writer *writer, MDB_txn *mdb, const struct zong_write *batch,
	uint64_t *pending, bool *ret_full)
{
	struct zong_txn txn = {.store = writer->store, .write = true, .mdb = mdb};
	size_t i;
	int r = 0;

	for (; batch && !r; batch = batch->next)
		for (i = 0; batch->pending && !r && i < batch->put_count; i++)
			r = zong_pending_put(&txn, &batch->puts[i], pending);
	r = zong_txn_finish(&txn, r);
	*ret_full = txn.full;
	return r;
}

/* After a commit that failed: the meta page of it may have stayed, when the old one could not be written over it
 * either, and then the commit is in force. What was counted before is true no more. */
static int count_again(struct zong_writer *writer, MDB_txn *mdb)
{
	struct zong_txn txn = {.store = writer->store, .write = true, .mdb = mdb};
	uint64_t pending;
	int r;

	if (!writer->unsure)
		return 0;
	r = zong_txn_counter(&txn, ZONG_COUNT_BYTES_STORED, &writer->stored);
	if (!r)
		r = zong_pending_bytes(&txn, &pending);
	r = zong_txn_finish(&txn, r);
	if (r)
		return r;
	atomic_store(&writer->store->pending, pending);
	writer->unsure = false;
	return 0;
}

/* Runs every change; the results are right only if this returns 0. */
static int try_catalog(struct zong_writer *writer, struct zong_write *batch, bool *ret_full)
{
	struct zong_env *env = &writer->store->catalog;
	struct zong_write *write;
	bool alone = count_changes(batch) == 1;
	uint64_t pending, stored;
	size_t good = 0;
	MDB_txn *txn;
	int r;

	*ret_full = false;
	r = zong_env_write_begin(env, &txn);
	if (r)
		return r;
	r = count_again(writer, txn);
	pending = atomic_load(&writer->store->pending);
	if (!r)
		r = put_pending(writer, txn, batch, &pending, ret_full);
	if (r) {
		zong_env_abort(txn);
		return r;
	}
	for (write = batch; write; write = write->next) {
		if (!has_change(write))
			continue;
		/* One that is alone needs no transaction of its own: with it all is undone. */
		if (alone)
			write->result = run_change(writer, txn, write, ret_full);
		else
			write->result = apply(writer, txn, write, ret_full);
		if (*ret_full) {
			zong_env_abort(txn);
			return ZONG_ENOSPC;
		}
		good += write->result == 0;
	}
	if (good > 0) {
		for (write = batch; write; write = write->next)
			if (write->change == zong_pending_forget && write->result == 0)
				pending -= zong_pending_move_bytes(write->ctx);
		r = set_stored(writer, txn, pending, &stored, ret_full);
	}
	if (good == 0 || r) {
		zong_env_abort(txn);
		return r;
	}
	r = zong_env_commit(env, txn, ret_full);
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
