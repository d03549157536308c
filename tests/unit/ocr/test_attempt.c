/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whatever a worker that a document has taken over tries, the call that gave it the document gets a
 * code, and the next page is read. By way of the pool, with the worker of attempt.c. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include <tiffio.h>

#include <zong/buffer.h>
#include <zong/file.h>
#include <zong/pool.h>

#include "sample.h"

/* More than a good page takes. A sanitizer makes all of it slower, the start of each new worker most. */
#ifdef ZONG_SANITIZED
#define SECONDS 15
#define PROBES_TOO false
#else
#define SECONDS 5
#define PROBES_TOO true
#endif

static struct zong_pool *pool;
static struct zong_arena arena;
static struct zong_err err;
static int good;
static struct zong_digest good_key;

static int start(void **state)
{
	static const char *const lines[] = {"不动产登记申请书", NULL};
	const char *build = getenv("ZONG_BUILD");
	char worker[4096];
	struct zong_pool_options options = {.worker = worker,
		.workers = 1,
		.read_seconds = SECONDS,
		.probe_seconds = SECONDS,
		.allow_no_landlock = true};
	struct zong_raster raster;

	(void)state;
	snprintf(worker, sizeof(worker), "%s/tests/unit/ocr/zong-ocr-attempt", build ? build : ".");
	sample_text(500, 160, 40, lines, &raster);
	good = sample_tiff(&raster, &(struct sample_tiff){.photometric = PHOTOMETRIC_MINISBLACK});
	zong_raster_release(&raster);
	if (zong_digest_of_fd(good, &good_key))
		return -1;
	if (zong_pool_start(&options, &pool, &err)) {
		print_error("%s\n", err.subject);
		return -1;
	}
	return 0;
}

static int stop(void **state)
{
	(void)state;
	zong_pool_stop(pool);
	close(good);
	return 0;
}

static int setup(void **state)
{
	(void)state;
	arena = (struct zong_arena)ZONG_ARENA_INIT;
	err = (struct zong_err){0};
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	zong_arena_release(&arena);
	return 0;
}

/* A page that tells the worker what to try. */
static int page_that_tries(const char *when, const char *what)
{
	struct zong_raster raster;
	char mark[64];
	int fd, len;

	sample_pattern(64, 48, 1, 8, &raster);
	fd = sample_tiff(&raster, &(struct sample_tiff){.photometric = PHOTOMETRIC_MINISBLACK});
	zong_raster_release(&raster);
	len = snprintf(mark, sizeof(mark), "\nzong-attempt %s %s\n", when, what);
	assert_true(lseek(fd, 0, SEEK_END) > 0);
	assert_int_equal(zong_file_write_all(fd, mark, (size_t)len), 0);
	return fd;
}

static void the_next_page_is_read(void)
{
	struct zong_reading reading;

	assert_int_equal(
		zong_pool_read(pool, &good_key, good, ZONG_MEDIA_TIFF, 1, NULL, &arena, &reading, NULL),
		0);
	assert_true(reading.words > 0);
	assert_int_equal(reading.source, ZONG_TEXT_OCR);
}

static uint64_t deaths(void)
{
	struct zong_pool_stats stats;

	zong_pool_stats(pool, &stats);
	return stats.restarts;
}

/* @why: in what is said of it; NULL: any. */
static void expect_when_read(const char *what, int code, unsigned int dead, const char *why)
{
	struct zong_reading reading;
	struct zong_probe probe;
	uint64_t before = deaths();
	struct zong_digest key;
	int fd = page_that_tries("read", what);

	assert_int_equal(zong_digest_of_fd(fd, &key), 0);
	assert_int_equal(
		zong_pool_probe(pool, fd, ZONG_MEDIA_TIFF, &arena, NULL, NULL, &probe, &err), 0);
	assert_int_equal(
		zong_pool_read(pool, &key, fd, ZONG_MEDIA_TIFF, 1, NULL, &arena, &reading, &err), code);
	if (why && !strstr(err.subject, why))
		fail_msg("%s: %s", what, err.subject);
	assert_int_equal(deaths(), before + dead);
	close(fd);
}

static void expect_when_probed(const char *what, int code, unsigned int dead)
{
	uint64_t before = deaths();
	struct zong_probe probe;
	int fd = page_that_tries("probe", what);

	assert_int_equal(
		zong_pool_probe(pool, fd, ZONG_MEDIA_TIFF, &arena, NULL, NULL, &probe, &err), code);
	assert_int_equal(deaths(), before + dead);
	close(fd);
}

static void expect(const char *what, int code, unsigned int dead, const char *why)
{
	expect_when_read(what, code, dead, why);
	if (PROBES_TOO)
		expect_when_probed(what, code, dead);
	the_next_page_is_read();
}

static void opening_a_file_is_refused(void **state)
{
	(void)state;
	expect("file", ZONG_EDAMAGED, 0, "page 1");
	expect("write", ZONG_EDAMAGED, 0, NULL);
	assert_int_not_equal(access("/tmp/zong-attempt", F_OK), 0);
}

static void the_document_itself_cannot_be_changed(void **state)
{
	(void)state;
	expect("document", ZONG_EDAMAGED, 0, NULL);
}

static void a_socket_costs_the_worker_its_life(void **state)
{
	(void)state;
	expect("socket", ZONG_EWORKER, 1, "signal 31 (SYS)");
}

static void another_process_costs_the_worker_its_life(void **state)
{
	(void)state;
	expect("fork", ZONG_EWORKER, 1, "signal 31 (SYS)");
	expect("exec", ZONG_EWORKER, 1, "signal 31 (SYS)");
}

static void a_signal_to_the_server_costs_the_worker_its_life(void **state)
{
	(void)state;
	expect("kill", ZONG_EWORKER, 1, "signal 31 (SYS)");
}

#ifndef ZONG_SANITIZED /* which takes more address space than there is memory */
static void memory_ends(void **state)
{
	(void)state;
	expect("memory", ZONG_EDAMAGED, 0, NULL);
}
#endif

static void a_crash_costs_the_worker_its_life(void **state)
{
	(void)state;
	expect("crash", ZONG_EWORKER, 1, NULL);
	expect("stack", ZONG_EWORKER, 1, NULL);
}

static void a_loop_ends_at_its_deadline(void **state)
{
	(void)state;
	expect("loop", ZONG_EWORKER_TIMEOUT, 1, "deadline");
}

#ifndef ZONG_SANITIZED /* it would cost a second deadline */
/* Not made up: poppler goes over all rows of an image that the file does not have. */
static void a_library_that_does_not_come_back_is_ended_at_the_deadline(void **state)
{
	uint64_t before = deaths();
	struct zong_probe probe;
	int fd = sample_pdf(100, 100, 0,
		"/Width 1000000 /Height 1000000 /BitsPerComponent 8 /ColorSpace /DeviceRGB", "x", 1,
		"q 100 0 0 100 0 0 cm /I Do Q");

	(void)state;
	assert_int_equal(
		zong_pool_probe(pool, fd, ZONG_MEDIA_PDF, &arena, NULL, NULL, &probe, &err),
		ZONG_EWORKER_TIMEOUT);
	assert_int_equal(deaths(), before + 1);
	close(fd);
	the_next_page_is_read();
}
#endif

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(opening_a_file_is_refused),
		TEST(the_document_itself_cannot_be_changed),
		TEST(a_socket_costs_the_worker_its_life),
		TEST(another_process_costs_the_worker_its_life),
		TEST(a_signal_to_the_server_costs_the_worker_its_life),
#ifndef ZONG_SANITIZED
		TEST(memory_ends),
#endif
		TEST(a_crash_costs_the_worker_its_life),
		TEST(a_loop_ends_at_its_deadline),
#ifndef ZONG_SANITIZED
		TEST(a_library_that_does_not_come_back_is_ended_at_the_deadline),
#endif
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, start, stop);
}
