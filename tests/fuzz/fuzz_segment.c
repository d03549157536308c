/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The segment cutter, whatever the bytes are and whatever they are said to be: the first byte of
 * the input chooses the media, the rest is the file. */

#include <zong/limits.h>

#include "cut.h"
#include "fuzz.h"

static const enum zong_media media[] = {
	ZONG_MEDIA_UNKNOWN, ZONG_MEDIA_TIFF, ZONG_MEDIA_PDF, ZONG_MEDIA_JPEG, ZONG_MEDIA_PNG};

static void check_runs(const struct zong_cut *cut, uint64_t len)
{
	uint64_t end = 0;
	size_t i;

	must_hold(cut->found.count <= ZONG_LIMIT_RUNS);
	for (i = 0; i < cut->found.count; i++) {
		must_hold(cut->found.runs[i].start >= end);
		must_hold(cut->found.runs[i].end > cut->found.runs[i].start);
		end = cut->found.runs[i].end;
	}
	must_hold(end <= len);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct zong_cut_source source = {.fd = -1};
	struct zong_cut whole, windowed;
	uint64_t at = 0;
	size_t piece, again, window;
	enum zong_media kind;

	if (len == 0)
		return 0;
	kind = media[bytes[0] % 5];
	source.bytes = bytes + 1;
	source.len = len - 1;
	must_hold(zong_cut_open(&whole, &source, kind) == 0);
	must_hold(zong_cut_open(&windowed, &source, kind) == 0);
	check_runs(&whole, source.len);
	while (at < source.len) {
		window = source.len - at;
		piece = zong_cut_next(&whole, source.bytes + at, window);
		if (window > ZONG_SEGMENT_MAX)
			window = ZONG_SEGMENT_MAX;
		again = zong_cut_next(&windowed, source.bytes + at, window);
		must_hold(piece > 0 && piece <= window);
		must_hold(piece == again);
		at += piece;
	}
	must_hold(at == source.len);
	zong_cut_release(&windowed);
	zong_cut_release(&whole);
	return 0;
}
