/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Every function of the foundation that allocates, with its first, second, third ... allocation
 * failing, until one run gets through. Each run before must say ZONG_ENOMEM, leave its outputs
 * alone, and leak nothing (which the run under AddressSanitizer finds). The linker puts the
 * functions below in place of those of the C library (--wrap). */

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include <zong/arena.h>
#include <zong/buffer.h>
#include <zong/config.h>
#include <zong/digest.h>
#include <zong/error.h>
#include <zong/file.h>

#include "temp_dir.h"

static bool counting;
static unsigned int left;   /* allocations until the one that fails */
static unsigned int failed; /* how many did */

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *p, size_t size);
char *__real_strdup(const char *text);
char *__real_strndup(const char *text, size_t len);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *p, size_t size);
char *__wrap_strdup(const char *text);
char *__wrap_strndup(const char *text, size_t len);

static bool fails(void)
{
	if (!counting || left-- > 0)
		return false;
	counting = false;
	failed++;
	return true;
}

void *__wrap_malloc(size_t size)
{
	return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
	return fails() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *p, size_t size)
{
	return fails() ? NULL : __real_realloc(p, size);
}

char *__wrap_strdup(const char *text)
{
	return fails() ? NULL : __real_strdup(text);
}

char *__wrap_strndup(const char *text, size_t len)
{
	return fails() ? NULL : __real_strndup(text, len);
}

/* Runs @work, which returns 0 or an error, with each of its allocations failing in turn; how many
 * allocations there were. */
static unsigned int with_each_failure(int (*work)(void))
{
	for (unsigned int nth = 0; nth < 1000; nth++) {
		int r;

		left = nth;
		failed = 0;
		counting = true;
		r = work();
		counting = false;
		if (failed == 0) {
			assert_int_equal(r, 0);
			return nth;
		}
		assert_int_equal(r, ZONG_ENOMEM);
	}
	fail_msg("1000 failures were not enough");
	return 0;
}

static int fill_buffer(void)
{
	struct zong_buf buf = ZONG_BUF_INIT(100000);
	size_t len = 42;
	char *text;
	int r;

	for (int i = 0; i < 1000; i++)
		zong_buf_add_format(&buf, "%d ", i);
	zong_buf_add_xml(&buf, "<>", 2);
	r = buf.err;
	text = zong_buf_take(&buf, &len);
	if ((text == NULL) != (r != 0) || (r != 0 && len != 42))
		r = ZONG_EINVAL;
	free(text);
	return r;
}

static void a_buffer_reports_it_once_and_for_all(void **state)
{
	(void)state;
	assert_true(with_each_failure(fill_buffer) > 3);
}

static int take_nothing(void)
{
	struct zong_buf buf = ZONG_BUF_INIT(10);
	char *text = zong_buf_take(&buf, NULL);

	free(text);
	return text ? 0 : ZONG_ENOMEM;
}

static void even_an_empty_string_can_fail(void **state)
{
	(void)state;
	assert_int_equal(with_each_failure(take_nothing), 1);
}

static int fill_arena(void)
{
	struct zong_arena arena = ZONG_ARENA_INIT;
	bool whole = true;

	for (int i = 0; i < 100; i++) {
		whole = whole && zong_arena_alloc(&arena, 1000) && zong_arena_str(&arena, "x");
		whole = whole && zong_arena_format(&arena, "%d", i);
	}
	whole = whole && zong_arena_alloc(&arena, 100000);
	zong_arena_release(&arena);
	return whole ? 0 : ZONG_ENOMEM;
}

static void an_arena_gives_nothing_and_stays_whole(void **state)
{
	(void)state;
	assert_true(with_each_failure(fill_arena) > 3);
}

static int digest_file(void)
{
	struct zong_digest digest = {{42}};
	int fd = -1;
	int r = zong_file_spool("/tmp", &fd);

	if (r)
		return r;
	r = zong_digest_of_fd(fd, &digest);
	close(fd);
	if (r && digest.bytes[0] != 42)
		return ZONG_EINVAL;
	return r;
}

static void a_digest_reports_it(void **state)
{
	(void)state;
	assert_true(with_each_failure(digest_file) >= 2);
}

static int load_config(void)
{
	static const char *const known[] = {"title", "workers", NULL};
	struct zong_config *config = NULL;
	struct zong_err err = {0};
	int r = zong_config_load(in_temp_dir("zong.conf"), known, &config, &err);

	if (r != err.code || (r != 0) != (config == NULL))
		r = ZONG_EINVAL;
	zong_config_free(config);
	return r;
}

static void loading_a_configuration_reports_it(void **state)
{
	struct zong_buf text = ZONG_BUF_INIT(100000);
	int r;

	(void)state;
	zong_buf_add_str(&text, "title = 宗\n#");
	for (int i = 0; i < 20000; i++)
		zong_buf_add_char(&text, 'x');
	zong_buf_add_str(&text, "\nworkers = ");
	for (int i = 0; i < 20000; i++)
		zong_buf_add_char(&text, 'x');
	r = zong_file_replace(in_temp_dir("zong.conf"), text.data, text.len, 0600);
	zong_buf_release(&text);
	assert_int_equal(r, 0);
	assert_true(with_each_failure(load_config) > 3);
}

static int write_files(void)
{
	int r = zong_file_replace(in_temp_dir("a"), "x", 1, 0600);

	if (r == 0)
		r = zong_file_make_dir(in_temp_dir("d"), 0700);
	if (r == 0 && rmdir(in_temp_dir("d")) != 0)
		r = ZONG_EIO;
	return r;
}

static void writing_files_reports_it_and_leaves_none_behind(void **state)
{
	(void)state;
	assert_true(with_each_failure(write_files) >= 2);
	assert_int_equal(each_in_temp_dir(NULL), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_buffer_reports_it_once_and_for_all),
		cmocka_unit_test(even_an_empty_string_can_fail),
		cmocka_unit_test(an_arena_gives_nothing_and_stays_whole),
		cmocka_unit_test(a_digest_reports_it),
		cmocka_unit_test_setup_teardown(
			loading_a_configuration_reports_it, make_temp_dir, remove_temp_dir),
		cmocka_unit_test_setup_teardown(writing_files_reports_it_and_leaves_none_behind,
			make_temp_dir, remove_temp_dir),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
