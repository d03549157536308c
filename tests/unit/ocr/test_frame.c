/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>

#include <zong/error.h>

#include "proto.h"

static int ends[2];
static struct zong_buf body;

static int setup(void **state)
{
	(void)state;
	zong_buf_init(&body, 100);
	return socketpair(AF_UNIX, SOCK_STREAM, 0, ends);
}

static int teardown(void **state)
{
	(void)state;
	zong_buf_release(&body);
	close(ends[0]);
	close(ends[1]);
	return 0;
}

static int64_t soon(void)
{
	return zong_proto_now() + 50;
}

static void a_frame_arrives_with_its_descriptor(void **state)
{
	enum zong_message type;
	char text[4];
	int pipes[2], fd = -1;

	(void)state;
	assert_int_equal(pipe(pipes), 0);
	assert_int_equal(write(pipes[1], "zong", 4), 4);
	assert_int_equal(
		zong_proto_send(ends[0], ZONG_MESSAGE_OPEN, "abc", 3, pipes[0], soon()), 0);
	assert_int_equal(zong_proto_receive(ends[1], soon(), &type, &body, &fd), 0);
	assert_int_equal(type, ZONG_MESSAGE_OPEN);
	assert_int_equal(body.len, 3);
	assert_memory_equal(body.data, "abc", 3);
	assert_true(fd >= 0 && fd != pipes[0]);
	assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	assert_int_equal(read(fd, text, 4), 4);
	assert_memory_equal(text, "zong", 4);
	close(fd);
	close(pipes[0]);
	close(pipes[1]);
}

static void a_descriptor_arrives_for_reading_only(void **state)
{
	enum zong_message type;
	char text[4];
	int file = memfd_create("zong-test", MFD_CLOEXEC), fd = -1;
	void *shared;

	(void)state;
	assert_true(file >= 0);
	assert_int_equal(write(file, "zong", 4), 4);
	assert_int_equal(zong_proto_send(ends[0], ZONG_MESSAGE_OPEN, "", 0, file, soon()), 0);
	assert_int_equal(zong_proto_receive(ends[1], soon(), &type, &body, &fd), 0);
	assert_true(fd >= 0);
	assert_int_equal(fcntl(fd, F_GETFL) & O_ACCMODE, O_RDONLY);
	assert_int_equal(pread(fd, text, 4, 0), 4);
	assert_memory_equal(text, "zong", 4);
	assert_int_equal(pwrite(fd, "x", 1, 0), -1);
	shared = mmap(NULL, 4, PROT_READ, MAP_SHARED, fd, 0);
	assert_ptr_not_equal(shared, MAP_FAILED);
	assert_int_equal(mprotect(shared, 4, PROT_READ | PROT_WRITE), -1);
	munmap(shared, 4);
	close(fd);
	close(file);
}

static void a_descriptor_that_nobody_asked_for_breaks_the_protocol(void **state)
{
	enum zong_message type;

	(void)state;
	assert_int_equal(zong_proto_send(ends[0], ZONG_MESSAGE_READY, "", 0, 0, soon()), 0);
	assert_int_equal(zong_proto_receive(ends[1], soon(), &type, &body, NULL), ZONG_EPROTO);
}

static void a_body_beyond_the_maximum_breaks_the_protocol(void **state)
{
	static const char long_body[101];
	enum zong_message type;

	(void)state;
	assert_int_equal(zong_proto_send(ends[0], ZONG_MESSAGE_READ, long_body, sizeof(long_body),
				 -1, soon()),
		0);
	assert_int_equal(zong_proto_receive(ends[1], soon(), &type, &body, NULL), ZONG_EPROTO);
}

static void silence_ends_at_the_deadline_also_in_the_middle_of_a_frame(void **state)
{
	enum zong_message type;
	int64_t start = zong_proto_now();

	(void)state;
	assert_int_equal(zong_proto_receive(ends[1], soon(), &type, &body, NULL), ZONG_ETIMEOUT);
	assert_true(zong_proto_now() - start >= 45);
	assert_int_equal(write(ends[0], "\0\0\0\x05\x03\0\0\0ab", 10), 10);
	assert_int_equal(zong_proto_receive(ends[1], soon(), &type, &body, NULL), ZONG_ETIMEOUT);
}

static void the_other_side_gone_is_the_end_wherever_it_happens(void **state)
{
	enum zong_message type;

	(void)state;
	assert_int_equal(write(ends[0], "\0\0\0\x05\x03\0\0\0ab", 10), 10);
	shutdown(ends[0], SHUT_RDWR);
	assert_int_equal(zong_proto_receive(ends[1], soon(), &type, &body, NULL), ZONG_EEND);
	zong_buf_clear(&body);
	assert_int_equal(zong_proto_receive(ends[1], soon(), &type, &body, NULL), ZONG_EEND);
	assert_int_equal(zong_proto_send(ends[1], ZONG_MESSAGE_READ, "", 0, -1, soon()), ZONG_EEND);
}

static void a_reader_that_does_not_read_ends_at_the_deadline(void **state)
{
	static const char bytes[1 << 20];

	(void)state;
	assert_int_equal(
		zong_proto_send(ends[0], ZONG_MESSAGE_RENDERED, bytes, sizeof(bytes), -1, soon()),
		ZONG_ETIMEOUT);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_frame_arrives_with_its_descriptor),
		TEST(a_descriptor_arrives_for_reading_only),
		TEST(a_descriptor_that_nobody_asked_for_breaks_the_protocol),
		TEST(a_body_beyond_the_maximum_breaks_the_protocol),
		TEST(silence_ends_at_the_deadline_also_in_the_middle_of_a_frame),
		TEST(the_other_side_gone_is_the_end_wherever_it_happens),
		TEST(a_reader_that_does_not_read_ends_at_the_deadline),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
