/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <zong/byteorder.h>
#include <zong/cleanup.h>
#include <zong/file.h>

#include "pack.h"
#include "segment.h"

#define FORMAT 1
#define MAGIC "zongpack"
#define MAGIC_LEN 8

void zong_pack_name(uint32_t number, char ret_name[ZONG_PACK_NAME])
{
	snprintf(ret_name, ZONG_PACK_NAME, "%08u.pack", (unsigned)number);
}

bool zong_pack_number(const char *name, uint32_t *ret_number)
{
	char again[ZONG_PACK_NAME];
	unsigned long number = strtoul(name, NULL, 10);

	if (number == 0 || number > UINT32_MAX)
		return false;
	zong_pack_name((uint32_t)number, again);
	if (strcmp(again, name) != 0)
		return false;
	*ret_number = (uint32_t)number;
	return true;
}

void zong_pack_entry_write(uint8_t to[ZONG_PACK_ENTRY], const struct zong_pack_entry *entry)
{
	memcpy(to, entry->digest.bytes, ZONG_DIGEST_SIZE);
	zong_write_be64(to + 32, entry->offset);
	zong_write_be32(to + 40, entry->len);
}

static void read_entry(const uint8_t from[ZONG_PACK_ENTRY], struct zong_pack_entry *ret_entry)
{
	memcpy(ret_entry->digest.bytes, from, ZONG_DIGEST_SIZE);
	ret_entry->offset = zong_read_be64(from + 32);
	ret_entry->len = zong_read_be32(from + 40);
}

/* ---- opening ---- */

int zong_pack_fd(const char *dir, uint32_t number, int *ret_fd)
{
	_cleanup_free_ char *path = NULL;
	char name[ZONG_PACK_NAME];
	int fd;

	zong_pack_name(number, name);
	if (asprintf(&path, "%s/%s", dir, name) < 0) {
		path = NULL;
		return ZONG_ENOMEM;
	}
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return zong_error_from_errno(errno);
	*ret_fd = fd;
	return 0;
}

static int check_header(int fd)
{
	uint8_t header[ZONG_PACK_HEADER];
	int r = zong_file_read_at(fd, header, sizeof(header), 0);

	if (r)
		return r;
	if (memcmp(header, MAGIC, MAGIC_LEN) != 0)
		return ZONG_ECORRUPT;
	if (zong_read_be32(header + 8) > FORMAT)
		return ZONG_EVERSION;
	return zong_read_be32(header + 8) == FORMAT && zong_read_be32(header + 12) == 0
		       ? 0
		       : ZONG_ECORRUPT;
}

static int read_trailer(int fd, struct zong_pack *pack)
{
	uint8_t trailer[ZONG_PACK_TRAILER];
	uint64_t end = pack->size - ZONG_PACK_TRAILER;
	int r = zong_file_read_at(fd, trailer, sizeof(trailer), end);

	if (r)
		return r;
	pack->index_at = zong_read_be64(trailer);
	pack->count = zong_read_be64(trailer + 8);
	memcpy(pack->index_digest.bytes, trailer + 16, ZONG_DIGEST_SIZE);
	memcpy(pack->digest.bytes, trailer + 48, ZONG_DIGEST_SIZE);
	if (pack->index_at < ZONG_PACK_HEADER || pack->index_at > end)
		return ZONG_ECORRUPT;
	/* Bounded by the size first, so that the product cannot wrap. */
	if (pack->count > end / ZONG_PACK_ENTRY ||
		pack->count * ZONG_PACK_ENTRY != end - pack->index_at)
		return ZONG_ECORRUPT;
	return 0;
}

int zong_pack_open(const char *dir, uint32_t number, struct zong_pack *ret_pack)
{
	struct zong_pack pack = {.number = number};
	_cleanup_close_ int fd = -1;
	struct stat st;
	int r = zong_pack_fd(dir, number, &fd);

	if (r)
		return r;
	if (fstat(fd, &st) != 0)
		return zong_error_from_errno(errno);
	pack.size = (uint64_t)st.st_size;
	if (!S_ISREG(st.st_mode) || pack.size < ZONG_PACK_HEADER + ZONG_PACK_TRAILER ||
		pack.size > ZONG_BACKUP_PACK_MAX)
		return ZONG_ECORRUPT;
	r = check_header(fd);
	if (!r)
		r = read_trailer(fd, &pack);
	if (r)
		return r == ZONG_ETRUNCATED ? ZONG_ECORRUPT : r;
	*ret_pack = pack;
	return 0;
}

/* ---- the index ---- */

static bool is_within(const struct zong_pack *pack, const struct zong_pack_entry *entry)
{
	return entry->len >= ZONG_SEGMENT_HEADER && entry->len <= ZONG_BACKUP_VALUE &&
	       entry->offset >= ZONG_PACK_HEADER + ZONG_PACK_RECORD &&
	       entry->offset <= pack->index_at && entry->len <= pack->index_at - entry->offset;
}

/* Takes entries out of their bytes. */
static int take_entries(const struct zong_pack *pack, const uint8_t *bytes, size_t count,
	struct zong_pack_entry *ret_entries)
{
	size_t i;

	for (i = 0; i < count; i++) {
		read_entry(bytes + i * ZONG_PACK_ENTRY, &ret_entries[i]);
		if (!is_within(pack, &ret_entries[i]))
			return ZONG_ECORRUPT;
		if (i > 0 && memcmp(ret_entries[i - 1].digest.bytes, ret_entries[i].digest.bytes,
				     ZONG_DIGEST_SIZE) >= 0)
			return ZONG_ECORRUPT;
	}
	return 0;
}

int zong_pack_entries(const struct zong_pack *pack, int fd, uint64_t first, size_t count,
	struct zong_pack_entry *ret_entries)
{
	_cleanup_free_ uint8_t *bytes = NULL;
	int r;

	if (first > pack->count || count > pack->count - first)
		return ZONG_ECORRUPT;
	if (count == 0)
		return 0;
	bytes = malloc(count * ZONG_PACK_ENTRY);
	if (!bytes)
		return ZONG_ENOMEM;
	r = zong_file_read_at(
		fd, bytes, count * ZONG_PACK_ENTRY, pack->index_at + first * ZONG_PACK_ENTRY);
	if (r)
		return r == ZONG_ETRUNCATED ? ZONG_ECORRUPT : r;
	return take_entries(pack, bytes, count, ret_entries);
}

int zong_pack_index(const struct zong_pack *pack, int fd, struct zong_pack_entry **ret_entries)
{
	size_t len = (size_t)pack->count * ZONG_PACK_ENTRY;
	_cleanup_free_ uint8_t *bytes = malloc(len ? len : 1);
	_cleanup_free_ struct zong_pack_entry *entries =
		calloc(pack->count ? (size_t)pack->count : 1, sizeof(*entries));
	struct zong_digest digest;
	int r;

	if (!bytes || !entries)
		return ZONG_ENOMEM;
	r = zong_file_read_at(fd, bytes, len, pack->index_at);
	if (r)
		return r == ZONG_ETRUNCATED ? ZONG_ECORRUPT : r;
	zong_digest_of(bytes, len, &digest);
	if (!zong_digest_equal(&digest, &pack->index_digest))
		return ZONG_ECORRUPT;
	r = take_entries(pack, bytes, (size_t)pack->count, entries);
	if (!r)
		*ret_entries = take_ptr(entries);
	return r;
}

/* Digests are spread evenly: where in the index would this one stand? Then a window around it, the window
 * moving by halves where the guess was wrong. */
int zong_pack_find(const struct zong_pack *pack, int fd, const struct zong_digest *digest,
	struct zong_pack_entry *ret_entry)
{
	struct zong_pack_entry entry;
	uint64_t low = 0, high = pack->count;
	uint64_t at =
		(uint64_t)(((unsigned __int128)zong_read_be64(digest->bytes) * pack->count) >> 64);
	int order, r;

	while (low < high) {
		if (at < low || at >= high)
			at = low + (high - low) / 2;
		r = zong_pack_entries(pack, fd, at, 1, &entry);
		if (r)
			return r;
		order = memcmp(digest->bytes, entry.digest.bytes, ZONG_DIGEST_SIZE);
		if (order == 0) {
			*ret_entry = entry;
			return 0;
		}
		if (order < 0)
			high = at;
		else
			low = at + 1;
		at = high; /* only the first one is a guess */
	}
	return ZONG_ENOENT;
}

/* ---- values ---- */

int zong_pack_check_value(
	const struct zong_digest *digest, const void *value, size_t len, struct zong_buf *scratch)
{
	const uint8_t *from = value;
	struct zong_digest seen;
	uint32_t raw_len;
	uint8_t *raw;

	if (len < ZONG_SEGMENT_HEADER)
		return ZONG_ECORRUPT;
	raw_len = zong_read_be32(from + 1);
	if (raw_len > ZONG_SEGMENT_MAX)
		return ZONG_ECORRUPT;
	/* What is kept as it is needs no copy. */
	if (from[0] == ZONG_SEGMENT_RAW) {
		if (raw_len != len - ZONG_SEGMENT_HEADER)
			return ZONG_ECORRUPT;
		zong_digest_of(from + ZONG_SEGMENT_HEADER, raw_len, &seen);
	} else {
		zong_buf_clear(scratch);
		raw = zong_buf_room(scratch, raw_len ? raw_len : 1);
		if (!raw)
			return ZONG_ENOMEM;
		if (zong_segment_unpack(value, len, raw, raw_len))
			return ZONG_ECORRUPT;
		zong_digest_of(raw, raw_len, &seen);
	}
	return memcmp(seen.bytes, digest->bytes, ZONG_DIGEST_SIZE) == 0 ? 0 : ZONG_ECORRUPT;
}

/* Is @record the head of this entry? */
static bool heads(const uint8_t record[ZONG_PACK_RECORD], const struct zong_pack_entry *entry)
{
	return memcmp(record, entry->digest.bytes, ZONG_DIGEST_SIZE) == 0 &&
	       zong_read_be32(record + ZONG_DIGEST_SIZE) == entry->len;
}

int zong_pack_value(int fd, const struct zong_pack_entry *entry, struct zong_buf *ret_value)
{
	_cleanup_(zong_buf_release) struct zong_buf scratch = ZONG_BUF_INIT(ZONG_BACKUP_VALUE);
	uint8_t record[ZONG_PACK_RECORD];
	uint8_t *to;
	int r = zong_file_read_at(fd, record, sizeof(record), entry->offset - ZONG_PACK_RECORD);

	zong_buf_clear(ret_value);
	if (!r && !heads(record, entry))
		r = ZONG_ECORRUPT;
	if (r)
		return r == ZONG_ETRUNCATED ? ZONG_ECORRUPT : r;
	to = zong_buf_room(ret_value, entry->len);
	if (!to)
		return ret_value->err;
	r = zong_file_read_at(fd, to, entry->len, entry->offset);
	if (!r)
		r = zong_pack_check_value(&entry->digest, to, entry->len, &scratch);
	if (r)
		return r == ZONG_ETRUNCATED ? ZONG_ECORRUPT : r;
	ret_value->len = entry->len;
	return 0;
}

/* ---- all of it ---- */

#define STEP (4 << 20) /* records read at once */

static int by_offset(const void *a, const void *b)
{
	const struct zong_pack_entry *x = *(const struct zong_pack_entry *const *)a;
	const struct zong_pack_entry *y = *(const struct zong_pack_entry *const *)b;

	return x->offset < y->offset ? -1 : x->offset > y->offset;
}

struct verify {
	const struct zong_pack *pack;
	int fd;
	int (*each)(void *ctx, int code, const struct zong_pack_entry *entry, uint64_t bytes);
	void *ctx;
	uint8_t *bad;
	struct zong_pack_entry *entries;	/* by digest */
	const struct zong_pack_entry **ordered; /* by offset */
	struct zong_digest_state *whole;
	struct zong_buf bytes, scratch;
};

static int tell(struct verify *verify, int code, const struct zong_pack_entry *entry, uint64_t read)
{
	if (verify->each && verify->each(verify->ctx, code, entry, read))
		return ZONG_ECANCELLED;
	return 0;
}

/* The next @len bytes into the buffer and the digest of the whole. */
static int read_on(struct verify *verify, uint64_t offset, size_t len)
{
	uint8_t *to;
	int r;

	zong_buf_clear(&verify->bytes);
	to = zong_buf_room(&verify->bytes, len ? len : 1);
	if (!to)
		return ZONG_ENOMEM;
	r = zong_file_read_at(verify->fd, to, len, offset);
	if (r)
		return r;
	verify->bytes.len = len;
	zong_digest_add(verify->whole, to, len);
	return tell(verify, 0, NULL, len);
}

/* Checks the values of @ordered[first, end), which lie one behind the other in the buffer. */
static int check_group(struct verify *verify, size_t first, size_t end)
{
	const uint8_t *at = verify->bytes.data;
	size_t i;
	int r;

	for (i = first; i < end; i++) {
		const struct zong_pack_entry *entry = verify->ordered[i];

		r = heads(at, entry) ? zong_pack_check_value(&entry->digest, at + ZONG_PACK_RECORD,
					       entry->len, &verify->scratch)
				     : ZONG_ECORRUPT;
		at += ZONG_PACK_RECORD + entry->len;
		if (!r)
			continue;
		if (r != ZONG_ECORRUPT)
			return r;
		if (verify->bad)
			verify->bad[entry - verify->entries] = 1;
		r = tell(verify, r, entry, 0);
		if (r)
			return r;
	}
	return 0;
}

/* Records must fill the place up to the index without a gap. */
static int verify_records(struct verify *verify)
{
	uint64_t at = ZONG_PACK_HEADER;
	size_t count = (size_t)verify->pack->count;
	size_t first, end = 0;
	int r;

	for (first = 0; first < count; first = end) {
		uint64_t start = at;

		for (end = first; end < count && (end == first || at - start < STEP); end++) {
			if (verify->ordered[end]->offset != at + ZONG_PACK_RECORD)
				return ZONG_ECORRUPT;
			at += ZONG_PACK_RECORD + verify->ordered[end]->len;
		}
		r = read_on(verify, start, (size_t)(at - start));
		if (!r)
			r = check_group(verify, first, end);
		if (r)
			return r;
	}
	return at == verify->pack->index_at ? 0 : ZONG_ECORRUPT;
}

static int verify_rest(struct verify *verify)
{
	const struct zong_pack *pack = verify->pack;
	uint64_t end = pack->size - ZONG_DIGEST_SIZE;
	struct zong_digest digest;
	uint64_t at = pack->index_at;
	int r;

	while (at < end) {
		size_t len = end - at < STEP ? (size_t)(end - at) : STEP;

		r = read_on(verify, at, len);
		if (r)
			return r;
		at += len;
	}
	zong_digest_end(verify->whole, &digest);
	verify->whole = NULL;
	/* Each value is what it should be, or has been told; the rest is not. */
	if (!zong_digest_equal(&digest, &pack->digest))
		return tell(verify, ZONG_EDAMAGED, NULL, 0);
	return 0;
}

static int verify_all(struct verify *verify)
{
	size_t count = (size_t)verify->pack->count;
	size_t i;
	int r = zong_pack_index(verify->pack, verify->fd, &verify->entries);

	if (!r)
		r = zong_digest_begin(&verify->whole);
	if (r)
		return r;
	verify->ordered = calloc(count ? count : 1, sizeof(*verify->ordered));
	if (!verify->ordered)
		return ZONG_ENOMEM;
	for (i = 0; i < count; i++)
		verify->ordered[i] = &verify->entries[i];
	qsort(verify->ordered, count, sizeof(*verify->ordered), by_offset);
	r = read_on(verify, 0, ZONG_PACK_HEADER);
	if (!r)
		r = verify_records(verify);
	return r ? r : verify_rest(verify);
}

int zong_pack_verify(const struct zong_pack *pack, int fd,
	int (*each)(void *ctx, int code, const struct zong_pack_entry *entry, uint64_t bytes),
	void *ctx, uint8_t *ret_bad)
{
	struct verify verify = {.pack = pack, .fd = fd, .each = each, .ctx = ctx, .bad = ret_bad};
	int r;

	zong_buf_init(&verify.bytes, STEP + ZONG_BACKUP_VALUE + ZONG_PACK_RECORD);
	zong_buf_init(&verify.scratch, ZONG_BACKUP_VALUE);
	r = verify_all(&verify);
	zong_digest_abandon(verify.whole);
	zong_buf_release(&verify.bytes);
	zong_buf_release(&verify.scratch);
	free(verify.ordered);
	free(verify.entries);
	if (r == ZONG_ECORRUPT || r == ZONG_ETRUNCATED || r == ZONG_EIO)
		return tell(&verify, r, NULL, 0);
	return r;
}
