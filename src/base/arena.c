/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/arena.h>
#include <zong/limits.h>

#define BLOCK_SIZE (16 * 1024)
#define ALIGNMENT _Alignof(max_align_t)

struct zong_arena_block {
	struct zong_arena_block *next;
	size_t size;
	size_t used;
	_Alignas(max_align_t) uint8_t bytes[];
};

void zong_arena_release(struct zong_arena *arena)
{
	struct zong_arena_block *block;

	if (!arena)
		return;
	while ((block = arena->blocks) != NULL) {
		arena->blocks = block->next;
		free(block);
	}
	arena->used = 0;
}

static struct zong_arena_block *add_block(struct zong_arena *arena, size_t size)
{
	struct zong_arena_block *first = arena->blocks;
	struct zong_arena_block *block;
	size_t room = size > BLOCK_SIZE ? size : BLOCK_SIZE;

	block = calloc(1, sizeof(*block) + room);
	if (!block)
		return NULL;
	block->size = room;
	/* A big piece fills its block; behind the first, what room that one has stays in use. */
	if (first && size > BLOCK_SIZE) {
		block->next = first->next;
		first->next = block;
	} else {
		block->next = first;
		arena->blocks = block;
	}
	return block;
}

void *zong_arena_alloc(struct zong_arena *arena, size_t size)
{
	struct zong_arena_block *block = arena->blocks;
	size_t max = arena->max ? arena->max : ZONG_LIMIT_ARENA;
	size_t rounded;
	void *p;

	if (size > max || size > SIZE_MAX - sizeof(*block) - ALIGNMENT)
		return NULL;
	rounded = size ? (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT : ALIGNMENT;
	if (arena->used >= max || size > max - arena->used)
		return NULL;
	if (!block || rounded > block->size - block->used) {
		block = add_block(arena, rounded);
		if (!block)
			return NULL;
	}
	p = block->bytes + block->used;
	block->used += rounded;
	arena->used += rounded;
	return p;
}

void *zong_arena_calloc(struct zong_arena *arena, size_t count, size_t size)
{
	size_t total;

	if (__builtin_mul_overflow(count, size, &total))
		return NULL;
	return zong_arena_alloc(arena, total);
}

void *zong_arena_copy(struct zong_arena *arena, const void *bytes, size_t len)
{
	void *copy = zong_arena_alloc(arena, len);

	if (copy && len)
		memcpy(copy, bytes, len);
	return copy;
}

char *zong_arena_strn(struct zong_arena *arena, const char *str, size_t len)
{
	char *copy;

	if (len == SIZE_MAX)
		return NULL;
	copy = zong_arena_alloc(arena, len + 1);
	if (copy && len)
		memcpy(copy, str, len);
	return copy;
}

char *zong_arena_str(struct zong_arena *arena, const char *str)
{
	return zong_arena_strn(arena, str, strlen(str));
}

char *zong_arena_format(struct zong_arena *arena, const char *format, ...)
{
	va_list args;
	char *text;
	int n;

	va_start(args, format);
	n = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (n < 0)
		return NULL;
	text = zong_arena_alloc(arena, (size_t)n + 1);
	if (!text)
		return NULL;
	va_start(args, format);
	vsnprintf(text, (size_t)n + 1, format, args);
	va_end(args);
	return text;
}
