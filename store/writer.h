/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_STORE_WRITER_H
#define ZONG_STORE_WRITER_H

/* The two threads that write, one for each environment. Waiting writes share a commit, in the order
 * they came:
 *
 *     segment thread   segments of all of them, one commit (none where nothing was new)
 *     catalog thread   each change in a nested transaction, one commit
 *     everybody is woken
 *
 * So the segments of a batch go to the disk while the catalog's sync for the batch before is
 * still running; a write's own segments are always on the disk before its change begins.
 *
 * The segments of a few small writes that come alone go into the catalog's commit (pending.h) and are moved by the
 * segment thread when nothing has come for a while, when there are many, and before it sleeps for long.
 *
 * A full map is grown and the half of the batch it hit is done again: a change may run more than
 * once. Where the segments cannot be committed, the writes that brought segments fail with the code
 * and the others go on. ZONG_COUNT_BYTES_STORED is the total in segments/, where it is counted in
 * the transaction that puts the segments, and the bytes pending; so neither a crash nor a repeat can make it wrong.
 *
 *     struct zong_write write = { .change = change, .ctx = ctx };
 *     r = zong_writer_submit(writer, &write);
 *     if (!r)
 *             r = zong_writer_await(&write);
 *
 * Threads: submit and await any; a write belongs to the writer from submit until await has
 * returned. */

#include <semaphore.h>

#include "segment.h"
#include "state.h"

/* Something that is done in one of the two threads with no write transaction of its environment open. */
typedef int zong_write_work(void *ctx);

struct zong_write {
	zong_store_change *change; /* NULL: segments only, or work */
	zong_write_work *work;	   /* or NULL; then neither change nor puts */
	bool work_in_catalog;	   /* in the catalog thread, else in the segment thread */
	void *ctx;
	struct zong_segment_put *puts; /* borrowed */
	size_t put_count;
	size_t put_bytes; /* of all puts together, for bounding a batch */

	int result;	    /* final after await */
	bool pending;	    /* the puts go with the change into the catalog (pending.h) */
	bool segments_done; /* the puts are on the disk, whatever became of the change */
	sem_t done;	    /* posted once, when all of it is */
	struct zong_write *next;
};

int zong_writer_start(struct zong_store *store, struct zong_writer **ret_writer);
/* Writes what is queued, refuses what comes (ZONG_ECANCELLED), frees. NULL is fine. */
void zong_writer_stop(struct zong_writer *writer);

/* Waits only while ZONG_LIMIT_WRITE_QUEUE writes are waiting. 0 or ZONG_ECANCELLED. */
int zong_writer_submit(struct zong_writer *writer, struct zong_write *write);
/* Once for each submit that went well. */
int zong_writer_await(struct zong_write *write);
/* Writes whose segments are done with and that wait for the catalog thread. */
size_t zong_writer_ready(struct zong_writer *writer);

#endif
