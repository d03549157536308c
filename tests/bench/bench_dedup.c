/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Stores files and fetches them back, each durable, through the store alone; tells how long and how much.
 *
 *     bench_dedup DIR FILE...    makes DIR/archive and DIR/back; prints: seconds to store, seconds to fetch back,
 *                                bytes in, bytes of catalog and segments on the disk */
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <zong/file.h>
#include <zong/store.h>
#include <zong/time.h>

#define THREADS 4

struct bench {
	struct zong_store *store;
	const char *dir;
	char **files;
	struct zong_digest *digest;
	size_t count, next;
	uint64_t bytes;
	pthread_mutex_t mutex;
	bool back;
};

static void check(int r, const char *doing)
{
	if (!r)
		return;
	fprintf(stderr, "bench_dedup: %s: %s\n", doing, zong_error_slug(r));
	exit(1);
}

static int put(struct zong_txn *txn, void *ctx)
{
	bool known;

	return zong_ingest_put(ctx, txn, &known);
}

static void store_file(struct bench *bench, size_t i)
{
	int fd = open(bench->files[i], O_RDONLY | O_CLOEXEC);
	struct zong_ingest *ingest;
	uint8_t head[1024];
	struct stat st;
	size_t len;

	check(fd < 0 || fstat(fd, &st) != 0 ? ZONG_EIO : 0, bench->files[i]);
	len = st.st_size < (off_t)sizeof(head) ? (size_t)st.st_size : sizeof(head);
	check(zong_file_read_at(fd, head, len, 0), bench->files[i]);
	check(zong_ingest_begin(bench->store, fd, (uint64_t)st.st_size, zong_media_of(head, len),
		      NULL, NULL, NULL, &ingest),
		bench->files[i]);
	check(zong_store_write_file(bench->store, ingest, put, ingest), bench->files[i]);
	bench->digest[i] = zong_ingest_result(ingest)->digest;
	pthread_mutex_lock(&bench->mutex);
	bench->bytes += (uint64_t)st.st_size;
	pthread_mutex_unlock(&bench->mutex);
	zong_ingest_free(ingest);
	close(fd);
}

static void fetch_file(struct bench *bench, size_t i)
{
	struct zong_reader *reader;
	char path[4096];
	int fd;

	snprintf(path, sizeof(path), "%s/back/%zu", bench->dir, i);
	fd = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
	check(fd < 0 ? ZONG_EIO : 0, path);
	check(zong_reader_open(bench->store, &bench->digest[i], &reader), path);
	check(zong_reader_copy(reader, fd), path);
	check(fsync(fd) != 0 ? ZONG_EIO : 0, path);
	zong_reader_close(reader);
	close(fd);
}

static void *work(void *arg)
{
	struct bench *bench = arg;

	for (;;) {
		size_t i;

		pthread_mutex_lock(&bench->mutex);
		i = bench->next < bench->count ? bench->next++ : bench->count;
		pthread_mutex_unlock(&bench->mutex);
		if (i == bench->count)
			return NULL;
		if (bench->back)
			fetch_file(bench, i);
		else
			store_file(bench, i);
	}
}

static double all(struct bench *bench, bool back)
{
	int64_t start = zong_time_monotonic();
	pthread_t threads[THREADS];
	int i;

	bench->next = 0;
	bench->back = back;
	for (i = 0; i < THREADS; i++)
		if (pthread_create(&threads[i], NULL, work, bench) != 0)
			check(ZONG_ENOMEM, "threads");
	for (i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	return (double)(zong_time_monotonic() - start) / (double)ZONG_SECOND;
}

static uint64_t blocks(const char *dir, const char *name)
{
	char path[4096];
	struct stat st;

	snprintf(path, sizeof(path), "%s/archive/%s/data.mdb", dir, name);
	check(stat(path, &st) != 0 ? ZONG_EIO : 0, path);
	return (uint64_t)st.st_blocks * 512;
}

int main(int argc, char **argv)
{
	struct bench bench = {.mutex = PTHREAD_MUTEX_INITIALIZER};
	double in, out;
	char path[4096];

	if (argc < 3) {
		fprintf(stderr, "bench_dedup DIR FILE...\n");
		return 2;
	}
	bench.dir = argv[1];
	bench.files = argv + 2;
	bench.count = (size_t)argc - 2;
	bench.digest = calloc(bench.count, sizeof(*bench.digest));
	check(bench.digest ? 0 : ZONG_ENOMEM, "memory");
	snprintf(path, sizeof(path), "%s/back", bench.dir);
	check(zong_file_make_dir(path, 0700), path);
	snprintf(path, sizeof(path), "%s/archive", bench.dir);
	check(zong_store_create(path, NULL), path);
	check(zong_store_open(path, NULL, &bench.store, NULL), path);
	in = all(&bench, false);
	out = all(&bench, true);
	zong_store_close(bench.store);
	printf("%.3f %.3f %llu %llu\n", in, out, (unsigned long long)bench.bytes,
		(unsigned long long)(blocks(bench.dir, "catalog") + blocks(bench.dir, "segments")));
	free(bench.digest);
	return 0;
}
