/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Papers of the hall as mkscan draws them: people search for them by their titles. */
#include "config.h"

#include <fcntl.h>
#include <setjmp.h>
#include <spawn.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include <allheaders.h>

#include <zong/buffer.h>

#include "read.h"
#include "sample.h"

#define ARGUMENTS_MAX 16

extern char **environ;

static struct zong_reader *reader;
static char folder[] = "/tmp/zong-heading-XXXXXX";
static char file[sizeof(folder) + 16];
static struct zong_page page;
static struct zong_arena arena;
static struct zong_buf text;
static int fd = -1;

static int load(void **state)
{
	(void)state;
	setMsgSeverity(L_SEVERITY_NONE);
	if (!mkdtemp(folder))
		return -1;
	snprintf(file, sizeof(file), "%s/page.tif", folder);
	return zong_reader_open(&reader);
}

static int unload(void **state)
{
	(void)state;
	zong_reader_close(reader);
	return rmdir(folder);
}

static int setup(void **state)
{
	(void)state;
	zong_buf_init(&text, 1 << 20);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	zong_raster_release(&page.raster);
	zong_arena_release(&arena);
	zong_buf_release(&text);
	if (fd >= 0)
		close(fd);
	fd = -1;
	unlink(file);
	return 0;
}

/* @options: what mkscan is asked for, parted by blanks. */
static void draw(const char *options)
{
	const char *build = getenv("ZONG_BUILD");
	char program[4096], words[256], *argument[ARGUMENTS_MAX + 2], *rest = words;
	int count = 1, status = -1;
	pid_t pid;

	snprintf(program, sizeof(program), "%s/tools/mkscan", build ? build : ".");
	snprintf(words, sizeof(words), "%s", options);
	argument[0] = program;
	while (count < ARGUMENTS_MAX && rest)
		argument[count++] = strsep(&rest, " ");
	argument[count++] = file;
	argument[count] = NULL;
	assert_int_equal(posix_spawn(&pid, program, NULL, NULL, argument, environ), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static void read_drawn(const char *options)
{
	struct zong_reading reading;
	uint32_t i, j;

	draw(options);
	fd = open(file, O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(sample_decode(fd, 1, &page), 0);
	assert_int_equal(zong_reader_read(reader, &page.raster, 300, &arena, &reading), 0);
	for (i = 0; i < reading.lines; i++) {
		for (j = 0; j < reading.line[i].count; j++)
			zong_buf_add_str(&text, reading.word[reading.line[i].first + j].text);
		zong_buf_add_char(&text, '\n');
	}
}

static const char *says(const char *expected)
{
	const char *found = strstr(zong_buf_str(&text), expected);

	if (!found)
		fail_msg("\"%s\" is not in \"%s\"", expected, zong_buf_str(&text));
	return found;
}

static void has_the_title_of_a_contract_once_and_in_its_place(void)
{
	const char *title = says("存量房买卖合同\n"), *number = says("合同编号");

	assert_true(number < title);
	assert_true(title < says("出卖人"));
	assert_null(strstr(title + 1, "存量房买卖合同"));
}

static void the_title_of_a_contract_is_read(void **state)
{
	(void)state;
	read_drawn("--kind contract --colour bilevel --compress g4 --seed 6");
	has_the_title_of_a_contract_once_and_in_its_place();
}

static void the_title_of_a_bad_scan_of_a_contract_is_read(void **state)
{
	(void)state;
	read_drawn(
		"--kind contract --colour bilevel --compress g4 --seed 1 --skew 1.5 --noise 0.3");
	has_the_title_of_a_contract_once_and_in_its_place();
	/* what layout made of its upper half */
	assert_ptr_equal(strchr(says("合同编号"), '\n') + 1, says("存量房买卖合同"));
}

static void the_number_of_a_certificate_is_read(void **state)
{
	(void)state;
	read_drawn("--kind certificate");
	says("不动产权第");
}

static void the_title_of_a_form_is_read(void **state)
{
	(void)state;
	read_drawn("--kind form");
	says("不动产登记申请书\n");
}

static void the_title_of_a_tax_receipt_is_read(void **state)
{
	(void)state;
	read_drawn("--kind tax");
	says("契税完税证明");
}

static void a_red_head_is_read_though_a_red_seal_is_taken_away(void **state)
{
	(void)state;
	read_drawn("--kind letter --colour rgb --seal");
	says("自然资源和规划局\n");
}

static void a_head_that_a_grey_scanner_made_pale_is_read(void **state)
{
	(void)state;
	read_drawn("--kind letter --colour grey --seal");
	says("自然资源和规划局\n");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(the_title_of_a_contract_is_read),
		TEST(the_title_of_a_bad_scan_of_a_contract_is_read),
		TEST(the_number_of_a_certificate_is_read),
		TEST(the_title_of_a_form_is_read),
		TEST(the_title_of_a_tax_receipt_is_read),
		TEST(a_red_head_is_read_though_a_red_seal_is_taken_away),
		TEST(a_head_that_a_grey_scanner_made_pale_is_read),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, load, unload);
}
