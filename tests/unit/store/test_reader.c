/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <zong/file.h>

#include "fixture.h"
#include "segment.h"

static void any_range_is_what_the_file_has_there(void **state)
{
	struct fixture *f = *state;
	struct zong_ingest_result result;
	struct zong_reader *reader;
	uint64_t x = 12345;
	uint8_t *buffer;
	size_t n, len;
	uint64_t offset;
	int i;

	fixture_noise(&f->bytes, 5 << 20, 1);
	fixture_noise(&f->bytes, 77, 2);
	assert_int_equal(fixture_store_bytes(f->store, f->bytes.data, f->bytes.len,
				 ZONG_MEDIA_UNKNOWN, &result),
		0);
	buffer = zong_buf_room(&f->more, 200000);
	assert_int_equal(zong_reader_open(f->store, &result.digest, &reader), 0);
	assert_int_equal(zong_reader_size(reader), f->bytes.len);
	for (i = 0; i < 200; i++) {
		x = x * UINT64_C(6364136223846793005) + 1;
		offset = (x >> 20) % f->bytes.len;
		len = (size_t)(x >> 7) % 200000;
		assert_int_equal(zong_reader_read(reader, offset, buffer, len, &n), 0);
		assert_int_equal(n, len < f->bytes.len - offset ? len : f->bytes.len - offset);
		assert_memory_equal(buffer, f->bytes.data + offset, n);
	}
	assert_int_equal(zong_reader_read(reader, f->bytes.len, buffer, 10, &n), 0);
	assert_int_equal(n, 0);
	assert_int_equal(zong_reader_read(reader, UINT64_MAX, buffer, 10, &n), 0);
	assert_int_equal(n, 0);
	zong_reader_close(reader);
	zong_reader_close(NULL);
}

static void a_copy_is_the_file(void **state)
{
	struct fixture *f = *state;
	struct zong_ingest_result result;
	struct zong_reader *reader;
	struct zong_digest digest;
	int fd = fixture_file("", 0);

	fixture_noise(&f->bytes, 3 << 20, 3);
	assert_int_equal(fixture_store_bytes(f->store, f->bytes.data, f->bytes.len,
				 ZONG_MEDIA_UNKNOWN, &result),
		0);
	assert_int_equal(zong_reader_open(f->store, &result.digest, &reader), 0);
	assert_int_equal(zong_reader_copy(reader, fd), 0);
	zong_reader_close(reader);
	assert_int_equal(zong_digest_of_fd(fd, &digest), 0);
	close(fd);
	assert_true(zong_digest_equal(&digest, &result.digest));
}

static void an_unknown_file_is_not_found(void **state)
{
	struct fixture *f = *state;
	struct zong_digest digest = {{9}};
	struct zong_reader *reader;

	assert_int_equal(zong_reader_open(f->store, &digest, &reader), ZONG_ENOENT);
}

/* Turns one bit of the first stored segment, or takes the segment away. */
static void damage(struct fixture *f, bool take_away)
{
	struct zong_env *env = &f->store->segments;
	MDB_cursor *cursor;
	MDB_txn *txn;
	MDB_val key, value, changed;
	uint8_t *copy = NULL;
	bool full;

	assert_int_equal(zong_env_write_begin(env, &txn), 0);
	assert_int_equal(mdb_cursor_open(txn, env->dbis[ZONG_SEGMENT_TABLE_SEGMENTS], &cursor), 0);
	assert_int_equal(mdb_cursor_get(cursor, &key, &value, MDB_FIRST), 0);
	if (take_away) {
		assert_int_equal(mdb_cursor_del(cursor, 0), 0);
	} else {
		copy = zong_buf_room(&f->more, value.mv_size);
		memcpy(copy, value.mv_data, value.mv_size);
		copy[value.mv_size / 2] ^= 4;
		changed = (MDB_val){value.mv_size, copy};
		assert_int_equal(mdb_cursor_put(cursor, &key, &changed, MDB_CURRENT), 0);
	}
	mdb_cursor_close(cursor);
	assert_int_equal(zong_env_commit(env, txn, &full), 0);
}

static void assert_broken(struct fixture *f, const struct zong_digest *digest)
{
	struct zong_reader *reader;
	uint64_t files, broken;
	size_t n;
	int fd = fixture_file("", 0);

	assert_int_equal(zong_reader_open(f->store, digest, &reader), 0);
	assert_int_equal(zong_reader_copy(reader, fd), ZONG_ECORRUPT);
	close(fd);
	/* A range has no digest of its own: its segments' must do. */
	zong_buf_clear(&f->more);
	assert_int_equal(zong_reader_read(reader, 0, zong_buf_room(&f->more, f->bytes.len),
				 f->bytes.len, &n),
		ZONG_ECORRUPT);
	zong_reader_close(reader);
	assert_int_equal(zong_store_verify(f->store, &files, &broken), 0);
	assert_int_equal(files, 1);
	assert_int_equal(broken, 1);
}

static void one_bit_turned_in_a_segment_is_found_on_read(void **state)
{
	struct fixture *f = *state;
	struct zong_ingest_result result;

	fixture_noise(&f->bytes, 2 << 20, 4);
	assert_int_equal(fixture_store_bytes(f->store, f->bytes.data, f->bytes.len,
				 ZONG_MEDIA_UNKNOWN, &result),
		0);
	damage(f, false);
	assert_broken(f, &result.digest);
}

static void a_segment_that_is_gone_is_found_on_read(void **state)
{
	struct fixture *f = *state;
	struct zong_ingest_result result;

	fixture_noise(&f->bytes, 2 << 20, 5);
	assert_int_equal(fixture_store_bytes(f->store, f->bytes.data, f->bytes.len,
				 ZONG_MEDIA_UNKNOWN, &result),
		0);
	damage(f, true);
	assert_broken(f, &result.digest);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
		TEST(any_range_is_what_the_file_has_there),
		TEST(a_copy_is_the_file),
		TEST(an_unknown_file_is_not_found),
		TEST(one_bit_turned_in_a_segment_is_found_on_read),
		TEST(a_segment_that_is_gone_is_found_on_read),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
