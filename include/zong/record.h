/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_RECORD_H
#define ZONG_RECORD_H

/* The rows of an archive as C structures, generated from store/record.proto: Zong__Case,
 * Zong__Material, ... Plain data; whoever unpacks one frees it with its __free_unpacked(row, NULL). */

#include <zong/record.pb-c.h>

#endif
