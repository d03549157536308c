/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_BENCH_GATE_H
#define ZONG_BENCH_GATE_H

/* Pages with one fault of scanning each, and pages with none, that the quality gate is measured on. What is on a page
 * hangs on fault, number and seed alone. */

#include <stdint.h>

#include <zong/error.h>

#include "mkscan.h"
#include "raster.h"

enum gate_fault {
	GATE_CLEAN,
	GATE_COARSE,
	GATE_SKEWED,
	GATE_DARK,
	GATE_BRIGHT,
	GATE_PALE,
	GATE_SPECKLED,
	GATE_BLURRED,
	GATE_CUT,
	GATE_BLANK,
	GATE_AGAIN, /* the sheet of the clean page of that number, scanned a second time */
	GATE_FAULTS
};

struct gate_page {
	enum gate_fault fault;
	unsigned int number;
	uint64_t seed;
	enum mkscan_kind kind; /* these are told */
	enum mkscan_colour colour;
	unsigned int dpi;
	double skew, strength;
};

/* Ends the program with a word, unless @err is 0. */
void gate_check(int err, const char *what);
/* The page as a scanner gives it. */
void gate_draw(struct gate_page *page, struct zong_raster *ret_raster);
/* A few lines, and at the foot the number @number of @total. */
void gate_draw_numbered(unsigned int number, unsigned int total, enum mkscan_numbers how,
	uint64_t seed, struct zong_raster *ret_raster);

#endif
