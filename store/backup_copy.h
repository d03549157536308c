/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_STORE_BACKUP_COPY_H
#define ZONG_STORE_BACKUP_COPY_H

/* Copies the segments of an archive that no pack has: walks the sorted table of segments beside the merged indexes of
 * the packs, and lists all of them. What is missing is copied in the order in which it lies on the disk, a batch after
 * the other, each value read and digested before it is written. Memory does not grow with the archive.
 * Threads: the caller's, and one of its own while it runs. */

#include "backup_sink.h"
#include "state.h"

struct zong_backup_copy {
	struct zong_store *store;
	MDB_txn *txn; /* of segments/ */
	struct zong_pack_set *set;
	struct zong_backup_sink *sink;
	/* A piece of the list of all segments (include/zong/backup.h). */
	int (*emit_list)(void *ctx, const void *piece, size_t len);
	/* A pack holds a segment. */
	void (*use_pack)(void *ctx, size_t place);
	void *ctx;

	/* Afterwards. */
	uint64_t segments, bytes, broken;
	struct zong_digest digest; /* over all digests, ascending */
};

/* 0, or what the sink or the store returned. Segments that are not what their digest says are told to the sink. */
int zong_backup_copy_run(struct zong_backup_copy *copy);

/* Cuts the list of segments: digests that come ascending, out in pieces. */
struct zong_backup_lister {
	int (*emit)(void *ctx, const void *piece, size_t len);
	void *ctx;
	uint8_t pending[ZONG_BACKUP_LIST_MAX * ZONG_DIGEST_SIZE];
	size_t len;
	struct zong_digest_state *whole;
};
int zong_backup_lister_begin(struct zong_backup_lister *lister,
	int (*emit)(void *ctx, const void *piece, size_t len), void *ctx);
int zong_backup_lister_add(struct zong_backup_lister *lister, const struct zong_digest *digest);
int zong_backup_lister_end(struct zong_backup_lister *lister, struct zong_digest *ret_digest);
void zong_backup_lister_release(struct zong_backup_lister *lister);

#endif
