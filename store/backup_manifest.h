/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_STORE_BACKUP_MANIFEST_H
#define ZONG_STORE_BACKUP_MANIFEST_H

/* The manifest of a snapshot in memory, and as bytes (include/zong/backup.h has the format).
 * Threads: one at a time. */

#include <zong/backup.h>
#include <zong/id.h>
#include <zong/limits.h>

struct zong_manifest_piece {
	struct zong_digest digest;
	uint32_t raw_len;
};

struct zong_manifest_pieces {
	struct zong_manifest_piece *items;
	size_t count, cap;
};

struct zong_manifest_pack {
	uint32_t number;
	uint64_t size;
	struct zong_digest digest;
};

struct zong_manifest {
	struct zong_id archive;
	struct zong_backup_snapshot about; /* its name is that of the file, not in the bytes */
	struct zong_digest segments_digest;
	struct zong_buf conf;
	struct zong_manifest_pieces catalog, list;
	struct zong_manifest_pack *packs;
	size_t pack_count;
};

void zong_manifest_init(struct zong_manifest *manifest);
void zong_manifest_release(struct zong_manifest *manifest);
int zong_manifest_add_piece(
	struct zong_manifest_pieces *pieces, const struct zong_digest *digest, uint32_t raw_len);
/* Replaces the list of packs; @packs is copied. */
int zong_manifest_set_packs(
	struct zong_manifest *manifest, const struct zong_manifest_pack *packs, size_t count);
/* Appends the bytes. */
int zong_manifest_pack(const struct zong_manifest *manifest, struct zong_buf *ret_bytes);
/* Into an initialised one. 0, ZONG_ECORRUPT, ZONG_EVERSION (a later format), ZONG_ENOMEM. */
int zong_manifest_parse(struct zong_manifest *manifest, const void *bytes, size_t len);

#endif
