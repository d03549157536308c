/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* memmem() */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include <allheaders.h>
#include <tiffio.h>

#include "mkscan.h"

struct world {
	struct mkscan_image image;
	char dir[64], path[96], other[96];
	uint8_t *bytes, *stream;
	PIX *pix, *upright;
};

/* No symmetry and no multiple of 8 or 256 anywhere, so that every wrong turn or edge shows. */
static int begin(void **state)
{
	struct world *world = calloc(1, sizeof(*world));

	assert_non_null(world);
	world->image = (struct mkscan_image){.width = 301, .height = 270, .samples = 1, .dpi = 200};
	world->image.pixels = calloc(3, 301 * 270);
	assert_non_null(world->image.pixels);
	snprintf(world->dir, sizeof(world->dir), "/tmp/test_mkscan_tiff.XXXXXX");
	assert_non_null(mkdtemp(world->dir));
	snprintf(world->path, sizeof(world->path), "%s/page.tif", world->dir);
	snprintf(world->other, sizeof(world->other), "%s/page.pdf", world->dir);
	*state = world;
	return 0;
}

static int end(void **state)
{
	struct world *world = *state;

	unlink(world->path);
	unlink(world->other);
	rmdir(world->dir);
	pixDestroy(&world->pix);
	pixDestroy(&world->upright);
	free(world->bytes);
	free(world->stream);
	free(world->image.pixels);
	free(world);
	return 0;
}

static void paint(struct mkscan_image *image, unsigned samples, bool bilevel)
{
	size_t size = (size_t)image->width * image->height * samples;

	image->samples = samples;
	image->bilevel = bilevel;
	for (size_t i = 0; i < size; i++) {
		size_t x = i / samples % image->width, y = i / samples / image->width;

		if (bilevel)
			image->pixels[i] = (x * x / 60 + y) % 50 < 20 || y < 9 ? 0 : 255;
		else
			image->pixels[i] = (uint8_t)(x / 2 + y / 3 + 40 * (i % samples));
	}
}

static void write_file(struct world *world, const struct mkscan_format *format)
{
	struct mkscan_tiff *tiff;
	int err;

	assert_int_equal(mkscan_tiff_open(world->path, format, 1, &tiff), 0);
	err = mkscan_tiff_page(tiff, &world->image);
	assert_int_equal(mkscan_tiff_close(tiff), 0);
	assert_int_equal(err, 0);
}

static void a_reader_that_heeds_the_tag_shows_each_orientation_upright(void **state)
{
	struct world *world = *state;
	l_int32 same;

	paint(&world->image, 1, true);
	for (unsigned turn = 1; turn <= 8; turn++) {
		struct mkscan_format format = {.orientation = turn};

		write_file(world, &format);
		pixDestroy(&world->pix);
		world->pix = pixRead(world->path);
		assert_non_null(world->pix);
		assert_int_equal(pixGetWidth(world->pix), 301);
		assert_int_equal(pixGetHeight(world->pix), 270);
		if (turn == 1)
			world->upright = pixClone(world->pix);
		assert_int_equal(pixEqual(world->pix, world->upright, &same), 0);
		if (!same)
			fail_msg("orientation %u is shown another way up", turn);
	}
}

/* Leptonica does not read every form; libtiff's own RGBA reader does. */
static void check_pixels(struct world *world)
{
	const struct mkscan_image *image = &world->image;
	uint32_t *raster = malloc((size_t)image->width * image->height * 4);
	TIFF *tif = TIFFOpen(world->path, "r");
	int got;

	world->bytes = (uint8_t *)raster;
	assert_non_null(tif);
	assert_non_null(raster);
	got = TIFFReadRGBAImageOriented(
		tif, image->width, image->height, raster, ORIENTATION_TOPLEFT, 1);
	TIFFClose(tif);
	assert_int_equal(got, 1);
	for (size_t i = 0; i < (size_t)image->width * image->height; i++) {
		const uint8_t *want = image->pixels + i * image->samples;

		if (TIFFGetR(raster[i]) != want[0] ||
			TIFFGetB(raster[i]) != want[image->samples - 1])
			fail_msg("pixel %zu is another", i);
	}
	free(world->bytes);
	world->bytes = NULL;
}

static void every_lossless_form_gives_the_pixels_back(void **state)
{
	static const enum mkscan_compress forms[] = {
		MKSCAN_NONE, MKSCAN_LZW, MKSCAN_DEFLATE, MKSCAN_PACKBITS, MKSCAN_G3, MKSCAN_G4};
	struct world *world = *state;

	for (unsigned i = 0; i < 6 * 8; i++) {
		struct mkscan_format format = {.orientation = 1,
			.compress = forms[i / 8],
			.tiled = i & 1,
			.bigtiff = i & 2,
			.strip_rows = i & 1 ? 0 : 7};
		bool fax = i / 8 >= 4;

		paint(&world->image, fax || i & 4 ? 1 : 3, fax);
		write_file(world, &format);
		check_pixels(world);
	}
}

static size_t read_all(struct world *world, const char *path)
{
	FILE *file = fopen(path, "rb");
	size_t len;

	assert_non_null(file);
	free(world->bytes);
	world->bytes = malloc(1 << 20);
	len = fread(world->bytes, 1, 1 << 20, file);
	fclose(file);
	return len;
}

static void the_fax_stream_of_a_page_is_the_same_in_tiff_and_pdf(void **state)
{
	struct world *world = *state;
	struct mkscan_format format = {.orientation = 1, .compress = MKSCAN_G4};
	struct mkscan_pdf *pdf;
	size_t len, in_file;
	int err;

	paint(&world->image, 1, true);
	write_file(world, &format);
	assert_int_equal(mkscan_pdf_open(world->other, 80, &pdf), 0);
	err = mkscan_pdf_page(pdf, &world->image);
	assert_int_equal(mkscan_pdf_close(pdf), 0);
	assert_int_equal(err, 0);
	assert_int_equal(mkscan_tiff_encode_g4(&world->image, &world->stream, &len), 0);
	assert_true(len > 100);
	in_file = read_all(world, world->path);
	assert_non_null(memmem(world->bytes, in_file, world->stream, len));
	in_file = read_all(world, world->other);
	assert_non_null(memmem(world->bytes, in_file, world->stream, len));
}

static void a_full_disk_is_reported(void **state)
{
	struct world *world = *state;
	struct mkscan_format format = {.orientation = 1, .compress = MKSCAN_NONE};
	struct mkscan_tiff *tiff;
	struct mkscan_pdf *pdf;
	int err;

	paint(&world->image, 3, false);
	assert_int_equal(mkscan_pdf_open("/dev/full", 80, &pdf), 0);
	err = mkscan_pdf_page(pdf, &world->image);
	assert_true(mkscan_pdf_close(pdf) < 0 || err < 0);
	err = mkscan_tiff_open("/dev/full", &format, 1, &tiff);
	if (!err) {
		int page = mkscan_tiff_page(tiff, &world->image);

		err = mkscan_tiff_close(tiff);
		err = page ? page : err;
	}
	assert_true(err < 0);
	assert_true(mkscan_png_write("/dev/full", &world->image) < 0);
	assert_true(mkscan_jpeg_write("/dev/full", &world->image, 80) < 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			a_reader_that_heeds_the_tag_shows_each_orientation_upright, begin, end),
		cmocka_unit_test_setup_teardown(
			every_lossless_form_gives_the_pixels_back, begin, end),
		cmocka_unit_test_setup_teardown(
			the_fax_stream_of_a_page_is_the_same_in_tiff_and_pdf, begin, end),
		cmocka_unit_test_setup_teardown(a_full_disk_is_reported, begin, end),
	};

	setMsgSeverity(L_SEVERITY_NONE);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
