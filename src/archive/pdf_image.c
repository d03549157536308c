/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>

#include <zong/cleanup.h>
#include <zong/error.h>
#include <zong/file.h>

#include "pdf_page.h"

#define BLOCK (128 * 1024)
#define POINTS_AN_INCH 72.0
#define LEAST 3.0
#define MOST 14400.0
#define A4_WIDTH (210 / 25.4 * POINTS_AN_INCH)

struct zong_pdf_size zong_pdf_size(uint32_t width, uint32_t height, float dpi_x, float dpi_y)
{
	struct zong_pdf_size size;
	double longest, scale = 1;

	if (!(dpi_x > 0) || !(dpi_y > 0))
		dpi_x = dpi_y =
			(float)((width < height ? width : height) * POINTS_AN_INCH / A4_WIDTH);
	size.width = width * POINTS_AN_INCH / (double)dpi_x;
	size.height = height * POINTS_AN_INCH / (double)dpi_y;
	longest = size.width > size.height ? size.width : size.height;
	if (longest > MOST)
		scale = MOST / longest;
	size.width *= scale;
	size.height *= scale;
	if (size.width < LEAST)
		size.width = LEAST;
	if (size.height < LEAST)
		size.height = LEAST;
	return size;
}

/* -- bytes -- */

static void turn_bits(uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		unsigned int b = bytes[i];

		b = (b & 0xF0) >> 4 | (b & 0x0F) << 4;
		b = (b & 0xCC) >> 2 | (b & 0x33) << 2;
		bytes[i] = (uint8_t)((b & 0xAA) >> 1 | (b & 0x55) << 1);
	}
}

static void copy_range(struct zong_pdf_file *file, int fd, const struct zong_image_piece *piece,
	bool reversed, uint8_t *block)
{
	uint64_t done = 0;

	while (done < piece->len && !zong_pdf_error(file)) {
		size_t len = piece->len - done < BLOCK ? (size_t)(piece->len - done) : BLOCK;
		int err = zong_file_read_at(fd, block, len, piece->offset + done);

		if (err) {
			zong_pdf_fail(file, err);
			return;
		}
		if (reversed)
			turn_bits(block, len);
		zong_pdf_add(file, block, len);
		done += len;
	}
}

static void copy_strip(struct zong_pdf_file *file, const struct zong_image *image,
	const struct zong_image_strip *strip, int fd, uint8_t *block)
{
	for (uint32_t i = 0; i < strip->count; i++) {
		const struct zong_image_piece *piece = &image->piece[strip->first + i];

		if (piece->inlined)
			zong_pdf_add(file, image->bytes + piece->offset, (size_t)piece->len);
		else
			copy_range(file, fd, piece, image->reversed, block);
	}
}

/* -- dictionaries -- */

static void add_colours(struct zong_pdf_file *file, const struct zong_image *image)
{
	char hex[3];

	if (!image->palette_len) {
		zong_pdf_format(file, "/ColorSpace /%s ",
			image->channels == 3 ? "DeviceRGB" : "DeviceGray");
		return;
	}
	zong_pdf_format(file, "/ColorSpace [/Indexed /DeviceRGB %zu <", image->palette_len / 3 - 1);
	for (size_t i = 0; i < image->palette_len; i++) {
		snprintf(hex, sizeof(hex), "%02x", image->palette[i]);
		zong_pdf_add(file, hex, 2);
	}
	zong_pdf_format(file, ">] ");
}

/* ISO 32000-1 table 11. A strip of T.6 has an end of its own; those of T.4 in a TIFF have none. */
static void add_fax(struct zong_pdf_file *file, const struct zong_image *image,
	const struct zong_image_strip *strip)
{
	static const char *const kinds[] = {
		[ZONG_IMAGE_FAX_T6] = "/K -1",
		[ZONG_IMAGE_FAX_T4] = "/K 0 /EndOfLine true /EndOfBlock false",
		[ZONG_IMAGE_FAX_T4_2D] = "/K 4 /EndOfLine true /EndOfBlock false",
		[ZONG_IMAGE_FAX_ALIGNED] = "/K 0 /EncodedByteAlign true /EndOfBlock false",
	};

	zong_pdf_format(file, "/Filter /CCITTFaxDecode /DecodeParms <<%s /Columns %u /Rows %u%s>> ",
		kinds[image->fax], image->width, strip->rows,
		image->inverted ? " /BlackIs1 true" : "");
}

static void add_coding(struct zong_pdf_file *file, const struct zong_image *image,
	const struct zong_image_strip *strip)
{
	switch (image->coding) {
	case ZONG_IMAGE_FAX:
		add_fax(file, image, strip);
		return;
	case ZONG_IMAGE_JPEG:
		zong_pdf_format(file, "/Filter /DCTDecode ");
		if (image->plain_rgb)
			zong_pdf_format(file, "/DecodeParms <</ColorTransform 0>> ");
		return;
	default:
		break;
	}
	zong_pdf_format(file, "/Filter /FlateDecode ");
	if (image->predictor != ZONG_IMAGE_PREDICT_NONE)
		zong_pdf_format(file,
			"/DecodeParms <</Predictor %d /Colors %u /BitsPerComponent %u /Columns "
			"%u>> ",
			(int)image->predictor, image->channels, image->bits, image->width);
	if (image->inverted)
		zong_pdf_format(file, "/Decode [1 0] ");
}

static uint64_t length_of(const struct zong_image *image, const struct zong_image_strip *strip)
{
	uint64_t len = 0;

	for (uint32_t i = 0; i < strip->count; i++)
		len += image->piece[strip->first + i].len;
	return len;
}

void zong_pdf_image_write(
	struct zong_pdf_file *file, const struct zong_image *image, int fd, uint32_t *ret_first)
{
	_cleanup_free_ uint8_t *block = malloc(BLOCK);
	uint32_t i, number;

	if (!block)
		zong_pdf_fail(file, ZONG_ENOMEM);
	for (i = 0; i < image->strips && !zong_pdf_error(file); i++) {
		const struct zong_image_strip *strip = &image->strip[i];

		number = zong_pdf_reserve(file);
		if (i == 0)
			*ret_first = number;
		zong_pdf_object(file, number);
		zong_pdf_format(file,
			"<</Type /XObject /Subtype /Image /Width %u /Height %u "
			"/BitsPerComponent %u ",
			image->width, strip->rows, image->bits);
		add_colours(file, image);
		add_coding(file, image, strip);
		zong_pdf_format(file, "/Length %llu>>\nstream\n",
			(unsigned long long)length_of(image, strip));
		copy_strip(file, image, strip, fd, block);
		zong_pdf_format(file, "\nendstream");
		zong_pdf_object_end(file);
	}
}

/* -- where it lies -- */

/* Shares of the image as stored, from its upper left, as points of the upright page. */
static void place(unsigned int orientation, double u, double v, struct zong_pdf_size size,
	double *ret_x, double *ret_y)
{
	const bool swapped = orientation >= 5;
	const bool mirror_x =
		orientation == 2 || orientation == 3 || orientation == 6 || orientation == 7;
	const bool mirror_y =
		orientation == 3 || orientation == 4 || orientation == 7 || orientation == 8;
	double x = swapped ? v : u, y = swapped ? u : v;

	*ret_x = (mirror_x ? 1 - x : x) * size.width;
	*ret_y = (mirror_y ? y : 1 - y) * size.height;
}

void zong_pdf_image_content(
	struct zong_buf *buf, const struct zong_image *image, struct zong_pdf_size size)
{
	uint32_t i, rows = 0;

	for (i = 0; i < image->strips && !buf->err; i++) {
		double top = (double)rows / image->height, bottom;
		double x0, y0, x1, y1, x2, y2;

		rows += image->strip[i].rows;
		bottom = (double)rows / image->height;
		place(image->orientation, 0, bottom, size, &x0, &y0);
		place(image->orientation, 1, bottom, size, &x1, &y1);
		place(image->orientation, 0, top, size, &x2, &y2);
		zong_buf_add_str(buf, "q ");
		for (unsigned int k = 0; k < 6; k++) {
			const double matrix[6] = {x1 - x0, y1 - y0, x2 - x0, y2 - y0, x0, y0};

			zong_pdf_number(buf, matrix[k]);
			zong_buf_add_char(buf, ' ');
		}
		zong_buf_add_format(buf, "cm /I%u Do Q\n", i);
	}
}
