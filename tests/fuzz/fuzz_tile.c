/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The address of a tile: what is taken is written again as it was. The first byte says whether a level stands before the index. */

#include <string.h>

#include "fuzz.h"
#include "tile.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	char text[200], again[ZONG_TILE_TEXT];
	struct zong_tile tile;
	bool levelled;

	if (len < 1 || len > sizeof(text))
		return 0;
	levelled = bytes[0] & 1;
	memcpy(text, bytes + 1, len - 1);
	text[len - 1] = '\0';
	if (!zong_tile_parse(text, levelled, &tile))
		return 0;
	must_hold(tile.width >= 1 && tile.width <= 256 && tile.level < 64);
	must_hold(tile.index <= UINT64_MAX / 256);
	zong_tile_format(&tile, levelled, again);
	must_hold(strcmp(text, again) == 0);
	return 0;
}
