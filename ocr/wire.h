/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_OCR_WIRE_H
#define ZONG_OCR_WIRE_H

/* The pieces that the bodies of messages (proto.h) are made of: numbers with the highest byte first, floats as their
 * IEEE 754 bits, text with its length before it. Threads: one at a time. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <zong/arena.h>
#include <zong/buffer.h>
#include <zong/reading.h>

/* -- writing; memory that ends shows in the buffer -- */

void zong_wire_add_u8(struct zong_buf *body, uint8_t value);
void zong_wire_add_u16(struct zong_buf *body, uint16_t value);
void zong_wire_add_u32(struct zong_buf *body, uint32_t value);
void zong_wire_add_float(struct zong_buf *body, float value);
/* At most 65535 bytes of it. */
void zong_wire_add_text(struct zong_buf *body, const char *text);
void zong_wire_add_box(struct zong_buf *body, const struct zong_box *box);

/* -- reading; after an error everything is 0 or NULL, and the error stays -- */

struct zong_wire {
	const uint8_t *bytes;
	size_t left;
	int err; /* 0, ZONG_EPROTO, ZONG_ENOMEM */
};

/* The next @len bytes, which stay where they are. */
const uint8_t *zong_wire_take(struct zong_wire *cursor, size_t len);
uint8_t zong_wire_take_u8(struct zong_wire *cursor);
uint16_t zong_wire_take_u16(struct zong_wire *cursor);
uint32_t zong_wire_take_u32(struct zong_wire *cursor);
/* Within [0, max]; what is not a number is refused. */
float zong_wire_take_float(struct zong_wire *cursor, float max);
/* 0 or 1 */
bool zong_wire_take_bool(struct zong_wire *cursor);
/* In @arena; what cannot be printed is refused. */
const char *zong_wire_take_text(struct zong_wire *cursor, struct zong_arena *arena);
/* Within a page so large. */
struct zong_box zong_wire_take_box(struct zong_wire *cursor, uint32_t width, uint32_t height);
void zong_wire_refuse_unless(struct zong_wire *cursor, bool good);
/* Returns the error; bytes left over are one. */
int zong_wire_end(struct zong_wire *cursor);

#endif
