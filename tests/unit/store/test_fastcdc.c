/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <zong/byteorder.h>

#include "cut.h"
#include "fixture.h"

static void the_table_is_what_its_comment_says(void **state)
{
	struct zong_digest digest;
	uint8_t byte;
	int i;

	(void)state;
	for (i = 0; i < 256; i++) {
		byte = (uint8_t)i;
		zong_digest_of(&byte, 1, &digest);
		assert_true(zong_fastcdc_gear[i] == zong_read_be64(digest.bytes));
	}
}

static void pieces_keep_to_their_limits_and_average(void **state)
{
	struct fixture *f = *state;
	size_t at = 0, piece, count = 0;

	fixture_noise(&f->bytes, 64 << 20, 1);
	while (at < f->bytes.len) {
		piece = zong_fastcdc(f->bytes.data + at, f->bytes.len - at);
		assert_true(piece <= ZONG_SEGMENT_MAX);
		assert_true(piece > ZONG_SEGMENT_MIN || at + piece == f->bytes.len);
		at += piece;
		count++;
	}
	assert_int_equal(at, f->bytes.len);
	assert_in_range(f->bytes.len / count, ZONG_SEGMENT_AVG * 3 / 4, ZONG_SEGMENT_AVG * 5 / 4);
}

static void cuts_depend_on_content_and_not_on_place(void **state)
{
	struct fixture *f = *state;
	size_t first = 0, second = 1000;
	size_t same = 0;

	fixture_noise(&f->bytes, 8 << 20, 2);
	/* Two walks that begin at different places meet soon and never part. */
	while (first < f->bytes.len && second < f->bytes.len) {
		if (first == second)
			same++;
		if (first <= second)
			first += zong_fastcdc(f->bytes.data + first, f->bytes.len - first);
		else
			second += zong_fastcdc(f->bytes.data + second, f->bytes.len - second);
	}
	assert_true(same > 10);
}

static void bytes_all_alike_are_cut_at_the_limit(void **state)
{
	struct fixture *f = *state;
	size_t piece;

	while (f->bytes.len < 3 * ZONG_SEGMENT_MAX)
		zong_buf_add_char(&f->bytes, 0);
	piece = zong_fastcdc(f->bytes.data, f->bytes.len);
	assert_int_equal(piece, ZONG_SEGMENT_MAX);
	assert_int_equal(zong_fastcdc(f->bytes.data, 1), 1);
	assert_int_equal(zong_fastcdc(f->bytes.data, ZONG_SEGMENT_MIN), ZONG_SEGMENT_MIN);
}

/* The place of the first cuts of bytes that never change: another place would mean that
 * nothing new is shared with what archives hold already. */
static void the_cuts_are_the_same_for_ever(void **state)
{
	static const size_t expected[] = {383447, 371060, 336414, 273289};
	struct fixture *f = *state;
	size_t at = 0, piece, i;

	fixture_noise(&f->bytes, 8 << 20, 42);
	for (i = 0; i < sizeof(expected) / sizeof(*expected); i++) {
		piece = zong_fastcdc(f->bytes.data + at, f->bytes.len - at);
		assert_int_equal(piece, expected[i]);
		at += piece;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup_closed, fixture_teardown)
		TEST(the_table_is_what_its_comment_says),
		TEST(pieces_keep_to_their_limits_and_average),
		TEST(cuts_depend_on_content_and_not_on_place),
		TEST(bytes_all_alike_are_cut_at_the_limit),
		TEST(the_cuts_are_the_same_for_ever),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
