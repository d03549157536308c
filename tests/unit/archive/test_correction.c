/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <zong/material.h>

#include "correction.h"
#include "field.h"
#include "sample_archive.h"

static struct sample sample;
static Zong__Reading *reading;
static struct zong_buf text;
static struct zong_digest raster;

static int setup(void **state)
{
	(void)state;
	reading = NULL;
	zong_buf_init(&text, 1 << 20);
	zong_digest_of("page", 4, &raster);
	sample_open(&sample);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	sample_free(reading);
	zong_buf_release(&text);
	sample_close(&sample);
	return 0;
}

static const char *all_text(void)
{
	zong_buf_clear(&text);
	assert_int_equal(zong_reading_text(reading, &text), 0);
	return zong_buf_str(&text);
}

static void apply(uint32_t x, uint32_t y, uint32_t width, const char *before, const char *after)
{
	Zong__Correction correction = ZONG__CORRECTION__INIT;
	Zong__Box box = ZONG__BOX__INIT;

	box.x = x;
	box.y = y;
	box.width = width;
	box.height = 10;
	correction.box = &box;
	correction.before = (char *)(uintptr_t)before;
	correction.text = (char *)(uintptr_t)after;
	assert_int_equal(zong_correction_apply_one(&correction, reading), 0);
}

static void expect_word(size_t line, size_t at, const char *word, uint32_t x, uint32_t width)
{
	const Zong__Word *have = reading->lines[line]->words[at];

	assert_string_equal(have->text, word);
	assert_int_equal(have->box->x, x);
	assert_int_equal(have->box->width, width);
	assert_int_equal(have->box->y, reading->lines[line]->box->y);
}

static void the_box_of_the_line_is_divided_by_the_widths_of_characters(void **state)
{
	(void)state;
	reading = sample_reading("一二 ABX\n后面");
	reading->lines[0]->confidence = 0.5F;
	apply(0, 0, 100, "一二 ABX", "一三 AB12");
	/* two Han of two, a blank and four letters: nine parts of 100 pixels */
	assert_string_equal(all_text(), "一三 AB12\n后面\n");
	assert_int_equal(reading->lines[0]->n_words, 3);
	expect_word(0, 0, "一", 0, 22);
	expect_word(0, 1, "三", 22, 22);
	expect_word(0, 2, "AB12", 55, 45);
	assert_true(reading->lines[0]->words[2]->blank_before);
	assert_false(reading->lines[0]->words[1]->blank_before);
	/* what was there before is as sure as it was */
	assert_float_equal(reading->lines[0]->words[0]->confidence, 0.5, 0.001);
	assert_float_equal(reading->lines[0]->words[1]->confidence, 1, 0.001);
}

static void a_line_is_known_by_its_place_and_put_where_none_is(void **state)
{
	(void)state;
	reading = sample_reading("甲乙丙丁\n戊己庚辛");
	/* read anew, the line lies three pixels lower and is a little shorter */
	apply(4, 23, 110, "戊巳庚辛", "戊己庚新");
	assert_string_equal(all_text(), "甲乙丙丁\n戊己庚新\n");
	apply(0, 500, 80, "", "补读");
	assert_int_equal(reading->n_lines, 3);
	assert_string_equal(all_text(), "甲乙丙丁\n戊己庚新\n补读\n");
	expect_word(2, 1, "读", 40, 40);
	assert_true(reading->lines[2]->block > reading->lines[1]->block);
	apply(0, 0, 120, "甲乙丙丁", "");
	assert_int_equal(reading->lines[0]->n_words, 0);
}

struct putting {
	const char *kind, *text;
	int found;
};

static int put(struct zong_txn *txn, void *ctx)
{
	struct putting *putting = ctx;

	for (size_t i = 0; i < reading->n_fields; i++)
		if (strcmp(reading->fields[i]->kind, putting->kind) == 0) {
			putting->found = 1;
			return zong_correction_put(txn, &raster, reading, reading->fields[i],
				putting->text, "token:sample", 7);
		}
	return 0;
}

static int forget(struct zong_txn *txn, void *ctx)
{
	(void)ctx;
	return zong_correction_forget(txn, &raster);
}

static void apply_kept(void)
{
	struct zong_txn *txn;

	assert_int_equal(zong_store_read_begin(sample.archive.store, &txn), 0);
	assert_int_equal(zong_correction_apply(txn, &raster, reading), 0);
	zong_txn_end(txn);
}

static void correct(const char *page, const char *kind, const char *value)
{
	struct putting putting = {kind, value, 0};

	sample_free(reading);
	reading = sample_reading(page);
	assert_int_equal(zong_fields_find(reading), 0);
	assert_int_equal(zong_store_write(sample.archive.store, put, &putting), 0);
	assert_int_equal(putting.found, 1);
	apply_kept();
}

static void only_the_field_is_put_in_place_of_what_was_read(void **state)
{
	(void)state;
	correct("单元号：370786001001GB00001F00010001，面积90\n别的", "unit",
		"370786001001GB00001F00010007");
	assert_string_equal(all_text(), "单元号：370786001001GB00001F00010007，面积90\n别的\n");
	assert_string_equal(reading->fields[0]->value, "370786001001GB00001F00010007");
	assert_float_equal(reading->fields[0]->confidence, 1, 0.001);
	/* a second slip on the same line: the first correction stays */
	correct(zong_buf_str(&text), "unit", "370786001001GB00001F00010009");
	assert_string_equal(all_text(), "单元号：370786001001GB00001F00010009，面积90\n别的\n");
}

static void a_field_over_two_lines_goes_to_the_first_one(void **state)
{
	(void)state;
	correct("单元 370786001001GB\n00001F00010001 后", "unit", "370786001001GB00001F00010002");
	assert_string_equal(all_text(), "单元 370786001001GB00001F00010002\n后\n");
}

static void it_is_put_in_again_whatever_is_read_and_goes_with_the_page(void **state)
{
	(void)state;
	correct("单元 370786001001GB00001F00010001", "unit", "370786001001GB00001F00010002");
	sample_free(reading);
	reading = sample_reading("单元 370786001001G800001F00010001");
	apply_kept();
	assert_string_equal(all_text(), "单元 370786001001GB00001F00010002\n");
	assert_string_equal(reading->fields[0]->value, "370786001001GB00001F00010002");
	assert_int_equal(zong_store_write(sample.archive.store, forget, NULL), 0);
	sample_free(reading);
	reading = sample_reading("单元 370786001001GB00001F00010001");
	apply_kept();
	assert_string_equal(all_text(), "单元 370786001001GB00001F00010001\n");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_box_of_the_line_is_divided_by_the_widths_of_characters),
		TEST(a_line_is_known_by_its_place_and_put_where_none_is),
		TEST(only_the_field_is_put_in_place_of_what_was_read),
		TEST(a_field_over_two_lines_goes_to_the_first_one),
		TEST(it_is_put_in_again_whatever_is_read_and_goes_with_the_page),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
