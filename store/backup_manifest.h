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

/* A vault: a sealed archive beside this one, with its file of keys. */
struct zong_manifest_vault {
	char name[ZONG_LIMIT_DEPARTMENT_ID + 1]; /* of its folder in vaults/ */
	char store[ZONG_BACKUP_STORE_NAME + 1];  /* of the archive's folder in that */
	uint32_t format;			 /* of the archive's directory */
	uint64_t rows;
	struct zong_buf keys, seal; /* its file of keys; the archive's file "seal" */
	struct zong_manifest_pieces boxes;
};

struct zong_manifest {
	struct zong_id archive;
	struct zong_backup_snapshot about; /* its name is that of the file, not in the bytes */
	struct zong_digest segments_digest;
	struct zong_buf conf;
	struct zong_manifest_pieces catalog, list;
	struct zong_manifest_pack *packs;
	size_t pack_count;
	struct zong_manifest_vault *vaults;
	size_t vault_count;
};

void zong_manifest_init(struct zong_manifest *manifest);
void zong_manifest_release(struct zong_manifest *manifest);
int zong_manifest_add_piece(
	struct zong_manifest_pieces *pieces, const struct zong_digest *digest, uint32_t raw_len);
/* Replaces the list of packs; @packs is copied. */
int zong_manifest_set_packs(
	struct zong_manifest *manifest, const struct zong_manifest_pack *packs, size_t count);
/* One more, empty; there until the next one. NULL: no memory. */
struct zong_manifest_vault *zong_manifest_add_vault(struct zong_manifest *manifest);
/* The last one goes again. */
void zong_manifest_drop_vault(struct zong_manifest *manifest);
/* Are these such names? What comes out of a backup becomes a path. */
bool zong_manifest_vault_names(const char *name, const char *store);
/* Appends the bytes. */
int zong_manifest_pack(const struct zong_manifest *manifest, struct zong_buf *ret_bytes);
/* Into an initialised one. 0, ZONG_ECORRUPT, ZONG_EVERSION (a later format), ZONG_ENOMEM. */
int zong_manifest_parse(struct zong_manifest *manifest, const void *bytes, size_t len);

#endif
