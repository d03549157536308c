/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <zong/file.h>
#include <zong/time.h>

#include "fixture.h"
#include "reader.h"

static int read_page(struct fixture *f, uint32_t page)
{
	Zong__Material *material = NULL;
	int err;

	if (f->reading)
		zong__reading__free_unpacked(f->reading, NULL);
	f->reading = NULL;
	err = zong_material_reading(f->archive, &f->archivist, fixture_id(&f->receipt.material->id),
		page, &material, &f->reading, &f->err);
	if (material)
		zong__material__free_unpacked(material, NULL);
	return err;
}

static void a_page_is_read_once_and_its_text_kept(void **state)
{
	struct fixture *f = *state;
	struct zong_buf text = ZONG_BUF_INIT(1000);

	fixture_case(f, "read-1");
	assert_int_equal(
		fixture_add(f, "read-1", "", "text 自然资源 和 规划局\nblank\n", NULL, &f->receipt),
		0);
	assert_true(fixture_settle(f));
	assert_int_equal(read_page(f, 1), 0);
	assert_int_equal(zong_reading_text(f->reading, &text), 0);
	assert_non_null(strstr(zong_buf_str(&text), "自然资源"));
	zong_buf_release(&text);
	assert_int_equal(read_page(f, 2), 0);
	assert_int_equal(f->reading->n_lines, 0);
	assert_int_equal(fake_pool_counts().reads, 1);
	assert_int_equal(
		fixture_counter(f, ZONG_COUNT_PAGES_READ), fixture_counter(f, ZONG_COUNT_RASTERS));
	/* again in another file: nothing is read */
	assert_int_equal(
		fixture_add(f, "read-1", "", "text 自然资源 和 规划局\n", NULL, &f->other), 0);
	assert_true(fixture_settle(f));
	assert_int_equal(fake_pool_counts().reads, 1);
}

static void fields_are_found_on_what_was_read(void **state)
{
	struct fixture *f = *state;

	fixture_case(f, "fields-1");
	assert_int_equal(fixture_add(f, "fields-1", "",
				 "text 单元 370786001001GB00001F00010001 证件 11010519491231002X\n",
				 NULL, &f->receipt),
		0);
	assert_true(fixture_settle(f));
	assert_int_equal(read_page(f, 1), 0);
	assert_int_equal(f->reading->n_fields, 2);
	assert_string_equal(f->reading->fields[0]->kind, "unit");
	assert_string_equal(f->reading->fields[1]->value, "11010519491231002X");
}

static void a_page_that_kills_its_worker_is_parked_and_the_next_job_works(void **state)
{
	struct fixture *f = *state;
	struct zong_status status;

	fixture_case(f, "kill-1");
	assert_int_equal(
		fixture_add(f, "kill-1", "", "kill 甲\ntext 后面的 一页\n", NULL, &f->receipt), 0);
	assert_true(fixture_settle(f));
	assert_int_equal(read_page(f, 1), ZONG_EWORKER);
	assert_int_equal(read_page(f, 2), 0);
	assert_int_equal(fake_pool_counts().reads, ZONG_LIMIT_TRIES + 1);
	zong_status_peek(f->archive, &status);
	assert_int_equal(status.jobs_parked, 1);
}

static void one_death_is_forgiven(void **state)
{
	struct fixture *f = *state;

	fixture_case(f, "once-1");
	assert_int_equal(fixture_add(f, "once-1", "", "killonce 乙\n", NULL, &f->receipt), 0);
	assert_true(fixture_settle(f));
	assert_int_equal(read_page(f, 1), 0);
	assert_int_equal(fake_pool_counts().reads, 2);
}

static void a_page_for_which_there_is_no_worker_waits_and_is_not_parked(void **state)
{
	struct fixture *f = *state;

	fixture_case(f, "late-1");
	assert_int_equal(fixture_add(f, "late-1", "", "late 丁\n", NULL, &f->receipt), 0);
	assert_true(fixture_settle(f));
	assert_int_equal(read_page(f, 1), 0);
	assert_int_equal(fake_pool_counts().reads, 2);
}

static void a_page_that_cannot_be_decoded_is_parked_at_once(void **state)
{
	struct fixture *f = *state;

	fixture_case(f, "torn-1");
	assert_int_equal(fixture_add(f, "torn-1", "", "torn 丙\n", NULL, &f->receipt), 0);
	assert_true(fixture_settle(f));
	assert_int_equal(read_page(f, 1), ZONG_EDAMAGED);
	assert_int_equal(fake_pool_counts().reads, 1);
}

static void closing_while_a_page_is_read_leaves_the_job_to_the_next_start(void **state)
{
	struct fixture *f = *state;

	fake_pool_gate(false);
	fixture_case(f, "close-1");
	assert_int_equal(fixture_add(f, "close-1", "", "text 丁\ntext 戊\ntext 己\ntext 庚\n", NULL,
				 &f->receipt),
		0);
	assert_int_equal(read_page(f, 1), ZONG_ENOTREADY);
	fixture_reopen(f, true);
	fake_pool_gate(true);
	assert_int_equal(read_page(f, 1), ZONG_ENOTREADY);
	fixture_reopen(f, false);
	assert_true(fixture_settle(f));
	for (uint32_t page = 1; page <= 4; page++)
		assert_int_equal(read_page(f, page), 0);
}

static void the_text_index_learns_what_was_read(void **state)
{
	struct fixture *f = *state;
	struct zong_text_hit hit[4];
	size_t count;
	size_t total;

	fixture_case(f, "index-1");
	assert_int_equal(
		fixture_add(f, "index-1", "", "text 独一无二的句子\n", NULL, &f->receipt), 0);
	assert_true(fixture_settle(f));
	assert_int_equal(zong_text_settle(f->archive->store, 5 * ZONG_SECOND), 0);
	assert_int_equal(
		zong_text_search(f->archive->store, "独一无二", 0, 4, hit, &count, &total), 0);
	assert_int_equal(count, 1);
	assert_int_equal(hit[0].what[0], 'r');
}

static void nobody_is_busy_without_threads(void **state)
{
	struct zong_id id;

	(void)state;
	zong_id_new(&id);
	assert_false(zong_readers_busy(NULL, &id));
	zong_readers_ask(NULL);
	zong_readers_stop(NULL);
}

static void names_that_the_hall_wrote_down_are_mended(void **state)
{
	static const char list[] = "昌邑市\n";
	struct fixture *f = *state;
	char names[300], path[300], conf[400];

	snprintf(names, sizeof(names), "%s/names.list", f->dir);
	snprintf(path, sizeof(path), "%s/zong.conf", f->dir);
	snprintf(conf, sizeof(conf), "names = %s\n", names);
	assert_int_equal(zong_file_replace(names, list, sizeof(list) - 1, 0600), 0);
	assert_int_equal(zong_file_replace(path, conf, strlen(conf), 0600), 0);
	fixture_reopen(f, false);
	fixture_case(f, "names-1");
	assert_int_equal(fixture_add(f, "names-1", "", "text 坐落： 昌虽市 示例路1号 昌虽县\n", NULL,
				 &f->receipt),
		0);
	assert_true(fixture_settle(f));
	assert_int_equal(read_page(f, 1), 0);
	assert_string_equal(f->reading->steps, "names 1");
	assert_int_equal(f->reading->n_fields, 1);
	assert_string_equal(f->reading->fields[0]->kind, "address");
	assert_non_null(strstr(f->reading->fields[0]->value, "昌邑市示例路1号"));
	assert_true(f->reading->fields[0]->repaired);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(unlink(names), 0);
	fixture_reopen(f, false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(a_page_is_read_once_and_its_text_kept, fixture_clear),
		cmocka_unit_test_teardown(fields_are_found_on_what_was_read, fixture_clear),
		cmocka_unit_test_teardown(
			a_page_that_kills_its_worker_is_parked_and_the_next_job_works,
			fixture_clear),
		cmocka_unit_test_teardown(one_death_is_forgiven, fixture_clear),
		cmocka_unit_test_teardown(
			a_page_for_which_there_is_no_worker_waits_and_is_not_parked, fixture_clear),
		cmocka_unit_test_teardown(
			a_page_that_cannot_be_decoded_is_parked_at_once, fixture_clear),
		cmocka_unit_test_teardown(
			closing_while_a_page_is_read_leaves_the_job_to_the_next_start,
			fixture_clear),
		cmocka_unit_test_teardown(the_text_index_learns_what_was_read, fixture_clear),
		cmocka_unit_test_teardown(
			names_that_the_hall_wrote_down_are_mended, fixture_clear),
		cmocka_unit_test(nobody_is_busy_without_threads),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
