/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <zong/byteorder.h>
#include <zong/file.h>

#include "backup_fixture.h"
#include "segment.h"

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

void backup_fixture_remove(const char *dir)
{
	nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void noise(struct zong_buf *buf, size_t len, uint64_t seed)
{
	uint64_t x = (seed + 1) * UINT64_C(0x9e3779b97f4a7c15) + 1;
	uint8_t *to;
	size_t i;

	zong_buf_clear(buf);
	to = zong_buf_room(buf, len);
	assert_non_null(to);
	for (i = 0; i < len; i++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		to[i] = (uint8_t)(x >> 32);
	}
	buf->len = len;
}

void backup_fixture_value(
	struct backup_fixture *f, uint64_t seed, size_t len, struct zong_digest *ret_digest)
{
	uint8_t head[ZONG_SEGMENT_HEADER] = {ZONG_SEGMENT_RAW};

	noise(&f->raw, len, seed);
	zong_digest_of(f->raw.data, len, ret_digest);
	zong_write_be32(head + 1, (uint32_t)len);
	zong_buf_clear(&f->value);
	zong_buf_add(&f->value, head, sizeof(head));
	assert_int_equal(zong_buf_add(&f->value, f->raw.data, len), 0);
}

void backup_fixture_flip_path(const char *path, uint64_t at)
{
	uint8_t byte;
	int fd = open(path, O_RDWR | O_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(pread(fd, &byte, 1, (off_t)at), 1);
	byte ^= 1;
	assert_int_equal(pwrite(fd, &byte, 1, (off_t)at), 1);
	close(fd);
}

void backup_fixture_flip(struct backup_fixture *f, const char *name, uint64_t at)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", f->dir, name);
	backup_fixture_flip_path(path, at);
}

void backup_fixture_create(struct backup_fixture *f)
{
	struct zong_err err;

	assert_int_equal(zong_store_create(f->archive, &err), 0);
	assert_int_equal(zong_store_open(f->archive, NULL, &f->store, &err), 0);
}

void backup_fixture_settle(struct backup_fixture *f)
{
	while (atomic_load(&f->store->pending) > 0)
		usleep(1000);
}

struct adding {
	struct zong_ingest *ingest;
	uint64_t seed;
};

static void user_key(uint64_t seed, struct zong_key *ret_key)
{
	char name[32];

	snprintf(name, sizeof(name), "user %llu", (unsigned long long)seed);
	zong_key_clear(ret_key);
	zong_key_str(ret_key, name);
}

static int put_rows(struct zong_txn *txn, void *ctx)
{
	struct adding *adding = ctx;
	const struct zong_ingest_result *result = zong_ingest_result(adding->ingest);
	Zong__File file = ZONG__FILE__INIT;
	struct zong_key key;
	bool known;
	int r = zong_ingest_put(adding->ingest, txn, &known);

	file.bytes = result->bytes;
	zong_key_clear(&key);
	zong_key_digest(&key, &result->digest);
	if (!r)
		r = zong_txn_put(txn, ZONG_TABLE_FILES, &key, &file.base);
	if (!r)
		r = zong_txn_count(txn, ZONG_COUNT_FILES, 1, NULL);
	user_key(adding->seed, &key);
	return r ? r : zong_txn_put_bytes(txn, ZONG_TABLE_USERS, &key, "here", 4);
}

void backup_fixture_add(struct backup_fixture *f, uint64_t seed, size_t len)
{
	struct adding adding = {.seed = seed};
	int fd = memfd_create("backup", MFD_CLOEXEC);

	noise(&f->raw, len, seed);
	assert_true(fd >= 0);
	assert_int_equal(zong_file_write_all(fd, f->raw.data, len), 0);
	assert_int_equal(zong_ingest_begin(f->store, fd, len, ZONG_MEDIA_UNKNOWN, NULL, NULL, NULL,
				 &adding.ingest),
		0);
	assert_int_equal(zong_store_write_file(f->store, adding.ingest, put_rows, &adding), 0);
	zong_ingest_free(adding.ingest);
	close(fd);
}

bool backup_fixture_has(
	struct backup_fixture *f, struct zong_store *store, uint64_t seed, size_t len)
{
	struct zong_digest digest;
	struct zong_reader *reader;
	struct zong_key key;
	struct zong_txn *txn;
	size_t got = 0;
	bool row;

	noise(&f->raw, len, seed);
	zong_digest_of(f->raw.data, len, &digest);
	user_key(seed, &key);
	assert_int_equal(zong_store_read_begin(store, &txn), 0);
	row = zong_txn_has(txn, ZONG_TABLE_USERS, &key);
	zong_txn_end(txn);
	if (!row || zong_reader_open(store, &digest, &reader))
		return false;
	zong_buf_clear(&f->value);
	assert_non_null(zong_buf_room(&f->value, len + 1));
	if (zong_reader_read(reader, 0, f->value.data, len + 1, &got))
		got = 0;
	zong_reader_close(reader);
	return got == len && memcmp(f->value.data, f->raw.data, len) == 0;
}

static void tell(void *ctx, enum zong_backup_trouble trouble, const char *name,
	const struct zong_digest *digest)
{
	struct backup_fixture *f = ctx;

	(void)name;
	f->told[trouble]++;
	if (digest)
		f->last = *digest;
}

static int progress(void *ctx, enum zong_backup_phase phase, uint64_t done, uint64_t total)
{
	struct backup_fixture *f = ctx;

	(void)phase;
	assert_true(total == 0 || done <= total);
	return ++f->progress == f->cancel_at;
}

struct zong_backup_watch backup_fixture_watch(struct backup_fixture *f)
{
	return (struct zong_backup_watch){.progress = progress, .trouble = tell, .ctx = f};
}

/* ---- a process that forks others ---- */

static int back_up(struct backup_fixture *f, bool keep)
{
	pid_t child = fork();
	int status = -1;

	if (child == 0) {
		struct zong_backup_options options = {.keep = keep ? f->keep : NULL,
			.pack_bytes = f->pack_bytes,
			.watch = backup_fixture_watch(f)};
		struct zong_err err = {0};

		f->code = zong_backup_run(f->archive, f->backup, &options, &f->result, &err);
		_exit(77);
	}
	return child > 0 && waitpid(child, &status, 0) == child ? status : -1;
}

/* The framework says no more than that a setup failed. */
static int failed(const char *what)
{
	perror(what);
	return -1;
}

static int start_starter(struct backup_fixture *f)
{
	int ends[2], status;
	pid_t starter;
	char kind;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends))
		return failed("socketpair");
	f->orders = ends[0];
	/* The fixture lies in memory that both share: only the parent writes down what it got. */
	starter = fork();
	if (starter != 0) {
		f->starter = starter;
		close(ends[1]);
		return starter > 0 ? 0 : failed("fork");
	}
	close(ends[0]);
	while (read(ends[1], &kind, 1) == 1) {
		status = back_up(f, kind == 'k');
		if (write(ends[1], &status, sizeof(status)) != sizeof(status))
			break;
	}
	_exit(0);
}

int backup_fixture_setup(void **state)
{
	struct backup_fixture *f =
		mmap(NULL, sizeof(*f), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	const char *base = getenv("TMPDIR");

	if (f == MAP_FAILED)
		return failed("mmap");
	*state = f;
	zong_buf_init(&f->value, 64 << 20);
	zong_buf_init(&f->raw, 64 << 20);
	snprintf(f->base, sizeof(f->base), "%.60s/zong-backup.XXXXXX", base ? base : "/tmp");
	if (!mkdtemp(f->base))
		return failed(f->base);
	snprintf(f->dir, sizeof(f->dir), "%s/packs", f->base);
	snprintf(f->archive, sizeof(f->archive), "%s/archive", f->base);
	snprintf(f->backup, sizeof(f->backup), "%s/backup", f->base);
	snprintf(f->restored, sizeof(f->restored), "%s/restored", f->base);
	return mkdir(f->dir, 0700) ? failed(f->dir) : start_starter(f);
}

int backup_fixture_teardown(void **state)
{
	struct backup_fixture *f = *state;

	close(f->orders);
	waitpid(f->starter, NULL, 0);
	zong_store_close(f->store);
	zong_buf_release(&f->value);
	zong_buf_release(&f->raw);
	backup_fixture_remove(f->base);
	munmap(f, sizeof(*f));
	return 0;
}

size_t backup_fixture_told(const struct backup_fixture *f)
{
	size_t sum = 0, i;

	for (i = 0; i < sizeof(f->told) / sizeof(*f->told); i++)
		sum += f->told[i];
	return sum;
}

void backup_fixture_forget(struct backup_fixture *f)
{
	memset(f->told, 0, sizeof(f->told));
}

/* In a process of its own, as in life: LMDB cannot have one environment open twice in a process. */
int backup_fixture_try(struct backup_fixture *f, const char *keep, uint64_t pack_bytes)
{
	char kind = keep ? 'k' : 'a';
	int status;

	snprintf(f->keep, sizeof(f->keep), "%s", keep ? keep : "");
	f->pack_bytes = pack_bytes;
	assert_int_equal(write(f->orders, &kind, 1), 1);
	assert_int_equal(read(f->orders, &status, sizeof(status)), sizeof(status));
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 77);
	return f->code;
}

void backup_fixture_run(struct backup_fixture *f, const char *keep, uint64_t pack_bytes, int code,
	struct zong_backup_result *ret_result)
{
	assert_int_equal(backup_fixture_try(f, keep, pack_bytes), code);
	if (!code && ret_result)
		*ret_result = f->result;
}

struct zong_store *backup_fixture_restore(struct backup_fixture *f, const char *snapshot)
{
	struct zong_restore_options options = {
		.snapshot = snapshot, .watch = backup_fixture_watch(f)};
	struct zong_restore_result result;
	struct zong_store *store;
	struct zong_err err = {0};

	backup_fixture_remove(f->restored);
	assert_int_equal(zong_restore_run(f->backup, f->restored, &options, &result, &err), 0);
	assert_int_equal(zong_store_open(f->restored, NULL, &store, &err), 0);
	return store;
}

size_t backup_fixture_count(const char *dir, const char *folder)
{
	const struct dirent *entry;
	char path[256];
	size_t count = 0;
	DIR *handle;

	snprintf(path, sizeof(path), "%s/%s", dir, folder);
	handle = opendir(path);
	assert_non_null(handle);
	while ((entry = readdir(handle)) != NULL)
		count += entry->d_name[0] != '.';
	closedir(handle);
	return count;
}
