/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <zong/file.h>
#include <zong/time.h>

#include "fixture.h"
#include "scrub.h"

static struct zong_scrub *scrub; /* so that a failing test's teardown ends it */

static struct zong_scrub_state state_of(struct fixture *f)
{
	struct zong_scrub_state state;
	struct zong_txn *txn;

	assert_int_equal(zong_store_read_begin(f->archive->store, &txn), 0);
	assert_int_equal(zong_scrub_read(txn, &state), 0);
	zong_txn_end(txn);
	return state;
}

/* A round after @before has ended; false after thirty seconds. */
static bool wait_round(struct fixture *f, int64_t before)
{
	int64_t until = zong_time_monotonic() + 30 * ZONG_SECOND;

	while (zong_time_monotonic() < until) {
		if (state_of(f).last_ended > before)
			return true;
		usleep(20000);
	}
	return false;
}

static int stop(void **state)
{
	zong_scrub_stop(scrub);
	scrub = NULL;
	return fixture_clear(state);
}

/* A segment of its own: shorter files stand in their recipes. */
static void add_large(struct fixture *f, const char *no)
{
	char pages[4000] = "text ";
	uint64_t x = 88172645463325252u;
	size_t len = strlen(pages);

	while (len < sizeof(pages) - 10) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		pages[len++] = (char)('!' + (x >> 20) % 90);
	}
	pages[len++] = '\n';
	pages[len] = '\0';
	assert_int_equal(fixture_add(f, no, "", pages, NULL, &f->receipt), 0);
}

static void a_round_of_a_sound_archive_finds_nothing(void **state)
{
	struct fixture *f = *state;

	fixture_case(f, "scrub-1");
	add_large(f, "scrub-1");
	assert_int_equal(zong_scrub_start(f->archive, ZONG_SECOND, &scrub), 0);
	assert_true(wait_round(f, 0));
	assert_int_equal(state_of(f).last_found, 0);
	assert_int_equal(fixture_log(f, "scrub.found", NULL, NULL), 0);
}

static void where_it_is_survives_a_restart(void **state)
{
	struct fixture *f = *state;
	struct zong_scrub_state before, after;

	assert_int_equal(zong_scrub_start(f->archive, 3600 * ZONG_SECOND, &scrub), 0);
	usleep(50000);
	zong_scrub_stop(scrub);
	scrub = NULL;
	before = state_of(f);
	assert_true(before.began > 0);
	fixture_reopen(f, true);
	assert_int_equal(zong_scrub_start(f->archive, 3600 * ZONG_SECOND, &scrub), 0);
	zong_scrub_stop(scrub);
	scrub = NULL;
	after = state_of(f);
	assert_int_equal(after.began, before.began);
	assert_true(after.position >= before.position);
}

/* Turns a byte of the one segment, which zstd has made smaller. */
static void spoil(struct fixture *f)
{
	const uint8_t magic[] = {0x28, 0xb5, 0x2f, 0xfd};
	struct zong_buf data = ZONG_BUF_INIT(64 << 20);
	int64_t until = zong_time_monotonic() + 20 * ZONG_SECOND;
	uint8_t *at = NULL;
	char path[600];
	int fd;

	snprintf(path, sizeof(path), "%s/segments/data.mdb", f->dir);
	while (!at && zong_time_monotonic() < until) { /* it is moved there a little later */
		zong_buf_clear(&data);
		assert_int_equal(zong_file_read(path, &data), 0);
		at = memmem(data.data, data.len, magic, sizeof(magic));
		if (!at)
			usleep(50000);
	}
	assert_non_null(at);
	at += 300;
	*at ^= 1;
	fd = open(path, O_RDWR | O_CLOEXEC);
	assert_int_equal(pwrite(fd, at, 1, (off_t)(at - data.data)), 1);
	close(fd);
	zong_buf_release(&data);
}

static void a_damaged_segment_is_told_of_with_its_materials(void **state)
{
	struct fixture *f = *state;
	struct zong_status status;
	int64_t before = state_of(f).last_ended;

	spoil(f);
	assert_int_equal(zong_scrub_start(f->archive, ZONG_SECOND, &scrub), 0);
	assert_true(wait_round(f, before));
	before = state_of(f).last_ended;
	if (state_of(f).last_found == 0)
		assert_true(wait_round(f, before)); /* it was past the place already */
	zong_scrub_stop(scrub);
	scrub = NULL;
	assert_true(state_of(f).last_found > 0);
	assert_true(fixture_log(f, "scrub.found", NULL, NULL) > 0);
	zong_status_peek(f->archive, &status);
	assert_int_equal(status.scrub_last_found, state_of(f).last_found);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_teardown(name, stop)
		TEST(a_round_of_a_sound_archive_finds_nothing),
		TEST(where_it_is_survives_a_restart),
		TEST(a_damaged_segment_is_told_of_with_its_materials),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, fixture_setup_paused, fixture_teardown);
}
