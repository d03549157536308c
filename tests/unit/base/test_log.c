/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

#include <zong/file.h>
#include <zong/log.h>
#include <zong/time.h>

static int log_fd = -1;	    /* where standard error goes during a test */
static int console_fd = -1; /* where it went before */
static struct zong_buf text;

static int catch_log(void **state)
{
	(void)state;
	zong_buf_init(&text, 8 << 20);
	console_fd = dup(STDERR_FILENO);
	if (console_fd < 0 || zong_file_spool("/tmp", &log_fd) != 0)
		return -1;
	/* as a log file is opened: or threads would write over each other's lines */
	if (fcntl(log_fd, F_SETFL, O_APPEND) != 0 || dup2(log_fd, STDERR_FILENO) < 0)
		return -1;
	return 0;
}

static int release_log(void **state)
{
	(void)state;
	zong_log_set_level(ZONG_LOG_INFO);
	dup2(console_fd, STDERR_FILENO);
	close(console_fd);
	close(log_fd);
	zong_buf_release(&text);
	return 0;
}

static const char *logged(void)
{
	off_t len = lseek(log_fd, 0, SEEK_END);

	zong_buf_clear(&text);
	assert_non_null(zong_buf_room(&text, (size_t)len));
	assert_int_equal(zong_file_read_at(log_fd, text.data, (size_t)len, 0), 0);
	text.len = (size_t)len;
	return zong_buf_str(&text);
}

static void assert_logged_text(const char *expected)
{
	const char *line = logged();

	assert_true(strlen(line) > strlen("2026-11-24T00:00:00.000Z info "));
	assert_string_equal(line + strlen("2026-11-24T00:00:00.000Z info "), expected);
}

static void a_line_holds_time_level_and_text(void **state)
{
	char time[ZONG_TIME_TEXT];
	int64_t parsed;

	(void)state;
	zong_log_info("listening on %d", 8420);
	assert_logged_text("listening on 8420\n");
	memcpy(time, zong_buf_str(&text), 24);
	time[24] = '\0';
	assert_int_equal(zong_time_parse(time, &parsed), 0);
	assert_memory_equal(zong_buf_str(&text) + 24, " info ", 6);
}

static void lines_below_the_level_are_not_written(void **state)
{
	(void)state;
	zong_log_debug("unseen");
	assert_string_equal(logged(), "");
	zong_log_set_level(ZONG_LOG_ERROR);
	zong_log_warning("unseen");
	zong_log_info("unseen");
	assert_string_equal(logged(), "");
	zong_log_error("seen");
	assert_non_null(strstr(logged(), " error seen\n"));
	zong_log_set_level(ZONG_LOG_DEBUG);
	zong_log_debug("seen too");
	assert_non_null(strstr(logged(), " debug seen too\n"));
	zong_log_warning("and this");
	assert_non_null(strstr(logged(), " warning and this\n"));
}

static void nothing_inside_can_forge_a_line_or_drive_a_terminal(void **state)
{
	(void)state;
	zong_log_info(
		"%s", "宗\na\rb\x1B[31m\x7F|\xC2\x85|\xE2\x80\xA8|\xE2\x80\xAE|\xFF|\xE5\xAE");
	assert_logged_text(
		"宗\\na\\u000db\\u001b[31m\\u007f|\\u0085|\\u2028|\\u202e|\\xff|\\xe5\\xae\n");
}

static void a_long_text_is_cut_at_a_character_and_says_so(void **state)
{
	static char longer[30001];
	const char *line;
	size_t len;

	(void)state;
	for (size_t i = 0; i + 3 < sizeof(longer); i += 3)
		memcpy(longer + i, "宗", 3);
	zong_log_info("%s", longer);
	line = logged();
	len = strlen(line);
	assert_true(len < 4200);
	assert_string_equal(line + len - 4, "...\n");
	assert_null(strstr(line, "\\x"));
}

static void errno_survives_a_log_line(void **state)
{
	(void)state;
	errno = ENOTDIR;
	zong_log_info("text");
	assert_int_equal(errno, ENOTDIR);
}

static void *write_lines(void *unused)
{
	(void)unused;
	for (int i = 0; i < 500; i++)
		zong_log_info("%0200d", 7);
	return NULL;
}

static void lines_of_threads_do_not_mix(void **state)
{
	pthread_t threads[4];
	size_t lines = 0;
	size_t len = strlen("2026-11-24T00:00:00.000Z info ") + 200;

	(void)state;
	for (int i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, write_lines, NULL), 0);
	for (int i = 0; i < 4; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	for (const char *line = logged(); *line; line += len + 1) {
		assert_ptr_equal(strchr(line, '\n'), line + len);
		lines++;
	}
	assert_int_equal(lines, 2000);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, catch_log, release_log)
	const struct CMUnitTest tests[] = {
		TEST(a_line_holds_time_level_and_text),
		TEST(lines_below_the_level_are_not_written),
		TEST(nothing_inside_can_forge_a_line_or_drive_a_terminal),
		TEST(a_long_text_is_cut_at_a_character_and_says_so),
		TEST(errno_survives_a_log_line),
		TEST(lines_of_threads_do_not_mix),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
