/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What each step of reading is worth: pages are read with all steps, and then once more without each step that did
 * something to the page; and in other modes of page segmentation.
 *
 *     bench_ablation [--jobs N] [--each] [--step NAME]... DIR
 *
 * DIR as for bench_cer; --each: a line a page before those of its step, after how sure the reader is with and without it;
 * --step: of these only. A line a step, and for each mode a line for all pages and one a kind:
 *
 *     STEP RATIO (CER with it, CER without it, on N pages that it touched; of all N pages: CER with, CER without; MS a page)
 *
 * RATIO: errors without it to errors with it, on the pages it touched: above 1 it pays. MS: what it costs of a core.
 *
 * The steps are functions of the worker. The linker puts a gate before each (-Wl,--wrap in ocr/Makefile.inc), so that
 * the worker itself knows nothing of this. */
#include "config.h"

#include <fcntl.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <allheaders.h>
#include <tesseract/capi.h>

#include <zong/arena.h>
#include <zong/buffer.h>
#include <zong/cleanup.h>
#include <zong/error.h>
#include <zong/file.h>

#include "decode.h"
#include "draft.h"
#include "faint.h"
#include "ground.h"
#include "halves.h"
#include "heading.h"
#include "inverse.h"
#include "orient.h"
#include "probe.h"
#include "read.h"
#include "resize.h"
#include "seal.h"
#include "second.h"
#include "table.h"

#include "bench_page.h"
#include "bench_score.h"

#define TEXT_MAX (4 << 20)
#define PATH_MOST 4096
#define SKEW_SEEN 0.7f /* degrees from which a page is turned, as in clean.c */
#define JOBS_MOST 64

enum step {
	WITH_ALL,
	WITHOUT_ORIENT,
	WITHOUT_SKEW,
	WITHOUT_SEAL,
	WITHOUT_INVERSE,
	WITHOUT_GROUND,
	WITHOUT_FAINT,
	WITHOUT_SCALE,
	WITHOUT_HALVES,
	WITHOUT_TABLE,
	WITHOUT_PATTERN,
	WITHOUT_SECOND,
	WITHOUT_HEADING,
	WITHOUT_ENGLISH,
	WITHOUT_RESOLUTION,
	MODE_COLUMN,
	MODE_BLOCK,
	MODE_SPARSE,
	STEPS
};

static const struct {
	const char *name;
	TessPageSegMode mode; /* 0: that of the reader */
} steps[STEPS] = {
	[WITH_ALL] = {"all", 0},
	[WITHOUT_ORIENT] = {"orientation", 0},
	[WITHOUT_SKEW] = {"deskew", 0},
	[WITHOUT_SEAL] = {"seal", 0},
	[WITHOUT_INVERSE] = {"inverse", 0},
	[WITHOUT_GROUND] = {"grounds_border_shadow", 0},
	[WITHOUT_FAINT] = {"faint_ink", 0},
	[WITHOUT_SCALE] = {"scale_by_glyph", 0},
	[WITHOUT_HALVES] = {"two_up", 0},
	[WITHOUT_TABLE] = {"ruled_lines_cells", 0},
	[WITHOUT_PATTERN] = {"paper_pattern", 0},
	[WITHOUT_SECOND] = {"second_look", 0},
	[WITHOUT_HEADING] = {"headings", 0},
	[WITHOUT_ENGLISH] = {"english", 0},
	[WITHOUT_RESOLUTION] = {"layout_resolution", 0},
	[MODE_COLUMN] = {"psm_4", PSM_SINGLE_COLUMN},
	[MODE_BLOCK] = {"psm_6", PSM_SINGLE_BLOCK},
	[MODE_SPARSE] = {"psm_11", PSM_SPARSE_TEXT},
};

/* -- gates -- */

static enum step off;
static bool touched[STEPS], in_faint;
static TessBaseAPI *chinese, *english;

#define GATE(type, name, parameters, arguments, step, without, did)                                \
	type __real_##name parameters;                                                             \
	type __wrap_##name parameters;                                                             \
	type __wrap_##name parameters                                                              \
	{                                                                                          \
		type result;                                                                       \
                                                                                                   \
		if (off == (step))                                                                 \
			return without;                                                            \
		result = __real_##name arguments;                                                  \
		touched[step] |= (did);                                                            \
		return result;                                                                     \
	}

GATE(unsigned int, zong_orient_guess, (TessBaseAPI * api, PIX *pix), (api, pix), WITHOUT_ORIENT, 0,
	result > 0)
GATE(l_ok, pixFindSkewSweepAndSearch,
	(PIX * pix, l_float32 *angle, l_float32 *conf, l_int32 redsweep, l_int32 redsearch,
		l_float32 range, l_float32 delta, l_float32 least),
	(pix, angle, conf, redsweep, redsearch, range, delta, least), WITHOUT_SKEW, 1,
	result == 0 && fabsf(*angle) >= SKEW_SEEN)
GATE(int, zong_seal_whiten, (PIX * pix), (pix), WITHOUT_SEAL, 0, result > 0)
GATE(int, zong_seal_whiten_grey, (PIX * pix), (pix), WITHOUT_SEAL, 0, result > 0)
GATE(int, zong_inverse_turn, (PIX * pix), (pix), WITHOUT_INVERSE, 0, result > 0)
GATE(bool, zong_inverse_turn_page, (PIX * pix), (pix), WITHOUT_INVERSE, false, result)
GATE(bool, zong_ground_even, (PIX * pix, const struct zong_survey *survey), (pix, survey),
	WITHOUT_GROUND, false, result)
GATE(double, zong_resize_scale, (PIX * pix, double height, float dpi), (pix, height, dpi),
	WITHOUT_SCALE, 1, result<0.9 || result> 1.1)
GATE(bool, zong_halves_find, (PIX * pix, int *middle), (pix, middle), WITHOUT_HALVES, false, result)
GATE(int, zong_table_find,
	(PIX * pix, double glyph, struct zong_arena *arena, struct zong_table *table),
	(pix, glyph, arena, table), WITHOUT_TABLE, 0, table->cells > 0)
GATE(int, zong_second_look, (struct zong_draft * draft, TessBaseAPI *api), (draft, api),
	WITHOUT_SECOND, 0, true)
GATE(int, zong_heading_read, (struct zong_draft * draft, TessBaseAPI *api, PIX *ink),
	(draft, api, ink), WITHOUT_HEADING, 0, true)
GATE(PIX *, pixGammaTRC, (PIX * pixd, PIX *pix, l_float32 gamma, l_int32 least, l_int32 most),
	(pixd, pix, gamma, least, most), (in_faint ? STEPS : WITHOUT_PATTERN), pix, result != NULL)

bool __real_zong_faint_darken(PIX *pix, int contrast);
bool __wrap_zong_faint_darken(PIX *pix, int contrast);
bool __wrap_zong_faint_darken(PIX *pix, int contrast)
{
	bool did;

	if (off == WITHOUT_FAINT)
		return false;
	in_faint = true;
	did = __real_zong_faint_darken(pix, contrast);
	in_faint = false;
	touched[WITHOUT_FAINT] |= did;
	return did;
}

int __real_TessBaseAPIInit2(
	TessBaseAPI *api, const char *path, const char *language, TessOcrEngineMode mode);
int __wrap_TessBaseAPIInit2(
	TessBaseAPI *api, const char *path, const char *language, TessOcrEngineMode mode);
int __wrap_TessBaseAPIInit2(
	TessBaseAPI *api, const char *path, const char *language, TessOcrEngineMode mode)
{
	if (strcmp(language, "eng") == 0)
		english = api;
	else
		chinese = api;
	return __real_TessBaseAPIInit2(api, path, language, mode);
}

int __real_TessBaseAPIRecognize(TessBaseAPI *api, ETEXT_DESC *monitor);
int __wrap_TessBaseAPIRecognize(TessBaseAPI *api, ETEXT_DESC *monitor);
int __wrap_TessBaseAPIRecognize(TessBaseAPI *api, ETEXT_DESC *monitor)
{
	if (api == english) {
		if (off == WITHOUT_ENGLISH)
			return 1;
		touched[WITHOUT_ENGLISH] = true;
	}
	return __real_TessBaseAPIRecognize(api, monitor);
}

void __real_TessBaseAPISetSourceResolution(TessBaseAPI *api, int dpi);
void __wrap_TessBaseAPISetSourceResolution(TessBaseAPI *api, int dpi);
void __wrap_TessBaseAPISetSourceResolution(TessBaseAPI *api, int dpi)
{
	touched[WITHOUT_RESOLUTION] = true;
	if (off != WITHOUT_RESOLUTION)
		__real_TessBaseAPISetSourceResolution(api, dpi);
}

/* Whole pages are read in PSM_AUTO, which is set when a part of one was read in another mode: so the mode is
 * put in where a page begins. */
void __real_TessBaseAPISetPageSegMode(TessBaseAPI *api, TessPageSegMode mode);
void __wrap_TessBaseAPISetPageSegMode(TessBaseAPI *api, TessPageSegMode mode);
void __wrap_TessBaseAPISetPageSegMode(TessBaseAPI *api, TessPageSegMode mode)
{
	__real_TessBaseAPISetPageSegMode(
		api, mode == PSM_AUTO && steps[off].mode ? steps[off].mode : mode);
}

/* -- reading -- */

struct result {
	struct bench_score score;
	double seconds; /* of a core */
	double confidence; /* of the reader */
	bool read, touched;
};

struct page {
	char *file;
	size_t characters;
	bool failed;
	struct result result[STEPS];
};

struct bench {
	const char *dir;
	bool each, some, wanted[STEPS]; /* some: only those wanted */
	struct page *page;		/* what the children find out is shared with them */
	size_t pages;
};

static void check(int err, const char *what)
{
	if (!err)
		return;
	fprintf(stderr, "bench_ablation: %s: %s\n", what, zong_error_slug(err));
	exit(1);
}

static double seconds_of_core(void)
{
	struct timespec time;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void read_with(struct zong_reader *reader, enum step step, const struct zong_page *scan,
	const struct zong_buf *truth, struct page *page)
{
	struct zong_buf text = ZONG_BUF_INIT(TEXT_MAX);
	struct zong_arena arena = ZONG_ARENA_INIT;
	struct zong_reading reading;
	struct result *result = &page->result[step];
	double start = seconds_of_core();

	off = step;
	check(zong_reader_read(reader, &scan->raster, scan->dpi_x, &arena, &reading), page->file);
	off = WITH_ALL;
	result->seconds = seconds_of_core() - start;
	bench_add_text(&text, &reading);
	check(bench_compare(truth, &text, &page->characters, &result->score), page->file);
	result->read = true;
	result->confidence = (double)reading.confidence;
	zong_arena_release(&arena);
	zong_buf_release(&text);
}

static void set_mode(enum step step)
{
	__real_TessBaseAPISetPageSegMode(chinese, steps[step].mode ? steps[step].mode : PSM_AUTO);
}

static void open_page(
	const struct bench *bench, const struct page *page, struct zong_page *ret_scan)
{
	char path[PATH_MOST];
	const struct zong_decoder *decoder;
	void *document;
	uint32_t pages;
	int fd;

	snprintf(path, sizeof(path), "%s/%s", bench->dir, page->file);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	decoder = fd >= 0 ? zong_decoder_of(bench_media_of(fd)) : NULL;
	check(decoder ? decoder->open(fd, &document, &pages) : ZONG_ENOENT, path);
	check(decoder->page(document, 1, ret_scan), path);
	zong_probe_reduce(ret_scan, bench_media_of(fd));
	decoder->close(document);
	close(fd);
}

static void read_page(const struct bench *bench, struct zong_reader *reader, struct page *page)
{
	struct zong_buf truth = ZONG_BUF_INIT(TEXT_MAX);
	struct zong_page scan = ZONG_PAGE_INIT;
	int step;

	check(bench_read_text(bench->dir, page->file, &truth), page->file);
	open_page(bench, page, &scan);
	memset(touched, 0, sizeof(touched));
	read_with(reader, WITH_ALL, &scan, &truth, page);
	for (step = WITH_ALL + 1; step < STEPS; step++)
		page->result[step].touched = (touched[step] || steps[step].mode) &&
					     (!bench->some || bench->wanted[step]);
	for (step = WITH_ALL + 1; step < STEPS; step++) {
		if (!page->result[step].touched)
			continue;
		set_mode(step);
		read_with(reader, step, &scan, &truth, page);
		set_mode(WITH_ALL);
	}
	zong_raster_release(&scan.raster);
	zong_buf_release(&truth);
}

static void read_all(const struct bench *bench, size_t jobs)
{
	size_t job, i, ended = 0;
	int status;

	for (job = 0; job < jobs; job++) {
		struct zong_reader *reader;

		if (fork() != 0)
			continue;
		check(zong_reader_open(&reader), "the models");
		for (i = job; i < bench->pages; i += jobs)
			read_page(bench, reader, &bench->page[i]);
		zong_reader_close(reader);
		_exit(0);
	}
	while (wait(&status) > 0)
		ended += WIFEXITED(status) && WEXITSTATUS(status) == 0;
	check(ended == jobs ? 0 : ZONG_EWORKER, "a child");
}

/* -- figures -- */

struct sum {
	size_t pages, characters, with, without;
	double seconds;
};

static void add(struct sum *sum, const struct page *page, enum step step)
{
	const struct result *with = &page->result[WITH_ALL];
	const struct result *without = page->result[step].read ? &page->result[step] : with;

	sum->pages++;
	sum->characters += page->characters;
	sum->with += with->score.wrong;
	sum->without += without->score.wrong;
	sum->seconds += with->seconds - without->seconds;
}

static double cer(size_t wrong, const struct sum *sum)
{
	return (double)wrong / (double)(sum->characters ? sum->characters : 1);
}

static void print(const char *name, const char *kind, const struct sum *some, const struct sum *all)
{
	printf("%s%s%s ", name, *kind ? "_" : "", kind);
	if (!some->pages) {
		printf("- (no page needed it)\n");
		return;
	}
	printf("%.2f (%.4f, %.4f, on %zu pages",
		some->with ? (double)some->without / (double)some->with : 0, cer(some->with, some),
		cer(some->without, some), some->pages);
	if (all)
		printf("; of all %zu: %.4f, %.4f", all->pages, cer(all->with, all),
			cer(all->without, all));
	printf("; %.0f ms)\n", 1e3 * some->seconds / (double)some->pages);
}

/* NUMBER-KIND-DAMAGE.ENDING */
static bool is_of_kind(const struct page *page, const char *kind)
{
	const char *begin = strchr(page->file, '-');

	return begin && strncmp(begin + 1, kind, strlen(kind)) == 0 &&
	       begin[1 + strlen(kind)] == '-';
}

static void print_kinds(const struct bench *bench, enum step step)
{
	static const char *const kinds[] = {
		"text", "columns", "form", "contract", "certificate", "idcard", "letter", "tax"};
	size_t k, i;

	for (k = 0; k < sizeof(kinds) / sizeof(*kinds); k++) {
		struct sum sum = {0};

		for (i = 0; i < bench->pages; i++)
			if (is_of_kind(&bench->page[i], kinds[k]))
				add(&sum, &bench->page[i], step);
		if (sum.pages)
			print(steps[step].name, kinds[k], &sum, NULL);
	}
}

static void print_step(const struct bench *bench, enum step step)
{
	struct sum some = {0}, all = {0};
	size_t i;

	for (i = 0; i < bench->pages; i++) {
		add(&all, &bench->page[i], step);
		if (bench->page[i].result[step].touched) {
			struct sum one = {0};

			add(&some, &bench->page[i], step);
			add(&one, &bench->page[i], step);
			if (bench->each) {
				printf("%.3f %.3f ", bench->page[i].result[WITH_ALL].confidence,
					bench->page[i].result[step].confidence);
				print(steps[step].name, bench->page[i].file, &one, NULL);
			}
		}
	}
	print(steps[step].name, "", &some, &all);
	if (steps[step].mode)
		print_kinds(bench, step);
}

/* -- */

static int list_pages(struct bench *bench)
{
	size_t i, n;
	char **file = bench_list_pages(bench->dir, &n);

	if (!file)
		return -1;
	bench->page = mmap(NULL, n * sizeof(*bench->page), PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	for (i = 0; i < n && bench->page != MAP_FAILED; i++)
		bench->page[bench->pages++].file = file[i];
	free(file);
	return bench->page != MAP_FAILED ? 0 : -1;
}

static bool want(struct bench *bench, const char *name)
{
	int step;

	for (step = WITH_ALL + 1; step < STEPS; step++)
		bench->wanted[step] |= strcmp(steps[step].name, name) == 0;
	bench->some = true;
	return memchr(bench->wanted, true, sizeof(bench->wanted)) != NULL;
}

int main(int argc, char **argv)
{
	struct bench bench = {0};
	size_t jobs = 2;
	int step, i;

	for (i = 1; i < argc && argv[i][0] == '-'; i++)
		if (strcmp(argv[i], "--jobs") == 0 && i + 1 < argc)
			jobs = strtoul(argv[++i], NULL, 10);
		else if (strcmp(argv[i], "--step") == 0 && i + 1 < argc &&
			 want(&bench, argv[i + 1]))
			i++;
		else if (strcmp(argv[i], "--each") == 0)
			bench.each = true;
		else
			break;
	if (i != argc - 1 || jobs < 1 || jobs > JOBS_MOST) {
		fprintf(stderr, "usage: bench_ablation [--jobs N] [--each] [--step NAME]... DIR\n");
		return 2;
	}
	bench.dir = argv[i];
	setMsgSeverity(L_SEVERITY_ERROR);
	check(list_pages(&bench) ? ZONG_ENOENT : 0, bench.dir);
	read_all(&bench, jobs);
	for (step = WITH_ALL + 1; step < STEPS; step++)
		if (!bench.some || bench.wanted[step])
			print_step(&bench, step);
	return 0;
}
