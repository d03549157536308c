/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include <zong/error.h>
#include <zong/limits.h>

#include "sample.h"

static struct zong_page page;
static int fd;

static int setup(void **state)
{
	(void)state;
	page = (struct zong_page)ZONG_PAGE_INIT;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	zong_raster_release(&page.raster);
	close(fd);
	return 0;
}

static void a_drawn_page_is_drawn_at_300_dpi(void **state)
{
	(void)state;
	fd = sample_pdf(144, 72, 0, "", NULL, 0, "0 0 72 72 re f");
	assert_int_equal(sample_decode(fd, 1, &page), 0);
	assert_int_equal(page.raster.width, 600);
	assert_int_equal(page.raster.height, 300);
	assert_float_equal(page.dpi_x, 300, 0.1f);
	assert_int_equal(zong_raster_row(&page.raster, 150)[3 * 100], 0);
	assert_int_equal(zong_raster_row(&page.raster, 150)[3 * 500], 255);
}

static void the_rotation_of_a_page_is_applied(void **state)
{
	(void)state;
	fd = sample_pdf(144, 72, 90, "", NULL, 0, "0 0 72 72 re f");
	assert_int_equal(sample_decode(fd, 1, &page), 0);
	assert_int_equal(page.raster.width, 300);
	/* turned clockwise the left half is above */
	assert_int_equal(zong_raster_row(&page.raster, 100)[3 * 150], 0);
	assert_int_equal(zong_raster_row(&page.raster, 500)[3 * 150], 255);
}

static void a_page_larger_than_the_limit_is_drawn_coarser(void **state)
{
	(void)state;
	fd = sample_pdf(8000, 8000, 0, "", NULL, 0, "0 0 72 72 re f");
	assert_int_equal(sample_decode(fd, 1, &page), 0);
	assert_true((uint64_t)page.raster.width * page.raster.height <= ZONG_LIMIT_PIXELS);
	assert_true(page.raster.width > 12000);
	assert_true(page.dpi_x < 300 && page.dpi_x > 100);
}

static void what_only_begins_like_a_pdf_is_damaged(void **state)
{
	(void)state;
	fd = sample_file("%PDF-1.4\nnothing\n", 17);
	assert_int_equal(sample_decode(fd, 1, &page), ZONG_EDAMAGED);
}

static void a_pdf_without_pages_says_so(void **state)
{
	static const char file[] = "%PDF-1.4\n1 0 obj <</Type /Catalog /Pages 2 0 R>> endobj\n"
				   "2 0 obj <</Type /Pages /Kids [] /Count 0>> endobj\n"
				   "trailer <</Root 1 0 R>>\n";

	(void)state;
	fd = sample_file(file, sizeof(file) - 1);
	assert_int_equal(sample_decode(fd, 1, &page), ZONG_ENOPAGES);
}

static void a_pdf_that_needs_a_password_says_so(void **state)
{
	/* standard handler, revision 3, both passwords "x": O and U are of no known password */
	static const char file[] =
		"%PDF-1.4\n1 0 obj <</Type /Catalog /Pages 2 0 R>> endobj\n"
		"2 0 obj <</Type /Pages /Kids [3 0 R] /Count 1>> endobj\n"
		"3 0 obj <</Type /Page /Parent 2 0 R /MediaBox [0 0 72 72]>> endobj\n"
		"4 0 obj <</Filter /Standard /V 2 /R 3 /Length 128 /P -4 "
		"/O <00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff> "
		"/U <00112233445566778899aabbccddeeff00000000000000000000000000000000>>> endobj\n"
		"xref\n0 5\n0000000000 65535 f \n0000000009 00000 n \n0000000056 00000 n \n"
		"0000000111 00000 n \n0000000178 00000 n \n"
		"trailer <</Root 1 0 R /Size 5 /Encrypt 4 0 R /ID [<00> "
		"<00>]>>\nstartxref\n395\n%%EOF\n";

	(void)state;
	fd = sample_file(file, sizeof(file) - 1);
	assert_int_equal(sample_decode(fd, 1, &page), ZONG_EENCRYPTED);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_drawn_page_is_drawn_at_300_dpi),
		TEST(the_rotation_of_a_page_is_applied),
		TEST(a_page_larger_than_the_limit_is_drawn_coarser),
		TEST(what_only_begins_like_a_pdf_is_damaged),
		TEST(a_pdf_without_pages_says_so),
		TEST(a_pdf_that_needs_a_password_says_so),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
