/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include <zong/byteorder.h>

#include "backup_manifest.h"

#define FORMAT 2 /* written where there are vaults; without them it is 1 */
#define MAGIC "zongsnap"
#define MAGIC_LEN 8
#define COUNTERS 10
#define PIECE 36
#define PACK 44
#define SEAL_MOST 4096
#define VAULT 36 /* bytes of one without anything of its own, at least */

void zong_manifest_init(struct zong_manifest *manifest)
{
	memset(manifest, 0, sizeof(*manifest));
	zong_buf_init(&manifest->conf, ZONG_LIMIT_CONFIG);
}

void zong_manifest_release(struct zong_manifest *manifest)
{
	zong_buf_release(&manifest->conf);
	free(manifest->catalog.items);
	free(manifest->list.items);
	free(manifest->packs);
	while (manifest->vault_count > 0)
		zong_manifest_drop_vault(manifest);
	free(manifest->vaults);
	memset(manifest, 0, sizeof(*manifest));
}

int zong_manifest_add_piece(
	struct zong_manifest_pieces *pieces, const struct zong_digest *digest, uint32_t raw_len)
{
	if (pieces->count == pieces->cap) {
		size_t cap = pieces->cap ? 2 * pieces->cap : 64;
		void *items = realloc(pieces->items, cap * sizeof(*pieces->items));

		if (!items)
			return ZONG_ENOMEM;
		pieces->items = items;
		pieces->cap = cap;
	}
	pieces->items[pieces->count].digest = *digest;
	pieces->items[pieces->count++].raw_len = raw_len;
	return 0;
}

int zong_manifest_set_packs(
	struct zong_manifest *manifest, const struct zong_manifest_pack *packs, size_t count)
{
	void *copy = calloc(count ? count : 1, sizeof(*packs));

	if (!copy)
		return ZONG_ENOMEM;
	if (count)
		memcpy(copy, packs, count * sizeof(*packs));
	free(manifest->packs);
	manifest->packs = copy;
	manifest->pack_count = count;
	return 0;
}

struct zong_manifest_vault *zong_manifest_add_vault(struct zong_manifest *manifest)
{
	struct zong_manifest_vault *vaults = realloc(
		manifest->vaults, (manifest->vault_count + 1) * sizeof(*manifest->vaults));
	struct zong_manifest_vault *vault;

	if (!vaults)
		return NULL;
	manifest->vaults = vaults;
	vault = &vaults[manifest->vault_count++];
	memset(vault, 0, sizeof(*vault));
	zong_buf_init(&vault->keys, ZONG_BACKUP_KEYS);
	zong_buf_init(&vault->seal, SEAL_MOST);
	return vault;
}

void zong_manifest_drop_vault(struct zong_manifest *manifest)
{
	struct zong_manifest_vault *vault = &manifest->vaults[--manifest->vault_count];

	zong_buf_release(&vault->keys);
	zong_buf_release(&vault->seal);
	free(vault->boxes.items);
}

static bool is_of(const char *text, size_t most, const char *letters)
{
	size_t len = strlen(text);

	return len > 0 && len <= most && strspn(text, letters) == len;
}

bool zong_manifest_vault_names(const char *name, const char *store)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789-";

	return is_of(name, ZONG_LIMIT_DEPARTMENT_ID, letters) && name[0] >= 'a' &&
	       name[0] <= 'z' && is_of(store, ZONG_BACKUP_STORE_NAME, letters) &&
	       strncmp(store, "store-", 6) == 0;
}

/* In the order of the format. */
static void list_counters(struct zong_backup_snapshot *about, uint64_t *ret_counters[COUNTERS])
{
	uint64_t *counters[COUNTERS] = {&about->materials, &about->files, &about->pages,
		&about->bytes, &about->log, &about->segments, &about->segment_bytes, &about->broken,
		&about->rows, &about->catalog_bytes};

	memcpy(ret_counters, counters, sizeof(counters));
}

/* ---- to bytes ---- */

static void put_u32(struct zong_buf *buf, uint64_t value)
{
	uint8_t bytes[4];

	if (value > UINT32_MAX && !buf->err)
		buf->err = ZONG_ELIMIT;
	zong_write_be32(bytes, (uint32_t)value);
	zong_buf_add(buf, bytes, sizeof(bytes));
}

static void put_u64(struct zong_buf *buf, uint64_t value)
{
	uint8_t bytes[8];

	zong_write_be64(bytes, value);
	zong_buf_add(buf, bytes, sizeof(bytes));
}

static void put_sized(struct zong_buf *buf, const void *bytes, size_t len)
{
	put_u32(buf, len);
	zong_buf_add(buf, bytes, len);
}

static void put_pieces(struct zong_buf *buf, const struct zong_manifest_pieces *pieces)
{
	size_t i;

	put_u32(buf, pieces->count);
	for (i = 0; i < pieces->count; i++) {
		zong_buf_add(buf, pieces->items[i].digest.bytes, ZONG_DIGEST_SIZE);
		put_u32(buf, pieces->items[i].raw_len);
	}
}

static void put_vaults(struct zong_buf *buf, const struct zong_manifest *manifest)
{
	if (manifest->vault_count > 0)
		put_u32(buf, manifest->vault_count);
	for (size_t i = 0; i < manifest->vault_count; i++) {
		const struct zong_manifest_vault *vault = &manifest->vaults[i];

		put_sized(buf, vault->name, strlen(vault->name));
		put_sized(buf, vault->store, strlen(vault->store));
		put_u32(buf, vault->format);
		put_u64(buf, vault->rows);
		put_sized(buf, vault->keys.data, vault->keys.len);
		put_sized(buf, vault->seal.data, vault->seal.len);
		put_pieces(buf, &vault->boxes);
	}
}

int zong_manifest_pack(const struct zong_manifest *manifest, struct zong_buf *ret_bytes)
{
	struct zong_backup_snapshot about = manifest->about;
	uint64_t *counters[COUNTERS];
	struct zong_digest digest;
	size_t start = ret_bytes->len;
	size_t i;

	zong_buf_add(ret_bytes, MAGIC, MAGIC_LEN);
	put_u32(ret_bytes, manifest->vault_count ? FORMAT : 1);
	put_u32(ret_bytes, about.store_format);
	zong_buf_add(ret_bytes, manifest->archive.bytes, ZONG_ID_SIZE);
	put_u64(ret_bytes, (uint64_t)about.time);
	list_counters(&about, counters);
	for (i = 0; i < COUNTERS; i++)
		put_u64(ret_bytes, *counters[i]);
	zong_buf_add(ret_bytes, manifest->segments_digest.bytes, ZONG_DIGEST_SIZE);
	put_sized(ret_bytes, about.version, strnlen(about.version, sizeof(about.version)));
	put_sized(ret_bytes, zong_buf_str(&manifest->conf), manifest->conf.len);
	put_pieces(ret_bytes, &manifest->catalog);
	put_pieces(ret_bytes, &manifest->list);
	put_u32(ret_bytes, manifest->pack_count);
	for (i = 0; i < manifest->pack_count; i++) {
		put_u32(ret_bytes, manifest->packs[i].number);
		put_u64(ret_bytes, manifest->packs[i].size);
		zong_buf_add(ret_bytes, manifest->packs[i].digest.bytes, ZONG_DIGEST_SIZE);
	}
	put_vaults(ret_bytes, manifest);
	if (ret_bytes->err)
		return ret_bytes->err;
	zong_digest_of(ret_bytes->data + start, ret_bytes->len - start, &digest);
	return zong_buf_add(ret_bytes, digest.bytes, ZONG_DIGEST_SIZE);
}

/* ---- from bytes ---- */

struct view {
	const uint8_t *at;
	size_t left;
	bool bad;
};

/* The next @len bytes, or NULL (and then the view is bad for good). */
static const uint8_t *take(struct view *view, size_t len)
{
	const uint8_t *at = view->at;

	if (view->bad || len > view->left) {
		view->bad = true;
		return NULL;
	}
	view->at += len;
	view->left -= len;
	return at;
}

static uint32_t take_u32(struct view *view)
{
	const uint8_t *bytes = take(view, 4);

	return bytes ? zong_read_be32(bytes) : 0;
}

static uint64_t take_u64(struct view *view)
{
	const uint8_t *bytes = take(view, 8);

	return bytes ? zong_read_be64(bytes) : 0;
}

static void take_bytes(struct view *view, void *ret_bytes, size_t len)
{
	const uint8_t *bytes = take(view, len);

	if (bytes)
		memcpy(ret_bytes, bytes, len);
}

/* @most: of a raw piece. */
static int take_pieces(struct view *view, struct zong_manifest_pieces *pieces, uint32_t most)
{
	size_t count = take_u32(view);
	struct zong_digest digest;
	size_t i;
	int r = 0;

	/* What the bytes cannot hold is not allocated either. */
	if (count > view->left / PIECE)
		view->bad = true;
	for (i = 0; !r && !view->bad && i < count; i++) {
		uint32_t raw_len;

		take_bytes(view, digest.bytes, ZONG_DIGEST_SIZE);
		raw_len = take_u32(view);
		if (raw_len == 0 || raw_len > most)
			view->bad = true;
		r = zong_manifest_add_piece(pieces, &digest, raw_len);
	}
	return r;
}

static int take_packs(struct view *view, struct zong_manifest *manifest)
{
	size_t count = take_u32(view);
	size_t i;

	if (view->bad || count > view->left / PACK) {
		view->bad = true;
		return 0;
	}
	manifest->packs = calloc(count ? count : 1, sizeof(*manifest->packs));
	if (!manifest->packs)
		return ZONG_ENOMEM;
	manifest->pack_count = count;
	for (i = 0; i < count; i++) {
		manifest->packs[i].number = take_u32(view);
		manifest->packs[i].size = take_u64(view);
		take_bytes(view, manifest->packs[i].digest.bytes, ZONG_DIGEST_SIZE);
	}
	return 0;
}

static void take_name(struct view *view, char *ret_name, size_t most)
{
	size_t len = take_u32(view);
	const uint8_t *text = take(view, len);

	if (!text || len > most || memchr(text, 0, len))
		view->bad = true;
	else
		memcpy(ret_name, text, len);
}

static int take_buf(struct view *view, struct zong_buf *buf)
{
	size_t len = take_u32(view);
	const uint8_t *bytes = take(view, len);

	if (!bytes || len > buf->max) {
		view->bad = true;
		return 0;
	}
	return zong_buf_add(buf, bytes, len);
}

static int take_vaults(struct view *view, struct zong_manifest *manifest)
{
	size_t count = take_u32(view);
	int r = 0;

	if (count == 0 || count > view->left / VAULT)
		view->bad = true;
	for (size_t i = 0; !r && !view->bad && i < count; i++) {
		struct zong_manifest_vault *vault = zong_manifest_add_vault(manifest);

		if (!vault)
			return ZONG_ENOMEM;
		take_name(view, vault->name, ZONG_LIMIT_DEPARTMENT_ID);
		take_name(view, vault->store, ZONG_BACKUP_STORE_NAME);
		vault->format = take_u32(view);
		vault->rows = take_u64(view);
		r = take_buf(view, &vault->keys);
		if (!r)
			r = take_buf(view, &vault->seal);
		if (!r)
			r = take_pieces(view, &vault->boxes, ZONG_BACKUP_PIECE_MAX);
		if (!zong_manifest_vault_names(vault->name, vault->store))
			view->bad = true;
	}
	return r;
}

static void take_version(struct view *view, struct zong_backup_snapshot *about)
{
	size_t len = take_u32(view);
	const uint8_t *text = take(view, len);

	if (!text || len >= sizeof(about->version) || memchr(text, 0, len)) {
		view->bad = true;
		return;
	}
	memcpy(about->version, text, len);
}

static int take_conf(struct view *view, struct zong_manifest *manifest)
{
	size_t len = take_u32(view);
	const uint8_t *text = take(view, len);

	if (!text || len > ZONG_LIMIT_CONFIG) {
		view->bad = true;
		return 0;
	}
	return zong_buf_add(&manifest->conf, text, len);
}

static int take_all(struct view *view, struct zong_manifest *manifest)
{
	struct zong_backup_snapshot *about = &manifest->about;
	uint64_t *counters[COUNTERS];
	uint64_t time;
	size_t i;
	int r;

	about->store_format = take_u32(view);
	take_bytes(view, manifest->archive.bytes, ZONG_ID_SIZE);
	time = take_u64(view);
	about->time = (int64_t)time;
	if (time > INT64_MAX)
		view->bad = true;
	list_counters(about, counters);
	for (i = 0; i < COUNTERS; i++)
		*counters[i] = take_u64(view);
	take_bytes(view, manifest->segments_digest.bytes, ZONG_DIGEST_SIZE);
	take_version(view, about);
	r = take_conf(view, manifest);
	if (!r)
		r = take_pieces(view, &manifest->catalog, ZONG_BACKUP_PIECE_MAX);
	if (!r)
		r = take_pieces(view, &manifest->list, ZONG_BACKUP_LIST_MAX * ZONG_DIGEST_SIZE);
	return r ? r : take_packs(view, manifest);
}

int zong_manifest_parse(struct zong_manifest *manifest, const void *bytes, size_t len)
{
	const uint8_t *from = bytes;
	struct zong_digest digest;
	struct view view = {from + MAGIC_LEN + 4, 0, false};
	uint32_t format;
	int r;

	if (len < MAGIC_LEN + 4 + ZONG_DIGEST_SIZE || memcmp(from, MAGIC, MAGIC_LEN) != 0)
		return ZONG_ECORRUPT;
	zong_digest_of(from, len - ZONG_DIGEST_SIZE, &digest);
	if (memcmp(from + len - ZONG_DIGEST_SIZE, digest.bytes, ZONG_DIGEST_SIZE) != 0)
		return ZONG_ECORRUPT;
	format = zong_read_be32(from + MAGIC_LEN);
	if (format == 0 || format > FORMAT)
		return format ? ZONG_EVERSION : ZONG_ECORRUPT;
	view.left = len - MAGIC_LEN - 4 - ZONG_DIGEST_SIZE;
	r = take_all(&view, manifest);
	if (!r && format == FORMAT)
		r = take_vaults(&view, manifest);
	manifest->about.vaults = manifest->vault_count;
	if (!r && (view.bad || view.left > 0))
		r = ZONG_ECORRUPT;
	return r;
}
