/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_BENCH_PAGE_H
#define ZONG_BENCH_PAGE_H

/* Pages handed to the reader by the benchmarks, and what it says of them. */

#include <zong/buffer.h>
#include <zong/pool.h>

enum zong_media bench_media_of(int fd);
/* Lines as they were read, a line end after each. */
void bench_add_text(struct zong_buf *text, const struct zong_reading *reading);

#endif
