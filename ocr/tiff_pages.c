/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <zong/byteorder.h>
#include <zong/error.h>
#include <zong/limits.h>

#include "decode.h"
#include "tiff_pages.h"

#define TAG_NEW_SUBFILE_TYPE 254
#define TYPE_LONG 4
#define REDUCED 1
#define MASK 4
#define ENTRIES_MAX 4096 /* a real directory has 20; the rest of a longer one is not looked at */
#define ENTRY_MAX 20
#define CHAIN_MAX (2 * ZONG_LIMIT_PAGES) /* every page may bring its thumbnail */

struct walk {
	int fd;
	uint64_t size; /* of the file */
	bool big_endian, big_tiff;
};

static uint16_t u16_of(const struct walk *walk, const uint8_t *p)
{
	return walk->big_endian ? zong_read_be16(p) : zong_read_le16(p);
}

static uint32_t u32_of(const struct walk *walk, const uint8_t *p)
{
	return walk->big_endian ? zong_read_be32(p) : zong_read_le32(p);
}

static uint64_t u64_of(const struct walk *walk, const uint8_t *p)
{
	return walk->big_endian ? zong_read_be64(p) : zong_read_le64(p);
}

static int begin(struct walk *walk, uint64_t *ret_first)
{
	uint8_t head[16];
	uint16_t version;

	walk->size = zong_decode_size(walk->fd);
	if (zong_decode_read(walk->fd, head, 8, 0) != 8)
		return ZONG_EDAMAGED;
	walk->big_endian = head[0] == 'M';
	version = u16_of(walk, head + 2);
	walk->big_tiff = version == 43;
	if (!walk->big_tiff) {
		*ret_first = u32_of(walk, head + 4);
		return 0;
	}
	if (zong_decode_read(walk->fd, head, 16, 0) != 16)
		return ZONG_EDAMAGED;
	*ret_first = u64_of(walk, head + 8);
	return 0;
}

/* What one directory is, and where the next begins. */
static int look(const struct walk *walk, uint64_t offset, bool *ret_page, uint64_t *ret_next)
{
	size_t entry_size = walk->big_tiff ? 20 : 12;
	size_t count_size = walk->big_tiff ? 8 : 2;
	uint8_t bytes[ENTRY_MAX] = {0};
	uint64_t i, count, at;

	if (offset >= walk->size ||
		zong_decode_read(walk->fd, bytes, count_size, offset) != count_size)
		return ZONG_EDAMAGED;
	count = walk->big_tiff ? u64_of(walk, bytes) : u16_of(walk, bytes);
	if (count == 0 || count > (walk->size - offset) / entry_size)
		return ZONG_EDAMAGED;
	*ret_page = true;
	for (i = 0; i < count && i < ENTRIES_MAX; i++) {
		at = offset + count_size + i * entry_size;
		if (zong_decode_read(walk->fd, bytes, entry_size, at) != entry_size)
			return ZONG_EDAMAGED;
		if (u16_of(walk, bytes) == TAG_NEW_SUBFILE_TYPE &&
			u16_of(walk, bytes + 2) == TYPE_LONG) {
			uint32_t value =
				u32_of(walk, bytes + entry_size - (walk->big_tiff ? 8 : 4));

			*ret_page = !(value & (REDUCED | MASK));
			break;
		}
		if (u16_of(walk, bytes) > TAG_NEW_SUBFILE_TYPE)
			break;
	}
	at = offset + count_size + count * entry_size;
	if (walk->big_tiff)
		*ret_next = zong_decode_read(walk->fd, bytes, 8, at) == 8 ? u64_of(walk, bytes) : 0;
	else
		*ret_next = zong_decode_read(walk->fd, bytes, 4, at) == 4 ? u32_of(walk, bytes) : 0;
	return 0;
}

static bool seen(const uint64_t *offset, uint32_t count, uint64_t next)
{
	uint32_t i;

	for (i = 0; i < count; i++)
		if (offset[i] == next)
			return true;
	return false;
}

/* Keeps the pages proper of a chain; all of it when there are none. */
static uint32_t keep_pages(uint64_t *offset, const bool *page, uint32_t count)
{
	uint32_t i, kept = 0;

	for (i = 0; i < count; i++)
		if (page[i])
			offset[kept++] = offset[i];
	return kept ? kept : count;
}

int zong_tiff_pages_find(int fd, struct zong_tiff_pages *ret_pages)
{
	struct walk walk = {.fd = fd};
	uint64_t *offset = calloc(CHAIN_MAX, sizeof(*offset));
	bool *page = calloc(CHAIN_MAX, sizeof(*page));
	uint64_t next = 0;
	uint32_t count = 0;
	int err = 0;

	if (!offset || !page)
		err = ZONG_EWORKER_MEMORY;
	if (!err)
		err = begin(&walk, &next);
	if (!err && next == 0)
		err = ZONG_ENOPAGES;
	while (!err && next != 0 && !seen(offset, count, next)) {
		uint64_t here = next;

		if (count == CHAIN_MAX) {
			err = ZONG_EPAGES;
			break;
		}
		offset[count] = here;
		err = look(&walk, here, &page[count], &next);
		if (!err)
			count++;
		/* Viewers show the pages before a broken link; so do we. */
		if (err && count > 0) {
			err = 0;
			break;
		}
	}
	if (!err) {
		count = keep_pages(offset, page, count);
		err = count > ZONG_LIMIT_PAGES ? ZONG_EPAGES : 0;
	}
	free(page);
	if (err) {
		free(offset);
		return err;
	}
	ret_pages->offset = offset;
	ret_pages->count = count;
	return 0;
}

void zong_tiff_pages_release(struct zong_tiff_pages *pages)
{
	free(pages->offset);
	*pages = (struct zong_tiff_pages){0};
}
