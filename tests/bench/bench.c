/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/error.h>

#include "bench.h"

void bench_must(int code, const char *doing)
{
	if (!code)
		return;
	fprintf(stderr, "%s: %s: %s\n", program_invocation_short_name, doing,
		zong_error_slug(code));
	exit(1);
}

void *bench_must_have(void *p)
{
	if (!p)
		bench_must(ZONG_ENOMEM, "memory");
	return p;
}

uint64_t bench_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

void bench_noise(uint8_t *to, size_t len, uint64_t seed)
{
	uint64_t state = seed * UINT64_C(0x9E3779B97F4A7C15) + 1;
	size_t i;

	for (i = 0; i + 8 <= len; i += 8) {
		bench_random(&state);
		memcpy(to + i, &state, 8);
	}
	for (; i < len; i++)
		to[i] = (uint8_t)i;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a;
	double y = *(const double *)b;

	return (x > y) - (x < y);
}

double bench_quantile(double *values, size_t count, double share)
{
	size_t at = (size_t)(share * (double)count);

	if (count == 0)
		return 0;
	qsort(values, count, sizeof(*values), compare);
	return values[at < count ? at : count - 1];
}

double bench_median(double *values, size_t count)
{
	double upper = bench_quantile(values, count, 0.5);

	return count && count % 2 == 0 ? (values[count / 2 - 1] + upper) / 2 : upper;
}

void bench_figure(
	const char *name, const double *ours, const double *theirs, size_t turns, const char *unit)
{
	double *values = bench_must_have(calloc(turns, sizeof(*values)));
	double ratio, a, b, least, most;
	size_t i;

	for (i = 0; i < turns; i++)
		values[i] = ours[i] / theirs[i];
	ratio = bench_median(values, turns);
	least = values[0];
	most = values[turns - 1];
	memcpy(values, ours, turns * sizeof(*values));
	a = bench_median(values, turns);
	memcpy(values, theirs, turns * sizeof(*values));
	b = bench_median(values, turns);
	printf("%s %.2f  (%.1f : %.1f %s; single turns %.2f to %.2f)\n", name, ratio, a, b, unit,
		least, most);
	fflush(stdout);
	free(values);
}

void bench_folder(const char *dir, const char *name, char ret_path[BENCH_PATH])
{
	snprintf(ret_path, BENCH_PATH, "%s/%s.XXXXXX", dir, name);
	if (!mkdtemp(ret_path))
		bench_must(zong_error_from_errno(errno), dir);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

void bench_remove(const char *path)
{
	nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}
