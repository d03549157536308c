/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <zbar.h>

#include <zong/error.h>

#include <zong/barcode.h>

#define MODULE 3
#define HEIGHT 60

static void paint(uint8_t *row, size_t *x, unsigned modules, uint8_t colour)
{
	memset(row + *x, colour, (size_t)modules * MODULE);
	*x += (size_t)modules * MODULE;
}

/* What a scanner that is not ours reads of it; caller frees, NULL: nothing. */
static char *scan(const struct zong_barcode *code)
{
	unsigned width = (code->modules + 2 * ZONG_BARCODE_QUIET) * MODULE;
	uint8_t *pixels = malloc((size_t)width * HEIGHT);
	zbar_image_scanner_t *scanner = zbar_image_scanner_create();
	zbar_image_t *image = zbar_image_create();
	const zbar_symbol_t *symbol;
	char *read = NULL;
	size_t x = 0;

	assert_non_null(pixels);
	paint(pixels, &x, ZONG_BARCODE_QUIET, 255);
	for (size_t i = 0; i < code->count; i++)
		paint(pixels, &x, code->width[i], i % 2 ? 255 : 0);
	paint(pixels, &x, ZONG_BARCODE_QUIET, 255);
	assert_int_equal(x, width);
	for (size_t y = 1; y < HEIGHT; y++)
		memcpy(pixels + y * width, pixels, width);
	zbar_image_scanner_set_config(scanner, ZBAR_NONE, ZBAR_CFG_ENABLE, 0);
	zbar_image_scanner_set_config(scanner, ZBAR_CODE128, ZBAR_CFG_ENABLE, 1);
	zbar_image_set_format(image, zbar_fourcc('Y', '8', '0', '0'));
	zbar_image_set_size(image, width, HEIGHT);
	zbar_image_set_data(image, pixels, (unsigned long)width * HEIGHT, NULL);
	zbar_scan_image(scanner, image);
	symbol = zbar_image_first_symbol(image);
	if (symbol)
		read = strdup(zbar_symbol_get_data(symbol));
	zbar_image_destroy(image);
	zbar_image_scanner_destroy(scanner);
	free(pixels);
	return read;
}

static void every_character_is_read_back_by_another_s_scanner(void **state)
{
	static const char *const texts[] = {"Y000000018", "W123456785", "K1-A-2.3", "A",
		"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345", " !\"#$%&'()*+,-./:;<=>?@[\\]^_`",
		"abcdefghijklmnopqrstuvwxyz{|}~"};
	struct zong_barcode code;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		char *read;

		assert_int_equal(zong_barcode_make(texts[i], &code), 0);
		read = scan(&code);
		assert_non_null(read);
		assert_string_equal(read, texts[i]);
		free(read);
	}
}

static void each_symbol_is_eleven_modules_and_ends_in_a_bar(void **state)
{
	struct zong_barcode code;
	char text[ZONG_BARCODE_TEXT + 2];

	(void)state;
	for (size_t len = 1; len <= ZONG_BARCODE_TEXT; len++) {
		memset(text, 'A', len);
		text[len] = '\0';
		assert_int_equal(zong_barcode_make(text, &code), 0);
		assert_int_equal(code.modules, 11 * (len + 3) + 2);
		assert_int_equal(code.count % 2, 1);
		assert_true(code.count <= ZONG_BARCODE_WIDTHS);
	}
	memset(text, 'A', ZONG_BARCODE_TEXT + 1);
	text[ZONG_BARCODE_TEXT + 1] = '\0';
	assert_int_equal(zong_barcode_make(text, &code), ZONG_ELIMIT);
	assert_int_equal(zong_barcode_make("", &code), ZONG_EINVAL);
	assert_int_equal(zong_barcode_make("库", &code), ZONG_EINVAL);
	assert_int_equal(zong_barcode_make("A\n", &code), ZONG_EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_character_is_read_back_by_another_s_scanner),
		cmocka_unit_test(each_symbol_is_eleven_modules_and_ends_in_a_bar),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
