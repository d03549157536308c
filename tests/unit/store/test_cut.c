/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "pieces.h"

/* Stores a file and says how many of its bytes were shared. */
static uint64_t shared_bytes(struct fixture *f, const struct zong_buf *bytes, enum zong_media media)
{
	struct zong_ingest_result result;

	assert_int_equal(fixture_store_bytes(f->store, bytes->data, bytes->len, media, &result), 0);
	fixture_assert_file(f->store, &result.digest, bytes->data, bytes->len);
	return result.bytes_shared;
}

static void assert_image_is_shared(struct fixture *f, size_t len)
{
	uint64_t start;

	zong_buf_clear(&f->bytes);
	fixture_noise(&f->bytes, len, len);
	assert_int_equal(shared_bytes(f, &f->bytes, ZONG_MEDIA_JPEG), 0);
	zong_buf_clear(&f->more);
	pieces_pdf(&f->more, &f->bytes, false, &start);
	assert_int_equal(shared_bytes(f, &f->more, ZONG_MEDIA_PDF), len);
	zong_buf_clear(&f->more);
	pieces_pdf(&f->more, &f->bytes, true, &start);
	assert_int_equal(shared_bytes(f, &f->more, ZONG_MEDIA_PDF), len);
	zong_buf_clear(&f->more);
	pieces_tiff(&f->more, &f->bytes, 1, false, false, &start);
	assert_int_equal(shared_bytes(f, &f->more, ZONG_MEDIA_TIFF), len);
	zong_buf_clear(&f->more);
	pieces_tiff(&f->more, &f->bytes, 7, true, true, &start);
	assert_int_equal(shared_bytes(f, &f->more, ZONG_MEDIA_TIFF), len);
}

static void the_same_small_image_in_a_jpeg_a_pdf_and_a_tiff_is_stored_once(void **state)
{
	assert_image_is_shared(*state, 200000);
}

static void the_same_large_image_in_a_jpeg_a_pdf_and_a_tiff_is_stored_once(void **state)
{
	assert_image_is_shared(*state, 5000000);
}

static void a_run_of_exactly_the_limit_is_one_piece(void **state)
{
	struct fixture *f = *state;
	struct pieces pieces;

	fixture_noise(&f->bytes, ZONG_SEGMENT_MAX, 1);
	pieces_cut(&f->bytes, ZONG_MEDIA_JPEG, &pieces);
	assert_int_equal(pieces.count, 1);
	fixture_noise(&f->bytes, 1, 2);
	pieces_cut(&f->bytes, ZONG_MEDIA_JPEG, &pieces);
	assert_true(pieces.count > 2);
}

static void any_bytes_under_any_media_are_cut_whole(void **state)
{
	static const enum zong_media media[] = {ZONG_MEDIA_UNKNOWN, ZONG_MEDIA_TIFF, ZONG_MEDIA_PDF,
		ZONG_MEDIA_JPEG, ZONG_MEDIA_PNG};
	struct fixture *f = *state;
	struct pieces pieces;
	size_t len, i;

	for (len = 1; len < 3000000; len = len * 5 + 1) {
		zong_buf_clear(&f->bytes);
		fixture_noise(&f->bytes, len, len);
		for (i = 0; i < sizeof(media) / sizeof(*media); i++)
			pieces_cut(&f->bytes, media[i], &pieces);
	}
}

static void runs_are_kept_in_order_and_apart(void **state)
{
	struct zong_cut_source source = {.fd = -1, .bytes = (const uint8_t *)"", .len = 1 << 20};
	struct zong_cut_runs runs = {.source = &source};
	struct fixture *f = *state;

	(void)f;
	zong_cut_add(&runs, 0, ZONG_SEGMENT_RUN - 1); /* too short */
	zong_cut_add(&runs, 5000, 5000);	      /* empty */
	zong_cut_add(&runs, 9000, 5000);	      /* backwards */
	zong_cut_add(&runs, 5000, (1 << 20) + 1);     /* beyond the file */
	assert_int_equal(runs.count, 0);
	zong_cut_add(&runs, 5000, 1 << 20);
	assert_int_equal(runs.count, 1);
	free(runs.runs);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
		TEST(the_same_small_image_in_a_jpeg_a_pdf_and_a_tiff_is_stored_once),
		TEST(the_same_large_image_in_a_jpeg_a_pdf_and_a_tiff_is_stored_once),
		TEST(a_run_of_exactly_the_limit_is_one_piece),
		TEST(any_bytes_under_any_media_are_cut_whole),
		TEST(runs_are_kept_in_order_and_apart),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
