/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An archive of a county, without pixels, at three sizes: what looking up, writing, starting and memory cost
 * as it grows, and what a big city would need.
 *
 *     bench_scale [--materials N | --full] [--no-text] [--keep DIR] [--zongd PROGRAM] [--page NAME=BYTES]... [DIR]
 *
 * N: a million unless said; --full: ten million. Measured at a hundredth, a tenth, and all. --keep: the archive
 * stays in DIR, and the next run with it measures at once. --no-text: the text index, which takes most of the time of
 * filling (two thousand documents a second of one core), is left behind; then zongd catches up while it is measured. DIR: where it is made otherwise. --page: what a page
 * of some medium occupies, for the reckoning. What the figures are is in tools/bench.
 */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "scale.h"

#define USUAL UINT64_C(1000000)
#define FULL UINT64_C(10000000)

static int usage(void)
{
	fprintf(stderr, "bench_scale [--materials N | --full] [--no-text] [--keep DIR] "
			"[--zongd PROGRAM] [--page NAME=BYTES]... [DIR]\n");
	return 2;
}

struct options {
	const char *keep, *zongd, *dir;
	uint64_t materials;
	bool no_text;
	struct scale_page_size page[SCALE_PAGE_SIZES];
	size_t pages;
};

static bool read_page_size(struct options *options, char *text)
{
	char *equals = strchr(text, '=');

	if (!equals || options->pages == SCALE_PAGE_SIZES)
		return false;
	*equals = '\0';
	options->page[options->pages].name = text;
	options->page[options->pages++].bytes = strtod(equals + 1, NULL);
	return true;
}

static bool read_options(struct options *options, int argc, char **argv)
{
	static const struct option known[] = {{"materials", required_argument, NULL, 'm'},
		{"full", no_argument, NULL, 'f'}, {"no-text", no_argument, NULL, 'n'},
		{"keep", required_argument, NULL, 'k'}, {"zongd", required_argument, NULL, 'z'},
		{"page", required_argument, NULL, 'p'}, {0}};
	int option;

	options->materials = USUAL;
	while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
		if (option == 'm')
			options->materials = strtoull(optarg, NULL, 10);
		else if (option == 'f')
			options->materials = FULL;
		else if (option == 'n')
			options->no_text = true;
		else if (option == 'k')
			options->keep = optarg;
		else if (option == 'z')
			options->zongd = optarg;
		else if (option != 'p' || !read_page_size(options, optarg))
			return false;
	}
	if (optind < argc)
		options->dir = argv[optind++];
	/* whole cases at every size */
	return optind == argc && (options->keep || options->dir) && options->materials >= 10000 &&
	       options->materials % 1000 == 0 && options->materials <= UINT32_MAX;
}

static void measure(struct scale *scale, const struct options *options, uint64_t materials,
	struct scale_figures *figures, unsigned size)
{
	char token[ZONG_TOKEN_TEXT];

	fprintf(stderr, "at %llu materials\n", (unsigned long long)materials);
	scale_open(scale);
	scale_fill(scale, materials);
	scale_sizes(scale, figures, size);
	scale_look(scale, figures, size);
	if (options->zongd)
		scale_token(scale, token);
	scale_close(scale);
	if (options->zongd)
		scale_serve(scale, options->zongd, token, figures, size);
}

int main(int argc, char **argv)
{
	struct options options = {0};
	struct scale_figures *figures = scale_figures_new();
	uint64_t sizes[SCALE_SIZES];
	char made[BENCH_PATH];
	struct scale scale = {0};
	unsigned first = 0, size;

	if (!read_options(&options, argc, argv))
		return usage();
	if (!options.keep)
		bench_folder(options.dir, "bench_scale", made);
	scale.dir = options.keep ? options.keep : made;
	scale.total = options.materials;
	scale.no_text = options.no_text;
	for (size = 0; size < SCALE_SIZES; size++)
		sizes[size] = options.materials / (size == 0 ? 100 : size == 1 ? 10 : 1);
	scale_open(&scale);
	while (first + 1 < SCALE_SIZES && scale.filled > sizes[first])
		first++; /* a kept one is measured as it is */
	scale_close(&scale);
	for (size = first; size < SCALE_SIZES; size++)
		measure(&scale, &options, sizes[size], figures, size);
	scale_figures_print(figures, sizes);
	scale_city(figures, SCALE_SIZES - 1, sizes[SCALE_SIZES - 1], options.page, options.pages);
	if (!options.keep)
		bench_remove(made);
	scale_figures_free(figures);
	return 0;
}
