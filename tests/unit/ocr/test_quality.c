/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include <string.h>

#include <allheaders.h>

#include "quality.h"
#include "sample.h"

#define WIDTH 1654 /* A4 at 200 dpi */
#define HEIGHT 2339
#define DPI 200
#define SIZE 32

static PIX *page;
static struct zong_survey survey;
static struct zong_quality quality;

static int setup(void **state)
{
	struct zong_raster raster;

	(void)state;
	survey = (struct zong_survey){0};
	memset(&quality, 0, sizeof(quality));
	sample_text(WIDTH, HEIGHT, SIZE, sample_lines, &raster);
	page = zong_raster_to_pix(&raster);
	zong_raster_release(&raster);
	return page ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	pixDestroy(&page);
	zong_survey_release(&survey);
	return 0;
}

static void become(PIX *other)
{
	assert_non_null(other);
	pixDestroy(&page);
	page = other;
}

static void measure(void)
{
	zong_survey_release(&survey);
	assert_int_equal(zong_survey_take(page, &survey, NULL), 0);
	assert_int_equal(zong_quality_measure(page, &survey, DPI, &quality), 0);
	assert_true(quality.measured);
	assert_true(quality.dpi == DPI);
}

/* Every pixel between two greys, so that 0 becomes @black and 255 @white. */
static void flatten(int black, int white)
{
	pixMultConstantGray(page, (float)(white - black) / 255);
	pixAddConstantGray(page, black);
}

static void a_good_page_is_sharp_level_and_has_contrast(void **state)
{
	(void)state;
	measure();
	assert_true(quality.writing);
	assert_true(quality.paper > 0.98f && quality.paper <= 1);
	assert_true(quality.contrast > 0.8f);
	assert_true(quality.dark < 0.2f);
	assert_true(quality.skew < 0.3f);
	assert_true(quality.blur > 0.05f && quality.blur < 0.2f);
	assert_true(quality.margin > 3);
	assert_true(quality.ink > 0.001f && quality.ink < 0.3f);
	assert_true(quality.specks == 0);
}

static void the_angle_of_the_lines_is_measured_either_way(void **state)
{
	(void)state;
	become(pixRotate(
		page, 0.0698132f, L_ROTATE_AREA_MAP, L_BRING_IN_WHITE, 0, 0)); /* 4 degrees */
	measure();
	assert_true(quality.skew > 3.7f && quality.skew < 4.3f);
	become(pixRotate(page, -0.2094395f, L_ROTATE_AREA_MAP, L_BRING_IN_WHITE, 0, 0)); /* -12 */
	measure();
	assert_true(quality.skew > 7.5f && quality.skew < 8.5f);
}

static void blur_is_measured_in_millimetres(void **state)
{
	(void)state;
	become(pixBlockconvGray(page, NULL, 3, 3)); /* 7 dots: 0.9 mm */
	measure();
	assert_true(quality.blur > 0.3f && quality.blur < 2);
}

static void dark_paper_and_pale_writing_are_told_apart(void **state)
{
	(void)state;
	flatten(0, 140);
	measure();
	assert_true(quality.paper > 0.5f && quality.paper < 0.6f);
	assert_true(quality.dark < 0.2f);
	teardown(NULL);
	assert_int_equal(setup(NULL), 0);
	flatten(160, 255);
	measure();
	assert_true(quality.paper > 0.97f);
	assert_true(quality.dark > 0.55f);
	assert_true(quality.contrast < 0.45f);
}

static void writing_at_the_edge_has_no_margin(void **state)
{
	BOX *box;
	PIX *part;
	l_int32 x = 0, y = 0;

	(void)state;
	measure();
	/* Through the first characters of all lines. */
	x = (l_int32)(quality.margin / 25.4f * DPI) + SIZE / 2;
	box = boxCreate(x, y, WIDTH - x, HEIGHT);
	part = pixClipRectangle(page, box, NULL);
	boxDestroy(&box);
	become(part);
	measure();
	assert_true(quality.margin < 1);
}

/* Under the writing, from @left on, @rows rows high. */
static void table(int left, int rows)
{
	int i;

	for (i = 0; i <= rows; i++)
		pixSetInRectArbitrary(page, &(BOX){left, 1500 + 100 * i, 1400 - left, 4, 0}, 0);
	for (i = 0; i < 4; i++)
		pixSetInRectArbitrary(page, &(BOX){500 + 299 * i, 1500, 4, 100 * rows, 0}, 0);
}

static void a_table_over_the_edge_has_no_margin(void **state)
{
	(void)state;
	table(0, 5);
	measure();
	assert_true(quality.margin < 0.1f);
	teardown(NULL);
	assert_int_equal(setup(NULL), 0);
	table(200, 5);
	measure();
	assert_true(quality.margin > 3);
}

static void the_border_of_the_glass_is_no_table(void **state)
{
	(void)state;
	pixSetInRectArbitrary(page, &(BOX){0, 0, 14, HEIGHT, 0}, 0);
	pixSetInRectArbitrary(page, &(BOX){0, HEIGHT - 20, WIDTH, 20, 0}, 0);
	measure();
	assert_true(quality.margin > 3);
}

static void specks_in_black_and_white_are_no_strokes(void **state)
{
	int i;

	(void)state;
	become(pixThresholdToBinary(page, 150));
	measure();
	assert_true(quality.paper == 1);
	assert_true(quality.specks < 0.3f);
	assert_true(quality.blur == 0);
	srand(7);
	for (i = 0; i < WIDTH * HEIGHT / 12; i++)
		pixSetPixel(page, rand() % WIDTH, rand() % HEIGHT, 1);
	measure();
	assert_true(quality.specks > 0.5f);
}

static void a_blank_page_has_paper_and_no_writing(void **state)
{
	(void)state;
	pixSetAllArbitrary(page, 250);
	measure();
	assert_true(survey.blank);
	assert_false(quality.writing);
	assert_true(quality.paper > 0.97f);
	assert_true(quality.contrast == 0 && quality.margin == 0 && quality.skew == 0);
}

static void the_smallest_pages_are_measured_without_harm(void **state)
{
	static const int sides[][2] = {{1, 1}, {7, 9}, {40, 40}, {3000, 4}, {4, 3000}};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(sides) / sizeof(sides[0]); i++) {
		become(pixCreate(sides[i][0], sides[i][1], 8));
		measure();
		become(pixCreate(sides[i][0], sides[i][1], 1));
		measure();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			a_good_page_is_sharp_level_and_has_contrast, setup, teardown),
		cmocka_unit_test_setup_teardown(
			the_angle_of_the_lines_is_measured_either_way, setup, teardown),
		cmocka_unit_test_setup_teardown(blur_is_measured_in_millimetres, setup, teardown),
		cmocka_unit_test_setup_teardown(
			dark_paper_and_pale_writing_are_told_apart, setup, teardown),
		cmocka_unit_test_setup_teardown(writing_at_the_edge_has_no_margin, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_table_over_the_edge_has_no_margin, setup, teardown),
		cmocka_unit_test_setup_teardown(
			the_border_of_the_glass_is_no_table, setup, teardown),
		cmocka_unit_test_setup_teardown(
			specks_in_black_and_white_are_no_strokes, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_blank_page_has_paper_and_no_writing, setup, teardown),
		cmocka_unit_test_setup_teardown(
			the_smallest_pages_are_measured_without_harm, setup, teardown),
	};

	setMsgSeverity(L_SEVERITY_NONE);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
