/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_BYTEORDER_H
#define ZONG_BYTEORDER_H

/* Integers in a stated byte order at any address. */

#include <endian.h>
#include <stdint.h>
#include <string.h>

#define ZONG_BYTEORDER_(bits, order) \
	static inline uint##bits##_t zong_read_##order##bits(const void *p) \
	{ \
		uint##bits##_t v; \
		memcpy(&v, p, sizeof(v)); \
		return order##bits##toh(v); \
	} \
	static inline void zong_write_##order##bits(void *p, uint##bits##_t v) \
	{ \
		v = hto##order##bits(v); \
		memcpy(p, &v, sizeof(v)); \
	}

ZONG_BYTEORDER_(16, be)
ZONG_BYTEORDER_(32, be)
ZONG_BYTEORDER_(64, be)
ZONG_BYTEORDER_(16, le)
ZONG_BYTEORDER_(32, le)
ZONG_BYTEORDER_(64, le)
#undef ZONG_BYTEORDER_

#endif
