/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ruled forms drawn with bars and squares: which cells are found, in which order, and what their pictures show. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <allheaders.h>

#include "table.h"

#define GLYPH 26
#define WIDTH 1200
#define HEIGHT 1000
#define PAPER 230
#define INK 40

static struct zong_arena arena;
static struct zong_table table;
static PIX *page;

static int setup(void **state)
{
	(void)state;
	page = pixCreate(WIDTH, HEIGHT, 8);
	return page && pixSetAllArbitrary(page, PAPER) == 0 ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	zong_table_release(&table);
	pixDestroy(&page);
	zong_arena_release(&arena);
	return 0;
}

static void bar(int x, int y, int width, int height, int grey)
{
	BOX *box = boxCreate(x, y, width, height);

	pixSetInRectArbitrary(page, box, (l_uint32)grey);
	boxDestroy(&box);
}

/* Letters are frames, so that they are not all ink. */
static void letters(int x, int y, int count, int grey)
{
	int i;

	for (i = 0; i < count; i++, x += GLYPH * 5 / 4) {
		bar(x, y, GLYPH, GLYPH, grey);
		bar(x + 4, y + 4, GLYPH - 8, GLYPH - 8, PAPER);
	}
}

/* Rows of 70 pixels and columns of 200. */
static void grid(int x, int y, int rows, int columns)
{
	int i;

	for (i = 0; i <= rows; i++)
		bar(x, y + 70 * i, 200 * columns + 3, 3, INK);
	for (i = 0; i <= columns; i++)
		bar(x + 200 * i, y, 3, 70 * rows + 3, INK);
}

static void find(void)
{
	zong_table_release(&table);
	assert_int_equal(zong_table_find(page, GLYPH, &arena, &table), 0);
}

static uint32_t grey_at(PIX *pix, int x, int y)
{
	l_uint32 value = 0;

	assert_int_equal(pixGetPixel(pix, x, y, &value), 0);
	return value;
}

static void cells_come_row_by_row_with_their_places(void **state)
{
	size_t i;

	(void)state;
	grid(100, 200, 3, 4);
	for (i = 0; i < 12; i++)
		letters(120 + 200 * (int)(i % 4), 222 + 70 * (int)(i / 4), 3, INK);
	letters(100, 100, 20, INK);
	find();
	assert_int_equal(table.cells, 12);
	for (i = 0; i < 12; i++) {
		const struct zong_cell *cell = &table.cell[i];
		int x = 120 + 200 * (int)(i % 4), y = 222 + 70 * (int)(i / 4);

		assert_true(cell->one_line);
		assert_ptr_equal(cell->table, &table.all[1]);
		assert_in_range(cell->at.left, x - GLYPH, x - 1);
		assert_in_range(cell->at.top, y - GLYPH, y - 1);
		assert_in_range(cell->at.bottom, y + GLYPH, y + 2 * GLYPH);
		/* the letter stands in the picture where it stands on the page */
		assert_int_equal(grey_at(cell->pix, x + 1 - cell->at.left, y + 1 - cell->at.top), INK);
	}
	assert_in_range(table.all[1].left, 95, 110);
	assert_in_range(table.all[1].bottom, 400, 415);
}

static void the_rest_of_the_page_has_neither_lines_nor_cells(void **state)
{
	(void)state;
	grid(100, 200, 3, 4);
	letters(120, 222, 3, INK);
	letters(100, 100, 20, INK);
	find();
	assert_non_null(table.rest);
	assert_int_equal(grey_at(table.rest, 101, 101), INK);
	assert_int_equal(grey_at(table.rest, 121, 223), PAPER);
	assert_int_equal(grey_at(table.rest, 101, 300), PAPER);
	assert_int_equal(grey_at(table.rest, 500, 201), PAPER);
	assert_int_equal(grey_at(page, 500, 201), INK);
}

static void an_empty_cell_and_one_that_the_back_shines_through_are_left_out(void **state)
{
	(void)state;
	grid(100, 200, 2, 2);
	letters(120, 222, 5, INK);
	letters(320, 222, 5, PAPER - 40);
	letters(120, 292, 5, INK);
	find();
	assert_int_equal(table.cells, 2);
	assert_in_range(table.cell[1].at.top, 270, 292);
}

static void two_lines_in_a_cell_are_no_single_line(void **state)
{
	(void)state;
	grid(100, 200, 2, 2);
	letters(120, 208, 5, INK);
	letters(120, 240, 5, INK);
	find();
	assert_int_equal(table.cells, 1);
	assert_false(table.cell[0].one_line);
}

static void a_cell_over_two_columns_is_one_and_a_letter_on_a_line_stays(void **state)
{
	(void)state;
	grid(100, 200, 3, 2);
	bar(300, 273, 3, 67, PAPER); /* the second row is one cell */
	letters(300, 292, 4, INK);
	letters(120, 222, 3, INK);
	letters(320, 362, 3, INK);
	letters(480, 362, 1, INK); /* reaches over the line at the right */
	find();
	assert_int_equal(table.cells, 3);
	assert_in_range(table.cell[1].at.left, 270, 300);
	assert_in_range(table.cell[1].at.right, 300 + 4 * GLYPH, 480);
}

static void lines_that_rise_still_shut_cells_in(void **state)
{
	PIX *turned;

	(void)state;
	grid(150, 300, 4, 4);
	letters(170, 322, 3, INK);
	letters(770, 532, 3, INK);
	turned = pixRotate(page, 0.012f, L_ROTATE_AREA_MAP, L_BRING_IN_WHITE, 0, 0);
	assert_non_null(turned);
	pixDestroy(&page);
	page = turned;
	find();
	assert_int_equal(table.cells, 2);
}

static void what_is_no_table_leaves_the_page_alone(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < 10; i++)
		letters(100, 100 + 50 * i, 30, INK);
	find();
	assert_int_equal(table.cells, 0);
	assert_null(table.rest);
	/* a frame around it, and a rule under the heading */
	bar(50, 50, 1100, 4, INK);
	bar(50, 50, 4, 900, INK);
	bar(50, 950, 1100, 4, INK);
	bar(1150, 50, 4, 904, INK);
	bar(100, 90, 900, 3, INK);
	find();
	assert_int_equal(table.cells, 0);
	assert_null(table.rest);
}

static void two_tables_are_told_apart_and_a_page_in_one_bit_does(void **state)
{
	PIX *bits;

	(void)state;
	grid(100, 100, 2, 2);
	grid(100, 600, 2, 2);
	letters(120, 122, 3, INK);
	letters(120, 622, 3, INK);
	bits = pixThresholdToBinary(page, 128);
	assert_non_null(bits);
	pixDestroy(&page);
	page = bits;
	find();
	assert_int_equal(table.cells, 2);
	assert_ptr_not_equal(table.cell[0].table, table.cell[1].table);
	assert_int_equal(pixGetDepth(table.cell[0].pix), 8);
	assert_int_equal(pixGetDepth(table.rest), 8);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(cells_come_row_by_row_with_their_places),
		TEST(the_rest_of_the_page_has_neither_lines_nor_cells),
		TEST(an_empty_cell_and_one_that_the_back_shines_through_are_left_out),
		TEST(two_lines_in_a_cell_are_no_single_line),
		TEST(a_cell_over_two_columns_is_one_and_a_letter_on_a_line_stays),
		TEST(lines_that_rise_still_shut_cells_in),
		TEST(what_is_no_table_leaves_the_page_alone),
		TEST(two_tables_are_told_apart_and_a_page_in_one_bit_does),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
