/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <allheaders.h>

#include <zong/buffer.h>

#include "read.h"
#include "sample.h"

static struct zong_reader *reader;
static struct zong_raster raster;
static struct zong_arena arena;
static struct zong_reading reading;
static struct zong_buf text;

static int load(void **state)
{
	(void)state;
	setMsgSeverity(L_SEVERITY_NONE);
	return zong_reader_open(&reader);
}

static int unload(void **state)
{
	(void)state;
	zong_reader_close(reader);
	return 0;
}

static int setup(void **state)
{
	(void)state;
	arena = (struct zong_arena)ZONG_ARENA_INIT;
	reading = (struct zong_reading){0};
	zong_buf_init(&text, 1 << 20);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	zong_raster_release(&raster);
	zong_arena_release(&arena);
	zong_buf_release(&text);
	return 0;
}

static void read_raster(void)
{
	uint32_t i, j, next = 0;

	assert_int_equal(zong_reader_read(reader, &raster, 0, &arena, &reading), 0);
	assert_int_equal(reading.width, raster.width);
	for (i = 0; i < reading.lines; i++) {
		assert_int_equal(reading.line[i].first, next);
		for (j = 0; j < reading.line[i].count; j++, next++) {
			if (reading.word[next].blank_before)
				zong_buf_add_char(&text, ' ');
			zong_buf_add_str(&text, reading.word[next].text);
		}
		zong_buf_add_char(&text, '\n');
	}
	assert_int_equal(next, reading.words);
}

static void says(const char *expected)
{
	if (!strstr(zong_buf_str(&text), expected))
		fail_msg("\"%s\" is not in \"%s\"", expected, zong_buf_str(&text));
}

static void chinese_is_read_without_blanks(void **state)
{
	(void)state;
	sample_text(1400, 700, 40, sample_lines, &raster);
	read_raster();
	assert_int_equal(reading.source, ZONG_TEXT_OCR);
	says("不动产登记申请书\n");
	says("宗地面积以实际测量结果为准");
	says("登记机构应当自受理之日起三十个工作日内办结登记手续");
	assert_true(reading.confidence > 0.8f);
	assert_non_null(strstr(reading.engine, "chi_sim"));
	/* the first line is drawn at 80,120 with letters of 40 */
	assert_in_range(reading.line[0].box.x, 70, 90);
	assert_in_range(reading.line[0].box.y, 75, 95);
}

static void words_of_letters_keep_the_blank_between_them(void **state)
{
	static const char *const lines[] = {"The right holder may look at the register", NULL};

	(void)state;
	sample_text(1400, 400, 40, lines, &raster);
	read_raster();
	says("The right holder may look at the register");
}

/* Orientation o is undone by turning the page; words must lie where the page as it is has them. */
static void a_page_on_its_head_or_its_side_is_read_and_its_boxes_are_of_the_page_as_it_is(
	void **state)
{
	static const unsigned int turns[] = {3, 6, 8};
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++) {
		const struct zong_box *box;

		zong_raster_release(&raster);
		zong_buf_clear(&text);
		sample_text(1400, 700, 40, sample_lines, &raster);
		assert_int_equal(zong_raster_orient(&raster, turns[i]), 0);
		read_raster();
		says("登记机构应当自受理之日起三十个工作日内");
		says("不动产登记申请书\n");
		box = &reading.line[0].box;
		if (turns[i] == 3) {
			assert_in_range(box->x + box->width, 1400 - 95, 1400 - 65);
			assert_in_range(box->y + box->height, 700 - 100, 700 - 70);
		} else if (turns[i] == 6) {
			assert_in_range(box->x + box->width, 700 - 100, 700 - 70);
			assert_in_range(box->y, 65, 95);
		} else {
			assert_in_range(box->x, 70, 100);
			assert_in_range(box->y + box->height, 1400 - 95, 1400 - 65);
		}
	}
}

static void rule(uint32_t x, uint32_t y, uint32_t width, uint32_t height)
{
	uint32_t i;

	for (i = 0; i < height; i++)
		memset(zong_raster_row(&raster, y + i) + x, 0, width);
}

/* The label stands between the two lines of its cell, as forms are set; read in rows it would tear them apart. */
static void a_form_is_read_cell_by_cell_with_the_words_where_they_stand(void **state)
{
	static const char *const label[] = {"权利人", "登记原因", NULL};
	static const char *const value[] = {"", "", "", "", "", "", "单独所有",
		"买卖。存量房买卖合同一份、", "身份证明两份", NULL};
	struct zong_raster left = ZONG_RASTER_INIT;
	uint32_t y;

	(void)state;
	sample_text(1600, 1100, 40, value, &raster); /* lines at 552, 624, 696, all from 80 on */
	for (y = 0; y < 1100; y++) {		     /* the second column begins at 400 */
		memmove(zong_raster_row(&raster, y) + 400, zong_raster_row(&raster, y), 1200);
		memset(zong_raster_row(&raster, y), 255, 400);
	}
	sample_text(380, 300, 40, label, &left); /* lines at 120, 192 */
	for (y = 80; y < 140; y++)
		memcpy(zong_raster_row(&raster, y + 432), zong_raster_row(&left, y), 380);
	for (y = 145; y < 215; y++)
		memcpy(zong_raster_row(&raster, y + 468), zong_raster_row(&left, y), 380);
	zong_raster_release(&left);
	for (y = 0; y < 3; y++)
		rule(60, (uint32_t[]){496, 572, 720}[y], 1200, 4);
	for (y = 0; y < 3; y++)
		rule((uint32_t[]){60, 400, 1256}[y], 496, 4, 228);
	read_raster();
	says("权利人\n单独所有\n登记原因\n买卖。存量房买卖合同一份、\n身份证明两份\n");
	assert_in_range(reading.line[1].box.x, 470, 490);
	assert_in_range(reading.line[1].box.y, 505, 525);
	assert_int_equal(reading.line[3].block, reading.line[4].block);
	assert_int_not_equal(reading.line[2].block, reading.line[3].block);
}

static void a_blank_page_has_no_words_and_no_confidence(void **state)
{
	(void)state;
	assert_int_equal(zong_raster_init(&raster, 800, 1000, 1, 8), 0);
	read_raster();
	assert_int_equal(reading.source, ZONG_TEXT_NONE);
	assert_int_equal(reading.words, 0);
	assert_true(reading.confidence == 0);
}

static void the_smallest_of_pages_do_no_harm(void **state)
{
	uint32_t size;

	(void)state;
	for (size = 1; size <= 33; size += 8) {
		zong_raster_release(&raster);
		sample_pattern(size, size, 3, 8, &raster);
		read_raster();
		zong_raster_release(&raster);
		sample_pattern(size, 40, 1, 1, &raster);
		read_raster();
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(chinese_is_read_without_blanks),
		TEST(words_of_letters_keep_the_blank_between_them),
		TEST(a_page_on_its_head_or_its_side_is_read_and_its_boxes_are_of_the_page_as_it_is),
		TEST(a_form_is_read_cell_by_cell_with_the_words_where_they_stand),
		TEST(a_blank_page_has_no_words_and_no_confidence),
		TEST(the_smallest_of_pages_do_no_harm),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, load, unload);
}
