/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What `zong check` does, every stored byte against its digest and every row against the others, beside
 * `sha256sum` of the same files. All of it lies in the page cache: what is compared is the work, not the disk. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <zong/archive.h>
#include <zong/check.h>
#include <zong/file.h>
#include <zong/time.h>

#include "bench_store.h"
#include "index_rows.h"

/* As scans come: pages, cases of some dozens, bound volumes. */
static const struct {
	size_t bytes, count;
} mix[] = {{64 << 10, 320}, {1 << 20, 100}, {8 << 20, 12}, {64 << 20, 1}};
#define FILES 433

struct set {
	char *name[FILES + 3]; /* an argument list: sha256sum, --, files, NULL */
	size_t count;
	uint64_t bytes;
};

static void add_file(
	struct zong_store *store, const char *dir, struct set *set, uint8_t *bytes, size_t len)
{
	char *path = bench_must_have(malloc(BENCH_PATH));
	int fd;

	snprintf(path, BENCH_PATH, "%s/checked/%zu", dir, set->count);
	bench_noise(bytes, len, 5000 + set->count);
	fd = open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
	bench_must(fd < 0 ? zong_error_from_errno(errno) : 0, path);
	bench_must(zong_file_write_all(fd, bytes, len), path);
	close(fd);
	bench_must(bench_upload_one(store, BENCH_CASE, bytes, len), "uploading");
	set->name[2 + set->count++] = path;
	set->bytes += len;
}

/* The same files in DIR/checked and, as materials with all their rows, in the archive. */
static void make_set(const char *archive, const char *dir, struct set *set)
{
	static char program[] = "sha256sum", end[] = "--";
	uint8_t *bytes = bench_must_have(malloc(mix[3].bytes));
	struct zong_store *store;
	char path[BENCH_PATH], password[ZONG_PASSWORD_TEXT];
	size_t i, j;

	snprintf(path, sizeof(path), "%s/checked", dir);
	bench_must(zong_file_make_dir(path, 0700), path);
	bench_must(zong_archive_create(archive, password, NULL), archive);
	bench_must(zong_store_open(archive, NULL, &store, NULL), archive);
	bench_must(zong_text_start(store, zong_index_source, NULL, NULL), "text index");
	bench_upload_case(store);
	set->name[0] = program;
	set->name[1] = end;
	for (i = 0; i < sizeof(mix) / sizeof(*mix); i++)
		for (j = 0; j < mix[i].count; j++)
			add_file(store, dir, set, bytes, mix[i].bytes);
	bench_must(zong_text_settle(store, 60 * ZONG_SECOND), "text index");
	zong_store_close(store);
	free(bytes);
}

static double rate(const struct set *set, int64_t start)
{
	return (double)set->bytes / (double)(zong_time_monotonic() - start);
}

static int tell(void *ctx, const struct zong_finding *finding)
{
	(void)ctx;
	fprintf(stderr, "%s: %s %s\n", zong_finding_slug(finding->kind), finding->object,
		finding->detail);
	return 0;
}

/* MB a second; *ret_bytes: without what is not bytes. */
static double check_all(const char *archive, const struct set *set, double *ret_bytes)
{
	struct zong_check_options options = {.found = tell};
	int64_t start = zong_time_monotonic();
	struct zong_check_result result;

	bench_must(zong_check_run(archive, &options, &result, NULL), "checking");
	bench_must(result.files == set->count && result.file_bytes == set->bytes &&
				   result.findings == 0
			   ? 0
			   : ZONG_ECORRUPT,
		"checking");
	*ret_bytes = (double)set->bytes / (double)result.bulk_time;
	return rate(set, start);
}

static double sum_all(const struct set *set)
{
	int64_t start = zong_time_monotonic();
	int null, status;
	pid_t pid = fork();

	bench_must(pid < 0 ? zong_error_from_errno(errno) : 0, "fork");
	if (pid == 0) {
		null = open("/dev/null", O_WRONLY);
		dup2(null, STDOUT_FILENO);
		execvp(set->name[0], set->name);
		_exit(127);
	}
	bench_must(waitpid(pid, &status, 0) == pid && status == 0 ? 0 : ZONG_EIO, "sha256sum");
	return rate(set, start);
}

void bench_check(const char *dir, size_t turns)
{
	double *ours = bench_must_have(calloc(turns * 3, sizeof(double)));
	double *bytes = ours + turns, *theirs = ours + 2 * turns;
	struct set set = {.count = 0};
	char archive[BENCH_PATH];
	size_t i;

	snprintf(archive, sizeof(archive), "%s/to-check", dir);
	make_set(archive, dir, &set);
	check_all(archive, &set, bytes);
	sum_all(&set);
	for (i = 0; i < turns; i++) {
		ours[i] = check_all(archive, &set, &bytes[i]);
		theirs[i] = sum_all(&set);
	}
	bench_figure("check", ours, theirs, turns, "MB/s");
	bench_figure("check_bytes", bytes, theirs, turns, "MB/s");
	for (i = 0; i < set.count; i++)
		free(set.name[2 + i]);
	free(ours);
}
