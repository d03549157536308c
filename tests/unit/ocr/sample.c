/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cmocka.h>

#include <cairo-pdf.h>
#include <cairo.h>
#include <jpeglib.h>
#include <tiffio.h>

#include <zong/buffer.h>
#include <zong/file.h>
#include <zong/media.h>

#include "render.h"
#include "sample.h"

/* What the libraries never give back: fontconfig its configuration, cairo the callbacks of an
 * observer. Asked for by the leak sanitizer. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:libfontconfig\nleak:libcairo\n";
}

#define FONT "Noto Sans CJK SC"

const char *const sample_lines[] = {
	"不动产登记申请书",
	"申请人对本申请书所填写的内容及提交的材料",
	"的真实性负责。如有不实，申请人愿意承担法律责任。",
	"宗地面积以实际测量结果为准，共有情况为单独所有。",
	"登记机构应当自受理之日起三十个工作日内办结登记手续。",
	"权利人可以查询和复制不动产登记资料。",
	NULL,
};

void sample_pattern(uint32_t width, uint32_t height, uint8_t channels, uint8_t bits,
	struct zong_raster *ret_raster)
{
	uint32_t x, y;
	unsigned int c;

	assert_int_equal(zong_raster_init(ret_raster, width, height, channels, bits), 0);
	for (y = 0; y < height; y++) {
		uint8_t *row = zong_raster_row(ret_raster, y);

		for (x = 0; x < width; x++) {
			bool dark = (x < width / 3 && y < height / 4) || (x * 7 + y * 3) % 11 == 0;

			if (bits == 1 && dark)
				row[x / 8] &= (uint8_t) ~(0x80 >> x % 8);
			for (c = 0; bits == 8 && c < channels; c++)
				row[x * channels + c] =
					(uint8_t)(dark ? x + 40 * c : 200 + (y + 9 * c) % 50);
		}
	}
}

static cairo_t *begin_text(cairo_surface_t *surface, double size)
{
	cairo_t *cairo = cairo_create(surface);

	cairo_set_source_rgb(cairo, 1, 1, 1);
	cairo_paint(cairo);
	cairo_set_source_rgb(cairo, 0, 0, 0);
	cairo_select_font_face(cairo, FONT, CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_NORMAL);
	cairo_set_font_size(cairo, size);
	return cairo;
}

void sample_text(uint32_t width, uint32_t height, double size, const char *const *lines,
	struct zong_raster *ret_raster)
{
	cairo_surface_t *surface =
		cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)width, (int)height);
	cairo_t *cairo = begin_text(surface, size);
	const uint8_t *data;
	uint32_t x, y;
	int i;

	for (i = 0; lines[i]; i++) {
		cairo_move_to(cairo, 2 * size, size * (3 + 1.8 * i));
		cairo_show_text(cairo, lines[i]);
	}
	cairo_destroy(cairo);
	cairo_surface_flush(surface);
	data = cairo_image_surface_get_data(surface);
	assert_int_equal(zong_raster_init(ret_raster, width, height, 1, 8), 0);
	for (y = 0; y < height; y++)
		for (x = 0; x < width; x++)
			zong_raster_row(ret_raster, y)[x] =
				data[(size_t)cairo_image_surface_get_stride(surface) * y + 4 * x];
	cairo_surface_destroy(surface);
}

int sample_file(const void *bytes, size_t len)
{
	int fd = memfd_create("sample", MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(zong_file_write_all(fd, bytes, len), 0);
	return fd;
}

/* -- TIFF -- */

static void write_planes(TIFF *tiff, const struct zong_raster *raster)
{
	uint8_t *row = malloc(raster->width);
	uint32_t x, y;
	unsigned int plane;

	assert_non_null(row);
	for (plane = 0; plane < raster->channels; plane++) {
		for (y = 0; y < raster->height; y++) {
			for (x = 0; x < raster->width; x++)
				row[x] = zong_raster_row(raster, y)[x * raster->channels + plane];
			assert_int_equal(TIFFWriteScanline(tiff, row, y, (uint16_t)plane), 1);
		}
	}
	free(row);
}

static void write_tiles(TIFF *tiff, const struct zong_raster *raster)
{
	size_t bits = (size_t)raster->channels * raster->bits; /* of a pixel */
	uint8_t *tile = calloc(64 * 64, raster->channels);
	uint32_t x, y, line;

	assert_non_null(tile);
	for (y = 0; y < raster->height; y += 64) {
		for (x = 0; x < raster->width; x += 64) {
			uint32_t n = raster->width - x < 64 ? raster->width - x : 64;

			for (line = 0; line < 64 && y + line < raster->height; line++)
				memcpy(tile + line * 8 * bits,
					zong_raster_row(raster, y + line) + x * bits / 8,
					(n * bits + 7) / 8);
			assert_true(TIFFWriteTile(tiff, tile, x, y, 0, 0) > 0);
		}
	}
	free(tile);
}

static void write_page(TIFF *tiff, const struct zong_raster *raster, const struct sample_tiff *how)
{
	uint8_t flip =
		raster->channels == 1 && how->photometric == PHOTOMETRIC_MINISWHITE ? 0xff : 0;
	uint8_t *row = malloc(raster->stride);
	uint32_t y;
	size_t i;

	assert_non_null(row);
	TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, raster->width);
	TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, raster->height);
	TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, raster->bits);
	TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, raster->channels);
	TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC,
		raster->channels == 3 ? PHOTOMETRIC_RGB : how->photometric);
	TIFFSetField(
		tiff, TIFFTAG_COMPRESSION, how->compression ? how->compression : COMPRESSION_NONE);
	TIFFSetField(tiff, TIFFTAG_PLANARCONFIG,
		how->planar ? PLANARCONFIG_SEPARATE : PLANARCONFIG_CONTIG);
	TIFFSetField(tiff, TIFFTAG_XRESOLUTION, 300.0);
	TIFFSetField(tiff, TIFFTAG_YRESOLUTION, 200.0);
	TIFFSetField(tiff, TIFFTAG_RESOLUTIONUNIT, RESUNIT_INCH);
	if (how->orientation)
		TIFFSetField(tiff, TIFFTAG_ORIENTATION, how->orientation);
	if (how->tiled) {
		TIFFSetField(tiff, TIFFTAG_TILEWIDTH, 64);
		TIFFSetField(tiff, TIFFTAG_TILELENGTH, 64);
		write_tiles(tiff, raster);
	} else {
		TIFFSetField(tiff, TIFFTAG_ROWSPERSTRIP, how->rows ? how->rows : raster->height);
		for (y = 0; y < raster->height && !how->planar; y++) {
			for (i = 0; i < raster->stride; i++)
				row[i] = zong_raster_row(raster, y)[i] ^ flip;
			assert_int_equal(TIFFWriteScanline(tiff, row, y, 0), 1);
		}
		if (how->planar)
			write_planes(tiff, raster);
	}
	assert_int_equal(TIFFWriteDirectory(tiff), 1);
	free(row);
}

int sample_tiff(const struct zong_raster *raster, const struct sample_tiff *how)
{
	int fd = memfd_create("tiff", MFD_CLOEXEC);
	unsigned int page;
	TIFF *tiff;

	assert_true(fd >= 0);
	tiff = TIFFFdOpen(dup(fd), "sample", how->big ? "w8" : "w");
	assert_non_null(tiff);
	for (page = 0; page < (how->pages ? how->pages : 1); page++)
		write_page(tiff, raster, how);
	TIFFClose(tiff);
	return fd;
}

uint32_t sample_tiff_value(int fd, uint16_t tag)
{
	uint8_t entry[12];
	uint32_t at, value = 0;
	uint16_t here = 0;

	assert_int_equal(pread(fd, &at, 4, 4), 4);
	for (at += 2; here != tag; at += 12) {
		assert_int_equal(pread(fd, entry, 12, at), 12);
		memcpy(&here, entry, 2);
		memcpy(&value, entry + 8, 4);
	}
	return value;
}

/* -- PNG and JPEG -- */

int sample_png(const struct zong_raster *raster)
{
	struct zong_buf png = ZONG_BUF_INIT(64 << 20);
	int fd;

	assert_int_equal(zong_render_png(raster, 0, 300, 200, &png), 0);
	fd = sample_file(png.data, png.len);
	zong_buf_release(&png);
	return fd;
}

int sample_jpeg(const struct zong_raster *raster, int quality, unsigned int orientation)
{
	uint8_t exif[] = {'E', 'x', 'i', 'f', 0, 0, 'M', 'M', 0, '*', 0, 0, 0, 8, 0, 1, 1, 0x12, 0,
		3, 0, 0, 0, 1, 0, (uint8_t)orientation, 0, 0, 0, 0, 0, 0};
	struct jpeg_compress_struct info;
	struct jpeg_error_mgr errors;
	unsigned char *bytes = NULL;
	unsigned long len = 0;
	int fd;

	info.err = jpeg_std_error(&errors);
	jpeg_create_compress(&info);
	jpeg_mem_dest(&info, &bytes, &len);
	info.image_width = raster->width;
	info.image_height = raster->height;
	info.input_components = raster->channels;
	info.in_color_space = raster->channels == 3 ? JCS_RGB : JCS_GRAYSCALE;
	jpeg_set_defaults(&info);
	jpeg_set_quality(&info, quality, TRUE);
	info.density_unit = 1;
	info.X_density = 300;
	info.Y_density = 200;
	jpeg_start_compress(&info, TRUE);
	if (orientation)
		jpeg_write_marker(&info, JPEG_APP0 + 1, exif, sizeof(exif));
	while (info.next_scanline < info.image_height) {
		JSAMPROW row = zong_raster_row(raster, info.next_scanline);

		jpeg_write_scanlines(&info, &row, 1);
	}
	jpeg_finish_compress(&info);
	jpeg_destroy_compress(&info);
	fd = sample_file(bytes, len);
	free(bytes);
	return fd;
}

/* -- PDF -- */

int sample_pdf(double width, double height, int rotate, const char *image_dictionary,
	const void *image, size_t image_len, const char *content)
{
	struct zong_buf pdf = ZONG_BUF_INIT(256 << 20);
	int fd;

	zong_buf_add_format(&pdf,
		"%%PDF-1.4\n1 0 obj <</Type /Catalog /Pages 2 0 R>> endobj\n"
		"2 0 obj <</Type /Pages /Kids [3 0 R] /Count 1>> endobj\n"
		"3 0 obj <</Type /Page /Parent 2 0 R /MediaBox [0 0 %g %g] /Rotate %d /Contents 4 "
		"0 R "
		"/Resources <</XObject <</I 5 0 R>> /Font <</F <</Type /Font /Subtype /Type1 "
		"/BaseFont /Helvetica>>>>>>>> endobj\n"
		"4 0 obj <</Length %zu>> stream\n%s\nendstream endobj\n",
		width, height, rotate, strlen(content), content);
	if (image) {
		zong_buf_add_format(&pdf,
			"5 0 obj <</Type /XObject /Subtype /Image /Length %zu %s>> stream\n",
			image_len, image_dictionary);
		zong_buf_add(&pdf, image, image_len);
		zong_buf_add_str(&pdf, "\nendstream endobj\n");
	}
	zong_buf_add_str(&pdf, "trailer <</Root 1 0 R /Size 6>>\n%%EOF\n");
	assert_int_equal(pdf.err, 0);
	fd = sample_file(pdf.data, pdf.len);
	zong_buf_release(&pdf);
	return fd;
}

int sample_pdf_of(
	const struct zong_raster *raster, double dpi, int rotate, const char *more_content)
{
	double width = raster->width * 72 / dpi, height = raster->height * 72 / dpi;
	char dictionary[200], content[400];

	snprintf(dictionary, sizeof(dictionary),
		"/Width %u /Height %u /BitsPerComponent %u /ColorSpace /Device%s", raster->width,
		raster->height, raster->bits, raster->channels == 3 ? "RGB" : "Gray");
	snprintf(content, sizeof(content), "q %.4f 0 0 %.4f 0 0 cm /I Do Q %s", width, height,
		more_content);
	return sample_pdf(width, height, rotate, dictionary, raster->data,
		raster->stride * raster->height, content);
}

static cairo_status_t take_pdf(void *data, const unsigned char *bytes, unsigned int len)
{
	return zong_buf_add(data, bytes, len) ? CAIRO_STATUS_WRITE_ERROR : CAIRO_STATUS_SUCCESS;
}

int sample_pdf_text(const char *const *lines, double size)
{
	struct zong_buf pdf = ZONG_BUF_INIT(64 << 20);
	cairo_surface_t *surface = cairo_pdf_surface_create_for_stream(take_pdf, &pdf, 595, 842);
	cairo_t *cairo = begin_text(surface, size);
	int i, fd;

	for (i = 0; lines[i]; i++) {
		cairo_move_to(cairo, 50, 100 + 1.8 * size * i);
		cairo_show_text(cairo, lines[i]);
	}
	cairo_destroy(cairo);
	cairo_surface_finish(surface);
	cairo_surface_destroy(surface);
	fd = sample_file(pdf.data, pdf.len);
	zong_buf_release(&pdf);
	return fd;
}

/* -- decoding -- */

int sample_decode(int fd, uint32_t page, struct zong_page *ret_page)
{
	char head[1024];
	ssize_t n = pread(fd, head, sizeof(head), 0);
	const struct zong_decoder *decoder =
		zong_decoder_of(zong_media_of(head, n > 0 ? (size_t)n : 0));
	uint32_t pages = 0;
	void *document;
	int err;

	assert_non_null(decoder);
	err = decoder->open(fd, &document, &pages);
	if (err)
		return err;
	assert_true(page <= pages);
	err = decoder->page(document, page, ret_page);
	decoder->close(document);
	return err;
}

void sample_raster_digest(struct zong_raster *raster, struct zong_digest *ret_digest)
{
	zong_raster_reduce(raster);
	assert_int_equal(zong_raster_digest(raster, ret_digest), 0);
}

void sample_digest(int fd, uint32_t page, struct zong_digest *ret_digest)
{
	struct zong_page decoded = ZONG_PAGE_INIT;

	assert_int_equal(sample_decode(fd, page, &decoded), 0);
	sample_raster_digest(&decoded.raster, ret_digest);
	zong_raster_release(&decoded.raster);
}
