/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What storing costs against the least that any program must do. One line a figure: name, ratio
 * (both sides taken in this run, turn about), and the two values it comes from.
 *
 *     bench_store DIR [FILE...]     DIR: a folder on the disk to be measured; what is made in it is
 *                                   taken away again. Without files: pages of 64 KiB.
 *
 *     files_1, files_8    files stored durably a second by 1 and 8 threads : the same bytes written
 * to new files, each followed by fsync, by as many threads bytes_big           bytes of one file of
 * 256 MiB stored a second : written and fsynced cut_pdf, cut_plain  bytes cut a second : bytes
 * digested (SHA-256) a second read                bytes read back a second, digested again : bytes
 * digested a second
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <zong/file.h>
#include <zong/store.h>
#include <zong/time.h>

#include "cut.h"

#define ROUNDS 3
#define FILES_A_ROUND 120
#define BIG ((size_t)256 << 20)
#define PAGE (64 << 10)
#define STRIDE 8192 /* bytes between two marks that make a copy new: no segment is without one */

struct sample {
	uint8_t *bytes;
	size_t len;
};

struct bench {
	const char *dir;
	struct sample *samples;
	size_t count;
	struct zong_store *store;
	uint64_t serial; /* of the next copy; under the mutex */
	unsigned left;	 /* files of this round still to be taken; under the mutex */
	pthread_mutex_t mutex;
	bool plain; /* write and fsync instead of storing */
};

static void check(int r, const char *doing)
{
	if (!r)
		return;
	fprintf(stderr, "bench_store: %s: %s\n", doing, zong_error_slug(r));
	exit(1);
}

static void *must_have(void *p)
{
	if (!p)
		check(ZONG_ENOMEM, "memory");
	return p;
}

static void noise(uint8_t *to, size_t len, uint64_t x)
{
	size_t i;

	for (i = 0; i + 8 <= len; i += 8) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		memcpy(to + i, &x, 8);
	}
	for (; i < len; i++)
		to[i] = (uint8_t)i;
}

/* A copy of a sample that nobody has seen before. */
static void renew(uint8_t *to, const struct sample *sample, uint64_t serial)
{
	size_t i;

	memcpy(to, sample->bytes, sample->len);
	for (i = 0; i + sizeof(serial) <= sample->len; i += STRIDE)
		memcpy(to + i, &serial, sizeof(serial));
}

static int put(struct zong_txn *txn, void *ctx)
{
	bool known;

	return zong_ingest_put(ctx, txn, &known);
}

static int store_one(struct zong_store *store, int fd, size_t len, enum zong_media media)
{
	struct zong_ingest *ingest = NULL;
	int r = zong_ingest_begin(store, fd, len, media, NULL, NULL, NULL, &ingest);

	if (!r)
		r = zong_store_write_file(store, ingest, put, ingest);
	zong_ingest_free(ingest);
	return r;
}

static int write_one(const char *dir, uint64_t serial, const uint8_t *bytes, size_t len)
{
	char path[4096];
	int fd, r;

	snprintf(path, sizeof(path), "%s/plain/%llu", dir, (unsigned long long)serial);
	fd = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
	if (fd < 0)
		return zong_error_from_errno(errno);
	r = zong_file_write_all(fd, bytes, len);
	if (!r && fsync(fd) != 0)
		r = zong_error_from_errno(errno);
	close(fd);
	return r;
}

static bool take(struct bench *bench, uint64_t *ret_serial)
{
	bool any;

	pthread_mutex_lock(&bench->mutex);
	any = bench->left > 0;
	if (any) {
		bench->left--;
		*ret_serial = ++bench->serial;
	}
	pthread_mutex_unlock(&bench->mutex);
	return any;
}

static void *work(void *arg)
{
	struct bench *bench = arg;
	const struct sample *sample;
	uint64_t serial;
	uint8_t *copy;
	int fd, r;

	while (take(bench, &serial)) {
		sample = &bench->samples[serial % bench->count];
		copy = must_have(malloc(sample->len));
		renew(copy, sample, serial);
		if (bench->plain) {
			r = write_one(bench->dir, serial, copy, sample->len);
		} else {
			/* As the server has it: received into a file, then stored from there. */
			fd = memfd_create("bench", MFD_CLOEXEC);
			r = fd < 0 ? ZONG_EIO : zong_file_write_all(fd, copy, sample->len);
			if (!r)
				r = store_one(bench->store, fd, sample->len,
					zong_media_of(copy, sample->len));
			close(fd);
		}
		free(copy);
		check(r, bench->plain ? "writing" : "storing");
	}
	return NULL;
}

/* Seconds for one round of files by @threads threads. */
static double round_of(struct bench *bench, unsigned threads, bool plain)
{
	pthread_t ids[8];
	int64_t start;
	unsigned i;

	bench->left = FILES_A_ROUND;
	bench->plain = plain;
	start = zong_time_monotonic();
	for (i = 0; i < threads; i++)
		if (pthread_create(&ids[i], NULL, work, bench) != 0)
			check(ZONG_ENOMEM, "threads");
	for (i = 0; i < threads; i++)
		pthread_join(ids[i], NULL);
	return (double)(zong_time_monotonic() - start) / (double)ZONG_SECOND;
}

static void figure(const char *name, double ours, double theirs, const char *unit)
{
	printf("%s %.2f  (%.1f : %.1f %s)\n", name, ours / theirs, ours, theirs, unit);
	fflush(stdout);
}

static void bench_files(struct bench *bench, unsigned threads)
{
	double ours = 0, theirs = 0;
	char name[32];
	int i;

	for (i = 0; i < ROUNDS; i++) {
		ours += round_of(bench, threads, false);
		theirs += round_of(bench, threads, true);
	}
	snprintf(name, sizeof(name), "files_%u", threads);
	figure(name, ROUNDS * FILES_A_ROUND / ours, ROUNDS * FILES_A_ROUND / theirs, "files/s");
}

static double mb_a_second(size_t bytes, int64_t micros)
{
	return (double)bytes / (double)(micros ? micros : 1);
}

static void bench_big(struct bench *bench)
{
	uint8_t *bytes = must_have(malloc(BIG));
	int64_t ours = 0, theirs = 0, start;
	int fd, i;

	for (i = 0; i < 2; i++) {
		noise(bytes, BIG, (uint64_t)i + 77);
		fd = memfd_create("big", MFD_CLOEXEC);
		check(zong_file_write_all(fd, bytes, BIG), "memory file");
		start = zong_time_monotonic();
		check(store_one(bench->store, fd, BIG, ZONG_MEDIA_UNKNOWN), "storing");
		ours += zong_time_monotonic() - start;
		close(fd);
		start = zong_time_monotonic();
		check(write_one(bench->dir, ++bench->serial, bytes, BIG), "writing");
		theirs += zong_time_monotonic() - start;
	}
	free(bytes);
	figure("bytes_big", mb_a_second(2 * BIG, ours), mb_a_second(2 * BIG, theirs), "MB/s");
}

static double cut_rate(const uint8_t *bytes, size_t len, enum zong_media media)
{
	struct zong_cut_source source = {.fd = -1, .bytes = bytes, .len = len};
	struct zong_cut cut;
	uint64_t at = 0;
	int64_t start = zong_time_monotonic();

	check(zong_cut_open(&cut, &source, media), "cutting");
	while (at < len)
		at += zong_cut_next(&cut, bytes + at, len - at);
	zong_cut_release(&cut);
	return mb_a_second(len, zong_time_monotonic() - start);
}

static double digest_rate(const uint8_t *bytes, size_t len)
{
	struct zong_digest digest;
	int64_t start = zong_time_monotonic();

	zong_digest_of(bytes, len, &digest);
	return mb_a_second(len, zong_time_monotonic() - start);
}

static void bench_cut_and_read(struct bench *bench)
{
	struct zong_ingest *ingest;
	struct zong_reader *reader;
	uint8_t *bytes = must_have(malloc(BIG));
	double digest, cut;
	int64_t start;
	int fd, null;

	noise(bytes, BIG, 5);
	cut = cut_rate(bytes, BIG, ZONG_MEDIA_UNKNOWN);
	digest = digest_rate(bytes, BIG);
	figure("cut_plain", cut, digest, "MB/s");
	memcpy(bytes, "%PDF-1.4 <<>>stream\n", 20);
	memcpy(bytes + BIG - 10, "\nendstream", 10);
	figure("cut_pdf", cut_rate(bytes, BIG, ZONG_MEDIA_PDF), digest_rate(bytes, BIG), "MB/s");

	fd = memfd_create("big", MFD_CLOEXEC);
	null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	check(zong_file_write_all(fd, bytes, BIG), "memory file");
	check(zong_ingest_begin(bench->store, fd, BIG, ZONG_MEDIA_PDF, NULL, NULL, NULL, &ingest),
		"storing");
	check(zong_store_write_file(bench->store, ingest, put, ingest), "storing");
	check(zong_reader_open(bench->store, &zong_ingest_result(ingest)->digest, &reader),
		"reading");
	start = zong_time_monotonic();
	check(zong_reader_copy(reader, null), "reading");
	figure("read", mb_a_second(BIG, zong_time_monotonic() - start), digest_rate(bytes, BIG),
		"MB/s");
	zong_reader_close(reader);
	zong_ingest_free(ingest);
	close(null);
	close(fd);
	free(bytes);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static void load(struct bench *bench, int argc, char **argv)
{
	struct zong_buf buf = ZONG_BUF_INIT(256 << 20);
	int i;

	bench->count = argc > 2 ? (size_t)argc - 2 : 1;
	bench->samples = must_have(calloc(bench->count, sizeof(*bench->samples)));
	for (i = 2; i < argc; i++) {
		check(zong_file_read(argv[i], &buf), argv[i]);
		bench->samples[i - 2].bytes =
			(uint8_t *)zong_buf_take(&buf, &bench->samples[i - 2].len);
		must_have(bench->samples[i - 2].bytes);
	}
	if (argc > 2)
		return;
	bench->samples[0].len = PAGE;
	bench->samples[0].bytes = must_have(malloc(PAGE));
	noise(bench->samples[0].bytes, PAGE, 3);
}

int main(int argc, char **argv)
{
	struct bench bench = {.mutex = PTHREAD_MUTEX_INITIALIZER};
	char dir[2048], path[4096];
	size_t i;

	if (argc < 2) {
		fprintf(stderr, "bench_store DIR [FILE...]\n");
		return 2;
	}
	load(&bench, argc, argv);
	snprintf(dir, sizeof(dir), "%s/bench_store.XXXXXX", argv[1]);
	if (!mkdtemp(dir))
		check(zong_error_from_errno(errno), argv[1]);
	bench.dir = dir;
	snprintf(path, sizeof(path), "%s/plain", dir);
	check(zong_file_make_dir(path, 0700), path);
	snprintf(path, sizeof(path), "%s/archive", dir);
	check(zong_store_create(path, NULL), path);
	check(zong_store_open(path, NULL, &bench.store, NULL), path);
	bench_files(&bench, 1);
	bench_files(&bench, 8);
	bench_big(&bench);
	bench_cut_and_read(&bench);
	zong_store_close(bench.store);
	nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	for (i = 0; i < bench.count; i++)
		free(bench.samples[i].bytes);
	free(bench.samples);
	return 0;
}
