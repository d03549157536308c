/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <zong/media.h>

#define MEDIA(text) zong_media_of((text), sizeof(text) - 1)

static void tiff_of_either_byte_order_and_size_is_recognised(void **state)
{
	(void)state;
	assert_int_equal(MEDIA("II*\0\x08\0\0\0"), ZONG_MEDIA_TIFF);
	assert_int_equal(MEDIA("MM\0*\0\0\0\x08"), ZONG_MEDIA_TIFF);
	assert_int_equal(MEDIA("II+\0\x08\0\0\0"), ZONG_MEDIA_TIFF);
	assert_int_equal(MEDIA("MM\0+\0\x08\0\0"), ZONG_MEDIA_TIFF);
	assert_int_equal(MEDIA("MM*\0\0\0\0\0"), ZONG_MEDIA_UNKNOWN);
}

static void jpeg_and_png_are_recognised_by_their_first_bytes(void **state)
{
	(void)state;
	assert_int_equal(MEDIA("\xFF\xD8\xFF\xE0"), ZONG_MEDIA_JPEG);
	assert_int_equal(MEDIA("\xFF\xD8\xFF\xE1"), ZONG_MEDIA_JPEG);
	assert_int_equal(MEDIA("\x89PNG\r\n\x1A\n\0"), ZONG_MEDIA_PNG);
	/* a PNG that a transfer as text has spoilt */
	assert_int_equal(MEDIA("\x89PNG\n\x1A\n\0"), ZONG_MEDIA_UNKNOWN);
}

static void a_late_pdf_header_is_found_within_1024_bytes(void **state)
{
	char bytes[1100];

	(void)state;
	assert_int_equal(MEDIA("%PDF-1.7\n"), ZONG_MEDIA_PDF);
	memset(bytes, ' ', sizeof(bytes));
	memcpy(bytes + 1019, "%PDF-", 5);
	assert_int_equal(zong_media_of(bytes, sizeof(bytes)), ZONG_MEDIA_PDF);
	memset(bytes, ' ', sizeof(bytes));
	memcpy(bytes + 1020, "%PDF-", 5);
	assert_int_equal(zong_media_of(bytes, sizeof(bytes)), ZONG_MEDIA_UNKNOWN);
}

static void a_pdf_inside_an_image_is_still_an_image(void **state)
{
	(void)state;
	assert_int_equal(MEDIA("\xFF\xD8\xFF\xE0 %PDF-1.4"), ZONG_MEDIA_JPEG);
}

static void truncated_beginnings_are_unknown(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
	} whole[] = {{"II*\0", 4}, {"MM\0+", 4}, {"%PDF-", 5}, {"\xFF\xD8\xFF", 3},
		{"\x89PNG\r\n\x1A\n", 8}};

	(void)state;
	assert_int_equal(zong_media_of(NULL, 0), ZONG_MEDIA_UNKNOWN);
	for (size_t i = 0; i < sizeof(whole) / sizeof(whole[0]); i++) {
		assert_int_not_equal(
			zong_media_of(whole[i].bytes, whole[i].len), ZONG_MEDIA_UNKNOWN);
		for (size_t len = 0; len < whole[i].len; len++)
			assert_int_equal(zong_media_of(whole[i].bytes, len), ZONG_MEDIA_UNKNOWN);
	}
}

static void every_kind_has_a_type_and_an_ending(void **state)
{
	(void)state;
	assert_string_equal(zong_media_type(ZONG_MEDIA_TIFF), "image/tiff");
	assert_string_equal(zong_media_type(ZONG_MEDIA_PDF), "application/pdf");
	assert_string_equal(zong_media_type(ZONG_MEDIA_JPEG), "image/jpeg");
	assert_string_equal(zong_media_type(ZONG_MEDIA_PNG), "image/png");
	assert_string_equal(zong_media_type(ZONG_MEDIA_UNKNOWN), "application/octet-stream");
	assert_string_equal(zong_media_ending(ZONG_MEDIA_TIFF), "tif");
	assert_string_equal(zong_media_ending(ZONG_MEDIA_PDF), "pdf");
	assert_string_equal(zong_media_ending(ZONG_MEDIA_JPEG), "jpg");
	assert_string_equal(zong_media_ending(ZONG_MEDIA_PNG), "png");
	assert_string_equal(zong_media_ending(ZONG_MEDIA_UNKNOWN), "bin");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tiff_of_either_byte_order_and_size_is_recognised),
		cmocka_unit_test(jpeg_and_png_are_recognised_by_their_first_bytes),
		cmocka_unit_test(a_late_pdf_header_is_found_within_1024_bytes),
		cmocka_unit_test(a_pdf_inside_an_image_is_still_an_image),
		cmocka_unit_test(truncated_beginnings_are_unknown),
		cmocka_unit_test(every_kind_has_a_type_and_an_ending),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
