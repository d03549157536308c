/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <zong/error.h>
#include <zong/material.h>

#include "sample_reading.h"
#include "sample_xml.h"

static Zong__Reading *reading;
static struct zong_buf buf;

static int begin(void **state)
{
	(void)state;
	zong_buf_init(&buf, 1 << 20);
	return 0;
}

static int forget(void **state)
{
	(void)state;
	sample_free(reading);
	reading = NULL;
	zong_buf_release(&buf);
	return 0;
}

#define SAMPLE "不|动|产 登|记 A&B\n第 2 行\n\n另|一\x01|块 \"引\""

static void words_lines_and_blocks_stand_where_they_were(void **state)
{
	const char *text;

	(void)state;
	reading = sample_reading(SAMPLE);
	assert_int_equal(zong_reading_hocr(reading, "合同 <1>", 3, &buf), 0);
	text = zong_buf_str(&buf);
	assert_non_null(strstr(text, "<title>合同 &lt;1&gt;</title>"));
	assert_non_null(strstr(text, "name=\"ocr-system\" content=\"zong sample &lt;1&gt;\""));
	assert_non_null(strstr(text, "<div class=\"ocr_page\" id=\"page_3\" "
				     "title=\"bbox 0 0 2000 3000; ppageno 2\">"));
	assert_int_equal(times(text, "class=\"ocr_carea\""), 2);
	assert_int_equal(times(text, "class=\"ocr_line\""), 3);
	assert_int_equal(times(text, "class=\"ocrx_word\""), 13);
	assert_non_null(strstr(text, "title=\"bbox 40 0 70 10; x_wconf 90\">动</span><span"));
	assert_non_null(strstr(text, ">记</span> <span"));
	assert_non_null(strstr(text, ">A&amp;B</span>"));
}

static void what_it_writes_is_well_formed(void **state)
{
	static const char *const samples[] = {SAMPLE, ""};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		int status;

		sample_free(reading);
		zong_buf_clear(&buf);
		reading = sample_reading(samples[i]);
		assert_int_equal(zong_reading_hocr(reading, "a", 1, &buf), 0);
		status = lint_xml(&buf, NULL);
		if (status == 127) {
			print_message("# no xmllint\n");
			skip();
		}
		assert_int_equal(status, 0);
	}
}

static void a_full_buffer_is_told(void **state)
{
	(void)state;
	reading = sample_reading(SAMPLE);
	buf.max = 100;
	assert_int_equal(zong_reading_hocr(reading, "a", 1, &buf), ZONG_ELIMIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			words_lines_and_blocks_stand_where_they_were, begin, forget),
		cmocka_unit_test_setup_teardown(what_it_writes_is_well_formed, begin, forget),
		cmocka_unit_test_setup_teardown(a_full_buffer_is_told, begin, forget),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
