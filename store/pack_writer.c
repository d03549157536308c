/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <zong/byteorder.h>
#include <zong/cleanup.h>
#include <zong/file.h>

#include "pack.h"
#include "pack_digests.h"

#define GATHER (1 << 20) /* bytes written at once */

struct zong_pack_writer {
	char *dir, *temporary, *path;
	uint32_t number;
	int fd;
	uint64_t size; /* with what is gathered */
	struct zong_digest_state *whole;
	struct zong_buf gathered;
	struct zong_pack_entry *entries;
	size_t count, cap;
	struct zong_digest_set held;
};

static int flush(struct zong_pack_writer *writer)
{
	int r = zong_file_write_all(writer->fd, writer->gathered.data, writer->gathered.len);

	zong_buf_clear(&writer->gathered);
	return r;
}

static int put(struct zong_pack_writer *writer, const void *bytes, size_t len)
{
	int r;

	zong_digest_add(writer->whole, bytes, len);
	writer->size += len;
	if (writer->gathered.len + len > GATHER) {
		r = flush(writer);
		if (r)
			return r;
	}
	/* What is large goes out as it is. */
	if (len > GATHER / 4)
		return flush(writer) ?: zong_file_write_all(writer->fd, bytes, len);
	return zong_buf_add(&writer->gathered, bytes, len);
}

static int open_names(struct zong_pack_writer *writer, const char *dir)
{
	char name[ZONG_PACK_NAME];

	zong_pack_name(writer->number, name);
	writer->dir = strdup(dir);
	if (!writer->dir)
		return ZONG_ENOMEM;
	if (asprintf(&writer->path, "%s/%s", dir, name) < 0) {
		writer->path = NULL;
		return ZONG_ENOMEM;
	}
	if (asprintf(&writer->temporary, "%s.tmp", writer->path) < 0) {
		writer->temporary = NULL;
		return ZONG_ENOMEM;
	}
	writer->fd = open(writer->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	return writer->fd < 0 ? zong_error_from_errno(errno) : 0;
}

static void release(struct zong_pack_writer *writer)
{
	if (writer->fd >= 0)
		close(writer->fd);
	zong_digest_abandon(writer->whole);
	zong_buf_release(&writer->gathered);
	zong_digest_set_release(&writer->held);
	free(writer->entries);
	free(writer->dir);
	free(writer->temporary);
	free(writer->path);
	free(writer);
}

void zong_pack_abandon(struct zong_pack_writer *writer)
{
	if (!writer)
		return;
	if (writer->fd >= 0)
		unlink(writer->temporary);
	release(writer);
}

int zong_pack_create(const char *dir, uint32_t number, struct zong_pack_writer **ret_writer)
{
	struct zong_pack_writer *writer = calloc(1, sizeof(*writer));
	uint8_t header[ZONG_PACK_HEADER] = "zongpack";
	int r;

	if (!writer)
		return ZONG_ENOMEM;
	writer->fd = -1;
	writer->number = number;
	zong_buf_init(&writer->gathered, GATHER + ZONG_PACK_TRAILER);
	r = open_names(writer, dir);
	if (!r)
		r = zong_digest_begin(&writer->whole);
	zong_write_be32(header + 8, 1);
	zong_write_be32(header + 12, 0);
	if (!r)
		r = put(writer, header, sizeof(header));
	if (r) {
		zong_pack_abandon(writer);
		return r;
	}
	*ret_writer = writer;
	return 0;
}

static int note(struct zong_pack_writer *writer, const struct zong_pack_entry *entry)
{
	if (writer->count == writer->cap) {
		size_t cap = writer->cap ? 2 * writer->cap : 256;
		void *more = realloc(writer->entries, cap * sizeof(*writer->entries));

		if (!more)
			return ZONG_ENOMEM;
		writer->entries = more;
		writer->cap = cap;
	}
	writer->entries[writer->count++] = *entry;
	return 0;
}

int zong_pack_add(struct zong_pack_writer *writer, const struct zong_digest *digest,
	const void *value, size_t len)
{
	struct zong_pack_entry entry = {.digest = *digest, .len = (uint32_t)len};
	uint8_t record[ZONG_PACK_RECORD];
	int r;

	if (len > ZONG_BACKUP_VALUE)
		return ZONG_ELIMIT;
	if (zong_digest_set_has(&writer->held, digest))
		return 0;
	r = zong_digest_set_add(&writer->held, digest);
	if (r)
		return r;
	memcpy(record, digest->bytes, ZONG_DIGEST_SIZE);
	zong_write_be32(record + ZONG_DIGEST_SIZE, (uint32_t)len);
	r = put(writer, record, sizeof(record));
	entry.offset = writer->size;
	if (!r)
		r = put(writer, value, len);
	return r ? r : note(writer, &entry);
}

uint64_t zong_pack_written(const struct zong_pack_writer *writer)
{
	return writer->size;
}

static int by_digest(const void *a, const void *b)
{
	return memcmp(a, b, ZONG_DIGEST_SIZE); /* it stands first */
}

static int put_index(struct zong_pack_writer *writer, struct zong_pack *pack)
{
	struct zong_digest_state *index;
	uint8_t bytes[ZONG_PACK_ENTRY];
	size_t i;
	int r;

	if (writer->count)
		qsort(writer->entries, writer->count, sizeof(*writer->entries), by_digest);
	pack->index_at = writer->size;
	pack->count = writer->count;
	r = zong_digest_begin(&index);
	for (i = 0; !r && i < writer->count; i++) {
		zong_pack_entry_write(bytes, &writer->entries[i]);
		zong_digest_add(index, bytes, sizeof(bytes));
		r = put(writer, bytes, sizeof(bytes));
		if (r)
			zong_digest_abandon(index);
	}
	if (!r)
		zong_digest_end(index, &pack->index_digest);
	return r;
}

static int put_trailer(struct zong_pack_writer *writer, struct zong_pack *pack)
{
	uint8_t bytes[ZONG_PACK_TRAILER - ZONG_DIGEST_SIZE];
	int r;

	zong_write_be64(bytes, pack->index_at);
	zong_write_be64(bytes + 8, pack->count);
	memcpy(bytes + 16, pack->index_digest.bytes, ZONG_DIGEST_SIZE);
	r = put(writer, bytes, sizeof(bytes));
	if (r)
		return r;
	zong_digest_end(writer->whole, &pack->digest);
	writer->whole = NULL;
	r = zong_buf_add(&writer->gathered, pack->digest.bytes, ZONG_DIGEST_SIZE);
	pack->size = writer->size + ZONG_DIGEST_SIZE;
	return r ? r : flush(writer);
}

int zong_pack_finish(struct zong_pack_writer *writer, struct zong_pack *ret_pack)
{
	struct zong_pack pack = {.number = writer->number};
	int r = put_index(writer, &pack);

	if (!r)
		r = put_trailer(writer, &pack);
	if (!r && fsync(writer->fd) != 0)
		r = zong_error_from_errno(errno);
	if (!r &&
		close(take_fd(writer->fd)) != 0) /* where a network's disk tells that it is full */
		r = zong_error_from_errno(errno);
	if (!r && rename(writer->temporary, writer->path) != 0)
		r = zong_error_from_errno(errno);
	if (!r)
		r = zong_file_sync_dir(writer->dir);
	else
		unlink(writer->temporary);
	release(writer);
	if (!r)
		*ret_pack = pack;
	return r;
}
