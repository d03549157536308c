/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each damage is to be seen, is the same for the same seed, and leaves the truth true. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "mkscan.h"

struct page {
	json_t *truth;
	struct mkscan_image image;
};

static void order_init(struct mkscan_order *order)
{
	mkscan_order_init(order);
	mkscan_facts_complete(&order->facts);
	order->kinds[order->n_kinds++] = MKSCAN_FORM;
	order->dpi = 72;
	order->colour = MKSCAN_GREY;
}

static void scan_skewed(const struct mkscan_order *order, double skew, struct page *ret_page)
{
	unsigned seen[MKSCAN_KINDS] = {0};
	const char *text = NULL;
	const struct mkscan_scan scan = {order, order->kinds[0], 0, seen, &text};
	struct mkscan_rng rng;

	mkscan_rng_init(&rng, order->seed, 0);
	ret_page->truth =
		json_pack("{s:[], s:[], s:[], s:[]}", "lines", "boxes", "fields", "seals");
	assert_int_equal(mkscan_scan(&scan, &rng, skew, ret_page->truth, &ret_page->image), 0);
}

static void page_release(struct page *page)
{
	json_decref(page->truth);
	free(page->image.pixels);
}

static size_t size_of(const struct mkscan_image *image)
{
	return (size_t)image->width * image->height * image->samples;
}

static bool same_picture(const struct page *one, const struct page *two)
{
	return one->image.width == two->image.width && one->image.height == two->image.height &&
	       !memcmp(one->image.pixels, two->image.pixels, size_of(&one->image));
}

/* The mean of how much a sample has changed, or 255 for a picture of other size. */
static double distance(const struct page *one, const struct page *two)
{
	double sum = 0;

	if (one->image.width != two->image.width || one->image.height != two->image.height)
		return 255;
	for (size_t i = 0; i < size_of(&one->image); i++)
		sum += abs(one->image.pixels[i] - two->image.pixels[i]);
	return sum / (double)size_of(&one->image);
}

static void harm(struct mkscan_order *order, int which)
{
	memset(&order->harms, 0, sizeof(order->harms));
	assert_int_equal(
		mkscan_harm_parse(mkscan_harm_name((enum mkscan_harm)which), &order->harms), 0);
}

static void every_damage_can_be_seen_in_every_colour(void **state)
{
	(void)state;
	for (int colour = MKSCAN_BILEVEL; colour <= MKSCAN_RGB; colour++) {
		struct mkscan_order order;
		struct page clean, worse;

		order_init(&order);
		order.colour = (enum mkscan_colour)colour;
		order.dpi = 120;
		scan_skewed(&order, 0, &clean);
		for (int i = 0; i < MKSCAN_HARMS; i++) {
			harm(&order, i);
			scan_skewed(&order, 0, &worse);
			if (distance(&clean, &worse) < 0.05)
				fail_msg("%s changes the picture by %g only",
					mkscan_harm_name((enum mkscan_harm)i),
					distance(&clean, &worse));
			page_release(&worse);
		}
		page_release(&clean);
	}
}

static void the_same_seed_damages_the_same_way(void **state)
{
	(void)state;
	for (int i = 0; i < MKSCAN_HARMS; i++) {
		struct mkscan_order order;
		struct page one, two;

		order_init(&order);
		harm(&order, i);
		order.noise = 0.1;
		scan_skewed(&order, 1, &one);
		scan_skewed(&order, 1, &two);
		assert_true(same_picture(&one, &two));
		assert_true(json_equal(one.truth, two.truth));
		page_release(&two);
		order.seed++;
		scan_skewed(&order, 1, &two);
		assert_false(same_picture(&one, &two));
		page_release(&one);
		page_release(&two);
	}
}

static bool in_a_box(const json_t *boxes, double x, double y)
{
	size_t i;
	json_t *box;

	json_array_foreach(boxes, i, box)
	{
		double left = (double)json_integer_value(json_array_get(box, 0)) - 1;
		double top = (double)json_integer_value(json_array_get(box, 1)) - 1;
		double right = left + 2 + (double)json_integer_value(json_array_get(box, 2));
		double bottom = top + 2 + (double)json_integer_value(json_array_get(box, 3));

		if (x >= left && x < right && y >= top && y < bottom)
			return true;
	}
	return false;
}

static size_t dark_in(const struct mkscan_image *image, const json_t *box)
{
	size_t left = (size_t)json_integer_value(json_array_get(box, 0));
	size_t top = (size_t)json_integer_value(json_array_get(box, 1));
	size_t width = (size_t)json_integer_value(json_array_get(box, 2));
	size_t height = (size_t)json_integer_value(json_array_get(box, 3)), dark = 0;

	assert_true(left + width <= image->width && top + height <= image->height);
	for (size_t y = top; y < top + height; y++) {
		for (size_t x = left; x < left + width; x++)
			dark += image->pixels[y * image->width + x] < 160;
	}
	return dark;
}

/* On a page of nothing but text: no ink outside the boxes, and ink in each of them. */
static void check_boxes(const struct page *page)
{
	const json_t *boxes = json_object_get(page->truth, "boxes");
	size_t outside = 0, i;
	json_t *box;

	assert_int_equal(
		json_array_size(boxes), json_array_size(json_object_get(page->truth, "lines")));
	assert_true(json_array_size(boxes) > 10);
	json_array_foreach(boxes, i, box) assert_true(dark_in(&page->image, box) > 3);
	for (size_t at = 0; at < size_of(&page->image); at++) {
		double x = (double)(at % page->image.width), y = (double)(at / page->image.width);

		outside += page->image.pixels[at] < 100 && !in_a_box(boxes, x, y);
	}
	assert_int_equal(outside, 0);
}

static void all_ink_lies_in_the_boxes_wherever_the_page_went(void **state)
{
	static const char *const bends[] = {NULL, "curve:0.5", "twoup", "faded:0.2"};

	(void)state;
	for (size_t i = 0; i < sizeof(bends) / sizeof(bends[0]); i++) {
		for (unsigned turn = 0; turn < 360; turn += 90) {
			struct mkscan_order order;
			struct page page;

			order_init(&order);
			order.kinds[0] = MKSCAN_TEXT;
			order.turn = turn;
			if (bends[i])
				assert_int_equal(mkscan_harm_parse(bends[i], &order.harms), 0);
			scan_skewed(&order, 3, &page);
			check_boxes(&page);
			page_release(&page);
		}
	}
}

static void a_quarter_turn_moves_the_pixels_clockwise(void **state)
{
	struct mkscan_order order;
	struct page upright, turned;
	const struct mkscan_image *from = &upright.image, *to = &turned.image;

	(void)state;
	order_init(&order);
	scan_skewed(&order, 0, &upright);
	order.turn = 90;
	scan_skewed(&order, 0, &turned);
	assert_int_equal(to->width, from->height);
	assert_int_equal(to->height, from->width);
	for (size_t y = 0; y < from->height; y++) {
		for (size_t x = 0; x < from->width; x++)
			assert_int_equal(from->pixels[y * from->width + x],
				to->pixels[x * to->width + (from->height - 1 - y)]);
	}
	page_release(&upright);
	page_release(&turned);
}

static size_t letters(const struct page *page)
{
	const json_t *lines = json_object_get(page->truth, "lines");
	size_t i, sum = 0;
	json_t *line;

	json_array_foreach(lines, i, line) sum += strlen(json_string_value(line));
	return sum;
}

static void what_was_cut_off_is_not_in_the_truth(void **state)
{
	(void)state;
	for (unsigned seed = 1; seed <= 8; seed++) {
		struct mkscan_order order;
		struct page whole, cut;

		order_init(&order);
		order.kinds[0] = MKSCAN_TEXT;
		order.seed = seed;
		scan_skewed(&order, 0, &whole);
		assert_int_equal(mkscan_harm_parse("cut:1", &order.harms), 0);
		scan_skewed(&order, 0, &cut);
		assert_true(letters(&cut) < letters(&whole));
		assert_true(letters(&cut) > letters(&whole) / 2);
		page_release(&whole);
		page_release(&cut);
	}
}

static void a_field_has_its_box_or_is_not_there(void **state)
{
	struct mkscan_order order;
	struct page page;
	size_t i;
	json_t *field;

	(void)state;
	order_init(&order);
	assert_int_equal(mkscan_harm_parse("curve", &order.harms), 0);
	scan_skewed(&order, -2, &page);
	assert_true(json_array_size(json_object_get(page.truth, "fields")) >= 9);
	json_array_foreach(json_object_get(page.truth, "fields"), i, field)
		assert_true(dark_in(&page.image, json_object_get(field, "box")) > 3);
	page_release(&page);
}

static void names_and_strengths_are_checked(void **state)
{
	struct mkscan_harms harms = {{0}};

	(void)state;
	assert_int_equal(mkscan_harm_parse("coffee", &harms), -ENOENT);
	assert_int_equal(mkscan_harm_parse("", &harms), -ENOENT);
	assert_int_equal(mkscan_harm_parse("sea", &harms), -ENOENT);
	assert_int_equal(mkscan_harm_parse("seal:", &harms), -ERANGE);
	assert_int_equal(mkscan_harm_parse("seal:0", &harms), -ERANGE);
	assert_int_equal(mkscan_harm_parse("seal:1.1", &harms), -ERANGE);
	assert_int_equal(mkscan_harm_parse("seal:nan", &harms), -ERANGE);
	assert_int_equal(mkscan_harm_parse("seal:0.5x", &harms), -ERANGE);
	assert_int_equal(mkscan_harm_parse("jpeg:29", &harms), -ERANGE);
	assert_int_equal(mkscan_harm_parse("jpeg:91", &harms), -ERANGE);
	for (int i = 0; i < MKSCAN_HARMS; i++)
		assert_true(!(harms.strength[i] > 0));
	assert_int_equal(mkscan_harm_parse("seal:0.25", &harms), 0);
	assert_true(harms.strength[MKSCAN_SEAL] > 0.24 && harms.strength[MKSCAN_SEAL] < 0.26);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_damage_can_be_seen_in_every_colour),
		cmocka_unit_test(the_same_seed_damages_the_same_way),
		cmocka_unit_test(all_ink_lies_in_the_boxes_wherever_the_page_went),
		cmocka_unit_test(a_quarter_turn_moves_the_pixels_clockwise),
		cmocka_unit_test(what_was_cut_off_is_not_in_the_truth),
		cmocka_unit_test(a_field_has_its_box_or_is_not_there),
		cmocka_unit_test(names_and_strengths_are_checked),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
