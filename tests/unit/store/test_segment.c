/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "fixture.h"
#include "segment.h"
#include "writer.h"

static int write_puts(struct zong_store *store, struct zong_segment_put *puts, size_t count)
{
	struct zong_write write = {.puts = puts, .put_count = count};
	int r = zong_writer_submit(store->writer, &write);

	return r ? r : zong_writer_await(&write);
}

static void prepare(struct zong_segment_put *put, const struct zong_buf *bytes)
{
	memset(put, 0, sizeof(*put));
	put->raw = bytes->data;
	put->raw_len = (uint32_t)bytes->len;
	zong_digest_of(bytes->data, bytes->len, &put->digest);
}

static void only_what_saves_a_twentieth_is_compressed(void **state)
{
	struct fixture *f = *state;
	ZSTD_CCtx *zstd = ZSTD_createCCtx();
	struct zong_segment_put put;

	assert_non_null(zstd);
	fixture_noise(&f->bytes, 100000, 1);
	prepare(&put, &f->bytes);
	zong_segment_pack(&put, zstd);
	assert_null(put.packed);
	memset(f->bytes.data, 0, 3000); /* three in a hundred */
	zong_segment_pack(&put, zstd);
	assert_null(put.packed);
	memset(f->bytes.data, 0, 10000);
	zong_segment_pack(&put, zstd);
	assert_non_null(put.packed);
	assert_true(put.packed_len < 95000);
	zong_segment_put_release(&put);
	zong_segment_put_release(&put);
	ZSTD_freeCCtx(zstd);
}

static void a_segment_is_stored_once_and_read_against_its_digest(void **state)
{
	struct fixture *f = *state;
	struct zong_segment_put puts[2];
	uint8_t *read = NULL;

	fixture_noise(&f->bytes, 5000, 1);
	prepare(&puts[0], &f->bytes);
	prepare(&puts[1], &f->bytes);
	assert_false(zong_segment_exists(f->store, &puts[0].digest));
	assert_int_equal(write_puts(f->store, puts, 2), 0);
	assert_true(puts[0].is_new);
	assert_false(puts[1].is_new);
	assert_true(zong_segment_exists(f->store, &puts[0].digest));
	read = zong_buf_room(&f->more, 5000);
	assert_int_equal(zong_segment_get(f->store, &puts[0].digest, read, 5000), 0);
	assert_memory_equal(read, f->bytes.data, 5000);
	assert_int_equal(zong_segment_get(f->store, &puts[0].digest, read, 4999), ZONG_ECORRUPT);
	puts[0].digest.bytes[0] ^= 1;
	assert_int_equal(zong_segment_get(f->store, &puts[0].digest, read, 5000), ZONG_ECORRUPT);
}

/* Puts a value as it is under a digest. */
static void put_value(
	struct fixture *f, const struct zong_digest *digest, const void *value, size_t len)
{
	struct zong_env *env = &f->store->segments;
	MDB_val k = {sizeof(digest->bytes), (void *)(uintptr_t)digest->bytes};
	MDB_val v = {len, (void *)(uintptr_t)value};
	MDB_txn *txn;
	bool full;

	assert_int_equal(zong_env_write_begin(env, &txn), 0);
	assert_int_equal(mdb_put(txn, env->dbis[ZONG_SEGMENT_TABLE_SEGMENTS], &k, &v, 0), 0);
	assert_int_equal(zong_env_commit(env, txn, &full), 0);
}

static void a_value_that_is_no_segment_is_corrupt(void **state)
{
	static const uint8_t short_head[] = {0, 0, 0};
	static const uint8_t bad_codec[] = {9, 0, 0, 0, 3, 'a', 'b', 'c'};
	static const uint8_t short_raw[] = {0, 0, 0, 0, 3, 'a', 'b'};
	static const uint8_t bad_zstd[] = {1, 0, 0, 0, 3, 'a', 'b', 'c'};
	static const uint8_t other[] = {0, 0, 0, 0, 3, 'a', 'b', 'd'};
	static const uint8_t good[] = {0, 0, 0, 0, 3, 'a', 'b', 'c'};
	struct fixture *f = *state;
	struct zong_digest digest;
	char read[3];

	zong_digest_of("abc", 3, &digest);
	put_value(f, &digest, short_head, sizeof(short_head));
	assert_int_equal(zong_segment_get(f->store, &digest, read, 3), ZONG_ECORRUPT);
	put_value(f, &digest, bad_codec, sizeof(bad_codec));
	assert_int_equal(zong_segment_get(f->store, &digest, read, 3), ZONG_ECORRUPT);
	put_value(f, &digest, short_raw, sizeof(short_raw));
	assert_int_equal(zong_segment_get(f->store, &digest, read, 3), ZONG_ECORRUPT);
	put_value(f, &digest, bad_zstd, sizeof(bad_zstd));
	assert_int_equal(zong_segment_get(f->store, &digest, read, 3), ZONG_ECORRUPT);
	put_value(f, &digest, other, sizeof(other));
	assert_int_equal(zong_segment_get(f->store, &digest, read, 3), ZONG_ECORRUPT);
	put_value(f, &digest, good, sizeof(good));
	assert_int_equal(zong_segment_get(f->store, &digest, read, 3), 0);
}

static void what_was_thought_to_be_there_is_put_when_it_is_not(void **state)
{
	struct fixture *f = *state;
	struct zong_segment_put put;

	/* As an ingest sends one that it has seen: raw, to be looked for again. */
	fixture_noise(&f->bytes, 70000, 3);
	prepare(&put, &f->bytes);
	assert_int_equal(write_puts(f->store, &put, 1), 0);
	assert_true(put.is_new);
	assert_true(zong_segment_exists(f->store, &put.digest));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
		TEST(only_what_saves_a_twentieth_is_compressed),
		TEST(a_segment_is_stored_once_and_read_against_its_digest),
		TEST(a_value_that_is_no_segment_is_corrupt),
		TEST(what_was_thought_to_be_there_is_put_when_it_is_not),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
