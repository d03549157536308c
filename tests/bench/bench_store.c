/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What storing costs against the least that any program must do. One line a figure: name, the median of
 * the ratios of all turns (both sides taken in this run, turn about), and both medians.
 *
 *     bench_store [--only PART] DIR [FILE...]
 *
 * DIR: a folder on the disk to be measured; what is made in it is taken away again. FILE: what to store in
 * the part `files` instead of pages of 64 KiB.
 *
 *     uploads  uploads_1, uploads_32   files of 64 KiB acknowledged as durable a second by 1 and by 32 clients,
 *                                      each with all rows of a material : copied, synced, and the folder
 *                                      synced, one file after the other
 *              ack_1, ack_32, copy_1   how long one of them took
 *     files    files_1, files_8        files stored durably a second by 1 and 8 threads, recipe only : the
 *                                      same bytes written to new files, each followed by fsync, by as many
 *     big      bytes_big               bytes of one file of 256 MiB stored a second : written and fsynced
 *     read     cut_pdf, cut_plain      bytes cut a second : bytes digested (SHA-256)
 *              read                    bytes read back a second, digested again : bytes digested
 *     check    check                   bytes of files checked a second with all rows, as `zong check` does, warm :
 *                                      the same files through `sha256sum`
 *              check_bytes             the same without the time that rows, log and indexes take
 *     vault    vault_uploads_1, _8     files of 64 KiB stored with all rows a second in a sealed archive by 1 and
 *                                      8 clients : the same in one that is not sealed
 *              vault_big, vault_read, vault_read_pages
 *                                      bytes of one file of 128 MiB stored a second, read back, and of files of
 *                                      64 KiB read back : the same there
 *              vault_rows              rows looked up and unpacked a second : the same there
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <zong/file.h>
#include <zong/time.h>

#include "bench_store.h"
#include "cut.h"

#define ROUNDS 3
#define TURNS 7
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

int bench_store_one(struct zong_store *store, int fd, size_t len, enum zong_media media)
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
		copy = bench_must_have(malloc(sample->len));
		renew(copy, sample, serial);
		if (bench->plain) {
			r = write_one(bench->dir, serial, copy, sample->len);
		} else {
			/* As the server has it: received into a file, then stored from there. */
			fd = memfd_create("bench", MFD_CLOEXEC);
			r = fd < 0 ? ZONG_EIO : zong_file_write_all(fd, copy, sample->len);
			if (!r)
				r = bench_store_one(bench->store, fd, sample->len,
					zong_media_of(copy, sample->len));
			close(fd);
		}
		free(copy);
		bench_must(r, bench->plain ? "writing" : "storing");
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
			bench_must(ZONG_ENOMEM, "threads");
	for (i = 0; i < threads; i++)
		pthread_join(ids[i], NULL);
	return (double)(zong_time_monotonic() - start) / (double)ZONG_SECOND;
}

static void bench_files(struct bench *bench, unsigned threads)
{
	double ours[ROUNDS], theirs[ROUNDS];
	char name[32];
	int i;

	for (i = 0; i < ROUNDS; i++) {
		ours[i] = FILES_A_ROUND / round_of(bench, threads, false);
		theirs[i] = FILES_A_ROUND / round_of(bench, threads, true);
	}
	snprintf(name, sizeof(name), "files_%u", threads);
	bench_figure(name, ours, theirs, ROUNDS, "files/s");
}

static double mb_a_second(size_t bytes, int64_t micros)
{
	return (double)bytes / (double)(micros ? micros : 1);
}

static void bench_big(struct bench *bench)
{
	uint8_t *bytes = bench_must_have(malloc(BIG));
	double ours[ROUNDS], theirs[ROUNDS];
	int64_t start;
	int fd, i;

	for (i = 0; i < ROUNDS; i++) {
		bench_noise(bytes, BIG, (uint64_t)i + 77);
		fd = memfd_create("big", MFD_CLOEXEC);
		bench_must(zong_file_write_all(fd, bytes, BIG), "memory file");
		start = zong_time_monotonic();
		bench_must(bench_store_one(bench->store, fd, BIG, ZONG_MEDIA_UNKNOWN), "storing");
		ours[i] = mb_a_second(BIG, zong_time_monotonic() - start);
		close(fd);
		start = zong_time_monotonic();
		bench_must(write_one(bench->dir, ++bench->serial, bytes, BIG), "writing");
		theirs[i] = mb_a_second(BIG, zong_time_monotonic() - start);
	}
	free(bytes);
	bench_figure("bytes_big", ours, theirs, ROUNDS, "MB/s");
}

static double cut_rate(const uint8_t *bytes, size_t len, enum zong_media media)
{
	struct zong_cut_source source = {.fd = -1, .bytes = bytes, .len = len};
	struct zong_cut cut;
	uint64_t at = 0;
	int64_t start = zong_time_monotonic();

	bench_must(zong_cut_open(&cut, &source, media), "cutting");
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

static void bench_cut(const char *name, const uint8_t *bytes, enum zong_media media)
{
	double ours[ROUNDS], theirs[ROUNDS];
	int i;

	for (i = 0; i < ROUNDS; i++) {
		ours[i] = cut_rate(bytes, BIG, media);
		theirs[i] = digest_rate(bytes, BIG);
	}
	bench_figure(name, ours, theirs, ROUNDS, "MB/s");
}

static void bench_read(struct bench *bench, const uint8_t *bytes)
{
	double ours[ROUNDS], theirs[ROUNDS];
	struct zong_ingest *ingest;
	struct zong_reader *reader;
	int64_t start;
	int fd = memfd_create("big", MFD_CLOEXEC);
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	int i;

	bench_must(zong_file_write_all(fd, bytes, BIG), "memory file");
	bench_must(
		zong_ingest_begin(bench->store, fd, BIG, ZONG_MEDIA_PDF, NULL, NULL, NULL, &ingest),
		"storing");
	bench_must(zong_store_write_file(bench->store, ingest, put, ingest), "storing");
	for (i = 0; i < ROUNDS; i++) {
		bench_must(zong_reader_open(
				   bench->store, &zong_ingest_result(ingest)->digest, &reader),
			"reading");
		start = zong_time_monotonic();
		bench_must(zong_reader_copy(reader, null), "reading");
		ours[i] = mb_a_second(BIG, zong_time_monotonic() - start);
		theirs[i] = digest_rate(bytes, BIG);
		zong_reader_close(reader);
	}
	bench_figure("read", ours, theirs, ROUNDS, "MB/s");
	zong_ingest_free(ingest);
	close(null);
	close(fd);
}

static void bench_cut_and_read(struct bench *bench)
{
	uint8_t *bytes = bench_must_have(malloc(BIG));

	bench_noise(bytes, BIG, 5);
	bench_cut("cut_plain", bytes, ZONG_MEDIA_UNKNOWN);
	memcpy(bytes, "%PDF-1.4 <<>>stream\n", 20);
	memcpy(bytes + BIG - 10, "\nendstream", 10);
	bench_cut("cut_pdf", bytes, ZONG_MEDIA_PDF);
	bench_read(bench, bytes);
	free(bytes);
}

/* The files named on the command line, or one page. */
static void load(struct bench *bench, int count, char **names)
{
	struct zong_buf buf = ZONG_BUF_INIT(256 << 20);
	struct sample *sample;
	int i;

	bench->count = count ? (size_t)count : 1;
	bench->samples = bench_must_have(calloc(bench->count, sizeof(*bench->samples)));
	for (i = 0; i < count; i++) {
		sample = &bench->samples[i];
		bench_must(zong_file_read(names[i], &buf), names[i]);
		sample->bytes = bench_must_have((uint8_t *)zong_buf_take(&buf, &sample->len));
	}
	if (count)
		return;
	bench->samples[0].len = PAGE;
	bench->samples[0].bytes = bench_must_have(malloc(PAGE));
	bench_noise(bench->samples[0].bytes, PAGE, 3);
}

static bool wanted(const char *only, const char *part)
{
	return !only || strcmp(only, part) == 0;
}

int main(int argc, char **argv)
{
	struct bench bench = {.mutex = PTHREAD_MUTEX_INITIALIZER};
	char dir[BENCH_PATH], path[BENCH_PATH + 16];
	const char *only = NULL;
	size_t i;

	if (argc > 2 && strcmp(argv[1], "--only") == 0) {
		only = argv[2];
		argc -= 2;
		argv += 2;
	}
	if (argc < 2) {
		fprintf(stderr,
			"bench_store [--only uploads|files|big|read|check|vault] DIR [FILE...]\n");
		return 2;
	}
	load(&bench, argc - 2, argv + 2);
	bench_folder(argv[1], "bench_store", dir);
	bench.dir = dir;
	snprintf(path, sizeof(path), "%s/plain", dir);
	bench_must(zong_file_make_dir(path, 0700), path);
	snprintf(path, sizeof(path), "%s/archive", dir);
	bench_must(zong_store_create(path, NULL), path);
	bench_must(zong_store_open(path, NULL, &bench.store, NULL), path);
	if (wanted(only, "check"))
		bench_check(dir, TURNS);
	if (wanted(only, "vault"))
		bench_vault(dir, TURNS);
	if (wanted(only, "uploads"))
		bench_uploads(bench.store, dir, TURNS);
	if (wanted(only, "files")) {
		bench_files(&bench, 1);
		bench_files(&bench, 8);
	}
	if (wanted(only, "big"))
		bench_big(&bench);
	if (wanted(only, "read"))
		bench_cut_and_read(&bench);
	zong_store_close(bench.store);
	bench_remove(dir);
	for (i = 0; i < bench.count; i++)
		free(bench.samples[i].bytes);
	free(bench.samples);
	return 0;
}
