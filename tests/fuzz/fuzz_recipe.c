/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is read back from the disk: a row of a recipe, a segment's value and a row of each kind that
 * is unpacked. */

#include <zong/limits.h>

#include "fuzz.h"
#include "recipe.h"
#include "segment.h"

static void check_recipe(const uint8_t *bytes, size_t len)
{
	Zong__Recipe *row = zong__recipe__unpack(NULL, len, bytes);
	const Zong__Piece *piece;
	size_t i;

	if (!row)
		return;
	if (zong_recipe_check(row) == 0) {
		must_hold(row->n_pieces > 0);
		for (i = 0; i < row->n_pieces; i++) {
			piece = row->pieces[i];
			must_hold(piece->length > 0 && piece->length <= ZONG_SEGMENT_MAX);
			must_hold(piece->digest.len == ZONG_DIGEST_SIZE ||
				  piece->inline_bytes.len == piece->length);
		}
	}
	zong__recipe__free_unpacked(row, NULL);
}

static void check_segment(const uint8_t *bytes, size_t len)
{
	static const size_t lens[] = {0, 1, 5, 100, 4096};
	uint8_t *room;
	size_t i;

	for (i = 0; i < sizeof(lens) / sizeof(*lens); i++) {
		/* Of exactly that size: a byte too many is seen by a sanitizer. */
		room = malloc(lens[i] ? lens[i] : 1);
		if (!room)
			return;
		zong_segment_unpack(bytes, len, room, lens[i]);
		free(room);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	check_recipe(bytes, len);
	check_segment(bytes, len);
	zong__file__free_unpacked(zong__file__unpack(NULL, len, bytes), NULL);
	zong__job__free_unpacked(zong__job__unpack(NULL, len, bytes), NULL);
	zong__reading__free_unpacked(zong__reading__unpack(NULL, len, bytes), NULL);
	return 0;
}
