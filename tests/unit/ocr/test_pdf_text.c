/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include <zong/buffer.h>
#include <zong/error.h>

#include "sample.h"

static struct zong_arena arena;
static struct zong_reading reading;
static struct zong_buf text;
static int fd;

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
	zong_arena_release(&arena);
	zong_buf_release(&text);
	close(fd);
	return 0;
}

static void read_layer(void)
{
	uint32_t i, j, pages;
	void *document;

	assert_int_equal(zong_decoder_pdf.open(fd, &document, &pages), 0);
	assert_int_equal(zong_decoder_pdf.text(document, 1, &arena, &reading), 0);
	zong_decoder_pdf.close(document);
	for (i = 0; i < reading.lines; i++) {
		for (j = 0; j < reading.line[i].count; j++) {
			const struct zong_word *word = &reading.word[reading.line[i].first + j];

			if (word->blank_before)
				zong_buf_add_char(&text, ' ');
			zong_buf_add_str(&text, word->text);
			assert_true(word->box.x + word->box.width <= reading.width);
			assert_true(word->box.y + word->box.height <= reading.height);
		}
		zong_buf_add_char(&text, '\n');
	}
}

static void a_born_digital_page_gives_its_own_text(void **state)
{
	static const char *const lines[] = {"不动产登记 申请书", "合同 No 12 of 2024 号", NULL};
	struct zong_page page = ZONG_PAGE_INIT;

	(void)state;
	fd = sample_pdf_text(lines, 20);
	read_layer();
	assert_int_equal(reading.source, ZONG_TEXT_LAYER);
	assert_string_equal(reading.engine, "text layer");
	/* no blank between Han, one between words of letters */
	assert_string_equal(zong_buf_str(&text), "不动产登记申请书\n合同 No 12 of 2024 号\n");
	assert_int_equal(sample_decode(fd, 1, &page), 0);
	assert_true(page.text_layer);
	assert_int_equal(page.raster.width, reading.width);
	assert_int_equal(page.raster.height, reading.height);
	zong_raster_release(&page.raster);
}

static void boxes_lie_where_the_text_is_drawn(void **state)
{
	static const char *const lines[] = {"一二三四五六七八九十", NULL};

	(void)state;
	fd = sample_pdf_text(lines, 20);
	read_layer();
	/* drawn at 50,100 points with 20 points a character, read at 300 dpi */
	assert_int_equal(reading.words, 10);
	assert_in_range(reading.word[0].box.x, 200, 215);
	assert_in_range(reading.word[9].box.x, 950, 965);
	assert_in_range(reading.word[0].box.y, 300, 400);
	assert_in_range(reading.word[0].box.width, 70, 90);
}

static void a_page_with_next_to_no_text_has_no_layer(void **state)
{
	static const char *const lines[] = {"第3页", NULL};

	(void)state;
	fd = sample_pdf_text(lines, 20);
	read_layer();
	assert_int_equal(reading.source, ZONG_TEXT_NONE);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_born_digital_page_gives_its_own_text),
		TEST(boxes_lie_where_the_text_is_drawn),
		TEST(a_page_with_next_to_no_text_has_no_layer),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
