/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Uploads (bench_upload.c): each client hands in one file after the other and waits for the
 * acknowledgement. Beside it, turn about, the least that a program can do which keeps the same
 * promise by itself: copy the file, sync it, sync its folder. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <zong/file.h>
#include <zong/time.h>

#include "bench_store.h"

#define FILE_BYTES (64 << 10)
#define FEW 100	  /* files of a turn of one client, and of copying */
#define MANY 1600 /* ... of 32 clients: long enough that the first and the last ones do not count */
#define CLIENTS 32

struct round {
	struct zong_store *store;
	const char *dir;
	uint8_t *bytes; /* of all files */
	size_t count;
	uint64_t first; /* number of the first file: no two rounds have the same */

	pthread_mutex_t mutex;
	size_t next;  /* under the mutex */
	double *took; /* milliseconds, one a file */
};

static bool take(struct round *round, size_t *ret_at)
{
	bool any;

	pthread_mutex_lock(&round->mutex);
	any = round->next < round->count;
	if (any)
		*ret_at = round->next++;
	pthread_mutex_unlock(&round->mutex);
	return any;
}

static void *client(void *arg)
{
	struct round *round = arg;
	int64_t start;
	size_t at;

	while (take(round, &at)) {
		start = zong_time_monotonic();
		bench_must(bench_upload_one(round->store, BENCH_CASE,
				   round->bytes + at * FILE_BYTES, FILE_BYTES),
			"uploading");
		round->took[at] = (double)(zong_time_monotonic() - start) / 1000;
	}
	return NULL;
}

/* Copies file @at of the round, as `cp` does: read, write. */
static void copy(struct round *round, size_t at)
{
	char path[BENCH_PATH + 64], folder[BENCH_PATH + 16];
	uint8_t bytes[FILE_BYTES];
	unsigned long long number = round->first + at;
	int fd;

	snprintf(path, sizeof(path), "%s/from/%llu", round->dir, number);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	bench_must(fd < 0 ? zong_error_from_errno(errno) : 0, path);
	bench_must(zong_file_read_at(fd, bytes, sizeof(bytes), 0), path);
	close(fd);
	snprintf(path, sizeof(path), "%s/to/%llu", round->dir, number);
	fd = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
	bench_must(fd < 0 ? zong_error_from_errno(errno) : 0, path);
	bench_must(zong_file_write_all(fd, bytes, sizeof(bytes)), path);
	bench_must(fsync(fd) ? zong_error_from_errno(errno) : 0, path);
	close(fd);
	snprintf(folder, sizeof(folder), "%s/to", round->dir);
	bench_must(zong_file_sync_dir(folder), folder);
}

static void fill(struct round *round, size_t count)
{
	size_t i;

	round->first += round->count;
	round->count = count;
	round->next = 0;
	for (i = 0; i < count; i++)
		bench_noise(round->bytes + i * FILE_BYTES, FILE_BYTES, round->first + i);
}

/* Files a second. */
static double upload_all(struct round *round, size_t count, unsigned clients)
{
	pthread_t ids[CLIENTS];
	int64_t start;
	unsigned i;

	fill(round, count);
	start = zong_time_monotonic();
	for (i = 0; i < clients; i++)
		if (pthread_create(&ids[i], NULL, client, round) != 0)
			bench_must(ZONG_ENOMEM, "threads");
	for (i = 0; i < clients; i++)
		pthread_join(ids[i], NULL);
	return (double)count * 1e6 / (double)(zong_time_monotonic() - start);
}

static double copy_all(struct round *round, size_t count)
{
	char path[BENCH_PATH + 64];
	int64_t start, one;
	size_t i;
	int fd;

	fill(round, count);
	for (i = 0; i < count; i++) {
		snprintf(path, sizeof(path), "%s/from/%llu", round->dir,
			(unsigned long long)(round->first + i));
		fd = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
		bench_must(fd < 0 ? zong_error_from_errno(errno) : 0, path);
		bench_must(
			zong_file_write_all(fd, round->bytes + i * FILE_BYTES, FILE_BYTES), path);
		close(fd);
	}
	sync(); /* what is copied lies in memory and on the disk: its own writing is not waited for */
	start = zong_time_monotonic();
	for (i = 0; i < count; i++) {
		one = zong_time_monotonic();
		copy(round, i);
		round->took[i] = (double)(zong_time_monotonic() - one) / 1000;
	}
	return (double)count * 1e6 / (double)(zong_time_monotonic() - start);
}

/* The times of all turns together. */
struct times {
	double *took;
	size_t count;
};

static void keep(struct times *times, const struct round *round)
{
	memcpy(times->took + times->count, round->took, round->count * sizeof(double));
	times->count += round->count;
}

static void tell_times(const char *name, struct times *times)
{
	double p50 = bench_quantile(times->took, times->count, 0.5);
	double p99 = bench_quantile(times->took, times->count, 0.99);

	printf("%s p50 %.2f ms, p99 %.2f ms, most %.2f ms\n", name, p50, p99,
		times->took[times->count - 1]);
	fflush(stdout);
	free(times->took);
}

static void make_folder(const char *dir, const char *name)
{
	char path[BENCH_PATH + 16];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	bench_must(zong_file_make_dir(path, 0700), path);
}

void bench_uploads(struct zong_store *store, const char *dir, size_t turns)
{
	/* Far from the numbers of other parts: their files have no rows of the archive. */
	struct round round = {.store = store,
		.dir = dir,
		.first = (uint64_t)1 << 40,
		.mutex = PTHREAD_MUTEX_INITIALIZER};
	double *one = bench_must_have(calloc(turns * 3, sizeof(double)));
	double *many = one + turns, *theirs = one + 2 * turns;
	struct times times[3];
	size_t i;

	make_folder(dir, "from");
	make_folder(dir, "to");
	bench_upload_case(store);
	round.bytes = bench_must_have(malloc((size_t)MANY * FILE_BYTES));
	round.took = bench_must_have(calloc(MANY, sizeof(double)));
	for (i = 0; i < 3; i++) {
		times[i].count = 0;
		times[i].took = bench_must_have(calloc(turns * MANY, sizeof(double)));
	}
	upload_all(&round, FEW, CLIENTS); /* the map is there, the disk awake */
	copy_all(&round, FEW / 4);
	for (i = 0; i < turns; i++) {
		one[i] = upload_all(&round, FEW, 1);
		keep(&times[0], &round);
		theirs[i] = copy_all(&round, FEW);
		keep(&times[1], &round);
		many[i] = upload_all(&round, MANY, CLIENTS);
		keep(&times[2], &round);
	}
	bench_figure("uploads_1", one, theirs, turns, "files/s");
	bench_figure("uploads_32", many, theirs, turns, "files/s");
	tell_times("ack_1", &times[0]);
	tell_times("ack_32", &times[2]);
	tell_times("copy_1", &times[1]);
	free(round.bytes);
	free(round.took);
	free(one);
}
