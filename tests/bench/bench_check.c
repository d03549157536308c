/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading everything again against its digest, beside `sha256sum` of the same files. All of it lies in the
 * page cache: what is compared is the work, not the disk. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <zong/file.h>
#include <zong/time.h>

#include "bench_store.h"

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
	bench_must(bench_store_one(store, fd, len, ZONG_MEDIA_UNKNOWN), "storing");
	close(fd);
	set->name[2 + set->count++] = path;
	set->bytes += len;
}

static void make_set(struct zong_store *store, const char *dir, struct set *set)
{
	static char program[] = "sha256sum", end[] = "--";
	uint8_t *bytes = bench_must_have(malloc(mix[3].bytes));
	char path[BENCH_PATH];
	size_t i, j;

	snprintf(path, sizeof(path), "%s/checked", dir);
	bench_must(zong_file_make_dir(path, 0700), path);
	set->name[0] = program;
	set->name[1] = end;
	for (i = 0; i < sizeof(mix) / sizeof(*mix); i++)
		for (j = 0; j < mix[i].count; j++)
			add_file(store, dir, set, bytes, mix[i].bytes);
	free(bytes);
}

static double rate(const struct set *set, int64_t start)
{
	return (double)set->bytes / (double)(zong_time_monotonic() - start);
}

/* MB a second. */
static double check_all(struct zong_store *store, const struct set *set)
{
	int64_t start = zong_time_monotonic();
	uint64_t files, broken;

	bench_must(zong_store_verify(store, &files, &broken), "checking");
	bench_must(files >= set->count && broken == 0 ? 0 : ZONG_ECORRUPT, "checking");
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

void bench_check(struct zong_store *store, const char *dir, size_t turns)
{
	double *ours = bench_must_have(calloc(turns * 2, sizeof(double)));
	double *theirs = ours + turns;
	struct set set = {.count = 0};
	size_t i;

	make_set(store, dir, &set);
	check_all(store, &set);
	sum_all(&set);
	for (i = 0; i < turns; i++) {
		ours[i] = check_all(store, &set);
		theirs[i] = sum_all(&set);
	}
	bench_figure("check", ours, theirs, turns, "MB/s");
	for (i = 0; i < set.count; i++)
		free(set.name[2 + i]);
	free(ours);
}
