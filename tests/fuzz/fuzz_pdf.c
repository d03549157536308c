/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A PDF as a worker is given it: surveyed, drawn or taken as the image it is, and its text taken. */

#include "config.h"

#include <poppler.h>

#include "document.h"
#include "fuzz.h"

#define PAGES 2
#define POINTS 150.0 /* of a side: 390,000 pixels at 300 dpi */

const unsigned int fuzz_rounds = 10;

/* What the libraries never give back: fontconfig its configuration, cairo the callbacks of an
 * observer. Asked for by the leak sanitizer. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:libfontconfig\nleak:libcairo\n";
}

static void silent(const char *domain, GLogLevelFlags level, const char *text, void *data)
{
	(void)domain;
	(void)level;
	(void)text;
	(void)data;
}

static bool is_small_page(PopplerDocument *pdf, int number)
{
	PopplerPage *page = poppler_document_get_page(pdf, number);
	double width = 0, height = 0;

	if (!page)
		return true;
	poppler_page_get_size(page, &width, &height);
	g_object_unref(page);
	return width <= POINTS && height <= POINTS;
}

static bool is_small(const uint8_t *bytes, size_t len)
{
	GBytes *copy = g_bytes_new(bytes, len);
	PopplerDocument *pdf = poppler_document_new_from_bytes(copy, NULL, NULL);
	bool small = true;

	if (pdf) {
		for (int i = 0; i < PAGES && i < poppler_document_get_n_pages(pdf); i++)
			small = small && is_small_page(pdf, i);
		g_object_unref(pdf);
	}
	g_bytes_unref(copy);
	return small;
}

static void go_through(const uint8_t *bytes, size_t len)
{
	struct fuzz_document document;
	struct zong_digest raster;

	if (!fuzz_open(fuzz_file(bytes, len), ZONG_MEDIA_PDF, &document))
		return;
	for (uint32_t page = 1; page <= document.pages && page <= PAGES; page++) {
		fuzz_text(&document, page);
		fuzz_probe(&document, page, &raster);
	}
	fuzz_close(&document);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	int hushed;

	if (zong_media_of(bytes, len) != ZONG_MEDIA_PDF)
		return 0;
	g_log_set_default_handler(silent, NULL);
	hushed = fuzz_hush();
	if (is_small(bytes, len))
		go_through(bytes, len);
	fuzz_speak(hushed);
	return 0;
}
