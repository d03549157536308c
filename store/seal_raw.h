/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_STORE_SEAL_RAW_H
#define ZONG_STORE_SEAL_RAW_H

/* A sealed archive as it lies on the disk, boxes under names, for whoever copies it without its key: one instant of both environments, beside
 * the process that serves it (not in that one). Threads: one at a time. */

#include "state.h"

struct zong_seal_raw {
	struct zong_env catalog, segments;
	MDB_txn *rows, *bulk;
	unsigned int format;
};

/* ->catalog has one table of boxes. */
extern const char *const zong_seal_raw_tables[1];

/* 0, ZONG_EINVAL (not sealed), ZONG_ENOENT (no archive), ZONG_EIO ... On failure nothing is left open. */
int zong_seal_raw_open(const char *dir, struct zong_seal_raw *ret_raw);
void zong_seal_raw_close(struct zong_seal_raw *raw);
/* The instant of now in place of the one before: nobody is to hold one for longer than ZONG_LIMIT_READ_SECONDS without need. */
int zong_seal_raw_again(struct zong_seal_raw *raw);
/* An environment in @dir of a new archive like it. @map: bytes of addresses. */
int zong_seal_raw_create(const char *dir, const char *name, const char *const *tables, size_t count,
	size_t map, struct zong_env *ret_env);

#endif
