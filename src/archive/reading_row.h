/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_READING_ROW_H
#define ZONG_ARCHIVE_READING_ROW_H

/* What a worker said of a page, as the row that is kept. */

#include <zong/reading.h>
#include <zong/record.h>

/* Caller frees. ZONG_EPROTO: lines and words do not fit together. ZONG_ENOMEM. */
int zong_reading_row(const struct zong_reading *reading, Zong__Reading **ret_row);

#endif
