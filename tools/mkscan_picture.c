/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures of one page: JPEG and PNG. */
#include "mkscan.h"

#include <errno.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <jpeglib.h>
#include <png.h>

struct jpeg_trap {
	struct jpeg_error_mgr mgr;
	jmp_buf jump;
};

static void jpeg_trapped(j_common_ptr cinfo)
{
	longjmp(((struct jpeg_trap *)cinfo->err)->jump, 1);
}

static void jpeg_rows(
	struct jpeg_compress_struct *cinfo, const struct mkscan_image *image, int quality)
{
	cinfo->image_width = image->width;
	cinfo->image_height = image->height;
	cinfo->input_components = (int)image->samples;
	cinfo->in_color_space = image->samples == 3 ? JCS_RGB : JCS_GRAYSCALE;
	jpeg_set_defaults(cinfo);
	jpeg_set_quality(cinfo, quality, TRUE);
	cinfo->density_unit = 1;
	cinfo->X_density = (UINT16)image->dpi;
	cinfo->Y_density = (UINT16)image->dpi;
	jpeg_start_compress(cinfo, TRUE);
	while (cinfo->next_scanline < cinfo->image_height) {
		size_t at = (size_t)cinfo->next_scanline * image->width * image->samples;
		JSAMPROW row = image->pixels + at;

		jpeg_write_scanlines(cinfo, &row, 1);
	}
	jpeg_finish_compress(cinfo);
}

int mkscan_jpeg_encode(
	const struct mkscan_image *image, int quality, uint8_t **ret_bytes, size_t *ret_len)
{
	struct jpeg_compress_struct cinfo;
	struct jpeg_trap trap;
	/* Both change after setjmp() and are read after a jump. */
	unsigned char *volatile bytes = NULL;
	unsigned long len = 0;
	unsigned char *start = NULL;

	memset(&cinfo, 0, sizeof(cinfo));
	cinfo.err = jpeg_std_error(&trap.mgr);
	trap.mgr.error_exit = jpeg_trapped;
	if (setjmp(trap.jump)) {
		jpeg_destroy_compress(&cinfo);
		free(bytes);
		return -ENOMEM;
	}
	jpeg_create_compress(&cinfo);
	jpeg_mem_dest(&cinfo, &start, &len);
	jpeg_rows(&cinfo, image, quality);
	bytes = start;
	jpeg_destroy_compress(&cinfo);
	*ret_bytes = bytes;
	*ret_len = len;
	return 0;
}

static void take_jpeg_rows(struct jpeg_decompress_struct *cinfo, struct mkscan_image *image)
{
	jpeg_read_header(cinfo, TRUE);
	jpeg_start_decompress(cinfo);
	while (cinfo->output_scanline < cinfo->output_height) {
		size_t at = (size_t)cinfo->output_scanline * image->width * image->samples;
		JSAMPROW row = image->pixels + at;

		jpeg_read_scanlines(cinfo, &row, 1);
	}
	jpeg_finish_decompress(cinfo);
}

int mkscan_jpeg_pass(struct mkscan_image *image, int quality)
{
	struct jpeg_decompress_struct cinfo;
	struct jpeg_trap trap;
	uint8_t *bytes = NULL;
	size_t len = 0;
	int err = mkscan_jpeg_encode(image, quality, &bytes, &len);

	if (err)
		return err;
	memset(&cinfo, 0, sizeof(cinfo));
	cinfo.err = jpeg_std_error(&trap.mgr);
	trap.mgr.error_exit = jpeg_trapped;
	if (setjmp(trap.jump)) {
		jpeg_destroy_decompress(&cinfo);
		free(bytes);
		return -ENOMEM;
	}
	jpeg_create_decompress(&cinfo);
	jpeg_mem_src(&cinfo, bytes, len);
	take_jpeg_rows(&cinfo, image);
	jpeg_destroy_decompress(&cinfo);
	free(bytes);
	return 0;
}

int mkscan_jpeg_write(const char *path, const struct mkscan_image *image, int quality)
{
	uint8_t *bytes;
	size_t len;
	FILE *file;
	int err = mkscan_jpeg_encode(image, quality, &bytes, &len);

	if (err)
		return err;
	file = fopen(path, "wb");
	if (!file || fwrite(bytes, 1, len, file) != len)
		err = -errno;
	if (file && fclose(file) && !err)
		err = -errno;
	free(bytes);
	return err;
}

static void png_rows(png_structp png, const struct mkscan_image *image, uint8_t *packed)
{
	size_t line = (size_t)image->width * image->samples;

	for (uint32_t y = 0; y < image->height; y++) {
		const uint8_t *row = image->pixels + y * line;

		if (!image->bilevel) {
			png_write_row(png, row);
			continue;
		}
		memset(packed, 0, (image->width + 7) / 8);
		for (uint32_t x = 0; x < image->width; x++)
			packed[x / 8] |= (uint8_t)((row[x] ? 0x80 : 0) >> (x % 8));
		png_write_row(png, packed);
	}
}

static int png_encode(FILE *file, const struct mkscan_image *image, uint8_t *packed)
{
	png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
	png_infop info = png ? png_create_info_struct(png) : NULL;
	png_uint_32 per_metre = (png_uint_32)(image->dpi / 0.0254 + 0.5);

	if (!info) {
		png_destroy_write_struct(&png, NULL);
		return -ENOMEM;
	}
	errno = 0;
	if (setjmp(png_jmpbuf(png))) {
		png_destroy_write_struct(&png, &info);
		return errno ? -errno : -EIO;
	}
	png_init_io(png, file);
	/* Grain does not compress: a higher level takes three times as long for a hundredth less.
	 */
	png_set_compression_level(png, 2);
	png_set_IHDR(png, info, image->width, image->height, image->bilevel ? 1 : 8,
		image->samples == 3 ? PNG_COLOR_TYPE_RGB : PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_NONE,
		PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
	png_set_pHYs(png, info, per_metre, per_metre, PNG_RESOLUTION_METER);
	png_write_info(png, info);
	png_rows(png, image, packed);
	png_write_end(png, info);
	png_destroy_write_struct(&png, &info);
	return 0;
}

int mkscan_png_write(const char *path, const struct mkscan_image *image)
{
	uint8_t *packed = malloc((image->width + 7) / 8);
	FILE *file;
	int err;

	if (!packed)
		return -ENOMEM;
	file = fopen(path, "wb");
	err = file ? png_encode(file, image, packed) : -errno;
	if (file && fclose(file) && !err)
		err = -errno;
	free(packed);
	return err;
}
