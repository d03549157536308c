/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_STORE_CRC_H
#define ZONG_STORE_CRC_H

/* CRC-32C (RFC 3720 §12.1), without the inversions at both ends, so that it goes on over several pieces. Threads: any. */

#include <stddef.h>
#include <stdint.h>

/* By the processor's own instruction where it has one. */
uint32_t zong_crc32c(uint32_t crc, const void *bytes, size_t len);
/* The same by tables, on any processor. */
uint32_t zong_crc32c_tables(uint32_t crc, const void *bytes, size_t len);

#endif
