/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include <zong/file.h>

#include "collect.h"
#include "cut.h"
#include "recipe.h"
#include "writer.h"

/* The file is read into a batch, cut there, and the segments point into it; compressing and
 * digesting is done here, in the caller's thread. While one batch is on its way to the disk the
 * other one is filled. So memory is two batches, whatever the length of the file. */
#define BATCH_ROOM (ZONG_SEGMENT_BATCH + ZONG_SEGMENT_MAX)
#define READ_STEP (1 << 20) /* read at once: how often progress is told */

struct batch {
	uint8_t *bytes;
	size_t room, filled;
	struct zong_segment_put *puts;
	size_t count, cap;
	struct zong_write write;
	bool flying;  /* the writer has it */
	bool written; /* its segments are on the disk */
};

struct zong_ingest {
	struct zong_store *store;
	uint64_t ticket; /* with the collection, which waits for it */
	struct zong_ingest_result result;
	bool known_at_begin;
	struct zong_recipe recipe;
	struct batch batches[2];
	struct batch *batch; /* the one that is filled; in the end the last one */
	uint64_t inline_bytes;
	uint64_t new_before; /* bytes of new segments in batches before the last one */

	/* while reading */
	int fd;
	uint64_t len, read, done;
	struct zong_digest_state *state;
	struct zong_sm3_state *sm3; /* NULL: not wanted */
	ZSTD_CCtx *zstd;
	zong_store_progress *progress;
	void *progress_ctx;
};

static void batch_clear(struct batch *batch)
{
	size_t i;

	for (i = 0; i < batch->count; i++)
		zong_segment_put_release(&batch->puts[i]);
	batch->count = 0;
	batch->filled = 0;
	batch->written = false;
}

static uint64_t batch_new_bytes(const struct batch *batch)
{
	uint64_t bytes = 0;
	size_t i;

	for (i = 0; i < batch->count; i++)
		if (batch->puts[i].is_new)
			bytes += batch->puts[i].raw_len;
	return bytes;
}

/* Waits for a batch that the writer has; then it is empty. */
static int land(struct zong_ingest *ingest, struct batch *batch)
{
	int r;

	if (!batch->flying)
		return 0;
	r = zong_writer_await(&batch->write);
	batch->flying = false;
	if (!r)
		ingest->new_before += batch_new_bytes(batch);
	batch_clear(batch);
	return r;
}

static struct zong_segment_put *batch_add(struct batch *batch)
{
	struct zong_segment_put *grown;
	size_t cap;

	if (batch->count == batch->cap) {
		cap = batch->cap ? batch->cap * 2 : 16;
		grown = reallocarray(batch->puts, cap, sizeof(*grown));
		if (!grown)
			return NULL;
		batch->puts = grown;
		batch->cap = cap;
	}
	memset(&batch->puts[batch->count], 0, sizeof(*grown));
	return &batch->puts[batch->count++];
}

static int add_piece(struct zong_ingest *ingest, const uint8_t *bytes, size_t len)
{
	struct zong_segment_put *put;

	if (len < ZONG_SEGMENT_INLINE) {
		ingest->inline_bytes += len;
		return zong_recipe_add_inline(&ingest->recipe, bytes, len);
	}
	put = batch_add(ingest->batch);
	if (!put)
		return ZONG_ENOMEM;
	zong_segment_name(ingest->store, bytes, len, &put->digest);
	put->raw = bytes;
	put->raw_len = (uint32_t)len;
	put->seal = ingest->store->seal;
	/* One that is there is sent all the same, uncompressed: the writer looks again in its own
	 * transaction, and puts it if it has gone meanwhile. */
	if (!zong_segment_exists(ingest->store, &put->digest)) {
		zong_segment_pack(put, ingest->zstd);
		zong_segment_seal(put);
	}
	return zong_recipe_add_segment(&ingest->recipe, &put->digest, len);
}

/* Reads the next step of the file behind what the batch holds. */
static int read_more(struct zong_ingest *ingest, struct batch *batch)
{
	size_t n = batch->room - batch->filled;
	int r;

	if (n > ingest->len - ingest->read)
		n = (size_t)(ingest->len - ingest->read);
	if (n > READ_STEP)
		n = READ_STEP;
	r = zong_file_read_at(ingest->fd, batch->bytes + batch->filled, n, ingest->read);
	if (r)
		return r;
	zong_digest_add(ingest->state, batch->bytes + batch->filled, n);
	if (ingest->sm3)
		zong_sm3_add(ingest->sm3, batch->bytes + batch->filled, n);
	batch->filled += n;
	ingest->read += n;
	if (ingest->progress && ingest->progress(ingest->progress_ctx, ingest->read, ingest->len))
		return ZONG_ECANCELLED;
	return 0;
}

static int make_room(struct batch *batch, uint64_t len)
{
	if (batch->bytes)
		return 0;
	batch->room = len < BATCH_ROOM ? (size_t)len : BATCH_ROOM;
	batch->bytes = malloc(batch->room);
	return batch->bytes ? 0 : ZONG_ENOMEM;
}

/* Sends the full batch off and begins the other one with the bytes from @at that are not cut yet.
 */
static int turn(struct zong_ingest *ingest, size_t at)
{
	struct batch *full = ingest->batch;
	struct batch *other = full == ingest->batches ? ingest->batches + 1 : ingest->batches;
	size_t rest = full->filled - at;
	int r = land(ingest, other);

	if (!r)
		r = make_room(other, ingest->len);
	if (r)
		return r;
	batch_clear(other);
	memcpy(other->bytes, full->bytes + at, rest);
	other->filled = rest;
	ingest->batch = other;
	if (full->count == 0)
		return 0;
	full->write =
		(struct zong_write){.puts = full->puts, .put_count = full->count, .put_bytes = at};
	r = zong_writer_submit(ingest->store->writer, &full->write);
	if (!r)
		full->flying = true;
	return r;
}

static int cut_all(struct zong_ingest *ingest, struct zong_cut *cut)
{
	uint64_t left;
	size_t at = 0; /* in the batch: what is not cut yet */
	size_t need, piece;
	int r;

	while (ingest->done < ingest->len) {
		left = ingest->len - ingest->done;
		need = left < ZONG_SEGMENT_MAX ? (size_t)left : ZONG_SEGMENT_MAX;
		if (ingest->batch->filled - at < need) {
			if (ingest->batch->room - at < need) {
				r = turn(ingest, at);
				if (r)
					return r;
				at = 0;
			}
			r = read_more(ingest, ingest->batch);
			if (r)
				return r;
			continue;
		}
		piece = zong_cut_next(cut, ingest->batch->bytes + at, ingest->batch->filled - at);
		r = add_piece(ingest, ingest->batch->bytes + at, piece);
		if (r)
			return r;
		at += piece;
		ingest->done += piece;
	}
	return land(
		ingest, ingest->batch == ingest->batches ? ingest->batches + 1 : ingest->batches);
}

static int is_known(struct zong_store *store, const struct zong_digest *digest, bool *ret_known)
{
	struct zong_txn *txn;
	int r = zong_store_read_begin(store, &txn);

	if (r)
		return r;
	*ret_known = zong_recipe_exists(txn, digest);
	r = zong_txn_err(txn);
	zong_txn_end(txn);
	return r;
}

static void settle_result(struct zong_ingest *ingest)
{
	struct zong_ingest_result *result = &ingest->result;

	result->bytes_new = 0;
	if (!result->known)
		result->bytes_new =
			ingest->new_before + ingest->inline_bytes + batch_new_bytes(ingest->batch);
	result->bytes_shared = result->bytes - result->bytes_new;
}

/* Reads, cuts and digests the whole file. */
static int take_in(
	struct zong_ingest *ingest, enum zong_media media, const struct zong_digest *digest)
{
	struct zong_cut_source source = {.fd = ingest->fd, .len = ingest->len};
	struct zong_cut cut;
	int r = make_room(ingest->batch, ingest->len);

	if (r)
		return r;
	ingest->zstd = zong_segment_zstd_take(ingest->store);
	if (!ingest->zstd)
		return ZONG_ENOMEM;
	r = zong_digest_begin(&ingest->state);
	if (!r && ingest->store->sm3)
		r = zong_sm3_begin(&ingest->sm3);
	if (r)
		return r;
	r = zong_cut_open(&cut, &source, media);
	if (r)
		return r;
	r = cut_all(ingest, &cut);
	zong_cut_release(&cut);
	if (r)
		return r;
	zong_digest_end(ingest->state, &ingest->result.digest);
	ingest->state = NULL;
	if (ingest->sm3)
		zong_sm3_end(ingest->sm3, &ingest->result.sm3);
	ingest->result.has_sm3 = ingest->sm3 != NULL;
	ingest->sm3 = NULL;
	zong_segment_zstd_give(ingest->store, ingest->zstd);
	ingest->zstd = NULL;
	if (digest && !zong_digest_equal(digest, &ingest->result.digest))
		return ZONG_ECORRUPT;
	return 0;
}

int zong_ingest_begin(struct zong_store *store, int fd, uint64_t len, enum zong_media media,
	const struct zong_digest *digest, zong_store_progress *progress, void *ctx,
	struct zong_ingest **ret_ingest)
{
	struct zong_ingest *ingest;
	int r = 0;

	if (len == 0)
		return ZONG_EEMPTY;
	if (len > ZONG_LIMIT_FILE)
		return ZONG_ETOOBIG;
	ingest = calloc(1, sizeof(*ingest));
	if (!ingest)
		return ZONG_ENOMEM;
	ingest->store = store;
	ingest->batch = ingest->batches;
	ingest->fd = fd;
	ingest->len = len;
	ingest->result.bytes = len;
	ingest->progress = progress;
	ingest->progress_ctx = ctx;
	zong_recipe_init(&ingest->recipe);
	ingest->ticket = zong_collect_enter(store->collect);
	if (ingest->ticket == 0)
		r = ZONG_ENOMEM;
	if (!r && digest) {
		ingest->result.digest = *digest;
		r = is_known(store, digest, &ingest->known_at_begin);
	}
	if (!r && !ingest->known_at_begin) {
		r = take_in(ingest, media, digest);
		if (!r)
			r = is_known(store, &ingest->result.digest, &ingest->known_at_begin);
	}
	if (r) {
		zong_ingest_free(ingest);
		return r;
	}
	ingest->result.known = ingest->known_at_begin;
	settle_result(ingest);
	*ret_ingest = ingest;
	return 0;
}

void zong_store_set_sm3(struct zong_store *store, bool wanted)
{
	store->sm3 = wanted;
}

const struct zong_ingest_result *zong_ingest_result(const struct zong_ingest *ingest)
{
	return &ingest->result;
}

int zong_ingest_put(struct zong_ingest *ingest, struct zong_txn *txn, bool *ret_known)
{
	bool known = zong_recipe_exists(txn, &ingest->result.digest);
	int r = zong_txn_err(txn);

	if (!r && !known && ingest->known_at_begin && ingest->recipe.count == 0)
		r = ZONG_ENOENT; /* it was there, so nothing was read; now it is gone */
	if (!r && !known)
		r = zong_recipe_put(txn, &ingest->result.digest, &ingest->recipe);
	if (r)
		return r;
	ingest->result.known = known;
	settle_result(ingest);
	*ret_known = known;
	return 0;
}

int zong_store_write_file(
	struct zong_store *store, struct zong_ingest *ingest, zong_store_change *change, void *ctx)
{
	struct batch *batch = ingest->batch;
	struct zong_write write = {.change = change, .ctx = ctx};
	int r;

	if (!batch->written) {
		write.puts = batch->puts;
		write.put_count = batch->count;
		write.put_bytes = batch->filled;
	}
	r = zong_writer_submit(store->writer, &write);
	if (!r)
		r = zong_writer_await(&write);
	batch->written = batch->written || write.segments_done;
	return r;
}

int zong_ingest_flush(struct zong_ingest *ingest)
{
	struct batch *batch = ingest->batch;
	struct zong_write write = {
		.puts = batch->puts, .put_count = batch->count, .put_bytes = batch->filled};
	int r = 0;
	size_t i;

	if (batch->count > 0) {
		r = zong_writer_submit(ingest->store->writer, &write);
		if (!r)
			r = zong_writer_await(&write);
		if (r)
			return r;
		ingest->new_before += batch_new_bytes(batch);
	}
	/* many files may be on their way at once: none keeps its room */
	for (i = 0; i < 2; i++) {
		batch_clear(&ingest->batches[i]);
		free(ingest->batches[i].bytes);
		ingest->batches[i].bytes = NULL;
		ingest->batches[i].room = 0;
	}
	settle_result(ingest);
	return 0;
}

void zong_ingest_free(struct zong_ingest *ingest)
{
	size_t i;

	if (!ingest)
		return;
	for (i = 0; i < 2; i++) {
		land(ingest, &ingest->batches[i]);
		batch_clear(&ingest->batches[i]);
		free(ingest->batches[i].puts);
		free(ingest->batches[i].bytes);
	}
	if (ingest->state)
		zong_digest_abandon(ingest->state);
	zong_sm3_abandon(ingest->sm3);
	zong_segment_zstd_give(ingest->store, ingest->zstd);
	zong_recipe_release(&ingest->recipe);
	zong_collect_leave(ingest->store->collect, ingest->ticket);
	free(ingest);
}
