/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "probe.h"
#include "sample.h"

static struct zong_page page;
static struct zong_probe_room room;
static struct zong_probe_page probe;

static int setup(void **state)
{
	(void)state;
	page = (struct zong_page)ZONG_PAGE_INIT;
	page.dpi_x = page.dpi_y = 150;
	page.bits = 8;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	zong_raster_release(&page.raster);
	return 0;
}

static void a_page_of_writing_has_a_look_and_a_digest(void **state)
{
	struct zong_digest digest;

	(void)state;
	sample_text(1240, 1754, 28, sample_lines, &page.raster);
	zong_probe_reduce(&page, ZONG_MEDIA_TIFF);
	assert_int_equal(zong_raster_digest(&page.raster, &digest), 0);
	zong_probe_take(&page, &room, &probe);
	assert_int_equal(probe.err, 0);
	assert_int_equal(probe.width, 1240);
	assert_int_equal(probe.height, 1754);
	assert_int_equal(probe.bits, 8);
	assert_memory_equal(&probe.raster, &digest, sizeof(digest));
	assert_false(probe.blank);
	assert_true(probe.look_len > 0 && probe.look == room.packed);
	assert_null(probe.sheet);
}

static void a_blank_page_has_no_look(void **state)
{
	static const char *const nothing[] = {NULL};

	(void)state;
	sample_text(1240, 1754, 28, nothing, &page.raster);
	zong_probe_reduce(&page, ZONG_MEDIA_TIFF);
	zong_probe_take(&page, &room, &probe);
	assert_int_equal(probe.err, 0);
	assert_true(probe.blank);
	assert_int_equal(probe.look_len, 0);
}

static void a_page_with_text_of_its_own_is_not_surveyed(void **state)
{
	(void)state;
	sample_text(1240, 1754, 28, sample_lines, &page.raster);
	page.text_layer = true;
	zong_probe_reduce(&page, ZONG_MEDIA_PDF);
	zong_probe_take(&page, &room, &probe);
	assert_int_equal(probe.err, 0);
	assert_true(probe.text_layer);
	assert_false(probe.blank);
	assert_int_equal(probe.look_len, 0);
}

static void a_page_of_a_pdf_has_the_bits_that_it_needs(void **state)
{
	(void)state;
	sample_pattern(64, 64, 1, 1, &page.raster);
	zong_probe_reduce(&page, ZONG_MEDIA_TIFF);
	assert_int_equal(page.bits, 8);
	zong_probe_reduce(&page, ZONG_MEDIA_PDF);
	assert_int_equal(page.bits, 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_page_of_writing_has_a_look_and_a_digest),
		TEST(a_blank_page_has_no_look),
		TEST(a_page_with_text_of_its_own_is_not_surveyed),
		TEST(a_page_of_a_pdf_has_the_bits_that_it_needs),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
