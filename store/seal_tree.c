/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "seal_tree.h"

#include <string.h>

#include <zong/byteorder.h>

#include "state.h"

/* A page that is less full is joined with its neighbour where both have room in one. */
#define SPARSE (ZONG_PAGE_BODY / 3)

struct full_key {
	size_t len;
	uint8_t bytes[ZONG_PAGE_KEY];
};

/* From the root to a leaf, all of it to be changed. */
struct path {
	struct {
		struct zong_pages_page *page;
		size_t index;
	} level[ZONG_TREE_LEVELS];
	size_t levels;
};

static int make_key(enum zong_table table, const void *key, size_t len, struct full_key *ret_key)
{
	const char *name = zong_catalog_tables[table];
	size_t name_len = strlen(name) + 1;

	if (name_len + len > sizeof(ret_key->bytes))
		return ZONG_ELIMIT;
	memcpy(ret_key->bytes, name, name_len);
	if (len)
		memcpy(ret_key->bytes + name_len, key, len);
	ret_key->len = name_len + len;
	return 0;
}

static void make_count_key(enum zong_table table, struct full_key *ret_key)
{
	size_t len = strlen(zong_catalog_tables[table]);

	ret_key->bytes[0] = 0;
	memcpy(ret_key->bytes + 1, zong_catalog_tables[table], len);
	ret_key->len = len + 1;
}

int zong_tree_begin(struct zong_tree *tree, struct zong_pages *pages, MDB_txn *mdb, MDB_dbi dbi)
{
	memset(tree, 0, sizeof(*tree));
	return zong_pages_begin(&tree->pages, pages, mdb, dbi);
}

int zong_tree_nest(struct zong_tree *tree, struct zong_tree *around, MDB_txn *mdb)
{
	int r = zong_tree_settle(around);

	memset(tree, 0, sizeof(*tree));
	if (r)
		return r;
	zong_pages_nest(&tree->pages, &around->pages, mdb);
	memcpy(tree->counted, around->counted, sizeof(tree->counted));
	return 0;
}

int zong_tree_merge(struct zong_tree *tree, struct zong_tree *around)
{
	int r = zong_tree_settle(tree);

	if (r)
		return r;
	zong_pages_merge(&tree->pages);
	memcpy(around->counted, tree->counted, sizeof(tree->counted));
	around->changes++;
	return 0;
}

void zong_tree_release(struct zong_tree *tree)
{
	zong_pages_value_free(tree->reserved);
	tree->reserved = NULL;
	zong_pages_release(&tree->pages);
}

/* ---- looking ---- */

/* The leaf where @key is or would be; given back by the caller. ZONG_ENOENT: there is no page at all. */
static int load_leaf(
	struct zong_tree *tree, const struct full_key *key, struct zong_pages_page **ret_page)
{
	struct zong_page_ref ref = tree->pages.root;
	struct zong_pages_page *page;
	struct zong_page_cell cell;
	unsigned int level;
	int r;

	if (!ref.number)
		return ZONG_ENOENT;
	for (level = 0; level < ZONG_TREE_LEVELS; level++) {
		r = zong_pages_load(&tree->pages, &ref, &page);
		if (r)
			return r;
		if (zong_page_kind(page->bytes) == ZONG_PAGE_LEAF) {
			*ret_page = page;
			return 0;
		}
		if (zong_page_count(page->bytes) == 0) {
			zong_pages_leave(page);
			break;
		}
		zong_page_get(
			page->bytes, zong_page_down(page->bytes, key->bytes, key->len), &cell);
		ref = cell.ref;
		zong_pages_leave(page);
	}
	return ZONG_ECORRUPT;
}

/* A copy of the value, or NULL where only its being there is asked. */
static int look_up(struct zong_tree *tree, const struct full_key *key,
	struct zong_pages_value **ret_value, size_t *ret_len)
{
	struct zong_pages_page *page;
	struct zong_page_cell cell;
	size_t index;
	bool equal;
	int r = load_leaf(tree, key, &page);

	if (r)
		return r;
	index = zong_page_find(page->bytes, key->bytes, key->len, &equal);
	if (!equal) {
		zong_pages_leave(page);
		return ZONG_ENOENT;
	}
	zong_page_get(page->bytes, index, &cell);
	if (ret_value) {
		*ret_len = cell.value_len;
		r = cell.ref.number ? zong_pages_get_value(
					      &tree->pages, &cell.ref, cell.value_len, ret_value)
				    : zong_pages_copy_value(cell.value, cell.value_len, ret_value);
	}
	zong_pages_leave(page);
	return r;
}

int zong_tree_get(struct zong_tree *tree, enum zong_table table, const struct zong_key *key,
	const void **ret_bytes, size_t *ret_len)
{
	struct zong_pages_value *value;
	struct full_key full;
	size_t len;
	int r = zong_tree_settle(tree);

	if (!r)
		r = make_key(table, key->bytes, key->len, &full);
	if (!r)
		r = look_up(tree, &full, &value, &len);
	if (r)
		return r;
	zong_pages_keep_value(&tree->pages, value);
	*ret_bytes = value->bytes;
	*ret_len = len;
	return 0;
}

int zong_tree_take(struct zong_tree *tree, enum zong_table table, const struct zong_key *key,
	struct zong_pages_value **ret_value, size_t *ret_len)
{
	struct full_key full;
	int r = zong_tree_settle(tree);

	if (!r)
		r = make_key(table, key->bytes, key->len, &full);
	return r ? r : look_up(tree, &full, ret_value, ret_len);
}

int zong_tree_has(struct zong_tree *tree, enum zong_table table, const struct zong_key *key)
{
	return zong_tree_take(tree, table, key, NULL, NULL);
}

/* ---- the way down, to be changed ---- */

static int change_path(struct zong_tree *tree, const struct full_key *key, struct path *path)
{
	struct zong_page_ref ref = tree->pages.root;
	struct zong_pages_page *page;
	struct zong_page_cell cell;
	size_t index;
	int r;

	for (path->levels = 0; path->levels < ZONG_TREE_LEVELS;) {
		r = zong_pages_change(&tree->pages, &ref, &page);
		if (r)
			return r;
		path->level[path->levels].page = page;
		path->level[path->levels].index = 0;
		path->levels++;
		if (zong_page_kind(page->bytes) == ZONG_PAGE_LEAF)
			return 0;
		if (zong_page_count(page->bytes) == 0)
			return ZONG_ECORRUPT;
		index = zong_page_down(page->bytes, key->bytes, key->len);
		path->level[path->levels - 1].index = index;
		zong_page_get(page->bytes, index, &cell);
		ref = cell.ref;
	}
	return ZONG_ECORRUPT;
}

static int make_root(struct zong_tree *tree)
{
	struct zong_pages_page *page;
	int r;

	if (tree->pages.root.number)
		return 0;
	r = zong_pages_add(&tree->pages, ZONG_PAGE_LEAF, &page);
	if (!r)
		tree->pages.root = page->ref;
	return r;
}

/* A new root above @left and @right, parted by @key. */
static int raise(struct zong_tree *tree, const struct zong_pages_page *left,
	const struct zong_pages_page *right, const uint8_t *key, size_t key_len)
{
	struct zong_page_cell cell = {.ref = left->ref};
	struct zong_pages_page *root;
	int r = zong_pages_add(&tree->pages, ZONG_PAGE_BRANCH, &root);

	if (r)
		return r;
	zong_page_insert(root->bytes, 0, &cell);
	cell = (struct zong_page_cell){.key = key, .key_len = key_len, .ref = right->ref};
	zong_page_insert(root->bytes, 1, &cell);
	tree->pages.root = root->ref;
	return 0;
}

/* Puts @cell at @index of the page at the end of the path, halving what has no room, up to the root. */
static int insert(
	struct zong_tree *tree, struct path *path, size_t index, const struct zong_page_cell *cell)
{
	uint8_t keys[2][ZONG_PAGE_KEY];
	struct zong_page_cell up = *cell;
	struct zong_pages_page *page, *right;
	size_t level = path->levels, key_len;
	int r;

	for (;;) {
		uint8_t *key = keys[level % 2]; /* what is put here points into the other one */

		level--;
		page = path->level[level].page;
		if (zong_page_insert(page->bytes, index, &up))
			return 0;
		r = zong_pages_add(&tree->pages, zong_page_kind(page->bytes), &right);
		if (r)
			return r;
		zong_page_split(page->bytes, index, &up, right->bytes, key, &key_len);
		if (level == 0)
			return raise(tree, page, right, key, key_len);
		up = (struct zong_page_cell){.key = key, .key_len = key_len, .ref = right->ref};
		index = path->level[level - 1].index + 1;
	}
}

/* ---- putting ---- */

static int remove_value(struct zong_tree *tree, const struct zong_page_cell *cell)
{
	return cell->ref.number ? zong_pages_remove(&tree->pages, cell->ref.number) : 0;
}

/* *ret_new: there was none. */
static int put(struct zong_tree *tree, const struct full_key *key, const void *bytes, size_t len,
	bool *ret_new)
{
	struct zong_page_cell cell = {
		.key = key->bytes, .key_len = key->len, .value = bytes, .value_len = len};
	struct zong_page_cell old;
	struct zong_pages_page *leaf;
	struct path path;
	size_t index;
	bool equal;
	int r = make_root(tree);

	tree->changes++;
	if (!r)
		r = change_path(tree, key, &path);
	if (!r && zong_page_cell_len(ZONG_PAGE_LEAF, &cell) > ZONG_PAGE_CELL)
		r = zong_pages_put_value(&tree->pages, bytes, len, &cell.ref);
	if (r)
		return r;
	leaf = path.level[path.levels - 1].page;
	index = zong_page_find(leaf->bytes, key->bytes, key->len, &equal);
	if (equal) {
		zong_page_get(leaf->bytes, index, &old);
		r = remove_value(tree, &old);
		if (r)
			return r;
		zong_page_remove(leaf->bytes, index);
	}
	*ret_new = !equal;
	return insert(tree, &path, index, &cell);
}

int zong_tree_put(struct zong_tree *tree, enum zong_table table, const struct zong_key *key,
	const void *bytes, size_t len)
{
	struct full_key full;
	bool is_new = false;
	int r = zong_tree_settle(tree);

	if (!r)
		r = make_key(table, key->bytes, key->len, &full);
	if (!r)
		r = put(tree, &full, bytes, len, &is_new);
	if (!r && is_new)
		tree->counted[table]++;
	return r;
}

int zong_tree_reserve(struct zong_tree *tree, enum zong_table table, const struct zong_key *key,
	size_t len, void **ret_room)
{
	int r = zong_tree_settle(tree);

	if (!r)
		r = zong_pages_copy_value(NULL, len, &tree->reserved);
	if (r)
		return r;
	tree->reserved_table = table;
	tree->reserved_key = *key;
	tree->reserved_len = len;
	*ret_room = tree->reserved->body;
	return 0;
}

int zong_tree_settle(struct zong_tree *tree)
{
	struct zong_pages_value *value = tree->reserved;
	int r;

	if (!value)
		return 0;
	tree->reserved = NULL;
	r = zong_tree_put(
		tree, tree->reserved_table, &tree->reserved_key, value->bytes, tree->reserved_len);
	zong_pages_value_free(value);
	return r;
}

/* ---- taking away ---- */

/* Two neighbours below @branch as one: that at @index and the next one. */
static int join_at(struct zong_tree *tree, struct zong_pages_page *branch, size_t index)
{
	struct zong_page_cell left_cell, right_cell;
	struct zong_pages_page *left, *right;
	int r;

	zong_page_get(branch->bytes, index, &left_cell);
	zong_page_get(branch->bytes, index + 1, &right_cell);
	r = zong_pages_load(&tree->pages, &right_cell.ref, &right);
	if (r)
		return r;
	r = zong_pages_load(&tree->pages, &left_cell.ref, &left);
	if (r) {
		zong_pages_leave(right);
		return r;
	}
	if (zong_page_kind(left->bytes) != zong_page_kind(right->bytes))
		r = ZONG_ECORRUPT;
	else if (zong_page_used(left->bytes) + zong_page_used(right->bytes) > 2 * SPARSE)
		r = ZONG_EEND; /* not worth it, or no room */
	zong_pages_leave(left);
	if (!r)
		r = zong_pages_change(&tree->pages, &left_cell.ref, &left);
	if (!r && !zong_page_join(left->bytes, right->bytes, right_cell.key, right_cell.key_len))
		r = ZONG_EEND;
	zong_pages_leave(right);
	if (r)
		return r == ZONG_EEND ? 0 : r;
	zong_page_remove(branch->bytes, index + 1);
	return zong_pages_remove(&tree->pages, right_cell.ref.number);
}

/* After a cell has gone from the last page of the path: what is empty goes too, what is sparse is joined. */
static int tidy(struct zong_tree *tree, const struct path *path)
{
	struct zong_pages_page *page, *above;
	struct zong_page_cell cell;
	size_t level, index;
	int r = 0;

	for (level = path->levels - 1; !r && level > 0; level--) {
		page = path->level[level].page;
		above = path->level[level - 1].page;
		index = path->level[level - 1].index;
		if (zong_page_count(page->bytes) == 0) {
			zong_page_remove(above->bytes, index);
			r = zong_pages_remove(&tree->pages, page->ref.number);
		} else if (zong_page_used(page->bytes) < SPARSE &&
			   zong_page_count(above->bytes) > 1) {
			if (index + 1 == zong_page_count(above->bytes))
				index--;
			r = join_at(tree, above, index);
		} else {
			break;
		}
	}
	page = path->level[0].page;
	if (r || level > 0)
		return r;
	if (zong_page_kind(page->bytes) == ZONG_PAGE_BRANCH && zong_page_count(page->bytes) == 1) {
		zong_page_get(page->bytes, 0, &cell);
		tree->pages.root = cell.ref;
	} else if (zong_page_count(page->bytes) == 0) {
		tree->pages.root = (struct zong_page_ref){0};
	} else {
		return 0;
	}
	return zong_pages_remove(&tree->pages, page->ref.number);
}

static int delete (struct zong_tree *tree, const struct full_key *key)
{
	struct zong_pages_page *leaf;
	struct zong_page_cell cell;
	struct path path;
	size_t index;
	bool equal;
	int r = change_path(tree, key, &path);

	if (r)
		return r;
	tree->changes++;
	leaf = path.level[path.levels - 1].page;
	index = zong_page_find(leaf->bytes, key->bytes, key->len, &equal);
	if (!equal)
		return ZONG_ECORRUPT; /* it was there */
	zong_page_get(leaf->bytes, index, &cell);
	r = remove_value(tree, &cell);
	if (r)
		return r;
	zong_page_remove(leaf->bytes, index);
	return tidy(tree, &path);
}

static int delete_there(struct zong_tree *tree, enum zong_table table, const struct full_key *key)
{
	int r = look_up(tree, key, NULL, NULL);

	if (r)
		return r == ZONG_ENOENT ? 0 : r;
	r = delete (tree, key);
	if (!r)
		tree->counted[table]--;
	return r;
}

int zong_tree_delete(struct zong_tree *tree, enum zong_table table, const struct zong_key *key)
{
	struct full_key full;
	int r = zong_tree_settle(tree);

	if (!r)
		r = make_key(table, key->bytes, key->len, &full);
	return r ? r : delete_there(tree, table, &full);
}

int zong_tree_empty(struct zong_tree *tree, enum zong_table table)
{
	struct zong_tree_cursor cursor;
	struct full_key full;
	MDB_val key, value;
	int r;

	zong_tree_cursor_init(&cursor, tree, table);
	for (;;) {
		r = zong_tree_cursor_step(&cursor, ZONG_TREE_FIRST, &key, &value);
		if (!r)
			r = make_key(table, key.mv_data, key.mv_size, &full);
		if (!r)
			r = delete_there(tree, table, &full);
		if (r)
			break;
	}
	zong_tree_cursor_release(&cursor);
	return r == ZONG_EEND ? 0 : r;
}

/* ---- counting, and the end ---- */

static int stored_count(struct zong_tree *tree, enum zong_table table, uint64_t *ret_count)
{
	struct zong_pages_value *value;
	struct full_key key;
	size_t len;
	int r;

	make_count_key(table, &key);
	r = look_up(tree, &key, &value, &len);
	if (r) {
		*ret_count = 0;
		return r == ZONG_ENOENT ? 0 : r;
	}
	if (len == sizeof(*ret_count))
		*ret_count = zong_read_be64(value->bytes);
	else
		r = ZONG_ECORRUPT;
	zong_pages_value_free(value);
	return r;
}

int zong_tree_entries(struct zong_tree *tree, enum zong_table table, uint64_t *ret_entries)
{
	uint64_t count;
	int r = zong_tree_settle(tree);

	if (!r)
		r = stored_count(tree, table, &count);
	if (!r)
		*ret_entries = count + (uint64_t)tree->counted[table];
	return r;
}

int zong_tree_flush(struct zong_tree *tree)
{
	uint8_t bytes[sizeof(uint64_t)];
	struct full_key key;
	uint64_t count;
	bool is_new;
	int table;
	int r = zong_tree_settle(tree);

	for (table = 0; !r && table < ZONG_TABLE_COUNT_; table++) {
		if (!tree->counted[table])
			continue;
		r = stored_count(tree, (enum zong_table)table, &count);
		if (r)
			break;
		make_count_key((enum zong_table)table, &key);
		zong_write_be64(bytes, count + (uint64_t)tree->counted[table]);
		r = put(tree, &key, bytes, sizeof(bytes), &is_new);
		tree->counted[table] = 0;
	}
	return r ? r : zong_pages_flush(&tree->pages);
}
