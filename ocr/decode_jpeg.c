/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>
#include <jerror.h>

#include <zong/error.h>
#include <zong/limits.h>

#include "decode.h"
#include "exif.h"

#define PIECE 65536
#define SCANS_MAX                                                                                  \
	200 /* a progressive file of real life has 10; one made to burn time has thousands */
#define EXIF_MARKER (JPEG_APP0 + 1)

struct jpeg {
	int fd;
};

struct source {
	struct jpeg_source_mgr pub; /* first, libjpeg's way to inherit */
	int fd;
	uint64_t offset;
	bool ended;
	uint8_t piece[PIECE];
};

struct decoding {
	struct jpeg_decompress_struct info;
	struct jpeg_error_mgr errors;
	struct jpeg_progress_mgr progress;
	struct source source;
	jmp_buf escape;
	int err;
	struct zong_raster raster;
	uint8_t *row;	    /* one CMYK row */
	uint32_t rows_seen; /* rows that came out of the file itself */
};

static void escape(struct decoding *decoding, int err)
{
	decoding->err = err;
	longjmp(decoding->escape, 1);
}

static void on_error(j_common_ptr info)
{
	escape(info->client_data,
		info->err->msg_code == JERR_OUT_OF_MEMORY ? ZONG_EWORKER_MEMORY : ZONG_EDAMAGED);
}

static void on_message(j_common_ptr info)
{
	(void)info;
}

static void on_progress(j_common_ptr info)
{
	if (((j_decompress_ptr)info)->input_scan_number > SCANS_MAX)
		escape(info->client_data, ZONG_EDAMAGED);
}

static void source_nothing(j_decompress_ptr info)
{
	(void)info;
}

/* At the end of the file an end-of-image marker is put in, as libjpeg asks; the rows still missing
 * are noticed by source.ended. */
static boolean source_fill(j_decompress_ptr info)
{
	struct source *source = (struct source *)info->src;
	size_t len = zong_decode_read(source->fd, source->piece, PIECE, source->offset);

	source->offset += len;
	if (len == 0) {
		source->ended = true;
		source->piece[0] = 0xff;
		source->piece[1] = JPEG_EOI;
		len = 2;
	}
	source->pub.next_input_byte = source->piece;
	source->pub.bytes_in_buffer = len;
	return TRUE;
}

static void source_skip(j_decompress_ptr info, long count)
{
	struct source *source = (struct source *)info->src;

	if (count <= 0)
		return;
	if ((unsigned long)count <= source->pub.bytes_in_buffer) {
		source->pub.next_input_byte += count;
		source->pub.bytes_in_buffer -= (size_t)count;
		return;
	}
	source->offset += (unsigned long)count - source->pub.bytes_in_buffer;
	source->pub.bytes_in_buffer = 0;
}

static void start(struct decoding *decoding, int fd)
{
	struct jpeg_decompress_struct *info = &decoding->info;

	info->err = jpeg_std_error(&decoding->errors);
	info->client_data = decoding;
	decoding->errors.error_exit = on_error;
	decoding->errors.output_message = on_message;
	jpeg_create_decompress(info);
	info->client_data = decoding;
	decoding->progress.progress_monitor = on_progress;
	info->progress = &decoding->progress;
	decoding->source.fd = fd;
	decoding->source.pub.init_source = source_nothing;
	decoding->source.pub.fill_input_buffer = source_fill;
	decoding->source.pub.skip_input_data = source_skip;
	decoding->source.pub.resync_to_restart = jpeg_resync_to_restart;
	decoding->source.pub.term_source = source_nothing;
	info->src = &decoding->source.pub;
	jpeg_save_markers(info, EXIF_MARKER, 0xffff);
	jpeg_read_header(info, TRUE);
}

/* Adobe's programs store CMYK inverted, and files with their marker count so. */
static void cmyk_to_rgb(const uint8_t *in, uint8_t *out, uint32_t width, bool inverted)
{
	uint8_t flip = inverted ? 0 : 0xff;
	uint32_t x;

	for (x = 0; x < width; x++, in += 4, out += 3) {
		unsigned int black = in[3] ^ flip;

		out[0] = (uint8_t)(((in[0] ^ flip) * black + 127) / 255);
		out[1] = (uint8_t)(((in[1] ^ flip) * black + 127) / 255);
		out[2] = (uint8_t)(((in[2] ^ flip) * black + 127) / 255);
	}
}

static void read_rows(struct decoding *decoding)
{
	struct jpeg_decompress_struct *info = &decoding->info;

	while (info->output_scanline < info->output_height) {
		uint8_t *out = zong_raster_row(&decoding->raster, info->output_scanline);
		JSAMPROW row = decoding->row ? decoding->row : out;

		if (jpeg_read_scanlines(info, &row, 1) != 1)
			escape(decoding, ZONG_EDAMAGED);
		if (decoding->row)
			cmyk_to_rgb(decoding->row, out, info->output_width, info->saw_Adobe_marker);
		if (!decoding->source.ended)
			decoding->rows_seen = info->output_scanline;
	}
}

static void decode(struct decoding *decoding)
{
	struct jpeg_decompress_struct *info = &decoding->info;
	bool four;

	four = info->num_components == 4;
	if (four)
		info->out_color_space = JCS_CMYK;
	else
		info->out_color_space = info->num_components == 1 ? JCS_GRAYSCALE : JCS_RGB;
	/* Before libjpeg allocates anything that depends on it. */
	if ((uint64_t)info->image_width * info->image_height > ZONG_LIMIT_PIXELS)
		escape(decoding, ZONG_EPIXELS);
	jpeg_start_decompress(info);
	/* A file with several scans has been read whole by now: it counts when its first scan did. */
	if (jpeg_has_multiple_scans(info) &&
		(!decoding->source.ended || info->input_scan_number > 1)) {
		decoding->source.ended = false;
	}
	decoding->err = zong_raster_init(&decoding->raster, info->output_width, info->output_height,
		info->out_color_space == JCS_GRAYSCALE ? 1 : 3, 8);
	if (decoding->err)
		escape(decoding, decoding->err);
	if (four) {
		decoding->row = malloc((size_t)info->output_width * 4);
		if (!decoding->row)
			escape(decoding, ZONG_EWORKER_MEMORY);
	}
	read_rows(decoding);
}

static void note_marks(
	const struct decoding *decoding, struct zong_page *page, unsigned int *ret_orientation)
{
	const struct jpeg_decompress_struct *info = &decoding->info;
	double scale = info->density_unit == 2 ? 2.54 : 1;
	jpeg_saved_marker_ptr marker;
	struct zong_exif exif = {.orientation = 1};

	for (marker = info->marker_list; marker; marker = marker->next)
		if (zong_exif_parse(marker->data, marker->data_length, &exif) == 0)
			break;
	*ret_orientation = exif.orientation;
	if (info->saw_JFIF_marker && info->density_unit) {
		page->dpi_x = zong_decode_dpi(info->X_density * scale);
		page->dpi_y = zong_decode_dpi(info->Y_density * scale);
	}
	if (page->dpi_x == 0 || page->dpi_y == 0) {
		page->dpi_x = exif.dpi_x;
		page->dpi_y = exif.dpi_y;
	}
}

static int finish(struct decoding *decoding, struct zong_page *page)
{
	unsigned int orientation;
	float dpi;
	int err;

	page->bits = (uint32_t)decoding->info.data_precision;
	note_marks(decoding, page, &orientation);
	err = zong_raster_orient(&decoding->raster, orientation);
	if (err)
		return err;
	if (orientation >= 5) {
		dpi = page->dpi_x;
		page->dpi_x = page->dpi_y;
		page->dpi_y = dpi;
	}
	page->raster = decoding->raster;
	decoding->raster = (struct zong_raster)ZONG_RASTER_INIT;
	return 0;
}

static void run(struct decoding *decoding, int fd)
{
	if (setjmp(decoding->escape) != 0)
		return;
	start(decoding, fd);
	decode(decoding);
}

static int jpeg_page(void *state, uint32_t number, struct zong_page *ret_page)
{
	const struct jpeg *jpeg = state;
	struct zong_page page = ZONG_PAGE_INIT;
	struct decoding *decoding = calloc(1, sizeof(*decoding));
	int err;

	(void)number;
	if (!decoding)
		return ZONG_EWORKER_MEMORY;
	run(decoding, jpeg->fd);
	err = decoding->err;
	/* An error after enough rows: they are what the file has. */
	if (decoding->raster.data && err != ZONG_EWORKER_MEMORY)
		err = ZONG_DECODE_ENOUGH(decoding->rows_seen, decoding->raster.height)
			      ? 0
			      : ZONG_EDAMAGED;
	if (!err)
		err = finish(decoding, &page);
	if (!err)
		*ret_page = page;
	jpeg_destroy_decompress(&decoding->info);
	zong_raster_release(&decoding->raster);
	free(decoding->row);
	free(decoding);
	return err;
}

/* What a PDF has: 8 bits, Huffman codes, grey or three channels. */
static int describe(struct decoding *decoding, struct zong_image *image)
{
	const struct jpeg_decompress_struct *info = &decoding->info;
	struct zong_page page = ZONG_PAGE_INIT;

	if (info->data_precision != 8 || info->arith_code ||
		(info->num_components != 1 && info->num_components != 3))
		return ZONG_ENOENT;
	if ((uint64_t)info->image_width * info->image_height > ZONG_LIMIT_PIXELS)
		return ZONG_EPIXELS;
	note_marks(decoding, &page, &image->orientation);
	if (image->orientation < 1 || image->orientation > 8)
		image->orientation = 1;
	image->dpi_x = image->orientation >= 5 ? page.dpi_y : page.dpi_x;
	image->dpi_y = image->orientation >= 5 ? page.dpi_x : page.dpi_y;
	image->width = info->image_width;
	image->height = info->image_height;
	image->coding = ZONG_IMAGE_JPEG;
	image->channels = (unsigned int)info->num_components;
	image->bits = 8;
	image->plain_rgb = info->jpeg_color_space == JCS_RGB;
	image->as_stored = true;
	return 0;
}

static void run_head(struct decoding *decoding, int fd, struct zong_image *image)
{
	if (setjmp(decoding->escape) != 0)
		return;
	start(decoding, fd);
	decoding->err = describe(decoding, image);
}

static int jpeg_image(void *state, uint32_t number, struct zong_image_maker *maker)
{
	const struct jpeg *jpeg = state;
	struct decoding *decoding = calloc(1, sizeof(*decoding));
	int err;

	(void)number;
	if (!decoding)
		return ZONG_EWORKER_MEMORY;
	run_head(decoding, jpeg->fd, &maker->image);
	err = decoding->err;
	jpeg_destroy_decompress(&decoding->info);
	free(decoding);
	if (err)
		return err;
	zong_image_add_strip(maker, maker->image.height);
	zong_image_add_range(maker, 0, zong_decode_size(jpeg->fd));
	return maker->err;
}

static int jpeg_open(int fd, void **ret_state, uint32_t *ret_pages)
{
	struct jpeg *jpeg = calloc(1, sizeof(*jpeg));

	if (!jpeg)
		return ZONG_EWORKER_MEMORY;
	jpeg->fd = fd;
	*ret_state = jpeg;
	*ret_pages = 1;
	return 0;
}

const struct zong_decoder zong_decoder_jpeg = {
	.open = jpeg_open,
	.page = jpeg_page,
	.image = jpeg_image,
	.close = free,
};
