/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <zong/error.h>
#include <zong/merkle.h>

#define LARGEST 66000 /* leaves: a tile of the third level begins */
#define ALL 65	      /* every pair of sizes up to here */

/* What an archive keeps in a table is kept in arrays here. */
struct kept {
	struct zong_digest *hash[3];
	uint64_t count[3];
	int fail; /* what every get answers, 0: none */
};

static int get(void *ctx, unsigned level, uint64_t index, struct zong_digest *ret_hash)
{
	struct kept *kept = ctx;

	if (kept->fail)
		return kept->fail;
	if (level > 2 || index >= kept->count[level])
		return ZONG_ENOENT;
	*ret_hash = kept->hash[level][index];
	return 0;
}

static int put(void *ctx, unsigned level, uint64_t index, const struct zong_digest *hash)
{
	struct kept *kept = ctx;

	if (level > 2 || index != kept->count[level])
		return ZONG_EINVAL;
	kept->hash[level][kept->count[level]++] = *hash;
	return 0;
}

static void leaf_of(uint64_t index, struct zong_digest *ret_leaf)
{
	char entry[32];

	snprintf(entry, sizeof(entry), "entry %llu", (unsigned long long)index);
	assert_int_equal(zong_merkle_leaf(entry, strlen(entry), ret_leaf), 0);
}

static struct kept shared;
static struct zong_merkle_store store = {get, put, &shared};

static int setup(void **state)
{
	struct zong_digest leaf;
	uint64_t i;

	(void)state;
	shared.hash[0] = calloc(LARGEST, sizeof(leaf));
	shared.hash[1] = calloc(LARGEST / 256, sizeof(leaf));
	shared.hash[2] = calloc(LARGEST / 65536, sizeof(leaf));
	if (!shared.hash[0] || !shared.hash[1] || !shared.hash[2])
		return -1;
	for (i = 0; i < LARGEST; i++) {
		leaf_of(i, &leaf);
		if (zong_merkle_append(&store, i, &leaf))
			return -1;
	}
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++)
		free(shared.hash[i]);
	return 0;
}

/* ---- the same as RFC 9162 §2.1 has it, word by word ---- */

static void naive_root(uint64_t first, uint64_t count, struct zong_digest *ret_hash)
{
	struct zong_digest left, right;
	uint64_t k = 1;

	if (count == 0) {
		zong_digest_of("", 0, ret_hash);
		return;
	}
	if (count == 1) {
		leaf_of(first, ret_hash);
		return;
	}
	while (2 * k < count)
		k *= 2;
	naive_root(first, k, &left);
	naive_root(first + k, count - k, &right);
	zong_merkle_node(&left, &right, ret_hash);
}

static void add(struct zong_merkle_proof *proof, uint64_t first, uint64_t count)
{
	naive_root(first, count, &proof->hash[proof->count++]);
}

static void naive_path(uint64_t m, uint64_t first, uint64_t count, struct zong_merkle_proof *proof)
{
	uint64_t k = 1;

	if (count == 1)
		return;
	while (2 * k < count)
		k *= 2;
	if (m < k) {
		naive_path(m, first, k, proof);
		add(proof, first + k, count - k);
	} else {
		naive_path(m - k, first + k, count - k, proof);
		add(proof, first, k);
	}
}

static void naive_subproof(
	uint64_t m, uint64_t first, uint64_t count, bool whole, struct zong_merkle_proof *proof)
{
	uint64_t k = 1;

	if (m == count) {
		if (!whole)
			add(proof, first, count);
		return;
	}
	while (2 * k < count)
		k *= 2;
	if (m <= k) {
		naive_subproof(m, first, k, whole, proof);
		add(proof, first + k, count - k);
	} else {
		naive_subproof(m - k, first + k, count - k, false, proof);
		add(proof, first, k);
	}
}

static void assert_same(const struct zong_digest *a, const struct zong_digest *b)
{
	assert_memory_equal(a->bytes, b->bytes, sizeof(a->bytes));
}

static void assert_same_proof(const struct zong_merkle_proof *a, const struct zong_merkle_proof *b)
{
	assert_int_equal(a->count, b->count);
	for (size_t i = 0; i < a->count; i++)
		assert_same(&a->hash[i], &b->hash[i]);
}

/* ---- tests ---- */

/* The tree of certificate transparency's own tests. */
static void the_known_tree_comes_out(void **state)
{
	static const char *const entries[] = {"", "\x00", "\x10", "\x20\x21", "\x30\x31",
		"\x40\x41\x42\x43", "\x50\x51\x52\x53\x54\x55\x56\x57",
		"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f"};
	static const size_t lens[] = {0, 1, 1, 2, 2, 4, 8, 16};
	static const char *const roots[] = {
		"sha256:6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
		"sha256:fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
		"sha256:aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
		"sha256:d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
		"sha256:4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
		"sha256:76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
		"sha256:ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
		"sha256:5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};
	struct zong_digest hashes[8], leaf, root;
	struct kept kept = {.hash = {hashes}};
	struct zong_merkle_store small = {get, put, &kept};
	char text[ZONG_DIGEST_TEXT];

	(void)state;
	assert_int_equal(zong_merkle_root(&small, 0, &root), 0);
	zong_digest_format(&root, text);
	assert_string_equal(
		text, "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	for (uint64_t i = 0; i < 8; i++) {
		assert_int_equal(zong_merkle_leaf(entries[i], lens[i], &leaf), 0);
		assert_int_equal(zong_merkle_append(&small, i, &leaf), 0);
		assert_int_equal(zong_merkle_root(&small, i + 1, &root), 0);
		zong_digest_format(&root, text);
		assert_string_equal(text, roots[i]);
	}
}

static void roots_are_those_of_the_definition(void **state)
{
	static const uint64_t sizes[] = {
		127, 128, 255, 256, 257, 511, 512, 513, 4095, 65535, 65536, 65537, 65792, LARGEST};
	struct zong_digest root, right;

	(void)state;
	for (uint64_t size = 0; size <= ALL; size++) {
		naive_root(0, size, &right);
		assert_int_equal(zong_merkle_root(&store, size, &root), 0);
		assert_same(&root, &right);
	}
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		naive_root(0, sizes[i], &right);
		assert_int_equal(zong_merkle_root(&store, sizes[i], &root), 0);
		assert_same(&root, &right);
	}
}

static void tiles_are_kept_as_they_are_complete(void **state)
{
	struct zong_digest hash, right;

	(void)state;
	assert_int_equal(shared.count[0], LARGEST);
	assert_int_equal(shared.count[1], LARGEST / 256);
	assert_int_equal(shared.count[2], LARGEST / 65536);
	for (unsigned level = 0; level < 3; level++)
		assert_int_equal(zong_merkle_kept(LARGEST, level), shared.count[level]);
	assert_int_equal(zong_merkle_kept(LARGEST, 7), 0);
	assert_int_equal(zong_merkle_kept(LARGEST, 8), 0);
	naive_root(256, 256, &right);
	assert_int_equal(zong_merkle_tile(&store, 1, 1, &hash), 0);
	assert_same(&hash, &right);
	assert_same(&shared.hash[1][1], &right);
	naive_root(0, 65536, &right);
	assert_same(&shared.hash[2][0], &right);
	assert_int_equal(zong_merkle_tile(&store, 0, 1, &hash), ZONG_EINVAL);
}

static void check_inclusion(uint64_t index, uint64_t size)
{
	struct zong_merkle_proof proof, right = {.count = 0};
	struct zong_digest leaf, root;

	assert_int_equal(zong_merkle_inclusion(&store, index, size, &proof), 0);
	naive_path(index, 0, size, &right);
	assert_same_proof(&proof, &right);
	leaf_of(index, &leaf);
	assert_int_equal(zong_merkle_root(&store, size, &root), 0);
	assert_true(zong_merkle_included(&leaf, index, size, &proof, &root));
	/* nothing else does */
	assert_false(zong_merkle_included(&leaf, index + 1, size, &proof, &root));
	if (size > 1)
		assert_false(zong_merkle_included(&root, index, size, &proof, &leaf));
	for (size_t i = 0; i < proof.count; i++) {
		proof.hash[i].bytes[i % 32] ^= 1;
		assert_false(zong_merkle_included(&leaf, index, size, &proof, &root));
		proof.hash[i].bytes[i % 32] ^= 1;
	}
	if (proof.count) {
		proof.count--;
		assert_false(zong_merkle_included(&leaf, index, size, &proof, &root));
		proof.count++;
	}
	proof.hash[proof.count] = leaf;
	proof.count++;
	assert_false(zong_merkle_included(&leaf, index, size, &proof, &root));
	leaf.bytes[31] ^= 1;
	proof.count--;
	assert_false(zong_merkle_included(&leaf, index, size, &proof, &root));
}

static void every_leaf_of_every_small_tree_is_proven_included(void **state)
{
	struct zong_merkle_proof proof;

	(void)state;
	for (uint64_t size = 1; size <= ALL; size++)
		for (uint64_t index = 0; index < size; index++)
			check_inclusion(index, size);
	check_inclusion(0, 257);
	check_inclusion(255, 256);
	check_inclusion(256, 513);
	check_inclusion(65535, LARGEST);
	check_inclusion(65536, LARGEST);
	check_inclusion(LARGEST - 1, LARGEST);
	assert_int_equal(zong_merkle_inclusion(&store, 5, 5, &proof), ZONG_EINVAL);
	assert_int_equal(zong_merkle_inclusion(&store, 0, 0, &proof), ZONG_EINVAL);
}

static void check_consistency(uint64_t old, uint64_t size)
{
	struct zong_merkle_proof proof, right = {.count = 0};
	struct zong_digest old_root, root, other;

	assert_int_equal(zong_merkle_consistency(&store, old, size, &proof), 0);
	if (old > 0)
		naive_subproof(old, 0, size, true, &right);
	assert_same_proof(&proof, &right);
	assert_int_equal(zong_merkle_root(&store, old, &old_root), 0);
	assert_int_equal(zong_merkle_root(&store, size, &root), 0);
	assert_true(zong_merkle_consistent(old, &old_root, size, &root, &proof));
	other = old_root;
	other.bytes[0] ^= 0x80;
	assert_false(zong_merkle_consistent(old, &other, size, &root, &proof));
	if (old > 0) {
		other = root;
		other.bytes[0] ^= 0x80;
		assert_false(zong_merkle_consistent(old, &old_root, size, &other, &proof));
	}
	for (size_t i = 0; i < proof.count; i++) {
		proof.hash[i].bytes[7] ^= 1;
		assert_false(zong_merkle_consistent(old, &old_root, size, &root, &proof));
		proof.hash[i].bytes[7] ^= 1;
	}
	if (proof.count) {
		proof.count--;
		assert_false(zong_merkle_consistent(old, &old_root, size, &root, &proof));
		proof.count++;
	}
	proof.hash[proof.count] = root;
	proof.count++;
	assert_false(zong_merkle_consistent(old, &old_root, size, &root, &proof));
}

static void every_small_tree_is_proven_the_beginning_of_the_larger_ones(void **state)
{
	struct zong_merkle_proof proof;

	(void)state;
	for (uint64_t size = 0; size <= ALL; size++)
		for (uint64_t old = 0; old <= size; old++)
			check_consistency(old, size);
	check_consistency(255, 257);
	check_consistency(256, 512);
	check_consistency(300, LARGEST);
	check_consistency(65536, LARGEST);
	check_consistency(65537, LARGEST);
	assert_int_equal(zong_merkle_consistency(&store, 6, 5, &proof), ZONG_EINVAL);
}

static void what_was_changed_is_no_beginning(void **state)
{
	struct zong_digest leaf = shared.hash[0][20], old_root, root;
	struct zong_merkle_proof proof;

	(void)state;
	assert_int_equal(zong_merkle_root(&store, 30, &old_root), 0);
	shared.hash[0][20].bytes[3] ^= 1;
	assert_int_equal(zong_merkle_consistency(&store, 30, 60, &proof), 0);
	assert_int_equal(zong_merkle_root(&store, 60, &root), 0);
	shared.hash[0][20] = leaf;
	assert_false(zong_merkle_consistent(30, &old_root, 60, &root, &proof));
}

static void what_the_store_answers_is_passed_on(void **state)
{
	struct zong_merkle_proof proof = {.count = 99};
	struct zong_digest root;

	(void)state;
	shared.fail = ZONG_ECORRUPT;
	assert_int_equal(zong_merkle_root(&store, 7, &root), ZONG_ECORRUPT);
	assert_int_equal(zong_merkle_inclusion(&store, 3, 7, &proof), ZONG_ECORRUPT);
	assert_int_equal(zong_merkle_consistency(&store, 3, 7, &proof), ZONG_ECORRUPT);
	assert_int_equal(zong_merkle_tile(&store, 1, 0, &root), ZONG_ECORRUPT);
	assert_int_equal(proof.count, 99);
	shared.fail = 0;
	assert_int_equal(zong_merkle_root(&store, LARGEST + 1, &root), ZONG_ENOENT);
	assert_int_equal(zong_merkle_root(&store, UINT64_C(1) << 63, &root), ZONG_ELIMIT);
	assert_int_equal(zong_merkle_inclusion(&store, 0, UINT64_C(1) << 63, &proof), ZONG_ELIMIT);
	assert_int_equal(
		zong_merkle_consistency(&store, 1, UINT64_C(1) << 63, &proof), ZONG_ELIMIT);
	assert_int_equal(zong_merkle_append(&store, UINT64_MAX, &root), ZONG_ELIMIT);
}

/* Sizes that no tree has: nothing runs on and on, and nothing holds. */
static void absurd_sizes_prove_nothing(void **state)
{
	struct zong_merkle_proof proof = {.count = ZONG_MERKLE_PROOF};
	struct zong_digest root = {{1}};

	(void)state;
	assert_false(zong_merkle_included(&root, UINT64_MAX - 1, UINT64_MAX, &proof, &root));
	assert_false(zong_merkle_included(&root, 0, 0, &proof, &root));
	assert_false(zong_merkle_consistent(UINT64_MAX - 1, &root, UINT64_MAX, &root, &proof));
	assert_false(zong_merkle_consistent(2, &root, 1, &root, &proof));
	proof.count = ZONG_MERKLE_PROOF + 1;
	assert_false(zong_merkle_included(&root, 0, UINT64_MAX, &proof, &root));
	assert_false(zong_merkle_consistent(1, &root, UINT64_MAX, &root, &proof));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_known_tree_comes_out),
		cmocka_unit_test(roots_are_those_of_the_definition),
		cmocka_unit_test(tiles_are_kept_as_they_are_complete),
		cmocka_unit_test(every_leaf_of_every_small_tree_is_proven_included),
		cmocka_unit_test(every_small_tree_is_proven_the_beginning_of_the_larger_ones),
		cmocka_unit_test(what_was_changed_is_no_beginning),
		cmocka_unit_test(what_the_store_answers_is_passed_on),
		cmocka_unit_test(absurd_sizes_prove_nothing),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, setup, teardown);
}
