/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A sealed archive beside one that is not, the same files turn about: how many times as quick it is. */
#define _GNU_SOURCE
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

#define TURNS_MOST 32
#define PAGE_BYTES (64 << 10)
#define PAGES 200
#define CLIENTS 8
#define BIG ((size_t)128 << 20)
#define LOOKUPS 200000

struct side {
	struct zong_store *store;
	double pages_1[TURNS_MOST], pages_8[TURNS_MOST], big[TURNS_MOST], back[TURNS_MOST],
		small_back[TURNS_MOST], rows[TURNS_MOST];
};

struct round {
	struct zong_store *store;
	const uint8_t *bytes;
	pthread_mutex_t mutex;
	size_t left; /* under the mutex */
};

static void *client(void *arg)
{
	struct round *round = arg;
	size_t at;

	for (;;) {
		pthread_mutex_lock(&round->mutex);
		at = round->left ? round->left-- : 0;
		pthread_mutex_unlock(&round->mutex);
		if (!at)
			return NULL;
		bench_must(bench_upload_one(round->store, BENCH_CASE,
				   round->bytes + (at - 1) * PAGE_BYTES, PAGE_BYTES),
			"uploading");
	}
}

static double upload(struct zong_store *store, const uint8_t *bytes, unsigned int clients)
{
	struct round round = {
		.store = store, .bytes = bytes, .mutex = PTHREAD_MUTEX_INITIALIZER, .left = PAGES};
	int64_t start = zong_time_monotonic();
	pthread_t ids[CLIENTS];
	unsigned int i;

	for (i = 0; i < clients; i++)
		if (pthread_create(&ids[i], NULL, client, &round) != 0)
			bench_must(ZONG_ENOMEM, "threads");
	for (i = 0; i < clients; i++)
		pthread_join(ids[i], NULL);
	return PAGES * 1e6 / (double)(zong_time_monotonic() - start);
}

static double store_big(struct zong_store *store, const uint8_t *bytes)
{
	int fd = memfd_create("big", MFD_CLOEXEC);
	int64_t start;

	bench_must(zong_file_write_all(fd, bytes, BIG), "memory file");
	start = zong_time_monotonic();
	bench_must(bench_store_one(store, fd, BIG, ZONG_MEDIA_UNKNOWN), "storing");
	close(fd);
	return (double)BIG / (double)(zong_time_monotonic() - start);
}

static void read_one(struct zong_store *store, const struct zong_digest *digest, int null)
{
	struct zong_reader *reader;

	bench_must(zong_reader_open(store, digest, &reader), "reading");
	bench_must(zong_reader_copy(reader, null), "reading");
	zong_reader_close(reader);
}

static double read_back(struct zong_store *store, const uint8_t *bytes, size_t len, size_t count)
{
	struct zong_digest *digests = bench_must_have(calloc(count, sizeof(*digests)));
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	int64_t start;
	double took;
	size_t i;

	for (i = 0; i < count; i++)
		zong_digest_of(bytes + i * len, len, &digests[i]);
	start = zong_time_monotonic();
	for (i = 0; i < count; i++)
		read_one(store, &digests[i], null);
	took = (double)(zong_time_monotonic() - start);
	close(null);
	free(digests);
	return (double)(len * count) / took;
}

/* Rows of files, found by their digests and unpacked, a second. */
static double look_up(struct zong_store *store, const uint8_t *bytes)
{
	struct zong_digest digests[PAGES];
	ProtobufCMessage *row;
	struct zong_txn *txn;
	struct zong_key key;
	int64_t start;
	size_t i;

	for (i = 0; i < PAGES; i++)
		zong_digest_of(bytes + i * PAGE_BYTES, PAGE_BYTES, &digests[i]);
	start = zong_time_monotonic();
	bench_must(zong_store_read_begin(store, &txn), "reading");
	for (i = 0; i < LOOKUPS; i++) {
		zong_key_clear(&key);
		zong_key_digest(&key, &digests[i % PAGES]);
		bench_must(zong_txn_get(txn, ZONG_TABLE_FILES, &key, &zong__file__descriptor, &row),
			"looking up");
		protobuf_c_message_free_unpacked(row, NULL);
	}
	zong_txn_end(txn);
	return LOOKUPS * 1e6 / (double)(zong_time_monotonic() - start);
}

static void measure(struct side *side, size_t turn, const uint8_t *bytes)
{
	/* Other pages for each number of clients: what is there already would be no work. */
	side->pages_1[turn] = upload(side->store, bytes, 1);
	side->pages_8[turn] = upload(side->store, bytes + (size_t)PAGES * PAGE_BYTES, CLIENTS);
	side->big[turn] = store_big(side->store, bytes);
	side->back[turn] = read_back(side->store, bytes, BIG, 1);
	side->small_back[turn] = read_back(side->store, bytes, PAGE_BYTES, PAGES);
	side->rows[turn] = look_up(side->store, bytes);
}

void bench_vault(const char *dir, size_t turns)
{
	static const uint8_t key[ZONG_STORE_KEY] = "thirty-two bytes for a benchmark";
	struct zong_store_options options = {.key = key};
	struct side *sealed = bench_must_have(calloc(1, sizeof(*sealed)));
	struct side *plain = bench_must_have(calloc(1, sizeof(*plain)));
	uint8_t *bytes = bench_must_have(malloc(BIG));
	char path[BENCH_PATH + 16];
	size_t turn;

	snprintf(path, sizeof(path), "%s/vault", dir);
	bench_must(zong_store_create_sealed(path, key, NULL, NULL, NULL), path);
	bench_must(zong_store_open(path, &options, &sealed->store, NULL), path);
	snprintf(path, sizeof(path), "%s/common", dir);
	bench_must(zong_store_create(path, NULL), path);
	bench_must(zong_store_open(path, NULL, &plain->store, NULL), path);
	bench_upload_case(sealed->store);
	bench_upload_case(plain->store);
	for (turn = 0; turn < turns && turn < TURNS_MOST; turn++) {
		bench_noise(bytes, BIG, 1000 + turn);
		measure(turn % 2 ? sealed : plain, turn, bytes);
		measure(turn % 2 ? plain : sealed, turn, bytes);
	}
	bench_figure("vault_uploads_1", sealed->pages_1, plain->pages_1, turn, "files/s");
	bench_figure("vault_uploads_8", sealed->pages_8, plain->pages_8, turn, "files/s");
	bench_figure("vault_big", sealed->big, plain->big, turn, "MB/s");
	bench_figure("vault_read", sealed->back, plain->back, turn, "MB/s");
	bench_figure("vault_read_pages", sealed->small_back, plain->small_back, turn, "MB/s");
	bench_figure("vault_rows", sealed->rows, plain->rows, turn, "rows/s");
	zong_store_close(sealed->store);
	zong_store_close(plain->store);
	free(bytes);
	free(plain);
	free(sealed);
}
