/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_TOOLS_BARCODE_H
#define ZONG_TOOLS_BARCODE_H

/* Code 128 (ISO/IEC 15417), as every scanner gun reads it: a start character, one symbol character for each character of
 * the text (or two digits), a check character and a stop. Widths are in modules, bars and spaces in turn, a bar first and
 * last; a quiet zone of BARCODE_QUIET modules belongs on both sides. */

#include <stddef.h>
#include <stdint.h>

#define BARCODE_TEXT 64 /* characters at most */
#define BARCODE_WIDTHS (6 * (BARCODE_TEXT + 3) + 1)
#define BARCODE_QUIET 10

struct barcode {
	uint8_t width[BARCODE_WIDTHS];
	size_t count;
	unsigned modules; /* all of them */
};

/* Printable ASCII. ZONG_EINVAL (another character, or none), ZONG_ELIMIT. */
int barcode_make(const char *text, struct barcode *ret_code);

#endif
