/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include <lmdb.h>
#include <zong/file.h>

#include "fixture.h"
#include "version.h"

static void set_format(const struct fixture *f, const char *text)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/format", f->dir);
	assert_int_equal(zong_file_replace(path, text, strlen(text), 0600), 0);
}

/* Takes a table out of the catalog, as in an archive of a time when there was none. */
static void drop_table(const struct fixture *f, const char *name)
{
	char path[512];
	MDB_env *env;
	MDB_txn *txn;
	MDB_dbi dbi;

	snprintf(path, sizeof(path), "%s/catalog", f->dir);
	assert_int_equal(mdb_env_create(&env), 0);
	assert_int_equal(mdb_env_set_maxdbs(env, ZONG_TABLE_COUNT_), 0);
	assert_int_equal(mdb_env_open(env, path, 0, 0600), 0);
	assert_int_equal(mdb_txn_begin(env, NULL, 0, &txn), 0);
	assert_int_equal(mdb_dbi_open(txn, name, 0, &dbi), 0);
	assert_int_equal(mdb_drop(txn, dbi, 1), 0);
	assert_int_equal(mdb_txn_commit(txn), 0);
	mdb_env_close(env);
}

static void an_older_archive_gets_the_tables_it_lacks_and_today_s_number(void **state)
{
	struct fixture *f = *state;
	unsigned format = 0;

	assert_int_equal(fixture_put(f->store, "kept", "value"), 0);
	zong_store_close(f->store);
	f->store = NULL;
	drop_table(f, "jobs_by_raster");
	set_format(f, "1\n");
	fixture_reopen(f);
	assert_true(fixture_has(f->store, "kept", "value"));
	assert_int_equal(zong_version_read(f->dir, &format), 0);
	assert_int_equal(format, ZONG_FORMAT);
	fixture_reopen(f);
	assert_true(fixture_has(f->store, "kept", "value"));
}

static int put_old_job(struct zong_txn *txn, void *ctx)
{
	Zong__Job *job = ctx;
	struct zong_key key;
	int r = zong_job_add(txn, job);

	if (r)
		return r;
	zong_job_ready_key(job, &key);
	r = zong_txn_delete(txn, ZONG_TABLE_JOBS_READY, &key);
	if (r || job->parked)
		return r;
	zong_key_clear(&key);
	zong_key_u64(&key, (uint64_t)job->due);
	zong_key_bytes(&key, job->id.data, job->id.len);
	return zong_txn_put_bytes(txn, ZONG_TABLE_JOBS_READY, &key, NULL, 0);
}

static void jobs_of_a_time_without_queues_are_urgent_and_parked_ones_stay(void **state)
{
	struct fixture *f = *state;
	uint8_t ids[3][ZONG_ID_SIZE] = {{1}, {2}, {3}}, rasters[3][ZONG_DIGEST_SIZE] = {{1}, {2}, {3}};
	uint64_t waiting, running, parked;
	Zong__Job *taken;
	int64_t due;

	for (size_t i = 0; i < 3; i++) {
		Zong__Job job = ZONG__JOB__INIT;

		job.id = (ProtobufCBinaryData){.data = ids[i], .len = ZONG_ID_SIZE};
		job.raster = (ProtobufCBinaryData){.data = rasters[i], .len = ZONG_DIGEST_SIZE};
		job.due = (int64_t)(30 - i);
		job.parked = i == 2;
		assert_int_equal(zong_store_write(f->store, put_old_job, &job), 0);
	}
	set_format(f, "3\n");
	fixture_reopen(f);
	set_format(f, "3\n"); /* as after a crash before the number was written */
	fixture_reopen(f);
	zong_job_counts(f->store, &waiting, &running, &parked);
	assert_int_equal(waiting, 2);
	assert_int_equal(parked, 1);
	for (size_t i = 2; i > 0; i--) {
		assert_int_equal(zong_job_take(f->store, 100, &taken, &due), 0);
		assert_memory_equal(taken->id.data, ids[i - 1], ZONG_ID_SIZE);
		assert_int_equal(taken->queue, ZONG__JOB_QUEUE__QUEUE_URGENT);
		zong__job__free_unpacked(taken, NULL);
	}
	assert_int_equal(zong_job_take(f->store, 100, &taken, &due), ZONG_EEND);
}

static void a_table_missing_from_an_archive_of_today_is_damage(void **state)
{
	struct fixture *f = *state;

	zong_store_close(f->store);
	f->store = NULL;
	drop_table(f, "jobs_by_raster");
	assert_int_equal(zong_store_open(f->dir, NULL, &f->store, NULL), ZONG_ECORRUPT);
}

static void a_newer_archive_is_refused_and_left_as_it_is(void **state)
{
	struct fixture *f = *state;
	char newer[32];
	unsigned format = 0;

	zong_store_close(f->store);
	f->store = NULL;
	snprintf(newer, sizeof(newer), "%u\n", ZONG_FORMAT + 1);
	set_format(f, newer);
	assert_int_equal(zong_store_open(f->dir, NULL, &f->store, NULL), ZONG_EVERSION);
	assert_int_equal(zong_version_read(f->dir, &format), ZONG_EVERSION);
	assert_int_equal(format, 0);
	snprintf(newer, sizeof(newer), "%u\n", ZONG_FORMAT);
	set_format(f, newer);
	fixture_reopen(f);
}

static void a_format_that_is_no_number_is_damage(void **state)
{
	static const char *const wrong[] = {"", "\n", "0\n", "two\n", "2", "2 \n", "-\n"};
	struct fixture *f = *state;
	unsigned format = 0;
	size_t i;

	for (i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		set_format(f, wrong[i]);
		assert_int_equal(zong_version_read(f->dir, &format), ZONG_ECORRUPT);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
		TEST(an_older_archive_gets_the_tables_it_lacks_and_today_s_number),
		TEST(jobs_of_a_time_without_queues_are_urgent_and_parked_ones_stay),
		TEST(a_table_missing_from_an_archive_of_today_is_damage),
		TEST(a_newer_archive_is_refused_and_left_as_it_is),
		TEST(a_format_that_is_no_number_is_damage),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
