/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdbool.h>
#include <string.h>

#include <zong/byteorder.h>

#include "cut.h"

/* PNG (ISO/IEC 15948): a signature of eight bytes, then chunks: length, type, data, CRC. */
#define SIGNATURE 8
#define CHUNK_HEAD 8
#define CHUNK_CRC 4

/* Image data in one chunk is a run without the chunk's head, since that is how a PDF holds it;
 * image data in several is one run from the first head to the last CRC. */
void zong_cut_png(struct zong_cut_runs *runs)
{
	uint64_t at = SIGNATURE;
	uint64_t start = 0, end = 0;
	unsigned together = 0; /* IDAT chunks that follow one another and end at @at */
	uint8_t head[CHUNK_HEAD];
	uint64_t next;

	while (zong_cut_read(runs, at, head, sizeof(head))) {
		next = at + CHUNK_HEAD + (uint64_t)zong_read_be32(head) + CHUNK_CRC;
		if (memcmp(head + 4, "IDAT", 4) == 0) {
			if (together == 0)
				start = at;
			together++;
			end = next;
		} else if (together > 0) {
			break;
		}
		at = next;
	}
	if (together == 1)
		zong_cut_add(runs, start + CHUNK_HEAD, end - CHUNK_CRC);
	else if (together > 1)
		zong_cut_add(runs, start, end);
}
