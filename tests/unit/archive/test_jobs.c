/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include <zong/time.h>

#include "fixture.h"
#include "reader.h"

static int list(struct fixture *f, const struct zong_subject *who, const char *state,
	const char *after, size_t max, bool *ret_more)
{
	zong_jobs_free(f->jobs, f->job_count);
	f->jobs = NULL;
	f->job_count = 0;
	return zong_jobs_list(
		f->archive, who, state, after, max, &f->jobs, &f->job_count, ret_more, &f->err);
}

/* Waits until that many jobs are in a state. */
static bool wait_for(struct fixture *f, const char *state, size_t count)
{
	int64_t until = zong_time_monotonic() + 10 * ZONG_SECOND;
	uint64_t seen = 0;
	bool more;

	do {
		if (list(f, &f->archivist, state, NULL, 200, &more))
			return false;
		if (f->job_count == count)
			return true;
		zong_archive_wait(f->archive, &seen, ZONG_SECOND / 50);
	} while (zong_time_monotonic() < until);
	return false;
}

static void a_parked_job_names_its_materials_and_can_be_tried_again(void **state)
{
	struct fixture *f = *state;
	struct zong_job_item *item;
	char id[ZONG_ID_TEXT];
	bool more;

	fixture_case(f, "jobs-1");
	assert_int_equal(fixture_add(f, "jobs-1", "", "torn 甲\n", NULL, &f->receipt), 0);
	assert_int_equal(
		fixture_add(f, "jobs-1", "", "torn 甲\ntext 乙\ntorn 甲\n", NULL, &f->other), 0);
	assert_true(fixture_settle(f));
	assert_int_equal(list(f, &f->administrator, "parked", NULL, 50, &more), 0);
	assert_int_equal(f->job_count, 1);
	assert_string_equal(f->jobs[0].state, "parked");
	assert_int_equal(f->jobs[0].job->err, ZONG_EDAMAGED);
	assert_int_equal(f->jobs[0].material_count, 2);
	assert_string_equal(f->jobs[0].materials[0], fixture_id(&f->receipt.material->id));
	assert_string_equal(f->jobs[0].materials[1], fixture_id(&f->other.material->id));
	memcpy(id, fixture_id(&f->jobs[0].job->id), sizeof(id));
	fake_pool_gate(false);
	assert_int_equal(zong_jobs_retry(f->archive, &f->archivist, id, &item, &f->err), 0);
	assert_string_equal(item->state, "waiting");
	assert_false(item->job->parked);
	assert_int_equal(item->material_count, 2);
	zong_jobs_free(item, 1);
	assert_int_equal(zong_material_pages(
				 f->archive, &f->archivist, f->receipt.material, false, &f->pages),
		0);
	assert_int_equal(f->pages.page[0].state, ZONG_PAGE_WAITING);
	assert_int_equal(
		zong_jobs_retry(f->archive, &f->archivist, id, &item, &f->err), ZONG_EINVAL);
	fake_pool_gate(true);
	assert_true(fixture_settle(f));
	assert_int_equal(fixture_log(f, "job.retry", NULL, NULL), 1);
}

static void a_job_in_work_is_running(void **state)
{
	struct fixture *f = *state;

	fake_pool_gate(false);
	fixture_case(f, "jobs-2");
	assert_int_equal(fixture_add(f, "jobs-2", "", "text 丙\n", NULL, &f->receipt), 0);
	assert_true(wait_for(f, "running", 1));
	fake_pool_gate(true);
	assert_true(fixture_settle(f));
	assert_true(wait_for(f, "running", 0));
}

static void a_list_goes_on_after_an_id(void **state)
{
	struct fixture *f = *state;
	char after[ZONG_ID_TEXT] = "";
	size_t seen = 0;
	bool more;

	fixture_reopen(f, true);
	fixture_case(f, "jobs-3");
	assert_int_equal(
		fixture_add(f, "jobs-3", "", "text 一\ntext 二\ntext 三\ntext 四\ntext 五\n", NULL,
			&f->receipt),
		0);
	do {
		assert_int_equal(
			list(f, &f->archivist, "waiting", after[0] ? after : NULL, 2, &more), 0);
		for (size_t i = 0; i < f->job_count; i++) {
			assert_true(strcmp(fixture_id(&f->jobs[i].job->id), after) > 0);
			memcpy(after, fixture_id(&f->jobs[i].job->id), sizeof(after));
			seen++;
		}
	} while (more);
	assert_int_equal(seen, 5);
	fixture_reopen(f, false);
	assert_true(fixture_settle(f));
}

/* The job of the page with these words. */
static Zong__Job *job_of(struct fixture *f, const char *words)
{
	struct zong_digest raster;
	struct zong_txn *txn;
	Zong__Job *job;

	zong_digest_of(words, strlen(words), &raster);
	assert_int_equal(zong_store_read_begin(f->archive->store, &txn), 0);
	assert_int_equal(zong_job_of_raster(txn, &raster, &job), 0);
	zong_txn_end(txn);
	return job;
}

static void assert_queued(
	struct fixture *f, const char *words, Zong__JobQueue queue, const char *department)
{
	Zong__Job *job = job_of(f, words);

	assert_int_equal(job->queue, queue);
	assert_string_equal(job->department, department);
	zong__job__free_unpacked(job, NULL);
}

static void pages_wait_for_the_first_receiver_and_bulk_until_somebody_brings_them(void **state)
{
	struct fixture *f = *state;
	struct zong_buf many = ZONG_BUF_INIT(1 << 20);
	bool more;

	fixture_reopen(f, true);
	fixture_case(f, "jobs-4");
	assert_int_equal(fixture_add(f, "jobs-4", "", "text 壹\n", "tax,housing", &f->receipt), 0);
	assert_queued(f, "text 壹", ZONG__JOB_QUEUE__QUEUE_URGENT, "tax");
	assert_int_equal(fixture_add(f, "jobs-4", "", "text 贰\n", NULL, &f->receipt), 0);
	assert_queued(f, "text 贰", ZONG__JOB_QUEUE__QUEUE_URGENT, "");
	f->bulk = true;
	assert_int_equal(
		fixture_add(f, "jobs-4", "", "text 叁\ntext 肆\ntext 壹\n", "tax", &f->receipt), 0);
	assert_queued(f, "text 叁", ZONG__JOB_QUEUE__QUEUE_BULK, "tax");
	assert_queued(f, "text 壹", ZONG__JOB_QUEUE__QUEUE_URGENT, "tax");
	f->bulk = false;
	assert_int_equal(fixture_add(f, "jobs-4", "b", "text 肆\n", "housing", &f->receipt), 0);
	assert_queued(f, "text 叁", ZONG__JOB_QUEUE__QUEUE_BULK, "tax");
	assert_queued(f, "text 肆", ZONG__JOB_QUEUE__QUEUE_URGENT, "housing");
	/* a volume is bulk by itself */
	for (int i = 0; i <= ZONG_LIMIT_URGENT_PAGES; i++)
		zong_buf_add_format(&many, "text v%d\n", i);
	assert_int_equal(fixture_add(f, "jobs-4", "v", zong_buf_str(&many), "tax", &f->receipt), 0);
	assert_queued(f, "text v7", ZONG__JOB_QUEUE__QUEUE_BULK, "tax");
	zong_buf_release(&many);
	fixture_reopen(f, false);
	assert_true(fixture_settle(f));
	assert_int_equal(list(f, &f->archivist, "waiting", NULL, 50, &more), 0);
	assert_int_equal(f->job_count, 0);
}

static void assert_left(struct fixture *f, uint32_t read, uint32_t parked, uint32_t waiting)
{
	struct zong_reading_left left;

	assert_int_equal(zong_material_left(f->archive, f->receipt.material, false, &left), 0);
	assert_int_equal(left.pages, read + parked + waiting);
	assert_int_equal(left.read, read);
	assert_int_equal(left.parked, parked);
	assert_int_equal(left.waiting, waiting);
	if (!waiting)
		assert_true(left.seconds < 0);
}

static void job_id_of(struct fixture *f, const char *words, char id[ZONG_ID_TEXT])
{
	Zong__Job *job = job_of(f, words);

	memcpy(id, fixture_id(&job->id), ZONG_ID_TEXT);
	zong__job__free_unpacked(job, NULL);
}

static int cancel(struct fixture *f, const struct zong_subject *who, const char *id)
{
	struct zong_job_item *item;
	int code = zong_jobs_cancel(f->archive, who, id, &item, &f->err);

	if (code)
		return code;
	assert_string_equal(item->state, "cancelled");
	zong_jobs_free(item, 1);
	return 0;
}

static void a_cancelled_page_waits_no_longer_and_says_who_did_that(void **state)
{
	struct fixture *f = *state;
	struct zong_job_item *item;
	char id[ZONG_ID_TEXT];
	bool more;

	fixture_reopen(f, true);
	fixture_case(f, "jobs-5");
	assert_int_equal(fixture_add(f, "jobs-5", "", "text 子\ntext 丑\n", "tax", &f->receipt), 0);
	assert_left(f, 0, 0, 2);
	job_id_of(f, "text 子", id);
	assert_int_equal(cancel(f, &f->tax, id), ZONG_EFORBIDDEN);
	assert_int_equal(cancel(f, &f->archivist, id), 0);
	assert_int_equal(cancel(f, &f->archivist, id), ZONG_EINVAL);
	assert_left(f, 0, 1, 1);
	assert_int_equal(list(f, &f->archivist, "cancelled", NULL, 50, &more), 0);
	assert_int_equal(f->job_count, 1);
	assert_int_equal(fixture_log(f, "job.cancel", NULL, NULL), 1);
	fixture_reopen(f, false);
	assert_true(fixture_settle(f));
	assert_left(f, 1, 1, 0);
	assert_int_equal(zong_material_pages(
				 f->archive, &f->archivist, f->receipt.material, false, &f->pages),
		0);
	assert_int_equal(f->pages.page[0].state, ZONG_PAGE_CANCELLED);
	assert_int_equal(f->pages.page[0].err, ZONG_EREADCANCELLED);
	assert_string_equal(f->pages.page[0].cancelled_by, f->archivist.name);
	assert_true(f->pages.page[0].cancelled > 0);
	assert_int_equal(f->pages.page[1].state, ZONG_PAGE_READ);
	assert_int_equal(zong_jobs_retry(f->archive, &f->archivist, id, &item, &f->err), 0);
	zong_jobs_free(item, 1);
	assert_true(fixture_settle(f));
	assert_left(f, 2, 0, 0);
	assert_int_equal(cancel(f, &f->archivist, id), ZONG_ENOENT);
}

static void a_page_being_read_is_ended_and_that_is_no_try(void **state)
{
	struct fixture *f = *state;
	struct zong_job_item *item;
	char id[ZONG_ID_TEXT];
	bool more;

	fake_pool_gate(false);
	fixture_case(f, "jobs-6");
	assert_int_equal(fixture_add(f, "jobs-6", "", "text 寅\n", NULL, &f->receipt), 0);
	assert_true(wait_for(f, "running", 1));
	job_id_of(f, "text 寅", id);
	assert_int_equal(cancel(f, &f->archivist, id), 0);
	/* the gate is shut, so it is not the end of the page that ends it */
	assert_true(fixture_settle(f));
	assert_left(f, 0, 1, 0);
	assert_int_equal(list(f, &f->archivist, "cancelled", NULL, 50, &more), 0);
	assert_int_equal(f->job_count, 1);
	assert_int_equal(f->jobs[0].job->tries, 0);
	fake_pool_gate(true);
	assert_int_equal(zong_jobs_retry(f->archive, &f->archivist, id, &item, &f->err), 0);
	zong_jobs_free(item, 1);
	assert_true(fixture_settle(f));
	assert_left(f, 1, 0, 0);
}

static void an_estimate_is_made_from_what_was_read_lately(void **state)
{
	struct fixture *f = *state;
	struct zong_reading_left left;
	struct zong_status status;
	double rate;

	fixture_reopen(f, false); /* nothing is known any more */
	zong_status_peek(f->archive, &status);
	assert_true(status.pages_per_second == 0);
	fixture_case(f, "jobs-7");
	assert_int_equal(fixture_add(f, "jobs-7", "",
				 "text 一甲\ntext 一乙\ntext 一丙\ntext 一丁\n", NULL, &f->receipt),
		0);
	assert_true(fixture_settle(f));
	fake_pool_gate(false);
	assert_int_equal(
		fixture_add(f, "jobs-7", "b", "text 二甲\ntext 二乙\n", NULL, &f->receipt), 0);
	zong_status_peek(f->archive, &status);
	assert_true(status.pages_per_second > 0);
	/* Until both pages stand at the gate the rate changes with each that is begun: asked again where it did meanwhile. */
	do {
		rate = zong_readers_rate(f->archive->readers);
		assert_int_equal(
			zong_material_left(f->archive, f->receipt.material, false, &left), 0);
	} while (rate != zong_readers_rate(f->archive->readers));
	assert_int_equal(left.waiting, 2);
	assert_true(left.seconds > 0);
	assert_float_equal(left.seconds * rate, 2, 0.01);
	fake_pool_gate(true);
	assert_true(fixture_settle(f));
}

static void bad_questions_are_refused(void **state)
{
	struct fixture *f = *state;
	struct zong_job_item *item;
	struct zong_id id;
	char text[ZONG_ID_TEXT];
	bool more;

	assert_int_equal(list(f, &f->archivist, "done", NULL, 2, &more), ZONG_EINVAL);
	assert_int_equal(list(f, &f->archivist, NULL, "x", 2, &more), ZONG_ECURSOR);
	assert_int_equal(list(f, &f->tax, NULL, NULL, 2, &more), ZONG_EFORBIDDEN);
	assert_int_equal(list(f, &f->lookup, NULL, NULL, 2, &more), ZONG_EFORBIDDEN);
	zong_id_new(&id);
	zong_id_format(&id, text);
	assert_int_equal(
		zong_jobs_retry(f->archive, &f->archivist, text, &item, &f->err), ZONG_ENOENT);
	assert_int_equal(
		zong_jobs_retry(f->archive, &f->archivist, "x", &item, &f->err), ZONG_ENOENT);
	assert_int_equal(
		zong_jobs_retry(f->archive, &f->tax, text, &item, &f->err), ZONG_EFORBIDDEN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(
			a_parked_job_names_its_materials_and_can_be_tried_again, fixture_clear),
		cmocka_unit_test_teardown(a_job_in_work_is_running, fixture_clear),
		cmocka_unit_test_teardown(a_list_goes_on_after_an_id, fixture_clear),
		cmocka_unit_test_teardown(
			pages_wait_for_the_first_receiver_and_bulk_until_somebody_brings_them,
			fixture_clear),
		cmocka_unit_test_teardown(
			a_cancelled_page_waits_no_longer_and_says_who_did_that, fixture_clear),
		cmocka_unit_test_teardown(
			a_page_being_read_is_ended_and_that_is_no_try, fixture_clear),
		cmocka_unit_test_teardown(
			an_estimate_is_made_from_what_was_read_lately, fixture_clear),
		cmocka_unit_test_teardown(bad_questions_are_refused, fixture_clear),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
