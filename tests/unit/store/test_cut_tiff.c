/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include <zong/byteorder.h>

#include "pieces.h"

static void strips_one_behind_the_other_are_one_run_in_every_kind_of_tiff(void **state)
{
	static const unsigned strips[] = {1, 2, 3, 1300};
	struct fixture *f = *state;
	struct pieces pieces;
	uint64_t start;
	size_t i;
	int kind;

	fixture_noise(&f->more, 400000, 1);
	for (i = 0; i < 4; i++)
		for (kind = 0; kind < 4; kind++) {
			zong_buf_clear(&f->bytes);
			pieces_tiff(&f->bytes, &f->more, strips[i], kind & 1, kind & 2, &start);
			pieces_cut(&f->bytes, ZONG_MEDIA_TIFF, &pieces);
			assert_true(pieces_have(&pieces, start, 400000));
		}
}

/* Little-endian classic TIFF with one directory per image at known places. */
static void add_directory(struct zong_buf *buf, uint32_t offset, uint32_t count, uint32_t next)
{
	uint8_t bytes[2 + 2 * 12 + 4] = {2};

	zong_write_le16(bytes + 2, 273);
	zong_write_le16(bytes + 4, 4);
	zong_write_le32(bytes + 6, 1);
	zong_write_le32(bytes + 10, offset);
	zong_write_le16(bytes + 14, 279);
	zong_write_le16(bytes + 16, 4);
	zong_write_le32(bytes + 18, 1);
	zong_write_le32(bytes + 22, count);
	zong_write_le32(bytes + 26, next);
	zong_buf_add(buf, bytes, sizeof(bytes));
}

static void begin(struct zong_buf *buf, uint32_t first)
{
	uint8_t bytes[8] = {'I', 'I', 42};

	zong_write_le32(bytes + 4, first);
	zong_buf_add(buf, bytes, sizeof(bytes));
}

static void every_page_of_a_tiff_is_a_run_of_its_own(void **state)
{
	struct fixture *f = *state;
	struct pieces pieces;
	uint32_t i;

	/* Directory, page, directory, page, ... */
	begin(&f->bytes, 8);
	for (i = 0; i < 5; i++) {
		add_directory(
			&f->bytes, 8 + i * 20030 + 30, 20000, i == 4 ? 0 : 8 + (i + 1) * 20030);
		fixture_noise(&f->bytes, 20000, i);
	}
	pieces_cut(&f->bytes, ZONG_MEDIA_TIFF, &pieces);
	for (i = 0; i < 5; i++)
		assert_true(pieces_have(&pieces, 8 + i * 20030 + 30, 20000));
}

static void directories_in_a_circle_end(void **state)
{
	struct fixture *f = *state;
	struct pieces pieces;

	begin(&f->bytes, 8);
	add_directory(&f->bytes, 68, 3000, 38);
	add_directory(&f->bytes, 3068, 3000, 8); /* back to the first */
	fixture_noise(&f->bytes, 6000, 1);
	pieces_cut(&f->bytes, ZONG_MEDIA_TIFF, &pieces);
	assert_true(pieces_have(&pieces, 68, 3000));
	zong_buf_clear(&f->bytes);
	begin(&f->bytes, 8);
	add_directory(&f->bytes, 38, 3000, 8); /* itself */
	fixture_noise(&f->bytes, 6000, 1);
	pieces_cut(&f->bytes, ZONG_MEDIA_TIFF, &pieces);
	assert_true(pieces_have(&pieces, 38, 3000));
}

static void of_overlapping_strips_the_first_stays_and_lies_do_no_harm(void **state)
{
	struct fixture *f = *state;
	struct pieces pieces;

	begin(&f->bytes, 8);
	add_directory(&f->bytes, 128, 5000, 38);
	add_directory(&f->bytes, 3000, 5000, 68);	      /* over the first */
	add_directory(&f->bytes, 4000000000, 4000000000, 98); /* beyond the file */
	add_directory(&f->bytes, 6000, 4294967295, 4294967290);
	fixture_noise(&f->bytes, 20000, 1);
	pieces_cut(&f->bytes, ZONG_MEDIA_TIFF, &pieces);
	assert_true(pieces_have(&pieces, 128, 5000));
}

static void a_tiff_cut_off_anywhere_is_cut_whole(void **state)
{
	struct fixture *f = *state;
	struct pieces pieces;
	uint64_t start;
	size_t whole;
	int kind;

	fixture_noise(&f->more, 3000, 1);
	for (kind = 0; kind < 4; kind++) {
		zong_buf_clear(&f->bytes);
		pieces_tiff(&f->bytes, &f->more, 3, kind & 1, kind & 2, &start);
		for (whole = f->bytes.len; f->bytes.len > 1; f->bytes.len--)
			pieces_cut(&f->bytes, ZONG_MEDIA_TIFF, &pieces);
		assert_true(whole > 3000);
	}
}

static void a_directory_that_claims_everything_is_bounded(void **state)
{
	struct fixture *f = *state;
	struct pieces pieces;
	size_t i;

	/* Every directory is the same one again a byte on, with counts as large as they go. */
	begin(&f->bytes, 8);
	for (i = 0; i < 200000; i++)
		zong_buf_add_char(&f->bytes, (char)(i % 7 == 0 ? 1 : 0x11));
	pieces_cut(&f->bytes, ZONG_MEDIA_TIFF, &pieces);
	for (i = 8; i < f->bytes.len; i++)
		f->bytes.data[i] = 0xff;
	pieces_cut(&f->bytes, ZONG_MEDIA_TIFF, &pieces);
	assert_true(pieces.count > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup_closed, fixture_teardown)
		TEST(strips_one_behind_the_other_are_one_run_in_every_kind_of_tiff),
		TEST(every_page_of_a_tiff_is_a_run_of_its_own),
		TEST(directories_in_a_circle_end),
		TEST(of_overlapping_strips_the_first_stays_and_lies_do_no_harm),
		TEST(a_tiff_cut_off_anywhere_is_cut_whole),
		TEST(a_directory_that_claims_everything_is_bounded),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
