/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "seal_tree.h"
#include "state.h"

void zong_tree_cursor_init(
	struct zong_tree_cursor *cursor, struct zong_tree *tree, enum zong_table table)
{
	memset(cursor, 0, sizeof(*cursor));
	cursor->tree = tree;
	cursor->table = table;
	cursor->name_len = strlen(zong_catalog_tables[table]) + 1;
}

/* Gives back the pages from @level on. */
static void drop(struct zong_tree_cursor *cursor, size_t level)
{
	while (cursor->levels > level)
		zong_pages_leave(cursor->level[--cursor->levels].page);
}

static void drop_value(struct zong_tree_cursor *cursor)
{
	zong_pages_value_free(cursor->value);
	cursor->value = NULL;
}

void zong_tree_cursor_release(struct zong_tree_cursor *cursor)
{
	drop(cursor, 0);
	drop_value(cursor);
}

static int push(struct zong_tree_cursor *cursor, const struct zong_page_ref *ref)
{
	struct zong_pages_page *page;
	int r;

	if (cursor->levels == ZONG_TREE_LEVELS)
		return ZONG_ECORRUPT;
	r = zong_pages_load(&cursor->tree->pages, ref, &page);
	if (r)
		return r;
	cursor->level[cursor->levels].page = page;
	cursor->level[cursor->levels].index = 0;
	cursor->levels++;
	if (zong_page_count(page->bytes) == 0)
		return ZONG_ECORRUPT; /* one that is empty goes */
	return 0;
}

static bool at_leaf(const struct zong_tree_cursor *cursor)
{
	return zong_page_kind(cursor->level[cursor->levels - 1].page->bytes) == ZONG_PAGE_LEAF;
}

static struct zong_page_ref below(const struct zong_tree_cursor *cursor)
{
	struct zong_page_cell cell;

	zong_page_get(cursor->level[cursor->levels - 1].page->bytes,
		cursor->level[cursor->levels - 1].index, &cell);
	return cell.ref;
}

/* To the place where @key is or would be, which may be behind the end of its leaf. ZONG_EEND: there are no rows. */
static int find(struct zong_tree_cursor *cursor, const void *key, size_t key_len)
{
	struct zong_page_ref ref = cursor->tree->pages.root;
	const uint8_t *bytes;
	size_t *index;
	bool equal;
	int r;

	drop(cursor, 0);
	cursor->changes = cursor->tree->changes;
	if (!ref.number)
		return ZONG_EEND;
	for (;;) {
		r = push(cursor, &ref);
		if (r)
			return r;
		bytes = cursor->level[cursor->levels - 1].page->bytes;
		index = &cursor->level[cursor->levels - 1].index;
		if (at_leaf(cursor)) {
			*index = zong_page_find(bytes, key, key_len, &equal);
			return 0;
		}
		*index = zong_page_down(bytes, key, key_len);
		ref = below(cursor);
	}
}

/* Down from the branch that the stack ends with, to the first or last cell below. */
static int go_down(struct zong_tree_cursor *cursor, bool last)
{
	struct zong_page_ref ref;
	int r;

	while (!at_leaf(cursor)) {
		ref = below(cursor);
		r = push(cursor, &ref);
		if (r)
			return r;
		if (last)
			cursor->level[cursor->levels - 1].index =
				zong_page_count(cursor->level[cursor->levels - 1].page->bytes) - 1;
	}
	return 0;
}

/* To the leaf behind or before this one. ZONG_EEND. */
static int go_on(struct zong_tree_cursor *cursor, bool back)
{
	while (cursor->levels > 1) {
		size_t *index = &cursor->level[cursor->levels - 2].index;
		size_t count = zong_page_count(cursor->level[cursor->levels - 2].page->bytes);

		drop(cursor, cursor->levels - 1);
		if (back ? *index > 0 : *index + 1 < count) {
			*index = back ? *index - 1 : *index + 1;
			return go_down(cursor, back);
		}
	}
	drop(cursor, 0); /* the next step finds its place again, and this end */
	return ZONG_EEND;
}

/* Where the place is behind the end of a leaf: to the first cell of the next one. */
static int straighten(struct zong_tree_cursor *cursor)
{
	size_t leaf = cursor->levels - 1;

	if (cursor->level[leaf].index < zong_page_count(cursor->level[leaf].page->bytes))
		return 0;
	return go_on(cursor, false);
}

static int step_back(struct zong_tree_cursor *cursor)
{
	size_t leaf = cursor->levels - 1;

	if (cursor->level[leaf].index > 0) {
		cursor->level[leaf].index--;
		return 0;
	}
	return go_on(cursor, true);
}

static bool is_at(const struct zong_tree_cursor *cursor)
{
	struct zong_page_cell cell;

	zong_page_get(cursor->level[cursor->levels - 1].page->bytes,
		cursor->level[cursor->levels - 1].index, &cell);
	return zong_page_compare(cell.key, cell.key_len, cursor->at, cursor->at_len) == 0;
}

/* The row that it stands at now, if it is one of the table. */
static int give(struct zong_tree_cursor *cursor, MDB_val *ret_key, MDB_val *ret_value)
{
	const struct zong_pages_page *page = cursor->level[cursor->levels - 1].page;
	struct zong_page_cell cell;
	int r = 0;

	drop_value(cursor);
	zong_page_get(page->bytes, cursor->level[cursor->levels - 1].index, &cell);
	if (cell.key_len < cursor->name_len ||
		memcmp(cell.key, zong_catalog_tables[cursor->table], cursor->name_len) != 0)
		return ZONG_EEND;
	memcpy(cursor->at, cell.key, cell.key_len);
	cursor->at_len = cell.key_len;
	if (cell.ref.number)
		r = zong_pages_get_value(
			&cursor->tree->pages, &cell.ref, cell.value_len, &cursor->value);
	else if (!page->ref.version) /* may change below whoever looks at it */
		r = zong_pages_copy_value(cell.value, cell.value_len, &cursor->value);
	if (r)
		return r;
	*ret_key = (MDB_val){.mv_data = cursor->at + cursor->name_len,
		.mv_size = cursor->at_len - cursor->name_len};
	*ret_value = (MDB_val){.mv_size = cell.value_len};
	ret_value->mv_data = (void *)(uintptr_t)(cursor->value ? cursor->value->bytes : cell.value);
	return 0;
}

static int next(struct zong_tree_cursor *cursor)
{
	int r;

	if (cursor->levels && cursor->changes == cursor->tree->changes) {
		cursor->level[cursor->levels - 1].index++;
		return straighten(cursor);
	}
	r = find(cursor, cursor->at, cursor->at_len);
	if (!r)
		r = straighten(cursor);
	if (r || !is_at(cursor))
		return r;
	cursor->level[cursor->levels - 1].index++;
	return straighten(cursor);
}

static int previous(struct zong_tree_cursor *cursor)
{
	int r = 0;

	if (!cursor->levels || cursor->changes != cursor->tree->changes)
		r = find(cursor, cursor->at, cursor->at_len);
	return r ? r : step_back(cursor);
}

/* A tree that leads back to itself would never end. */
static int check_order(const struct zong_tree_cursor *cursor, bool back)
{
	struct zong_page_cell cell;
	int order;

	zong_page_get(cursor->level[cursor->levels - 1].page->bytes,
		cursor->level[cursor->levels - 1].index, &cell);
	order = zong_page_compare(cell.key, cell.key_len, cursor->at, cursor->at_len);
	return (back ? order < 0 : order > 0) ? 0 : ZONG_ECORRUPT;
}

/* Name of the table with the zero behind it, or with the byte that follows it. */
static size_t edge_of(
	const struct zong_tree_cursor *cursor, bool end, uint8_t ret_edge[ZONG_PAGE_KEY])
{
	memcpy(ret_edge, zong_catalog_tables[cursor->table], cursor->name_len);
	ret_edge[cursor->name_len - 1] = end;
	return cursor->name_len;
}

int zong_tree_cursor_step(struct zong_tree_cursor *cursor, enum zong_tree_step step,
	MDB_val *ret_key, MDB_val *ret_value)
{
	uint8_t edge[ZONG_PAGE_KEY];
	int r = zong_tree_settle(cursor->tree);

	if (r)
		return r;
	if (step == ZONG_TREE_FIRST || step == ZONG_TREE_LAST)
		cursor->at_len = 0;
	else if (cursor->at_len == 0)
		return ZONG_EEND; /* it never stood anywhere */
	switch (step) {
	case ZONG_TREE_FIRST:
		r = find(cursor, edge, edge_of(cursor, false, edge));
		if (!r)
			r = straighten(cursor);
		break;
	case ZONG_TREE_LAST:
		r = find(cursor, edge, edge_of(cursor, true, edge));
		if (!r)
			r = step_back(cursor);
		break;
	case ZONG_TREE_NEXT:
		r = next(cursor);
		if (!r)
			r = check_order(cursor, false);
		break;
	case ZONG_TREE_PREV:
		r = previous(cursor);
		if (!r)
			r = check_order(cursor, true);
		break;
	}
	return r ? r : give(cursor, ret_key, ret_value);
}

int zong_tree_cursor_seek(struct zong_tree_cursor *cursor, const void *key, size_t key_len,
	MDB_val *ret_key, MDB_val *ret_value)
{
	uint8_t full[ZONG_PAGE_KEY];
	size_t len = edge_of(cursor, false, full);
	int r = zong_tree_settle(cursor->tree);

	if (!r && key_len > sizeof(full) - len)
		r = ZONG_ELIMIT;
	if (r)
		return r;
	cursor->at_len = 0;
	memcpy(full + len, key, key_len);
	r = find(cursor, full, len + key_len);
	if (!r)
		r = straighten(cursor);
	return r ? r : give(cursor, ret_key, ret_value);
}
