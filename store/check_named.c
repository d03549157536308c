/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "check_named.h"

#include <stdlib.h>
#include <string.h>

#include <zong/byteorder.h>

#define ROOM_FIRST 1024

void zong_named_init(struct zong_named *named)
{
	memset(named, 0, sizeof(*named));
}

void zong_named_release(struct zong_named *named)
{
	free(named->entries);
	memset(named, 0, sizeof(*named));
}

static void give_up(struct zong_named *named)
{
	zong_named_release(named);
	named->over = true;
}

/* Digests are spread evenly, so their own bytes are the hash. */
static struct zong_named_entry *slot(struct zong_named_entry *entries, size_t room, uint64_t name)
{
	size_t at = (size_t)name & (room - 1);

	while (entries[at].size && entries[at].name != name)
		at = (at + 1) & (room - 1);
	return &entries[at];
}

static bool grow(struct zong_named *named)
{
	size_t room = named->room ? named->room * 2 : ROOM_FIRST;
	struct zong_named_entry *entries = calloc(room, sizeof(*entries));
	size_t i;

	if (!entries)
		return false;
	for (i = 0; i < named->room; i++)
		if (named->entries[i].size)
			*slot(entries, room, named->entries[i].name) = named->entries[i];
	free(named->entries);
	named->entries = entries;
	named->room = room;
	return true;
}

void zong_named_add(struct zong_named *named, const struct zong_digest *digest, uint32_t size)
{
	struct zong_named_entry *entry;
	uint64_t name = zong_read_be64(digest->bytes);

	if (named->over)
		return;
	if (named->count >= ZONG_NAMED_MAX ||
		((named->count + 1) * 4 > named->room * 3 && !grow(named))) {
		give_up(named);
		return;
	}
	entry = slot(named->entries, named->room, name);
	if (!entry->size)
		named->count++;
	entry->name = name;
	entry->size = size ? size : 1;
}

struct zong_named_entry *zong_named_find(struct zong_named *named, const struct zong_digest *digest)
{
	struct zong_named_entry *entry;

	if (!named->room)
		return NULL;
	entry = slot(named->entries, named->room, zong_read_be64(digest->bytes));
	return entry->size ? entry : NULL;
}

bool zong_named_garbage(const struct zong_named *named, uint64_t *ret_count, uint64_t *ret_bytes)
{
	uint64_t count = 0, bytes = 0;
	size_t i;

	if (named->over)
		return false;
	for (i = 0; i < named->room; i++)
		if (named->entries[i].size && !named->entries[i].named) {
			count++;
			bytes += named->entries[i].size;
		}
	*ret_count = count;
	*ret_bytes = bytes;
	return true;
}
