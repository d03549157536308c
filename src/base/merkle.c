/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include <zong/error.h>
#include <zong/merkle.h>

#define TOO_LARGE (UINT64_C(1) << 63)

/* ---- hashes ---- */

int zong_merkle_leaf(const void *entry, size_t len, struct zong_digest *ret_hash)
{
	static const uint8_t prefix = 0x00;
	struct zong_digest_state *state;
	int err = zong_digest_begin(&state);

	if (err)
		return err;
	zong_digest_add(state, &prefix, sizeof(prefix));
	zong_digest_add(state, entry, len);
	zong_digest_end(state, ret_hash);
	return 0;
}

void zong_merkle_node(const struct zong_digest *left, const struct zong_digest *right,
	struct zong_digest *ret_hash)
{
	uint8_t bytes[1 + 2 * ZONG_DIGEST_SIZE] = {0x01};

	memcpy(bytes + 1, left->bytes, ZONG_DIGEST_SIZE);
	memcpy(bytes + 1 + ZONG_DIGEST_SIZE, right->bytes, ZONG_DIGEST_SIZE);
	zong_digest_of(bytes, sizeof(bytes), ret_hash);
}

void zong_merkle_empty(struct zong_digest *ret_hash)
{
	zong_digest_of("", 0, ret_hash);
}

static bool equal(const struct zong_digest *a, const struct zong_digest *b)
{
	return memcmp(a->bytes, b->bytes, ZONG_DIGEST_SIZE) == 0;
}

/* ---- subtrees ---- */

/* The @count hashes from @first on, of one level, put together two by two until one is left; @count: a power of
 * two, of one tile at most. */
static int fold(const struct zong_merkle_store *store, unsigned level, uint64_t first, size_t count,
	struct zong_digest *ret_hash)
{
	struct zong_digest hash[ZONG_MERKLE_TILE_WIDTH];

	for (size_t i = 0; i < count; i++) {
		int err = store->get(store->ctx, level, first + i, &hash[i]);

		if (err)
			return err;
	}
	for (; count > 1; count /= 2)
		for (size_t i = 0; i < count / 2; i++)
			zong_merkle_node(&hash[2 * i], &hash[2 * i + 1], &hash[i]);
	*ret_hash = hash[0];
	return 0;
}

int zong_merkle_tile(const struct zong_merkle_store *store, unsigned level, uint64_t index,
	struct zong_digest *ret_hash)
{
	if (level == 0)
		return ZONG_EINVAL;
	return fold(
		store, level - 1, index * ZONG_MERKLE_TILE_WIDTH, ZONG_MERKLE_TILE_WIDTH, ret_hash);
}

/* The complete subtree of 2^@height leaves with the number @index among those of its size. */
static int complete(const struct zong_merkle_store *store, unsigned height, uint64_t index,
	struct zong_digest *ret_hash)
{
	unsigned above = height % ZONG_MERKLE_TILE_LEVELS; /* the level that is kept */

	return fold(store, height / ZONG_MERKLE_TILE_LEVELS, index << above, (size_t)1 << above,
		ret_hash);
}

/* The @count leaves from @first on, which is where the tree has a subtree of so many begin. */
static int range(const struct zong_merkle_store *store, uint64_t first, uint64_t count,
	struct zong_digest *ret_hash)
{
	struct zong_digest left, hash = {{0}};
	bool begun = false;

	for (unsigned height = 0; count >> height; height++) {
		int err;

		if (!(count >> height & 1))
			continue;
		err = complete(store, height, (first >> height) + (count >> height) - 1, &left);
		if (err)
			return err;
		if (begun)
			zong_merkle_node(&left, &hash, &hash);
		else
			hash = left;
		begun = true;
	}
	*ret_hash = hash;
	return 0;
}

int zong_merkle_append(
	const struct zong_merkle_store *store, uint64_t size, const struct zong_digest *leaf)
{
	struct zong_digest hash = *leaf;
	int err;

	if (size >= TOO_LARGE - 1)
		return ZONG_ELIMIT;
	err = store->put(store->ctx, 0, size, &hash);
	for (unsigned level = 1; !err && level < ZONG_MERKLE_LEVELS; level++) {
		if ((size + 1) % ZONG_MERKLE_TILE_WIDTH)
			break;
		size /= ZONG_MERKLE_TILE_WIDTH;
		err = zong_merkle_tile(store, level, size, &hash);
		if (!err)
			err = store->put(store->ctx, level, size, &hash);
	}
	return err;
}

int zong_merkle_root(
	const struct zong_merkle_store *store, uint64_t size, struct zong_digest *ret_root)
{
	if (size >= TOO_LARGE)
		return ZONG_ELIMIT;
	if (size == 0) {
		zong_merkle_empty(ret_root);
		return 0;
	}
	return range(store, 0, size, ret_root);
}

uint64_t zong_merkle_kept(uint64_t size, unsigned level)
{
	unsigned height = level * ZONG_MERKLE_TILE_LEVELS;

	return height < 64 ? size >> height : 0;
}

/* ---- proofs ---- */

/* The largest power of two below @count, which is at least 2. */
static uint64_t split(uint64_t count)
{
	uint64_t power = 1;

	while (power < count - power)
		power *= 2;
	return power;
}

/* From the root down, so the hashes come in the wrong order. */
static void turn(struct zong_merkle_proof *proof)
{
	for (size_t i = 0; i < proof->count / 2; i++) {
		struct zong_digest *other = &proof->hash[proof->count - 1 - i];
		struct zong_digest hash = proof->hash[i];

		proof->hash[i] = *other;
		*other = hash;
	}
}

static int add(const struct zong_merkle_store *store, struct zong_merkle_proof *proof,
	uint64_t first, uint64_t count)
{
	return range(store, first, count, &proof->hash[proof->count++]);
}

/* Of the tree of *size leaves from *first on, goes into the half that leaf @last is in; the other one is part of the proof. */
static int descend(const struct zong_merkle_store *store, struct zong_merkle_proof *proof,
	uint64_t last, uint64_t *first, uint64_t *size)
{
	uint64_t half = split(*size), rest = *size - half;
	bool left = last < *first + half;
	int err = left ? add(store, proof, *first + half, rest) : add(store, proof, *first, half);

	if (!left)
		*first += half;
	*size = left ? half : rest;
	return err;
}

int zong_merkle_inclusion(const struct zong_merkle_store *store, uint64_t index, uint64_t size,
	struct zong_merkle_proof *ret_proof)
{
	struct zong_merkle_proof proof = {.count = 0};
	uint64_t first = 0;
	int err = 0;

	if (size >= TOO_LARGE)
		return ZONG_ELIMIT;
	if (index >= size)
		return ZONG_EINVAL;
	while (!err && size > 1)
		err = descend(store, &proof, index, &first, &size);
	if (err)
		return err;
	turn(&proof);
	*ret_proof = proof;
	return 0;
}

int zong_merkle_consistency(const struct zong_merkle_store *store, uint64_t old, uint64_t size,
	struct zong_merkle_proof *ret_proof)
{
	struct zong_merkle_proof proof = {.count = 0};
	uint64_t first = 0;
	int err = 0;

	if (size >= TOO_LARGE)
		return ZONG_ELIMIT;
	if (old > size)
		return ZONG_EINVAL;
	if (old == 0)
		size = 0; /* every tree goes on from the empty one */
	while (!err && first + size > old)
		err = descend(store, &proof, old - 1, &first, &size);
	/* What is left is the end of the old tree; where that is the whole of it, the one who asks has its hash. */
	if (!err && first > 0)
		err = add(store, &proof, first, size);
	if (err)
		return err;
	turn(&proof);
	*ret_proof = proof;
	return 0;
}

/* ---- verifying (RFC 9162 §2.1.3.2, §2.1.4.2) ---- */

/* A node and the last one of its level, on the way up. */
struct way {
	uint64_t node, last;
};

static void up(struct way *way)
{
	way->node >>= 1;
	way->last >>= 1;
}

/* Is the next hash of a proof the left neighbour? Then goes up to where the node has one: it may be the last of its level,
 * and is then passed on upwards as it is. */
static bool joins_left(struct way *way)
{
	if (!(way->node & 1) && way->node != way->last)
		return false;
	while (!(way->node & 1) && way->node != 0)
		up(way);
	return true;
}

bool zong_merkle_included(const struct zong_digest *leaf, uint64_t index, uint64_t size,
	const struct zong_merkle_proof *proof, const struct zong_digest *root)
{
	struct way way = {.node = index, .last = size - 1};
	struct zong_digest hash = *leaf;

	if (index >= size || proof->count > ZONG_MERKLE_PROOF)
		return false;
	for (size_t i = 0; i < proof->count; i++) {
		if (way.last == 0)
			return false;
		if (joins_left(&way))
			zong_merkle_node(&proof->hash[i], &hash, &hash);
		else
			zong_merkle_node(&hash, &proof->hash[i], &hash);
		up(&way);
	}
	return way.last == 0 && equal(&hash, root);
}

/* Both roots from the proof, of which @used hashes are those that both begin with. */
static bool leads_to_both(struct way way, struct zong_digest begin, size_t used,
	const struct zong_merkle_proof *proof, const struct zong_digest *old_root,
	const struct zong_digest *root)
{
	struct zong_digest older = begin, newer = begin;

	for (size_t i = used; i < proof->count; i++) {
		if (way.last == 0)
			return false;
		if (joins_left(&way)) {
			zong_merkle_node(&proof->hash[i], &older, &older);
			zong_merkle_node(&proof->hash[i], &newer, &newer);
		} else {
			zong_merkle_node(&newer, &proof->hash[i], &newer);
		}
		up(&way);
	}
	return way.last == 0 && equal(&older, old_root) && equal(&newer, root);
}

bool zong_merkle_consistent(uint64_t old, const struct zong_digest *old_root, uint64_t size,
	const struct zong_digest *root, const struct zong_merkle_proof *proof)
{
	struct way way = {.node = old - 1, .last = size - 1};
	struct zong_digest empty;

	if (old > size || proof->count > ZONG_MERKLE_PROOF)
		return false;
	zong_merkle_empty(&empty);
	if (old == 0)
		return proof->count == 0 && equal(old_root, &empty);
	if (old == size)
		return proof->count == 0 && equal(old_root, root);
	while (way.node & 1)
		up(&way);
	/* An old tree of a power of two is a node of the new one, and its root is not told again. */
	if (way.node == 0)
		return proof->count > 0 && leads_to_both(way, *old_root, 0, proof, old_root, root);
	return proof->count > 0 && leads_to_both(way, proof->hash[0], 1, proof, old_root, root);
}
