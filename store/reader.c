/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include <zong/file.h>

#include "reader.h"
#include "recipe.h"
#include "segment.h"

struct zong_reader {
	struct zong_store *store;
	struct zong_digest file;
	uint64_t size;

	Zong__Recipe *row; /* the row of the recipe last used, or NULL */
	uint64_t row_start;
	size_t piece;	      /* in the row: the piece last used */
	uint64_t piece_start; /* its offset in the file */
	uint8_t *segment;     /* bytes of the segment last read; ZONG_SEGMENT_MAX of room */
	uint64_t segment_start;
	size_t segment_len; /* 0: none */
};

int zong_reader_open(
	struct zong_store *store, const struct zong_digest *file, struct zong_reader **ret_reader)
{
	struct zong_reader *reader = calloc(1, sizeof(*reader));
	struct zong_txn *txn;
	int r;

	if (!reader)
		return ZONG_ENOMEM;
	reader->store = store;
	reader->file = *file;
	r = zong_store_read_begin(store, &txn);
	if (!r) {
		r = zong_recipe_size(txn, file, &reader->size);
		zong_txn_end(txn);
	}
	if (r) {
		free(reader);
		return r;
	}
	*ret_reader = reader;
	return 0;
}

uint64_t zong_reader_size(const struct zong_reader *reader)
{
	return reader->size;
}

void zong_reader_close(struct zong_reader *reader)
{
	if (!reader)
		return;
	zong__recipe__free_unpacked(reader->row, NULL);
	free(reader->segment);
	free(reader);
}

static int load_row(struct zong_reader *reader, uint64_t offset)
{
	struct zong_txn *txn;
	int r;

	zong__recipe__free_unpacked(reader->row, NULL);
	reader->row = NULL;
	r = zong_store_read_begin(reader->store, &txn);
	if (r)
		return r;
	r = zong_recipe_get(txn, &reader->file, offset, &reader->row, &reader->row_start);
	zong_txn_end(txn);
	reader->piece = 0;
	reader->piece_start = reader->row_start;
	return r == ZONG_ENOENT ? ZONG_ECORRUPT : r;
}

/* Walks to the piece that holds @offset; false when it is not in the row. */
static bool walk(struct zong_reader *reader, uint64_t offset)
{
	if (!reader->row || offset < reader->row_start)
		return false;
	if (offset < reader->piece_start) {
		reader->piece = 0;
		reader->piece_start = reader->row_start;
	}
	while (offset - reader->piece_start >= reader->row->pieces[reader->piece]->length) {
		if (reader->piece + 1 == reader->row->n_pieces)
			return false;
		reader->piece_start += reader->row->pieces[reader->piece]->length;
		reader->piece++;
	}
	return true;
}

static int load_segment(struct zong_reader *reader, const Zong__Piece *piece)
{
	struct zong_digest digest;
	int r;

	if (reader->segment_len > 0 && reader->segment_start == reader->piece_start)
		return 0;
	if (!reader->segment)
		reader->segment = malloc(ZONG_SEGMENT_MAX);
	if (!reader->segment)
		return ZONG_ENOMEM;
	reader->segment_len = 0;
	memcpy(digest.bytes, piece->digest.data, sizeof(digest.bytes));
	r = zong_segment_get(reader->store, &digest, reader->segment, piece->length);
	if (r)
		return r;
	reader->segment_start = reader->piece_start;
	reader->segment_len = piece->length;
	return 0;
}

/* Bytes from @offset to the end of the piece there, borrowed. */
static int bytes_at(
	struct zong_reader *reader, uint64_t offset, const uint8_t **ret_bytes, size_t *ret_len)
{
	const Zong__Piece *piece;
	size_t skip;
	int r;

	if (!walk(reader, offset)) {
		r = load_row(reader, offset);
		if (r)
			return r;
		if (!walk(reader, offset))
			return ZONG_ECORRUPT; /* a hole between two rows */
	}
	piece = reader->row->pieces[reader->piece];
	skip = (size_t)(offset - reader->piece_start);
	*ret_len = piece->length - skip;
	if (piece->digest.len == 0) {
		*ret_bytes = piece->inline_bytes.data + skip;
		return 0;
	}
	r = load_segment(reader, piece);
	if (!r)
		*ret_bytes = reader->segment + skip;
	return r;
}

int zong_reader_read(
	struct zong_reader *reader, uint64_t offset, void *ret_bytes, size_t len, size_t *ret_read)
{
	const uint8_t *bytes;
	size_t done = 0;
	size_t n;
	int r;

	while (done < len && offset < reader->size) {
		r = bytes_at(reader, offset, &bytes, &n);
		if (r)
			return r;
		if (n > len - done)
			n = len - done;
		memcpy((uint8_t *)ret_bytes + done, bytes, n);
		done += n;
		offset += n;
	}
	*ret_read = done;
	return 0;
}

/* Every byte of the file in order, to @fd unless that is -1; the digest in the end. */
static int run_through(struct zong_reader *reader, int fd)
{
	struct zong_digest_state *state;
	struct zong_digest digest;
	const uint8_t *bytes;
	uint64_t offset;
	size_t n;
	int r = zong_digest_begin(&state);

	if (r)
		return r;
	for (offset = 0; !r && offset < reader->size; offset += n) {
		n = 0;
		r = bytes_at(reader, offset, &bytes, &n);
		if (r)
			break;
		zong_digest_add(state, bytes, n);
		if (fd >= 0)
			r = zong_file_write_all(fd, bytes, n);
	}
	if (r) {
		zong_digest_abandon(state);
		return r;
	}
	zong_digest_end(state, &digest);
	return zong_digest_equal(&digest, &reader->file) ? 0 : ZONG_ECORRUPT;
}

int zong_reader_copy(struct zong_reader *reader, int fd)
{
	return run_through(reader, fd);
}

int zong_reader_verify(struct zong_reader *reader)
{
	return run_through(reader, -1);
}
