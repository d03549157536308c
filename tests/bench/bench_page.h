/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_BENCH_PAGE_H
#define ZONG_BENCH_PAGE_H

/* Pages handed to the reader by the benchmarks, and what it says of them. */

#include <stddef.h>

#include <zong/buffer.h>
#include <zong/pool.h>

/* The files of @dir that hold a page: NAME.png, .tif or .jpg, in the order of their names, each and all of them freed with
 * free(). NULL: there is none, or memory ends. */
char **bench_list_pages(const char *dir, size_t *ret_count);
/* DIR/NAME.txt, @file without its ending. As zong_file_read(). */
int bench_read_text(const char *dir, const char *file, struct zong_buf *text);
enum zong_media bench_media_of(int fd);
/* Lines as they were read, a line end after each. */
void bench_add_text(struct zong_buf *text, const struct zong_reading *reading);

#endif
