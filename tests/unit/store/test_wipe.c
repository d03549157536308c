/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>

#include <zong/file.h>

#include "fixture.h"
#include "wipe.h"
#include "writer.h"

#define ROW_BYTES 40000

struct work {
	struct zong_env *env;
	struct zong_wipe wipe;
};

static int step(void *ctx)
{
	struct work *work = ctx;

	return zong_wipe_step(work->env, &work->wipe);
}

/* One step in the catalog thread. */
static void run_step(struct fixture *f, struct work *work)
{
	struct zong_write write = {.work = step, .work_in_catalog = true, .ctx = work};

	work->env = &f->store->catalog;
	assert_int_equal(zong_writer_submit(f->store->writer, &write), 0);
	assert_int_equal(zong_writer_await(&write), 0);
}

static void run_all(struct fixture *f, struct work *work)
{
	memset(work, 0, sizeof(*work));
	while (!work->wipe.done)
		run_step(f, work);
}

static int delete_row(struct zong_txn *txn, void *ctx)
{
	struct zong_key key;

	zong_key_clear(&key);
	zong_key_str(&key, ctx);
	return zong_txn_delete(txn, ZONG_TABLE_USERS, &key);
}

static void put_row(struct fixture *f, const char *name, int seed)
{
	zong_buf_clear(&f->bytes);
	while (f->bytes.len < ROW_BYTES)
		zong_buf_add_format(&f->bytes, "%d-%zu ", seed, f->bytes.len);
	assert_int_equal(fixture_put(f->store, name, zong_buf_str(&f->bytes)), 0);
}

static bool stands_in_file(struct fixture *f)
{
	struct zong_buf data = ZONG_BUF_INIT((size_t)1 << 30);
	char path[256];
	bool found;

	snprintf(path, sizeof(path), "%s/catalog/data.mdb", f->dir);
	assert_int_equal(zong_file_read(path, &data), 0);
	found = memmem(zong_buf_str(&data), data.len, zong_buf_str(&f->bytes) + ROW_BYTES / 2,
			64) != NULL;
	zong_buf_release(&data);
	return found;
}

static void what_was_deleted_cannot_be_read_in_the_file(void **state)
{
	struct fixture *f = *state;
	struct work work;

	put_row(f, "gone", 1);
	assert_int_equal(zong_store_write(f->store, delete_row, (char[]){"gone"}), 0);
	assert_true(fixture_key() || stands_in_file(f));
	run_all(f, &work);
	assert_false(stands_in_file(f));
	assert_true(work.wipe.wiped >= ROW_BYTES / 4096);
}

static void what_is_there_stays_as_it_is(void **state)
{
	struct fixture *f = *state;
	struct work work;

	put_row(f, "other", 2);
	assert_int_equal(zong_store_write(f->store, delete_row, (char[]){"other"}), 0);
	put_row(f, "kept", 3);
	run_all(f, &work);
	assert_true(fixture_has(f->store, "kept", zong_buf_str(&f->bytes)));
	fixture_reopen(f);
	assert_true(fixture_has(f->store, "kept", zong_buf_str(&f->bytes)));
}

static void a_second_round_finds_little_to_do(void **state)
{
	struct fixture *f = *state;
	struct work work;

	put_row(f, "gone", 4);
	assert_int_equal(zong_store_write(f->store, delete_row, (char[]){"gone"}), 0);
	run_all(f, &work);
	run_all(f, &work);
	assert_true(work.wipe.wiped < ROW_BYTES / 4096);
}

static void pages_that_a_reader_sees_are_left_until_it_is_done(void **state)
{
	struct fixture *f = *state;
	struct zong_txn *txn;
	struct zong_key key;
	const void *bytes;
	struct work work;
	size_t len;

	put_row(f, "seen", 5);
	assert_int_equal(zong_store_read_begin(f->store, &txn), 0);
	assert_int_equal(zong_store_write(f->store, delete_row, (char[]){"seen"}), 0);
	run_all(f, &work);
	assert_true(work.wipe.blocked > 0);
	zong_key_clear(&key);
	zong_key_str(&key, "seen");
	assert_int_equal(zong_txn_get_bytes(txn, ZONG_TABLE_USERS, &key, &bytes, &len), 0);
	assert_int_equal(len, f->bytes.len);
	assert_memory_equal(bytes, zong_buf_str(&f->bytes), len);
	zong_txn_end(txn);
	run_all(f, &work);
	assert_int_equal(work.wipe.blocked, 0);
	assert_false(stands_in_file(f));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_deleted_cannot_be_read_in_the_file),
		cmocka_unit_test(what_is_there_stays_as_it_is),
		cmocka_unit_test(a_second_round_finds_little_to_do),
		cmocka_unit_test(pages_that_a_reader_sees_are_left_until_it_is_done),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
