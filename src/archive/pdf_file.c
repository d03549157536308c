/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zlib.h>

#include <zong/cleanup.h>
#include <zong/error.h>
#include <zong/file.h>
#include <zong/limits.h>
#include <zong/utf8.h>

#include "pdf_file.h"

#define BLOCK (256 * 1024)
#define OBJECTS_MAX 8388607 /* ISO 19005-1 §6.1.12 */

struct zong_pdf_file {
	int fd;
	int err;
	uint64_t at; /* bytes so far, those not yet written among them */
	uint64_t *offset;
	uint32_t objects, room;
	struct zong_digest_state *digest;
	struct zong_buf out;
};

void zong_pdf_fail(struct zong_pdf_file *file, int err)
{
	if (!file->err)
		file->err = err;
}

int zong_pdf_error(const struct zong_pdf_file *file)
{
	return file->err;
}

static void flush(struct zong_pdf_file *file)
{
	int err = file->out.err;

	if (!err && !file->err)
		err = zong_file_write_all(file->fd, file->out.data, file->out.len);
	if (err)
		zong_pdf_fail(file, err);
	else if (!file->err)
		zong_digest_add(file->digest, file->out.data, file->out.len);
	zong_buf_clear(&file->out);
}

void zong_pdf_add(struct zong_pdf_file *file, const void *bytes, size_t len)
{
	const uint8_t *from = bytes;

	while (len > 0 && !file->err) {
		size_t part = BLOCK - file->out.len < len ? BLOCK - file->out.len : len;

		zong_buf_add(&file->out, from, part);
		file->at += part;
		from += part;
		len -= part;
		if (file->out.err || file->out.len == BLOCK)
			flush(file);
	}
}

void zong_pdf_format(struct zong_pdf_file *file, const char *format, ...)
{
	char text[512];
	va_list list;
	int len;

	va_start(list, format);
	len = vsnprintf(text, sizeof(text), format, list);
	va_end(list);
	if (len < 0 || (size_t)len >= sizeof(text))
		abort();
	zong_pdf_add(file, text, (size_t)len);
}

int zong_pdf_file_begin(int fd, struct zong_pdf_file **ret_file)
{
	struct zong_pdf_file *file = calloc(1, sizeof(*file));
	int err;

	if (!file)
		return ZONG_ENOMEM;
	file->fd = fd;
	zong_buf_init(&file->out, BLOCK);
	err = zong_digest_begin(&file->digest);
	if (err) {
		zong_pdf_file_free(file);
		return err;
	}
	/* Four bytes over 127 tell programs that copy files that this one is binary. */
	zong_pdf_format(file, "%%PDF-1.4\n%%\xc3\xa4\xc3\xb6\n");
	*ret_file = file;
	return 0;
}

void zong_pdf_file_free(struct zong_pdf_file *file)
{
	if (!file)
		return;
	if (file->digest)
		zong_digest_abandon(file->digest);
	zong_buf_release(&file->out);
	free(file->offset);
	free(file);
}

uint32_t zong_pdf_reserve(struct zong_pdf_file *file)
{
	uint32_t room = file->room ? 2 * file->room : 256;
	uint64_t *offset;

	if (file->objects + 1 >= file->room && !file->err) {
		offset = realloc(file->offset, room * sizeof(*offset));
		if (!offset || room > 2 * OBJECTS_MAX) {
			free(offset ? offset : file->offset);
			file->offset = NULL;
			zong_pdf_fail(file, offset ? ZONG_ELIMIT : ZONG_ENOMEM);
		} else {
			file->offset = offset;
			file->room = room;
		}
	}
	if (file->objects >= OBJECTS_MAX)
		zong_pdf_fail(file, ZONG_ELIMIT);
	if (file->err)
		return 1;
	file->offset[++file->objects] = 0;
	return file->objects;
}

void zong_pdf_object(struct zong_pdf_file *file, uint32_t number)
{
	if (file->err)
		return;
	file->offset[number] = file->at;
	zong_pdf_format(file, "%u 0 obj\n", number);
}

void zong_pdf_object_end(struct zong_pdf_file *file)
{
	zong_pdf_format(file, "\nendobj\n");
}

void zong_pdf_stream(struct zong_pdf_file *file, uint32_t number, const char *entries,
	const void *bytes, size_t len, bool compress)
{
	_cleanup_free_ uint8_t *packed = NULL;
	uLongf packed_len = compressBound(len);

	if (compress) {
		packed = malloc(packed_len);
		if (!packed || compress2(packed, &packed_len, bytes, len, Z_BEST_SPEED) != Z_OK) {
			zong_pdf_fail(file, ZONG_ENOMEM);
			return;
		}
		bytes = packed;
		len = packed_len;
	}
	zong_pdf_object(file, number);
	zong_pdf_format(file, "<<%s %s/Length %zu>>\nstream\n", entries,
		compress ? "/Filter /FlateDecode " : "", len);
	zong_pdf_add(file, bytes, len);
	zong_pdf_format(file, "\nendstream");
	zong_pdf_object_end(file);
}

int zong_pdf_file_end(struct zong_pdf_file *file, uint32_t catalog, uint32_t info,
	const uint8_t id[ZONG_PDF_ID], uint64_t *ret_size, struct zong_digest *ret_digest)
{
	char hex[2 * ZONG_PDF_ID + 1];
	uint64_t table = file->at;
	uint32_t i;

	for (i = 0; i < ZONG_PDF_ID; i++)
		snprintf(hex + (size_t)2 * i, 3, "%02x", id[i]);
	zong_pdf_format(file, "xref\n0 %u\n0000000000 65535 f \n", file->objects + 1);
	for (i = 1; i <= file->objects && !file->err; i++)
		zong_pdf_format(file, "%010llu 00000 n \n", (unsigned long long)file->offset[i]);
	zong_pdf_format(file,
		"trailer\n<</Size %u /Root %u 0 R /Info %u 0 R /ID [<%s> <%s>]>>\n"
		"startxref\n%llu\n%%%%EOF\n",
		file->objects + 1, catalog, info, hex, hex, (unsigned long long)table);
	if (file->at > ZONG_LIMIT_PDF)
		zong_pdf_fail(file, ZONG_ETOOBIG);
	flush(file);
	if (file->err)
		return file->err;
	zong_digest_end(file->digest, ret_digest);
	file->digest = NULL;
	*ret_size = file->at;
	return 0;
}

void zong_pdf_number(struct zong_buf *buf, double value)
{
	long long parts = llround(value * 10000);
	const char *sign = parts < 0 ? "-" : "";

	if (parts < 0)
		parts = -parts;
	if (parts % 10000 == 0)
		zong_buf_add_format(buf, "%s%lld", sign, parts / 10000);
	else
		zong_buf_add_format(buf, "%s%lld.%04lld", sign, parts / 10000, parts % 10000);
}

void zong_pdf_text_string(struct zong_buf *buf, const char *text)
{
	size_t len = strlen(text), pos = 0;

	zong_buf_add_str(buf, "<FEFF");
	while (pos < len) {
		uint32_t character = zong_utf8_next(text, len, &pos);

		if (character >= 0x10000)
			zong_buf_add_format(buf, "%04X%04X", 0xD800 + ((character - 0x10000) >> 10),
				0xDC00 + ((character - 0x10000) & 0x3FF));
		else
			zong_buf_add_format(buf, "%04X", character);
	}
	zong_buf_add_char(buf, '>');
}
