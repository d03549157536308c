/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The EXIF block of a photograph: which way up, and how fine. */

#include <zong/error.h>

#include "exif.h"
#include "fuzz.h"

static int is_dpi(float dpi)
{
	return dpi == 0 || (dpi >= 1 && dpi <= 100000);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct zong_exif exif;
	int err = zong_exif_parse(bytes, len, &exif);

	must_hold(err == 0 || err == ZONG_EINVAL);
	if (err)
		return 0;
	must_hold(exif.orientation >= 1 && exif.orientation <= 8);
	must_hold(is_dpi(exif.dpi_x) && is_dpi(exif.dpi_y));
	return 0;
}
