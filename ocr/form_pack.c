/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include <zong/error.h>
#include <zong/form.h>
#include <zong/limits.h>
#include <zong/utf8.h>

#include "form.h"
#include "wire.h"

#define TEXT_MAX 65535

/* What the other side would refuse becomes a blank. */
static void add_text(struct zong_buf *packed, const char *text)
{
	struct zong_buf clean = ZONG_BUF_INIT(TEXT_MAX + 8);
	size_t len = text ? strlen(text) : 0, pos = 0;

	if (zong_utf8_printable(text ? text : "", len)) {
		zong_wire_add_text(packed, text ? text : "");
		return;
	}
	while (pos < len && clean.len < TEXT_MAX) {
		uint32_t c = zong_utf8_next(text, len, &pos);
		bool drawn = c != ZONG_UTF8_BAD && (c == '\n' || (c >= 0x20 && c != 0x7F));

		zong_utf8_add(&clean, drawn && !(c >= 0x80 && c < 0xA0) ? c : ' ');
	}
	if (clean.err)
		packed->err = packed->err ? packed->err : clean.err;
	else
		zong_wire_add_text(packed, zong_buf_str(&clean));
	zong_buf_release(&clean);
}

static void add_kind(struct zong_form *form, enum zong_form_kind kind)
{
	if (kind != ZONG_FORM_KIND_ROW)
		form->columns = 0;
	zong_wire_add_u8(&form->packed, (uint8_t)kind);
}

static double or_else(double value, double usual)
{
	return value > 0 ? value : usual;
}

void zong_form_begin(struct zong_form *form, const struct zong_form_paper *paper)
{
	struct zong_buf *packed = &form->packed;
	uint64_t seconds = paper->time > 0 ? (uint64_t)paper->time / 1000000 : 0;

	zong_buf_init(packed, ZONG_LIMIT_FORM);
	form->columns = 0;
	zong_wire_add_u32(packed, ZONG_FORM_MAGIC);
	zong_wire_add_float(packed, (float)or_else(paper->width, 210));
	zong_wire_add_float(packed, (float)or_else(paper->height, 297));
	zong_wire_add_float(packed, (float)or_else(paper->margin, 20));
	zong_wire_add_u8(packed, paper->numbered);
	zong_wire_add_u32(packed, (uint32_t)(seconds >> 32));
	zong_wire_add_u32(packed, (uint32_t)seconds);
	add_text(packed, paper->title);
	add_text(packed, paper->foot);
}

void zong_form_release(struct zong_form *form)
{
	zong_buf_release(&form->packed);
}

void zong_form_text(struct zong_form *form, const struct zong_form_type *type, const char *text)
{
	add_kind(form, ZONG_FORM_KIND_TEXT);
	zong_wire_add_float(&form->packed, (float)or_else(type->size, 11));
	zong_wire_add_u8(&form->packed, type->bold);
	zong_wire_add_u8(&form->packed, (uint8_t)type->align);
	add_text(&form->packed, text);
}

void zong_form_space(struct zong_form *form, double height)
{
	add_kind(form, ZONG_FORM_KIND_SPACE);
	zong_wire_add_float(&form->packed, (float)or_else(height, 0));
}

void zong_form_page(struct zong_form *form)
{
	add_kind(form, ZONG_FORM_KIND_PAGE);
}

void zong_form_table(struct zong_form *form, const struct zong_form_ruling *ruling,
	const struct zong_form_column *column, size_t columns)
{
	struct zong_buf *packed = &form->packed;

	if (columns == 0 || columns > ZONG_FORM_COLUMNS) {
		packed->err = packed->err ? packed->err : ZONG_ELIMIT;
		return;
	}
	add_kind(form, ZONG_FORM_KIND_TABLE);
	form->columns = columns;
	zong_wire_add_float(packed, (float)or_else(ruling->size, 10));
	zong_wire_add_u8(packed, ruling->ruled);
	zong_wire_add_float(packed, (float)or_else(ruling->height, 0));
	zong_wire_add_u8(packed, (uint8_t)columns);
	for (size_t i = 0; i < columns; i++) {
		zong_wire_add_float(packed, (float)or_else(column[i].share, 1));
		zong_wire_add_u8(packed, (uint8_t)column[i].align);
		zong_wire_add_u8(packed, column[i].bold);
		add_text(packed, column[i].title);
	}
}

void zong_form_row(struct zong_form *form, const char *const *cell)
{
	add_kind(form, ZONG_FORM_KIND_ROW);
	for (size_t i = 0; i < form->columns; i++)
		add_text(&form->packed, cell[i]);
}

void zong_form_qr(struct zong_form *form, double size, const char *code, const char *beside)
{
	add_kind(form, ZONG_FORM_KIND_QR);
	zong_wire_add_float(&form->packed, (float)or_else(size, 30));
	add_text(&form->packed, code);
	add_text(&form->packed, beside);
}

void zong_form_bars(struct zong_form *form, double height, const char *code)
{
	add_kind(form, ZONG_FORM_KIND_BARS);
	zong_wire_add_float(&form->packed, (float)or_else(height, 12));
	add_text(&form->packed, code);
}
