/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "pieces.h"

static void a_stream_is_a_run_by_its_length_or_by_endstream(void **state)
{
	struct fixture *f = *state;
	struct pieces pieces;
	uint64_t start;

	fixture_noise(&f->more, 700000, 1);
	pieces_pdf(&f->bytes, &f->more, false, &start);
	pieces_cut(&f->bytes, ZONG_MEDIA_PDF, &pieces);
	assert_true(pieces_have(&pieces, start, 700000));
	zong_buf_clear(&f->bytes);
	pieces_pdf(&f->bytes, &f->more, true, &start);
	pieces_cut(&f->bytes, ZONG_MEDIA_PDF, &pieces);
	assert_true(pieces_have(&pieces, start, 700000));
}

static void the_words_inside_a_stream_do_not_end_it_where_the_length_is_right(void **state)
{
	struct fixture *f = *state;
	struct pieces pieces;
	uint64_t start;

	fixture_noise(&f->more, 5000, 1);
	zong_buf_add_str(&f->more, "\nendstream\nendobj\n9 0 obj << >>\nstream\n");
	fixture_noise(&f->more, 5000, 2);
	pieces_pdf(&f->bytes, &f->more, false, &start);
	pieces_cut(&f->bytes, ZONG_MEDIA_PDF, &pieces);
	assert_true(pieces_have(&pieces, start, f->more.len));
}

static void a_wrong_length_is_not_believed(void **state)
{
	struct fixture *f = *state;
	struct pieces pieces;
	uint64_t start;

	zong_buf_add_str(&f->bytes, "%PDF-1.4\n1 0 obj << /Length1 5 /Length 99999999999999999999 "
				    "/Length2 7 >> stream\n");
	start = f->bytes.len;
	fixture_noise(&f->bytes, 4000, 1);
	f->bytes.data[f->bytes.len - 1] = 'x';
	zong_buf_add_str(&f->bytes, "\nendstream endobj");
	pieces_cut(&f->bytes, ZONG_MEDIA_PDF, &pieces);
	assert_true(pieces_have(&pieces, start, 4000));
}

static void streams_far_apart_and_across_windows_are_found(void **state)
{
	static const size_t gaps[] = {
		262144 - 60, 262144 - 30, 262144 - 6, 262144 - 3, 262144, 600000};
	struct fixture *f = *state;
	struct pieces pieces;
	uint64_t starts[6];
	size_t i, k;

	zong_buf_add_str(&f->bytes, "%PDF-1.4\n");
	for (i = 0; i < 6; i++) {
		for (k = 0; k < gaps[i]; k++)
			zong_buf_add_char(&f->bytes, ' ');
		zong_buf_add_str(&f->bytes, "1 0 obj <</Length 9 0 R>>stream\r\n");
		starts[i] = f->bytes.len;
		fixture_noise(&f->bytes, 2000, i);
		f->bytes.data[f->bytes.len - 1] = 'x';
		zong_buf_add_str(&f->bytes, "endstream");
	}
	pieces_cut(&f->bytes, ZONG_MEDIA_PDF, &pieces);
	for (i = 0; i < 6; i++)
		assert_true(pieces_have(&pieces, starts[i], 2000));
}

static void a_pdf_cut_off_anywhere_is_cut_whole(void **state)
{
	struct fixture *f = *state;
	struct pieces pieces;
	uint64_t start;

	fixture_noise(&f->more, 2000, 1);
	pieces_pdf(&f->bytes, &f->more, false, &start);
	for (; f->bytes.len > 1; f->bytes.len--)
		pieces_cut(&f->bytes, ZONG_MEDIA_PDF, &pieces);
	zong_buf_clear(&f->bytes);
	zong_buf_add_str(&f->bytes, ">>stream");
	for (; f->bytes.len > 0; f->bytes.len--)
		pieces_cut(&f->bytes, ZONG_MEDIA_PDF, &pieces);
}

static void many_words_without_an_end_take_no_long_time(void **state)
{
	struct fixture *f = *state;
	struct pieces pieces;

	while (f->bytes.len < 8 << 20)
		zong_buf_add_str(&f->bytes, "\nstream\nstream /Length 1 stream");
	pieces_cut(&f->bytes, ZONG_MEDIA_PDF, &pieces);
	zong_buf_clear(&f->bytes);
	while (f->bytes.len < 8 << 20)
		zong_buf_add_str(&f->bytes, " stream\nendstream");
	pieces_cut(&f->bytes, ZONG_MEDIA_PDF, &pieces);
	assert_true(pieces.count > 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup_closed, fixture_teardown)
		TEST(a_stream_is_a_run_by_its_length_or_by_endstream),
		TEST(the_words_inside_a_stream_do_not_end_it_where_the_length_is_right),
		TEST(a_wrong_length_is_not_believed),
		TEST(streams_far_apart_and_across_windows_are_found),
		TEST(a_pdf_cut_off_anywhere_is_cut_whole),
		TEST(many_words_without_an_end_take_no_long_time),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
