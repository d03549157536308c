/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <zong/file.h>

#include "bytecache.h"
#include "fixture.h"
#include "row.h"

#define PAGES "text 甲\ntext 乙\n"

static int open_bytes(struct fixture *f, const struct zong_subject *who, const char *id)
{
	zong_bytes_close(f->bytes);
	f->bytes = NULL;
	return zong_material_bytes(f->archive, who, id, &f->bytes, &f->err);
}

static int open_file(
	struct fixture *f, const struct zong_subject *who, const struct zong_digest *digest)
{
	zong_bytes_close(f->bytes);
	f->bytes = NULL;
	return zong_file_bytes(f->archive, who, digest, &f->bytes, &f->err);
}

static struct zong_digest digest_of(const Zong__Material *material)
{
	struct zong_digest digest;

	assert_true(zong_row_digest(&material->file, &digest));
	return digest;
}

static void a_file_comes_back_as_it_was(void **state)
{
	struct fixture *f = *state;
	static const char expected[] = "%PDF-1.4\n" PAGES;
	char bytes[200];
	struct zong_digest digest;
	size_t got;

	fixture_case(f, "bytes-1");
	assert_int_equal(fixture_add(f, "bytes-1", "", PAGES, "tax", &f->receipt), 0);
	digest = digest_of(f->receipt.material);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(
			open_bytes(f, &f->archivist, fixture_id(&f->receipt.material->id)), 0);
		assert_int_equal(zong_bytes_size(f->bytes), sizeof(expected) - 1);
		assert_memory_equal(zong_bytes_digest(f->bytes)->bytes, digest.bytes, 32);
		assert_int_equal(zong_bytes_media(f->bytes), ZONG_MEDIA_PDF);
		assert_string_equal(zong_bytes_name(f->bytes), "扫描件.pdf");
		assert_memory_equal(zong_bytes_whole(f->bytes), expected, sizeof(expected) - 1);
	}
	assert_int_equal(open_file(f, &f->archivist, &digest), 0);
	assert_int_equal(zong_bytes_read(f->bytes, 5, bytes, sizeof(bytes), &got), 0);
	assert_int_equal(got, sizeof(expected) - 1 - 5);
	assert_memory_equal(bytes, expected + 5, got);
	assert_int_equal(zong_bytes_read(f->bytes, 5, bytes, 3, &got), 0);
	assert_int_equal(got, 3);
	assert_int_equal(zong_bytes_read(f->bytes, 10000, bytes, 3, &got), 0);
	assert_int_equal(got, 0);
}

static void a_department_gets_its_own_files_only(void **state)
{
	struct fixture *f = *state;
	struct zong_digest digest;
	struct zong_digest unknown = {{1}};

	fixture_case(f, "bytes-2");
	fixture_case(f, "bytes-3");
	assert_int_equal(fixture_add(f, "bytes-2", "", "text 丙\n", "housing", &f->receipt), 0);
	digest = digest_of(f->receipt.material);
	assert_int_equal(open_bytes(f, &f->housing, fixture_id(&f->receipt.material->id)), 0);
	assert_int_equal(open_bytes(f, &f->tax, fixture_id(&f->receipt.material->id)), ZONG_ENOENT);
	assert_int_equal(open_file(f, &f->housing, &digest), 0);
	/* in the cache by now, and hidden all the same */
	assert_int_equal(open_file(f, &f->tax, &digest), ZONG_ENOENT);
	assert_int_equal(open_file(f, &f->tax, &unknown), ZONG_ENOENT);
	assert_int_equal(open_file(f, &f->administrator, &digest), ZONG_EFORBIDDEN);
	/* the same bytes of another case that goes to tax as well */
	assert_int_equal(fixture_add(f, "bytes-3", "", "text 丙\n", "tax", &f->other), 0);
	assert_int_equal(open_file(f, &f->tax, &digest), 0);
	assert_int_equal(open_bytes(f, &f->tax, fixture_id(&f->receipt.material->id)), ZONG_ENOENT);
}

static void what_is_no_id_is_not_found(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(open_bytes(f, &f->archivist, "x"), ZONG_ENOENT);
	assert_int_equal(
		open_bytes(f, &f->archivist, "00000000-0000-7000-8000-000000000000"), ZONG_ENOENT);
	assert_int_equal(open_bytes(f, &f->nobody, "x"), ZONG_EUNAUTHENTICATED);
}

static void fetching_is_on_record_once_with_its_count(void **state)
{
	struct fixture *f = *state;
	char object[64] = "material/";
	uint64_t sum;

	fixture_case(f, "bytes-4");
	assert_int_equal(fixture_add(f, "bytes-4", "", "text 丁\n", "tax", &f->receipt), 0);
	strncat(object, fixture_id(&f->receipt.material->id), 40);
	for (int i = 0; i < 50; i++)
		assert_int_equal(open_bytes(f, &f->tax, fixture_id(&f->receipt.material->id)), 0);
	assert_int_equal(fixture_log(f, "file.read", object, NULL), 1);
	zong_bytes_close(f->bytes);
	f->bytes = NULL;
	fixture_reopen(f, true);
	assert_int_equal(fixture_log(f, "file.read", object, &sum), 2);
	assert_int_equal(sum, 50);
}

static void bytes_in_memory_and_on_record_are_given_without_waiting(void **state)
{
	struct fixture *f = *state;
	struct zong_subject late = f->tax;
	struct zong_digest digest;
	char id[ZONG_ID_TEXT];
	char object[64];
	uint64_t number;
	uint64_t sum;

	fixture_case(f, "bytes-6");
	assert_int_equal(fixture_add(f, "bytes-6", "", "text 戊\n", "tax", &f->receipt), 0);
	memcpy(id, fixture_id(&f->receipt.material->id), sizeof(id));
	digest = digest_of(f->receipt.material);
	assert_int_equal(
		zong_material_bytes_now(f->archive, &f->tax, id, &f->bytes), ZONG_ENOTREADY);
	assert_int_equal(
		zong_material_bytes_now(f->archive, &f->housing, id, &f->bytes), ZONG_ENOENT);
	assert_int_equal(zong_bytes_again(f->archive, &f->tax, id, NULL), ZONG_ENOTREADY);
	assert_int_equal(open_bytes(f, &f->tax, id), 0);
	zong_bytes_close(f->bytes);
	f->bytes = NULL;
	/* in memory, but by its digest it is not on record yet */
	assert_int_equal(
		zong_file_bytes_now(f->archive, &f->tax, &digest, &f->bytes), ZONG_ENOTREADY);
	number = zong_archive_number(f->archive);
	assert_int_equal(zong_material_bytes_now(f->archive, &f->tax, id, &f->bytes), 0);
	assert_non_null(zong_bytes_whole(f->bytes));
	assert_string_equal(zong_bytes_name(f->bytes), "扫描件.pdf");
	assert_int_equal(zong_bytes_again(f->archive, &f->tax, id, NULL), 0);
	assert_int_equal(zong_archive_number(f->archive), number);
	late.expires = 1;
	assert_int_equal(zong_bytes_again(f->archive, &late, id, NULL), ZONG_ENOTREADY);
	fixture_case(f, "bytes-7");
	assert_int_not_equal(zong_archive_number(f->archive), number);
	zong_bytes_close(f->bytes);
	f->bytes = NULL;
	fixture_reopen(f, true);
	snprintf(object, sizeof(object), "material/%s", id);
	fixture_log(f, "file.read", object, &sum);
	assert_int_equal(sum, 3);
}

static void a_large_file_is_read_in_parts(void **state)
{
	struct fixture *f = *state;
	size_t len = ZONG_BYTECACHE_FILE + 70001;
	struct zong_intake intake = {.case_no = "bytes-5", .len = len};
	char *bytes = malloc(len);
	char *part = malloc(100000);
	uint64_t offset = 0;
	bool same = true;
	size_t got;
	int err;

	memcpy(bytes, "%PDF-1.4\ntext ", 14);
	for (size_t i = 14; i < len; i++)
		bytes[i] = 'a' + (char)((i * i / 7919) % 26);
	fixture_case(f, "bytes-5");
	intake.fd = memfd_create("document", MFD_CLOEXEC);
	assert_int_equal(zong_file_write_all(intake.fd, bytes, len), 0);
	err = zong_intake_run(f->archive, &f->archivist, &intake, NULL, NULL, &f->receipt, &f->err);
	close(intake.fd);
	assert_int_equal(err, 0);
	assert_int_equal(open_bytes(f, &f->archivist, fixture_id(&f->receipt.material->id)), 0);
	assert_null(zong_bytes_whole(f->bytes));
	while (offset < len) {
		assert_int_equal(zong_bytes_read(f->bytes, offset, part, 100000, &got), 0);
		assert_true(got > 0);
		same = same && memcmp(part, bytes + offset, got) == 0;
		offset += got;
	}
	free(bytes);
	free(part);
	assert_true(same);
	assert_int_equal(offset, len);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(a_file_comes_back_as_it_was, fixture_clear),
		cmocka_unit_test_teardown(a_department_gets_its_own_files_only, fixture_clear),
		cmocka_unit_test_teardown(what_is_no_id_is_not_found, fixture_clear),
		cmocka_unit_test_teardown(fetching_is_on_record_once_with_its_count, fixture_clear),
		cmocka_unit_test_teardown(
			bytes_in_memory_and_on_record_are_given_without_waiting, fixture_clear),
		cmocka_unit_test_teardown(a_large_file_is_read_in_parts, fixture_clear),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, fixture_setup_paused, fixture_teardown);
}
