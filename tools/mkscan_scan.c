/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mkscan.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* Far fewer points than the page: what shines through paper is soft. */
enum { BLEED_DPI = 60 };

/* 第 3 页 共 8 页, 3/8 or - 3 -. */
static void draw_number(const struct mkscan_scan *scan, struct mkscan_sheet *sheet)
{
	const struct mkscan_type small = {mkscan_serif, 10.5, 1.2, 0, MKSCAN_CENTRE, false, 0x111111};
	unsigned number = scan->page + 1, total = scan->order->pages;
	char text[64];

	if (!total)
		total = (unsigned)scan->order->n_kinds;
	if (total < number)
		total = number;
	switch (scan->order->numbers) {
	case MKSCAN_WORDS:
		snprintf(text, sizeof(text), "第 %u 页 共 %u 页", number, total);
		break;
	case MKSCAN_SLASH:
		snprintf(text, sizeof(text), "%u/%u", number, total);
		break;
	case MKSCAN_DASHES:
		snprintf(text, sizeof(text), "- %u -", number);
		break;
	default:
		return;
	}
	mkscan_sheet_print(sheet, MKSCAN_MARGIN, MKSCAN_SHEET_HEIGHT - 31,
		MKSCAN_SHEET_WIDTH - 2 * MKSCAN_MARGIN, &small, text);
}

static void draw_kind(const struct mkscan_scan *scan, struct mkscan_sheet *sheet, unsigned shift)
{
	const struct mkscan_order *order = scan->order;
	struct mkscan_place place = {
		.facts = &order->facts,
		.kind = scan->kind,
		.nth = scan->seen[scan->kind]++,
		.seal = order->seal,
		.text = *scan->text,
		/* @page counts from 0, but the built-in text has always begun one page later. */
		.prose_start = order->seed + (scan->page + 1 + shift) * 7,
	};

	mkscan_page_draw(sheet, &place);
	if (sheet->record)
		draw_number(scan, sheet);
	if (*scan->text)
		*scan->text += place.text_used;
}

/* The other side of the sheet, as it is seen through the paper. */
static int draw_bleed(const struct mkscan_scan *scan, cairo_t *cr, double strength)
{
	const double scale = BLEED_DPI / 72.0;
	int width = (int)(MKSCAN_SHEET_WIDTH * scale), height = (int)(MKSCAN_SHEET_HEIGHT * scale);
	cairo_surface_t *back = cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height);
	unsigned seen[MKSCAN_KINDS] = {[MKSCAN_CONTRACT] = 1};
	const char *none = NULL;
	struct mkscan_scan other = *scan;
	struct mkscan_rng rng;
	struct mkscan_sheet sheet = {.cr = cairo_create(back), .rng = &rng};
	/* Of what is faint a bilevel picture shows nothing. */
	double shine = scan->order->colour == MKSCAN_BILEVEL ? 0.2 + 0.6 * strength
							     : 0.08 + 0.42 * strength;
	int err;

	mkscan_harm_rng(&rng, MKSCAN_BLEED, scan->order->seed, scan->page);
	other.seen = seen;
	other.text = &none;
	other.kind = scan->kind == MKSCAN_CONTRACT ? MKSCAN_CONTRACT : MKSCAN_TEXT;
	cairo_set_source_rgb(sheet.cr, 1, 1, 1);
	cairo_paint(sheet.cr);
	cairo_scale(sheet.cr, scale, scale);
	draw_kind(&other, &sheet, 3);
	err = cairo_status(sheet.cr) == CAIRO_STATUS_SUCCESS ? 0 : -ENOMEM;
	cairo_destroy(sheet.cr);
	cairo_save(cr);
	cairo_translate(cr, MKSCAN_SHEET_WIDTH + mkscan_rng_between(&rng, -9, 9),
		mkscan_rng_between(&rng, -9, 9));
	cairo_scale(cr, -1 / scale, 1 / scale);
	cairo_set_operator(cr, CAIRO_OPERATOR_MULTIPLY);
	cairo_set_source_surface(cr, back, 0, 0);
	cairo_paint_with_alpha(cr, shine);
	cairo_restore(cr);
	cairo_surface_destroy(back);
	return err;
}

static int write_truth(
	struct mkscan_record *record, json_t *truth, uint32_t width, uint32_t height, unsigned dpi)
{
	if (json_object_set_new(truth, "width", json_integer(width)) ||
		json_object_set_new(truth, "height", json_integer(height)) ||
		json_object_set_new(truth, "dpi", json_integer(dpi)))
		return -ENOMEM;
	return mkscan_record_write(record, width, height, truth);
}

static void lay_askew(cairo_t *cr, double width, double skew)
{
	/* Turned before it is drawn, so that no pixel is resampled. */
	cairo_translate(cr, width / 2, MKSCAN_SHEET_HEIGHT / 2);
	cairo_rotate(cr, skew * M_PI / 180);
	cairo_translate(cr, -width / 2, -MKSCAN_SHEET_HEIGHT / 2);
}

/* All that is ink, on white. */
static int draw_sheet(const struct mkscan_scan *scan, cairo_t *cr, struct mkscan_rng *rng,
	double width, struct mkscan_record *record, json_t *truth)
{
	const struct mkscan_order *order = scan->order;
	const struct mkscan_harms *harms = &order->harms;
	struct mkscan_sheet sheet = {
		.cr = cr,
		.rng = rng,
		.record = record,
		.fields = json_object_get(truth, "fields"),
		.seals = json_object_get(truth, "seals"),
	};
	struct mkscan_deal deal;
	int err = 0;

	mkscan_deal_make(&order->facts, &deal);
	if (harms->strength[MKSCAN_BLEED] > 0)
		err = draw_bleed(scan, cr, harms->strength[MKSCAN_BLEED]);
	draw_kind(scan, &sheet, 0);
	if (harms->strength[MKSCAN_TWOUP] > 0) {
		cairo_save(cr);
		cairo_translate(cr, MKSCAN_SHEET_WIDTH, 0);
		draw_kind(scan, &sheet, 1);
		cairo_restore(cr);
		sheet.sign_x = 0;
	}
	mkscan_harm_draw(&sheet, harms, width, deal.date, order->seed, scan->page);
	return err;
}

static int age_sheet(const struct mkscan_scan *scan, cairo_surface_t *surface,
	struct mkscan_rng *rng, struct mkscan_record *record, struct mkscan_image *ret_image)
{
	const struct mkscan_order *order = scan->order;
	const struct mkscan_ageing ageing = {
		.colour = order->colour,
		.dpi = order->dpi,
		.noise = order->noise,
		.turn = order->turn,
		.harms = order->harms,
		.seed = order->seed,
		.page = scan->page,
	};

	return mkscan_damage(surface, &ageing, rng, record, ret_image);
}

int mkscan_scan(const struct mkscan_scan *scan, struct mkscan_rng *rng, double skew, json_t *truth,
	struct mkscan_image *ret_image)
{
	const struct mkscan_order *order = scan->order;
	double scale = order->dpi / 72.0;
	double width = MKSCAN_SHEET_WIDTH * (order->harms.strength[MKSCAN_TWOUP] > 0 ? 2 : 1);
	cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24,
		(int)(width * scale + 0.5), (int)(MKSCAN_SHEET_HEIGHT * scale + 0.5));
	cairo_t *cr = cairo_create(surface);
	struct mkscan_record record = {0};
	int err;

	cairo_set_source_rgb(cr, 1, 1, 1);
	cairo_paint(cr);
	cairo_scale(cr, scale, scale);
	lay_askew(cr, width, skew);
	err = draw_sheet(scan, cr, rng, width, &record, truth);
	if (cairo_status(cr) != CAIRO_STATUS_SUCCESS)
		err = -ENOMEM;
	cairo_destroy(cr);
	if (!err)
		err = age_sheet(scan, surface, rng, &record, ret_image);
	cairo_surface_destroy(surface);
	if (!err) {
		err = write_truth(&record, truth, ret_image->width, ret_image->height, order->dpi);
		if (err)
			free(ret_image->pixels);
	}
	mkscan_record_release(&record);
	return err;
}

int mkscan_scan_draw(
	const struct mkscan_scan *scan, cairo_t *cr, struct mkscan_rng *rng, json_t *truth)
{
	struct mkscan_record record = {0};
	struct mkscan_sheet sheet = {
		.cr = cr,
		.rng = rng,
		.record = &record,
		.fields = json_object_get(truth, "fields"),
		.seals = json_object_get(truth, "seals"),
		.vector = true,
	};
	int err;

	draw_kind(scan, &sheet, 0);
	/* Points: what a PDF reader gives as the size of the page. */
	err = write_truth(&record, truth, (uint32_t)(MKSCAN_SHEET_WIDTH + 0.5),
		(uint32_t)(MKSCAN_SHEET_HEIGHT + 0.5), 72);
	mkscan_record_release(&record);
	return err;
}
