/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdbool.h>
#include <string.h>

#include <zong/byteorder.h>
#include <zong/error.h>

#include "decode.h"
#include "exif.h"

#define ENTRY 12
#define TAG_ORIENTATION 0x0112
#define TAG_X_RESOLUTION 0x011a
#define TAG_Y_RESOLUTION 0x011b
#define TAG_RESOLUTION_UNIT 0x0128
#define TYPE_SHORT 3
#define TYPE_RATIONAL 5
#define UNIT_CENTIMETRE 3

struct block {
	const uint8_t *bytes;
	size_t len;
	bool big;
};

static uint16_t u16_at(const struct block *block, size_t at)
{
	if (at > block->len || block->len - at < 2)
		return 0;
	return block->big ? zong_read_be16(block->bytes + at) : zong_read_le16(block->bytes + at);
}

static uint32_t u32_at(const struct block *block, size_t at)
{
	if (at > block->len || block->len - at < 4)
		return 0;
	return block->big ? zong_read_be32(block->bytes + at) : zong_read_le32(block->bytes + at);
}

static double rational_at(const struct block *block, size_t at)
{
	uint32_t below = u32_at(block, at + 4);

	return below ? (double)u32_at(block, at) / below : 0;
}

int zong_exif_parse(const uint8_t *bytes, size_t len, struct zong_exif *ret_exif)
{
	struct zong_exif exif = {.orientation = 1};
	struct block block;
	double x = 0, y = 0, scale = 1;
	size_t at, i, count;

	if (len < 14 || memcmp(bytes, "Exif\0\0", 6) != 0)
		return ZONG_EINVAL;
	block = (struct block){.bytes = bytes + 6, .len = len - 6};
	if (memcmp(block.bytes, "MM\0*", 4) == 0)
		block.big = true;
	else if (memcmp(block.bytes, "II*\0", 4) != 0)
		return ZONG_EINVAL;
	at = u32_at(&block, 4);
	count = u16_at(&block, at);
	for (i = 0, at += 2; i < count && at < block.len && block.len - at >= ENTRY;
		i++, at += ENTRY) {
		uint16_t type = u16_at(&block, at + 2);
		uint16_t word = type == TYPE_SHORT ? u16_at(&block, at + 8) : 0;
		double ratio =
			type == TYPE_RATIONAL ? rational_at(&block, u32_at(&block, at + 8)) : 0;

		switch (u16_at(&block, at)) {
		case TAG_ORIENTATION:
			if (word >= 1 && word <= 8)
				exif.orientation = word;
			break;
		case TAG_X_RESOLUTION:
			x = ratio;
			break;
		case TAG_Y_RESOLUTION:
			y = ratio;
			break;
		case TAG_RESOLUTION_UNIT:
			scale = word == UNIT_CENTIMETRE ? 2.54 : 1;
			break;
		default:
			break;
		}
	}
	exif.dpi_x = zong_decode_dpi(x * scale);
	exif.dpi_y = zong_decode_dpi(y * scale);
	*ret_exif = exif;
	return 0;
}
