/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARENA_H
#define ZONG_ARENA_H

/* Memory that lives as long as one request or one job and is freed at once.
 * Everything handed out is aligned for any type and zeroed. Threads: one at a time. */

#include <stddef.h>

struct zong_arena_block;

struct zong_arena {
	struct zong_arena_block *blocks;
	size_t used; /* bytes handed out */
	size_t max;  /* over it allocations fail; 0: ZONG_LIMIT_ARENA */
};

#define ZONG_ARENA_INIT { 0 }

void zong_arena_release(struct zong_arena *arena);
/* NULL when memory or the maximum is exhausted. */
void *zong_arena_alloc(struct zong_arena *arena, size_t size);
void *zong_arena_calloc(struct zong_arena *arena, size_t count, size_t size);
void *zong_arena_copy(struct zong_arena *arena, const void *bytes, size_t len);
char *zong_arena_str(struct zong_arena *arena, const char *str);
char *zong_arena_strn(struct zong_arena *arena, const char *str, size_t len);
char *zong_arena_format(struct zong_arena *arena, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
