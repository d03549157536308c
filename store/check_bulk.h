/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_STORE_CHECK_BULK_H
#define ZONG_STORE_CHECK_BULK_H

/* What the threads of one check of stored bytes share. A pass is a function that takes the next piece of work
 * and does it, run by some threads until it says ZONG_EEND. */

#include <zong/bulk.h>

#include "check_named.h"
#include "check_value.h"

#define ZONG_BULK_STEP_BYTES (32 << 20) /* read within one transaction */

struct zong_bulk_slot { /* a segment as the walk saw it */
	struct zong_digest digest;
	uint64_t place; /* in the map: the order of the disk */
	uint32_t size;
};

struct zong_bulk {
	struct zong_store *store;
	struct zong_bulk_options options;
	unsigned int threads;

	pthread_mutex_t tell;  /* one finding or progress at a time; taken before ->mutex */
	pthread_mutex_t mutex; /* guards what follows; never held over reading of segments */
	struct zong_named named;
	struct zong_bulk_slot *slots; /* of the walk, sorted; handed out from ->next */
	size_t slot_count, next;
	struct zong_digest after; /* the last key walked over, or the last file taken */
	bool begun, ended;
	int err;
	uint64_t done, total;
	int64_t allowed; /* by the rate: nobody reads before this moment */
	int64_t told;	 /* when progress was told */
	int64_t time;
	uint64_t segments, segment_bytes, files, file_bytes;
};

/* Runs @work in the threads until it ends. 0 or the first error. */
int zong_bulk_run(struct zong_bulk *bulk,
	int (*work)(struct zong_bulk *bulk, struct zong_value_reader *reader));
/* After @bytes have been read: counts them, tells, and waits as long as the rate wants it. */
int zong_bulk_count(struct zong_bulk *bulk, uint64_t bytes);
int zong_bulk_tell(struct zong_bulk *bulk, enum zong_bulk_kind kind,
	const struct zong_digest *segment, const struct zong_digest *file);

#endif
