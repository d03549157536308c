/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is read back from a backup's folder: a manifest, the stream of the catalog, a pack. The first byte says which; a
 * manifest's and a pack's SHA-256 are put right, so that what stands behind them is reached, too. */

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <zong/file.h>

#include "backup_manifest.h"
#include "backup_rows.h"
#include "fuzz.h"
#include "pack.h"

static void check_manifest(uint8_t *bytes, size_t len)
{
	struct zong_buf again = ZONG_BUF_INIT(ZONG_BACKUP_MANIFEST);
	struct zong_manifest manifest;
	struct zong_digest digest;

	if (len > ZONG_DIGEST_SIZE) {
		zong_digest_of(bytes, len - ZONG_DIGEST_SIZE, &digest);
		memcpy(bytes + len - ZONG_DIGEST_SIZE, digest.bytes, ZONG_DIGEST_SIZE);
	}
	zong_manifest_init(&manifest);
	if (zong_manifest_parse(&manifest, bytes, len) == 0) {
		must_hold(zong_manifest_pack(&manifest, &again) == 0);
		must_hold(again.len == len && memcmp(again.data, bytes, len) == 0);
	}
	zong_manifest_release(&manifest);
	zong_buf_release(&again);
}

struct seen {
	uint64_t tables, rows;
	uint8_t sum; /* of all bytes: each was read */
};

static int see_table(void *ctx, const char *name)
{
	struct seen *seen = ctx;

	must_hold(strlen(name) > 0);
	seen->tables++;
	return 0;
}

static int see_row(void *ctx, const void *key, size_t key_len, const void *value, size_t value_len)
{
	struct seen *seen = ctx;
	size_t i;

	must_hold(seen->tables > 0 && key_len > 0);
	for (i = 0; i < key_len; i++)
		seen->sum ^= ((const uint8_t *)key)[i];
	for (i = 0; i < value_len; i++)
		seen->sum ^= ((const uint8_t *)value)[i];
	seen->rows++;
	return 0;
}

/* Whole and byte by byte, it is the same. */
static void check_rows(const uint8_t *bytes, size_t len)
{
	struct seen whole = {0}, parts = {0};
	const struct zong_rows_calls whole_calls = {see_table, see_row, &whole};
	const struct zong_rows_calls part_calls = {see_table, see_row, &parts};
	struct zong_rows_reader reader;
	size_t i;
	int r, s = 0;

	zong_rows_read_begin(&reader, &whole_calls);
	r = zong_rows_read_feed(&reader, bytes, len);
	if (!r)
		r = zong_rows_read_end(&reader);
	zong_rows_read_release(&reader);
	zong_rows_read_begin(&reader, &part_calls);
	for (i = 0; !s && i < len; i++)
		s = zong_rows_read_feed(&reader, bytes + i, 1);
	if (!s)
		s = zong_rows_read_end(&reader);
	zong_rows_read_release(&reader);
	must_hold(r == s && whole.tables == parts.tables && whole.rows == parts.rows &&
		  whole.sum == parts.sum);
}

static void look_into_pack(const char *dir)
{
	struct zong_buf value = ZONG_BUF_INIT(ZONG_BACKUP_VALUE);
	struct zong_pack_entry *entries = NULL, entry;
	struct zong_pack pack;
	int fd = -1;
	uint64_t i;

	if (zong_pack_open(dir, 1, &pack) || zong_pack_fd(dir, 1, &fd))
		return;
	zong_pack_verify(&pack, fd, NULL, NULL, NULL);
	if (zong_pack_index(&pack, fd, &entries) == 0)
		for (i = 0; i < pack.count; i++) {
			must_hold(zong_pack_find(&pack, fd, &entries[i].digest, &entry) == 0);
			if (zong_pack_value(fd, &entry, &value) == 0)
				must_hold(value.len == entry.len);
		}
	free(entries);
	close(fd);
	zong_buf_release(&value);
}

static void check_pack(uint8_t *bytes, size_t len)
{
	char dir[] = "/tmp/zong-fuzz.XXXXXX";
	char path[64];
	struct zong_digest digest;
	uint64_t index_at = 0;
	int fd;

	if (len >= ZONG_PACK_HEADER + ZONG_PACK_TRAILER) {
		uint8_t *trailer = bytes + len - ZONG_PACK_TRAILER;
		size_t i;

		for (i = 0; i < 8; i++)
			index_at = index_at << 8 | trailer[i];
		if (index_at <= len - ZONG_PACK_TRAILER) {
			zong_digest_of(bytes + index_at, len - ZONG_PACK_TRAILER - (size_t)index_at,
				&digest);
			memcpy(trailer + 16, digest.bytes, ZONG_DIGEST_SIZE);
		}
	}
	must_hold(mkdtemp(dir) != NULL);
	snprintf(path, sizeof(path), "%s/00000001.pack", dir);
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	must_hold(fd >= 0 && zong_file_write_all(fd, bytes, len) == 0);
	close(fd);
	look_into_pack(dir);
	unlink(path);
	rmdir(dir);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	uint8_t *copy;

	if (len == 0)
		return 0;
	copy = malloc(len);
	if (!copy)
		return 0;
	memcpy(copy, bytes + 1, len - 1);
	switch (bytes[0]) {
	case 'm':
		check_manifest(copy, len - 1);
		break;
	case 'p':
		check_pack(copy, len - 1);
		break;
	default:
		check_rows(copy, len - 1);
		break;
	}
	free(copy);
	return 0;
}
