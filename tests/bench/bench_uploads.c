/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Uploads as the server does them once the bytes have come and the pages are known: spool file, digest,
 * segments, and all the rows of a material in one change. Each client hands in one file after the other and
 * waits for the acknowledgement. Beside it, turn about, the least that a program can do which keeps the same
 * promise by itself: copy the file, sync it, sync its folder. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <zong/file.h>
#include <zong/identity.h>
#include <zong/time.h>

#include "archive/filing.h"
#include "bench_store.h"

#define FILE_BYTES (64 << 10)
#define FEW 100	  /* files of a turn of one client, and of copying */
#define MANY 1600 /* ... of 32 clients: long enough that the first and the last ones do not count */
#define CLIENTS 32

struct round {
	struct zong_store *store;
	const char *dir;
	uint8_t *bytes; /* of all files */
	char page[512]; /* packed Zong__File */
	size_t count;
	uint64_t first; /* number of the first file: no two rounds have the same */

	pthread_mutex_t mutex;
	size_t next;  /* under the mutex */
	double *took; /* milliseconds, one a file */
};

static const char case_no[] = "20260001";

static int put_case(struct zong_txn *txn, void *ctx)
{
	static char unit[] = "330106001001GB00001F00010001";
	char *units[] = {unit};
	Zong__Case cas = ZONG__CASE__INIT;
	struct zong_key key;

	(void)ctx;
	cas.no = (char *)(uintptr_t)case_no;
	cas.n_units = 1;
	cas.units = units;
	zong_key_clear(&key);
	zong_key_str(&key, cas.no);
	return zong_txn_put(txn, ZONG_TABLE_CASES, &key, &cas.base);
}

/* What is received goes into a spool file and through the digest while it comes. */
static int spool(const struct round *round, const uint8_t *bytes, int *ret_fd,
	struct zong_digest *ret_digest)
{
	char path[BENCH_PATH + 16];
	int r;

	snprintf(path, sizeof(path), "%s/archive/spool", round->dir);
	r = zong_file_spool(path, ret_fd);
	if (!r)
		r = zong_file_write_all(*ret_fd, bytes, FILE_BYTES);
	if (!r)
		zong_digest_of(bytes, FILE_BYTES, ret_digest);
	return r;
}

/* One page that was never seen before. */
static void describe(
	Zong__File *file, Zong__FilePage *page, Zong__FilePage **pages, struct zong_digest *raster)
{
	zong__file__init(file);
	zong__file_page__init(page);
	page->width = 2480;
	page->height = 3508;
	page->dpi_x = page->dpi_y = 300;
	page->bits = 1;
	page->raster.data = raster->bytes;
	page->raster.len = sizeof(raster->bytes);
	pages[0] = page;
	file->media = ZONG_MEDIA_TIFF;
	file->n_pages = 1;
	file->pages = pages;
}

static int upload(struct round *round, size_t at)
{
	const uint8_t *bytes = round->bytes + at * FILE_BYTES;
	struct zong_subject who = {.role = ZONG_ROLE_ARCHIVIST, .key = "token:bench"};
	Zong__Material draft = ZONG__MATERIAL__INIT;
	struct zong_filing filing = {.who = &who, .draft = &draft};
	struct zong_digest digest, raster;
	Zong__FilePage page, *pages[1];
	char title[] = "房屋买卖合同";
	Zong__File file;
	int fd = -1;
	int r;

	draft.case_no = (char *)(uintptr_t)case_no;
	draft.type = draft.title = title;
	r = spool(round, bytes, &fd, &digest);
	if (r)
		return r;
	zong_digest_of(digest.bytes, sizeof(digest.bytes), &raster);
	describe(&file, &page, pages, &raster);
	filing.file = &file;
	r = zong_ingest_begin(
		round->store, fd, FILE_BYTES, ZONG_MEDIA_TIFF, &digest, NULL, NULL, &filing.ingest);
	if (!r)
		r = zong_store_write_file(round->store, filing.ingest, zong_filing_change, &filing);
	zong_filing_release(&filing);
	zong_ingest_free(filing.ingest);
	close(fd);
	return r;
}

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
		bench_must(upload(round, at), "uploading");
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
	struct round round = {.store = store, .dir = dir, .mutex = PTHREAD_MUTEX_INITIALIZER};
	double *one = bench_must_have(calloc(turns * 3, sizeof(double)));
	double *many = one + turns, *theirs = one + 2 * turns;
	struct times times[3];
	size_t i;

	make_folder(dir, "from");
	make_folder(dir, "to");
	bench_must(zong_store_write(store, put_case, NULL), "case");
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
