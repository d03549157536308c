/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

#include "fixture.h"

/* The disk's failures: LMDB's own writes and syncs go through these. A negative number does
 * nothing, otherwise so many calls are let through, and @fail_count after them fail. */
static atomic_int writes_left = -1;
static atomic_int syncs_left = -1;
static atomic_int fail_count;
static int fail_errno;

static bool fails(atomic_int *left)
{
	if (atomic_load(left) < 0)
		return false;
	if (atomic_fetch_sub(left, 1) > 0)
		return false;
	if (atomic_fetch_sub(&fail_count, 1) <= 0)
		return false;
	atomic_store(left, 0);
	errno = fail_errno;
	return true;
}

ssize_t pwrite(int fd, const void *bytes, size_t len, off_t offset)
{
	static ssize_t (*real)(int, const void *, size_t, off_t);

	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "pwrite");
	return fails(&writes_left) ? -1 : real(fd, bytes, len, offset);
}

/* Pages that lie side by side go out together: which do depends on how many tables there are. */
ssize_t writev(int fd, const struct iovec *parts, int count)
{
	static ssize_t (*real)(int, const struct iovec *, int);

	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "writev");
	return fails(&writes_left) ? -1 : real(fd, parts, count);
}

int fdatasync(int fd)
{
	static int (*real)(int);

	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "fdatasync");
	return fails(&syncs_left) ? -1 : real(fd);
}

static void inject(atomic_int *which, int left, int count, int code)
{
	atomic_store(&writes_left, -1);
	atomic_store(&syncs_left, -1);
	fail_errno = code;
	atomic_store(&fail_count, count);
	if (which)
		atomic_store(which, left);
}

static int teardown(void **state)
{
	inject(NULL, 0, 0, 0);
	return fixture_teardown(state);
}

/* How often one small write calls pwrite or writev, so that a test can fail the last one: the meta page. */
static int count_writes(struct fixture *f)
{
	int before = 1000000;
	int after;

	inject(&writes_left, before, 0, 0);
	assert_int_equal(fixture_put(f->store, "counted", "1"), 0);
	after = atomic_load(&writes_left);
	inject(NULL, 0, 0, 0);
	return before - after;
}

static void assert_usable(struct fixture *f, const char *lost)
{
	assert_false(fixture_has(f->store, lost, "1"));
	assert_true(fixture_has(f->store, "before", "1"));
	assert_int_equal(fixture_put(f->store, "after", "1"), 0);
	assert_true(fixture_has(f->store, "after", "1"));
	fixture_reopen(f);
	assert_false(fixture_has(f->store, lost, "1"));
	assert_true(fixture_has(f->store, "before", "1"));
	assert_true(fixture_has(f->store, "after", "1"));
}

static void a_full_disk_fails_the_write_and_the_next_one_is_tried_afresh(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(fixture_put(f->store, "before", "1"), 0);
	inject(&writes_left, 0, 1, ENOSPC);
	assert_int_equal(fixture_put(f->store, "lost", "1"), ZONG_ENOSPC);
	inject(NULL, 0, 0, 0);
	assert_usable(f, "lost");
}

static void a_failed_sync_fails_the_write_and_the_next_one_is_tried_afresh(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(fixture_put(f->store, "before", "1"), 0);
	inject(&syncs_left, 0, 1, EIO);
	assert_int_equal(fixture_put(f->store, "lost", "1"), ZONG_EIO);
	inject(NULL, 0, 0, 0);
	assert_usable(f, "lost");
}

static void a_failed_meta_page_does_not_end_reading_and_writing(void **state)
{
	struct fixture *f = *state;
	struct zong_txn *txn;
	int writes;

	assert_int_equal(fixture_put(f->store, "before", "1"), 0);
	writes = count_writes(f);
	assert_true(writes >= 2);
	inject(&writes_left, writes - 1, 1, EIO);
	assert_int_equal(fixture_put(f->store, "lost", "1"), ZONG_EIO);
	inject(NULL, 0, 0, 0);
	/* LMDB alone would refuse everything from here on. */
	assert_int_equal(zong_store_read_begin(f->store, &txn), 0);
	zong_txn_end(txn);
	assert_usable(f, "lost");
}

static void a_disk_that_stays_bad_is_tried_again_each_time(void **state)
{
	struct fixture *f = *state;
	int writes;

	assert_int_equal(fixture_put(f->store, "before", "1"), 0);
	writes = count_writes(f);
	/* The meta page, the old one put back, and whatever comes until the disk is well. */
	inject(&writes_left, writes - 1, 1000000, EIO);
	assert_int_equal(fixture_put(f->store, "lost", "1"), ZONG_EIO);
	assert_int_equal(fixture_put(f->store, "lost", "1"), ZONG_EIO);
	inject(&syncs_left, 0, 1000000, EIO);
	assert_int_equal(fixture_put(f->store, "lost", "1"), ZONG_EIO);
	inject(NULL, 0, 0, 0);
	assert_int_equal(fixture_put(f->store, "after", "1"), 0);
	assert_true(fixture_has(f->store, "before", "1"));
	fixture_reopen(f);
	assert_true(fixture_has(f->store, "after", "1"));
}

static void segments_that_cannot_be_written_fail_their_file_alone(void **state)
{
	struct fixture *f = *state;
	struct zong_ingest_result result;

	assert_int_equal(fixture_put(f->store, "before", "1"), 0);
	fixture_noise(&f->bytes, 300000, 1);
	inject(&writes_left, 0, 1, ENOSPC);
	assert_int_equal(fixture_store_bytes(
				 f->store, f->bytes.data, f->bytes.len, ZONG_MEDIA_UNKNOWN, NULL),
		ZONG_ENOSPC);
	inject(NULL, 0, 0, 0);
	assert_int_equal(fixture_counter(f->store, ZONG_COUNT_BYTES_STORED), 0);
	assert_int_equal(fixture_store_bytes(f->store, f->bytes.data, f->bytes.len,
				 ZONG_MEDIA_UNKNOWN, &result),
		0);
	assert_int_equal(result.bytes_new, 300000);
	fixture_assert_file(f->store, &result.digest, f->bytes.data, f->bytes.len);
}

static void stored_bytes_are_right_when_only_the_catalog_failed(void **state)
{
	struct fixture *f = *state;
	struct zong_ingest_result result;
	int syncs = 0;

	fixture_noise(&f->bytes, 300000, 2);
	/* The first sync is that of segments/, the second that of catalog/. */
	inject(&syncs_left, ++syncs, 1, EIO);
	assert_int_equal(fixture_store_bytes(
				 f->store, f->bytes.data, f->bytes.len, ZONG_MEDIA_UNKNOWN, NULL),
		ZONG_EIO);
	inject(NULL, 0, 0, 0);
	fixture_reopen(f);
	assert_int_equal(fixture_store_bytes(f->store, f->bytes.data, f->bytes.len,
				 ZONG_MEDIA_UNKNOWN, &result),
		0);
	assert_true(fixture_counter(f->store, ZONG_COUNT_BYTES_STORED) >= 300000);
	assert_true(fixture_counter(f->store, ZONG_COUNT_BYTES_STORED) < 301000);
	fixture_assert_file(f->store, &result.digest, f->bytes.data, f->bytes.len);
}

static void codes_are_translated_once(void **state)
{
	(void)state;
	assert_int_equal(zong_error_from_mdb(0), 0);
	assert_int_equal(zong_error_from_mdb(MDB_NOTFOUND), ZONG_ENOENT);
	assert_int_equal(zong_error_from_mdb(MDB_KEYEXIST), ZONG_EEXIST);
	assert_int_equal(zong_error_from_mdb(MDB_CORRUPTED), ZONG_ECORRUPT);
	assert_int_equal(zong_error_from_mdb(MDB_VERSION_MISMATCH), ZONG_EVERSION);
	assert_int_equal(zong_error_from_mdb(MDB_PANIC), ZONG_EIO);
	assert_int_equal(zong_error_from_mdb(MDB_READERS_FULL), ZONG_ELIMIT);
	assert_int_equal(zong_error_from_mdb(ENOSPC), ZONG_ENOSPC);
	assert_int_equal(zong_error_from_mdb(EFBIG), ZONG_ENOSPC);
	assert_int_equal(zong_error_from_mdb(EACCES), ZONG_EIO);
}

static void one_read_too_many_is_refused_and_the_others_go_on(void **state)
{
	struct fixture *f = *state;
	struct zong_txn *txns[ZONG_LIMIT_READERS + 1];
	size_t i;
	int r = 0;

	for (i = 0; i <= ZONG_LIMIT_READERS; i++) {
		r = zong_store_read_begin(f->store, &txns[i]);
		if (r)
			break;
	}
	assert_int_equal(r, ZONG_ELIMIT);
	while (i-- > 0)
		zong_txn_end(txns[i]);
	assert_int_equal(fixture_put(f->store, "x", "1"), 0);
	assert_true(fixture_has(f->store, "x", "1"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, teardown)
		TEST(a_full_disk_fails_the_write_and_the_next_one_is_tried_afresh),
		TEST(a_failed_sync_fails_the_write_and_the_next_one_is_tried_afresh),
		TEST(a_failed_meta_page_does_not_end_reading_and_writing),
		TEST(a_disk_that_stays_bad_is_tried_again_each_time),
		TEST(segments_that_cannot_be_written_fail_their_file_alone),
		TEST(stored_bytes_are_right_when_only_the_catalog_failed),
		TEST(codes_are_translated_once),
		TEST(one_read_too_many_is_refused_and_the_others_go_on),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
