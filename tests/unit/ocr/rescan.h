/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef OCR_RESCAN_H
#define OCR_RESCAN_H

/* The same sheet on the glass of another scanner: from a clean grey picture of it to what comes out, lying
 * differently, lighter or darker, at another resolution, with grain and specks, in grey or bilevel, through
 * JPEG. The same seed gives the same pixels. */

#include <stdint.h>

#include "raster.h"

struct rescan {
	const char *name;
	double degrees; /* turned by up to so many, to either side */
	double shift;	/* millimetres, to any side */
	double dpi;	/* of the result, at most that of the sheet */
	int blur;	/* pixels around each that are mixed in */
	double gamma;	/* 1: as it is; more is lighter */
	int grain;	/* grey levels */
	int specks;	/* of 100,000 pixels */
	int quality;	/* of a JPEG that it goes through; 0: none */
	int threshold;	/* black below it; 0: stays grey */
};

extern const struct rescan rescans[];
extern const unsigned int rescan_count;

/* @sheet: grey, at @dpi. Ends the program when memory ends. @ret_scan: reduced, the caller's. */
void rescan_make(const struct zong_raster *sheet, double dpi, const struct rescan *how,
	uint64_t *seed, struct zong_raster *ret_scan);

#endif
