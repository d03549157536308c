/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>

#include <qrencode.h>

#include <zong/barcode.h>
#include <zong/error.h>

#include "form_press.h"

#define QUIET 4		       /* modules around a QR code (ISO/IEC 18004 §6.3.8) */
#define GAP (4 * ZONG_FORM_MM) /* to the text beside it */
#define BESIDE 10.0
#define MODULE_MOST (0.5 * ZONG_FORM_MM) /* wider bars are read no better */
#define LETTERS 10.0

static void draw_qr(cairo_t *cairo, const QRcode *code, double x, double y, double size)
{
	double module = size / (code->width + 2 * QUIET);

	cairo_save(cairo);
	cairo_translate(cairo, x, y);
	cairo_scale(cairo, module, module);
	for (int row = 0; row < code->width; row++)
		for (int column = 0; column < code->width; column++)
			if (code->data[row * code->width + column] & 1)
				cairo_rectangle(cairo, QUIET + column, QUIET + row, 1, 1);
	cairo_fill(cairo);
	cairo_restore(cairo);
}

int zong_press_qr(struct zong_press *press, double size, const char *text, const char *beside)
{
	static const struct zong_type_face face = {.size = BESIDE};
	double left = press->margin + size + GAP, top;
	QRcode *code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
	uint32_t page;
	int err = 0;

	if (!code)
		return errno == ENOMEM ? ZONG_ENOMEM : ZONG_ELIMIT;
	if (size > zong_press_room(press) && !press->fresh)
		err = zong_press_page(press);
	top = press->y;
	page = press->page;
	if (!err) {
		draw_qr(press->cairo, code, press->margin, top, size);
		press->y += GAP;
		err = zong_press_lines(press, &face, ZONG_FORM_LEFT, left,
			press->width - press->margin - left, beside);
		if (page == press->page && press->y < top + size)
			press->y = top + size;
		press->fresh = false;
	}
	QRcode_free(code);
	return err;
}

int zong_press_bars(struct zong_press *press, double height, const char *text)
{
	static const struct zong_type_face face = {.size = LETTERS};
	double width = press->width - 2 * press->margin, module, x;
	struct zong_barcode code;
	int err = zong_barcode_make(text, &code);

	if (err)
		return ZONG_ELIMIT;
	if (height + 2 * LETTERS > zong_press_room(press) && !press->fresh) {
		err = zong_press_page(press);
		if (err)
			return err;
	}
	module = width / (code.modules + 2 * ZONG_BARCODE_QUIET);
	if (module > MODULE_MOST)
		module = MODULE_MOST;
	x = (press->width - code.modules * module) / 2;
	for (size_t i = 0; i < code.count; i++) {
		if (i % 2 == 0)
			cairo_rectangle(press->cairo, x, press->y, code.width[i] * module, height);
		x += code.width[i] * module;
	}
	cairo_fill(press->cairo);
	press->y += height + 1;
	press->fresh = false;
	return zong_press_text(press, &face, ZONG_FORM_CENTRE, text);
}
