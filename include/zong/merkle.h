/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_MERKLE_H
#define ZONG_MERKLE_H

/* The hash tree over an append-only list, and proofs about it (RFC 9162 §2.1, SHA-256).
 *
 *     err = zong_merkle_leaf(entry, len, &hash);
 *     zong_merkle_append(&store, size, &hash);              the tree has size + 1 leaves from now on
 *     zong_merkle_root(&store, size, &root);
 *     zong_merkle_inclusion(&store, index, size, &proof);   and zong_merkle_included() for whoever gets it
 *     zong_merkle_consistency(&store, old, size, &proof);   and zong_merkle_consistent()
 *
 * Of the tree only every eighth level is kept: the leaves' hashes, those of complete subtrees of 256
 * leaves, of 65536 and so on, which are the tiles that are published (c2sp.org/tlog-tiles). What lies between
 * is made from at most 255 of them when it is asked for: a tree costs one kept hash a leaf, and a proof some
 * hundreds of hashes a level of tiles.
 *
 * Threads: pure functions over what the caller keeps. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <zong/digest.h>

#define ZONG_MERKLE_TILE_LEVELS 8
#define ZONG_MERKLE_TILE_WIDTH 256u /* 1 << ZONG_MERKLE_TILE_LEVELS */
#define ZONG_MERKLE_LEVELS 8        /* of tiles: as many as 64 bits have */
#define ZONG_MERKLE_PROOF 64        /* hashes of the longest proof */

/* Where the hashes are kept. @level counts tiles: 0 the leaves, 1 subtrees of 256 leaves. Each answers 0 or a
 * code, which the function that asked passes on. */
struct zong_merkle_store {
	int (*get)(void *ctx, unsigned level, uint64_t index, struct zong_digest *ret_hash);
	int (*put)(void *ctx, unsigned level, uint64_t index, const struct zong_digest *hash); /* for append only */
	void *ctx;
};

struct zong_merkle_proof {
	size_t count;
	struct zong_digest hash[ZONG_MERKLE_PROOF];
};

/* Hash of an entry (0 or ZONG_ENOMEM); of an inner node; of the empty tree. */
int zong_merkle_leaf(const void *entry, size_t len, struct zong_digest *ret_hash);
void zong_merkle_node(const struct zong_digest *left, const struct zong_digest *right,
	struct zong_digest *ret_hash);
void zong_merkle_empty(struct zong_digest *ret_hash);

/* Puts a leaf behind the @size that there are, and the hashes of the tiles that it completes. Those of the store,
 * ZONG_ELIMIT (@size is 2^63 or more, here and below). */
int zong_merkle_append(const struct zong_merkle_store *store, uint64_t size, const struct zong_digest *leaf);
/* The kept hash of @level and @index as it follows from the level below; @level > 0. */
int zong_merkle_tile(const struct zong_merkle_store *store, unsigned level, uint64_t index,
	struct zong_digest *ret_hash);
/* Root of the first @size leaves. */
int zong_merkle_root(const struct zong_merkle_store *store, uint64_t size, struct zong_digest *ret_root);
/* That leaf @index is in the tree of @size. ZONG_EINVAL: it is not. */
int zong_merkle_inclusion(const struct zong_merkle_store *store, uint64_t index, uint64_t size,
	struct zong_merkle_proof *ret_proof);
/* That the tree of @old leaves is the beginning of that of @size. ZONG_EINVAL: @old is the larger one. Nothing is
 * needed, and the proof is empty, where @old is 0 or both are the same. */
int zong_merkle_consistency(const struct zong_merkle_store *store, uint64_t old, uint64_t size,
	struct zong_merkle_proof *ret_proof);

/* How many hashes of @level the tree of @size keeps. */
uint64_t zong_merkle_kept(uint64_t size, unsigned level);

/* Does the proof lead from the leaf to the root? A proof with too many or too few hashes does not. */
bool zong_merkle_included(const struct zong_digest *leaf, uint64_t index, uint64_t size,
	const struct zong_merkle_proof *proof, const struct zong_digest *root);
/* Is the one a beginning of the other? With @old 0 only that @old_root is the empty tree's is looked at. */
bool zong_merkle_consistent(uint64_t old, const struct zong_digest *old_root, uint64_t size,
	const struct zong_digest *root, const struct zong_merkle_proof *proof);

#endif
