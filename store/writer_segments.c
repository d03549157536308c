/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <zong/log.h>

#include "collect.h"
#include "writer_state.h"

#define PENDING_WRITES 2

/* A few small ones that came alone: not worth a commit of their own. Where more is waiting, one commit for all of
 * it is the quicker way, and nothing is written twice. */
static bool goes_pending(struct zong_writer *writer, const struct zong_write *batch)
{
	size_t bytes = 0, writes = 0;

	for (; batch; batch = batch->next) {
		if (batch->put_count == 0)
			continue;
		if (!batch->change)
			return false;
		bytes += batch->put_bytes;
		writes++;
	}
	return writes > 0 && writes <= PENDING_WRITES && bytes <= ZONG_PENDING_WRITE &&
	       atomic_load(&writer->store->pending) < ZONG_PENDING_MOST;
}

static void run_works(struct zong_write *batch)
{
	for (; batch; batch = batch->next)
		if (batch->work && !batch->work_in_catalog)
			batch->result = batch->work(batch->ctx);
}

static int put_segments(struct zong_writer *writer, MDB_txn *txn, struct zong_write *batch,
	bool *ret_any)
{
	struct zong_env *env = &writer->store->segments;
	uint64_t before, kept;
	size_t i;
	int rc = zong_segment_total(env, txn, &before);

	if (rc)
		return rc;
	kept = before;
	for (struct zong_write *write = batch; write; write = write->next)
		for (i = 0; i < write->put_count; i++) {
			rc = zong_segment_put(env, txn, &write->puts[i], &kept);
			if (rc)
				return rc;
			zong_collect_put(writer->store->collect, &write->puts[i].digest);
		}
	*ret_any = kept != before;
	return *ret_any ? zong_segment_total_set(env, txn, kept) : 0;
}

/* *ret_full: nothing was written, the map is too small. */
static int try_segments(struct zong_writer *writer, struct zong_write *batch, bool *ret_full)
{
	struct zong_env *env = &writer->store->segments;
	MDB_txn *txn;
	bool any = false;
	int rc;
	int r;

	*ret_full = false;
	r = zong_env_write_begin(env, &txn);
	if (r)
		return r;
	rc = put_segments(writer, txn, batch, &any);
	if (!rc && any)
		return zong_env_commit(env, txn, ret_full);
	*ret_full = rc == MDB_MAP_FULL;
	zong_env_abort(txn);
	return zong_error_from_mdb(rc);
}

void zong_writer_write_segments(struct zong_writer *writer, struct zong_write *batch)
{
	struct zong_write *write;
	bool some = false;
	bool full;
	int grows = 0;
	int r;

	run_works(batch);
	for (write = batch; write; write = write->next)
		some = some || write->put_count > 0;
	if (!some)
		return;
	if (goes_pending(writer, batch)) {
		for (write = batch; write; write = write->next)
			write->pending = write->put_count > 0;
		return;
	}
	for (;;) {
		r = try_segments(writer, batch, &full);
		if (!full || ++grows > ZONG_WRITER_GROWS)
			break;
		r = zong_env_grow(&writer->store->segments);
		if (r)
			break;
	}
	for (write = batch; write; write = write->next) {
		if (write->put_count == 0)
			continue;
		write->result = r;
		write->segments_done = r == 0;
	}
}

static int move_into_segments(
	struct zong_writer *writer, const struct zong_pending_move *move, bool *ret_full)
{
	struct zong_env *env = &writer->store->segments;
	uint64_t kept;
	MDB_txn *txn;
	int rc;
	int r = zong_env_write_begin(env, &txn);

	*ret_full = false;
	if (r)
		return r;
	rc = zong_segment_total(env, txn, &kept);
	if (!rc)
		rc = zong_pending_store(env, txn, move, &kept);
	if (!rc)
		rc = zong_segment_total_set(env, txn, kept);
	if (rc) {
		*ret_full = rc == MDB_MAP_FULL;
		zong_env_abort(txn);
		return zong_error_from_mdb(rc);
	}
	return zong_env_commit(env, txn, ret_full);
}

int zong_writer_move_pending(struct zong_writer *writer)
{
	struct zong_write write = {.change = zong_pending_forget};
	struct zong_pending_move move;
	bool full;
	int grows = 0;
	int r;

	zong_pending_move_init(&move);
	r = zong_pending_collect(writer->store, &move);
	while (!r && move.count > 0) {
		r = move_into_segments(writer, &move, &full);
		if (!full || ++grows > ZONG_WRITER_GROWS)
			break;
		r = zong_env_grow(&writer->store->segments);
	}
	/* Also with nothing to forget: where something was said to be pending, it is counted again so. */
	if (!r) {
		write.ctx = &move;
		zong_writer_queue_ready(writer, &write);
		r = zong_writer_await(&write);
	}
	zong_pending_move_release(&move);
	if (r)
		zong_log_warning(
			"store: segments on their way stay where they are: %s", zong_error_slug(r));
	return r;
}
