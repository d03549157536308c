/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTS_UNIT_STORE_BACKUP_FIXTURE_H
#define TESTS_UNIT_STORE_BACKUP_FIXTURE_H

/* A folder of its own for a test of backup, values to put into it, and an archive beside it. It lies in memory
 * that a backup's process shares. */

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <sys/types.h>

#include <zong/backup.h>
#include <zong/buffer.h>

#include "backup_manifest.h"
#include "pack.h"
#include "state.h"

struct backup_fixture {
	char base[96];
	char dir[128];	   /* base/packs: made */
	char archive[128]; /* base/archive, base/backup, base/restored: not made */
	char backup[128];
	char restored[128];
	struct zong_store *store; /* of base/archive, where a test opened it */
	struct zong_buf value, raw;
	/* What was told. */
	size_t told[16]; /* by enum zong_backup_trouble */
	struct zong_digest last;
	uint64_t progress, cancel_at; /* calls so far; the one that cancels, 0: none */
	struct zong_backup_result result;
	int code;
	/* Forks what backs up, by order: it has been forked itself before there was a thread. After a fork from a process
	 * with threads the child may wait for ever for a lock of the allocator's that one of them held. */
	pid_t starter;
	int orders; /* our end of a socket */
	char keep[64];
	uint64_t pack_bytes;
};

int backup_fixture_setup(void **state);
int backup_fixture_teardown(void **state);
/* Into f->raw noise of @len bytes, into f->value that as a value. */
void backup_fixture_value(
	struct backup_fixture *f, uint64_t seed, size_t len, struct zong_digest *ret_digest);
/* Turns a bit of a file in f->dir. */
void backup_fixture_flip(struct backup_fixture *f, const char *name, uint64_t at);
void backup_fixture_flip_path(const char *path, uint64_t at);

/* Makes and opens the archive. */
void backup_fixture_create(struct backup_fixture *f);
/* Stores noise of @len bytes with a row of ZONG_TABLE_FILES and one of ZONG_TABLE_USERS. */
void backup_fixture_add(struct backup_fixture *f, uint64_t seed, size_t len);
/* Waits until every segment is in segments/. */
void backup_fixture_settle(struct backup_fixture *f);
/* Is what backup_fixture_add put whole in @store? */
bool backup_fixture_has(
	struct backup_fixture *f, struct zong_store *store, uint64_t seed, size_t len);
struct zong_backup_watch backup_fixture_watch(struct backup_fixture *f);
size_t backup_fixture_told(const struct backup_fixture *f); /* in all */
void backup_fixture_forget(struct backup_fixture *f);
/* Takes a snapshot; its code, and f->result. */
int backup_fixture_try(struct backup_fixture *f, const char *keep, uint64_t pack_bytes);
/* The same; fails the test unless @code comes back. */
void backup_fixture_run(struct backup_fixture *f, const char *keep, uint64_t pack_bytes, int code,
	struct zong_backup_result *ret_result);
/* Restores into f->restored (thrown away before) and opens that; closed by the caller. */
struct zong_store *backup_fixture_restore(struct backup_fixture *f, const char *snapshot);
void backup_fixture_remove(const char *dir);
/* Files in @dir, its folders not looked into. */
size_t backup_fixture_count(const char *dir, const char *folder);

#endif
