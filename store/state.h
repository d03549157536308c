/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_STORE_STATE_H
#define ZONG_STORE_STATE_H

/* What an open store and a transaction are made of, for the files of this folder. */

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include <zong/store.h>

#include "env.h"
#include "seal.h"

struct zong_writer;
struct zong_text;
struct zong_collect;
struct zong_pages;
struct zong_tree;

/* Tables of segments/. */
enum zong_segment_table {
	ZONG_SEGMENT_TABLE_SEGMENTS, /* digest -> value, see segment.h */
	ZONG_SEGMENT_TABLE_TOTALS,   /* "bytes" -> u64: what all segments occupy as kept */
	ZONG_SEGMENT_TABLE_COUNT_,
};

/* First sizes of the maps. Growing waits for every reader, so it should be rare; an address range
 * costs nothing. */
struct zong_store_maps {
	size_t catalog, segments;
};

/* Compression contexts kept for the next upload: making one costs more than compressing a page. */
#define ZONG_STORE_IDLE_ZSTD 8
/* Room for the longest value, kept for the next read: the system's zeroing of new memory takes as long as opening it. */
#define ZONG_STORE_IDLE_ROOMS 4

struct zong_running; /* a job that somebody works on, jobs_take.c */

/* Who was served last, so that the next one is (jobs_take.c). In memory only: after a start it begins anew. */
struct zong_turns {
	uint64_t taken; /* jobs, ever: what was looked up before the last one was taken is out of date */
	unsigned urgent_in_a_row;
	char served[ZONG_JOB_QUEUES][ZONG_LIMIT_DEPARTMENT_ID + 1]; /* department, by queue */
};

struct zong_store {
	char *dir;
	int lock_fd;
	struct zong_id id;
	bool read_only_index;
	bool read_only; /* no lock, no writer */
	bool sm3;	/* wanted of files on their way in */
	struct zong_env catalog;
	struct zong_env segments;
	struct zong_writer *writer;
	_Atomic uint64_t pending; /* bytes in ZONG_TABLE_PENDING; the catalog thread's to set */
	struct zong_collect *collect;
	/* Of a sealed archive, else NULL: its keys, and its pages (seal_tree.h), which stand in the one table that its catalog
	 * then has. */
	struct zong_seal *seal;
	struct zong_pages *pages;

	pthread_mutex_t mutex; /* guards what follows; held for moments only */
	pthread_cond_t moved;  /* number went up */
	uint64_t number;       /* of commits and wakes, from 1 */
	uint64_t commits, writes;
	struct ZSTD_CCtx_s *idle_zstd[ZONG_STORE_IDLE_ZSTD];
	size_t idle_zstd_count;
	uint8_t *idle_rooms[ZONG_STORE_IDLE_ROOMS]; /* of a sealed archive, for values that are opened */
	size_t idle_room_count;
	struct zong_running *running;
	size_t running_count, running_cap;
	struct zong_turns turns;
	struct zong_text *text; /* NULL unless started */
};

struct zong_txn {
	struct zong_store *store;
	MDB_txn *mdb;
	int err;   /* the first failure */
	bool full; /* the map was full: the writer grows it and does the batch again */
	bool write;
	struct zong_txn *around; /* of writing in a sealed archive: the batch that this change is one of, or NULL */
	struct zong_tree *tree;	 /* the rows of a sealed archive, once they are used */
	zong_txn_seen *seen;	/* puts go there */
	void *seen_ctx;
};

extern const struct zong_store_maps zong_store_usual_maps;
/* Both environments of @store->dir; also after a failure to be closed one by one. */
int zong_store_open_envs(struct zong_store *store, const struct zong_store_maps *maps, bool create);
/* Where the catalog keeps the archive's id. */
void zong_store_id_key(struct zong_key *ret_key);

/* As zong_store_create and zong_store_open, with other first map sizes (NULL: the usual ones). */
int zong_store_create_sized(
	const char *dir, const struct zong_store_maps *maps, struct zong_err *err);
int zong_store_open_sized(const char *dir, const struct zong_store_options *options,
	const struct zong_store_maps *maps, struct zong_store **ret_store, struct zong_err *err);

/* Names of the tables, for ever; by enum zong_table and enum zong_segment_table. */
extern const char *const zong_catalog_tables[ZONG_TABLE_COUNT_];
extern const char *const zong_segment_tables[ZONG_SEGMENT_TABLE_COUNT_];
/* The folders in a new archive's one. */
int zong_store_make_folders(const char *dir);

/* A deadline for pthread_cond_timedwait on CLOCK_MONOTONIC; negative @micros: now. */
void zong_deadline_in(int64_t micros, struct timespec *ret_deadline);
/* A condition variable that waits by that clock. */
void zong_cond_init(pthread_cond_t *cond);

/* What a transaction of writing ends with, before LMDB's own: seals what it has changed, or hands it to the one around it, unless
 * @r says that it failed. @r, or a code; the map may be full (txn->full). */
int zong_txn_finish(struct zong_txn *txn, int r);
/* Before a transaction is begun within this one, as LMDB lets it do nothing then: whatever it has left to be done. */
int zong_txn_settle(struct zong_txn *txn);
/* The tree of a sealed archive. 0 or a code, which is noted. */
int zong_txn_tree(struct zong_txn *txn, struct zong_tree **ret_tree);
/* Notes the first failure but not finding, and a map that is full. */
int zong_txn_note_tree(struct zong_txn *txn, int code);

/* Room for a value of @len bytes under @key, to be filled before the next call with this txn. */
int zong_txn_reserve(struct zong_txn *txn, enum zong_table table, const struct zong_key *key,
	size_t len, void **ret_room);

/* As zong_txn_get_bytes, for values that are no rows and may end in anything: nothing is taken off. */
int zong_txn_get_kept(struct zong_txn *txn, enum zong_table table, const struct zong_key *key,
	const void **ret_bytes, size_t *ret_len);

/* Takes all rows of a table away. */
int zong_txn_empty(struct zong_txn *txn, enum zong_table table);

/* Where a counter stands in ZONG_TABLE_META. */
void zong_counter_key(enum zong_counter counter, struct zong_key *ret_key);
/* Sets a counter to a value, for those that are copied rather than counted. */
int zong_txn_counter_set(struct zong_txn *txn, enum zong_counter counter, uint64_t value);

#endif
