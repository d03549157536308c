/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_STORE_CUT_H
#define ZONG_STORE_CUT_H

/* Cuts the bytes of one file into segments so that equal page images in different files become
 * equal segments.
 *
 * First the runs are found: stretches of bytes that are the same whatever file they stand in. A
 * TIFF's strips or tiles that follow one another within one image, a PDF's streams as they lie
 * there, a JPEG whole, a PNG's image data. A run of at most ZONG_SEGMENT_MAX bytes is one segment;
 * a longer one is cut by content (FastCDC) beginning at its first byte, so that its cuts do not
 * depend on what stands before. What lies between runs is cut by content too.
 *
 * Total and deterministic: the lengths add up to the file's, every one is 1 ... ZONG_SEGMENT_MAX,
 * and they depend on the bytes and the media alone. Never fails on malformed input: where the
 * format lies, the runs are elsewhere, and the file comes back bit for bit all the same. No byte is
 * interpreted beyond offsets and lengths, and all reading is bounded.
 *
 *     zong_cut_open(&cut, &source, media);
 *     while (at < len)
 *             at += zong_cut_next(&cut, window at @at, bytes in it);
 *     zong_cut_release(&cut);
 *
 * Threads: one at a time. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <zong/media.h>

/* Where bytes come from: an open file, or memory where @bytes is not NULL. */
struct zong_cut_source {
	int fd;
	const uint8_t *bytes;
	uint64_t len;
};

struct zong_cut_run {
	uint64_t start, end;
};

/* The runs of a file; kept by zong_cut_open, filled by the formats' finders. */
struct zong_cut_runs {
	const struct zong_cut_source *source;
	uint64_t budget; /* bytes that finders may still read out of order */
	struct zong_cut_run *runs;
	size_t count, cap;
	bool no_memory;
};

struct zong_cut {
	struct zong_cut_runs found;
	uint64_t len;
	uint64_t at;
	size_t next; /* first run that does not end at or before @at */
};

/* Finds the runs. @source is used only within the call. 0 or ZONG_ENOMEM. */
int zong_cut_open(
	struct zong_cut *cut, const struct zong_cut_source *source, enum zong_media media);
void zong_cut_release(struct zong_cut *cut);
/* Length of the next segment; @bytes are those at the cut's place, @len at least
 * ZONG_SEGMENT_MAX or all that is left of the file. */
size_t zong_cut_next(struct zong_cut *cut, const void *bytes, size_t len);

/* For the finders. Exactly @len bytes, or false: behind the end, unreadable, over the budget. */
bool zong_cut_read(struct zong_cut_runs *runs, uint64_t offset, void *ret_bytes, size_t len);
/* Takes [start, end) as a run unless it is too short, beyond the file or one too many. */
void zong_cut_add(struct zong_cut_runs *runs, uint64_t start, uint64_t end);

void zong_cut_tiff(struct zong_cut_runs *runs);
void zong_cut_pdf(struct zong_cut_runs *runs);
void zong_cut_png(struct zong_cut_runs *runs);

/* Length of the first piece of @bytes by content; all of them where there are at most
 * ZONG_SEGMENT_MIN. */
size_t zong_fastcdc(const void *bytes, size_t len);
/* The same with other sizes: least, average (a power of two), most. */
size_t zong_fastcdc_by(const void *bytes, size_t len, size_t min, unsigned avg_bits, size_t max);
extern const uint64_t zong_fastcdc_gear[256];

#endif
