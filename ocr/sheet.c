/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include <allheaders.h>
#include <zbar.h>

#include <zong/error.h>

#include "sheet.h"

#define SIDE_MOST                                                                                  \
	2600 /* pixels of the longer side: A4 at 220 dpi, five pixels a module of the densest code */
#define SIDE_LEAST 100 /* of the shorter one: of less no code is left */
#define SIDE_WARM 64

static PIX *to_grey(const struct zong_raster *raster)
{
	PIX *pix = zong_raster_to_pix(raster);
	PIX *grey = NULL;

	if (pix && pixGetDepth(pix) == 1)
		grey = pixConvert1To8(NULL, pix, 255, 0);
	else if (pix && pixGetDepth(pix) == 32)
		grey = pixConvertRGBToLuminance(pix);
	else if (pix)
		grey = pixClone(pix);
	pixDestroy(&pix);
	return grey;
}

static bool is_large(PIX *grey)
{
	int width = pixGetWidth(grey), height = pixGetHeight(grey);

	return (width > SIDE_MOST || height > SIDE_MOST) && width >= 2 * SIDE_LEAST &&
	       height >= 2 * SIDE_LEAST;
}

static PIX *halve_while_large(PIX *grey)
{
	while (grey && is_large(grey)) {
		PIX *half = pixScaleAreaMap2(grey);

		pixDestroy(&grey);
		grey = half;
	}
	return grey;
}

/* -- the code -- */

static zbar_image_scanner_t *new_scanner(void)
{
	zbar_image_scanner_t *scanner = zbar_image_scanner_create();

	if (!scanner)
		return NULL;
	zbar_image_scanner_set_config(scanner, ZBAR_NONE, ZBAR_CFG_ENABLE, 0);
	zbar_image_scanner_set_config(scanner, ZBAR_QRCODE, ZBAR_CFG_ENABLE, 1);
	/* as the bytes are: no guessing at what a foreign code may be written in */
	zbar_image_scanner_set_config(scanner, ZBAR_QRCODE, ZBAR_CFG_BINARY, 1);
	zbar_image_scanner_set_config(scanner, ZBAR_NONE, ZBAR_CFG_POSITION, 1);
	return scanner;
}

static zbar_image_t *to_image(PIX *grey)
{
	size_t width = (size_t)pixGetWidth(grey), height = (size_t)pixGetHeight(grey);
	uint8_t *bytes = malloc(width * height);
	zbar_image_t *image = bytes ? zbar_image_create() : NULL;

	if (!image) {
		free(bytes);
		return NULL;
	}
	for (size_t y = 0; y < height; y++) {
		const l_uint32 *row = pixGetData(grey) + y * (size_t)pixGetWpl(grey);

		for (size_t x = 0; x < width; x++)
			bytes[y * width + x] = (uint8_t)GET_DATA_BYTE(row, x);
	}
	zbar_image_set_format(image, zbar_fourcc('Y', '8', '0', '0'));
	zbar_image_set_size(image, (unsigned int)width, (unsigned int)height);
	zbar_image_set_data(image, bytes, width * height, zbar_image_free_data);
	return image;
}

static bool is_ascii(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (text[i] < 0x21 || text[i] > 0x7E)
			return false;
	return true;
}

/* Of several codes of ours a whole one. */
static void choose(zbar_image_t *image, char ret_code[ZONG_SHEET_TEXT + 1])
{
	const zbar_symbol_t *symbol = zbar_image_first_symbol(image);
	struct zong_sheet sheet;

	for (; symbol; symbol = zbar_symbol_next(symbol)) {
		const char *text = zbar_symbol_get_data(symbol);
		size_t len = zbar_symbol_get_data_length(symbol);

		if (!text || len > ZONG_SHEET_TEXT || !zong_sheet_is_ours(text, len) ||
			!is_ascii(text, len))
			continue;
		if (*ret_code && zong_sheet_parse(text, len, &sheet))
			continue;
		memcpy(ret_code, text, len);
		ret_code[len] = '\0';
	}
}

int zong_sheet_code(PIX *grey, char ret_code[ZONG_SHEET_TEXT + 1])
{
	zbar_image_scanner_t *scanner = new_scanner();
	zbar_image_t *image = scanner ? to_image(grey) : NULL;
	int err = image ? 0 : ZONG_EWORKER_MEMORY;

	ret_code[0] = '\0';
	/* negative: it could make nothing of the picture, which is no code then */
	if (!err && zbar_scan_image(scanner, image) > 0)
		choose(image, ret_code);
	if (image)
		zbar_image_destroy(image);
	if (scanner)
		zbar_image_scanner_destroy(scanner);
	return err;
}

/* -- both -- */

int zong_sheet_warm_up(void)
{
	char code[ZONG_SHEET_TEXT + 1];
	PIX *grey = pixCreate(SIDE_WARM, SIDE_WARM, 8);
	int err = grey ? zong_sheet_code(grey, code) : ZONG_EWORKER_MEMORY;

	pixDestroy(&grey);
	return err;
}

int zong_sheet_look(const struct zong_raster *raster, struct zong_sheet_marks *ret_marks)
{
	PIX *grey = halve_while_large(to_grey(raster));
	int err = grey ? 0 : ZONG_EWORKER_MEMORY;

	ret_marks->patch = false;
	ret_marks->code[0] = '\0';
	if (!err)
		err = zong_sheet_code(grey, ret_marks->code);
	if (!err && !ret_marks->code[0])
		err = zong_sheet_patch(grey, &ret_marks->patch);
	pixDestroy(&grey);
	return err;
}
