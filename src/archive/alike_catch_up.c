/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include <zong/arena.h>
#include <zong/log.h>

#include "alike.h"
#include "filecache.h"
#include "inside.h"
#include "row.h"

/* How far it has come is a row of META: the digest of the last file looked at, files being taken in the order of
 * their digests. Files that come in meanwhile bring their looks along. */
#define MARK "looks"
#define PASSED 1000 /* files in one read transaction */

struct step {
	struct zong_digest file;
	const struct zong_probe *probe; /* NULL: nothing to put, only go on */
};

static void mark_key(struct zong_key *key)
{
	zong_row_key_str(key, MARK);
}

/* Where to begin after a start: in memory from then on, so that passing files that need nothing writes nothing. */
static int recall(struct zong_txn *txn, struct zong_archive *archive)
{
	const void *bytes;
	struct zong_key key;
	size_t len;
	int err;

	if (archive->looks_recalled)
		return 0;
	mark_key(&key);
	err = zong_txn_get_bytes(txn, ZONG_TABLE_META, &key, &bytes, &len);
	if (!err && len != ZONG_DIGEST_SIZE)
		err = ZONG_ECORRUPT;
	if (err && err != ZONG_ENOENT)
		return err;
	if (!err)
		memcpy(archive->looks_at.bytes, bytes, ZONG_DIGEST_SIZE);
	archive->looks_recalled = true;
	return 0;
}

static int next_file(struct zong_txn *txn, const struct zong_archive *archive,
	struct zong_digest *ret_file, Zong__File **ret_row)
{
	struct zong_iter iter = {0};
	struct zong_key_view view;
	struct zong_key from;
	int err;

	zong_row_key_digest(&from, &archive->looks_at);
	zong_key_u8(&from, 0); /* the first key behind it */
	err = zong_iter_begin(&iter, txn, ZONG_TABLE_FILES, NULL, &from, false);
	if (!err)
		err = zong_iter_next(&iter);
	view = iter.key;
	if (!err && !zong_key_take_digest(&view, ret_file))
		err = ZONG_ECORRUPT;
	zong_iter_end(&iter);
	return err ? err : zong_row_file(txn, ret_file, ret_row);
}

static bool needs_look(struct zong_txn *txn, const Zong__FilePage *page)
{
	struct zong_digest raster;
	struct zong_key key;

	if (page->err || page->blank || page->text_layer ||
		!zong_row_digest(&page->raster, &raster))
		return false;
	zong_row_key_digest(&key, &raster);
	return !zong_txn_has(txn, ZONG_TABLE_LOOKS, &key);
}

static int write_step(struct zong_txn *txn, void *ctx)
{
	const struct step *step = ctx;
	struct zong_key key;
	int err = 0;

	for (uint32_t i = 0; step->probe && !err && i < step->probe->pages; i++) {
		const struct zong_probe_page *page = &step->probe->page[i];

		zong_row_key_digest(&key, &page->raster);
		/* a page may have gone since, or decode to something else than it did in an older version */
		if (page->look && zong_txn_has(txn, ZONG_TABLE_RASTERS, &key))
			err = zong_alike_put(txn, &page->raster, page->look, page->look_len);
	}
	if (err)
		return err;
	mark_key(&key);
	return zong_txn_put_bytes(
		txn, ZONG_TABLE_META, &key, step->file.bytes, sizeof(step->file.bytes));
}

static int probe_file(struct zong_archive *archive, const struct step *step,
	struct zong_arena *arena, struct zong_probe *ret_probe)
{
	const struct zong_filecache_file *file;
	struct zong_err why = {0};
	int err = zong_filecache_take(archive->files, &step->file, &file);

	if (err)
		return err;
	err = zong_pool_probe(
		archive->pool, file->fd, file->media, arena, NULL, NULL, ret_probe, &why);
	zong_filecache_give(archive->files, file);
	return err;
}

/* The next file with a page that needs a look; passes at most PASSED others. */
static int find_file(
	struct zong_txn *txn, struct zong_archive *archive, struct step *step, bool *ret_needed)
{
	unsigned int left = PASSED;
	int err = recall(txn, archive);

	*ret_needed = false;
	while (!err && left-- > 0 && !*ret_needed) {
		_cleanup_row_ Zong__File *row = NULL;

		err = next_file(txn, archive, &step->file, &row);
		for (size_t i = 0; !err && i < row->n_pages && !*ret_needed; i++)
			*ret_needed = needs_look(txn, row->pages[i]);
		if (!err && !*ret_needed)
			archive->looks_at = step->file;
	}
	return err;
}

static bool is_trouble(int err)
{
	return err == ZONG_EIO || err == ZONG_ENOSPC || err == ZONG_ENOMEM ||
	       err == ZONG_ECANCELLED;
}

static int do_step(struct zong_archive *archive)
{
	_cleanup_(zong_arena_release) struct zong_arena arena = ZONG_ARENA_INIT;
	struct zong_probe probe;
	struct step step = {0};
	struct zong_txn *txn;
	bool needed;
	int err = zong_store_read_begin(archive->store, &txn);

	if (err)
		return err;
	err = find_file(txn, archive, &step, &needed);
	zong_txn_end(txn);
	if (err || !needed)
		return err;
	err = probe_file(archive, &step, &arena, &probe);
	if (is_trouble(err))
		return err;
	if (err)
		zong_log_warning("no look of a file's pages: %s", zong_error_slug(err));
	else
		step.probe = &probe;
	err = zong_store_write(archive->store, write_step, &step);
	if (!err)
		archive->looks_at = step.file;
	return err;
}

int zong_alike_catch_up(struct zong_archive *archive)
{
	int err;

	if (!archive->pool || atomic_flag_test_and_set(&archive->catching_up))
		return ZONG_EEND;
	err = do_step(archive);
	atomic_flag_clear(&archive->catching_up);
	return err;
}
