/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_BENCH_H
#define ZONG_BENCH_H

/* What the benchmarks share: giving up, bytes that nothing can compress, medians, and the folder that
 * everything is made in. A failure ends the program: there is nothing to measure then. */

#include <stddef.h>
#include <stdint.h>

#define BENCH_PATH 4096

/* Ends the program unless @code is 0. */
void bench_must(int code, const char *doing);
void *bench_must_have(void *p);
/* @len bytes that no compressor shortens; others for each @seed. */
void bench_noise(uint8_t *to, size_t len, uint64_t seed);
/* xorshift64: the next number after *@state, which is not 0. */
uint64_t bench_random(uint64_t *state);

/* The value below which @share (0..1) of @values lie; sorts them. */
double bench_quantile(double *values, size_t count, double share);
double bench_median(double *values, size_t count);
/* One line: the name, the median of @ours[i] / @theirs[i], and the medians of both sides. */
void bench_figure(
	const char *name, const double *ours, const double *theirs, size_t turns, const char *unit);

/* A new folder DIR/NAME.XXXXXX. */
void bench_folder(const char *dir, const char *name, char ret_path[BENCH_PATH]);
/* The same with all that is in it gone. */
void bench_remove(const char *path);

#endif
