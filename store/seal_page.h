/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_STORE_SEAL_PAGE_H
#define ZONG_STORE_SEAL_PAGE_H

/* One page of the tree in which a sealed archive keeps its rows (seal_tree.h): keys in order, found by halving. All pages
 * are of one length, so that nothing of what is in them shows. The body of a page's box, big-endian:
 *
 *     u8  kind          1 leaf, 2 branch
 *     u8  0
 *     u16 count         of cells
 *     u16 low           where the lowest cell begins
 *     u16 waste         bytes between there and the end that belong to no cell any more
 *     u16 slot[count]   where each cell begins, in the order of the keys
 *     ...               free
 *     ...               cells, put from the end downwards
 *
 *     cell of a leaf:   u16 key length, u8 how, u32 value length, key, then
 *                       how 0: the value · 1: u64 number, u64 version of the box that holds it
 *     cell of a branch: u16 key length, u64 number, u64 version of the page below, key: no key there is less.
 *                       That of a branch's first cell is not looked at: it is less than all.
 *
 * Pages know nothing of tables, keys or boxes. Threads: a page that is not shared is for one; a shared one is not
 * changed. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What LMDB keeps in one page of its own: 4096 less its header, less nonce and tag. */
#define ZONG_PAGE_BOX 4080
#define ZONG_PAGE_BODY 4040

#define ZONG_PAGE_KEY 576 /* longest key: a table's name and ZONG_LIMIT_KEY */
#define ZONG_PAGE_CELL                                                                             \
	1000 /* longest cell: at least four to a page, so that halving always makes room */

enum zong_page_kind {
	ZONG_PAGE_LEAF = 1,
	ZONG_PAGE_BRANCH = 2,
};

/* A page or a box: the version is what its nonce begins with, so that no older one can stand in for it. */
struct zong_page_ref {
	uint64_t number; /* 0: none */
	uint64_t version;
};

/* A cell taken apart; borrowed from the page, or what is to be put. */
struct zong_page_cell {
	const uint8_t *key;
	size_t key_len;
	struct zong_page_ref
		ref; /* below a branch; or of the value's box: number 0, it stands here */
	const uint8_t *value;
	size_t value_len;
};

void zong_page_clear(uint8_t *page, enum zong_page_kind kind);
/* Can these bytes be a page: every cell within it, the keys in order? */
bool zong_page_sound(const uint8_t *page);
enum zong_page_kind zong_page_kind(const uint8_t *page);
size_t zong_page_count(const uint8_t *page);
/* Bytes that cells and slots take. */
size_t zong_page_used(const uint8_t *page);
void zong_page_get(const uint8_t *page, size_t index, struct zong_page_cell *ret_cell);
/* Leaf: the first cell whose key is not less; *ret_equal. */
size_t zong_page_find(const uint8_t *page, const void *key, size_t key_len, bool *ret_equal);
/* Branch: the cell to go down at. */
size_t zong_page_down(const uint8_t *page, const void *key, size_t key_len);
/* Length of the cell in a page of that kind. */
size_t zong_page_cell_len(enum zong_page_kind kind, const struct zong_page_cell *cell);
/* False: there is no room. */
bool zong_page_insert(uint8_t *page, size_t index, const struct zong_page_cell *cell);
void zong_page_remove(uint8_t *page, size_t index);
void zong_page_set_version(uint8_t *page, size_t index, uint64_t version);
/* Halves @page, in which @cell had no room at @index: the greater cells go to @right, which is cleared first, and @cell
 * into one of the two. Where @cell comes last it is alone on the right: what is put in order fills its pages.
 * @ret_key: not less than every key on the left, and not greater than any on the right; at most ZONG_PAGE_KEY bytes. */
void zong_page_split(uint8_t *page, size_t index, const struct zong_page_cell *cell, uint8_t *right,
	uint8_t *ret_key, size_t *ret_key_len);
/* Puts all of @right behind what is in @page, if there is room; @key parts them above. */
bool zong_page_join(uint8_t *page, const uint8_t *right, const void *key, size_t key_len);

int zong_page_compare(const void *a, size_t a_len, const void *b, size_t b_len);

#endif
