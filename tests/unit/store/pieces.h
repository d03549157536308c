/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTS_UNIT_STORE_PIECES_H
#define TESTS_UNIT_STORE_PIECES_H

/* Files of each format, made by hand, and their pieces after cutting. */

#include "cut.h"
#include "fixture.h"

struct pieces {
	uint64_t starts[4096];
	size_t lens[4096];
	size_t count;
};

/* Cuts @bytes as an ingest does, through windows; fails the test when a promise of cut.h is broken.
 */
void pieces_cut(const struct zong_buf *bytes, enum zong_media media, struct pieces *ret_pieces);
/* Is [start, start + len) one piece, or when it is longer than ZONG_SEGMENT_MAX, several that begin
 * and end there? */
bool pieces_have(const struct pieces *pieces, uint64_t start, uint64_t len);

/* A minimal PDF of one image whose stream is @image; *ret_start is where that lies. @by_reference:
 * its length stands in another object. */
void pieces_pdf(
	struct zong_buf *buf, const struct zong_buf *image, bool by_reference, uint64_t *ret_start);
/* A TIFF of one page with @strips strips of @image one behind the other. */
void pieces_tiff(struct zong_buf *buf, const struct zong_buf *image, unsigned strips, bool big,
	bool swap, uint64_t *ret_start);
/* One more PNG chunk. */
void pieces_png_chunk(struct zong_buf *buf, const char *type, const void *bytes, size_t len);

#endif
