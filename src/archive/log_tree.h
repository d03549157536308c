/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_LOG_TREE_H
#define ZONG_ARCHIVE_LOG_TREE_H

/* The hash tree over the log, in the table LOG_TREE: leaf n - 1 is line n. It grows in the commit of the line.
 *
 * What is hashed, and given to those who may read the log, is the entry of a line: its row as it is packed, byte for
 * byte, with all its fields (a line is never changed: what is read again and again gets further lines, with their
 * number, behind it). The row ends with 16 random bytes, the nonce: hashes are public, and without it one who knows
 * that a line must look so or so could try until the hash fits. Lines older than that have no nonce, and their rows
 * stay as they are, since the chain of hashes runs through them; the nonce of their entry is made of their
 * number and a salt, random and kept in META.
 *
 * A log that is older than the tree gets it when its archive is opened, some thousand lines a transaction, from
 * where it was left; until it is done nothing is said of the tree, and a new line is not put into it either.
 *
 * Threads: those of the txn. */

#include <zong/merkle.h>
#include <zong/record.h>
#include <zong/store.h>

#define ZONG_LOG_NONCE 16
#define ZONG_LOG_ENTRY 65535 /* bytes of an entry: bundles say its length in 16 bits */

/* The tree as a transaction sees it; it lives as long as that. A hash that is not there is ZONG_ECORRUPT. */
void zong_log_tree_of(struct zong_txn *txn, struct zong_merkle_store *ret_store);
void zong_log_tree_key(unsigned level, uint64_t index, struct zong_key *ret_key);
/* Leaves of the tree. */
int zong_log_tree_size(struct zong_txn *txn, uint64_t *ret_size);
/* The same, and ZONG_ECORRUPT where the tree is not as long as the log. */
int zong_log_tree_whole(struct zong_txn *txn, uint64_t *ret_size);

/* The entry of line @seq (packed: @row, read as @record) into @entry, in place of what it held; at least ZONG_LOG_ENTRY bytes must fit. ZONG_ECORRUPT:
 * it has no nonce and there is no salt, ZONG_ELIMIT: it is too long. */
int zong_log_entry(struct zong_txn *txn, uint64_t seq, const Zong__LogRecord *record,
	const void *row, size_t len, struct zong_buf *entry);
/* The same of the line as it stands in the table. ZONG_ENOENT, ZONG_ECORRUPT. */
int zong_log_entry_at(struct zong_txn *txn, uint64_t seq, struct zong_buf *entry);

/* In a change: line @seq, just put, with this entry. Does nothing where the tree is not as long as the log before it. */
int zong_log_tree_append(struct zong_txn *txn, uint64_t seq, const void *entry, size_t len);
/* Brings the tree up to the log. 0 also where the log has a gap or a damaged line, which is said and where the tree ends then; those of
 * zong_store_write. */
int zong_log_tree_catch_up(struct zong_store *store);

#endif
