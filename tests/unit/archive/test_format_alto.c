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

static void make(const char *text)
{
	sample_free(reading);
	zong_buf_clear(&buf);
	reading = sample_reading(text);
	assert_int_equal(zong_reading_alto(reading, "a<b>&\"c\".tif", 3, &buf), 0);
}

#define SAMPLE "不|动|产 登|记 A&B <x>\n第 2 行\n\n另|一\x01|块 \"引\""

static void words_lines_and_blocks_stand_where_they_were(void **state)
{
	const char *text;

	(void)state;
	make(SAMPLE);
	text = zong_buf_str(&buf);
	assert_int_equal(times(text, "<TextBlock "), 2);
	assert_int_equal(times(text, "<TextLine "), 3);
	assert_int_equal(times(text, "<String "), 14);
	/* One blank between 记 and A&B, one before <x>, two in 第 2 行, one before the quoted. */
	assert_int_equal(times(text, "<SP"), 5);
	assert_non_null(strstr(text, "<MeasurementUnit>pixel</MeasurementUnit>"));
	assert_non_null(strstr(text, "<fileName>a&lt;b&gt;&amp;&quot;c&quot;.tif</fileName>"));
	assert_non_null(strstr(text, "<processingStepSettings>sample &lt;1&gt;<"));
	assert_non_null(strstr(text, "<processingDateTime>2023-11-14T22:13:20"));
	assert_non_null(strstr(text, "PHYSICAL_IMG_NR=\"3\" WIDTH=\"2000\" HEIGHT=\"3000\""));
	assert_non_null(strstr(text, "<String CONTENT=\"动\" HPOS=\"40\" VPOS=\"0\" WIDTH=\"30\" "
				     "HEIGHT=\"10\" WC=\"0.90\"/>"));
	assert_non_null(strstr(text, "CONTENT=\"A&amp;B\""));
	assert_non_null(strstr(text, "CONTENT=\"一\xEF\xBF\xBD\""));
}

static void what_it_writes_is_well_formed(void **state)
{
	int status;

	(void)state;
	make(SAMPLE);
	status = lint_xml(&buf, NULL);
	if (status == 127) {
		print_message("# no xmllint\n");
		skip();
	}
	assert_int_equal(status, 0);
}

static void it_holds_against_the_schema(void **state)
{
	static const char *const samples[] = {SAMPLE, "", "一", "A B"};
	const char *source = getenv("ZONG_SRCDIR");
	char schema[4096];

	(void)state;
	snprintf(schema, sizeof(schema), "%s/../shared/corpus/schema/alto-4-4.xsd",
		source ? source : ".");
	if (access(schema, R_OK) != 0) {
		print_message("# no corpus\n");
		skip();
	}
	/* The schema imports another by its address; the catalogue says where it lies. */
	snprintf(schema, sizeof(schema), "%s/../shared/corpus/schema/catalog.xml",
		source ? source : ".");
	setenv("XML_CATALOG_FILES", schema, 1);
	snprintf(schema, sizeof(schema), "%s/../shared/corpus/schema/alto-4-4.xsd",
		source ? source : ".");
	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
		int status;

		make(samples[i]);
		status = lint_xml(&buf, schema);
		if (status == 127) {
			print_message("# no xmllint\n");
			skip();
		}
		assert_int_equal(status, 0);
	}
}

static void lines_without_words_are_left_out(void **state)
{
	(void)state;
	make("甲\n乙");
	while (reading->lines[0]->n_words > 0)
		zong__word__free_unpacked(
			reading->lines[0]->words[--reading->lines[0]->n_words], NULL);
	zong_buf_clear(&buf);
	assert_int_equal(zong_reading_alto(reading, NULL, 1, &buf), 0);
	assert_int_equal(times(zong_buf_str(&buf), "<TextLine "), 1);
	assert_int_equal(times(zong_buf_str(&buf), "<fileName>"), 0);
}

static void a_full_buffer_is_told(void **state)
{
	(void)state;
	reading = sample_reading(SAMPLE);
	buf.max = 100;
	assert_int_equal(zong_reading_alto(reading, "a", 1, &buf), ZONG_ELIMIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			words_lines_and_blocks_stand_where_they_were, begin, forget),
		cmocka_unit_test_setup_teardown(what_it_writes_is_well_formed, begin, forget),
		cmocka_unit_test_setup_teardown(it_holds_against_the_schema, begin, forget),
		cmocka_unit_test_setup_teardown(lines_without_words_are_left_out, begin, forget),
		cmocka_unit_test_setup_teardown(a_full_buffer_is_told, begin, forget),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
