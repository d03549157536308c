/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_STORE_COLLECT_RUN_H
#define ZONG_STORE_COLLECT_RUN_H

/* A run of the collection from inside: collect.c has what ingests see, collect_run.c the rounds, collect_delete.c
 * the deleting and wiping. */

#include <stdatomic.h>
#include <string.h>

#include "collect.h"

#define ZONG_COLLECT_ROUND (1u << 18) /* digests condemned at once: 16 MiB */

enum zong_fate {
	ZONG_FATE_CONDEMNED,
	ZONG_FATE_NAMED,  /* a recipe names it */
	ZONG_FATE_SAVED,  /* somebody relies on it, perhaps without having written a recipe yet */
	ZONG_FATE_DOOMED, /* deleted in the catalog, in segments/ soon or already */
};

struct zong_condemned {
	struct zong_digest digest;
	struct zong_id
		why; /* value of the row in ZONG_TABLE_LOOSE; another one by now: loose once more */
	enum zong_fate fate;
};

struct zong_collect {
	pthread_mutex_t run; /* held by the one run at a time */
	atomic_bool active;  /* is anything condemned: read without the lock by those that put */

	pthread_mutex_t mutex; /* guards what follows */
	pthread_cond_t left;
	uint64_t tickets; /* given out; the next run waits for all up to here */
	uint64_t *open;	  /* of ingests under way, ascending */
	size_t open_count, open_cap;
	struct zong_condemned *list; /* ascending by digest; a run's own but for the fates */
	size_t count;
};

struct zong_collect_round {
	struct zong_store *store;
	struct zong_collect *collect;
	enum zong_collect_mode mode;
	zong_collect_stop *stop;
	void *ctx;
	struct zong_condemned *list;
	size_t count;
	struct zong_digest after; /* the last one of the round before */
	bool first, last;
	struct zong_collect_result result;
};

bool zong_collect_stopped(const struct zong_collect_round *run);
/* That of @digest in a list, or NULL. */
struct zong_condemned *zong_collect_find(
	struct zong_condemned *list, size_t count, const uint8_t *digest);
/* Deletes what is still condemned. */
int zong_collect_delete(struct zong_collect_round *run);
/* Wipes both environments; waits for readers that see what was deleted. */
int zong_collect_wipe(struct zong_collect_round *run);
/* Takes the rows of what was deleted or is named out of ZONG_TABLE_LOOSE. */
int zong_collect_forget(struct zong_collect_round *run);

#endif
