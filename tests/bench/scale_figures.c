/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "scale.h"

#define FIGURES_MOST 128
#define NAME 40

struct figure {
	char name[NAME];
	const char *unit;
	bool grows, known[SCALE_SIZES];
	double value[SCALE_SIZES];
};

struct scale_figures {
	struct figure figure[FIGURES_MOST];
	size_t count;
};

struct scale_figures *scale_figures_new(void)
{
	return bench_must_have(calloc(1, sizeof(struct scale_figures)));
}

void scale_figures_free(struct scale_figures *figures)
{
	free(figures);
}

static const struct figure *find(const struct scale_figures *figures, const char *name)
{
	size_t i;

	for (i = 0; i < figures->count; i++)
		if (strcmp(figures->figure[i].name, name) == 0)
			return &figures->figure[i];
	return NULL;
}

void scale_figure(struct scale_figures *figures, unsigned size, const char *name, double value,
	const char *unit, bool grows)
{
	struct figure *figure = (struct figure *)(uintptr_t)find(figures, name);

	if (!figure) {
		bench_must(figures->count < FIGURES_MOST ? 0 : ZONG_ELIMIT, "figures");
		figure = &figures->figure[figures->count++];
		snprintf(figure->name, sizeof(figure->name), "%s", name);
		figure->unit = unit;
		figure->grows = grows;
	}
	figure->value[size] = value;
	figure->known[size] = true;
}

double scale_figure_of(const struct scale_figures *figures, unsigned size, const char *name)
{
	const struct figure *figure = find(figures, name);

	return figure && figure->known[size] ? figure->value[size] : 0;
}

void scale_times(
	struct scale_figures *figures, unsigned size, const char *name, double *took, size_t count)
{
	char full[NAME];

	snprintf(full, sizeof(full), "%s_p50", name);
	scale_figure(figures, size, full, bench_quantile(took, count, 0.5) / 1000, "ms", true);
	snprintf(full, sizeof(full), "%s_p99", name);
	scale_figure(figures, size, full, bench_quantile(took, count, 0.99) / 1000, "ms", true);
}

static void print_value(const struct figure *figure, unsigned size)
{
	double value = figure->value[size];

	if (!figure->known[size])
		printf(" %12s", "-");
	else
		printf(" %12.*f", value < 10 ? 3 : value < 1000 ? 1 : 0, value);
}

/* Growth a decade, from the first size that was measured to the last. */
static void print_growth(const struct figure *figure, const uint64_t sizes[SCALE_SIZES])
{
	unsigned first = 0, last = SCALE_SIZES - 1;
	double decades;

	while (first < last && !figure->known[first])
		first++;
	if (first == last || !figure->known[last] || figure->value[first] <= 0)
		return;
	decades = log10((double)sizes[last] / (double)sizes[first]);
	printf("  x %.2f", pow(figure->value[last] / figure->value[first], 1 / decades));
}

void scale_figures_print(const struct scale_figures *figures, const uint64_t sizes[SCALE_SIZES])
{
	const struct figure *figure;
	unsigned size;

	printf("%-30s", "materials");
	for (size = 0; size < SCALE_SIZES; size++)
		printf(" %12llu", (unsigned long long)sizes[size]);
	printf("  %-8s  %s\n", "", "a decade");
	for (figure = figures->figure; figure < figures->figure + figures->count; figure++) {
		printf("%-30s", figure->name);
		for (size = 0; size < SCALE_SIZES; size++)
			print_value(figure, size);
		printf("  %-8s", figure->unit);
		if (figure->grows)
			print_growth(figure, sizes);
		printf("\n");
	}
	fflush(stdout);
}
