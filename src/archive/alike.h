/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_ALIKE_H
#define ZONG_ARCHIVE_ALIKE_H

/* The index of looks (zong/look.h), by multi-index hashing (Norouzi, Punjani, Fleet 2012): a hash is cut into
 * bands, each row of ZONG_TABLE_LOOKS_BY_BAND leads from the value of one band to a raster. Of two hashes that differ
 * in fewer than 3 bits a band (23 in all) one band at least differs in 2 bits or fewer, so that probing each band
 * with all values up to 2 bits away finds them all. Of those that are further apart, another scan most often has turned over
 * bits whose wave is near zero: up to 6 of the 12 weakest bits of each band are turned over, too (query-directed
 * probing: Lv et al. 2007), which needs no more rows. What is found is compared by the whole hash, then by
 * the print, then by what is read on it (alike_judge.h). Measured: tests/bench/bench_alike.
 *
 *     LOOKS           raster digest -> packed look
 *     LOOKS_BY_BAND   u8 band, u32 value, first ZONG_ALIKE_PREFIX bytes of the raster digest -> nothing
 *
 * Threads: those of the txn. Errors of all are those of the txn functions and ZONG_ENOMEM. */

#include <zong/digest.h>
#include <zong/look.h>
#include <zong/store.h>

#define ZONG_ALIKE_BANDS 8 /* of 32 bits */
#define ZONG_ALIKE_PREFIX 8

/* Puts a look, unless the raster has one. @bytes: packed. In a change. ZONG_ECORRUPT: it is none. */
int zong_alike_put(
	struct zong_txn *txn, const struct zong_digest *raster, const uint8_t *bytes, size_t len);
/* Takes it away, if there is one: to be called in the change that takes the raster's row away. */
int zong_alike_remove(struct zong_txn *txn, const struct zong_digest *raster);

struct zong_alike_page {
	struct zong_digest raster;
	float distance; /* 0 the same .. ZONG_LOOK_SAME_READ */
};
/* What has been spent on one request; begins as zero. */
struct zong_alike_budget {
	size_t pages;	 /* that others were looked for: up to ZONG_LIMIT_ALIKE_PAGES */
	size_t compared; /* prints: up to ZONG_LIMIT_ALIKE_COMPARED */
	bool more;	 /* there was more to do: other pages may be alike, too */
};
/* Rasters that look like @raster, itself left out, nearest first. The caller frees. A raster without a look is like none. */
int zong_alike_find(struct zong_txn *txn, const struct zong_digest *raster,
	struct zong_alike_budget *budget, struct zong_alike_page **ret_pages, size_t *ret_count);

struct zong_archive;

/* Gives a look to the pages of the next file that came in when there were none yet (an archive made by an older zong);
 * where it is, is kept over restarts. For threads that have nothing else to do. 0, ZONG_EEND (nothing left to do, or
 * another thread is at it), or what keeps it from going on. */
int zong_alike_catch_up(struct zong_archive *archive);

#endif
