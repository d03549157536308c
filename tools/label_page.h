/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_TOOLS_LABEL_PAGE_H
#define ZONG_TOOLS_LABEL_PAGE_H

/* Draws labels as a PDF, A4, three by eight of 70 by 37 mm (a usual sheet of stickers): the code as Code 128, in letters
 * below it, and what it stands on in words. */

#include <zong/buffer.h>

#define LABELS_MAX 2000 /* of one file: 84 sheets */

struct label {
	char code[40];
	const char *
		title; /* large: the name of the place, the title of the paper; cut where it is too long */
	const char *note; /* small: where the place is, which case the paper is of */
};

/* @skip: stickers of the first sheet that are used already. ZONG_EINVAL, ZONG_ELIMIT (a code that no bar code
 * can be made of), ZONG_ENOMEM. */
int label_page_draw(const struct label *label, size_t count, unsigned skip, struct zong_buf *pdf);

#endif
