/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cairo-pdf.h>

#include <zong/error.h>
#include <zong/limits.h>

#include "form.h"
#include "form_press.h"
#include "wire.h"

#define SIZE_LEAST 4.0f /* of type */
#define SIZE_MOST 200.0f
#define LENGTH_LEAST 20.0f /* of a sheet's edges, mm */
#define LENGTH_MOST 1200.0f
#define TEXT_LEAST 8 /* mm that margins must leave */
#define CELL_LEAST (3 * ZONG_FORM_MM)

struct paper {
	float width, height, margin; /* mm */
	bool numbered;
	uint64_t seconds;
	const char *title, *foot;
};

/* -- taking the form apart -- */

static float take_within(struct zong_wire *wire, float least, float most)
{
	float value = zong_wire_take_float(wire, most);

	zong_wire_refuse_unless(wire, value >= least);
	return value;
}

static enum zong_form_align take_align(struct zong_wire *wire)
{
	uint8_t align = zong_wire_take_u8(wire);

	zong_wire_refuse_unless(wire, align <= ZONG_FORM_RIGHT);
	return align;
}

static int take_paper(struct zong_wire *wire, struct zong_arena *arena, struct paper *ret_paper)
{
	float shorter;

	zong_wire_refuse_unless(wire, zong_wire_take_u32(wire) == ZONG_FORM_MAGIC);
	ret_paper->width = take_within(wire, LENGTH_LEAST, LENGTH_MOST);
	ret_paper->height = take_within(wire, LENGTH_LEAST, LENGTH_MOST);
	shorter = ret_paper->width < ret_paper->height ? ret_paper->width : ret_paper->height;
	ret_paper->margin = take_within(wire, 0, LENGTH_MOST);
	zong_wire_refuse_unless(wire, 2 * ret_paper->margin + TEXT_LEAST <= shorter);
	ret_paper->numbered = zong_wire_take_bool(wire);
	ret_paper->seconds = (uint64_t)zong_wire_take_u32(wire) << 32;
	ret_paper->seconds |= zong_wire_take_u32(wire);
	ret_paper->title = zong_wire_take_text(wire, arena);
	ret_paper->foot = zong_wire_take_text(wire, arena);
	return wire->err;
}

static int take_table(struct zong_press *press, struct zong_wire *wire)
{
	struct zong_press_table *table = &press->table;
	double width = press->width - 2 * press->margin, shares = 0, left = press->margin;
	float share[ZONG_FORM_COLUMNS];

	memset(table, 0, sizeof(*table));
	zong_arena_release(&press->titles);
	table->face.size = take_within(wire, SIZE_LEAST, SIZE_MOST);
	table->ruled = zong_wire_take_bool(wire);
	table->height = zong_wire_take_float(wire, LENGTH_MOST) * ZONG_FORM_MM;
	table->columns = zong_wire_take_u8(wire);
	zong_wire_refuse_unless(wire, table->columns > 0 && table->columns <= ZONG_FORM_COLUMNS);
	for (size_t i = 0; i < table->columns && !wire->err; i++) {
		share[i] = take_within(wire, 0.001f, 1000);
		shares += share[i];
		table->column[i].align = take_align(wire);
		table->column[i].bold = zong_wire_take_bool(wire);
		table->column[i].title = zong_wire_take_text(wire, &press->titles);
		if (!wire->err && table->column[i].title[0])
			table->head = true;
	}
	for (size_t i = 0; i < table->columns && !wire->err; i++) {
		table->column[i].left = left;
		table->column[i].width = width * share[i] / shares;
		left += table->column[i].width;
		zong_wire_refuse_unless(wire, table->column[i].width >= CELL_LEAST);
	}
	if (wire->err)
		table->columns = 0;
	return wire->err;
}

/* -- drawing -- */

static int draw_text(struct zong_press *press, struct zong_wire *wire)
{
	struct zong_type_face face;
	enum zong_form_align align;
	const char *text;

	face.size = take_within(wire, SIZE_LEAST, SIZE_MOST);
	face.bold = zong_wire_take_bool(wire);
	align = take_align(wire);
	text = zong_wire_take_text(wire, &press->block);
	return wire->err ? wire->err : zong_press_text(press, &face, align, text);
}

static int draw_table(struct zong_press *press, struct zong_wire *wire)
{
	double least;
	int err = take_table(press, wire);

	if (err || !press->table.head)
		return err;
	/* a head at the foot of a sheet would stand there alone */
	least = 6 * press->table.face.size * ZONG_TYPE_LEADING;
	if (zong_press_room(press) < least && !press->fresh)
		return zong_press_page(press);
	return zong_press_head(press);
}

static int draw_row(struct zong_press *press, struct zong_wire *wire)
{
	const char *cell[ZONG_FORM_COLUMNS];

	zong_wire_refuse_unless(wire, press->table.columns > 0);
	for (size_t i = 0; i < press->table.columns; i++)
		cell[i] = zong_wire_take_text(wire, &press->block);
	return wire->err ? wire->err : zong_press_row(press, cell);
}

static int draw_code(struct zong_press *press, struct zong_wire *wire, enum zong_form_kind kind)
{
	double most = press->width < press->height ? press->width : press->height;
	double size = take_within(wire, 3, LENGTH_MOST) * ZONG_FORM_MM;
	const char *text = zong_wire_take_text(wire, &press->block);
	const char *beside;

	zong_wire_refuse_unless(wire, size <= most - 2 * press->margin);
	if (kind == ZONG_FORM_KIND_BARS)
		return wire->err ? wire->err : zong_press_bars(press, size, text);
	beside = zong_wire_take_text(wire, &press->block);
	zong_wire_refuse_unless(
		wire, size + 12 * ZONG_FORM_MM <= press->width - 2 * press->margin ||
			      (beside && !beside[0]));
	return wire->err ? wire->err : zong_press_qr(press, size, text, beside);
}

static int draw_space(struct zong_press *press, struct zong_wire *wire)
{
	double height = zong_wire_take_float(wire, LENGTH_MOST) * ZONG_FORM_MM;

	if (wire->err)
		return wire->err;
	/* at a sheet's upper edge there is none */
	if (height > zong_press_room(press))
		press->y = press->height - press->margin;
	else if (!press->fresh)
		press->y += height;
	return 0;
}

static int draw_block(struct zong_press *press, struct zong_wire *wire)
{
	uint8_t kind = zong_wire_take_u8(wire);

	if (kind != ZONG_FORM_KIND_ROW)
		press->table.columns = 0;
	switch (kind) {
	case ZONG_FORM_KIND_TEXT:
		return draw_text(press, wire);
	case ZONG_FORM_KIND_SPACE:
		return draw_space(press, wire);
	case ZONG_FORM_KIND_PAGE:
		return press->fresh ? 0 : zong_press_page(press);
	case ZONG_FORM_KIND_TABLE:
		return draw_table(press, wire);
	case ZONG_FORM_KIND_ROW:
		return draw_row(press, wire);
	case ZONG_FORM_KIND_QR:
	case ZONG_FORM_KIND_BARS:
		return draw_code(press, wire, kind);
	default:
		return ZONG_EPROTO;
	}
}

static int draw_blocks(struct zong_press *press, struct zong_wire wire)
{
	int err = 0;

	press->y = press->margin;
	press->page = 1;
	press->fresh = true;
	press->table.columns = 0;
	while (wire.left && !err) {
		err = draw_block(press, &wire);
		zong_arena_release(&press->block);
		if (!err && cairo_status(press->cairo) != CAIRO_STATUS_SUCCESS)
			err = ZONG_ENOMEM;
	}
	if (!err)
		zong_press_end_page(press);
	zong_arena_release(&press->block);
	zong_arena_release(&press->titles);
	return err;
}

/* -- the PDF -- */

static cairo_status_t keep(void *ctx, const unsigned char *bytes, unsigned int len)
{
	return zong_buf_add(ctx, bytes, len) ? CAIRO_STATUS_WRITE_ERROR : CAIRO_STATUS_SUCCESS;
}

static void set_metadata(cairo_surface_t *surface, const struct paper *paper)
{
	time_t seconds = (time_t)paper->seconds;
	char text[40];
	struct tm tm;

	cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, paper->title);
	cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATOR, "zong");
	if (!gmtime_r(&seconds, &tm) || !strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm))
		snprintf(text, sizeof(text), "1970-01-01T00:00:00Z");
	cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, text);
	cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_MOD_DATE, text);
}

/* @pdf: NULL to see how many pages there are. */
static int draw_once(struct zong_press *press, const struct paper *paper, struct zong_wire wire,
	struct zong_buf *pdf)
{
	cairo_surface_t *surface = cairo_pdf_surface_create_for_stream(
		pdf ? keep : NULL, pdf, press->width, press->height);
	cairo_status_t status;
	int err;

	set_metadata(surface, paper);
	press->cairo = cairo_create(surface);
	cairo_set_source_rgb(press->cairo, 0, 0, 0);
	err = draw_blocks(press, wire);
	status = cairo_status(press->cairo);
	cairo_destroy(press->cairo);
	cairo_surface_finish(surface);
	if (status == CAIRO_STATUS_SUCCESS)
		status = cairo_surface_status(surface);
	cairo_surface_destroy(surface);
	if (!err && pdf && pdf->err)
		err = pdf->err;
	if (!err && status != CAIRO_STATUS_SUCCESS)
		err = ZONG_ENOMEM;
	return err;
}

int zong_form_draw(const uint8_t *packed, size_t len, struct zong_buf *pdf, uint32_t *ret_pages)
{
	struct zong_wire wire = {.bytes = packed, .left = len};
	struct zong_press press = {.block = ZONG_ARENA_INIT, .titles = ZONG_ARENA_INIT};
	struct zong_arena arena = ZONG_ARENA_INIT;
	struct paper paper = {0};
	int err = take_paper(&wire, &arena, &paper);

	if (!err)
		err = zong_type_open(&press.type);
	if (!err) {
		press.width = paper.width * ZONG_FORM_MM;
		press.height = paper.height * ZONG_FORM_MM;
		press.margin = paper.margin * ZONG_FORM_MM;
		press.foot = paper.foot;
		press.numbered = paper.numbered;
		err = draw_once(&press, &paper, wire, NULL);
	}
	if (!err) {
		press.pages = press.page;
		err = draw_once(&press, &paper, wire, pdf);
	}
	zong_type_close(press.type);
	zong_arena_release(&arena);
	if (!err)
		*ret_pages = press.pages;
	return err == ZONG_ENOMEM ? ZONG_EWORKER_MEMORY : err;
}
