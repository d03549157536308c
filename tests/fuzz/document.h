/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_FUZZ_DOCUMENT_H
#define ZONG_FUZZ_DOCUMENT_H

/* What the worker does with a document from outside, for the targets that give it one. Checks on the way
 * that every code is one that a worker may answer with, and that what it would say is accepted by the
 * server, who ends a worker whose answer it cannot take. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <zong/digest.h>
#include <zong/media.h>

#include "decode.h"

/* A page that says it has more is left alone: that it costs memory and time is known, and the worker's
 * limits are for that. */
#define FUZZ_PIXELS (512 << 10)

struct fuzz_document {
	int fd;
	uint64_t size;
	enum zong_media media;
	const struct zong_decoder *decoder;
	void *state;
	uint32_t pages;
};

/* A file without a name that has these bytes. */
int fuzz_file(const void *bytes, size_t len);
/* Takes @fd. False: it is refused, and closed. */
bool fuzz_open(int fd, enum zong_media media, struct fuzz_document *ret_document);
void fuzz_close(struct fuzz_document *document);

/* Each of these is what one request does, with @page within the document's. The answer is the worker's
 * code for this page. */
int fuzz_raster(struct fuzz_document *document, uint32_t page, struct zong_digest *ret_raster);
int fuzz_probe(struct fuzz_document *document, uint32_t page, struct zong_digest *ret_raster);
int fuzz_text(struct fuzz_document *document, uint32_t page);
/* Before the others: whether the page is within FUZZ_PIXELS, as far as its image says. */
bool fuzz_image(struct fuzz_document *document, uint32_t page);

/* Libraries write to stderr what they think of a file. Off without a sanitizer, whose report goes there;
 * on again. */
int fuzz_hush(void);
void fuzz_speak(int hushed);

#endif
