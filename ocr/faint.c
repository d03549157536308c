/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <allheaders.h>

#include "faint.h"

bool zong_faint_darken(struct Pix *pix, int contrast)
{
	l_uint32 paper = 255;

	if (pixGetDepth(pix) != 8 || pixGetRankValue(pix, 4, 0.5f, &paper) != 0)
		return false;
	return pixGammaTRC(
		pix, pix, 1, (l_int32)paper - contrast * 3 / 2, (l_int32)paper - contrast / 4);
}
