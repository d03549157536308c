/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_STORE_ENV_H
#define ZONG_STORE_ENV_H

/* One LMDB environment with its named tables: opening, growing, coming back after a failed commit.
 *
 * LMDB may be remapped only while this process has no transaction in it. So every read goes through
 * a gate that counts it. To grow (or reopen), the writer shuts the gate and waits until the count
 * is zero. A read that somebody begins while holding another one would then wait for itself;
 * therefore the gate never stays shut longer than GATE_SHUT, is opened for a moment, and shut
 * again, until the reads have drained or twice ZONG_LIMIT_READ_SECONDS have passed (ZONG_ETIMEOUT).
 * An environment opened with MDB_RDONLY follows what another process writes; where that one made the map
 * larger, the read that notices maps afresh, through the same gate.
 *
 * Threads: reads any; write_begin, commit, abort, grow: the writer thread only. */

#include <lmdb.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <zong/store.h>

struct zong_env {
	MDB_env *mdb; /* NULL while it could not be reopened */
	char *dir;
	const char *const *tables; /* names, static */
	size_t table_count;
	unsigned flags; /* of mdb_env_open */
	MDB_dbi dbis[ZONG_TABLE_COUNT_];
	size_t map;
	uint64_t reserved; /* bytes of the data file that are allotted; the writer thread's own */
	bool doubtful;	   /* a commit failed: reopen before the next write */
	unsigned commits;  /* since stale readers were looked for */
	pthread_mutex_t
		remap; /* one reader at a time follows a map that another process made larger */
	pthread_mutex_t mutex; /* guards what follows */
	pthread_cond_t moved;
	unsigned readers;
	bool shut;
};

/* @create: make missing tables. @map: least size of the map; it is made larger where the file needs
 * it.
 * @dir is copied. 0, ZONG_ECORRUPT, ZONG_EVERSION, ZONG_EIO, ZONG_ENOSPC, ZONG_ENOMEM. */
int zong_env_open(struct zong_env *env, const char *dir, const char *const *tables,
	size_t table_count, unsigned flags, size_t map, bool create);
void zong_env_close(struct zong_env *env); /* safe on a zeroed one */

int zong_env_read_begin(struct zong_env *env, MDB_txn **ret_txn);
void zong_env_read_end(struct zong_env *env, MDB_txn *txn);

int zong_env_write_begin(struct zong_env *env, MDB_txn **ret_txn);
/* Ends the txn in any case. *ret_full: the map was too small, grow and do it again. */
int zong_env_commit(struct zong_env *env, MDB_txn *txn, bool *ret_full);
void zong_env_abort(MDB_txn *txn);
/* Makes the map larger by ZONG_MAP_STEP or a quarter. No write transaction may be open. */
int zong_env_grow(struct zong_env *env);

/* Bytes of the data file in use. */
uint64_t zong_env_bytes(struct zong_env *env);

/* A code of LMDB or of the system as one of ours. */
int zong_error_from_mdb(int rc);

#endif
