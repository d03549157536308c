/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_POOL_H
#define ZONG_POOL_H

/* The pool of zong-ocr processes: the only code that lets anything look inside an image or a PDF.
 * Each worker is a separate program started by fork+exec, talks over a socketpair (ocr/proto.h),
 * gets the document as an open descriptor and nothing else, and has shut itself into a sandbox
 * (seccomp, Landlock, rlimits; no network, no files but models and fonts, read-only) before the
 * first byte of a document reaches it. A worker that dies, hangs over its deadline or breaks the
 * protocol is killed and replaced; the call that used it gets a code, the server goes on.
 *
 *     zong_pool_start(&options, &pool, &err);
 *     zong_pool_probe(pool, fd, media, &arena, NULL, NULL, &probe, &err);
 *     zong_pool_read(pool, &key, fd, media, page, NULL, &arena, &reading, &err);
 *     zong_pool_stop(pool);
 *
 * Threads: every call may come from any thread; a call waits until a worker is free, probes and
 * renders before reads (a person waits for the former). @fd is read by pread-like means only, is
 * not closed and may be a memfd or a file of any size; the caller keeps it unchanged meanwhile. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <zong/arena.h>
#include <zong/buffer.h>
#include <zong/error.h>
#include <zong/form.h>
#include <zong/image.h>
#include <zong/media.h>
#include <zong/reading.h>

struct zong_pool;

struct zong_pool_options {
	const char *worker;      /* path of zong-ocr */
	unsigned int workers;    /* 0: one a core of this machine that the process may use */
	unsigned int spare;      /* so many more, which never read: whoever waits at a scanner or a screen
	                            is served while all the others are in the middle of a page */
	unsigned int read_seconds;  /* 0: ZONG_WORKER_READ_SECONDS; deadlines are a page */
	unsigned int probe_seconds; /* 0: ZONG_WORKER_PROBE_SECONDS */
	unsigned int recycle_pages; /* 0: ZONG_WORKER_PAGES; after so many questions a worker is replaced */
	uint64_t recycle_bytes;  /* 0: ZONG_WORKER_WORN; or when it holds so much memory between two of them */
	bool allow_no_landlock;  /* the kernel has none: go on with seccomp alone, and say so in the log */
};

/* Starts the workers and waits until each has said that its sandbox is closed and its model loaded.
 * Returns 0, ZONG_ENOENT (no such program), ZONG_EWORKER (did not come up; err tells why). */
int zong_pool_start(const struct zong_pool_options *options, struct zong_pool **ret_pool,
	struct zong_err *err);
/* Lets every call under way and every later one return ZONG_ECANCELLED, so that the threads that make
 * calls can be ended before the pool goes. NULL is fine. */
void zong_pool_cancel(struct zong_pool *pool);
/* Kills the workers; calls under way return ZONG_ECANCELLED; waits for them. NULL is fine. */
void zong_pool_stop(struct zong_pool *pool);

/* Called as pages are done, from the thread that called probe; a non-zero answer ends the probe
 * with ZONG_ECANCELLED. */
typedef int zong_pool_progress(void *ctx, uint32_t done, uint32_t pages);

/* Opens the document and decodes every page: size, colour, canonical raster digest, blank or not.
 * The canonical raster of a page is what its pixels say, whatever the file's compression: the
 * smallest of 1 bit, 8 bit grey and 8 bit RGB that loses nothing of the 8-bit decoded page, hashed as
 * "zong-raster-1", big-endian width, height, channels and bits (uint32 each), then rows packed without
 * padding between them but each row starting at a byte. A PDF page that is one image and
 * nothing else counts as that image.
 * When single pages are damaged the call succeeds and those pages have err set; a worker that dies on
 * a page costs that page only (the rest is probed by a fresh worker).
 * Returns 0, ZONG_EMEDIA, ZONG_EDAMAGED (cannot be opened, or no page decodes), ZONG_ENOPAGES,
 * ZONG_EENCRYPTED (needs a password), ZONG_EPAGES, ZONG_EPIXELS (its only page), ZONG_EWORKER,
 * ZONG_EWORKER_MEMORY, ZONG_EWORKER_TIMEOUT (a file that kills the worker before any page is known),
 * ZONG_ECANCELLED, ZONG_ENOMEM. */
int zong_pool_probe(struct zong_pool *pool, int fd, enum zong_media media, struct zong_arena *arena,
	zong_pool_progress *progress, void *ctx, struct zong_probe *ret_probe, struct zong_err *err);

/* A call that another thread may end: made by the caller with ZONG_POOL_CALL_INIT for one call after the other, and there
 * until each has returned. What is in it belongs to the pool. */
struct zong_pool_call {
	bool cancelled_;
};
#define ZONG_POOL_CALL_INIT {0}
/* Lets the call under way, or the next one with it, return ZONG_ECANCELLED: it waits for no worker any more, and one that
 * works for it is ended, of which no page is blamed. The call must not return meanwhile (its owner holds a lock for that). */
void zong_pool_call_cancel(struct zong_pool *pool, struct zong_pool_call *call);

/* Reads page @page (from 1). @key names the document, so that a worker which still has it open is
 * preferred and needs not open it anew. The reading lives in @arena. @call: by which it may be cancelled; or NULL.
 * Returns 0, ZONG_EPAGENO, ZONG_EDAMAGED, ZONG_EPIXELS, ZONG_EENCRYPTED, ZONG_EWORKER,
 * ZONG_EWORKER_MEMORY, ZONG_EWORKER_TIMEOUT, ZONG_EPROTO, ZONG_ECANCELLED, ZONG_ENOMEM;
 * ZONG_ENOTREADY: no worker comes up, of which the page is innocent. */
int zong_pool_read(struct zong_pool *pool, const struct zong_digest *key, int fd, enum zong_media media,
	uint32_t page, struct zong_pool_call *call, struct zong_arena *arena, struct zong_reading *ret_reading,
	struct zong_err *err);

/* The upright page, or the @part of it (NULL: all of it) as far as it lies on the page, as a PNG of at most @max_width
 * pixels (0: as it is, within ZONG_LIMIT_RENDER).
 * Errors as zong_pool_read, but ZONG_EWORKER where it has ZONG_ENOTREADY. */
int zong_pool_render(struct zong_pool *pool, const struct zong_digest *key, int fd, enum zong_media media,
	uint32_t page, uint32_t max_width, const struct zong_box *part, struct zong_buf *ret_png,
	struct zong_err *err);

/* The pages from @first on, @count of them, as a document of their own of the same kind (TIFF, PDF), the encoded
 * pixels as they are: written to @out_fd from its beginning, *ret_len bytes. Errors as zong_pool_render, and
 * ZONG_EMEDIA (cannot be taken out), ZONG_ELIMIT (over ZONG_LIMIT_EXTRACT), ZONG_EIO, ZONG_ENOSPC. */
int zong_pool_extract(struct zong_pool *pool, const struct zong_digest *key, int fd, enum zong_media media,
	uint32_t first, uint32_t count, int out_fd, uint64_t *ret_len, struct zong_err *err);

/* The image of a page, coded as the file has it where a PDF can carry that, else its upright pixels coded
 * anew without loss, told by ret_image->as_stored. It lives in @arena and refers to the file's bytes,
 * all within @size, the bytes of @fd. ZONG_ELIMIT: over ZONG_LIMIT_RENDER coded anew. Else errors as
 * zong_pool_render. */
int zong_pool_image(struct zong_pool *pool, const struct zong_digest *key, int fd, uint64_t size,
	enum zong_media media, uint32_t page, struct zong_arena *arena, struct zong_image *ret_image,
	struct zong_err *err);

/* Draws the form as a PDF, written to @out_fd from where it stands, *ret_len bytes. Returns 0, what stuck in the form (form.h),
 * ZONG_EPAGES (over ZONG_LIMIT_FORM_PAGES), ZONG_ELIMIT (over ZONG_LIMIT_EXTRACT, or a code that holds no such text),
 * ZONG_EPROTO (a length or size that cannot be drawn), ZONG_EWORKER, ZONG_EWORKER_MEMORY, ZONG_EWORKER_TIMEOUT,
 * ZONG_ECANCELLED, ZONG_EIO, ZONG_ENOSPC, ZONG_ENOMEM. */
int zong_pool_draw(struct zong_pool *pool, const struct zong_form *form, int out_fd, uint64_t *ret_len,
	struct zong_err *err);

struct zong_pool_stats {
	unsigned int workers, busy;
	uint64_t pages_read, pages_probed, pages_rendered;
	uint64_t restarts;       /* workers replaced after dying or being killed */
	uint64_t recycled;       /* replaced in good health, before what they leak matters */
};
void zong_pool_stats(struct zong_pool *pool, struct zong_pool_stats *ret_stats);

#endif
