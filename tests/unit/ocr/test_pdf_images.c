/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include <tiffio.h>

#include "sample.h"

static struct zong_raster raster;
static struct zong_digest expected;
static int fd;

/* A page with text is unlike itself turned or mirrored. */
static int setup(void **state)
{
	struct zong_raster copy;

	(void)state;
	sample_text(827, 1169, 26, sample_lines, &raster);
	sample_text(827, 1169, 26, sample_lines, &copy);
	sample_raster_digest(&copy, &expected);
	zong_raster_release(&copy);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	zong_raster_release(&raster);
	close(fd);
	return 0;
}

static void is_the_page(int file)
{
	struct zong_digest got;

	sample_digest(file, 1, &got);
	assert_memory_equal(&got, &expected, sizeof(got));
}

static void a_page_that_is_one_image_is_that_image(void **state)
{
	struct zong_page page = ZONG_PAGE_INIT;

	(void)state;
	fd = sample_pdf_of(&raster, 100, 0, "");
	is_the_page(fd);
	assert_int_equal(sample_decode(fd, 1, &page), 0);
	assert_float_equal(page.dpi_x, 100, 0.2f);
	assert_float_equal(page.dpi_y, 100, 0.2f);
	assert_false(page.text_layer);
	zong_raster_release(&page.raster);
}

static void a_g4_tiff_has_the_same_raster_inside_a_pdf(void **state)
{
	struct zong_raster bilevel;
	struct zong_digest in_tiff, in_pdf;
	char dictionary[200], content[80];
	uint8_t *strip;
	tmsize_t len;
	TIFF *tiff;
	size_t i;
	int tiff_fd;

	(void)state;
	sample_text(1654, 2338, 52, sample_lines, &bilevel);
	for (i = 0; i < bilevel.stride * bilevel.height; i++)
		bilevel.data[i] = bilevel.data[i] < 128 ? 0 : 255;
	zong_raster_reduce(&bilevel);
	assert_int_equal(bilevel.bits, 1);
	tiff_fd = sample_tiff(&bilevel, &(struct sample_tiff){.compression = COMPRESSION_CCITTFAX4,
						.photometric = PHOTOMETRIC_MINISWHITE});
	sample_digest(tiff_fd, 1, &in_tiff);
	assert_int_equal(lseek(tiff_fd, 0, SEEK_SET), 0);
	tiff = TIFFFdOpen(tiff_fd, "g4", "r");
	len = TIFFRawStripSize(tiff, 0);
	strip = malloc((size_t)len);
	assert_int_equal(TIFFReadRawStrip(tiff, 0, strip, len), len);
	TIFFClose(tiff);
	snprintf(dictionary, sizeof(dictionary),
		"/Width 1654 /Height 2338 /BitsPerComponent 1 /ColorSpace /DeviceGray "
		"/Filter /CCITTFaxDecode /DecodeParms <</K -1 /Columns 1654 /Rows 2338>>");
	snprintf(content, sizeof(content), "q 595.44 0 0 841.68 0 0 cm /I Do Q");
	fd = sample_pdf(595.44, 841.68, 0, dictionary, strip, (size_t)len, content);
	sample_digest(fd, 1, &in_pdf);
	assert_memory_equal(&in_pdf, &in_tiff, sizeof(in_pdf));
	free(strip);
	zong_raster_release(&bilevel);
}

static void a_jpeg_and_a_png_have_the_same_raster_inside_a_pdf(void **state)
{
	int jpeg = sample_jpeg(&raster, 90, 0), png = sample_png(&raster);
	struct zong_digest in_jpeg, in_pdf, in_png;
	static uint8_t bytes[4 << 20];
	ssize_t len = pread(jpeg, bytes, sizeof(bytes), 0);

	(void)state;
	sample_digest(jpeg, 1, &in_jpeg);
	fd = sample_pdf(595.44, 841.68, 0,
		"/Width 827 /Height 1169 /BitsPerComponent 8 /ColorSpace /DeviceGray /Filter "
		"/DCTDecode",
		bytes, (size_t)len, "q 595.44 0 0 841.68 0 0 cm /I Do Q");
	sample_digest(fd, 1, &in_pdf);
	assert_memory_equal(&in_pdf, &in_jpeg, sizeof(in_pdf));
	sample_digest(png, 1, &in_png);
	assert_memory_equal(&in_png, &expected, sizeof(in_png));
	close(jpeg);
	close(png);
}

static void an_image_in_strips_is_one_image(void **state)
{
	/* the same object twice, clipped by nothing: two halves that are alike */
	struct zong_raster half, whole;
	struct zong_digest both, got;
	char content[160];

	(void)state;
	sample_text(827, 300, 26, sample_lines, &half);
	assert_int_equal(zong_raster_init(&whole, 827, 600, 1, 8), 0);
	memcpy(whole.data, half.data, half.stride * 300);
	memcpy(whole.data + half.stride * 300, half.data, half.stride * 300);
	sample_raster_digest(&whole, &both);
	snprintf(content, sizeof(content),
		"q 595.44 0 0 216 0 216 cm /I Do Q q 595.44 0 0 216 0 0 cm /I Do Q");
	fd = sample_pdf(595.44, 432, 0,
		"/Width 827 /Height 300 /BitsPerComponent 8 /ColorSpace /DeviceGray", half.data,
		half.stride * half.height, content);
	sample_digest(fd, 1, &got);
	assert_memory_equal(&got, &both, sizeof(got));
	zong_raster_release(&half);
	zong_raster_release(&whole);
}

static void a_page_turned_by_its_rotation_or_by_its_image_is_upright(void **state)
{
	struct zong_raster turned;

	(void)state;
	/* stored on its side, put upright by /Rotate */
	sample_text(827, 1169, 26, sample_lines, &turned);
	assert_int_equal(zong_raster_orient(&turned, 8), 0);
	fd = sample_pdf_of(&turned, 100, 90, "");
	is_the_page(fd);
	close(fd);
	/* ... or by the matrix of the image: a quarter clockwise */
	fd = sample_pdf(595.44, 841.68, 0,
		"/Width 1169 /Height 827 /BitsPerComponent 8 /ColorSpace /DeviceGray", turned.data,
		turned.stride * turned.height, "q 0 -841.68 595.44 0 0 841.68 cm /I Do Q");
	is_the_page(fd);
	zong_raster_release(&turned);
}

static void an_invisible_text_layer_does_not_change_the_image(void **state)
{
	struct zong_page page = ZONG_PAGE_INIT;

	(void)state;
	fd = sample_pdf_of(&raster, 100, 0,
		"BT 3 Tr /F 20 Tf 50 700 Td (what some program has read of it) Tj ET");
	is_the_page(fd);
	assert_int_equal(sample_decode(fd, 1, &page), 0);
	assert_false(page.text_layer);
	zong_raster_release(&page.raster);
}

static void a_stamp_over_an_image_makes_it_a_drawn_page(void **state)
{
	static const char *const more[] = {
		"0 0 300 100 re f", "BT /F 40 Tf 50 400 Td (No 7) Tj ET", "5 w 0 0 m 500 800 l S"};
	struct zong_digest got;
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++) {
		fd = sample_pdf_of(&raster, 100, 0, more[i]);
		sample_digest(fd, 1, &got);
		assert_memory_not_equal(&got, &expected, sizeof(got));
		if (i < 2)
			close(fd);
	}
}

static void a_small_image_on_a_page_is_drawn_with_it(void **state)
{
	struct zong_page page = ZONG_PAGE_INIT;

	(void)state;
	fd = sample_pdf(600, 800, 0,
		"/Width 827 /Height 1169 /BitsPerComponent 8 /ColorSpace /DeviceGray", raster.data,
		raster.stride * raster.height, "q 300 0 0 400 0 0 cm /I Do Q");
	assert_int_equal(sample_decode(fd, 1, &page), 0);
	assert_int_equal(page.raster.width, 2500);
	assert_float_equal(page.dpi_x, 300, 0.1f);
	zong_raster_release(&page.raster);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_page_that_is_one_image_is_that_image),
		TEST(a_g4_tiff_has_the_same_raster_inside_a_pdf),
		TEST(a_jpeg_and_a_png_have_the_same_raster_inside_a_pdf),
		TEST(an_image_in_strips_is_one_image),
		TEST(a_page_turned_by_its_rotation_or_by_its_image_is_upright),
		TEST(an_invisible_text_layer_does_not_change_the_image),
		TEST(a_stamp_over_an_image_makes_it_a_drawn_page),
		TEST(a_small_image_on_a_page_is_drawn_with_it),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
