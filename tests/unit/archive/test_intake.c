/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <zong/file.h>
#include <zong/gate.h>

#include "fixture.h"
#include "row.h"

static void a_file_is_kept_with_its_pages_and_its_receipt(void **state)
{
	struct fixture *f = *state;
	uint64_t materials = fixture_counter(f, ZONG_COUNT_MATERIALS);
	uint64_t pages = fixture_counter(f, ZONG_COUNT_PAGES);
	uint64_t bytes = fixture_counter(f, ZONG_COUNT_BYTES_IN);

	fixture_case(f, "keep-1");
	assert_int_equal(
		fixture_add(f, "keep-1", "合同", "text 甲\nblank\ndamaged\n", "tax", &f->receipt),
		0);
	assert_false(f->receipt.again);
	assert_int_equal(f->receipt.material->pages, 3);
	assert_int_equal(f->receipt.material->version, 1);
	assert_string_equal(f->receipt.material->case_no, "keep-1");
	assert_string_equal(f->receipt.material->title, "扫描件");
	assert_string_equal(f->receipt.material->received_by, "token:archivist");
	assert_int_equal(f->receipt.material->n_units, 1);
	assert_true(f->receipt.material->record > 0);
	assert_int_equal(f->receipt.pages_damaged, 1);
	assert_int_equal(f->receipt.page_damaged[0], 3);
	assert_int_equal(
		f->receipt.bytes_new + f->receipt.bytes_shared, f->receipt.material->bytes);
	assert_int_equal(f->receipt.deliveries, 1);
	assert_string_equal(f->receipt.delivery[0]->department, "tax");
	assert_int_equal(fixture_counter(f, ZONG_COUNT_MATERIALS), materials + 1);
	assert_int_equal(fixture_counter(f, ZONG_COUNT_PAGES), pages + 3);
	assert_int_equal(
		fixture_counter(f, ZONG_COUNT_BYTES_IN), bytes + f->receipt.material->bytes);
}

static Zong__File *file_row(struct fixture *f)
{
	struct zong_digest digest;
	struct zong_txn *txn;
	Zong__File *row = NULL;

	memcpy(digest.bytes, f->receipt.material->file.data, sizeof(digest.bytes));
	assert_int_equal(zong_store_read_begin(f->archive->store, &txn), 0);
	assert_int_equal(zong_row_file(txn, &digest, &row), 0);
	zong_txn_end(txn);
	return row;
}

static void a_file_has_its_sm3_in_row_material_and_log(void **state)
{
	struct fixture *f = *state;
	static const char pages[] = "%PDF-1.4\ntext 摘\n";
	struct zong_digest sm3;
	Zong__File *row;

	fixture_case(f, "sm3-1");
	assert_int_equal(fixture_add(f, "sm3-1", "合同", "text 摘\n", NULL, &f->receipt), 0);
	zong_sm3_of(pages, sizeof(pages) - 1, &sm3);
	assert_int_equal(f->receipt.material->bytes, sizeof(pages) - 1);
	assert_int_equal(f->receipt.material->sm3.len, sizeof(sm3.bytes));
	assert_memory_equal(f->receipt.material->sm3.data, sm3.bytes, sizeof(sm3.bytes));
	row = file_row(f);
	assert_int_equal(row->sm3.len, sizeof(sm3.bytes));
	assert_memory_equal(row->sm3.data, sm3.bytes, sizeof(sm3.bytes));
	zong__file__free_unpacked(row, NULL);
}

/* One from before has none, and gets it when the same bytes come again. */
static void a_file_without_one_gets_it_when_it_comes_again(void **state)
{
	struct fixture *f = *state;
	Zong__File *row;

	fixture_case(f, "sm3-2");
	f->archive->sm3 = false;
	zong_store_set_sm3(f->archive->store, false);
	assert_int_equal(fixture_add(f, "sm3-2", "合同", "text 要\n", NULL, &f->receipt), 0);
	assert_int_equal(f->receipt.material->sm3.len, 0);
	row = file_row(f);
	assert_int_equal(row->sm3.len, 0);
	zong__file__free_unpacked(row, NULL);
	f->archive->sm3 = true;
	zong_store_set_sm3(f->archive->store, true);
	assert_int_equal(fixture_add(f, "sm3-2", "申请书", "text 要\n", NULL, &f->other), 0);
	assert_int_equal(f->other.material->sm3.len, ZONG_DIGEST_SIZE);
	row = file_row(f);
	assert_int_equal(row->sm3.len, ZONG_DIGEST_SIZE);
	assert_memory_equal(row->sm3.data, f->other.material->sm3.data, ZONG_DIGEST_SIZE);
	zong__file__free_unpacked(row, NULL);
}

static void a_page_that_a_worker_died_on_heals_when_handed_in_again(void **state)
{
	struct fixture *f = *state;
	struct zong_material_pages pages;
	uint64_t rasters;

	fixture_case(f, "heal-1");
	fake_pool_reset();
	assert_int_equal(
		fixture_add(f, "heal-1", "合同", "text 丙\nsick 丁\ndamaged\n", "tax", &f->receipt),
		0);
	assert_int_equal(f->receipt.pages_damaged, 2);
	rasters = fixture_counter(f, ZONG_COUNT_RASTERS);
	assert_int_equal(
		fixture_add(f, "heal-1", "合同", "text 丙\nsick 丁\ndamaged\n", "tax", &f->other),
		0);
	assert_int_equal(fake_pool_counts().probes, 2);
	assert_true(f->other.again);
	assert_memory_equal(f->other.material->id.data, f->receipt.material->id.data, 16);
	assert_int_equal(f->other.pages_damaged, 1);
	assert_int_equal(f->other.page_damaged[0], 3);
	assert_int_equal(fixture_counter(f, ZONG_COUNT_RASTERS), rasters + 1);
	assert_int_equal(
		zong_material_pages(f->archive, &f->archivist, f->receipt.material, false, &pages),
		0);
	assert_true(
		pages.page[1].state == ZONG_PAGE_WAITING || pages.page[1].state == ZONG_PAGE_READ);
	assert_int_equal(pages.page[2].state, ZONG_PAGE_DAMAGED);
	zong_material_pages_release(&pages);
}

static void the_same_bytes_again_give_the_first_receipt(void **state)
{
	struct fixture *f = *state;
	uint64_t materials;

	fixture_case(f, "again-1");
	assert_int_equal(fixture_add(f, "again-1", "合同", "text 乙\n", "tax", &f->receipt), 0);
	materials = fixture_counter(f, ZONG_COUNT_MATERIALS);
	fake_pool_reset();
	assert_int_equal(fixture_add(f, "again-1", "合同", "text 乙\n", "tax", &f->other), 0);
	assert_true(f->other.again);
	assert_memory_equal(f->other.material->id.data, f->receipt.material->id.data, 16);
	assert_int_equal(f->other.material->record, f->receipt.material->record);
	assert_int_equal(f->other.bytes_new, 0);
	assert_int_equal(f->other.bytes_shared, f->receipt.material->bytes);
	assert_int_equal(f->other.deliveries, 1);
	assert_int_equal(fake_pool_counts().probes, 0);
	assert_int_equal(fixture_counter(f, ZONG_COUNT_MATERIALS), materials);
}

static void again_to_a_new_department_makes_the_missing_delivery(void **state)
{
	struct fixture *f = *state;

	fixture_case(f, "again-2");
	assert_int_equal(fixture_add(f, "again-2", "", "text 乙二\n", "tax", &f->receipt), 0);
	assert_int_equal(fixture_add(f, "again-2", "", "text 乙二\n", "tax,housing", &f->other), 0);
	assert_true(f->other.again);
	assert_int_equal(f->other.deliveries, 2);
	assert_int_equal(f->other.material->n_receivers, 2);
}

static void the_same_bytes_of_another_case_or_type_share_all_of_them(void **state)
{
	struct fixture *f = *state;
	uint64_t files;

	fixture_case(f, "share-1");
	fixture_case(f, "share-2");
	assert_int_equal(fixture_add(f, "share-1", "合同", "text 丙\n", NULL, &f->receipt), 0);
	files = fixture_counter(f, ZONG_COUNT_FILES);
	assert_int_equal(fixture_add(f, "share-2", "合同", "text 丙\n", NULL, &f->other), 0);
	assert_false(f->other.again);
	assert_memory_not_equal(f->other.material->id.data, f->receipt.material->id.data, 16);
	assert_int_equal(f->other.bytes_new, 0);
	assert_int_equal(f->other.bytes_shared, f->other.material->bytes);
	assert_int_equal(fixture_add(f, "share-1", "身份证明", "text 丙\n", NULL, &f->other), 0);
	assert_false(f->other.again);
	assert_int_equal(fixture_counter(f, ZONG_COUNT_FILES), files);
}

static void other_bytes_under_the_same_name_are_another_material(void **state)
{
	struct fixture *f = *state;

	fixture_case(f, "other-1");
	assert_int_equal(fixture_add(f, "other-1", "合同", "text 丁\n", NULL, &f->receipt), 0);
	assert_int_equal(fixture_add(f, "other-1", "合同", "text 丁丁\n", NULL, &f->other), 0);
	assert_false(f->other.again);
	assert_int_equal(f->other.material->version, 1);
}

static void a_page_image_that_is_known_gets_no_second_job(void **state)
{
	struct fixture *f = *state;
	struct zong_status before;
	struct zong_status after;

	fixture_case(f, "raster-1");
	assert_int_equal(fixture_add(f, "raster-1", "", "text 戊\nblank\n", NULL, &f->receipt), 0);
	zong_status_peek(f->archive, &before);
	assert_int_equal(
		fixture_add(f, "raster-1", "", "text 戊\nblank\ntext 己\n", NULL, &f->other), 0);
	zong_status_peek(f->archive, &after);
	assert_int_equal(after.rasters, before.rasters + 1);
	assert_int_equal(after.jobs_waiting, before.jobs_waiting + 1);
	assert_int_equal(after.pages_read, before.pages_read);
	assert_int_equal(after.pages, before.pages + 3);
}

struct racer {
	struct fixture *f;
	pthread_barrier_t *start;
	pthread_t thread;
	struct zong_receipt receipt;
	int err;
};

static void *race(void *ctx)
{
	struct racer *racer = ctx;

	pthread_barrier_wait(racer->start);
	racer->err = fixture_add(
		racer->f, "race-1", "合同", "text 庚\ntext 辛\n", "tax,housing", &racer->receipt);
	return NULL;
}

static void eight_at_once_with_the_same_bytes_make_one_material(void **state)
{
	struct fixture *f = *state;
	struct racer racer[8] = {0};
	pthread_barrier_t start;
	uint64_t materials;
	uint64_t files;
	uint64_t rasters;
	size_t first = 0;
	bool same = true;

	fixture_case(f, "race-1");
	materials = fixture_counter(f, ZONG_COUNT_MATERIALS);
	files = fixture_counter(f, ZONG_COUNT_FILES);
	rasters = fixture_counter(f, ZONG_COUNT_RASTERS);
	pthread_barrier_init(&start, NULL, 8);
	for (size_t i = 0; i < 8; i++) {
		racer[i].f = f;
		racer[i].start = &start;
		assert_int_equal(pthread_create(&racer[i].thread, NULL, race, &racer[i]), 0);
	}
	for (size_t i = 0; i < 8; i++)
		pthread_join(racer[i].thread, NULL);
	for (size_t i = 0; i < 8; i++) {
		assert_int_equal(racer[i].err, 0);
		first += !racer[i].receipt.again;
		same = same && memcmp(racer[i].receipt.material->id.data,
				       racer[0].receipt.material->id.data, 16) == 0;
		assert_int_equal(racer[i].receipt.deliveries, 2);
	}
	for (size_t i = 0; i < 8; i++)
		zong_receipt_release(&racer[i].receipt);
	pthread_barrier_destroy(&start);
	assert_int_equal(first, 1);
	assert_true(same);
	assert_int_equal(fixture_counter(f, ZONG_COUNT_MATERIALS), materials + 1);
	assert_int_equal(fixture_counter(f, ZONG_COUNT_FILES), files + 1);
	assert_int_equal(fixture_counter(f, ZONG_COUNT_RASTERS), rasters + 2);
}

static int run_raw(struct fixture *f, const struct zong_subject *who, struct zong_intake *intake,
	const char *bytes, size_t len)
{
	int err;

	intake->fd = memfd_create("document", MFD_CLOEXEC);
	assert_int_equal(zong_file_write_all(intake->fd, bytes, len), 0);
	if (!intake->len)
		intake->len = len;
	memset(&f->err, 0, sizeof(f->err));
	err = zong_intake_run(f->archive, who, intake, NULL, NULL, &f->receipt, &f->err);
	close(intake->fd);
	intake->len = 0;
	return err;
}

static void what_cannot_be_taken_says_why(void **state)
{
	struct fixture *f = *state;
	static const char good[] = "%PDF-1.4\ntext 壬\n";
	static const char *const bad_unit[] = {"370786"};
	static const char *const missing[] = {"nobody"};
	static const char *const malformed[] = {"Tax!"};
	char long_title[ZONG_LIMIT_TITLE + 2];
	const struct {
		struct zong_intake intake;
		const char *bytes;
		size_t len;
		int err;
		const char *subject;
	} cases[] = {
		{{.case_no = "bad-1"}, "", 0, ZONG_EEMPTY, ""},
		{{.case_no = "bad-1"}, "hello", 5, ZONG_EMEDIA, ""},
		{{.case_no = "bad-1"}, "%PDF-1.4\n", 9, ZONG_ENOPAGES, ""},
		{{.case_no = "bad-1"}, "%PDF-1.4\nlocked\n", 16, ZONG_EENCRYPTED, ""},
		{{.case_no = "bad-1"}, "%PDF-1.4\ndamaged\n", 17, ZONG_EDAMAGED, ""},
		{{.case_no = "bad-1", .len = 100}, good, sizeof(good) - 1, ZONG_ETRUNCATED, ""},
		{{.case_no = "bad-1", .len = ZONG_LIMIT_FILE + 1}, good, sizeof(good) - 1,
			ZONG_ETOOBIG, ""},
		{{.case_no = "none"}, good, sizeof(good) - 1, ZONG_ENOCASE, "none"},
		{{.case_no = "a/b"}, good, sizeof(good) - 1, ZONG_ECASENO, "a/b"},
		{{.case_no = NULL}, good, sizeof(good) - 1, ZONG_ENOCOVER, "p. 1"},
		{{.case_no = NULL, .whole = true}, good, sizeof(good) - 1, ZONG_ECASENO, ""},
		{{.case_no = "bad-1", .scope = "room"}, good, sizeof(good) - 1, ZONG_EINVAL,
			"scope"},
		{{.case_no = "bad-1", .title = long_title}, good, sizeof(good) - 1, ZONG_ELIMIT,
			"title"},
		{{.case_no = "bad-1", .type = "\xff"}, good, sizeof(good) - 1, ZONG_EENCODING,
			"type"},
		{{.case_no = "bad-1", .units = bad_unit, .units_count = 1}, good, sizeof(good) - 1,
			ZONG_EUNITCODE, "370786"},
		{{.case_no = "bad-1", .receivers = missing, .receivers_count = 1}, good,
			sizeof(good) - 1, ZONG_ENODEPARTMENT, "nobody"},
		{{.case_no = "bad-1", .receivers = malformed, .receivers_count = 1}, good,
			sizeof(good) - 1, ZONG_ENODEPARTMENT, "Tax!"},
	};
	uint64_t materials;

	memset(long_title, 'x', sizeof(long_title) - 1);
	long_title[sizeof(long_title) - 1] = '\0';
	fixture_case(f, "bad-1");
	materials = fixture_counter(f, ZONG_COUNT_MATERIALS);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct zong_intake intake = cases[i].intake;

		assert_int_equal(run_raw(f, &f->archivist, &intake, cases[i].bytes, cases[i].len),
			cases[i].err);
		assert_int_equal(f->err.code, cases[i].err);
		assert_string_equal(f->err.subject, cases[i].subject);
	}
	assert_int_equal(fixture_counter(f, ZONG_COUNT_MATERIALS), materials);
}

static void only_archivists_and_the_owner_hand_in(void **state)
{
	struct fixture *f = *state;
	static const char good[] = "%PDF-1.4\ntext 癸\n";
	struct zong_intake intake = {.case_no = "right-1"};

	fixture_case(f, "right-1");
	assert_int_equal(
		run_raw(f, &f->nobody, &intake, good, sizeof(good) - 1), ZONG_EUNAUTHENTICATED);
	assert_int_equal(
		run_raw(f, &f->administrator, &intake, good, sizeof(good) - 1), ZONG_EFORBIDDEN);
	assert_int_equal(run_raw(f, &f->lookup, &intake, good, sizeof(good) - 1), ZONG_EFORBIDDEN);
	assert_int_equal(run_raw(f, &f->tax, &intake, good, sizeof(good) - 1), ZONG_EFORBIDDEN);
	assert_int_equal(zong_intake_check(f->archive, &f->tax, &intake, &f->err), ZONG_EFORBIDDEN);
	assert_int_equal(zong_intake_check(f->archive, &f->archivist, &intake, &f->err), 0);
	assert_int_equal(run_raw(f, &f->local, &intake, good, sizeof(good) - 1), 0);
}

static int stop_at_half(void *ctx, double done)
{
	double *last = ctx;

	assert_true(done >= *last && done <= 1);
	*last = done;
	return done >= 0.5;
}

static void progress_grows_and_can_cancel(void **state)
{
	struct fixture *f = *state;
	static const char good[] = "%PDF-1.4\ntext 子\ntext 丑\ntext 寅\n";
	struct zong_intake intake = {.case_no = "progress-1", .len = sizeof(good) - 1};
	double last = 0;
	int err;

	fixture_case(f, "progress-1");
	intake.fd = memfd_create("document", MFD_CLOEXEC);
	assert_int_equal(zong_file_write_all(intake.fd, good, sizeof(good) - 1), 0);
	err = zong_intake_run(
		f->archive, &f->archivist, &intake, stop_at_half, &last, &f->receipt, &f->err);
	close(intake.fd);
	assert_int_equal(err, ZONG_ECANCELLED);
	assert_true(last >= 0.5 && last < 0.7);
}

static void folders_are_cut_off_the_name(void **state)
{
	struct fixture *f = *state;
	static const char good[] = "%PDF-1.4\ntext 卯\n";
	struct zong_intake intake = {.case_no = "name-1", .file_name = "C:\\扫描\\甲.tar.pdf"};

	fixture_case(f, "name-1");
	assert_int_equal(run_raw(f, &f->archivist, &intake, good, sizeof(good) - 1), 0);
	assert_string_equal(f->receipt.material->file_name, "甲.tar.pdf");
	assert_string_equal(f->receipt.material->title, "甲.tar");
}

/* Hands the pages in as `zong add --gate` does. */
static int add_through_gate(struct fixture *f, const char *pages)
{
	struct zong_intake intake = {
		.case_no = "gate-1", .file_name = "扫描件.pdf", .gate = true, .len = 9 + strlen(pages)};
	int err;

	intake.fd = memfd_create("document", MFD_CLOEXEC);
	assert_int_equal(zong_file_write_all(intake.fd, "%PDF-1.4\n", 9), 0);
	assert_int_equal(zong_file_write_all(intake.fd, pages, strlen(pages)), 0);
	zong_receipt_release(&f->receipt);
	err = zong_intake_run(
		f->archive, &f->archivist, &intake, NULL, NULL, &f->receipt, &f->err);
	close(intake.fd);
	return err;
}

static void what_is_wrong_with_a_page_is_kept_with_it(void **state)
{
	struct fixture *f = *state;
	struct zong_material_pages pages;

	fixture_case(f, "gate-0");
	assert_int_equal(fixture_add(f, "gate-0", "合同", "text 辰\naskew 巳\ntext 辰\n", NULL, &f->receipt),
		0);
	assert_int_equal(f->receipt.file->pages[0]->n_verdicts, 0);
	assert_int_equal(f->receipt.file->pages[1]->verdicts[0]->fault, ZONG_FAULT_SKEW);
	assert_int_equal(
		zong_material_pages(f->archive, &f->archivist, f->receipt.material, false, &pages), 0);
	assert_true(pages.file->pages[1]->quality->skew == 5);
	assert_int_equal(pages.file->pages[1]->n_verdicts, 1);
	assert_true(pages.file->pages[1]->verdicts[0]->figure == 5);
	assert_true(pages.file->pages[1]->verdicts[0]->limit == 2);
	assert_int_equal(pages.file->pages[2]->n_verdicts, 1);
	assert_int_equal(pages.file->pages[2]->verdicts[0]->fault, ZONG_FAULT_DUPLICATE);
	assert_int_equal(pages.file->pages[2]->verdicts[0]->page, 1);
	zong_material_pages_release(&pages);
}

static void a_gate_lets_nothing_in_that_should_be_scanned_again(void **state)
{
	struct fixture *f = *state;
	uint64_t files, materials;

	fixture_case(f, "gate-1");
	files = fixture_counter(f, ZONG_COUNT_FILES);
	materials = fixture_counter(f, ZONG_COUNT_MATERIALS);
	assert_int_equal(add_through_gate(f, "text 午\naskew 未\nblank\n"), ZONG_EQUALITY);
	assert_string_equal(f->err.subject, "2, 3");
	assert_null(f->receipt.material);
	assert_int_equal(f->receipt.file->n_pages, 3);
	assert_int_equal(f->receipt.file->pages[1]->n_verdicts, 1);
	assert_int_equal(fixture_counter(f, ZONG_COUNT_FILES), files);
	assert_int_equal(fixture_counter(f, ZONG_COUNT_MATERIALS), materials);
	assert_int_equal(add_through_gate(f, "text 午\n"), 0);
	/* Known already: it was let in without the gate, and the gate still says no. */
	assert_int_equal(fixture_add(f, "gate-1", "合同", "askew 申\n", NULL, &f->other), 0);
	assert_int_equal(add_through_gate(f, "askew 申\n"), ZONG_EQUALITY);
	assert_int_equal(fixture_counter(f, ZONG_COUNT_MATERIALS), materials + 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(
			a_file_is_kept_with_its_pages_and_its_receipt, fixture_clear),
		cmocka_unit_test_teardown(
			a_file_has_its_sm3_in_row_material_and_log, fixture_clear),
		cmocka_unit_test_teardown(
			a_file_without_one_gets_it_when_it_comes_again, fixture_clear),
		cmocka_unit_test_teardown(
			a_page_that_a_worker_died_on_heals_when_handed_in_again, fixture_clear),
		cmocka_unit_test_teardown(
			the_same_bytes_again_give_the_first_receipt, fixture_clear),
		cmocka_unit_test_teardown(
			again_to_a_new_department_makes_the_missing_delivery, fixture_clear),
		cmocka_unit_test_teardown(
			the_same_bytes_of_another_case_or_type_share_all_of_them, fixture_clear),
		cmocka_unit_test_teardown(
			other_bytes_under_the_same_name_are_another_material, fixture_clear),
		cmocka_unit_test_teardown(
			a_page_image_that_is_known_gets_no_second_job, fixture_clear),
		cmocka_unit_test_teardown(
			eight_at_once_with_the_same_bytes_make_one_material, fixture_clear),
		cmocka_unit_test_teardown(what_cannot_be_taken_says_why, fixture_clear),
		cmocka_unit_test_teardown(only_archivists_and_the_owner_hand_in, fixture_clear),
		cmocka_unit_test_teardown(progress_grows_and_can_cancel, fixture_clear),
		cmocka_unit_test_teardown(folders_are_cut_off_the_name, fixture_clear),
		cmocka_unit_test_teardown(what_is_wrong_with_a_page_is_kept_with_it, fixture_clear),
		cmocka_unit_test_teardown(
			a_gate_lets_nothing_in_that_should_be_scanned_again, fixture_clear),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, fixture_setup_paused, fixture_teardown);
}
