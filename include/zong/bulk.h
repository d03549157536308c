/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_BULK_H
#define ZONG_BULK_H

/* What a check (zong/check.h) and the scrub need of the store and nobody else does: reading stored bytes again against
 * their digests, and looking at the text index from outside.
 *
 *     zong_bulk_new(store, &options, &bulk);
 *     zong_bulk_segments(bulk); zong_bulk_files(bulk); zong_bulk_result(bulk, &result);
 *     zong_bulk_free(bulk);
 *
 * Threads: a bulk belongs to the thread that runs it; it starts its own for digesting. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <zong/store.h>

/* ---- the store's side: stored bytes (store/check_bulk.c) ---- */

enum zong_bulk_kind {
	ZONG_BULK_SEGMENT_DAMAGED, /* its bytes are not what its digest says */
	ZONG_BULK_SEGMENT_MISSING, /* a recipe names it */
	ZONG_BULK_FILE_DAMAGED,    /* all segments are sound, the file is not */
	ZONG_BULK_RECIPE_DAMAGED,  /* a hole, or a row that is none */
	ZONG_BULK_SM3_WRONG,       /* the file is what its SHA-256 says, and not what its SM3 says */
};

struct zong_bulk_found {
	enum zong_bulk_kind kind;
	const struct zong_digest *segment; /* or NULL */
	const struct zong_digest *file;    /* or NULL: found in the segment itself */
};

struct zong_bulk_options {
	unsigned int threads;
	uint64_t rate;
	bool quick;
	/* One at a time, from any thread. Non-zero ends it. */
	int (*found)(void *ctx, const struct zong_bulk_found *found);
	int (*progress)(void *ctx, uint64_t done, uint64_t total);
	void *ctx;
};

struct zong_bulk;

/* Both passes use what the one before has learnt. */
int zong_bulk_new(struct zong_store *store, const struct zong_bulk_options *options, struct zong_bulk **ret_bulk);
void zong_bulk_free(struct zong_bulk *bulk);
/* Every segment against its digest, in the order of the disk. 0, ZONG_ECANCELLED, ZONG_EIO, ZONG_ENOMEM, ZONG_ECORRUPT
 * (the table itself cannot be walked). */
int zong_bulk_segments(struct zong_bulk *bulk);
/* Every recipe; every file against its digest unless quick. */
int zong_bulk_files(struct zong_bulk *bulk);
struct zong_bulk_result {
	uint64_t segments, segment_bytes; /* read; bytes as kept */
	uint64_t files, file_bytes;       /* bytes put together and digested */
	uint64_t garbage, garbage_bytes;  /* segments that no recipe names; after both passes only */
	bool garbage_known;
	int64_t time;                     /* microseconds */
};
void zong_bulk_result(const struct zong_bulk *bulk, struct zong_bulk_result *ret_result);

/* Segments from *@position (the first eight bytes of their digest, big-endian) while that is <= @until and for at
 * most @budget bytes, in this thread: for the scrub. Moves *@position behind the last one read; *ret_wrapped:
 * there are none behind it. found->file is NULL. */
int zong_bulk_scrub(struct zong_store *store, uint64_t *position, uint64_t until, uint64_t budget,
	int (*found)(void *ctx, const struct zong_bulk_found *found), void *ctx, uint64_t *ret_segments,
	uint64_t *ret_bytes, bool *ret_wrapped);
/* The file of each recipe that names @segment, from the recipes' rows. */
int zong_bulk_files_of(struct zong_store *store, const struct zong_digest *segment,
	int (*each)(void *ctx, const struct zong_digest *file), void *ctx);
/* A value as segments/ keeps them, put in place of what is there. ZONG_ECORRUPT: its bytes do not have the digest. */
int zong_bulk_restore(struct zong_store *store, const struct zong_digest *digest, const void *value, size_t len);
/* What segments/ occupies: counted (NULL: do not count), and as its own total says (UINT64_MAX: that is no number). @fix:
 * makes the total right; the store is to be opened anew before anything is put into it. */
int zong_bulk_total(struct zong_store *store, bool fix, uint64_t *ret_counted, uint64_t *ret_total);

/* ---- the store's side: a sealed archive, from outside (store/seal_look.c) ---- */

struct zong_sealed_options {
	uint64_t rate; /* bytes a second; 0: as fast as possible */
	/* @detail: which box, and what is wrong with it. Non-zero ends it. */
	int (*found)(void *ctx, const char *detail);
	int (*progress)(void *ctx, uint64_t done, uint64_t total); /* bytes; non-zero ends it */
	void *ctx;
};
struct zong_sealed_result {
	uint64_t boxes, bytes;
};
/* What can be said of a sealed archive without its key, beside the process that serves it (not in that one): that format and mark
 * can be read, that each box stands under such a name and has a length that boxes have, that all of it can be read off the disk, and
 * that no stretch of it is blank, as lost sectors are and sealed bytes never. Whether what is in a box is what was sealed, and whether
 * one is missing, its key alone tells. 0, ZONG_ECANCELLED, ZONG_ECORRUPT (it cannot be opened or walked), those of zong_store_open. */
int zong_sealed_look(const char *dir, const struct zong_sealed_options *options, struct zong_sealed_result *ret_result);

/* ---- the store's side: the text index ---- */

struct zong_textlook;
/* ZONG_ENOENT: there is none; ZONG_ECORRUPT: it cannot be read, or is of another archive. */
int zong_textlook_open(struct zong_store *store, struct zong_textlook **ret_look);
void zong_textlook_close(struct zong_textlook *look);
/* Sees what was committed since. *ret_change: the last change it holds. */
int zong_textlook_refresh(struct zong_textlook *look, uint64_t *ret_change, uint64_t *ret_documents);
int zong_textlook_has(struct zong_textlook *look, const void *what, size_t what_len, bool *ret_has);
/* The keys of documents behind @after (NULL: from the first), ascending, at most @max. */
struct zong_textlook_what {
	uint8_t bytes[64];
	size_t len;
};
int zong_textlook_list(struct zong_textlook *look, const struct zong_textlook_what *after, size_t max,
	struct zong_textlook_what *ret_whats, size_t *ret_count);
/* Takes the index away; the next zong_text_start makes it anew. The store is open for writing and no index runs. */
int zong_textlook_remove(struct zong_store *store);

#endif
