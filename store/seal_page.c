/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "seal_page.h"

#include <stdlib.h>
#include <string.h>

#include <zong/byteorder.h>

#define HEAD 8
#define SLOT 2
#define LEAF_HEAD 7
#define BRANCH_HEAD 18
#define REF_SIZE 16
#define IN_PLACE 0
#define IN_BOX 1

static size_t count_of(const uint8_t *page)
{
	return zong_read_be16(page + 2);
}

static size_t low_of(const uint8_t *page)
{
	return zong_read_be16(page + 4);
}

static size_t waste_of(const uint8_t *page)
{
	return zong_read_be16(page + 6);
}

static void set_head(uint8_t *page, size_t count, size_t low, size_t waste)
{
	zong_write_be16(page + 2, (uint16_t)count);
	zong_write_be16(page + 4, (uint16_t)low);
	zong_write_be16(page + 6, (uint16_t)waste);
}

static const uint8_t *cell_at(const uint8_t *page, size_t index)
{
	return page + zong_read_be16(page + HEAD + SLOT * index);
}

void zong_page_clear(uint8_t *page, enum zong_page_kind kind)
{
	memset(page, 0, ZONG_PAGE_BODY);
	page[0] = (uint8_t)kind;
	set_head(page, 0, ZONG_PAGE_BODY, 0);
}

enum zong_page_kind zong_page_kind(const uint8_t *page)
{
	return (enum zong_page_kind)page[0];
}

size_t zong_page_count(const uint8_t *page)
{
	return count_of(page);
}

size_t zong_page_used(const uint8_t *page)
{
	return ZONG_PAGE_BODY - low_of(page) - waste_of(page) + SLOT * count_of(page);
}

static size_t free_between(const uint8_t *page)
{
	return low_of(page) - HEAD - SLOT * count_of(page);
}

int zong_page_compare(const void *a, size_t a_len, const void *b, size_t b_len)
{
	size_t len = a_len < b_len ? a_len : b_len;
	int order = len ? memcmp(a, b, len) : 0;

	if (order)
		return order;
	return a_len < b_len ? -1 : a_len > b_len;
}

static void get_leaf(const uint8_t *at, struct zong_page_cell *ret_cell)
{
	bool in_box = at[2] == IN_BOX;

	ret_cell->key_len = zong_read_be16(at);
	ret_cell->value_len = zong_read_be32(at + 3);
	ret_cell->key = at + LEAF_HEAD;
	at += LEAF_HEAD + ret_cell->key_len;
	if (in_box) {
		ret_cell->ref.number = zong_read_be64(at);
		ret_cell->ref.version = zong_read_be64(at + 8);
		ret_cell->value = NULL;
	} else {
		ret_cell->ref = (struct zong_page_ref){0};
		ret_cell->value = at;
	}
}

void zong_page_get(const uint8_t *page, size_t index, struct zong_page_cell *ret_cell)
{
	const uint8_t *at = cell_at(page, index);

	if (page[0] == ZONG_PAGE_LEAF) {
		get_leaf(at, ret_cell);
		return;
	}
	*ret_cell = (struct zong_page_cell){
		.key = at + BRANCH_HEAD,
		.key_len = zong_read_be16(at),
		.ref = {.number = zong_read_be64(at + 2), .version = zong_read_be64(at + 10)},
	};
}

size_t zong_page_cell_len(enum zong_page_kind kind, const struct zong_page_cell *cell)
{
	if (kind == ZONG_PAGE_BRANCH)
		return BRANCH_HEAD + cell->key_len;
	return LEAF_HEAD + cell->key_len + (cell->ref.number ? REF_SIZE : cell->value_len);
}

static void write_cell(uint8_t *at, enum zong_page_kind kind, const struct zong_page_cell *cell)
{
	zong_write_be16(at, (uint16_t)cell->key_len);
	if (kind == ZONG_PAGE_BRANCH) {
		zong_write_be64(at + 2, cell->ref.number);
		zong_write_be64(at + 10, cell->ref.version);
		if (cell->key_len)
			memcpy(at + BRANCH_HEAD, cell->key, cell->key_len);
		return;
	}
	at[2] = cell->ref.number ? IN_BOX : IN_PLACE;
	zong_write_be32(at + 3, (uint32_t)cell->value_len);
	at += LEAF_HEAD;
	memcpy(at, cell->key, cell->key_len);
	at += cell->key_len;
	if (cell->ref.number) {
		zong_write_be64(at, cell->ref.number);
		zong_write_be64(at + 8, cell->ref.version);
	} else if (cell->value_len) {
		memcpy(at, cell->value, cell->value_len);
	}
}

/* ---- is it one? ---- */

/* Length of the cell that begins at @at, or 0 where it does not fit into the page. */
static size_t sound_cell(const uint8_t *page, size_t at)
{
	size_t head = page[0] == ZONG_PAGE_LEAF ? LEAF_HEAD : BRANCH_HEAD;
	size_t room = ZONG_PAGE_BODY - at;
	size_t key_len, rest = 0;

	if (room < head)
		return 0;
	key_len = zong_read_be16(page + at);
	if (key_len > ZONG_PAGE_KEY || key_len > room - head)
		return 0;
	if (page[0] == ZONG_PAGE_LEAF) {
		if (page[at + 2] > IN_BOX || key_len == 0)
			return 0;
		rest = page[at + 2] == IN_BOX ? REF_SIZE : zong_read_be32(page + at + 3);
	}
	if (rest > room - head - key_len)
		return 0;
	return head + key_len + rest;
}

bool zong_page_sound(const uint8_t *page)
{
	size_t count = count_of(page), low = low_of(page), total = 0;
	size_t i, at, len;

	if ((page[0] != ZONG_PAGE_LEAF && page[0] != ZONG_PAGE_BRANCH) || low > ZONG_PAGE_BODY ||
		low < HEAD + SLOT * count)
		return false;
	for (i = 0; i < count; i++) {
		at = zong_read_be16(page + HEAD + SLOT * i);
		if (at < low || at >= ZONG_PAGE_BODY)
			return false;
		len = sound_cell(page, at);
		if (!len || len > ZONG_PAGE_CELL)
			return false;
		total += len;
	}
	if (total + waste_of(page) != ZONG_PAGE_BODY - low)
		return false;
	for (i = page[0] == ZONG_PAGE_LEAF ? 1 : 2; i < count; i++) {
		struct zong_page_cell before, cell;

		zong_page_get(page, i - 1, &before);
		zong_page_get(page, i, &cell);
		if (zong_page_compare(before.key, before.key_len, cell.key, cell.key_len) >= 0)
			return false;
	}
	return true;
}

/* ---- finding ---- */

size_t zong_page_find(const uint8_t *page, const void *key, size_t key_len, bool *ret_equal)
{
	size_t from = 0, until = count_of(page);
	struct zong_page_cell cell;
	size_t middle;
	int order;

	*ret_equal = false;
	while (from < until) {
		middle = from + (until - from) / 2;
		zong_page_get(page, middle, &cell);
		order = zong_page_compare(cell.key, cell.key_len, key, key_len);
		if (order == 0) {
			*ret_equal = true;
			return middle;
		}
		if (order < 0)
			from = middle + 1;
		else
			until = middle;
	}
	return from;
}

size_t zong_page_down(const uint8_t *page, const void *key, size_t key_len)
{
	size_t from = 1, until = count_of(page); /* the first cell is less than all */
	struct zong_page_cell cell;
	size_t middle;

	while (from < until) {
		middle = from + (until - from) / 2;
		zong_page_get(page, middle, &cell);
		if (zong_page_compare(cell.key, cell.key_len, key, key_len) <= 0)
			from = middle + 1;
		else
			until = middle;
	}
	return from - 1;
}

/* ---- changing ---- */

static size_t stored_len(const uint8_t *page, size_t index)
{
	struct zong_page_cell cell;

	zong_page_get(page, index, &cell);
	return zong_page_cell_len(zong_page_kind(page), &cell);
}

static void compact(uint8_t *page)
{
	uint8_t old[ZONG_PAGE_BODY];
	size_t count = count_of(page), low = ZONG_PAGE_BODY;
	size_t i, len;

	memcpy(old, page, sizeof(old));
	for (i = 0; i < count; i++) {
		len = stored_len(old, i);
		low -= len;
		memcpy(page + low, cell_at(old, i), len);
		zong_write_be16(page + HEAD + SLOT * i, (uint16_t)low);
	}
	memset(page + HEAD + SLOT * count, 0, low - HEAD - SLOT * count);
	set_head(page, count, low, 0);
}

bool zong_page_insert(uint8_t *page, size_t index, const struct zong_page_cell *cell)
{
	size_t len = zong_page_cell_len(zong_page_kind(page), cell);
	size_t count = count_of(page);
	uint8_t *slot = page + HEAD + SLOT * index;
	size_t low;

	if (free_between(page) + waste_of(page) < len + SLOT)
		return false;
	if (free_between(page) < len + SLOT)
		compact(page);
	low = low_of(page) - len;
	memmove(slot + SLOT, slot, SLOT * (count - index));
	zong_write_be16(slot, (uint16_t)low);
	write_cell(page + low, zong_page_kind(page), cell);
	set_head(page, count + 1, low, waste_of(page));
	return true;
}

void zong_page_remove(uint8_t *page, size_t index)
{
	size_t count = count_of(page), low = low_of(page), waste = waste_of(page);
	uint8_t *slot = page + HEAD + SLOT * index;
	size_t at = zong_read_be16(slot);
	size_t len = stored_len(page, index);

	memset(page + at, 0, len);
	memmove(slot, slot + SLOT, SLOT * (count - index - 1));
	if (count == 1) {
		low = ZONG_PAGE_BODY;
		waste = 0;
	} else if (at == low) {
		low += len;
	} else {
		waste += len;
	}
	set_head(page, count - 1, low, waste);
}

void zong_page_set_version(uint8_t *page, size_t index, uint64_t version)
{
	size_t at = zong_read_be16(page + HEAD + SLOT * index);

	zong_write_be64(page + at + 10, version);
}

/* Of @count cells with one more of @len bytes at @index, how many stay on the left. */
static size_t halve(const uint8_t *page, size_t index, size_t len)
{
	size_t count = count_of(page), half, sum = 0;
	size_t i;

	if (index == count)
		return count;
	half = (zong_page_used(page) + len + SLOT) / 2;
	for (i = 0; i <= count; i++) {
		sum += SLOT + (i == index ? len : stored_len(page, i < index ? i : i - 1));
		if (sum >= half)
			break;
	}
	/* The one that crosses the middle goes right, unless it is the first. */
	return i == 0 ? 1 : i;
}

static void part_key(const uint8_t *left, const uint8_t *right, uint8_t *ret_key, size_t *ret_len)
{
	struct zong_page_cell last, first;
	size_t same = 0;

	zong_page_get(right, 0, &first);
	if (zong_page_kind(right) == ZONG_PAGE_BRANCH) {
		memcpy(ret_key, first.key, first.key_len);
		*ret_len = first.key_len;
		return;
	}
	zong_page_get(left, count_of(left) - 1, &last);
	while (same < last.key_len && last.key[same] == first.key[same])
		same++;
	memcpy(ret_key, first.key, same + 1);
	*ret_len = same + 1;
}

void zong_page_split(uint8_t *page, size_t index, const struct zong_page_cell *cell, uint8_t *right,
	uint8_t *ret_key, size_t *ret_key_len)
{
	enum zong_page_kind kind = zong_page_kind(page);
	size_t stay = halve(page, index, zong_page_cell_len(kind, cell));
	size_t count = count_of(page);
	struct zong_page_cell moved;
	uint8_t old[ZONG_PAGE_BODY];
	size_t i, to = 0;
	bool fits = true;

	memcpy(old, page, sizeof(old));
	zong_page_clear(page, kind);
	zong_page_clear(right, kind);
	for (i = 0; i <= count; i++) {
		if (i == index)
			moved = *cell;
		else
			zong_page_get(old, i < index ? i : i - 1, &moved);
		if (i == stay)
			to = 0;
		fits = fits && zong_page_insert(i < stay ? page : right, to++, &moved);
	}
	if (!fits)
		abort(); /* cells are no longer than ZONG_PAGE_CELL, so halves have room */
	part_key(page, right, ret_key, ret_key_len);
}

bool zong_page_join(uint8_t *page, const uint8_t *right, const void *key, size_t key_len)
{
	size_t more = zong_page_used(right);
	struct zong_page_cell cell;
	size_t i;

	if (zong_page_kind(page) == ZONG_PAGE_BRANCH && count_of(right) > 0) {
		zong_page_get(right, 0, &cell);
		more += key_len - cell.key_len; /* may wrap round, and back with the sum below */
	}
	if (HEAD + zong_page_used(page) + more > ZONG_PAGE_BODY)
		return false;
	for (i = 0; i < count_of(right); i++) {
		zong_page_get(right, i, &cell);
		if (i == 0 && zong_page_kind(page) == ZONG_PAGE_BRANCH) {
			cell.key = key;
			cell.key_len = key_len;
		}
		if (!zong_page_insert(page, count_of(page), &cell))
			abort();
	}
	return true;
}
