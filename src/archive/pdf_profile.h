/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_PDF_PROFILE_H
#define ZONG_ARCHIVE_PDF_PROFILE_H

/* The colour profile that tells what the colours of a PDF mean: sRGB (IEC 61966-2-1) as an ICC
 * profile of version 2, the newest that PDF 1.4 knows. The same bytes each time. */

#include <zong/buffer.h>

/* 0, ZONG_ENOMEM. Threads: any. */
int zong_pdf_profile(struct zong_buf *buf);

#endif
