/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef BENCH_ALIKE_H
#define BENCH_ALIKE_H

/* Scans of sheets, and what the archive would know of each: its look, and what is read on it. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <zong/look.h>
#include <zong/record.h>

#include "raster.h"
#include "rescan.h"

/* The first is how the sheet was scanned the first time; the others are named by what happened to it then. */
extern const struct rescan alike_ways[];
extern const unsigned int alike_way_count;

struct alike_scan {
	const char *sheet; /* path of its picture */
	unsigned int number, way;
	bool any;
	struct zong_look look;
	size_t packed;		/* bytes of the look */
	Zong__Reading *reading; /* as it is kept */
	int64_t survey_time, blank_time;
};

/* Pictures for which no words are drawn: KIND is photo or plan. @ret_sheet: grey, A4 at 300 dpi. */
bool alike_is_drawn(const char *name);
void alike_draw(const char *name, struct zong_raster *ret_sheet);

/* Makes and reads all scans of all sheets in @workers processes; what is in @cache already is taken from there. @ret_scans:
 * [sheets * alike_way_count]. Ends the program when it fails. */
void alike_scan_all(char *const *sheets, unsigned int count, unsigned int workers,
	const char *cache, struct alike_scan **ret_scans);
/* The name of a sheet without its folder. */
const char *alike_name(const char *path);
/* Ends the program if there is an error. */
void alike_check(int err, const char *what);

#endif
