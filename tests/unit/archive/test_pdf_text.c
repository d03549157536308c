/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "pdf_page.h"
#include "sample_reading.h"

static const struct zong_pdf_size size = {.width = 2000, .height = 3000};
static struct zong_pdf_font font;
static struct zong_buf content;

static int setup(void **state)
{
	(void)state;
	zong_buf_init(&content, 1 << 20);
	return zong_pdf_font_init(&font);
}

static int teardown(void **state)
{
	(void)state;
	zong_buf_release(&content);
	zong_pdf_font_release(&font);
	return 0;
}

static const char *write_text(Zong__Reading *reading)
{
	zong_pdf_text_content(&content, reading, size, &font);
	assert_int_equal(content.err, 0);
	sample_free(reading);
	return zong_buf_str(&content);
}

static unsigned int count(const char *text, const char *what)
{
	unsigned int n = 0;

	for (; (text = strstr(text, what)); text += strlen(what))
		n++;
	return n;
}

static void each_line_is_a_text_object_that_shows_nothing(void **state)
{
	const char *text = write_text(sample_reading("甲|乙\n\n丙\n"));

	(void)state;
	assert_int_equal(count(text, "BT 3 Tr"), 2);
	assert_int_equal(count(text, "ET\n"), 2);
	assert_int_equal(count(text, "Tj"), 3);
}

/* A word of 3 bytes is 30 wide; a blank or a mark is 10. */
static void a_word_reaches_to_the_next_without_a_blank(void **state)
{
	const char *text = write_text(sample_reading("甲|乙"));

	(void)state;
	assert_non_null(strstr(text, "400 Tz 1 0 0 1 0 2991.2000 Tm <0001> Tj"));
	assert_non_null(strstr(text, "300 Tz 1 0 0 1 40 2991.2000 Tm <0002> Tj"));
}

static void a_blank_is_written_only_where_one_is_read(void **state)
{
	const char *text = write_text(sample_reading("甲 乙\nab cd"));

	(void)state;
	assert_int_equal(font.character[1], 0x7532);
	assert_int_equal(count(text, "Tj"), 2 + 3);
	assert_non_null(strstr(text, "100 Tz 1 0 0 1 20 2971.2000 Tm <0005> Tj"));
	assert_int_equal(font.character[5], ' ');
}

static void a_line_that_runs_down_is_written_down(void **state)
{
	Zong__Reading *reading = sample_reading("甲|乙");

	(void)state;
	reading->lines[0]->words[1]->box->x = 0;
	reading->lines[0]->words[1]->box->y = 100;
	assert_non_null(strstr(write_text(reading), " 0 -1 1 0 "));
}

static void a_character_has_one_code(void **state)
{
	uint16_t first = zong_pdf_font_code(&font, 0x20000);

	(void)state;
	assert_int_equal(first, 1);
	assert_int_equal(zong_pdf_font_code(&font, 'a'), 2);
	assert_int_equal(zong_pdf_font_code(&font, 0x20000), first);
	assert_int_equal(zong_pdf_font_code(&font, 0x110000), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			each_line_is_a_text_object_that_shows_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_word_reaches_to_the_next_without_a_blank, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_blank_is_written_only_where_one_is_read, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_line_that_runs_down_is_written_down, setup, teardown),
		cmocka_unit_test_setup_teardown(a_character_has_one_code, setup, teardown),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
