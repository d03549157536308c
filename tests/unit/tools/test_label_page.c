/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <zbar.h>

#include <zong/error.h>
#include <zong/file.h>

#include "label_page.h"

extern char **environ;

#define MANY 30

static char dir[256];

/* Asked by the leak sanitizer: what these libraries keep for the life of a program is not ours to free. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_options(void);

const char *__lsan_default_suppressions(void)
{
	return "leak:libfontconfig.so\nleak:libcairo.so\n";
}

const char *__lsan_default_options(void)
{
	return "print_suppressions=0";
}

static int setup(void **state)
{
	const char *base = getenv("TMPDIR");

	(void)state;
	snprintf(dir, sizeof(dir), "%s/zong-label.XXXXXX", base ? base : "/tmp");
	return mkdtemp(dir) ? 0 : -1;
}

static void path_in(const char *name, char ret_path[512])
{
	snprintf(ret_path, 512, "%s/%s", dir, name);
}

static int teardown(void **state)
{
	static const char *const names[] = {"l.pdf", "l-1.pgm", "l-2.pgm"};
	char path[512];

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		path_in(names[i], path);
		unlink(path);
	}
	return rmdir(dir);
}

/* The sheets as they come out of a printer, in grey. */
static void print_sheets(const struct zong_buf *pdf)
{
	char file[512], root[512];
	char program[] = "pdftoppm", gray[] = "-gray", r[] = "-r", dpi[] = "300";
	char *argv[] = {program, gray, r, dpi, file, root, NULL};
	int status;
	pid_t pid;

	path_in("l.pdf", file);
	path_in("l", root);
	assert_int_equal(zong_file_replace(file, pdf->data, pdf->len, 0600), 0);
	assert_int_equal(posix_spawnp(&pid, program, NULL, NULL, argv, environ), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

/* Marks each code that is read on a sheet. */
static void scan_sheet(const char *name, const struct label *label, bool *seen, size_t count)
{
	struct zong_buf bytes = ZONG_BUF_INIT(64 << 20);
	zbar_image_scanner_t *scanner = zbar_image_scanner_create();
	zbar_image_t *image = zbar_image_create();
	unsigned width, height;
	char path[512];
	int head = 0;

	path_in(name, path);
	assert_int_equal(zong_file_read(path, &bytes), 0);
	assert_int_equal(
		sscanf((const char *)bytes.data, "P5 %u %u 255%n", &width, &height, &head), 2);
	assert_int_equal(bytes.len, (size_t)head + 1 + (size_t)width * height);
	zbar_image_scanner_set_config(scanner, ZBAR_NONE, ZBAR_CFG_ENABLE, 0);
	zbar_image_scanner_set_config(scanner, ZBAR_CODE128, ZBAR_CFG_ENABLE, 1);
	zbar_image_set_format(image, zbar_fourcc('Y', '8', '0', '0'));
	zbar_image_set_size(image, width, height);
	zbar_image_set_data(image, bytes.data + head + 1, (unsigned long)width * height, NULL);
	zbar_scan_image(scanner, image);
	for (const zbar_symbol_t *symbol = zbar_image_first_symbol(image); symbol;
		symbol = zbar_symbol_next(symbol)) {
		size_t at = 0;

		while (at < count && strcmp(label[at].code, zbar_symbol_get_data(symbol)) != 0)
			at++;
		assert_true(at < count); /* nothing is misread */
		seen[at] = true;
	}
	zbar_image_destroy(image);
	zbar_image_scanner_destroy(scanner);
	zong_buf_release(&bytes);
}

static void every_label_of_a_printed_sheet_is_read(void **state)
{
	struct zong_buf pdf = ZONG_BUF_INIT(16 << 20);
	struct label label[MANY];
	bool seen[MANY] = {false};

	(void)state;
	for (int i = 0; i < MANY; i++) {
		label[i] =
			(struct label){.title = "一号库房甲柜二层三号盒，名称很长很长很长很长很长",
				.note = "示例 > 示例"};
		snprintf(label[i].code, sizeof(label[i].code), i % 3 ? "Y%08dX" : "K1-A-2-%d", i);
	}
	/* the longest code that a place may have */
	snprintf(label[7].code, sizeof(label[7].code), "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345");
	assert_int_equal(label_page_draw(label, MANY, 5, &pdf), 0);
	print_sheets(&pdf);
	scan_sheet("l-1.pgm", label, seen, MANY);
	for (int i = 0; i < 24 - 5; i++)
		assert_true(seen[i]);
	assert_false(seen[24 - 5]); /* on the next sheet */
	scan_sheet("l-2.pgm", label, seen, MANY);
	for (int i = 0; i < MANY; i++)
		assert_true(seen[i]);
	zong_buf_release(&pdf);
}

static void a_code_that_is_none_is_refused(void **state)
{
	struct zong_buf pdf = ZONG_BUF_INIT(1 << 20);
	struct label label = {.code = "库", .title = "", .note = ""};

	(void)state;
	assert_int_equal(label_page_draw(&label, 1, 0, &pdf), ZONG_EINVAL);
	zong_buf_release(&pdf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_label_of_a_printed_sheet_is_read),
		cmocka_unit_test(a_code_that_is_none_is_refused),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, setup, teardown);
}
