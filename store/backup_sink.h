/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_STORE_BACKUP_SINK_H
#define ZONG_STORE_BACKUP_SINK_H

/* Where a backup puts values: one pack after the other, each ended when it has reached its size; and what of the
 * backup's work every part needs: whom to tell, how fast, what was put already.
 *
 *     zong_backup_sink_init(&sink, &folder, &set, options);
 *     zong_backup_sink_raw(&sink, raw, len, &digest, &known); or zong_backup_sink_value(&sink, &digest, value, len);
 *     zong_backup_sink_flush(&sink);       the last pack is on the disk, too
 *     zong_backup_sink_release(&sink);     what was not flushed is thrown away
 *
 * Threads: one at a time. */

#include <zstd.h>

#include "backup_folder.h"
#include "pack_digests.h"
#include "pack_set.h"

/* Holds the work to so many bytes a second. */
struct zong_backup_pace {
	uint64_t rate; /* 0: no limit */
	int64_t since; /* monotonic */
	uint64_t bytes;
};
void zong_backup_pace_spend(struct zong_backup_pace *pace, uint64_t bytes);

struct zong_backup_sink {
	struct zong_backup_folder *folder;
	struct zong_pack_set *set; /* gets the new packs */
	const struct zong_backup_watch *watch;
	struct zong_backup_pace pace;
	uint64_t pack_bytes;
	struct zong_pack_writer *writer;
	struct zong_digest_set written; /* by zong_backup_sink_raw */
	ZSTD_CCtx *zstd;
	struct zong_buf value;
	uint64_t bytes;	   /* of finished packs */
	uint64_t segments; /* put by zong_backup_sink_value */
	uint64_t troubles;
};

int zong_backup_sink_init(struct zong_backup_sink *sink, struct zong_backup_folder *folder,
	struct zong_pack_set *set, const struct zong_backup_options *options);
void zong_backup_sink_release(struct zong_backup_sink *sink);
/* A segment that no pack has. */
int zong_backup_sink_value(struct zong_backup_sink *sink, const struct zong_digest *digest,
	const void *value, size_t len);
/* Bytes of its own, kept as a segment is, unless this sink has put them before. */
int zong_backup_sink_raw(struct zong_backup_sink *sink, const struct zong_digest *digest,
	const void *raw, size_t len);
int zong_backup_sink_flush(struct zong_backup_sink *sink);

void zong_backup_sink_trouble(struct zong_backup_sink *sink, enum zong_backup_trouble trouble,
	const char *name, const struct zong_digest *digest);
/* Also keeps the lock alive. ZONG_ECANCELLED, ZONG_EBUSY. */
int zong_backup_sink_progress(
	struct zong_backup_sink *sink, enum zong_backup_phase phase, uint64_t done, uint64_t total);

#endif
