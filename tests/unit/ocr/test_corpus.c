/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every real and every malformed file of the corpus beside the project becomes pages or gets a code
 * that is meant for it, and hurts nothing that comes after it. */
#include "config.h"

#include <dirent.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include <zong/pool.h>

#include "sample.h"

#define PAGES_MOST 1 /* of one file: enough to see what becomes of it */

/* A sanitizer makes decoding several times slower: it gets every fifth file, always the same.
 * The build without one gets them all. */
#ifdef ZONG_SANITIZED
#define EACH 5
#else
#define EACH 1
#endif

static struct zong_pool *pool;
static char corpus[4096];
static int good;
static unsigned int taken, refused;

static int start(void **state)
{
	const char *build = getenv("ZONG_BUILD"), *source = getenv("ZONG_SRCDIR");
	char worker[4096];
	struct zong_pool_options options = {
		.worker = worker, .workers = 1, .allow_no_landlock = true};
	struct zong_raster raster;

	(void)state;
	snprintf(worker, sizeof(worker), "%s/zong-ocr", build ? build : ".");
	snprintf(corpus, sizeof(corpus), "%s/../shared/corpus", source ? source : "..");
	if (access(corpus, R_OK) != 0)
		return 0;
	sample_pattern(64, 64, 1, 1, &raster);
	good = sample_png(&raster);
	zong_raster_release(&raster);
	return zong_pool_start(&options, &pool, NULL);
}

static int stop(void **state)
{
	(void)state;
	zong_pool_stop(pool);
	return 0;
}

static int few_pages(void *ctx, uint32_t done, uint32_t pages)
{
	(void)ctx;
	return done >= PAGES_MOST && done < pages;
}

static int probe(int fd, enum zong_media media, struct zong_probe *ret_probe)
{
	struct zong_arena arena = ZONG_ARENA_INIT;
	struct zong_err err = {0};
	int r = zong_pool_probe(pool, fd, media, &arena, few_pages, NULL, ret_probe, &err);

	if (r == ZONG_ECANCELLED)
		r = 0;
	zong_arena_release(&arena);
	return r;
}

static bool is_meant_for_files(int code)
{
	switch (code) {
	case ZONG_EMEDIA:
	case ZONG_EDAMAGED:
	case ZONG_ENOPAGES:
	case ZONG_EENCRYPTED:
	case ZONG_EPAGES:
	case ZONG_EPIXELS:
		return true;
	default:
		return false;
	}
}

/* Files that are broken or locked, by purpose or by the tests they were made for. */
static const char *const may_be_refused[] = {"crash-*", "oom-*", "*segfault*",
	"tiff_overflow_rows_per_strip.tif", "invalid.pdf", "enc-*", "c-r3.pdf", "direct-pages.pdf",
	"issue-*", "job-json-input-file-password.pdf", "pages-copy-encryption.pdf", "3.pdf",
	"*.txt", "*.toml", NULL};

static bool is_in(const char *name, const char *const *patterns)
{
	for (; *patterns; patterns++)
		if (fnmatch(*patterns, name, 0) == 0)
			return true;
	return false;
}

static void one_file(const char *folder, const char *name)
{
	struct zong_probe result;
	char path[16384], head[1024];
	enum zong_media media;
	ssize_t n;
	int fd, r;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	n = pread(fd, head, sizeof(head), 0);
	media = zong_media_of(head, n > 0 ? (size_t)n : 0);
	r = probe(fd, media, &result);
	close(fd);
	if (r && !is_meant_for_files(r))
		fail_msg("%s: %s", name, zong_error_slug(r));
	if (r && !is_in(name, may_be_refused))
		fail_msg("%s was refused: %s", name, zong_error_slug(r));
	if (r)
		refused++;
	else
		taken++;
	r = probe(good, ZONG_MEDIA_PNG, &result);
	if (r)
		fail_msg("after %s a good file was refused: %s", name, zong_error_slug(r));
}

static int is_name(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static void all_files(const char *name)
{
	char folder[8192];
	struct dirent **entries;
	int i, n;

	if (!pool) {
		print_message("# no corpus\n");
		skip();
	}
	snprintf(folder, sizeof(folder), "%s/%s", corpus, name);
	n = scandir(folder, &entries, is_name, alphasort);
	assert_true(n > 0);
	for (i = 0; i < n; i++) {
		if (i % EACH == 0)
			one_file(folder, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
}

static void tiffs_of_every_kind_become_pages_and_broken_ones_are_refused(void **state)
{
	(void)state;
	all_files("tiff/go");
	all_files("tiff/libtiff");
	all_files("tiff/pillow");
	assert_true(taken > 120 / EACH);
}

static void scans_become_pages(void **state)
{
	(void)state;
	all_files("scans");
	all_files("en-truth");
	all_files("zh-truth");
}

static void pdfs_become_pages_and_locked_and_broken_ones_are_refused(void **state)
{
	(void)state;
	all_files("pdf/ocrmypdf");
	all_files("pdf/qpdf");
}

static void no_file_has_killed_a_worker(void **state)
{
	struct zong_pool_stats stats;

	(void)state;
	if (!pool) {
		print_message("# no corpus\n");
		skip();
	}
	zong_pool_stats(pool, &stats);
	assert_int_equal(stats.restarts, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tiffs_of_every_kind_become_pages_and_broken_ones_are_refused),
		cmocka_unit_test(scans_become_pages),
		cmocka_unit_test(pdfs_become_pages_and_locked_and_broken_ones_are_refused),
		cmocka_unit_test(no_file_has_killed_a_worker),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, start, stop);
}
