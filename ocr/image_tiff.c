/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include <tiffio.h>

#include <zong/error.h>
#include <zong/limits.h>

#include "decode.h"
#include "image.h"

/* What the fields of a directory say, as far as a PDF's image depends on it. */
struct fields {
	uint32_t rows; /* of a strip */
	uint16_t compression, photometric, bits, samples, planes, order, predictor, format;
	uint32_t fax3, fax6;
	const uint8_t *tables; /* what the JPEG strips of a page share */
	uint32_t tables_len;
};

static void read_fields(TIFF *handle, struct zong_image *image, struct fields *fields)
{
	void *tables = NULL;

	*fields = (struct fields){.photometric = PHOTOMETRIC_MINISWHITE, .rows = image->height};
	TIFFGetFieldDefaulted(handle, TIFFTAG_ROWSPERSTRIP, &fields->rows);
	TIFFGetFieldDefaulted(handle, TIFFTAG_COMPRESSION, &fields->compression);
	TIFFGetField(handle, TIFFTAG_PHOTOMETRIC, &fields->photometric);
	TIFFGetFieldDefaulted(handle, TIFFTAG_BITSPERSAMPLE, &fields->bits);
	TIFFGetFieldDefaulted(handle, TIFFTAG_SAMPLESPERPIXEL, &fields->samples);
	TIFFGetFieldDefaulted(handle, TIFFTAG_PLANARCONFIG, &fields->planes);
	TIFFGetFieldDefaulted(handle, TIFFTAG_FILLORDER, &fields->order);
	TIFFGetFieldDefaulted(handle, TIFFTAG_SAMPLEFORMAT, &fields->format);
	if (fields->compression == COMPRESSION_CCITTFAX3)
		TIFFGetField(handle, TIFFTAG_GROUP3OPTIONS, &fields->fax3);
	if (fields->compression == COMPRESSION_CCITTFAX4)
		TIFFGetField(handle, TIFFTAG_GROUP4OPTIONS, &fields->fax6);
	if (fields->compression == COMPRESSION_ADOBE_DEFLATE ||
		fields->compression == COMPRESSION_DEFLATE)
		TIFFGetFieldDefaulted(handle, TIFFTAG_PREDICTOR, &fields->predictor);
	if (fields->compression == COMPRESSION_JPEG &&
		TIFFGetField(handle, TIFFTAG_JPEGTABLES, &fields->tables_len, &tables))
		fields->tables = tables;
}

static int take_fax(const struct fields *fields, struct zong_image *image)
{
	if (fields->bits != 1 || fields->samples != 1 ||
		fields->photometric > PHOTOMETRIC_MINISBLACK)
		return ZONG_ENOENT;
	image->coding = ZONG_IMAGE_FAX;
	image->inverted = fields->photometric == PHOTOMETRIC_MINISBLACK;
	image->reversed = fields->order == FILLORDER_LSB2MSB;
	switch (fields->compression) {
	case COMPRESSION_CCITTFAX4:
		image->fax = ZONG_IMAGE_FAX_T6;
		return fields->fax6 & GROUP4OPT_UNCOMPRESSED ? ZONG_ENOENT : 0;
	case COMPRESSION_CCITTFAX3:
		image->fax = fields->fax3 & GROUP3OPT_2DENCODING ? ZONG_IMAGE_FAX_T4_2D
								 : ZONG_IMAGE_FAX_T4;
		return fields->fax3 & GROUP3OPT_UNCOMPRESSED ? ZONG_ENOENT : 0;
	default:
		image->fax = ZONG_IMAGE_FAX_ALIGNED;
		return 0;
	}
}

static int take_flate(const struct fields *fields, struct zong_image *image)
{
	bool grey = fields->samples == 1 && fields->photometric <= PHOTOMETRIC_MINISBLACK;
	bool rgb = fields->samples == 3 && fields->photometric == PHOTOMETRIC_RGB;

	if (fields->bits != 8 && !(grey && fields->bits == 1 && fields->predictor <= 1))
		return ZONG_ENOENT;
	if ((!grey && !rgb) || fields->format != SAMPLEFORMAT_UINT || fields->predictor > 2 ||
		(fields->bits == 1 && fields->order != FILLORDER_MSB2LSB))
		return ZONG_ENOENT;
	image->coding = ZONG_IMAGE_FLATE;
	image->predictor =
		fields->predictor == 2 ? ZONG_IMAGE_PREDICT_TIFF : ZONG_IMAGE_PREDICT_NONE;
	image->inverted = grey && fields->photometric == PHOTOMETRIC_MINISWHITE;
	return 0;
}

static int take_jpeg(const struct fields *fields, struct zong_image *image)
{
	bool grey = fields->samples == 1 && fields->photometric == PHOTOMETRIC_MINISBLACK;
	bool ycbcr = fields->samples == 3 && fields->photometric == PHOTOMETRIC_YCBCR;
	bool rgb = fields->samples == 3 && fields->photometric == PHOTOMETRIC_RGB;

	if (fields->bits != 8 || (!grey && !ycbcr && !rgb))
		return ZONG_ENOENT;
	image->coding = ZONG_IMAGE_JPEG;
	image->plain_rgb = rgb;
	return 0;
}

static int take_coding(const struct fields *fields, struct zong_image *image)
{
	image->bits = fields->bits;
	image->channels = fields->samples;
	if (fields->planes != PLANARCONFIG_CONTIG && fields->samples != 1)
		return ZONG_ENOENT;
	switch (fields->compression) {
	case COMPRESSION_CCITTRLE:
	case COMPRESSION_CCITTFAX3:
	case COMPRESSION_CCITTFAX4:
		return take_fax(fields, image);
	case COMPRESSION_ADOBE_DEFLATE:
	case COMPRESSION_DEFLATE:
		return take_flate(fields, image);
	case COMPRESSION_JPEG:
		return take_jpeg(fields, image);
	default:
		return ZONG_ENOENT;
	}
}

/* A strip begins with SOI, and so do the tables: together they are one image when the one behind
 * the tables goes, and the end of the tables with it (TIFF Technical Note 2). */
static int add_jpeg(struct zong_image_maker *maker, const struct fields *fields, int fd,
	uint64_t offset, uint64_t len)
{
	uint8_t start[2];

	if (zong_decode_read(fd, start, 2, offset) != 2 || start[0] != 0xff || start[1] != 0xd8)
		return ZONG_ENOENT;
	if (!fields->tables) {
		zong_image_add_range(maker, offset, len);
		return 0;
	}
	if (fields->tables_len < 4 || fields->tables[fields->tables_len - 1] != 0xd9 ||
		fields->tables[fields->tables_len - 2] != 0xff || len <= 2)
		return ZONG_ENOENT;
	zong_image_add_bytes(maker, fields->tables, fields->tables_len - 2);
	zong_image_add_range(maker, offset + 2, len - 2);
	return 0;
}

static int add_strips(
	struct zong_image_maker *maker, TIFF *handle, int fd, const struct fields *fields)
{
	const uint64_t size = zong_decode_size(fd);
	uint64_t unused = size;
	uint32_t strip, left = maker->image.height;
	int err = 0;

	for (strip = 0; left > 0 && !err && !maker->err; strip++) {
		uint32_t rows = fields->rows < left ? fields->rows : left;
		uint64_t offset = TIFFGetStrileOffset(handle, strip);
		uint64_t len = TIFFGetStrileByteCount(handle, strip);

		if (strip >= TIFFNumberOfStrips(handle) || offset == 0 || len == 0 ||
			offset > size || len > size - offset)
			return ZONG_ENOENT;
		/* Strips may share their bytes: in a PDF each would have its own, and a small file
		 * become any size, so the server does not copy more than there is. */
		if (len > unused)
			return ZONG_ENOENT;
		unused -= len;
		zong_image_add_strip(maker, rows);
		if (fields->compression == COMPRESSION_JPEG)
			err = add_jpeg(maker, fields, fd, offset, len);
		else
			zong_image_add_range(maker, offset, len);
		left -= rows;
	}
	return err ? err : maker->err;
}

int zong_image_tiff(struct zong_image_maker *maker, TIFF *handle, int fd)
{
	struct zong_image *image = &maker->image;
	struct fields fields;
	int err;

	TIFFGetField(handle, TIFFTAG_IMAGEWIDTH, &image->width);
	TIFFGetField(handle, TIFFTAG_IMAGELENGTH, &image->height);
	if (image->width == 0 || image->height == 0)
		return ZONG_EDAMAGED;
	if ((uint64_t)image->width * image->height > ZONG_LIMIT_PIXELS)
		return ZONG_EPIXELS;
	read_fields(handle, image, &fields);
	if (TIFFIsTiled(handle) || fields.rows == 0)
		return ZONG_ENOENT;
	err = take_coding(&fields, image);
	image->as_stored = true;
	return err ? err : add_strips(maker, handle, fd, &fields);
}
