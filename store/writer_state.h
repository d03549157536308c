/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_STORE_WRITER_STATE_H
#define ZONG_STORE_WRITER_STATE_H

/* The inside of writer.h, shared by its three files: the threads and their queues (writer.c), what the segment thread
 * does with a batch (writer_segments.c), and what the catalog thread does (writer_catalog.c). */

#include "pending.h"
#include "writer.h"

#define ZONG_WRITER_GROWS 32 /* a batch that does not fit after so many steps never will */

/* Writes waiting, in the order they came. */
struct zong_writer_queue {
	struct zong_write *first, **last;
};

struct zong_writer {
	struct zong_store *store;
	pthread_t segment_thread, catalog_thread;
	/* The catalog thread's own. */
	uint64_t stored; /* ZONG_COUNT_BYTES_STORED in the catalog */
	bool unsure;	 /* a commit failed, and may be in force all the same: what is counted is to be read again */

	pthread_mutex_t mutex;	     /* guards what follows */
	pthread_cond_t came;	     /* something for the segment thread; by CLOCK_MONOTONIC */
	pthread_cond_t ready_queued; /* something for the catalog thread */
	pthread_cond_t room;	     /* some are done, there is room for others */
	struct zong_writer_queue incoming; /* for the segment thread */
	struct zong_writer_queue ready; /* for the catalog thread: their segments are done with */
	size_t waiting;			/* not done yet */
	bool stopping;			/* nothing comes any more */
	bool drained;			/* and nothing becomes ready any more */
};

/* Has it anything to do in the catalog thread? */
bool zong_writer_goes_on(const struct zong_write *write);
/* One commit for the segments of a batch, or none. Segment thread. */
void zong_writer_write_segments(struct zong_writer *writer, struct zong_write *batch);
/* Moves a step of what is pending into segments/. Segment thread: it hands the deletion to the catalog thread and waits
 * for it. */
int zong_writer_move_pending(struct zong_writer *writer);
/* Runs every change of a batch in one commit. Catalog thread. */
void zong_writer_write_catalog(struct zong_writer *writer, struct zong_write *batch);
/* Past the segment thread. */
void zong_writer_queue_ready(struct zong_writer *writer, struct zong_write *write);

#endif
