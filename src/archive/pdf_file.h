/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_PDF_FILE_H
#define ZONG_ARCHIVE_PDF_FILE_H

/* Writes the objects of a PDF 1.4 into a file, from its head to its cross-reference table, holding
 * nothing of it but the offsets (ISO 32000-1 §7.5 without what came after 1.4).
 *
 *     err = zong_pdf_file_begin(fd, &file);
 *     n = zong_pdf_reserve(file); zong_pdf_object(file, n); zong_pdf_format(file, ...);
 *     zong_pdf_object_end(file);
 *     err = zong_pdf_file_end(file, catalog, info, id, &size, &digest);
 *     zong_pdf_file_free(file);
 *
 * Errors stick: after one nothing is written and the end tells it. Threads: one at a time. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <zong/buffer.h>
#include <zong/digest.h>

#define ZONG_PDF_ID 16

struct zong_pdf_file;

/* @fd: empty, for writing; not closed. 0, ZONG_ENOMEM. */
int zong_pdf_file_begin(int fd, struct zong_pdf_file **ret_file);
void zong_pdf_file_free(struct zong_pdf_file *file); /* NULL is fine */
/* The number of an object that is written later. */
uint32_t zong_pdf_reserve(struct zong_pdf_file *file);
void zong_pdf_object(struct zong_pdf_file *file, uint32_t number);
void zong_pdf_object_end(struct zong_pdf_file *file);
void zong_pdf_add(struct zong_pdf_file *file, const void *bytes, size_t len);
void zong_pdf_format(struct zong_pdf_file *file, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* A whole object: the dictionary with @entries (may be "") and the stream, compressed where
 * @compress. */
void zong_pdf_stream(struct zong_pdf_file *file, uint32_t number, const char *entries,
	const void *bytes, size_t len, bool compress);
/* What went wrong elsewhere ends the file as well. */
void zong_pdf_fail(struct zong_pdf_file *file, int err);
int zong_pdf_error(const struct zong_pdf_file *file);
/* 0, ZONG_ETOOBIG, ZONG_ELIMIT (too many objects), ZONG_ENOSPC, ZONG_EIO, ZONG_ENOMEM or what stuck. */
int zong_pdf_file_end(struct zong_pdf_file *file, uint32_t catalog, uint32_t info,
	const uint8_t id[ZONG_PDF_ID], uint64_t *ret_size, struct zong_digest *ret_digest);

/* A number with four places behind the point, whatever the locale. */
void zong_pdf_number(struct zong_buf *buf, double value);
/* Text as UTF-16 in hexadecimal digits, with its mark of the byte order. */
void zong_pdf_text_string(struct zong_buf *buf, const char *text);

#endif
