/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pool with real workers and with scripts that only pretend to be one. */
#include "config.h"

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include <tiffio.h>

#include <zong/file.h>
#include <zong/pool.h>

#include "lease.h"
#include "sample.h"

#ifdef ZONG_SANITIZED
#define HANGING_SECONDS 15 /* more than a good page takes */
#else
#define HANGING_SECONDS 3
#endif

static struct zong_pool *pool;
static struct zong_err err;
static struct zong_arena arena;
static struct zong_raster raster;
static struct zong_digest key;
static int fd;

static const char *worker_path(void)
{
	static char path[4096];
	const char *build = getenv("ZONG_BUILD");

	snprintf(path, sizeof(path), "%s/zong-ocr", build ? build : ".");
	return path;
}

static int setup(void **state)
{
	(void)state;
	arena = (struct zong_arena)ZONG_ARENA_INIT;
	err = (struct zong_err){0};
	pool = NULL;
	fd = -1;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	zong_pool_stop(pool);
	zong_arena_release(&arena);
	zong_raster_release(&raster);
	if (fd >= 0)
		close(fd);
	return 0;
}

static void start_with(unsigned int workers, unsigned int seconds)
{
	struct zong_pool_options options = {.worker = worker_path(),
		.workers = workers,
		.read_seconds = seconds,
		.probe_seconds = seconds,
		.allow_no_landlock = true};

	assert_int_equal(zong_pool_start(&options, &pool, &err), 0);
}

static void have_text(unsigned int pages)
{
	size_t i;

	sample_text(1400, 700, 40, sample_lines, &raster);
	for (i = 0; i < raster.stride * raster.height; i++)
		raster.data[i] = raster.data[i] < 128 ? 0 : 255;
	zong_raster_reduce(&raster);
	fd = sample_tiff(&raster, &(struct sample_tiff){.compression = COMPRESSION_CCITTFAX4,
					  .photometric = PHOTOMETRIC_MINISWHITE,
					  .pages = pages});
	assert_int_equal(zong_digest_of_fd(fd, &key), 0);
}

static int read_page(uint32_t page, struct zong_reading *reading)
{
	return zong_pool_read(pool, &key, fd, ZONG_MEDIA_TIFF, page, NULL, &arena, reading, &err);
}

static void a_document_is_probed_read_and_rendered(void **state)
{
	struct zong_buf png = ZONG_BUF_INIT(64 << 20);
	struct zong_digest expected;
	struct zong_reading reading;
	struct zong_pool_stats stats;
	struct zong_probe probe;

	(void)state;
	start_with(1, 0);
	have_text(2);
	assert_int_equal(
		zong_pool_probe(pool, fd, ZONG_MEDIA_TIFF, &arena, NULL, NULL, &probe, &err), 0);
	assert_int_equal(probe.pages, 2);
	assert_int_equal(probe.damaged, 0);
	assert_int_equal(probe.page[1].width, 1400);
	assert_int_equal(probe.page[1].colour, ZONG_COLOUR_BILEVEL);
	assert_int_equal(probe.page[1].bits, 1);
	assert_false(probe.page[1].blank);
	assert_int_equal(zong_raster_digest(&raster, &expected), 0);
	assert_memory_equal(&probe.page[0].raster, &expected, sizeof(expected));
	assert_memory_equal(&probe.page[1].raster, &expected, sizeof(expected));
	assert_int_equal(read_page(2, &reading), 0);
	assert_true(reading.words > 0);
	assert_int_equal(reading.height, 700);
	assert_int_equal(
		zong_pool_render(pool, &key, fd, ZONG_MEDIA_TIFF, 1, 300, NULL, &png, &err), 0);
	assert_int_equal(zong_media_of(png.data, png.len), ZONG_MEDIA_PNG);
	zong_buf_release(&png);
	zong_pool_stats(pool, &stats);
	assert_int_equal(stats.pages_probed, 2);
	assert_int_equal(stats.pages_read, 1);
	assert_int_equal(stats.pages_rendered, 1);
	assert_int_equal(stats.restarts, 0);
	assert_int_equal(stats.busy, 0);
}

static void a_page_that_is_not_there_says_so_and_names_itself(void **state)
{
	struct zong_reading reading;

	(void)state;
	start_with(1, 0);
	have_text(1);
	assert_int_equal(read_page(2, &reading), ZONG_EPAGENO);
	assert_int_equal(strncmp(err.subject, "page 2", 6), 0);
	assert_int_equal(read_page(0, &reading), ZONG_EPAGENO);
	assert_int_equal(read_page(1, &reading), 0);
}

static void what_cannot_be_opened_is_refused_and_the_next_is_not(void **state)
{
	struct zong_probe probe;
	int bad = sample_file("%PDF-1.4 nothing at all", 23), nothing = sample_file("", 0);

	(void)state;
	start_with(1, 0);
	have_text(1);
	assert_int_equal(
		zong_pool_probe(pool, bad, ZONG_MEDIA_PDF, &arena, NULL, NULL, &probe, &err),
		ZONG_EDAMAGED);
	assert_int_equal(
		zong_pool_probe(pool, nothing, ZONG_MEDIA_TIFF, &arena, NULL, NULL, &probe, &err),
		ZONG_EDAMAGED);
	assert_int_equal(
		zong_pool_probe(pool, bad, ZONG_MEDIA_UNKNOWN, &arena, NULL, NULL, &probe, &err),
		ZONG_EMEDIA);
	assert_int_equal(
		zong_pool_probe(pool, fd, ZONG_MEDIA_TIFF, &arena, NULL, NULL, &probe, &err), 0);
	close(bad);
	close(nothing);
}

/* Page 2 of 3 points outside the file. */
static void a_damaged_page_costs_itself_only(void **state)
{
	uint32_t second, strip_entry = 0, i;
	uint8_t bytes[512];
	struct zong_probe probe;

	(void)state;
	start_with(1, 0);
	have_text(3);
	/* follow the chain to the second directory and find its StripOffsets */
	assert_int_equal(pread(fd, &second, 4, 4), 4);
	assert_int_equal(pread(fd, bytes, sizeof(bytes), second), (ssize_t)sizeof(bytes));
	memcpy(&second, bytes + 2 + 12 * bytes[0], 4);
	assert_true(pread(fd, bytes, sizeof(bytes), second) > 100);
	for (i = 0; i < bytes[0]; i++)
		if (bytes[2 + 12 * i] == 0x11 && bytes[3 + 12 * i] == 0x01)
			strip_entry = second + 2 + 12 * i + 8;
	assert_true(strip_entry > 0);
	assert_int_equal(pwrite(fd, "\xff\xff\xff\x7f", 4, strip_entry), 4);
	assert_int_equal(
		zong_pool_probe(pool, fd, ZONG_MEDIA_TIFF, &arena, NULL, NULL, &probe, &err), 0);
	assert_int_equal(probe.pages, 3);
	assert_int_equal(probe.damaged, 1);
	assert_int_equal(probe.page[0].err, 0);
	assert_int_equal(probe.page[1].err, ZONG_EDAMAGED);
	assert_int_equal(probe.page[2].err, 0);
}

static int stop_at_two(void *ctx, uint32_t done, uint32_t pages)
{
	assert_int_equal(pages, 5);
	*(uint32_t *)ctx = done;
	return done == 2;
}

static void progress_is_told_and_can_end_the_probe(void **state)
{
	struct zong_probe probe;
	uint32_t done = 0;

	(void)state;
	start_with(1, 0);
	have_text(5);
	assert_int_equal(zong_pool_probe(pool, fd, ZONG_MEDIA_TIFF, &arena, stop_at_two, &done,
				 &probe, &err),
		ZONG_ECANCELLED);
	assert_int_equal(done, 2);
	assert_int_equal(
		zong_pool_probe(pool, fd, ZONG_MEDIA_TIFF, &arena, NULL, NULL, &probe, &err), 0);
}

/* Waits until a worker is busy, then sends it a signal. */
static void *disturb(void *data)
{
	pid_t pid = 0;

	while (pid == 0) {
		pthread_mutex_lock(&pool->mutex);
		if (pool->workers[0].state == ZONG_WORKER_BUSY && pool->workers[0].process.pid)
			pid = pool->workers[0].process.pid;
		pthread_mutex_unlock(&pool->mutex);
		usleep(500);
	}
	kill(pid, *(int *)data);
	return NULL;
}

static int read_while_disturbed(int signal)
{
	struct zong_reading reading;
	pthread_t thread;
	int r;

	pthread_create(&thread, NULL, disturb, &signal);
	r = read_page(1, &reading);
	pthread_join(thread, NULL);
	return r;
}

static void a_worker_that_is_killed_costs_the_call_and_the_next_works(void **state)
{
	struct zong_pool_stats stats;
	struct zong_reading reading;

	(void)state;
	start_with(1, 0);
	have_text(1);
	assert_int_equal(read_while_disturbed(SIGKILL), ZONG_EWORKER);
	assert_int_equal(strncmp(err.subject, "page 1: ", 8), 0);
	assert_int_equal(read_while_disturbed(SIGSEGV), ZONG_EWORKER);
#ifndef ZONG_SANITIZED
	assert_non_null(strstr(err.subject, "signal 11"));
#endif
	assert_int_equal(read_page(1, &reading), 0);
	zong_pool_stats(pool, &stats);
	assert_int_equal(stats.restarts, 2);
}

static void a_page_is_not_blamed_when_no_worker_comes_up(void **state)
{
	struct zong_reading reading;

	(void)state;
	start_with(1, 0);
	have_text(1);
	setenv("TESSDATA_PREFIX", "/nonexistent", 1);
	assert_int_equal(read_while_disturbed(SIGKILL), ZONG_EWORKER);
	assert_int_equal(read_page(1, &reading), ZONG_ENOTREADY);
	assert_int_equal(err.code, ZONG_ENOTREADY);
	assert_non_null(strstr(err.subject, "chi_sim"));
	zong_pool_stop(pool);
	pool = NULL;
	unsetenv("TESSDATA_PREFIX");
}

static void a_worker_that_hangs_is_ended_at_its_deadline(void **state)
{
	struct zong_reading reading;

	(void)state;
	start_with(1, HANGING_SECONDS);
	have_text(1);
	assert_int_equal(read_while_disturbed(SIGSTOP), ZONG_EWORKER_TIMEOUT);
	assert_non_null(strstr(err.subject, "deadline"));
	assert_int_equal(read_page(1, &reading), 0);
}

static struct zong_pool_call call;

static void *cancel_call(void *data)
{
	int stop = SIGSTOP;

	(void)data;
	/* stopped, so that it cannot finish meanwhile */
	disturb(&stop);
	zong_pool_call_cancel(pool, &call);
	return NULL;
}

static void a_cancelled_call_ends_at_once_and_blames_no_page(void **state)
{
	struct zong_reading reading;
	pthread_t thread;

	(void)state;
	call = (struct zong_pool_call)ZONG_POOL_CALL_INIT;
	start_with(1, 0);
	have_text(1);
	pthread_create(&thread, NULL, cancel_call, NULL);
	assert_int_equal(zong_pool_read(pool, &key, fd, ZONG_MEDIA_TIFF, 1, &call, &arena, &reading, &err),
		ZONG_ECANCELLED);
	pthread_join(thread, NULL);
	/* before it has begun it does not begin */
	assert_int_equal(zong_pool_read(pool, &key, fd, ZONG_MEDIA_TIFF, 1, &call, &arena, &reading, &err),
		ZONG_ECANCELLED);
	assert_int_equal(read_page(1, &reading), 0);
}

static void *stop_pool(void *data)
{
	int stop = SIGSTOP;

	(void)data;
	/* stopped, so that it cannot finish meanwhile */
	disturb(&stop);
	zong_pool_stop(pool);
	return NULL;
}

static void stopping_ends_the_calls_under_way(void **state)
{
	struct zong_reading reading;
	pthread_t thread;

	(void)state;
	start_with(1, 0);
	have_text(1);
	pthread_create(&thread, NULL, stop_pool, NULL);
	assert_int_equal(read_page(1, &reading), ZONG_ECANCELLED);
	pthread_join(thread, NULL);
	pool = NULL;
}

#ifndef ZONG_SANITIZED /* which would end the worker itself */
/* The worker by way of a shell that lets it have less memory than the page needs. */
static void a_worker_that_gets_no_memory_is_told_from_one_that_crashes(void **state)
{
	struct zong_pool_options options = {.workers = 1, .allow_no_landlock = true};
	char script[] = "/tmp/zong-test-pool.XXXXXX";
	int file = mkstemp(script), pdf;
	struct zong_reading reading;
	struct zong_probe probe;

	(void)state;
	assert_true(file >= 0);
	dprintf(file, "#!/bin/sh\nulimit -v 1000000\nexec %s \"$@\"\n", worker_path());
	assert_int_equal(fchmod(file, 0700), 0);
	close(file);
	options.worker = script;
	assert_int_equal(zong_pool_start(&options, &pool, &err), 0);
	unlink(script);
	pdf = sample_pdf(8000, 8000, 0, "", NULL, 0, "0 0 72 72 re f");
	assert_int_equal(
		zong_pool_probe(pool, pdf, ZONG_MEDIA_PDF, &arena, NULL, NULL, &probe, &err),
		ZONG_EWORKER_MEMORY);
	close(pdf);
	have_text(1);
	assert_int_equal(read_page(1, &reading), 0);
}
#endif

static void a_file_that_asks_for_too_much_is_refused_and_harms_nobody(void **state)
{
	/* 65535 samples a pixel: a row alone takes more than a worker may have */
	static const uint8_t bomb[] = "II*\0\x08\0\0\0\x07\0"
				      "\x00\x01\x04\0\x01\0\0\0\x00\x20\0\0"
				      "\x01\x01\x04\0\x01\0\0\0\x00\x20\0\0"
				      "\x02\x01\x03\0\x01\0\0\0\x08\0\0\0"
				      "\x06\x01\x03\0\x01\0\0\0\x01\0\0\0"
				      "\x11\x01\x04\0\x01\0\0\0\x08\0\0\0"
				      "\x15\x01\x03\0\x01\0\0\0\xff\xff\0\0"
				      "\x17\x01\x04\0\x01\0\0\0\xff\xff\xff\x0f"
				      "\0\0\0\0";
	int file = sample_file(bomb, sizeof(bomb) - 1);
	struct zong_pool_stats stats;
	struct zong_probe probe;

	(void)state;
	start_with(1, 0);
	assert_int_equal(
		zong_pool_probe(pool, file, ZONG_MEDIA_TIFF, &arena, NULL, NULL, &probe, &err),
		ZONG_EDAMAGED);
	close(file);
	zong_pool_stats(pool, &stats);
	assert_int_equal(stats.restarts, 0);
}

static void *read_some(void *data)
{
	struct zong_arena own = ZONG_ARENA_INIT;
	struct zong_reading reading;
	unsigned int i;
	int *bad = data;

	for (i = 1; i <= 3; i++)
		if (zong_pool_read(pool, &key, fd, ZONG_MEDIA_TIFF, i, NULL, &own, &reading, NULL))
			++*bad;
	zong_arena_release(&own);
	return NULL;
}

static void many_threads_share_few_workers(void **state)
{
	pthread_t threads[6];
	int bad[6] = {0};
	unsigned int i;

	(void)state;
	start_with(2, 0);
	have_text(3);
	for (i = 0; i < 6; i++)
		pthread_create(&threads[i], NULL, read_some, &bad[i]);
	for (i = 0; i < 6; i++) {
		pthread_join(threads[i], NULL);
		assert_int_equal(bad[i], 0);
	}
}

static void a_program_that_is_no_worker_does_not_start_a_pool(void **state)
{
	struct zong_pool_options options = {.worker = "/nonexistent/zong-ocr"};

	(void)state;
	assert_int_equal(zong_pool_start(&options, &pool, &err), ZONG_ENOENT);
	options.worker = "/bin/false";
	assert_int_equal(zong_pool_start(&options, &pool, &err), ZONG_EWORKER);
	options.worker = "/bin/true";
	assert_int_equal(zong_pool_start(&options, &pool, &err), ZONG_EWORKER);
	assert_non_null(strstr(err.subject, "zong-ocr"));
	pool = NULL;
}

static void a_worker_without_models_says_what_it_misses(void **state)
{
	struct zong_pool_options options = {
		.worker = worker_path(), .workers = 1, .allow_no_landlock = true};

	(void)state;
	setenv("TESSDATA_PREFIX", "/nonexistent", 1);
	assert_int_equal(zong_pool_start(&options, &pool, &err), ZONG_EWORKER);
	unsetenv("TESSDATA_PREFIX");
	assert_non_null(strstr(err.subject, "chi_sim"));
	pool = NULL;
}

static void a_form_is_drawn_in_the_sandbox(void **state)
{
	struct zong_form form;
	uint64_t len = 0;
	char head[5];

	(void)state;
	start_with(1, 0);
	zong_form_begin(&form, &(struct zong_form_paper){.title = "样表", .numbered = true});
	zong_form_text(&form, &(struct zong_form_type){.bold = true}, "示例 𠂉 Ω");
	zong_form_qr(&form, 30, "zong", "核验");
	fd = memfd_create("drawn", MFD_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(zong_pool_draw(pool, &form, fd, &len, &err), 0);
	assert_true(len > 1000);
	assert_int_equal(pread(fd, head, sizeof(head), 0), sizeof(head));
	assert_memory_equal(head, "%PDF-", sizeof(head));
	assert_int_equal(lseek(fd, 0, SEEK_END), len);
	/* one that cannot be drawn costs no worker */
	zong_form_text(&form, &(struct zong_form_type){.size = 5000}, "");
	assert_int_equal(zong_pool_draw(pool, &form, fd, &len, &err), ZONG_EPROTO);
	zong_form_release(&form);
	close(fd);
	have_text(1);
	assert_int_equal(read_page(1, &(struct zong_reading){0}), 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_document_is_probed_read_and_rendered),
		TEST(a_page_that_is_not_there_says_so_and_names_itself),
		TEST(what_cannot_be_opened_is_refused_and_the_next_is_not),
		TEST(a_damaged_page_costs_itself_only),
		TEST(progress_is_told_and_can_end_the_probe),
		TEST(a_worker_that_is_killed_costs_the_call_and_the_next_works),
		TEST(a_page_is_not_blamed_when_no_worker_comes_up),
		TEST(a_form_is_drawn_in_the_sandbox),
		TEST(a_cancelled_call_ends_at_once_and_blames_no_page),
		TEST(a_worker_that_hangs_is_ended_at_its_deadline),
		TEST(stopping_ends_the_calls_under_way),
#ifndef ZONG_SANITIZED
		TEST(a_worker_that_gets_no_memory_is_told_from_one_that_crashes),
#endif
		TEST(a_file_that_asks_for_too_much_is_refused_and_harms_nobody),
		TEST(many_threads_share_few_workers),
		TEST(a_program_that_is_no_worker_does_not_start_a_pool),
		TEST(a_worker_without_models_says_what_it_misses),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
