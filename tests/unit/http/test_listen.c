/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "http/server.h"

static void port_zero_gives_a_free_port_and_says_which(void **state)
{
	char url[300], again[300], address[64];
	struct zong_err err = {0};
	unsigned int port;
	int fd, second = -1;

	(void)state;
	assert_int_equal(zong_listen_tcp("127.0.0.1:0", false, &fd, url, sizeof(url), &err), 0);
	assert_int_equal(sscanf(url, "http://127.0.0.1:%u", &port), 1);
	assert_in_range(port, 1, 65535);
	snprintf(address, sizeof(address), "127.0.0.1:%u", port);
	assert_int_equal(zong_listen_tcp(address, false, &second, again, sizeof(again), &err), ZONG_EBUSY);
	assert_int_equal(second, -1);
	assert_string_equal(err.subject, address);
	close(fd);
}

static void an_address_that_is_none_is_refused(void **state)
{
	static const char *const wrong[] = {"", "8420", "localhost", "127.0.0.1:", "127.0.0.1:http",
		"127.0.0.1:1234567", "::1:80", "[::1]", "[::1:80"};
	struct zong_err err;
	char url[300];
	size_t i;
	int fd;

	(void)state;
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(
			zong_listen_tcp(wrong[i], false, &fd, url, sizeof(url), &err), ZONG_EINVAL);
}

static void a_socket_for_every_address_is_named_by_the_machine(void **state)
{
	struct zong_err err;
	char url[300];
	int fd;

	(void)state;
	assert_int_equal(zong_listen_tcp(":0", false, &fd, url, sizeof(url), &err), 0);
	assert_null(strstr(url, "0.0.0.0"));
	assert_null(strstr(url, "//:"));
	close(fd);
}

static void the_local_socket_is_the_owners_alone_and_replaces_a_stale_one(void **state)
{
	char dir[] = "/tmp/zong-listen-XXXXXX", path[64], long_path[200];
	struct zong_err err;
	struct stat stat;
	int first, second;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/zongd.sock", dir);
	assert_int_equal(zong_listen_local(path, &first, &err), 0);
	assert_int_equal(lstat(path, &stat), 0);
	assert_true(S_ISSOCK(stat.st_mode));
	assert_int_equal(stat.st_mode & 0777, 0600);
	assert_int_equal(zong_listen_local(path, &second, &err), 0);
	memset(long_path, 'x', sizeof(long_path) - 1);
	long_path[sizeof(long_path) - 1] = '\0';
	assert_int_equal(zong_listen_local(long_path, &first, &err), ZONG_ELIMIT);
	close(first);
	close(second);
	unlink(path);
	rmdir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(port_zero_gives_a_free_port_and_says_which),
		cmocka_unit_test(an_address_that_is_none_is_refused),
		cmocka_unit_test(a_socket_for_every_address_is_named_by_the_machine),
		cmocka_unit_test(the_local_socket_is_the_owners_alone_and_replaces_a_stale_one),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
