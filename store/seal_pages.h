/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_STORE_SEAL_PAGES_H
#define ZONG_STORE_SEAL_PAGES_H

/* Pages of a sealed archive between the disk and those who read and change them. On the disk they are boxes in one LMDB
 * table, under numbers that are given once and in turn:
 *
 *     u64 0        the head: format, root (number, version), next number to be given
 *     u64 number   a page (seal_page.h), or a value that is too long to stand in one (zong_seal_room)
 *
 * A page opened is kept in memory for whoever comes next; its number and version say exactly what it holds, so that nothing
 * has to be thrown away when something is written. What a transaction changes are copies of its own, sealed and put when it is
 * done: from below upwards, since what is above names the versions below. So an older box put back by somebody else
 * is noticed unless all of the archive is put back.
 *
 * Threads: zong_pages any; a zong_pages_txn is of one. */

#include <lmdb.h>
#include <stdatomic.h>

#include "seal.h"
#include "seal_page.h"

struct zong_pages; /* of an open archive */

struct zong_pages_page {
	struct zong_page_ref ref; /* version 0: changed, not sealed yet */
	_Atomic unsigned int users;
	struct zong_pages_page *next; /* among those that a transaction has changed */
	uint8_t bytes[ZONG_PAGE_BODY];
};

/* Can what stands under @number in the table be of this length? All that is seen of it without the key. */
bool zong_pages_is_box(uint64_t number, size_t len);

/* @seal is borrowed. 0 or ZONG_ENOMEM. */
int zong_pages_new(const struct zong_seal *seal, struct zong_pages **ret_pages);
void zong_pages_free(struct zong_pages *pages); /* all is wiped; NULL is fine */

#define ZONG_PAGES_CHANGED 256 /* chains of changed pages, by number */

struct zong_pages_txn {
	struct zong_pages *pages;
	struct zong_pages_txn *around; /* the transaction that this one is nested in, or NULL */
	MDB_txn *mdb;
	MDB_dbi dbi;
	struct zong_page_ref root;
	uint64_t next_number;
	bool head_changed;
	struct zong_pages_page **changed; /* ZONG_PAGES_CHANGED of them, once something was */
	int mdb_error;			  /* of LMDB, where that was what failed */
	struct zong_pages_value *values;  /* opened for whoever asked, until the end */
};

/* 0, ZONG_ECORRUPT, ZONG_EIO. Also after a failure to be released. A table without a head is an archive without rows. */
int zong_pages_begin(
	struct zong_pages_txn *txn, struct zong_pages *pages, MDB_txn *mdb, MDB_dbi dbi);
/* Nested: sees what @around has changed, which must not be used until this one has been merged or released. @mdb: of its own, or
 * the same. */
void zong_pages_nest(struct zong_pages_txn *txn, struct zong_pages_txn *around, MDB_txn *mdb);
/* Hands what was changed to the transaction around it, to be sealed with all the rest; still to be released. */
void zong_pages_merge(struct zong_pages_txn *txn);
/* Seals and puts all that was changed. 0 or a code (txn->mdb_error may say MDB_MAP_FULL); then the transaction of LMDB has to
 * be aborted. */
int zong_pages_flush(struct zong_pages_txn *txn);
void zong_pages_release(struct zong_pages_txn *txn);

/* The page, to be read; given back with zong_pages_leave. 0, ZONG_ECORRUPT (missing, not the one that was sealed for
 * this place), ZONG_EIO, ZONG_ENOMEM. */
int zong_pages_load(struct zong_pages_txn *txn, const struct zong_page_ref *ref,
	struct zong_pages_page **ret_page);
void zong_pages_leave(struct zong_pages_page *page); /* NULL is fine */

/* The page, to be changed until the flush; not given back. */
int zong_pages_change(struct zong_pages_txn *txn, const struct zong_page_ref *ref,
	struct zong_pages_page **ret_page);
/* A new, empty one. */
int zong_pages_add(
	struct zong_pages_txn *txn, enum zong_page_kind kind, struct zong_pages_page **ret_page);
int zong_pages_remove(struct zong_pages_txn *txn, uint64_t number);

/* A long value, and what it is then known by. Removed with zong_pages_remove. */
int zong_pages_put_value(
	struct zong_pages_txn *txn, const void *bytes, size_t len, struct zong_page_ref *ret_ref);
/* Opened into memory of its own. @len: what the page says. 0, ZONG_ECORRUPT, ZONG_EIO, ZONG_ENOMEM. */
struct zong_pages_value {
	struct zong_pages_value *next;
	size_t room;
	const uint8_t *bytes; /* in what follows */
	uint8_t body[];
};
int zong_pages_get_value(struct zong_pages_txn *txn, const struct zong_page_ref *ref, size_t len,
	struct zong_pages_value **ret_value);
void zong_pages_value_free(struct zong_pages_value *value); /* wiped; NULL is fine */
/* A copy of bytes of a page, likewise. @bytes NULL: only room for them, in ->body. */
int zong_pages_copy_value(const void *bytes, size_t len, struct zong_pages_value **ret_value);
/* From now on the transaction's: freed when it is released. */
void zong_pages_keep_value(struct zong_pages_txn *txn, struct zong_pages_value *value);

#endif
