/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <zong/bulk.h>
#include <zong/file.h>

#include "fixture.h"
#include "segment.h"

static const uint8_t key[ZONG_STORE_KEY] = "a key of thirty-two bytes, fixed";
static const char name_text[] = "示例甲示例乙不动产权证书";

/* In a process of its own, as what backs up is. */
static int copy(struct fixture *f, const char *to)
{
	int status;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0)
		_exit(-zong_store_copy_sealed(f->dir, to, NULL, NULL, NULL));
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return -WEXITSTATUS(status);
}

static void open_sealed(const char *dir, struct zong_store **ret_store)
{
	struct zong_store_options options = {.key = key};

	assert_int_equal(zong_store_open(dir, &options, ret_store, NULL), 0);
}

static void assert_not_in(const char *dir, const char *name, const void *needle, size_t len)
{
	struct zong_buf data = ZONG_BUF_INIT((size_t)1 << 30);
	char path[300];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	assert_int_equal(zong_file_read(path, &data), 0);
	assert_true(data.len > 0);
	assert_null(memmem(data.data, data.len, needle, len));
	zong_buf_release(&data);
}

static void a_copy_has_all_and_tells_nothing(void **state)
{
	struct fixture *f = *state;
	struct zong_ingest_result big, small;
	struct zong_store *store;
	char to[200], text[64];

	snprintf(to, sizeof(to), "%s/copy", f->dir);
	assert_int_equal(zong_store_create_sealed(f->dir, key, NULL, NULL, NULL), 0);
	open_sealed(f->dir, &f->store);
	fixture_noise(&f->bytes, 2500000, 1);
	assert_int_equal(fixture_store_bytes(
				 f->store, f->bytes.data, f->bytes.len, ZONG_MEDIA_UNKNOWN, &big),
		0);
	fixture_noise(&f->more, 60000, 2);
	assert_int_equal(fixture_store_bytes(
				 f->store, f->more.data, f->more.len, ZONG_MEDIA_UNKNOWN, &small),
		0);
	assert_int_equal(fixture_put(f->store, "名字", name_text), 0);
	/* While it is served, some of it still on its way. */
	assert_int_equal(copy(f, to), 0);
	assert_int_equal(fixture_put(f->store, "later", "row"), 0);
	assert_int_equal(copy(f, to), ZONG_EEXIST);

	assert_int_equal(zong_store_open(to, NULL, &store, NULL), ZONG_ESEALED);
	open_sealed(to, &store);
	fixture_assert_file(store, &big.digest, f->bytes.data, f->bytes.len);
	fixture_assert_file(store, &small.digest, f->more.data, f->more.len);
	assert_true(fixture_has(store, "名字", name_text));
	assert_false(fixture_has(store, "later", "row"));
	zong_store_close(store);

	snprintf(text, sizeof(text), "%.*s", 9, name_text);
	assert_not_in(to, "catalog/data.mdb", text, strlen(text));
	assert_not_in(to, "catalog/data.mdb", f->more.data, 64);
	assert_not_in(to, "catalog/data.mdb", big.digest.bytes, sizeof(big.digest.bytes));
	assert_not_in(to, "segments/data.mdb", f->bytes.data, 64);
	assert_not_in(to, "segments/data.mdb", small.digest.bytes, sizeof(small.digest.bytes));
	assert_not_in(to, "seal", key, sizeof(key));
}

static int stop(void *ctx, uint64_t done, uint64_t total)
{
	(void)ctx;
	return done <= total;
}

static void what_cannot_be_copied_is_said_and_what_is_not_whole_is_no_archive(void **state)
{
	struct fixture *f = *state;
	struct zong_store *store;
	struct zong_err err;
	char to[200], plain[200];

	snprintf(to, sizeof(to), "%s/copy", f->dir);
	snprintf(plain, sizeof(plain), "%s/plain", f->dir);
	assert_int_equal(zong_store_copy_sealed(f->dir, to, NULL, NULL, &err), ZONG_ENOENT);
	assert_int_equal(zong_store_create_sealed(f->dir, key, NULL, NULL, NULL), 0);
	assert_int_equal(zong_store_create(plain, NULL), 0);
	assert_int_equal(zong_store_copy_sealed(plain, to, NULL, NULL, &err), ZONG_EINVAL);
	assert_int_equal(access(to, F_OK), -1);
	assert_int_equal(zong_store_copy_sealed(f->dir, to, stop, NULL, &err), ZONG_ECANCELLED);
	assert_int_equal(
		zong_store_open(to, &(struct zong_store_options){.key = key}, &store, NULL),
		ZONG_ENOENT);
}

/* ---- the check of stored bytes, as zong check does it ---- */

#define KINDS (ZONG_BULK_RECIPE_DAMAGED + 1)

static int count_found(void *ctx, const struct zong_bulk_found *found)
{
	size_t *count = ctx;

	count[found->kind]++;
	return 0;
}

static void check(struct fixture *f, size_t found[KINDS])
{
	struct zong_bulk_options options = {.found = count_found, .ctx = found};
	struct zong_bulk *bulk;

	memset(found, 0, KINDS * sizeof(*found));
	assert_int_equal(zong_bulk_new(f->store, &options, &bulk), 0);
	assert_int_equal(zong_bulk_segments(bulk), 0);
	assert_int_equal(zong_bulk_files(bulk), 0);
	zong_bulk_free(bulk);
}

static void the_check_reads_what_is_sealed_and_names_what_is_damaged(void **state)
{
	struct fixture *f = *state;
	size_t found[KINDS];
	struct zong_env *env;
	MDB_cursor *cursor;
	MDB_val at, value;
	uint8_t *bytes;
	MDB_txn *txn;
	bool full;

	assert_int_equal(zong_store_create_sealed(f->dir, key, NULL, NULL, NULL), 0);
	open_sealed(f->dir, &f->store);
	fixture_noise(&f->bytes, 2500000, 1);
	assert_int_equal(fixture_store_bytes(
				 f->store, f->bytes.data, f->bytes.len, ZONG_MEDIA_UNKNOWN, NULL),
		0);
	check(f, found);
	assert_int_equal(found[ZONG_BULK_SEGMENT_DAMAGED], 0);
	assert_int_equal(found[ZONG_BULK_FILE_DAMAGED], 0);
	env = &f->store->segments;
	assert_int_equal(zong_env_write_begin(env, &txn), 0);
	assert_int_equal(mdb_cursor_open(txn, env->dbis[ZONG_SEGMENT_TABLE_SEGMENTS], &cursor), 0);
	assert_int_equal(mdb_cursor_get(cursor, &at, &value, MDB_FIRST), 0);
	bytes = (uint8_t *)zong_buf_room(&f->more, value.mv_size);
	memcpy(bytes, value.mv_data, value.mv_size);
	bytes[value.mv_size / 2] ^= 1;
	value.mv_data = bytes;
	assert_int_equal(mdb_cursor_put(cursor, &at, &value, MDB_CURRENT), 0);
	mdb_cursor_close(cursor);
	assert_int_equal(zong_env_commit(env, txn, &full), 0);
	check(f, found);
	assert_int_equal(found[ZONG_BULK_SEGMENT_DAMAGED] > 0, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup_closed, fixture_teardown)
		TEST(a_copy_has_all_and_tells_nothing),
		TEST(what_cannot_be_copied_is_said_and_what_is_not_whole_is_no_archive),
		TEST(the_check_reads_what_is_sealed_and_names_what_is_damaged),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
