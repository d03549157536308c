/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include <allheaders.h>

#include "sample.h"
#include "survey.h"

#define WIDTH 1240 /* A4 at 150 dpi */
#define HEIGHT 1754
#define SIZE 24

static PIX *page;
static struct zong_survey survey;

static int setup(void **state)
{
	(void)state;
	page = NULL;
	survey = (struct zong_survey){0};
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	pixDestroy(&page);
	zong_survey_release(&survey);
	return 0;
}

/* Writing of one grey on paper of another. @grain: the paper is uneven by so much. */
static void draw(unsigned int ink, unsigned int paper, unsigned int grain)
{
	struct zong_raster raster;
	size_t i;

	sample_text(WIDTH, HEIGHT, SIZE, sample_lines, &raster);
	srand(3);
	for (i = 0; i < raster.stride * HEIGHT; i++) {
		unsigned int grey = ink + raster.data[i] * (paper - ink) / 255;

		raster.data[i] = (uint8_t)(grain ? grey - (unsigned int)rand() % grain : grey);
	}
	page = zong_raster_to_pix(&raster);
	zong_raster_release(&raster);
	assert_non_null(page);
	assert_int_equal(zong_survey_take(page, &survey, NULL), 0);
}

static void dark_writing_is_measured_as_it_is(void **state)
{
	double height;

	(void)state;
	draw(20, 250, 0);
	assert_false(survey.blank);
	assert_int_equal(survey.contrast, 0);
	height = zong_survey_glyph(&survey);
	assert_true(height > 0.7 * SIZE && height < 1.2 * SIZE);
}

static void faint_writing_is_found_and_measured_too(void **state)
{
	double height;

	(void)state;
	draw(210, 250, 0);
	assert_false(survey.blank);
	assert_in_range(survey.contrast, 1, 40);
	height = zong_survey_glyph(&survey);
	assert_true(height > 0.7 * SIZE && height < 1.2 * SIZE);
}

static void what_shines_through_from_behind_is_no_writing(void **state)
{
	(void)state;
	draw(228, 250, 0);
	assert_true(survey.blank);
}

static void uneven_paper_is_no_writing(void **state)
{
	(void)state;
	draw(250, 250, 40);
	assert_true(survey.blank);
}

static void pieces_are_handed_over_with_the_ink_they_are_of(void **state)
{
	struct zong_survey faint = {0};
	PIXA *pieces = NULL;

	(void)state;
	draw(210, 250, 0);
	assert_int_equal(zong_survey_take(page, &faint, &pieces), 0);
	assert_int_equal(pixaGetCount(pieces), boxaGetCount(faint.pieces));
	assert_true(pixaGetCount(pieces) > 20);
	pixaDestroy(&pieces);
	zong_survey_release(&faint);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(dark_writing_is_measured_as_it_is),
		TEST(faint_writing_is_found_and_measured_too),
		TEST(what_shines_through_from_behind_is_no_writing),
		TEST(uneven_paper_is_no_writing),
		TEST(pieces_are_handed_over_with_the_ink_they_are_of),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
