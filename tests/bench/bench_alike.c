/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Are scans of the same sheet known again, and told from other pages of the same form?
 *
 *     bench_alike KIND-NUMBER.tif ...      each a clean grey scan of one sheet at 300 dpi
 *
 * Every sheet is scanned again in the ways of rescan.c, and each scan is compared with each other. Of the pairs
 * that are the same sheet, recall is the share that is found to be: by the bands of the hash as the index
 * has them (alike.h of the archive), by its distance, and by the print. Precision: of the pairs found, the share
 * that is the same sheet. Prints both, and what a look costs. */
#include "config.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <zong/error.h>
#include <zong/look.h>
#include <zong/media.h>
#include <zong/time.h>

#include "clean.h"
#include "decode.h"
#include "rescan.h"

#define DPI 300.0
#define BANDS 8

struct scan {
	const char *file;
	unsigned int sheet, way;
	bool any;
	struct zong_look look;
	size_t packed;
};

struct score {
	uint64_t same, found, form, form_found, other, other_found;
	float *apart; /* of same pairs */
	float *form_apart;
};

static int64_t survey_time, blank_time;
static uint64_t pages;

static void check(int err, const char *what)
{
	if (!err)
		return;
	fprintf(stderr, "bench_alike: %s: %s\n", what, zong_error_slug(err));
	exit(1);
}

static void load(const char *path, struct zong_raster *ret_sheet)
{
	const struct zong_decoder *decoder = zong_decoder_of(ZONG_MEDIA_TIFF);
	struct zong_page page = ZONG_PAGE_INIT;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	uint32_t count;
	void *state;

	check(fd < 0 ? ZONG_ENOENT : 0, path);
	check(decoder->open(fd, &state, &count), path);
	check(decoder->page(state, 1, &page), path);
	decoder->close(state);
	close(fd);
	zong_raster_reduce(&page.raster);
	*ret_sheet = page.raster;
}

static void look_at(const struct zong_raster *raster, float dpi, struct scan *scan)
{
	static uint8_t packed[ZONG_LOOK_PACKED];
	struct zong_look *back = malloc(sizeof(*back));
	bool blank;
	int64_t start = zong_time_monotonic();

	check(zong_clean_is_blank(raster, &blank), scan->file);
	blank_time += zong_time_monotonic() - start;
	start = zong_time_monotonic();
	check(zong_clean_survey(raster, dpi, &blank, &scan->any, &scan->look), scan->file);
	survey_time += zong_time_monotonic() - start;
	pages++;
	scan->packed = zong_look_pack(&scan->look, packed);
	check(zong_look_unpack(packed, scan->packed, back), "unpacking");
	if (memcmp(back, &scan->look, sizeof(*back)) != 0)
		check(ZONG_ECORRUPT, "packing");
	free(back);
}

/* Is any band of the hash the same but for two bits? */
static bool near_band(const struct scan *a, const struct scan *b)
{
	unsigned int band;

	for (band = 0; band < BANDS; band++) {
		uint32_t x, y;

		memcpy(&x, a->look.hash + band * 4, 4);
		memcpy(&y, b->look.hash + band * 4, 4);
		if (__builtin_popcount(x ^ y) <= 2)
			return true;
	}
	return false;
}

static bool same_form(const struct scan *a, const struct scan *b)
{
	const char *p = strrchr(a->file, '/'), *q = strrchr(b->file, '/');

	p = p ? p + 1 : a->file;
	q = q ? q + 1 : b->file;
	return strcspn(p, "-") == strcspn(q, "-") && strncmp(p, q, strcspn(p, "-")) == 0;
}

static int by_value(const void *a, const void *b)
{
	float x = *(const float *)a, y = *(const float *)b;

	return x < y ? -1 : x > y;
}

static void compare(const struct scan *a, const struct scan *b, bool verbose, struct score *score)
{
	unsigned int bits = zong_look_bits_apart(a->look.hash, b->look.hash);
	bool candidate = a->any && b->any && bits <= ZONG_LOOK_BITS_NEAR && near_band(a, b);
	float apart = 1;
	bool found;

	if (a->any && b->any && (candidate || same_form(a, b)))
		check(zong_look_differ(&a->look, &b->look, &apart), "comparing");
	found = candidate && apart <= ZONG_LOOK_SAME;
	if (a->sheet == b->sheet) {
		score->apart[score->same++] = apart;
		score->found += found;
		if (verbose && !found)
			printf("missed %s: %s | %s: bits %u apart %.3f\n", a->file,
				rescans[a->way].name, rescans[b->way].name, bits, (double)apart);
	} else if (same_form(a, b)) {
		score->form_apart[score->form++] = apart;
		score->form_found += found;
		if (verbose && found)
			printf("wrong %s %s: bits %u apart %.3f\n", a->file, b->file, bits,
				(double)apart);
	} else {
		score->other++;
		score->other_found += found;
	}
}

static void report(struct score *score, const struct scan *scans, size_t count)
{
	uint64_t wrong = score->form_found + score->other_found, packed = 0;
	size_t i;

	for (i = 0; i < count; i++)
		packed += scans[i].packed;
	qsort(score->apart, score->same, sizeof(float), by_value);
	qsort(score->form_apart, score->form, sizeof(float), by_value);
	printf("alike_precision %.4f  (%llu right, %llu wrong among %llu pairs of one form and "
	       "%llu others)\n",
		score->found + wrong ? (double)score->found / (double)(score->found + wrong) : 0,
		(unsigned long long)score->found, (unsigned long long)wrong,
		(unsigned long long)score->form, (unsigned long long)score->other);
	printf("alike_recall %.4f  (%llu of %llu)\n", (double)score->found / (double)score->same,
		(unsigned long long)score->found, (unsigned long long)score->same);
	printf("alike_apart same sheet: half within %.3f, 95 in 100 within %.3f; same form: 1 in "
	       "100 "
	       "within %.3f, half within %.3f\n",
		(double)score->apart[score->same / 2], (double)score->apart[score->same * 95 / 100],
		score->form ? (double)score->form_apart[score->form / 100] : 1,
		score->form ? (double)score->form_apart[score->form / 2] : 1);
	printf("alike_cost %.2f  (%.1f ms to see whether a page is blank and what it looks like, "
	       "%.1f ms "
	       "for the former; %llu bytes a look)\n",
		(double)survey_time / (double)blank_time,
		(double)survey_time / (double)pages / 1000,
		(double)blank_time / (double)pages / 1000, (unsigned long long)(packed / count));
}

int main(int argc, char **argv)
{
	bool verbose = argc > 1 && strcmp(argv[1], "-v") == 0;
	unsigned int sheets = (unsigned int)(argc - 1 - verbose), way;
	size_t count = 0, pairs, i, j;
	struct score score = {0};
	struct scan *scans;
	uint64_t seed = UINT64_C(88172645463325252);

	if (argc < 2 + verbose) {
		fprintf(stderr, "bench_alike [-v] KIND-NUMBER.tif ...\n");
		return 2;
	}
	scans = calloc((size_t)sheets * rescan_count, sizeof(*scans));
	check(scans ? 0 : ZONG_ENOMEM, "memory");
	for (i = 0; i < sheets; i++) {
		const char *file = argv[1 + verbose + i];
		struct zong_raster sheet, scan;

		load(file, &sheet);
		for (way = 0; way < rescan_count; way++) {
			scans[count].file = file;
			scans[count].sheet = (unsigned int)i;
			scans[count].way = way;
			rescan_make(&sheet, DPI, &rescans[way], &seed, &scan);
			look_at(&scan, (float)rescans[way].dpi, &scans[count++]);
			zong_raster_release(&scan);
		}
		zong_raster_release(&sheet);
	}
	pairs = count * (count - 1) / 2;
	score.apart = malloc(pairs * sizeof(float));
	score.form_apart = malloc(pairs * sizeof(float));
	check(score.apart && score.form_apart ? 0 : ZONG_ENOMEM, "memory");
	for (i = 0; i < count; i++)
		for (j = i + 1; j < count; j++)
			compare(&scans[i], &scans[j], verbose, &score);
	report(&score, scans, count);
	free(score.apart);
	free(score.form_apart);
	free(scans);
	return 0;
}
