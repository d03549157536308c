/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include <qpdf/qpdf-c.h>

#include <zong/error.h>
#include <zong/limits.h>

#include "decode.h"
#include "extract.h"

static int extract_tiff(int fd, uint32_t first, uint32_t count, struct zong_buf *out)
{
	struct zong_tiff_pages pages;
	int err = zong_tiff_pages_find(fd, &pages);

	if (err)
		return err;
	if (first > pages.count || count > pages.count - first + 1)
		err = ZONG_EPAGENO;
	else
		err = zong_extract_tiff(fd, &pages, first, count, out);
	zong_tiff_pages_release(&pages);
	return err;
}

/* An error that nobody has asked for qpdf writes to standard error. */
static void clean_up(qpdf_data pdf)
{
	if (qpdf_has_error(pdf))
		qpdf_get_error(pdf);
	qpdf_cleanup(&pdf);
}

static bool has_errors(qpdf_data pdf, QPDF_ERROR_CODE code)
{
	return (code & QPDF_ERRORS) || qpdf_has_error(pdf);
}

static int copy_pages(qpdf_data from, qpdf_data to, uint32_t first, uint32_t count)
{
	int pages = qpdf_get_num_pages(from);

	if (pages < 0)
		return ZONG_EDAMAGED;
	if (first > (uint32_t)pages || count > (uint32_t)pages - first + 1)
		return ZONG_EPAGENO;
	for (uint32_t i = 0; i < count; i++) {
		qpdf_oh page = qpdf_get_page_n(from, first - 1 + i);

		if (has_errors(to, qpdf_add_page(to, from, page, QPDF_FALSE)))
			return ZONG_EDAMAGED;
	}
	return 0;
}

static int write_pdf(qpdf_data pdf, struct zong_buf *out)
{
	if (has_errors(pdf, qpdf_init_write_memory(pdf)))
		return ZONG_EDAMAGED;
	qpdf_set_deterministic_ID(pdf, QPDF_TRUE);
	qpdf_set_stream_data_mode(pdf, qpdf_s_preserve);
	qpdf_set_object_stream_mode(pdf, qpdf_o_disable);
	if (has_errors(pdf, qpdf_write(pdf)))
		return ZONG_EDAMAGED;
	return zong_buf_add(out, qpdf_get_buffer(pdf), qpdf_get_buffer_length(pdf));
}

int zong_extract_pdf(int fd, uint32_t first, uint32_t count, struct zong_buf *out)
{
	uint64_t size = zong_decode_size(fd);
	char *bytes = size <= out->max ? malloc(size ? size : 1) : NULL;
	qpdf_data from, to;
	int err = 0;

	if (!bytes)
		return size > out->max ? ZONG_ELIMIT : ZONG_EWORKER_MEMORY;
	if (zong_decode_read(fd, bytes, size, 0) != size) {
		free(bytes);
		return ZONG_EDAMAGED;
	}
	from = qpdf_init();
	to = qpdf_init();
	qpdf_silence_errors(from);
	qpdf_silence_errors(to);
	qpdf_set_suppress_warnings(from, QPDF_TRUE);
	qpdf_set_suppress_warnings(to, QPDF_TRUE);
	if (has_errors(from, qpdf_read_memory(from, "document", bytes, size, NULL)) ||
		has_errors(to, qpdf_empty_pdf(to)))
		err = ZONG_EDAMAGED;
	if (!err)
		err = copy_pages(from, to, first, count);
	if (!err)
		err = write_pdf(to, out);
	clean_up(to);
	clean_up(from);
	free(bytes);
	return err == ZONG_ENOMEM ? ZONG_EWORKER_MEMORY : err;
}

int zong_extract(
	int fd, enum zong_media media, uint32_t first, uint32_t count, struct zong_buf *out)
{
	if (first < 1 || count < 1)
		return ZONG_EPAGENO;
	if (media == ZONG_MEDIA_TIFF)
		return extract_tiff(fd, first, count, out);
	return media == ZONG_MEDIA_PDF ? zong_extract_pdf(fd, first, count, out) : ZONG_EMEDIA;
}
