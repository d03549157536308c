/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <zong/file.h>

#include "wipe.h"

#define CHUNK (256u << 10)

/* Which pages are free, a bit each. */
struct pages {
	uint8_t *bits;
	uint64_t count;
	uint64_t blocked;
};

/* mdb_reader_list tells a line for each reader: process, thread, transaction ("-": none). */
static int note_reader(const char *line, void *ctx)
{
	const char *last = strrchr(line, ' ');
	size_t *oldest = ctx;
	char *end;
	size_t txn;

	if (!last || last[1] < '0' || last[1] > '9')
		return 0;
	txn = (size_t)strtoull(last + 1, &end, 10);
	if (*end == '\n' && txn < *oldest)
		*oldest = txn;
	return 0;
}

/* One record of LMDB's list: the number of pages, then the pages, that transaction @freed_by freed. */
static int mark_record(
	struct pages *pages, size_t freed_by, size_t oldest, size_t last, const MDB_val *value)
{
	const size_t *list = value->mv_data;
	size_t count, i;

	if (value->mv_size < sizeof(*list) || value->mv_size / sizeof(*list) - 1 < list[0])
		return MDB_CORRUPTED;
	count = list[0];
	/* What the last transaction freed is what LMDB would open with, were the page with the last state torn: it
	 * never uses that again itself before another commit is out. */
	if (freed_by >= last)
		return 0;
	/* What a transaction freed is seen by readers of an earlier one only. */
	if (freed_by > oldest) {
		pages->blocked += count;
		return 0;
	}
	for (i = 1; i <= count; i++)
		if (list[i] < pages->count)
			pages->bits[list[i] / 8] |= (uint8_t)(1u << (list[i] % 8));
	return 0;
}

static int mark_free(MDB_env *mdb, MDB_txn *txn, struct pages *pages)
{
	size_t oldest = SIZE_MAX;
	size_t own = mdb_txn_id(txn);
	MDB_cursor *cursor;
	MDB_val key, value;
	int dead;
	int rc = mdb_reader_check(mdb, &dead);

	if (rc)
		return rc;
	if (mdb_reader_list(mdb, note_reader, &oldest) < 0)
		return EIO;
	rc = mdb_cursor_open(txn, 0, &cursor);
	if (rc)
		return rc;
	while ((rc = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) == 0) {
		size_t freed_by;

		if (key.mv_size != sizeof(freed_by)) {
			rc = MDB_CORRUPTED;
			break;
		}
		memcpy(&freed_by, key.mv_data, sizeof(freed_by));
		rc = mark_record(pages, freed_by, oldest, own, &value);
		if (rc)
			break;
	}
	mdb_cursor_close(cursor);
	return rc == MDB_NOTFOUND ? 0 : rc;
}

static bool is_zero(const uint8_t *bytes, size_t len)
{
	return len == 0 || (bytes[0] == 0 && memcmp(bytes, bytes + 1, len - 1) == 0);
}

static int write_zeros(int fd, const uint8_t *zeros, size_t len, uint64_t at)
{
	ssize_t n;

	while (len > 0) {
		n = pwrite(fd, zeros, len, (off_t)at);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? zong_error_from_errno(errno) : ZONG_EIO;
		len -= (size_t)n;
		at += (uint64_t)n;
	}
	return 0;
}

static bool is_free(const struct pages *pages, uint64_t page)
{
	return page < pages->count && (pages->bits[page / 8] >> (page % 8) & 1);
}

/* The run of free pages at @first, at most CHUNK bytes of it. Only what is not zero is written: pages that were
 * wiped before cost a read. */
static int wipe_run(int fd, uint8_t *buf, uint64_t first, uint64_t count, size_t page_size,
	struct zong_wipe *wipe, bool *dirty)
{
	size_t len = (size_t)count * page_size;
	uint64_t i;
	int r;

	r = zong_file_read_at(fd, buf, len, first * page_size);
	if (r == ZONG_ETRUNCATED && count > 1) {
		/* The file ends within the run. */
		for (i = 0, r = 0; !r && i < count; i++)
			r = wipe_run(fd, buf, first + i, 1, page_size, wipe, dirty);
		return r;
	}
	if (r || is_zero(buf, len))
		return r == ZONG_ETRUNCATED ? 0 : r;
	for (i = 0; i < count; i++)
		wipe->wiped += !is_zero(buf + i * page_size, page_size);
	memset(buf, 0, len);
	*dirty = true;
	return write_zeros(fd, buf, len, first * page_size);
}

static int wipe_pages(int fd, const struct pages *pages, size_t page_size, struct zong_wipe *wipe)
{
	uint64_t room = ZONG_WIPE_STEP / page_size;
	uint64_t most = CHUNK / page_size;
	uint64_t page = wipe->next;
	uint8_t *buf = malloc(CHUNK);
	bool dirty = false;
	int r = buf ? 0 : ZONG_ENOMEM;

	while (!r && page < pages->count && room > 0) {
		uint64_t count = 0;

		while (count < most && count < room && is_free(pages, page + count))
			count++;
		if (count > 0)
			r = wipe_run(fd, buf, page, count, page_size, wipe, &dirty);
		room -= count;
		page += count ? count : 1;
	}
	free(buf);
	if (dirty && fdatasync(fd) != 0 && !r)
		r = zong_error_from_errno(errno);
	if (r)
		return r;
	wipe->next = page;
	wipe->done = page >= pages->count;
	return 0;
}

/* A commit that changes nothing, so that what was freed before it is no longer the last thing freed. */
static int age(struct zong_env *env)
{
	static uint8_t none[ZONG_DIGEST_SIZE];
	MDB_val key = {.mv_size = sizeof(none), .mv_data = none};
	MDB_val value = {.mv_size = 1, .mv_data = none};
	MDB_txn *txn;
	bool full;
	int rc;
	int r = zong_env_write_begin(env, &txn);

	if (r)
		return r;
	rc = mdb_put(txn, env->dbis[0], &key, &value, MDB_NOOVERWRITE);
	if (!rc)
		rc = mdb_del(txn, env->dbis[0], &key, NULL);
	if (rc) {
		zong_env_abort(txn);
		return zong_error_from_mdb(rc);
	}
	return zong_env_commit(env, txn, &full);
}

int zong_wipe_step(struct zong_env *env, struct zong_wipe *wipe)
{
	struct pages pages = {0};
	mdb_filehandle_t fd;
	MDB_envinfo info;
	MDB_stat stat;
	MDB_txn *txn;
	int rc;
	int r;

	r = wipe->next == 0 ? age(env) : 0;
	if (r)
		return r;
	/* After a commit that failed it is not sure which state is the last one. */
	if (env->doubtful || !env->mdb)
		return ZONG_EIO;
	if (mdb_env_info(env->mdb, &info) || mdb_env_stat(env->mdb, &stat) ||
		mdb_env_get_fd(env->mdb, &fd))
		return ZONG_EIO;
	pages.count = (uint64_t)info.me_last_pgno + 1;
	pages.bits = calloc(pages.count / 8 + 1, 1);
	if (!pages.bits)
		return ZONG_ENOMEM;
	r = zong_env_read_begin(env, &txn);
	if (!r) {
		rc = mark_free(env->mdb, txn, &pages);
		zong_env_read_end(env, txn);
		r = zong_error_from_mdb(rc);
	}
	if (!r) {
		wipe->blocked = pages.blocked;
		r = wipe_pages(fd, &pages, stat.ms_psize, wipe);
	}
	free(pages.bits);
	return r;
}
