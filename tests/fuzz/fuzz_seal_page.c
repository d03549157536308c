/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A page of a sealed archive, as it comes out of its box: what passes for one can be looked through, put into, halved,
 * joined and emptied. */

#include <string.h>

#include "fuzz.h"
#include "seal_page.h"

static void look_through(const uint8_t *page)
{
	struct zong_page_cell cell;
	size_t i, at, length = 0;
	bool equal;

	for (i = 0; i < zong_page_count(page); i++) {
		zong_page_get(page, i, &cell);
		length += zong_page_cell_len(zong_page_kind(page), &cell);
		if (zong_page_kind(page) == ZONG_PAGE_LEAF) {
			at = zong_page_find(page, cell.key, cell.key_len, &equal);
			must_hold(equal && at == i);
		} else if (i > 0) {
			must_hold(zong_page_down(page, cell.key, cell.key_len) == i);
		}
	}
	must_hold(length + 2 * zong_page_count(page) == zong_page_used(page));
}

static void halve(uint8_t *page, size_t index, const struct zong_page_cell *cell)
{
	uint8_t right[ZONG_PAGE_BODY], key[ZONG_PAGE_KEY];
	size_t count = zong_page_count(page), key_len;

	zong_page_split(page, index, cell, right, key, &key_len);
	must_hold(zong_page_count(page) + zong_page_count(right) == count + 1);
	must_hold(key_len <= sizeof(key));
	zong_page_join(page, right, key, key_len);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	uint8_t page[ZONG_PAGE_BODY] = {0}, key[64] = "a key that is put into the page";
	struct zong_page_cell cell = {.key = key, .value = key};
	enum zong_page_kind kind;
	size_t index;
	bool equal = false;

	memcpy(page, bytes, len < sizeof(page) ? len : sizeof(page));
	if (!zong_page_sound(page))
		return 0;
	look_through(page);
	kind = zong_page_kind(page);
	cell.key_len = 1 + (len > 0 ? bytes[len - 1] % sizeof(key) : 0);
	cell.value_len = len > 1 ? bytes[len - 2] % sizeof(key) : 0;
	if (kind == ZONG_PAGE_LEAF)
		index = zong_page_find(page, key, cell.key_len, &equal);
	else
		index = zong_page_count(page) ? zong_page_down(page, key, cell.key_len) + 1 : 0;
	if (kind == ZONG_PAGE_BRANCH)
		cell.ref.number = 1;
	if (!equal && !zong_page_insert(page, index, &cell))
		halve(page, index, &cell);
	while (zong_page_count(page) > 0)
		zong_page_remove(page, zong_page_count(page) / 2);
	must_hold(zong_page_used(page) == 0);
	return 0;
}
