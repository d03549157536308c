/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_LOOK_H
#define ZONG_LOOK_H

/* What a page looks like, so that the same sheet scanned twice is known again: with other noise, a
 * few degrees and millimetres off, lighter or darker, at another resolution, in grey or black and
 * white, re-compressed. The worker makes it (ocr/look.h), the archive keeps it and compares.
 *
 * Two parts, because two questions are asked. The *hash* of 256 bits finds among millions of pages the
 * few that may be the same sheet; pages of one form have nearly the same hash, whatever is filled in.
 * The *print*, how much writing stands in each 1.5 mm of the page, tells these apart.
 *
 *     zong_look_unpack(bytes, len, &look);
 *     if (zong_look_bits_apart(look.hash, other.hash) <= ZONG_LOOK_BITS_NEAR)
 *             zong_look_differ(&look, &other, &difference);   same sheet when <= ZONG_LOOK_SAME
 *
 * Packed: u8 version, 32 hash, then the print as half bytes, high half first: 1 to 15 is a cell, 0 is
 * followed by half bytes that add up to the number of empty cells less one, all but the last of them 15.
 * A half byte that is left over is 0. Threads: any. */

#include <stddef.h>
#include <stdint.h>

#define ZONG_LOOK_VERSION 1
#define ZONG_LOOK_BITS 256
#define ZONG_LOOK_HASH (ZONG_LOOK_BITS / 8)
#define ZONG_LOOK_WIDTH 134 /* cells of 1.5 mm, around the middle of what is written */
#define ZONG_LOOK_HEIGHT 187
#define ZONG_LOOK_CELL 1.5 /* millimetres */
#define ZONG_LOOK_LEVELS 16
#define ZONG_LOOK_FULL 0.64 /* share of a cell that is ink at the highest level; levels are of its root */
/* The longest packed look: no two empty cells beside each other. */
#define ZONG_LOOK_PACKED (1 + ZONG_LOOK_HASH + ZONG_LOOK_WIDTH * ZONG_LOOK_HEIGHT)

/* All by tests/bench/bench_alike, on sheets that its figures are not taken of. Of scans of the same sheet nearly all are
 * within; so are pages of one form that differ in a few characters only, and whoever knows what stands on them must look
 * at that, too. Where what stands on them says that they are the same, they may differ more. */
#define ZONG_LOOK_BITS_NEAR 90
#define ZONG_LOOK_SAME 0.18f
#define ZONG_LOOK_SAME_READ 0.34f

struct zong_look {
	uint8_t hash[ZONG_LOOK_HASH];
	uint8_t cell[ZONG_LOOK_HEIGHT][ZONG_LOOK_WIDTH]; /* below ZONG_LOOK_LEVELS */
};

/* Returns the length put into @ret_bytes. */
size_t zong_look_pack(const struct zong_look *look, uint8_t ret_bytes[ZONG_LOOK_PACKED]);
/* 0, or ZONG_ECORRUPT: not of that form. */
int zong_look_unpack(const uint8_t *bytes, size_t len, struct zong_look *ret_look);
/* Bits in which two hashes differ. */
unsigned int zong_look_bits_apart(
	const uint8_t a[ZONG_LOOK_HASH], const uint8_t b[ZONG_LOOK_HASH]);
/* The waves that the hash is the signs of: the nearer one is to zero, the sooner another scan has it on the other side.
 * Of a packed look they are what they were but for rounding. */
void zong_look_waves(const struct zong_look *look, float ret_waves[ZONG_LOOK_BITS]);
/* The same before it is rounded to levels. @ink: any unit, the same in all cells. */
void zong_look_waves_of_ink(const float ink[ZONG_LOOK_HEIGHT][ZONG_LOOK_WIDTH],
	float ret_waves[ZONG_LOOK_BITS]);
void zong_look_hash(const float waves[ZONG_LOOK_BITS], uint8_t ret_hash[ZONG_LOOK_HASH]);
/* Share of a cell of that level that is ink. */
float zong_look_ink(uint8_t level);
/* Lays one print over the other and tells how different they are where they are most so, in spots of the size
 * of a character that have ink on both, the worst 30 mm square forgiven: 0 the same, 1 nothing in common.
 * 1 also when so little stands on one of them that many sheets look like it, or much of the ink has none on the other.
 * 0 or ZONG_ENOMEM. */
int zong_look_differ(const struct zong_look *a, const struct zong_look *b, float *ret_difference);

#endif
