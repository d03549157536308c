/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <zong/cleanup.h>
#include <zong/error.h>

#include "proto.h"

#define SIZE 1000

static struct zong_image_strip strips[2];
static struct zong_image_piece pieces[3];
static struct zong_image image;
static struct zong_buf body;
static struct zong_arena arena;

static int setup(void **state)
{
	(void)state;
	strips[0] = (struct zong_image_strip){.rows = 60, .first = 0, .count = 1};
	strips[1] = (struct zong_image_strip){.rows = 40, .first = 1, .count = 2};
	pieces[0] = (struct zong_image_piece){.offset = 8, .len = 500};
	pieces[1] = (struct zong_image_piece){.inlined = true, .offset = 0, .len = 3};
	pieces[2] = (struct zong_image_piece){.offset = 990, .len = 10};
	image = (struct zong_image){.width = 200,
		.height = 100,
		.dpi_x = 300,
		.dpi_y = 150,
		.orientation = 8,
		.coding = ZONG_IMAGE_FLATE,
		.channels = 1,
		.bits = 4,
		.predictor = ZONG_IMAGE_PREDICT_PNG,
		.fax = ZONG_IMAGE_FAX_T6,
		.inverted = true,
		.as_stored = true,
		.palette = (const uint8_t *)"012345",
		.palette_len = 6,
		.strip = strips,
		.strips = 2,
		.piece = pieces,
		.pieces = 3,
		.bytes = (const uint8_t *)"xyz",
		.bytes_len = 3};
	zong_buf_init(&body, 1 << 20);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	zong_buf_release(&body);
	zong_arena_release(&arena);
	arena = (struct zong_arena)ZONG_ARENA_INIT;
	return 0;
}

static int parse(struct zong_image *ret_image)
{
	zong_buf_clear(&body);
	zong_proto_add_image(&body, &image);
	return zong_proto_parse_image(body.data, body.len, SIZE, &arena, ret_image);
}

static void an_image_comes_over_whole(void **state)
{
	struct zong_image got;

	(void)state;
	assert_int_equal(parse(&got), 0);
	assert_int_equal(got.width, 200);
	assert_int_equal(got.orientation, 8);
	assert_true(got.dpi_x == 300 && got.dpi_y == 150);
	assert_true(got.inverted && got.as_stored && !got.reversed && !got.plain_rgb);
	assert_memory_equal(got.palette, "012345", 6);
	assert_memory_equal(got.strip, strips, sizeof(strips));
	for (int i = 0; i < 3; i++) {
		assert_int_equal(got.piece[i].inlined, pieces[i].inlined);
		assert_int_equal(got.piece[i].offset, pieces[i].offset);
		assert_int_equal(got.piece[i].len, pieces[i].len);
	}
	assert_memory_equal(got.bytes, "xyz", 3);
}

static void a_piece_outside_the_file_breaks_the_protocol(void **state)
{
	struct zong_image got;

	(void)state;
	pieces[2].len = 11;
	assert_int_equal(parse(&got), ZONG_EPROTO);
	pieces[2].offset = UINT64_MAX;
	assert_int_equal(parse(&got), ZONG_EPROTO);
	pieces[2] = (struct zong_image_piece){.inlined = true, .offset = 2, .len = 2};
	assert_int_equal(parse(&got), ZONG_EPROTO);
	/* the same bytes over and over would fill a disk */
	pieces[2] = (struct zong_image_piece){.offset = 0, .len = SIZE};
	assert_int_equal(parse(&got), ZONG_EPROTO);
}

static void what_makes_no_image_breaks_the_protocol(void **state)
{
	struct zong_image got, good = image;

	(void)state;
	image.bits = 16;
	assert_int_equal(parse(&got), ZONG_EPROTO);
	image = good;
	image.palette_len = 5;
	assert_int_equal(parse(&got), ZONG_EPROTO);
	image = good;
	image.orientation = 9;
	assert_int_equal(parse(&got), ZONG_EPROTO);
	image = good;
	image.coding = 4;
	assert_int_equal(parse(&got), ZONG_EPROTO);
	image = good;
	image.coding = ZONG_IMAGE_FAX;
	assert_int_equal(parse(&got), ZONG_EPROTO);
	image = good;
	strips[1].rows = 41;
	assert_int_equal(parse(&got), ZONG_EPROTO);
	strips[1].rows = 40;
	strips[1].count = 1;
	assert_int_equal(parse(&got), ZONG_EPROTO);
}

static void every_cut_and_every_longer_body_is_refused(void **state)
{
	struct zong_image got;

	(void)state;
	assert_int_equal(parse(&got), 0);
	for (size_t len = 0; len < body.len; len++)
		assert_int_equal(
			zong_proto_parse_image(body.data, len, SIZE, &arena, &got), ZONG_EPROTO);
	zong_buf_add(&body, "", 1);
	assert_int_equal(
		zong_proto_parse_image(body.data, body.len, SIZE, &arena, &got), ZONG_EPROTO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(an_image_comes_over_whole, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_piece_outside_the_file_breaks_the_protocol, setup, teardown),
		cmocka_unit_test_setup_teardown(
			what_makes_no_image_breaks_the_protocol, setup, teardown),
		cmocka_unit_test_setup_teardown(
			every_cut_and_every_longer_body_is_refused, setup, teardown),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
