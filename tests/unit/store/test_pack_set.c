/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backup_fixture.h"
#include "pack_set.h"

/* A pack of values [from, to). */
static void make_pack(struct backup_fixture *f, uint32_t number, uint64_t from, uint64_t to)
{
	struct zong_pack_writer *writer;
	struct zong_digest digest;
	struct zong_pack pack;
	uint64_t i;

	assert_int_equal(zong_pack_create(f->dir, number, &writer), 0);
	for (i = from; i < to; i++) {
		backup_fixture_value(f, i, 20, &digest);
		assert_int_equal(zong_pack_add(writer, &digest, f->value.data, f->value.len), 0);
	}
	assert_int_equal(zong_pack_finish(writer, &pack), 0);
}

static void count_damage(void *ctx, uint32_t number)
{
	struct backup_fixture *f = ctx;

	assert_int_equal(number, 2);
	f->told[ZONG_TROUBLE_PACK_DAMAGED]++;
}

/* Entries that a walk gives, ascending. */
static size_t walk(struct zong_pack_set *set, size_t *ret_twice)
{
	struct zong_pack_found found, last = {0};
	struct zong_pack_walk *walk;
	size_t count = 0;
	int r;

	*ret_twice = 0;
	assert_int_equal(zong_pack_walk_begin(set, &walk), 0);
	while ((r = zong_pack_walk_next(walk, &found)) == 0) {
		if (count > 0) {
			int order = memcmp(last.entry.digest.bytes, found.entry.digest.bytes,
				ZONG_DIGEST_SIZE);

			assert_true(order <= 0);
			*ret_twice += order == 0;
			/* The newer pack comes first. */
			assert_true(order < 0 || last.place > found.place);
		}
		last = found;
		count++;
	}
	assert_int_equal(r, ZONG_EEND);
	zong_pack_walk_end(walk);
	return count;
}

static void packs_are_one_sorted_table(void **state)
{
	struct backup_fixture *f = *state;
	struct zong_pack_set set;
	size_t twice;

	make_pack(f, 1, 0, 1000);
	make_pack(f, 2, 900, 901);
	make_pack(f, 7, 950, 2000);
	make_pack(f, 9, 0, 0);
	assert_int_equal(zong_pack_set_open(&set, f->dir, count_damage, f), 0);
	assert_int_equal(set.count, 4);
	assert_int_equal(set.last, 9);
	assert_int_equal(walk(&set, &twice), 1000 + 1 + 1050);
	assert_int_equal(twice, 51);
	assert_int_equal(backup_fixture_told(f), 0);
	zong_pack_set_release(&set);
}

static void what_is_looked_for_is_located_in_one_walk(void **state)
{
	struct backup_fixture *f = *state;
	struct zong_buf value = ZONG_BUF_INIT(ZONG_BACKUP_VALUE);
	struct zong_pack_want wants[300] = {0};
	const struct zong_pack_want *want;
	struct zong_pack_set set;
	struct zong_digest digest;
	uint64_t i;

	make_pack(f, 1, 0, 500);
	make_pack(f, 2, 500, 900);
	assert_int_equal(zong_pack_set_open(&set, f->dir, NULL, NULL), 0);
	for (i = 0; i < 300; i++)
		backup_fixture_value(f, i * 4, 20, &wants[i].digest);
	assert_int_equal(zong_pack_set_locate(&set, wants, 300), 0);
	for (i = 0; i < 300; i++) {
		backup_fixture_value(f, i * 4, 20, &digest);
		want = zong_pack_want_find(wants, 300, &digest);
		assert_non_null(want);
		if (i * 4 >= 900) {
			assert_true(want->place == ZONG_PACK_NOWHERE);
			assert_int_equal(zong_pack_set_value(&set, want, &value), ZONG_ENOENT);
			continue;
		}
		assert_int_equal(want->place, i * 4 >= 500);
		assert_int_equal(zong_pack_set_value(&set, want, &value), 0);
		assert_memory_equal(value.data, f->value.data, value.len);
	}
	zong_buf_release(&value);
	zong_pack_set_release(&set);
}

static int by_digest(const void *a, const void *b)
{
	return memcmp(a, b, ZONG_DIGEST_SIZE);
}

static void a_list_that_ascends_is_merged_with_all_packs(void **state)
{
	struct backup_fixture *f = *state;
	struct zong_digest digests[600];
	struct zong_pack_found found;
	struct zong_pack_walk *walk;
	struct zong_pack_set set;
	size_t there = 0, newer = 0, i;
	int r;

	make_pack(f, 1, 0, 800);
	make_pack(f, 2, 700, 900); /* a hundred stand in both */
	assert_int_equal(zong_pack_set_open(&set, f->dir, NULL, NULL), 0);
	for (i = 0; i < 600; i++)
		backup_fixture_value(f, i * 2, 20, &digests[i]);
	qsort(digests, 600, sizeof(*digests), by_digest);
	assert_int_equal(zong_pack_walk_begin(&set, &walk), 0);
	for (i = 0; i < 600; i++) {
		r = zong_pack_walk_to(walk, &digests[i], &found);
		assert_true(r == 0 || r == ZONG_ENOENT);
		if (r)
			continue;
		assert_memory_equal(found.entry.digest.bytes, digests[i].bytes, ZONG_DIGEST_SIZE);
		there++;
		newer += found.place == 1;
		/* Asked for again it is still there. */
		assert_int_equal(zong_pack_walk_to(walk, &digests[i], &found), 0);
	}
	zong_pack_walk_end(walk);
	zong_pack_set_release(&set);
	assert_int_equal(there, 450);
	assert_int_equal(newer, 100);
}

static void a_damaged_index_is_told_once_and_left_out(void **state)
{
	struct backup_fixture *f = *state;
	struct zong_pack_set set;
	size_t twice;

	make_pack(f, 1, 0, 100);
	make_pack(f, 2, 100, 1000);
	assert_int_equal(zong_pack_set_open(&set, f->dir, count_damage, f), 0);
	backup_fixture_flip(f, "00000002.pack", set.packs[1].index_at + 44 * 450 + 3);
	walk(&set, &twice);
	assert_int_equal(f->told[ZONG_TROUBLE_PACK_DAMAGED], 1);
	assert_int_equal(walk(&set, &twice), 100);
	assert_int_equal(f->told[ZONG_TROUBLE_PACK_DAMAGED], 1);
	zong_pack_set_release(&set);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name)                                                                                 \
	cmocka_unit_test_setup_teardown(name, backup_fixture_setup, backup_fixture_teardown)
		TEST(packs_are_one_sorted_table),
		TEST(what_is_looked_for_is_located_in_one_walk),
		TEST(a_list_that_ascends_is_merged_with_all_packs),
		TEST(a_damaged_index_is_told_once_and_left_out),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
