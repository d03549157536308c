/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <zong/bulk.h>
#include <zong/file.h>

#include "fixture.h"
#include "seal_pages.h"
#include "segment.h"

static const uint8_t key[ZONG_STORE_KEY] = "a key of thirty-two bytes, fixed";

struct seen {
	int code;
	unsigned int count, steps;
	char first[300];
	struct zong_sealed_result result;
};

static int found(void *ctx, const char *detail)
{
	struct seen *seen = ctx;

	if (!seen->count++)
		snprintf(seen->first, sizeof(seen->first), "%s", detail);
	return 0;
}

static int progress(void *ctx, uint64_t done, uint64_t total)
{
	struct seen *seen = ctx;

	seen->steps++;
	return done > total;
}

/* In a process of its own, as a check is beside a server. */
static struct seen look(const char *dir)
{
	struct seen seen = {0};
	int status, pipes[2];
	pid_t child;

	assert_int_equal(pipe(pipes), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		const struct zong_sealed_options options = {
			.found = found, .progress = progress, .ctx = &seen};

		seen.code = zong_sealed_look(dir, &options, &seen.result);
		_exit(zong_file_write_all(pipes[1], &seen, sizeof(seen)) ? 1 : 0);
	}
	close(pipes[1]);
	assert_int_equal(read(pipes[0], &seen, sizeof(seen)), sizeof(seen));
	close(pipes[0]);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	return seen;
}

static void fill(struct fixture *f)
{
	struct zong_store_options options = {.key = key};
	struct zong_ingest_result result;

	assert_int_equal(zong_store_create_sealed(f->dir, key, NULL, NULL, NULL), 0);
	assert_int_equal(zong_store_open(f->dir, &options, &f->store, NULL), 0);
	fixture_noise(&f->bytes, 2500000, 1);
	assert_int_equal(fixture_store_bytes(f->store, f->bytes.data, f->bytes.len,
				 ZONG_MEDIA_UNKNOWN, &result),
		0);
	fixture_noise(&f->more, 20000, 2);
	assert_int_equal(fixture_store_bytes(
				 f->store, f->more.data, f->more.len, ZONG_MEDIA_UNKNOWN, &result),
		0);
	fixture_put(f->store, "long", "0123456789");
}

static void lengths_that_boxes_have_are_known_from_others(void **state)
{
	size_t room, rooms = 0;

	(void)state;
	for (room = 0; room < 70000; room++)
		if (zong_seal_is_room(room)) {
			assert_int_equal(zong_seal_room(room - ZONG_SEAL_LENGTH), room);
			rooms++;
		}
	/* four of each power of two from the second on, and the least */
	assert_int_equal(rooms, 1 + 4 * 7);
	for (size_t len = 0; len < 70000; len += 13)
		assert_true(zong_seal_is_room(zong_seal_room(len)));
	assert_true(zong_pages_is_box(7, ZONG_PAGE_BOX));
	assert_false(zong_pages_is_box(7, ZONG_PAGE_BOX - 1));
	assert_false(zong_pages_is_box(0, ZONG_PAGE_BOX));
	assert_false(zong_pages_is_box(7, 0));
	assert_true(zong_pages_is_box(7, zong_seal_room(60000) + ZONG_BOX_MORE));
	assert_false(zong_pages_is_box(7, zong_seal_room(60000) + ZONG_BOX_MORE + 1));
}

static void a_sound_one_has_nothing_to_find_while_it_is_served(void **state)
{
	struct fixture *f = *state;
	struct seen seen;

	fill(f);
	seen = look(f->dir);
	assert_int_equal(seen.code, 0);
	assert_string_equal(seen.first, "");
	assert_true(seen.result.boxes > 5 && seen.result.bytes > 2520000);
	zong_store_close(f->store);
	f->store = NULL;
	assert_int_equal(look(f->dir).result.bytes > 2520000, 1);
}

static void change_box(const char *dir, const char *env_name, const char *const *tables,
	size_t count, size_t table, const MDB_val *key_of, const MDB_val *box)
{
	struct zong_env env = {0};
	char path[300];
	MDB_txn *txn;
	bool full;
	MDB_val name = *key_of, value;

	snprintf(path, sizeof(path), "%s/%s", dir, env_name);
	assert_int_equal(zong_env_open(&env, path, tables, count, 0, (size_t)1 << 30, false), 0);
	assert_int_equal(zong_env_write_begin(&env, &txn), 0);
	value = box ? *box : (MDB_val){0};
	assert_int_equal(box ? mdb_put(txn, env.dbis[table], &name, &value, 0)
			     : mdb_del(txn, env.dbis[table], &name, NULL),
		0);
	assert_int_equal(zong_env_commit(&env, txn, &full), 0);
	zong_env_close(&env);
}

static void what_can_be_no_box_is_named(void **state)
{
	static const char *const tables[] = {"sealed"};
	uint8_t number[8] = {0, 0, 0, 0, 0, 0, 0, 1}, head[8] = {0}, blank[ZONG_PAGE_BOX] = {0};
	uint8_t noise[997], name[ZONG_DIGEST_SIZE] = {1, 2, 3};
	MDB_val one = {.mv_data = number, .mv_size = 8}, none = {.mv_data = head, .mv_size = 8};
	MDB_val box = {.mv_data = blank, .mv_size = sizeof(blank)};
	MDB_val other = {.mv_data = name, .mv_size = sizeof(name)};
	MDB_val odd = {.mv_data = noise, .mv_size = sizeof(noise)};
	struct fixture *f = *state;
	struct seen seen;

	fill(f);
	zong_store_close(f->store);
	f->store = NULL;
	for (size_t i = 0; i < sizeof(noise); i++)
		noise[i] = (uint8_t)(i * 7);
	change_box(f->dir, "catalog", tables, 1, 0, &one, &box);
	seen = look(f->dir);
	assert_int_equal(seen.code, 0);
	assert_string_equal(seen.first, "catalog, box 1: part of it is blank");
	change_box(f->dir, "catalog", tables, 1, 0, &one, &odd);
	assert_string_equal(look(f->dir).first, "catalog, box 1: it has a length that no box has");
	change_box(f->dir, "catalog", tables, 1, 0, &none, NULL);
	seen = look(f->dir);
	assert_string_equal(seen.first, "catalog, box 0: it is missing");
	assert_int_equal(seen.count, 2);
	change_box(f->dir, "segments", zong_segment_tables, ZONG_SEGMENT_TABLE_COUNT_,
		ZONG_SEGMENT_TABLE_SEGMENTS, &other, &odd);
	seen = look(f->dir);
	assert_int_equal(seen.count, 3);
	other.mv_size = 5;
	change_box(f->dir, "segments", zong_segment_tables, ZONG_SEGMENT_TABLE_COUNT_,
		ZONG_SEGMENT_TABLE_SEGMENTS, &other, &odd);
	assert_int_equal(look(f->dir).count, 4);
}

static void without_its_mark_or_its_files_it_cannot_be_opened(void **state)
{
	struct fixture *f = *state;
	char path[300];

	fill(f);
	zong_store_close(f->store);
	f->store = NULL;
	snprintf(path, sizeof(path), "%s/seal", f->dir);
	assert_int_equal(zong_file_replace(path, "zong seal 1\nno digits\n", 22, 0600), 0);
	assert_int_equal(look(f->dir).code, ZONG_ECORRUPT);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(look(f->dir).code, ZONG_ECORRUPT);
	snprintf(path, sizeof(path), "%s/none", f->dir);
	assert_int_equal(look(path).code, ZONG_ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lengths_that_boxes_have_are_known_from_others),
		cmocka_unit_test_setup_teardown(a_sound_one_has_nothing_to_find_while_it_is_served,
			fixture_setup_closed, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			what_can_be_no_box_is_named, fixture_setup_closed, fixture_teardown),
		cmocka_unit_test_setup_teardown(without_its_mark_or_its_files_it_cannot_be_opened,
			fixture_setup_closed, fixture_teardown),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
