/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <zong/file.h>

#include "filing.h"
#include "fixture.h"
#include "row.h"

static struct zong_ingest *begin(struct fixture *f, const char *bytes)
{
	struct zong_ingest *ingest = NULL;
	int fd = memfd_create("document", MFD_CLOEXEC);
	int err = zong_file_write_all(fd, bytes, strlen(bytes));

	if (!err)
		err = zong_ingest_begin(f->archive->store, fd, strlen(bytes), ZONG_MEDIA_PDF, NULL,
			NULL, NULL, &ingest);
	close(fd);
	assert_int_equal(err, 0);
	return ingest;
}

/* One good page with this raster. */
static Zong__File *probed(uint8_t raster)
{
	Zong__File *file = zong_row_new(&zong__file__descriptor);
	uint8_t digest[32] = {raster};

	file->media = ZONG_MEDIA_PDF;
	file->pages = calloc(1, sizeof(*file->pages));
	file->pages[0] = zong_row_new(&zong__file_page__descriptor);
	file->n_pages = 1;
	zong_row_set_bytes(&file->pages[0]->raster, digest, sizeof(digest));
	return file;
}

static Zong__Material *draft(const char *no, const char *to)
{
	Zong__Material *row = zong_row_new(&zong__material__descriptor);

	zong_row_set(&row->case_no, no);
	zong_row_set(&row->title, "甲");
	if (to)
		zong_row_append(&row->receivers, &row->n_receivers, to);
	return row;
}

/* The change runs twice in one transaction, as after a map that grew: what it hands out is of the
 * last run. */
static int run_twice(struct zong_txn *txn, void *ctx)
{
	struct zong_filing *filing = ctx;
	int err = zong_filing_change(txn, filing);

	return err ? err : zong_filing_change(txn, filing);
}

static void running_again_hands_out_what_is_stored(void **state)
{
	struct fixture *f = *state;
	_cleanup_row_ Zong__Material *row = draft("filing-1", "tax");
	_cleanup_row_ Zong__File *file = probed(1);
	struct zong_filing filing = {.who = &f->archivist, .draft = row, .file = file};
	struct zong_id id;
	uint64_t materials = fixture_counter(f, ZONG_COUNT_MATERIALS);
	int err;

	fixture_case(f, "filing-1");
	filing.ingest = begin(f, "%PDF-1.4\ntext 甲\n");
	err = zong_store_write_file(f->archive->store, filing.ingest, run_twice, &filing);
	zong_ingest_free(filing.ingest);
	assert_int_equal(err, 0);
	assert_true(filing.again);
	assert_true(zong_row_id(&filing.material->id, &id));
	assert_int_equal(zong_store_read_begin(f->archive->store, &f->txn), 0);
	assert_int_equal(zong_row_material(f->txn, &id, &f->material), 0);
	zong_filing_release(&filing);
	zong_filing_release(&filing);
	assert_int_equal(fixture_counter(f, ZONG_COUNT_MATERIALS), materials + 1);
}

static void a_refused_change_leaves_nothing(void **state)
{
	struct fixture *f = *state;
	_cleanup_row_ Zong__Material *row = draft("filing-2", "nobody");
	_cleanup_row_ Zong__File *file = probed(2);
	struct zong_filing filing = {.who = &f->archivist, .draft = row, .file = file};
	uint64_t counters[ZONG_COUNTER_COUNT_];
	struct zong_key key;
	int err;

	fixture_case(f, "filing-2");
	for (enum zong_counter c = 0; c < ZONG_COUNTER_COUNT_; c++)
		counters[c] = fixture_counter(f, c);
	filing.ingest = begin(f, "%PDF-1.4\ntext 乙\n");
	zong_row_key_digest(&key, &zong_ingest_result(filing.ingest)->digest);
	err = zong_store_write_file(f->archive->store, filing.ingest, zong_filing_change, &filing);
	zong_ingest_free(filing.ingest);
	zong_filing_release(&filing);
	assert_int_equal(err, ZONG_ENODEPARTMENT);
	assert_string_equal(filing.missing, "nobody");
	for (enum zong_counter c = 0; c < ZONG_COUNTER_COUNT_; c++)
		if (c != ZONG_COUNT_BYTES_STORED) /* segments without a row are garbage, not
						     corruption */
			assert_int_equal(fixture_counter(f, c), counters[c]);
	assert_int_equal(zong_store_read_begin(f->archive->store, &f->txn), 0);
	assert_false(zong_txn_has(f->txn, ZONG_TABLE_FILES, &key));
}

static void the_case_must_be_there_when_it_is_written(void **state)
{
	struct fixture *f = *state;
	_cleanup_row_ Zong__Material *row = draft("filing-none", NULL);
	_cleanup_row_ Zong__File *file = probed(3);
	struct zong_filing filing = {.who = &f->archivist, .draft = row, .file = file};
	int err;

	filing.ingest = begin(f, "%PDF-1.4\ntext 丙\n");
	err = zong_store_write_file(f->archive->store, filing.ingest, zong_filing_change, &filing);
	zong_ingest_free(filing.ingest);
	zong_filing_release(&filing);
	assert_int_equal(err, ZONG_ENOCASE);
}

static void units_are_those_of_the_case_unless_given(void **state)
{
	struct fixture *f = *state;
	_cleanup_row_ Zong__Material *row = draft("filing-4", NULL);
	_cleanup_row_ Zong__File *file = probed(4);
	struct zong_filing filing = {.who = &f->archivist, .draft = row, .file = file};
	int err;

	fixture_case(f, "filing-4");
	filing.ingest = begin(f, "%PDF-1.4\ntext 丁\n");
	err = zong_store_write_file(f->archive->store, filing.ingest, zong_filing_change, &filing);
	zong_ingest_free(filing.ingest);
	assert_int_equal(err, 0);
	f->material = filing.material;
	filing.material = NULL;
	zong_filing_release(&filing);
	assert_int_equal(f->material->n_units, 1);
	assert_string_equal(f->material->units[0], f->cas->units[0]);
}

/* Files document @number in a case; true: it was there. */
static bool file_again(struct fixture *f, const char *no, uint8_t number, const char *type)
{
	_cleanup_row_ Zong__Material *row = draft(no, NULL);
	_cleanup_row_ Zong__File *file = probed(number);
	struct zong_filing filing = {.who = &f->archivist, .draft = row, .file = file};
	char bytes[32];
	int err;

	zong_row_set(&row->type, type);
	snprintf(bytes, sizeof(bytes), "%%PDF-1.4\nnumber %u\n", number);
	filing.ingest = begin(f, bytes);
	err = zong_store_write_file(f->archive->store, filing.ingest, zong_filing_change, &filing);
	zong_ingest_free(filing.ingest);
	zong_filing_release(&filing);
	assert_int_equal(err, 0);
	return filing.again;
}

static void what_a_case_has_is_known_among_many_cases_and_many_files(void **state)
{
	static const char *const cases[] = {"filing-a", "filing-b", "filing-c", "filing-d"};
	struct fixture *f = *state;

	for (size_t i = 0; i < 4; i++)
		fixture_case(f, cases[i]);
	/* One form in three cases, and in the third of them further papers before and behind it. */
	assert_false(file_again(f, "filing-a", 100, "form"));
	assert_false(file_again(f, "filing-b", 100, "form"));
	for (uint8_t i = 101; i < 110; i++) {
		assert_false(file_again(f, "filing-c", i, "form"));
		if (i == 105)
			assert_false(file_again(f, "filing-c", 100, "form"));
	}
	for (size_t i = 0; i < 3; i++)
		assert_true(file_again(f, cases[i], 100, "form"));
	assert_false(file_again(f, "filing-d", 100, "form"));
	assert_false(file_again(f, "filing-c", 100, "letter"));
	assert_true(file_again(f, "filing-c", 100, "letter"));
	assert_true(file_again(f, "filing-c", 100, "form"));
	assert_true(file_again(f, "filing-c", 109, "form"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(running_again_hands_out_what_is_stored, fixture_clear),
		cmocka_unit_test_teardown(a_refused_change_leaves_nothing, fixture_clear),
		cmocka_unit_test_teardown(the_case_must_be_there_when_it_is_written, fixture_clear),
		cmocka_unit_test_teardown(units_are_those_of_the_case_unless_given, fixture_clear),
		cmocka_unit_test_teardown(
			what_a_case_has_is_known_among_many_cases_and_many_files, fixture_clear),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, fixture_setup_paused, fixture_teardown);
}
