/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mkscan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <tiffio.h>

enum { TILE = 256, STRIP = 64 };

struct mkscan_tiff {
	TIFF *tif;
	struct mkscan_format format;
	unsigned pages, page;
};

static int last_error(void)
{
	return errno ? -errno : -EIO;
}

int mkscan_tiff_open(const char *path, const struct mkscan_format *format, unsigned pages,
	struct mkscan_tiff **ret_tiff)
{
	struct mkscan_tiff *tiff = calloc(1, sizeof(*tiff));

	if (!tiff)
		return -ENOMEM;
	/* What libtiff says goes to nobody: the caller names the file and the system's reason. */
	TIFFSetErrorHandler(NULL);
	TIFFSetWarningHandler(NULL);
	errno = 0;
	tiff->format = *format;
	tiff->pages = pages;
	tiff->tif = TIFFOpen(path, format->bigtiff ? "w8" : "w");
	if (!tiff->tif) {
		free(tiff);
		return last_error();
	}
	*ret_tiff = tiff;
	return 0;
}

static uint16_t compression_tag(enum mkscan_compress compress, bool bilevel)
{
	switch (compress) {
	case MKSCAN_NONE:
		return COMPRESSION_NONE;
	case MKSCAN_G3:
		return COMPRESSION_CCITTFAX3;
	case MKSCAN_G4:
		return COMPRESSION_CCITTFAX4;
	case MKSCAN_LZW:
		return COMPRESSION_LZW;
	case MKSCAN_DEFLATE:
		return COMPRESSION_ADOBE_DEFLATE;
	case MKSCAN_PACKBITS:
		return COMPRESSION_PACKBITS;
	case MKSCAN_JPEGTIFF:
		return COMPRESSION_JPEG;
	case MKSCAN_AUTO:
		break;
	}
	return bilevel ? COMPRESSION_CCITTFAX4 : COMPRESSION_LZW;
}

/* Where the stored pixel (@column, @row) lies on the upright page (TIFF 6.0, tag 274). */
static size_t source_of(
	const struct mkscan_image *image, unsigned orientation, uint32_t column, uint32_t row)
{
	bool turned = orientation >= 5;
	uint32_t x = turned ? row : column, y = turned ? column : row;

	if (orientation == 2 || orientation == 3 || orientation == 6 || orientation == 7)
		x = image->width - 1 - x;
	if (orientation == 3 || orientation == 4 || orientation == 7 || orientation == 8)
		y = image->height - 1 - y;
	return ((size_t)y * image->width + x) * image->samples;
}

/* One stored row from @column on, @columns wide, in the file's form: bytes, or bits with 1 = black.
 */
static void store_row(const struct mkscan_image *image, unsigned orientation, uint32_t column,
	uint32_t columns, uint32_t row, uint8_t *out)
{
	if (image->bilevel)
		memset(out, 0, (columns + 7) / 8);
	for (uint32_t i = 0; i < columns; i++) {
		size_t at = source_of(image, orientation, column + i, row);

		if (image->bilevel)
			out[i / 8] |= (uint8_t)((image->pixels[at] ? 0 : 0x80) >> (i % 8));
		else
			memcpy(out + (size_t)i * image->samples, image->pixels + at,
				image->samples);
	}
}

static size_t row_bytes(const struct mkscan_image *image, uint32_t columns)
{
	return image->bilevel ? (columns + 7) / 8 : (size_t)columns * image->samples;
}

static int write_strips(TIFF *tif, const struct mkscan_image *image, unsigned orientation,
	uint32_t width, uint32_t height)
{
	uint8_t *row = malloc(row_bytes(image, width));
	int err = row ? 0 : -ENOMEM;

	for (uint32_t y = 0; !err && y < height; y++) {
		store_row(image, orientation, 0, width, y, row);
		if (TIFFWriteScanline(tif, row, y, 0) < 0)
			err = last_error();
	}
	free(row);
	return err;
}

static int write_tiles(TIFF *tif, const struct mkscan_image *image, unsigned orientation,
	uint32_t width, uint32_t height)
{
	size_t line = row_bytes(image, TILE);
	uint8_t *tile = malloc(line * TILE);
	int err = tile ? 0 : -ENOMEM;

	for (uint32_t top = 0; !err && top < height; top += TILE) {
		for (uint32_t left = 0; !err && left < width; left += TILE) {
			uint32_t columns = width - left < TILE ? width - left : TILE;
			uint32_t rows = height - top < TILE ? height - top : TILE;

			/* Beyond the edge the paper goes on: white is 0 in bits and 255 in bytes.
			 */
			memset(tile, image->bilevel ? 0 : 255, line * TILE);
			for (uint32_t y = 0; y < rows; y++)
				store_row(image, orientation, left, columns, top + y,
					tile + y * line);
			if (TIFFWriteTile(tif, tile, left, top, 0, 0) < 0)
				err = last_error();
		}
	}
	free(tile);
	return err;
}

static void set_tags(
	struct mkscan_tiff *tiff, const struct mkscan_image *image, uint32_t width, uint32_t height)
{
	const struct mkscan_format *format = &tiff->format;
	uint16_t compression = compression_tag(format->compress, image->bilevel);
	TIFF *tif = tiff->tif;
	uint16_t photometric = image->bilevel	     ? PHOTOMETRIC_MINISWHITE
			       : image->samples == 1 ? PHOTOMETRIC_MINISBLACK
						     : PHOTOMETRIC_RGB;

	if (compression == COMPRESSION_JPEG && image->samples == 3)
		photometric = PHOTOMETRIC_YCBCR;
	TIFFSetField(tif, TIFFTAG_SUBFILETYPE, FILETYPE_PAGE);
	TIFFSetField(tif, TIFFTAG_IMAGEWIDTH, width);
	TIFFSetField(tif, TIFFTAG_IMAGELENGTH, height);
	TIFFSetField(tif, TIFFTAG_BITSPERSAMPLE, image->bilevel ? 1 : 8);
	TIFFSetField(tif, TIFFTAG_SAMPLESPERPIXEL, (uint16_t)image->samples);
	TIFFSetField(tif, TIFFTAG_COMPRESSION, compression);
	TIFFSetField(tif, TIFFTAG_PHOTOMETRIC, photometric);
	TIFFSetField(tif, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
	TIFFSetField(tif, TIFFTAG_ORIENTATION, (uint16_t)format->orientation);
	TIFFSetField(tif, TIFFTAG_RESOLUTIONUNIT, RESUNIT_INCH);
	TIFFSetField(tif, TIFFTAG_XRESOLUTION, (double)image->dpi);
	TIFFSetField(tif, TIFFTAG_YRESOLUTION, (double)image->dpi);
	TIFFSetField(tif, TIFFTAG_SOFTWARE, "mkscan (sample data)");
	/* The tag has 16 bits; a longer book goes without. */
	if (tiff->page <= UINT16_MAX && tiff->pages <= UINT16_MAX)
		TIFFSetField(tif, TIFFTAG_PAGENUMBER, (uint16_t)tiff->page, (uint16_t)tiff->pages);
	if (compression == COMPRESSION_JPEG) {
		TIFFSetField(tif, TIFFTAG_JPEGQUALITY, format->quality);
		if (image->samples == 3)
			TIFFSetField(tif, TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
	}
	if (compression == COMPRESSION_LZW || compression == COMPRESSION_ADOBE_DEFLATE)
		TIFFSetField(tif, TIFFTAG_PREDICTOR,
			image->bilevel ? PREDICTOR_NONE : PREDICTOR_HORIZONTAL);
	if (format->tiled) {
		TIFFSetField(tif, TIFFTAG_TILEWIDTH, (uint32_t)TILE);
		TIFFSetField(tif, TIFFTAG_TILELENGTH, (uint32_t)TILE);
	} else {
		uint32_t rows = image->bilevel ? height : (uint32_t)STRIP;

		TIFFSetField(
			tif, TIFFTAG_ROWSPERSTRIP, format->strip_rows ? format->strip_rows : rows);
	}
}

int mkscan_tiff_page(struct mkscan_tiff *tiff, const struct mkscan_image *image)
{
	unsigned orientation = tiff->format.orientation;
	uint32_t width = orientation >= 5 ? image->height : image->width;
	uint32_t height = orientation >= 5 ? image->width : image->height;
	int err;

	errno = 0;
	set_tags(tiff, image, width, height);
	if (tiff->format.tiled)
		err = write_tiles(tiff->tif, image, orientation, width, height);
	else
		err = write_strips(tiff->tif, image, orientation, width, height);
	if (err)
		return err;
	if (!TIFFWriteDirectory(tiff->tif))
		return last_error();
	tiff->page++;
	return 0;
}

int mkscan_tiff_close(struct mkscan_tiff *tiff)
{
	int err = 0;

	if (!tiff)
		return 0;
	errno = 0;
	/* TIFFClose() cannot tell that the last bytes did not fit; flushing first can. */
	if (!TIFFFlush(tiff->tif))
		err = last_error();
	TIFFClose(tiff->tif);
	free(tiff);
	return err;
}

/* A TIFF in memory, for its strip: libtiff gives its fax coder no other way in. */
struct memory {
	uint8_t *bytes;
	size_t len, room, at;
};

static tmsize_t memory_read(thandle_t handle, void *buf, tmsize_t len)
{
	struct memory *memory = handle;
	size_t left = memory->at < memory->len ? memory->len - memory->at : 0;
	size_t take = (size_t)len < left ? (size_t)len : left;

	memcpy(buf, memory->bytes + memory->at, take);
	memory->at += take;
	return (tmsize_t)take;
}

static tmsize_t memory_write(thandle_t handle, void *buf, tmsize_t len)
{
	struct memory *memory = handle;
	size_t end = memory->at + (size_t)len;

	if (end > memory->room) {
		size_t room = end * 2;
		uint8_t *bytes = realloc(memory->bytes, room);

		if (!bytes) {
			errno = ENOMEM;
			return -1;
		}
		memset(bytes + memory->room, 0, room - memory->room);
		memory->bytes = bytes;
		memory->room = room;
	}
	memcpy(memory->bytes + memory->at, buf, (size_t)len);
	memory->at = end;
	if (end > memory->len)
		memory->len = end;
	return len;
}

static toff_t memory_seek(thandle_t handle, toff_t offset, int whence)
{
	struct memory *memory = handle;

	if (whence == SEEK_CUR)
		offset += memory->at;
	else if (whence == SEEK_END)
		offset += memory->len;
	memory->at = (size_t)offset;
	return offset;
}

static int memory_close(thandle_t handle)
{
	(void)handle;
	return 0;
}

static toff_t memory_size(thandle_t handle)
{
	return ((struct memory *)handle)->len;
}

static int read_strip(struct memory *memory, uint8_t **ret_bytes, size_t *ret_len)
{
	TIFF *tif = TIFFClientOpen("g4", "rm", memory, memory_read, memory_write, memory_seek,
		memory_close, memory_size, NULL, NULL);
	tmsize_t len;
	uint8_t *bytes;

	if (!tif)
		return last_error();
	len = (tmsize_t)TIFFRawStripSize(tif, 0);
	bytes = malloc(len > 0 ? (size_t)len : 1);
	if (bytes && len > 0 && TIFFReadRawStrip(tif, 0, bytes, len) != len)
		len = 0;
	TIFFClose(tif);
	if (!bytes || len <= 0) {
		free(bytes);
		return len > 0 ? -ENOMEM : -EIO;
	}
	*ret_bytes = bytes;
	*ret_len = (size_t)len;
	return 0;
}

int mkscan_tiff_encode_g4(const struct mkscan_image *image, uint8_t **ret_bytes, size_t *ret_len)
{
	struct mkscan_tiff tiff = {.format = {.compress = MKSCAN_G4, .orientation = 1}};
	struct memory memory = {0};
	int err;

	errno = 0;
	tiff.tif = TIFFClientOpen("g4", "wm", &memory, memory_read, memory_write, memory_seek,
		memory_close, memory_size, NULL, NULL);
	if (!tiff.tif) {
		free(memory.bytes);
		return last_error();
	}
	err = mkscan_tiff_page(&tiff, image);
	TIFFClose(tiff.tif);
	memory.at = 0;
	if (!err)
		err = read_strip(&memory, ret_bytes, ret_len);
	free(memory.bytes);
	return err;
}
