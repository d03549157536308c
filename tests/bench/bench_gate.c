/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How many pages that should be scanned again the quality gate finds, and how many good ones it stops. One line a fault:
 *
 *     bench_gate [-v] [--pages N] [--clean N] [--seed N] [--jobs N] [--copies N] [--order N] [--fault NAME]
 *
 * gate_FAULT: per cent of N pages with the fault (100) that are found to have it, and per cent of the good pages (300, of
 * eight kinds, in black and white, grey and colour, 200 to 600 dpi) that are said to have it. gate_duplicate: N sheets
 * scanned a second time, and N pages held against others of their kind, forms with other things filled in; all read, and
 * before that (unread).
 * gate_order: of N files of three numbered pages that lie in the wrong order, and of as many in the right one, all read.
 * gate_ms: what the worker's look at a page takes without the figures and with them. -v tells each that was missed or
 * stopped. --fault: of the first kind, this one only. */
#include "config.h"

#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <allheaders.h>

#include <zong/gate.h>
#include <zong/look.h>
#include <zong/time.h>

#include "alike_judge.h"
#include "bench_gate.h"
#include "clean.h"
#include "field.h"
#include "read.h"
#include "reading_row.h"

#define KINDS 8 /* pages of one kind are as many apart */

struct result {
	struct gate_page page;
	struct zong_probe_page probe;
	struct zong_quality quality;
	uint8_t look[ZONG_LOOK_PACKED];
	int64_t plain, measured; /* microseconds */
};

struct bench {
	unsigned int pages, clean, jobs, order, copies;
	uint64_t seed;
	bool verbose;
	struct zong_gate_limits limits;
	struct result *result; /* shared with the workers: those of each fault in turn */
	unsigned int first[GATE_FAULTS + 1];
	const char *fault; /* the only one that is asked for; NULL: all */
};

static const struct {
	const char *name;
	uint32_t fault, also; /* either of them is right */
} faults[GATE_FAULTS] = {
	[GATE_CLEAN] = {"clean", 0, 0},
	[GATE_COARSE] = {"resolution", ZONG_FAULT_RESOLUTION, 0},
	[GATE_SKEWED] = {"skew", ZONG_FAULT_SKEW, 0},
	[GATE_DARK] = {"dark", ZONG_FAULT_DARK, 0},
	[GATE_BRIGHT] = {"bright", ZONG_FAULT_BRIGHT, ZONG_FAULT_BLANK},
	[GATE_PALE] = {"contrast", ZONG_FAULT_CONTRAST, ZONG_FAULT_BLANK},
	[GATE_SPECKLED] = {"specks", ZONG_FAULT_SPECKS, ZONG_FAULT_BLANK},
	[GATE_BLURRED] = {"blur", ZONG_FAULT_BLUR, 0},
	[GATE_CUT] = {"cut", ZONG_FAULT_CUT, 0},
	[GATE_BLANK] = {"blank", ZONG_FAULT_BLANK, 0},
	[GATE_AGAIN] = {"duplicate", 0, 0},
};

void gate_check(int err, const char *what)
{
	if (!err)
		return;
	fprintf(stderr, "bench_gate: %s: %s\n", what, zong_error_slug(err));
	exit(1);
}

/* -- measuring -- */

static void measure(const struct bench *bench, struct result *result)
{
	static struct zong_look look;
	struct zong_raster raster;
	bool any = false;
	int64_t start;

	result->page.seed = bench->seed;
	gate_draw(&result->page, &raster);
	start = zong_time_monotonic();
	gate_check(zong_clean_survey(&raster, (float)result->page.dpi, &result->probe.blank, &any,
			   &look, NULL),
		"survey");
	result->plain = zong_time_monotonic() - start;
	start = zong_time_monotonic();
	gate_check(zong_clean_survey(&raster, (float)result->page.dpi, &result->probe.blank, &any,
			   &look, &result->quality),
		"survey");
	result->measured = zong_time_monotonic() - start;
	gate_check(zong_raster_digest(&raster, &result->probe.raster), "digest");
	result->probe.look_len = any ? zong_look_pack(&look, result->look) : 0;
	zong_raster_release(&raster);
}

static bool is_wanted(const struct bench *bench, int fault)
{
	if (fault == GATE_AGAIN)
		return bench->copies > 0;
	return !bench->fault || strcmp(bench->fault, faults[fault].name) == 0;
}

static unsigned int pages_of(const struct bench *bench, int fault)
{
	if (fault == GATE_CLEAN)
		return bench->clean;
	return is_wanted(bench, fault) ? bench->pages : 0;
}

static void measure_all(struct bench *bench)
{
	unsigned int count = 0;
	int status;

	for (int fault = 0; fault < GATE_FAULTS; fault++) {
		bench->first[fault] = count;
		count += pages_of(bench, fault);
	}
	bench->first[GATE_FAULTS] = count;
	bench->result = mmap(NULL, (count + 1) * sizeof(*bench->result), PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	gate_check(bench->result == MAP_FAILED ? ZONG_ENOMEM : 0, "memory");
	for (int fault = 0; fault < GATE_FAULTS; fault++)
		for (unsigned int i = bench->first[fault]; i < bench->first[fault + 1]; i++) {
			bench->result[i].page.fault = (enum gate_fault)fault;
			bench->result[i].page.number = i - bench->first[fault];
		}
	for (unsigned int self = 0; self < bench->jobs; self++)
		if (fork() == 0) {
			for (unsigned int i = self; i < count; i += bench->jobs)
				measure(bench, &bench->result[i]);
			_exit(0);
		}
	while (wait(&status) > 0)
		gate_check(WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : ZONG_EWORKER,
			"a worker");
}

/* -- judging -- */

static void to_row(struct result *result, Zong__FilePage *ret_page, Zong__Quality *ret_quality)
{
	const struct zong_quality *from = &result->quality;

	zong__file_page__init(ret_page);
	zong__quality__init(ret_quality);
	*ret_quality = (Zong__Quality){ret_quality->base, from->writing, from->dpi, from->paper,
		from->ink, from->skew, from->contrast, from->dark, from->specks, from->blur,
		from->margin};
	ret_page->blank = result->probe.blank;
	ret_page->quality = ret_quality;
	ret_page->raster.data = result->probe.raster.bytes;
	ret_page->raster.len = sizeof(result->probe.raster.bytes);
}

static void tell(const struct result *result, const char *what)
{
	static const char *const colours[] = {"bilevel", "grey", "rgb"};
	const struct gate_page *page = &result->page;
	const struct zong_quality *q = &result->quality;

	fprintf(stderr,
		"%s: %s %u, %s %s %u dpi, strength %.2f, askew %.1f: dpi %.0f paper %.2f contrast "
		"%.2f "
		"dark %.2f specks %.2f blur %.3f margin %.1f skew %.2f%s\n",
		what, faults[page->fault].name, page->number, mkscan_kind_name(page->kind),
		colours[page->colour], page->dpi, page->strength, page->skew, (double)q->dpi,
		(double)q->paper, (double)q->contrast, (double)q->dark, (double)q->specks,
		(double)q->blur, (double)q->margin, (double)q->skew,
		result->probe.blank ? " blank" : "");
}

static bool has(const struct bench *bench, struct result *result, uint32_t fault, uint32_t also)
{
	Zong__Verdict found[ZONG_GATE_VERDICTS];
	Zong__Quality quality;
	Zong__FilePage page;
	size_t count;

	to_row(result, &page, &quality);
	count = zong_gate_judge_page(&bench->limits, &page, found);
	for (size_t i = 0; i < count; i++)
		if (found[i].fault == fault || (also && found[i].fault == also))
			return true;
	return false;
}

static void print(const char *name, unsigned int found, unsigned int pages, unsigned int alarms,
	unsigned int clean)
{
	printf("gate_%s found %.1f %% (%u of %u) false alarms %.2f %% (%u of %u)\n", name,
		pages ? 100.0 * found / pages : 0, found, pages, clean ? 100.0 * alarms / clean : 0,
		alarms, clean);
	fflush(stdout);
}

static void judge(const struct bench *bench, enum gate_fault fault)
{
	unsigned int found = 0, alarms = 0;

	for (unsigned int i = bench->first[fault]; i < bench->first[fault + 1]; i++) {
		bool right = has(bench, &bench->result[i], faults[fault].fault, faults[fault].also);

		found += right;
		if (!right && bench->verbose)
			tell(&bench->result[i], "missed");
	}
	for (unsigned int i = 0; i < bench->clean; i++) {
		bool wrong = has(bench, &bench->result[i], faults[fault].fault, 0);

		alarms += wrong;
		if (wrong && bench->verbose)
			tell(&bench->result[i], faults[fault].name);
	}
	print(faults[fault].name, found, bench->pages, alarms, bench->clean);
}

/* -- copies -- */

static void read_page(
	struct zong_reader *reader, const struct gate_page *from, Zong__Reading **ret_row)
{
	struct zong_arena arena = ZONG_ARENA_INIT;
	struct gate_page page = *from;
	struct zong_raster raster;
	struct zong_reading reading;

	gate_draw(&page, &raster);
	gate_check(zong_reader_read(reader, &raster, (float)page.dpi, &arena, &reading), "reading");
	gate_check(zong_reading_row(&reading, ret_row), "reading");
	gate_check(zong_fields_find(*ret_row), "fields");
	zong_arena_release(&arena);
	zong_raster_release(&raster);
}

/* Told to be one sheet: at once by the looks, or by what was read, as zong_alike_of_material says it. */
static bool are_copies(const struct bench *bench, const struct result *a,
	const Zong__Reading *a_read, const struct result *b, const Zong__Reading *b_read,
	bool *ret_at_once)
{
	static struct zong_look looks[2];
	float difference;
	bool same = false;

	*ret_at_once = false;
	if (!a->probe.look_len || !b->probe.look_len)
		return false;
	gate_check(zong_look_unpack(a->look, a->probe.look_len, &looks[0]), "look");
	gate_check(zong_look_unpack(b->look, b->probe.look_len, &looks[1]), "look");
	if (zong_look_bits_apart(looks[0].hash, looks[1].hash) > ZONG_LOOK_BITS_NEAR)
		return false;
	gate_check(zong_look_differ(&looks[0], &looks[1], &difference), "look");
	*ret_at_once = 100 * (double)difference <= bench->limits.duplicate;
	if (difference <= ZONG_LOOK_SAME_READ)
		gate_check(zong_alike_judge(difference, a_read, b_read, &same), "judging");
	return same || *ret_at_once;
}

static void judge_copies(const struct bench *bench)
{
	struct result *first = bench->result, *again = bench->result + bench->first[GATE_AGAIN];
	Zong__Reading **row = calloc(2 * (size_t)bench->copies + 1, sizeof(*row));
	unsigned int found = 0, at_once = 0, alarms = 0;
	struct zong_reader *reader;
	bool quick;

	gate_check(row ? zong_reader_open(&reader) : ZONG_ENOMEM, "the model");
	for (unsigned int i = 0; i < bench->copies; i++) {
		read_page(reader, &first[i].page, &row[2 * i]);
		read_page(reader, &again[i].page, &row[2 * i + 1]);
	}
	for (unsigned int i = 0; i < bench->copies; i++) {
		bool wrong = false;

		if (are_copies(bench, &first[i], row[2 * i], &again[i], row[2 * i + 1], &quick))
			found++;
		else if (bench->verbose)
			tell(&again[i], "missed");
		at_once += quick;
		for (unsigned int n = i % KINDS; n < i; n += KINDS)
			wrong |= are_copies(
				bench, &first[i], row[2 * i], &first[n], row[2 * n], &quick);
		alarms += wrong;
		if (wrong && bench->verbose)
			tell(&first[i], "no copy");
	}
	for (unsigned int i = 0; i < 2 * bench->copies; i++)
		zong__reading__free_unpacked(row[i], NULL);
	free(row);
	zong_reader_close(reader);
	print("duplicate", found, bench->copies, alarms, bench->copies);
	printf("gate_duplicate_unread found %.1f %%\n", 100.0 * at_once / bench->copies);
}

/* -- page numbers -- */

struct numbered {
	unsigned int number, total; /* as read; 0: none was found */
};

static void read_numbered(struct zong_reader *reader, unsigned int number, unsigned int total,
	enum mkscan_numbers how, uint64_t seed, struct numbered *ret_numbered)
{
	struct zong_arena arena = ZONG_ARENA_INIT;
	struct zong_raster raster;
	struct zong_reading reading;
	Zong__Reading *row;

	gate_draw_numbered(number, total, how, seed, &raster);
	gate_check(zong_reader_read(reader, &raster, number % 2 ? 200 : 300, &arena, &reading),
		"reading");
	gate_check(zong_reading_row(&reading, &row), "reading");
	ret_numbered->number = zong_gate_printed(row, &ret_numbered->total);
	zong__reading__free_unpacked(row, NULL);
	zong_arena_release(&arena);
	zong_raster_release(&raster);
}

/* Three pages in this order: is one told not to follow? As zong_material_pages does it. */
static bool is_told(const struct numbered *pages, const unsigned int order[3])
{
	struct numbered last = {0, 0};
	bool told = false;

	for (int i = 0; i < 3; i++) {
		const struct numbered *page = &pages[order[i]];
		unsigned int expected;

		if (!page->number)
			continue;
		if (last.number && !zong_gate_follows(last.number, last.total, page->number,
					   page->total, &expected))
			told = true;
		last = *page;
	}
	return told;
}

static void judge_order(const struct bench *bench)
{
	static const unsigned int right[3] = {0, 1, 2};
	static const unsigned int wrong[3][3] = {{1, 0, 2}, {0, 2, 1}, {2, 0, 1}};
	unsigned int count = bench->order + 2, found = 0, alarms = 0, none = 0;
	struct numbered *pages = calloc(count, sizeof(*pages));
	struct zong_reader *reader;

	gate_check(pages ? zong_reader_open(&reader) : ZONG_ENOMEM, "the model");
	for (unsigned int i = 0; i < count; i++) {
		enum mkscan_numbers how = (enum mkscan_numbers)(MKSCAN_WORDS + i / 34 % 3);

		read_numbered(reader, i + 1, count, how, bench->seed + 1, &pages[i]);
		none += pages[i].number != i + 1;
		if (pages[i].number != i + 1 && bench->verbose)
			fprintf(stderr, "number %u read as %u\n", i + 1, pages[i].number);
	}
	for (unsigned int i = 0; i < bench->order; i++) {
		found += is_told(pages + i, wrong[i % 3]);
		alarms += is_told(pages + i, right);
	}
	zong_reader_close(reader);
	free(pages);
	print("order", found, bench->order, alarms, bench->order);
	printf("gate_numbers not read %.1f %% (%u of %u)\n", 100.0 * none / count, none, count);
}

/* -- -- */

static void print_time(const struct bench *bench)
{
	double plain = 0, measured = 0;

	for (unsigned int i = 0; i < bench->clean; i++) {
		plain += (double)bench->result[i].plain;
		measured += (double)bench->result[i].measured;
	}
	if (bench->clean)
		printf("gate_ms %.1f a page without the figures, %.1f with them\n",
			plain / bench->clean / 1000, measured / bench->clean / 1000);
}

static void load_limits(struct bench *bench)
{
	static const char *const known[] = {ZONG_GATE_SETTINGS, NULL};
	struct zong_config *config;
	struct zong_err err = {0};

	gate_check(zong_config_load("/nonexistent/zong.conf", known, &config, &err), "limits");
	gate_check(zong_gate_limits_load(config, &bench->limits, &err), "limits");
	zong_config_free(config);
}

static unsigned int number_of(const char *text)
{
	return (unsigned int)strtoul(text, NULL, 10);
}

int main(int argc, char **argv)
{
	static const struct option options[] = {{"pages", required_argument, NULL, 'p'},
		{"clean", required_argument, NULL, 'c'}, {"seed", required_argument, NULL, 's'},
		{"jobs", required_argument, NULL, 'j'}, {"order", required_argument, NULL, 'o'},
		{"copies", required_argument, NULL, 'd'}, {"fault", required_argument, NULL, 'f'},
		{NULL, 0, NULL, 0}};
	struct bench bench = {
		.pages = 100, .clean = 304, .jobs = 1, .order = 100, .copies = 100, .seed = 1};
	int option;

	while ((option = getopt_long(argc, argv, "v", options, NULL)) != -1)
		switch (option) {
		case 'p':
			bench.pages = number_of(optarg);
			break;
		case 'c':
			bench.clean = number_of(optarg);
			break;
		case 's':
			bench.seed = number_of(optarg);
			break;
		case 'j':
			bench.jobs = number_of(optarg);
			break;
		case 'o':
			bench.order = number_of(optarg);
			break;
		case 'd':
			bench.copies = number_of(optarg);
			break;
		case 'f':
			bench.fault = optarg;
			break;
		case 'v':
			bench.verbose = true;
			break;
		default:
			return 2;
		}
	if (!bench.jobs || bench.copies > bench.pages || bench.pages > bench.clean)
		return 2;
	setMsgSeverity(L_SEVERITY_NONE);
	load_limits(&bench);
	measure_all(&bench);
	for (int fault = GATE_COARSE; fault < GATE_AGAIN; fault++)
		if (is_wanted(&bench, fault))
			judge(&bench, (enum gate_fault)fault);
	print_time(&bench);
	if (bench.copies)
		judge_copies(&bench);
	if (bench.order)
		judge_order(&bench);
	return 0;
}
