/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_GATE_H
#define ZONG_GATE_H

/* The quality gate: which pages of a file should be scanned again, while the paper and its owner are still there.
 *
 * The worker measures (zong/quality.h); here the figures are held against the archive's limits, pages of one file against
 * each other, and, once they are read, the page numbers printed on them against their order. Each verdict has its figure
 * and the limit that it went over.
 *
 *     zong_gate_limits_load(config, &limits, &err);
 *     zong_gate_judge_file(&limits, &probe, file);          into file->pages[i]->verdicts, kept with the page
 *     zong_gate_text(verdict, "zh", &buf);                  歪斜 4.6°，不应超过 2°
 *
 * Threads: any. */

#include <zong/buffer.h>
#include <zong/config.h>
#include <zong/error.h>
#include <zong/reading.h>
#include <zong/record.h>

/* Stored with pages: numbers are never reused. */
enum zong_fault {
	ZONG_FAULT_DAMAGED = 1,	   /* the page cannot be decoded */
	ZONG_FAULT_RESOLUTION = 2, /* figure: dots an inch */
	ZONG_FAULT_SKEW = 3,	   /* degrees */
	ZONG_FAULT_DARK = 4,	   /* per cent of white that the paper has */
	ZONG_FAULT_BRIGHT = 5,	   /* per cent of white that the writing has */
	ZONG_FAULT_CONTRAST = 6,   /* per cent of white between paper and writing */
	ZONG_FAULT_SPECKS = 7,	   /* per cent of the ink, in black and white, that makes no strokes */
	ZONG_FAULT_BLUR = 8,	   /* millimetres over which an edge goes from dark to light */
	ZONG_FAULT_CUT = 9,	   /* millimetres from the edge to the nearest writing */
	ZONG_FAULT_BLANK = 10,	   /* no figure */
	ZONG_FAULT_DUPLICATE = 11, /* per cent that it differs from page `page`; 0: the same pixels */
	ZONG_FAULT_ORDER = 12,	   /* the number printed on it; limit: the one expected; page: the one before */
};

/* 0 turns a check off; else as the figures above. */
struct zong_gate_limits {
	double resolution, skew, dark, bright, contrast, specks, blur, cut, duplicate;
	bool blank, order;
};

/* Names of the settings, and what holds where they are not set, are in gate.c; zongd(8) tells them. ZONG_EINVAL with the
 * line of what is no number within its range. */
#define ZONG_GATE_SETTINGS                                                                         \
	"gate-resolution", "gate-skew", "gate-dark", "gate-bright", "gate-contrast", "gate-specks", \
		"gate-blur", "gate-cut", "gate-duplicate", "gate-blank", "gate-order"
int zong_gate_limits_load(
	const struct zong_config *config, struct zong_gate_limits *ret_limits, struct zong_err *err);

/* Of one page by itself: at most ZONG_GATE_VERDICTS. Separator sheets have none, nor have born-digital pages. */
#define ZONG_GATE_VERDICTS 12
size_t zong_gate_judge_page(const struct zong_gate_limits *limits, const Zong__FilePage *page,
	Zong__Verdict ret_verdicts[ZONG_GATE_VERDICTS]);
/* Puts the verdicts on every page of @file into its rows, also which page is another one's copy by the looks of @probe,
 * whose pages they are. 0 or ZONG_ENOMEM. */
int zong_gate_judge_file(const struct zong_gate_limits *limits, const struct zong_probe *probe,
	Zong__File *file);
/* Whether any page has a verdict; and whether every page was measured that can be. */
bool zong_gate_finds(const Zong__File *file);
bool zong_gate_measured(const Zong__File *file);

/* The page number printed on a page, at its head or foot or as 第3页; 0: none. *ret_total: of how many, or 0. */
unsigned int zong_gate_printed(const Zong__Reading *reading, unsigned int *ret_total);
/* Does number @number of @total follow @before of @total_before? *ret_expected: what would. A number that begins again at
 * 1 is another paper. */
bool zong_gate_follows(unsigned int before, unsigned int total_before, unsigned int number,
	unsigned int total, unsigned int *ret_expected);

/* "skew"; "" for a number that is no fault. Static. */
const char *zong_fault_name(uint32_t fault);
/* The sentence for a person, without the page number. @language: "en…", else Chinese. */
int zong_gate_text(const Zong__Verdict *verdict, const char *language, struct zong_buf *buf);

#endif
