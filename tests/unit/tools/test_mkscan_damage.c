/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "mkscan.h"

enum { WIDTH = 203, HEIGHT = 151 };

struct world {
	cairo_surface_t *sheet;
	struct mkscan_image one, two;
};

/* White paper with a black bar and a red one. */
static int begin(void **state)
{
	struct world *world = calloc(1, sizeof(*world));
	cairo_t *cr;

	assert_non_null(world);
	world->sheet = cairo_image_surface_create(CAIRO_FORMAT_RGB24, WIDTH, HEIGHT);
	cr = cairo_create(world->sheet);
	cairo_set_source_rgb(cr, 1, 1, 1);
	cairo_paint(cr);
	cairo_set_source_rgb(cr, 0, 0, 0);
	cairo_rectangle(cr, 0, 0, WIDTH, 50);
	cairo_fill(cr);
	cairo_set_source_rgb(cr, 1, 0, 0);
	cairo_rectangle(cr, 0, 50, WIDTH, 50);
	cairo_fill(cr);
	cairo_destroy(cr);
	*state = world;
	return 0;
}

static int end(void **state)
{
	struct world *world = *state;

	cairo_surface_destroy(world->sheet);
	free(world->one.pixels);
	free(world->two.pixels);
	free(world);
	return 0;
}

static void scan(struct world *world, enum mkscan_colour colour, double noise, uint64_t seed,
	struct mkscan_image *ret_image)
{
	const struct mkscan_ageing ageing = {.colour = colour, .dpi = 300, .noise = noise};
	struct mkscan_rng rng;

	free(ret_image->pixels);
	ret_image->pixels = NULL;
	mkscan_rng_init(&rng, seed, 0);
	assert_int_equal(mkscan_damage(world->sheet, &ageing, &rng, NULL, ret_image), 0);
	assert_int_equal(ret_image->width, WIDTH);
	assert_int_equal(ret_image->height, HEIGHT);
}

static void a_clean_scan_has_exactly_the_colours_of_the_sheet(void **state)
{
	struct world *world = *state;
	const uint8_t *at;

	scan(world, MKSCAN_RGB, 0, 1, &world->one);
	assert_int_equal(world->one.samples, 3);
	at = world->one.pixels + 75 * WIDTH * 3;
	assert_int_equal(at[0], 255);
	assert_int_equal(at[1], 0);
	assert_int_equal(at[2], 0);
	scan(world, MKSCAN_GREY, 0, 1, &world->one);
	assert_int_equal(world->one.pixels[20 * WIDTH], 0);
	assert_int_equal(world->one.pixels[75 * WIDTH], 76);
	assert_int_equal(world->one.pixels[120 * WIDTH], 255);
}

static void the_same_seed_ages_a_sheet_the_same_way_and_another_does_not(void **state)
{
	struct world *world = *state;
	size_t size = (size_t)WIDTH * HEIGHT * 3;

	scan(world, MKSCAN_RGB, 0.4, 7, &world->one);
	scan(world, MKSCAN_RGB, 0.4, 7, &world->two);
	assert_memory_equal(world->one.pixels, world->two.pixels, size);
	scan(world, MKSCAN_RGB, 0.4, 8, &world->two);
	assert_int_not_equal(memcmp(world->one.pixels, world->two.pixels, size), 0);
}

static void bilevel_keeps_ink_and_paper_apart_even_on_the_worst_sheet(void **state)
{
	struct world *world = *state;
	size_t wrong_ink = 0, wrong_paper = 0;

	scan(world, MKSCAN_BILEVEL, 1, 3, &world->one);
	assert_true(world->one.bilevel);
	for (size_t i = 0; i < (size_t)WIDTH * HEIGHT; i++) {
		assert_true(world->one.pixels[i] == 0 || world->one.pixels[i] == 255);
		wrong_ink += i < 48 * WIDTH && world->one.pixels[i];
		wrong_paper += i >= 102 * WIDTH && !world->one.pixels[i];
	}
	/* There are specks, and they are few. */
	assert_in_range(wrong_ink + wrong_paper, 1, WIDTH * HEIGHT / 50);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			a_clean_scan_has_exactly_the_colours_of_the_sheet, begin, end),
		cmocka_unit_test_setup_teardown(
			the_same_seed_ages_a_sheet_the_same_way_and_another_does_not, begin, end),
		cmocka_unit_test_setup_teardown(
			bilevel_keeps_ink_and_paper_apart_even_on_the_worst_sheet, begin, end),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
