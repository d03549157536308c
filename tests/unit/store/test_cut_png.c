/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pieces.h"

static const char signature[] = "\x89PNG\r\n\x1a\n";

static void image_data_in_one_chunk_is_a_run_without_the_chunks_head(void **state)
{
	struct fixture *f = *state;
	struct pieces pieces;
	uint64_t start;

	zong_buf_add_str(&f->bytes, signature);
	pieces_png_chunk(&f->bytes, "IHDR", "0123456789abc", 13);
	start = f->bytes.len + 8;
	fixture_noise(&f->more, 90000, 1);
	pieces_png_chunk(&f->bytes, "IDAT", f->more.data, f->more.len);
	pieces_png_chunk(&f->bytes, "IEND", "", 0);
	pieces_cut(&f->bytes, ZONG_MEDIA_PNG, &pieces);
	assert_true(pieces_have(&pieces, start, 90000));
}

static void image_data_in_several_chunks_is_one_run(void **state)
{
	struct fixture *f = *state;
	struct pieces pieces;
	uint64_t start;
	int i;

	zong_buf_add_str(&f->bytes, signature);
	pieces_png_chunk(&f->bytes, "IHDR", "0123456789abc", 13);
	start = f->bytes.len;
	fixture_noise(&f->more, 8192, 1);
	for (i = 0; i < 20; i++)
		pieces_png_chunk(&f->bytes, "IDAT", f->more.data, f->more.len);
	pieces_png_chunk(&f->bytes, "IEND", "", 0);
	pieces_cut(&f->bytes, ZONG_MEDIA_PNG, &pieces);
	assert_true(pieces_have(&pieces, start, 20 * 8204));
}

static void a_chunk_that_is_longer_than_the_file_is_no_run(void **state)
{
	struct fixture *f = *state;
	struct pieces pieces;

	zong_buf_add_str(&f->bytes, signature);
	fixture_noise(&f->more, 20000, 1);
	pieces_png_chunk(&f->bytes, "IDAT", f->more.data, f->more.len);
	f->bytes.data[8] = 0x7f;
	pieces_cut(&f->bytes, ZONG_MEDIA_PNG, &pieces);
	assert_int_equal(pieces.count, 1);
	for (; f->bytes.len > 0; f->bytes.len -= f->bytes.len > 100 ? 97 : 1)
		pieces_cut(&f->bytes, ZONG_MEDIA_PNG, &pieces);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup_closed, fixture_teardown)
		TEST(image_data_in_one_chunk_is_a_run_without_the_chunks_head),
		TEST(image_data_in_several_chunks_is_one_run),
		TEST(a_chunk_that_is_longer_than_the_file_is_no_run),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
