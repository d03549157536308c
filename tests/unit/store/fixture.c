/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <zong/file.h>

#include "fixture.h"

static const struct zong_store_maps small_maps = {
	.catalog = (size_t)1 << 20,
	.segments = (size_t)4 << 20,
};

const uint8_t *fixture_key(void)
{
	static const uint8_t key[ZONG_STORE_KEY] = "0123456789abcdef0123456789abcde";

	return getenv("ZONG_TEST_SEALED") ? key : NULL;
}

uint64_t fixture_most(uint64_t most)
{
	return fixture_key() ? most + most / 4 : most;
}

static int setup(void **state, bool create, const struct zong_store_maps *maps)
{
	struct zong_store_options options = {.key = fixture_key()};
	struct fixture *f = calloc(1, sizeof(*f));
	const char *base = getenv("TMPDIR");
	struct zong_err err;

	if (!f)
		return -1;
	*state = f;
	zong_buf_init(&f->bytes, (size_t)256 << 20);
	zong_buf_init(&f->more, (size_t)256 << 20);
	snprintf(f->dir, sizeof(f->dir), "%s/zong-store.XXXXXX", base ? base : "/tmp");
	if (!mkdtemp(f->dir))
		return -1;
	if (!create)
		return 0;
	if (fixture_key() ? zong_store_create_sealed(f->dir, fixture_key(), NULL, NULL, &err)
			  : zong_store_create_sized(f->dir, maps, &err))
		return -1;
	return zong_store_open_sized(f->dir, &options, maps, &f->store, &err) ? -1 : 0;
}

int fixture_setup(void **state)
{
	return setup(state, true, NULL);
}

int fixture_setup_small(void **state)
{
	return setup(state, true, &small_maps);
}

int fixture_setup_closed(void **state)
{
	return setup(state, false, NULL);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

int fixture_teardown(void **state)
{
	struct fixture *f = *state;

	zong_store_close(f->store);
	zong_buf_release(&f->bytes);
	zong_buf_release(&f->more);
	nftw(f->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	free(f);
	return 0;
}

void fixture_reopen(struct fixture *f)
{
	struct zong_store_options options = {.key = fixture_key()};
	struct zong_err err;

	zong_store_close(f->store);
	f->store = NULL;
	assert_int_equal(zong_store_open(f->dir, &options, &f->store, &err), 0);
}

void fixture_noise(struct zong_buf *buf, size_t len, uint64_t seed)
{
	uint8_t *to = zong_buf_room(buf, len);
	uint64_t x = seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
	size_t i;

	assert_non_null(to);
	for (i = 0; i < len; i++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		to[i] = (uint8_t)(x >> 32);
	}
	buf->len += len;
}

int fixture_file(const void *bytes, size_t len)
{
	int fd = memfd_create("fixture", MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(zong_file_write_all(fd, bytes, len), 0);
	return fd;
}

static int put_recipe(struct zong_txn *txn, void *ctx)
{
	bool known;

	return zong_ingest_put(ctx, txn, &known);
}

int fixture_store_bytes(struct zong_store *store, const void *bytes, size_t len,
	enum zong_media media, struct zong_ingest_result *ret_result)
{
	struct zong_ingest *ingest = NULL;
	int fd = fixture_file(bytes, len);
	int r = zong_ingest_begin(store, fd, len, media, NULL, NULL, NULL, &ingest);

	if (!r)
		r = zong_store_write_file(store, ingest, put_recipe, ingest);
	if (!r && ret_result)
		*ret_result = *zong_ingest_result(ingest);
	zong_ingest_free(ingest);
	close(fd);
	return r;
}

void fixture_assert_file(
	struct zong_store *store, const struct zong_digest *digest, const void *bytes, size_t len)
{
	struct zong_reader *reader;
	uint8_t *read = malloc(len + 1);
	size_t n = 0;
	int r;

	assert_non_null(read);
	assert_int_equal(zong_reader_open(store, digest, &reader), 0);
	r = zong_reader_size(reader) == len ? 0 : -1;
	if (!r)
		r = zong_reader_read(reader, 0, read, len + 1, &n);
	if (!r && (n != len || memcmp(read, bytes, len) != 0))
		r = -1;
	zong_reader_close(reader);
	free(read);
	assert_int_equal(r, 0);
}

struct row {
	const char *name, *value;
};

static int put_row(struct zong_txn *txn, void *ctx)
{
	const struct row *row = ctx;
	struct zong_key key;

	zong_key_clear(&key);
	zong_key_str(&key, row->name);
	return zong_txn_put_bytes(txn, ZONG_TABLE_USERS, &key, row->value, strlen(row->value));
}

int fixture_put(struct zong_store *store, const char *name, const char *value)
{
	struct row row = {name, value};

	return zong_store_write(store, put_row, &row);
}

bool fixture_has(struct zong_store *store, const char *name, const char *value)
{
	struct zong_key key;
	struct zong_txn *txn;
	const void *bytes;
	size_t len;
	bool has;

	zong_key_clear(&key);
	zong_key_str(&key, name);
	assert_int_equal(zong_store_read_begin(store, &txn), 0);
	has = zong_txn_get_bytes(txn, ZONG_TABLE_USERS, &key, &bytes, &len) == 0 &&
	      len == strlen(value) && memcmp(bytes, value, len) == 0;
	zong_txn_end(txn);
	return has;
}

uint64_t fixture_counter(struct zong_store *store, enum zong_counter counter)
{
	struct zong_txn *txn;
	uint64_t value = 0;

	assert_int_equal(zong_store_read_begin(store, &txn), 0);
	assert_int_equal(zong_txn_counter(txn, counter, &value), 0);
	zong_txn_end(txn);
	return value;
}
