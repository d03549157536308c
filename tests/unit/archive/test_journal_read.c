/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include <zong/time.h>

#include "fixture.h"
#include "journal.h"

/* A journal of its own over the fixture's store, so that a test chooses the window. */
static struct zong_journal *open_journal(struct fixture *f, int64_t window)
{
	struct zong_journal *journal = NULL;

	assert_int_equal(zong_journal_open(f->archive->store, window, &journal), 0);
	return journal;
}

static void the_first_read_is_durable_and_repeats_are_counted(void **state)
{
	struct fixture *f = *state;
	struct zong_journal *journal = open_journal(f, 3600 * ZONG_SECOND);
	uint64_t sum;

	for (int i = 0; i < 100; i++) {
		assert_int_equal(zong_journal_read(journal, &f->tax, "file.read", "material/a"), 0);
		assert_int_equal(fixture_log(f, "file.read", "material/a", NULL), 1);
	}
	zong_journal_close(journal);
	assert_int_equal(fixture_log(f, "file.read", "material/a", &sum), 2);
	assert_int_equal(sum, 100);
}

static void other_subjects_purposes_verbs_and_objects_have_lines_of_their_own(void **state)
{
	struct fixture *f = *state;
	struct zong_journal *journal = open_journal(f, 3600 * ZONG_SECOND);
	struct zong_subject why = f->tax;

	snprintf(why.purpose, sizeof(why.purpose), "核税");
	assert_int_equal(zong_journal_read(journal, &f->tax, "file.read", "material/b"), 0);
	assert_int_equal(zong_journal_read(journal, &why, "file.read", "material/b"), 0);
	assert_int_equal(zong_journal_read(journal, &f->housing, "file.read", "material/b"), 0);
	assert_int_equal(zong_journal_read(journal, &f->tax, "page.read", "material/b"), 0);
	assert_int_equal(zong_journal_read(journal, &f->tax, "file.read", "material/b2"), 0);
	assert_int_equal(fixture_log(f, "file.read", "material/b", NULL), 3);
	assert_int_equal(fixture_log(f, "page.read", "material/b", NULL), 1);
	assert_int_equal(fixture_log(f, "file.read", "material/b2", NULL), 1);
	zong_journal_close(journal);
	assert_int_equal(fixture_log(f, "file.read", "material/b", NULL), 3);
}

static void repeats_are_written_when_their_window_ends(void **state)
{
	struct fixture *f = *state;
	struct zong_journal *journal = open_journal(f, ZONG_SECOND / 5);
	int64_t until = zong_time_monotonic() + 10 * ZONG_SECOND;
	uint64_t seen = 0;
	uint64_t sum = 0;

	for (int i = 0; i < 5; i++)
		assert_int_equal(zong_journal_read(journal, &f->tax, "file.read", "material/c"), 0);
	while (sum < 5 && zong_time_monotonic() < until) {
		zong_archive_wait(f->archive, &seen, ZONG_SECOND / 20);
		fixture_log(f, "file.read", "material/c", &sum);
	}
	assert_int_equal(sum, 5);
	zong_journal_close(journal);
	fixture_log(f, "file.read", "material/c", &sum);
	assert_int_equal(sum, 5);
}

static void more_objects_than_are_remembered_lose_nothing(void **state)
{
	struct fixture *f = *state;
	struct zong_journal *journal = open_journal(f, 3600 * ZONG_SECOND);
	enum { MANY = ZONG_JOURNAL_READS + ZONG_JOURNAL_READS / 4 };
	uint64_t sum;
	char object[64];

	for (int i = 0; i < MANY; i++) {
		snprintf(object, sizeof(object), "material/many-%d", i);
		assert_int_equal(
			zong_journal_read(journal, &f->lookup, "material.read", object), 0);
		assert_int_equal(
			zong_journal_read(journal, &f->lookup, "material.read", object), 0);
	}
	zong_journal_close(journal);
	fixture_log(f, "material.read", NULL, &sum);
	assert_int_equal(sum, 2 * MANY);
}

struct reader {
	struct zong_journal *journal;
	struct fixture *f;
	pthread_t thread;
};

static void *read_often(void *ctx)
{
	struct reader *reader = ctx;

	for (int i = 0; i < 1000; i++)
		if (zong_journal_read(
			    reader->journal, &reader->f->archivist, "file.read", "material/d"))
			return ctx;
	return NULL;
}

static void many_threads_share_one_line_and_count_right(void **state)
{
	struct fixture *f = *state;
	struct zong_journal *journal = open_journal(f, 3600 * ZONG_SECOND);
	struct reader reader[8];
	void *failed = NULL;
	uint64_t sum;

	for (size_t i = 0; i < 8; i++) {
		reader[i] = (struct reader){.journal = journal, .f = f};
		assert_int_equal(
			pthread_create(&reader[i].thread, NULL, read_often, &reader[i]), 0);
	}
	for (size_t i = 0; i < 8; i++) {
		void *result;

		pthread_join(reader[i].thread, &result);
		failed = result ? result : failed;
	}
	assert_null(failed);
	assert_int_equal(fixture_log(f, "file.read", "material/d", NULL), 1);
	zong_journal_close(journal);
	assert_int_equal(fixture_log(f, "file.read", "material/d", &sum), 2);
	assert_int_equal(sum, 8000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(
			the_first_read_is_durable_and_repeats_are_counted, fixture_clear),
		cmocka_unit_test_teardown(
			other_subjects_purposes_verbs_and_objects_have_lines_of_their_own,
			fixture_clear),
		cmocka_unit_test_teardown(
			repeats_are_written_when_their_window_ends, fixture_clear),
		cmocka_unit_test_teardown(
			more_objects_than_are_remembered_lose_nothing, fixture_clear),
		cmocka_unit_test_teardown(
			many_threads_share_one_line_and_count_right, fixture_clear),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, fixture_setup_paused, fixture_teardown);
}
