/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_STORE_SEAL_TREE_H
#define ZONG_STORE_SEAL_TREE_H

/* The rows of a sealed archive: one tree for all tables, of pages that are sealed whole (seal_pages.h). Keys stand in it as they
 * are built, under the name of their table, so that every prefix, range and order that store/key.c promises holds in a vault as it
 * does elsewhere, and nothing above knows the difference; and what lies on the disk are boxes of one length under numbers:
 * neither keys, nor which table a row is in, nor how many there are of a kind.
 *
 * That is why keys are not replaced by keyed digests one by one: those would show which rows begin alike, how often each
 * does, and could neither be ordered nor begun with.
 *
 *     table name, 0, key -> value as elsewhere
 *     0, table name      -> u64 rows in the table
 *
 * Threads: a tree belongs to the transaction's. */

#include "seal_pages.h"

struct zong_tree {
	struct zong_pages_txn pages;
	uint64_t changes; /* puts and deletes so far: whoever walks finds his place again */
	int64_t counted[ZONG_TABLE_COUNT_]; /* rows more or less than what is stored says */
	struct zong_pages_value *reserved;  /* put when it is filled: at whatever is done next */
	enum zong_table reserved_table;
	size_t reserved_len;
	struct zong_key reserved_key;
};

/* As zong_pages_begin. */
int zong_tree_begin(struct zong_tree *tree, struct zong_pages *pages, MDB_txn *mdb, MDB_dbi dbi);
/* As zong_pages_nest and zong_pages_merge; the merge puts what was reserved first: 0 or a code. */
int zong_tree_nest(struct zong_tree *tree, struct zong_tree *around, MDB_txn *mdb);
int zong_tree_merge(struct zong_tree *tree, struct zong_tree *around);
int zong_tree_flush(struct zong_tree *tree);
void zong_tree_release(struct zong_tree *tree); /* what was not flushed is forgotten */

/* 0, ZONG_ENOENT, ZONG_ECORRUPT, ZONG_EIO, ZONG_ENOMEM. What comes back lives until the tree is released. */
int zong_tree_get(struct zong_tree *tree, enum zong_table table, const struct zong_key *key,
	const void **ret_bytes, size_t *ret_len);
/* The same, freed by the caller. */
int zong_tree_take(struct zong_tree *tree, enum zong_table table, const struct zong_key *key,
	struct zong_pages_value **ret_value, size_t *ret_len);
/* 0, ZONG_ENOENT and so on. */
int zong_tree_has(struct zong_tree *tree, enum zong_table table, const struct zong_key *key);
int zong_tree_put(struct zong_tree *tree, enum zong_table table, const struct zong_key *key,
	const void *bytes, size_t len);
/* Room to be filled before the next call with this tree. */
int zong_tree_reserve(struct zong_tree *tree, enum zong_table table, const struct zong_key *key,
	size_t len, void **ret_room);
/* No error when there was none. */
int zong_tree_delete(struct zong_tree *tree, enum zong_table table, const struct zong_key *key);
int zong_tree_empty(struct zong_tree *tree, enum zong_table table);
int zong_tree_entries(struct zong_tree *tree, enum zong_table table, uint64_t *ret_entries);
/* Puts what was reserved and is filled by now; all of the above and below do so first. */
int zong_tree_settle(struct zong_tree *tree);

/* ---- walking over a table ---- */

#define ZONG_TREE_LEVELS 32

struct zong_tree_cursor {
	struct zong_tree *tree;
	enum zong_table table;
	size_t name_len; /* of the table in each key, with its zero */
	struct {
		struct zong_pages_page *page;
		size_t index;
	} level[ZONG_TREE_LEVELS];
	size_t levels; /* 0: nowhere */
	uint64_t changes;
	struct zong_pages_value *value; /* opened or copied, until the next step */
	uint8_t at[ZONG_PAGE_KEY];	/* whole key of the row that it stands at */
	size_t at_len;
};

enum zong_tree_step {
	ZONG_TREE_FIRST,
	ZONG_TREE_LAST,
	ZONG_TREE_NEXT,
	ZONG_TREE_PREV,
};

void zong_tree_cursor_init(
	struct zong_tree_cursor *cursor, struct zong_tree *tree, enum zong_table table);
void zong_tree_cursor_release(struct zong_tree_cursor *cursor);
/* 0, ZONG_EEND, and those of zong_tree_get. What comes back is borrowed until the next call with this cursor, also
 * where rows of other tables are put meanwhile. */
int zong_tree_cursor_step(struct zong_tree_cursor *cursor, enum zong_tree_step step,
	MDB_val *ret_key, MDB_val *ret_value);
/* To the first key of the table that is not less. */
int zong_tree_cursor_seek(struct zong_tree_cursor *cursor, const void *key, size_t key_len,
	MDB_val *ret_key, MDB_val *ret_value);

#endif
