/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_HTTP_TILE_H
#define ZONG_HTTP_TILE_H

/* Addresses of tiles (c2sp.org/tlog-tiles): "0/x001/x234/067.p/12" is level 0, index 1234067, 12 wide. Of each tile exactly one
 * text is taken. */

#include <stdbool.h>
#include <stdint.h>

#define ZONG_TILE_TEXT 64

struct zong_tile {
	unsigned level;
	uint64_t index;
	unsigned width; /* 256: a full one */
};

/* @levelled: the level stands before the index, as it does not for bundles of entries. */
bool zong_tile_parse(const char *text, bool levelled, struct zong_tile *ret_tile);
void zong_tile_format(const struct zong_tile *tile, bool levelled, char ret_text[ZONG_TILE_TEXT]);

#endif
