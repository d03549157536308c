/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_READING_H
#define ZONG_READING_H

/* What a worker says of a document and of a page: plain data without behaviour, shared by the
 * worker, the pool and those who call the pool. Coordinates are pixels of the upright page (the
 * TIFF/EXIF orientation and the PDF rotation are applied), origin top left. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <zong/arena.h>
#include <zong/digest.h>
#include <zong/media.h>
#include <zong/quality.h>

enum zong_colour { ZONG_COLOUR_BILEVEL = 1, ZONG_COLOUR_GREY = 2, ZONG_COLOUR_RGB = 3 };

/* One page as the probe found it. */
struct zong_probe_page {
	int err;                    /* 0, or why this page cannot be decoded: ZONG_EDAMAGED, ZONG_EPIXELS,
	                               ZONG_EWORKER, ZONG_EWORKER_MEMORY, ZONG_EWORKER_TIMEOUT */
	uint32_t width, height;     /* pixels, upright */
	float dpi_x, dpi_y;         /* 0: the file does not say */
	enum zong_colour colour;    /* of the canonical raster */
	uint32_t bits;              /* bits a channel as stored in the file (1, 8, 16, ...) */
	bool text_layer;            /* a born-digital page: the file itself knows its text */
	bool blank;                 /* nothing on it worth reading */
	struct zong_digest raster;  /* digest of the canonical raster; all zero when err */
	struct zong_quality quality; /* how well it was scanned */
	const uint8_t *look;        /* packed (zong/look.h), in the caller's arena; NULL: blank, born digital, or
	                               too little to know the page by */
	size_t look_len;
	bool patch;                 /* a Patch T: a separator sheet without words (zong/sheet.h) */
	const char *sheet;          /* text of the code of a separator sheet, in the caller's arena: printable ASCII
	                               that zong_sheet_is_ours; NULL: none */
};

struct zong_probe {
	enum zong_media media;
	uint32_t pages;             /* >= 1 */
	uint32_t damaged;           /* pages with err; < pages unless the whole file is refused */
	struct zong_probe_page *page; /* [pages], in the caller's arena */
};

struct zong_box {
	uint32_t x, y, width, height;
};

struct zong_word {
	const char *text;           /* UTF-8, no blank inside, NUL-terminated */
	struct zong_box box;
	float confidence;           /* 0..1; 1 for a text layer */
	bool blank_before;          /* a real blank stands before it in running text (never between Han) */
};

struct zong_line {
	struct zong_box box;
	float confidence;
	uint32_t first, count;      /* its words */
	uint32_t block;             /* counts from 0, ascending */
};

enum zong_text_source {
	ZONG_TEXT_NONE = 0,         /* blank page */
	ZONG_TEXT_OCR = 1,
	ZONG_TEXT_LAYER = 2,
};

/* The text of one page. */
struct zong_reading {
	uint32_t width, height;
	enum zong_text_source source;
	float confidence;           /* mean over words, weighted by characters; 0 when there are none */
	const char *engine;         /* "tesseract 5.3.0 chi_sim", "text layer" */
	const char *steps;          /* what was done to the page before reading, e.g. "rotate 90; red to white; scale 1.5" */
	struct zong_line *line;
	uint32_t lines;
	struct zong_word *word;     /* in reading order */
	uint32_t words;
};

#endif
