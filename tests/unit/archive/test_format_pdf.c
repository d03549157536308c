/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cmocka.h>

#include <zong/error.h>

#include "format_pdf.h"
#include "sample_reading.h"

#define PAGES 300

static const char coded[] = "not looked into: endstream endobj";

static int give_image(
	void *ctx, uint32_t page, struct zong_arena *arena, struct zong_image *ret_image)
{
	struct zong_image image = {.width = 2000,
		.height = 3000,
		.orientation = 1,
		.coding = ZONG_IMAGE_FAX,
		.fax = ZONG_IMAGE_FAX_T6,
		.channels = 1,
		.bits = 1,
		.strips = 1,
		.pieces = 1};

	(void)ctx;
	if (page == 2)
		return ZONG_EDAMAGED;
	image.strip = zong_arena_calloc(arena, 1, sizeof(*image.strip));
	image.piece = zong_arena_calloc(arena, 1, sizeof(*image.piece));
	assert_true(image.strip && image.piece);
	*image.strip = (struct zong_image_strip){.rows = 3000, .count = 1};
	*image.piece = (struct zong_image_piece){.len = sizeof(coded)};
	*ret_image = image;
	return 0;
}

static int give_reading(void *ctx, uint32_t page, Zong__Reading **ret_reading)
{
	(void)ctx;
	if (page == 3)
		return ZONG_ENOTREADY;
	*ret_reading = sample_reading("不|动|产\n示例甲 ABC\n");
	return 0;
}

static int write_pdf(int *ret_fd, uint64_t *ret_size, struct zong_digest *ret_digest)
{
	uint8_t digest[32] = {1, 2, 3};
	Zong__Material material = ZONG__MATERIAL__INIT;
	struct zong_format_pdf source = {.material = &material,
		.pages = PAGES,
		.image = give_image,
		.reading = give_reading};
	int err;

	material.title = (char *)(uintptr_t) "示例 <甲> (1)";
	material.file_name = (char *)(uintptr_t) "a.tif";
	material.file.data = digest;
	material.file.len = sizeof(digest);
	material.received = INT64_C(1700000000000000);
	source.fd = memfd_create("coded", MFD_CLOEXEC);
	assert_int_equal(write(source.fd, coded, sizeof(coded)), sizeof(coded));
	*ret_fd = memfd_create("pdf", MFD_CLOEXEC);
	err = zong_format_pdf_write(&source, *ret_fd, ret_size, ret_digest);
	close(source.fd);
	return err;
}

static void the_table_leads_to_every_object(void **state)
{
	struct zong_digest digest, again;
	uint64_t size, other;
	char *bytes, *table;
	unsigned long count;
	int fd, second;

	(void)state;
	assert_int_equal(write_pdf(&fd, &size, &digest), 0);
	bytes = sample_alloc(size + 1);
	assert_int_equal(pread(fd, bytes, size, 0), size);
	assert_memory_equal(bytes, "%PDF-1.4\n", 9);
	table = memrchr(bytes, 's', size - 10);
	table = bytes + strtoul(strstr(table, "\n") + 1, NULL, 10);
	assert_memory_equal(table, "xref\n0 ", 7);
	count = strtoul(table + 7, &table, 10);
	assert_true(count > 3 * PAGES);
	for (unsigned long i = 1; i < count; i++) {
		const char *object = bytes + strtoul(table + 1 + 20 * i, NULL, 10);

		assert_int_equal(strtoul(object, NULL, 10), i);
		assert_non_null(memmem(object, 16, " 0 obj\n", 7));
	}
	assert_non_null(memmem(bytes, size, coded, sizeof(coded)));
	assert_non_null(memmem(bytes, size, "示例 &lt;甲&gt; (1)", strlen("示例 &lt;甲&gt; (1)")));
	assert_int_equal(write_pdf(&second, &other, &again), 0);
	assert_int_equal(other, size);
	assert_memory_equal(&again, &digest, sizeof(digest));
	free(bytes);
	close(fd);
	close(second);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_table_leads_to_every_object),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
