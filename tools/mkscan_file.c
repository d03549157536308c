/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mkscan.h"

#include <cairo-pdf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

/* The page that is being made, and where it goes. Exactly one of the writers is open. */
struct making {
	const struct mkscan_order *order;
	const char *path; /* temporary */
	struct mkscan_tiff *tiff;
	struct mkscan_pdf *pdf;
	cairo_surface_t *vector; /* born digital */
	unsigned page;
	unsigned seen[MKSCAN_KINDS]; /* pages of each kind so far */
	unsigned mixed;
	const char *text; /* what is left of order->text */
	json_t *truth;
};

int mkscan_media_parse(const char *path, enum mkscan_media *ret_media)
{
	static const struct {
		const char *ending;
		enum mkscan_media media;
	} endings[] = {
		{".tif", MKSCAN_TIFF},
		{".tiff", MKSCAN_TIFF},
		{".pdf", MKSCAN_PDF},
		{".jpg", MKSCAN_JPEG},
		{".jpeg", MKSCAN_JPEG},
		{".png", MKSCAN_PNG},
	};
	const char *dot = strrchr(path, '.');

	for (size_t i = 0; dot && i < sizeof(endings) / sizeof(endings[0]); i++) {
		if (!strcasecmp(dot, endings[i].ending)) {
			*ret_media = endings[i].media;
			return 0;
		}
	}
	return -EINVAL;
}

/* A cairo_write_func_t would hide the reason for a failed write; a file name gives status only. */
static int surface_error(cairo_surface_t *surface)
{
	cairo_status_t status = cairo_surface_status(surface);

	if (status == CAIRO_STATUS_SUCCESS)
		return 0;
	if (status == CAIRO_STATUS_NO_MEMORY)
		return -ENOMEM;
	return errno ? -errno : -EIO;
}

static int open_vector(struct making *making)
{
	FILE *probe = fopen(making->path, "wb");

	if (!probe)
		return -errno;
	fclose(probe);
	making->vector =
		cairo_pdf_surface_create(making->path, MKSCAN_SHEET_WIDTH, MKSCAN_SHEET_HEIGHT);
	/* Cairo would write today's date, and no two files would be the same. */
	cairo_pdf_surface_set_metadata(
		making->vector, CAIRO_PDF_METADATA_CREATE_DATE, "2026-01-01T00:00:00Z");
	cairo_pdf_surface_set_metadata(making->vector, CAIRO_PDF_METADATA_TITLE, "sample data");
	return surface_error(making->vector);
}

static int open_output(struct making *making)
{
	const struct mkscan_format *format = &making->order->format;

	errno = 0;
	if (format->media == MKSCAN_TIFF)
		return mkscan_tiff_open(making->path, format, making->order->pages, &making->tiff);
	if (format->media == MKSCAN_PDF && !format->born_digital)
		return mkscan_pdf_open(making->path, format->quality, &making->pdf);
	if (format->media == MKSCAN_PDF)
		return open_vector(making);
	return 0;
}

static int close_output(struct making *making)
{
	int err = 0;

	if (making->tiff)
		err = mkscan_tiff_close(making->tiff);
	if (making->pdf)
		err = mkscan_pdf_close(making->pdf);
	if (making->vector) {
		errno = 0;
		cairo_surface_finish(making->vector);
		err = surface_error(making->vector);
		cairo_surface_destroy(making->vector);
	}
	return err;
}

static int put_image(struct making *making, const struct mkscan_image *image)
{
	const struct mkscan_format *format = &making->order->format;

	switch (format->media) {
	case MKSCAN_TIFF:
		return mkscan_tiff_page(making->tiff, image);
	case MKSCAN_PDF:
		return mkscan_pdf_page(making->pdf, image);
	case MKSCAN_JPEG:
		return mkscan_jpeg_write(making->path, image, format->quality);
	case MKSCAN_PNG:
		return mkscan_png_write(making->path, image);
	}
	return -EINVAL;
}

static enum mkscan_kind next_kind(struct making *making)
{
	const struct mkscan_order *order = making->order;
	enum mkscan_kind kind = order->kinds[making->page % order->n_kinds];

	if (kind == MKSCAN_MIXED)
		kind = (enum mkscan_kind)((order->seed + making->mixed++) % MKSCAN_BLANK);
	return kind;
}

static int make_image(struct making *making, const struct mkscan_scan *scan, struct mkscan_rng *rng,
	double skew, json_t *page)
{
	struct mkscan_image image;
	int err = mkscan_scan(scan, rng, skew, page, &image);

	if (err)
		return err;
	err = put_image(making, &image);
	free(image.pixels);
	return err;
}

static int make_vector(
	struct making *making, const struct mkscan_scan *scan, struct mkscan_rng *rng, json_t *page)
{
	cairo_t *cr = cairo_create(making->vector);
	int err = mkscan_scan_draw(scan, cr, rng, page);

	cairo_show_page(cr);
	cairo_destroy(cr);
	return err ? err : surface_error(making->vector);
}

static json_t *begin_truth(const struct making *making, enum mkscan_kind kind, double skew)
{
	const struct mkscan_order *order = making->order;
	json_t *page = json_pack("{s:i, s:s, s:[], s:f, s:i, s:[], s:[], s:[], s:[]}", "page",
		(int)making->page + 1, "kind", mkscan_kind_name(kind), "damages", "skew", skew,
		"turn", (int)order->turn, "lines", "boxes", "fields", "seals");

	for (int i = 0; i < MKSCAN_HARMS; i++) {
		if (order->harms.strength[i] > 0)
			json_array_append_new(json_object_get(page, "damages"),
				json_string(mkscan_harm_name((enum mkscan_harm)i)));
	}
	return page;
}

static int make_page(struct making *making)
{
	const struct mkscan_order *order = making->order;
	struct mkscan_scan scan = {
		.order = order,
		.kind = next_kind(making),
		.page = making->page,
		.seen = making->seen,
		.text = &making->text,
	};
	struct mkscan_rng rng;
	double skew;
	json_t *page;

	mkscan_rng_init(&rng, order->seed, making->page);
	skew = mkscan_rng_between(&rng, -order->skew, order->skew);
	if (making->vector)
		skew = 0;
	page = begin_truth(making, scan.kind, skew);
	if (!page || json_array_append_new(making->truth, page))
		return -ENOMEM;
	making->page++;
	return making->vector ? make_vector(making, &scan, &rng, page)
			      : make_image(making, &scan, &rng, skew, page);
}

static bool has_text(const struct mkscan_order *order)
{
	for (size_t i = 0; i < order->n_kinds; i++) {
		if (mkscan_kind_flows(order->kinds[i]))
			return true;
	}
	return false;
}

static bool is_finished(const struct making *making)
{
	const struct mkscan_order *order = making->order;

	if (order->pages)
		return making->page >= order->pages;
	if (making->page < order->n_kinds)
		return false;
	if (making->page >= MKSCAN_PAGES_MAX || !making->text || !has_text(order))
		return true;
	return making->text[strspn(making->text, " \t\r\n")] == '\0';
}

static int make_pages(struct making *making)
{
	const struct mkscan_order *order = making->order;
	bool single = order->format.media == MKSCAN_JPEG || order->format.media == MKSCAN_PNG;

	while (!is_finished(making)) {
		int err;

		if (single && making->page)
			return -EINVAL;
		err = make_page(making);
		if (err)
			return err;
	}
	return 0;
}

static char *temporary_name(const char *path)
{
	size_t len = strlen(path) + 32;
	char *name = malloc(len);

	if (name)
		snprintf(name, len, "%s.part-%ld", path, (long)getpid());
	return name;
}

int mkscan_file_write(const struct mkscan_order *order, const char *path, json_t **ret_truth)
{
	struct making making = {.order = order, .text = order->text, .truth = json_array()};
	char *temporary = temporary_name(path);
	int err = temporary && making.truth ? 0 : -ENOMEM, closed;

	making.path = temporary;
	if (!err)
		err = open_output(&making);
	if (!err)
		err = make_pages(&making);
	closed = close_output(&making);
	if (!err)
		err = closed;
	if (!err && rename(temporary, path))
		err = -errno;
	if (err && temporary)
		unlink(temporary);
	free(temporary);
	if (err || !ret_truth)
		json_decref(making.truth);
	else
		*ret_truth = making.truth;
	return err;
}

int mkscan_json_write(const json_t *json, const char *path)
{
	char *temporary = temporary_name(path);
	FILE *file = temporary ? fopen(temporary, "wb") : NULL;
	int err = temporary ? 0 : -ENOMEM;

	if (temporary && !file)
		err = -errno;
	errno = 0;
	if (file && json_dumpf(json, file, JSON_INDENT(1)))
		err = errno ? -errno : -EIO;
	if (file && fputc('\n', file) == EOF && !err)
		err = -errno;
	if (file && fclose(file) && !err)
		err = -errno;
	if (!err && rename(temporary, path))
		err = -errno;
	if (err && file)
		unlink(temporary);
	free(temporary);
	return err;
}
