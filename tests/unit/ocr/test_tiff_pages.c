/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include <zong/buffer.h>
#include <zong/byteorder.h>
#include <zong/error.h>
#include <zong/limits.h>

#include "tiff_pages.h"
#include "sample.h"

#define DIRECTORY 18 /* bytes of a directory of one entry */

static struct zong_buf file;
static struct zong_tiff_pages pages;
static int fd;

static int setup(void **state)
{
	(void)state;
	zong_buf_init(&file, 1 << 20);
	pages = (struct zong_tiff_pages){0};
	fd = -1;
	zong_buf_add(&file, "II*\0\x08\0\0\0", 8);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	zong_buf_release(&file);
	zong_tiff_pages_release(&pages);
	close(fd);
	return 0;
}

/* A directory whose only entry is the kind of page (NewSubfileType). */
static void add_directory(uint32_t kind, uint32_t next)
{
	uint8_t bytes[DIRECTORY] = {1, 0, 0xfe, 0, 4, 0, 1, 0, 0, 0};

	zong_write_le32(bytes + 10, kind);
	zong_write_le32(bytes + 14, next);
	zong_buf_add(&file, bytes, sizeof(bytes));
}

static uint32_t place(unsigned int i)
{
	return 8 + DIRECTORY * i;
}

static int find(void)
{
	fd = sample_file(file.data, file.len);
	return zong_tiff_pages_find(fd, &pages);
}

static void pages_stand_in_the_order_of_the_chain(void **state)
{
	(void)state;
	add_directory(2, place(2));
	add_directory(2, 0);
	add_directory(2, place(1));
	assert_int_equal(find(), 0);
	assert_int_equal(pages.count, 3);
	assert_int_equal(pages.offset[0], place(0));
	assert_int_equal(pages.offset[1], place(2));
	assert_int_equal(pages.offset[2], place(1));
}

static void thumbnails_and_masks_are_no_pages(void **state)
{
	(void)state;
	add_directory(0, place(1));
	add_directory(1, place(2));
	add_directory(4, place(3));
	add_directory(0, 0);
	assert_int_equal(find(), 0);
	assert_int_equal(pages.count, 2);
	assert_int_equal(pages.offset[1], place(3));
}

static void a_file_of_nothing_but_thumbnails_shows_them(void **state)
{
	(void)state;
	add_directory(1, place(1));
	add_directory(1, 0);
	assert_int_equal(find(), 0);
	assert_int_equal(pages.count, 2);
}

static void a_chain_that_bites_its_tail_ends_there(void **state)
{
	(void)state;
	add_directory(0, place(1));
	add_directory(0, place(0));
	assert_int_equal(find(), 0);
	assert_int_equal(pages.count, 2);
}

static void pages_before_a_broken_link_are_kept(void **state)
{
	(void)state;
	add_directory(0, place(1));
	add_directory(0, 0x7fffffff);
	assert_int_equal(find(), 0);
	assert_int_equal(pages.count, 2);
}

static void no_directory_is_no_page_and_one_outside_the_file_is_damage(void **state)
{
	(void)state;
	memset(file.data + 4, 0, 4);
	assert_int_equal(find(), ZONG_ENOPAGES);
	close(fd);
	file.data[4] = 200;
	assert_int_equal(find(), ZONG_EDAMAGED);
	close(fd);
	file.len = 5;
	assert_int_equal(find(), ZONG_EDAMAGED);
}

static void more_pages_than_the_limit_are_refused(void **state)
{
	uint32_t i;

	(void)state;
	for (i = 0; i < ZONG_LIMIT_PAGES; i++)
		add_directory(0, place(i + 1));
	add_directory(0, 0);
	assert_int_equal(find(), ZONG_EPAGES);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(pages_stand_in_the_order_of_the_chain),
		TEST(thumbnails_and_masks_are_no_pages),
		TEST(a_file_of_nothing_but_thumbnails_shows_them),
		TEST(a_chain_that_bites_its_tail_ends_there),
		TEST(pages_before_a_broken_link_are_kept),
		TEST(no_directory_is_no_page_and_one_outside_the_file_is_damage),
		TEST(more_pages_than_the_limit_are_refused),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
