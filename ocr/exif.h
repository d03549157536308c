/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_OCR_EXIF_H
#define ZONG_OCR_EXIF_H

/* The three facts that reading needs of an EXIF block (CIPA DC-008, APP1 "Exif"): orientation and
 * resolution, from its first directory only. Bounded by the block; never follows anything else. */

#include <stddef.h>
#include <stdint.h>

struct zong_exif {
	unsigned int orientation; /* 1 to 8; 1 when not said */
	float dpi_x, dpi_y;	  /* 0 when not said */
};

/* @bytes: the contents of an APP1 marker. Returns 0 or ZONG_EINVAL (no EXIF; untouched). */
int zong_exif_parse(const uint8_t *bytes, size_t len, struct zong_exif *ret_exif);

#endif
