/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_BARCODE_H
#define ZONG_BARCODE_H

/* Code 128 (ISO/IEC 15417), as every scanner gun reads it: a start character, one symbol character for each character of
 * the text (or two digits), a check character and a stop. Widths are in modules, bars and spaces in turn, a bar first and
 * last; a quiet zone of ZONG_BARCODE_QUIET modules belongs on both sides. */

#include <stddef.h>
#include <stdint.h>

#define ZONG_BARCODE_TEXT 64 /* characters at most */
#define ZONG_BARCODE_WIDTHS (6 * (ZONG_BARCODE_TEXT + 3) + 1)
#define ZONG_BARCODE_QUIET 10

struct zong_barcode {
	uint8_t width[ZONG_BARCODE_WIDTHS];
	size_t count;
	unsigned modules; /* all of them */
};

/* Printable ASCII. ZONG_EINVAL (another character, or none), ZONG_ELIMIT. */
int zong_barcode_make(const char *text, struct zong_barcode *ret_code);

#endif
