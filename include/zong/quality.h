/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_QUALITY_H
#define ZONG_QUALITY_H

/* How well a page was scanned, in figures: what the worker measures when a page comes in. It gives no verdicts;
 * those are made of the figures and of the archive's limits (zong/gate.h). Threads: plain data. */

#include <stdbool.h>

/* All are 0 where a page was not measured: a born-digital one, a damaged one, one of an older archive. */
struct zong_quality {
	bool measured;
	bool writing;	/* there is enough on the page to judge its writing by: what stands below *, else 0 */
	float dpi;	/* the file's, or of a page as large as A4 where that cannot be */
	float paper;	/* how light the paper is: 0 black to 1 white */
	float ink;	/* share of the page that is dark */
	float skew;	/* * degrees that the lines lie askew, at most 45 */
	float contrast; /* * what the writing is darker by than the paper around it: 0 to 1 */
	float dark;	/* * how light the writing is: 0 black to 1 white */
	float specks;	/* share of the ink that is nowhere two dots wide and high; 0 but in black and white */
	float blur;	/* * millimetres in which an edge of the writing goes from dark to light; 0 in black and white */
	float margin;	/* * millimetres from the edge of the picture to the nearest writing */
};

#endif
