/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Looking things up in the process, and writing. What is read for the first time is put on record before it is
 * answered: that is a commit, and stands as a figure of its own (read_first). The others are of things
 * that this subject was shown within the minute, where a further reading is only counted. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <zong/case.h>
#include <zong/search.h>
#include <zong/time.h>

#include "inside.h"
#include "bench_store.h"
#include "env.h"
#include "scale.h"
#include "state.h"

#define OBJECTS 200 /* of each kind: what the log remembers of readers must hold them all */
#define PASSES 5
#define SEARCHES 40
#define COMMITS 100
#define GROWS 5
#define UPLOAD (64 << 10)
#define THREADS 16

typedef void look_fn(struct scale *scale, uint64_t number);

static double now(void)
{
	struct timespec at;

	clock_gettime(CLOCK_MONOTONIC, &at);
	return (double)at.tv_sec * 1e6 + (double)at.tv_nsec / 1e3;
}

/* ---- what is looked up: of case @number ---- */

static void look_case(struct scale *scale, uint64_t number)
{
	Zong__Material **materials;
	char no[SCALE_TEXT];
	Zong__Case *row;
	size_t count;

	scale_case_no(number, no);
	bench_must(zong_case_get(scale->archive, &scale->who, no, &row, NULL), no);
	bench_must(
		zong_case_materials(scale->archive, &scale->who, no, &materials, &count, NULL), no);
	bench_must(count >= SCALE_CASE_MATERIALS ? 0 : ZONG_ECORRUPT, no);
	zong_materials_free(materials, count);
	zong__case__free_unpacked(row, NULL);
}

/* What is filed for its building: the first 20. */
static void look_unit(struct scale *scale, uint64_t number)
{
	struct zong_parcel parcel;
	char unit[SCALE_TEXT];

	scale_unit(number, scale->total, unit);
	unit[24] = '\0';
	bench_must(
		zong_parcel_get(scale->archive, &scale->who, unit, NULL, 20, &parcel, NULL), unit);
	bench_must(parcel.cases + parcel.materials > 0 ? 0 : ZONG_ECORRUPT, unit);
	zong_parcel_release(&parcel);
}

static void search(struct scale *scale, struct zong_search *search, bool must)
{
	struct zong_hit *hits;
	size_t count, total;
	char *next = NULL;

	search->max = 20;
	bench_must(zong_search_run(
			   scale->archive, &scale->who, search, &hits, &count, &next, &total, NULL),
		"searching");
	bench_must(!must || count > 0 ? 0 : ZONG_ENOENT, "searching");
	zong_hits_free(hits, count);
	free(next);
}

static void look_cert(struct scale *scale, uint64_t number)
{
	struct zong_search wish = {0};
	char digits[SCALE_TEXT];

	scale_cert_serial(number, digits);
	wish.cert = digits;
	search(scale, &wish, true);
}

static void look_party(struct scale *scale, uint64_t number)
{
	struct zong_search wish = {0};
	struct scale_party party;

	scale_party(number, 0, &party);
	wish.party = party.idno;
	search(scale, &wish, true);
}

static void look_search_unit(struct scale *scale, uint64_t number)
{
	struct zong_search wish = {0};
	char unit[SCALE_TEXT];

	scale_unit(number, scale->total, unit);
	unit[24] = '\0';
	wish.parcel = unit;
	search(scale, &wish, true);
}

static void look_words(struct scale *scale, uint64_t number, unsigned rank)
{
	struct zong_search wish = {0};
	char words[SCALE_NAME];

	scale_words(rank, number, words);
	wish.words = words;
	search(scale, &wish, rank == 0);
}

static void look_words_common(struct scale *scale, uint64_t number)
{
	look_words(scale, number, 0);
}

static void look_words_some(struct scale *scale, uint64_t number)
{
	look_words(scale, number, 1);
}

static void look_words_rare(struct scale *scale, uint64_t number)
{
	look_words(scale, number, 2);
}

/* ---- how long ---- */

struct first {
	struct scale *scale;
	look_fn *look;
	const uint64_t *object;
	size_t count, next;
	pthread_mutex_t mutex;
};

static void *look_first(void *arg)
{
	struct first *first = arg;
	size_t at;

	for (;;) {
		pthread_mutex_lock(&first->mutex);
		at = first->next++;
		pthread_mutex_unlock(&first->mutex);
		if (at >= first->count)
			return NULL;
		first->look(first->scale, first->object[at]);
	}
}

static void choose(struct scale *scale, uint64_t *object, size_t count, uint64_t stream)
{
	uint64_t cases = scale->filled / SCALE_CASE_MATERIALS;
	size_t i;

	for (i = 0; i < count; i++)
		object[i] = scale_mix(scale->filled + i, stream) % cases;
}

/* Looks up @count objects by many threads, so that they are on record, then alone, again and again. */
static void measure(struct scale *scale, struct scale_figures *figures, unsigned size,
	const char *name, look_fn *look, size_t count)
{
	static uint64_t stream = 1000;
	uint64_t object[OBJECTS];
	double took[OBJECTS * PASSES];
	struct first first = {.scale = scale,
		.look = look,
		.object = object,
		.count = count,
		.mutex = PTHREAD_MUTEX_INITIALIZER};
	pthread_t thread[THREADS];
	size_t i, pass;

	choose(scale, object, count, stream++);
	for (i = 0; i < THREADS; i++)
		bench_must(pthread_create(&thread[i], NULL, look_first, &first) ? ZONG_ENOMEM : 0,
			"threads");
	for (i = 0; i < THREADS; i++)
		pthread_join(thread[i], NULL);
	for (pass = 0; pass < PASSES; pass++)
		for (i = 0; i < count; i++) {
			double start = now();

			look(scale, object[i]);
			took[pass * count + i] = now() - start;
		}
	scale_times(figures, size, name, took, count * PASSES);
}

static void measure_first(struct scale *scale, struct scale_figures *figures, unsigned size)
{
	uint64_t object[COMMITS];
	double took[COMMITS];
	size_t i;

	choose(scale, object, COMMITS, 999);
	for (i = 0; i < COMMITS; i++) {
		double start = now();

		look_case(scale, object[i]);
		took[i] = now() - start;
	}
	scale_times(figures, size, "read_first", took, COMMITS);
}

/* ---- writing ---- */

static int put_one(struct zong_txn *txn, void *ctx)
{
	struct zong_key key;

	zong_key_clear(&key);
	zong_key_str(&key, "bench_commit");
	return zong_txn_put_bytes(txn, ZONG_TABLE_META, &key, ctx, sizeof(double));
}

static void measure_commits(struct scale *scale, struct scale_figures *figures, unsigned size)
{
	double took[COMMITS];
	size_t i;

	for (i = 0; i < COMMITS; i++) {
		double start = now();

		bench_must(zong_store_write(scale->archive->store, put_one, &start), "writing");
		took[i] = now() - start;
	}
	scale_times(figures, size, "commit", took, COMMITS);
}

static void measure_uploads(struct scale *scale, struct scale_figures *figures, unsigned size)
{
	uint64_t cases = scale->filled / SCALE_CASE_MATERIALS;
	uint64_t seed =
		(uint64_t)zong_time_now(); /* an archive that is kept has those of last time */
	static uint8_t bytes[UPLOAD];
	double took[COMMITS];
	char no[SCALE_TEXT];
	size_t i;

	for (i = 0; i < COMMITS; i++) {
		double start;

		bench_noise(bytes, sizeof(bytes), seed + i);
		scale_case_no(scale_mix(seed + i, 50) % cases, no);
		start = now();
		bench_must(bench_upload_one(scale->archive->store, no, bytes, sizeof(bytes)),
			"uploading");
		took[i] = now() - start;
	}
	scale_times(figures, size, "upload", took, COMMITS);
}

/* A step of the catalog's map, everybody shut out meanwhile. */
static void measure_growth(struct scale *scale, struct scale_figures *figures, unsigned size)
{
	uint64_t cases = scale->filled / SCALE_CASE_MATERIALS;
	double took[GROWS];
	size_t i;

	for (i = 0; i < GROWS; i++) {
		double start = now();

		bench_must(zong_env_grow(&scale->archive->store->catalog), "growing");
		took[i] = now() - start;
		look_case(scale, scale_mix(i, 51) % cases); /* so that some of it is mapped again */
	}
	scale_figure(figures, size, "map_growth", bench_median(took, GROWS) / 1000, "ms", true);
}

void scale_look(struct scale *scale, struct scale_figures *figures, unsigned size)
{
	static const struct {
		const char *name;
		look_fn *look;
		size_t count;
	} looks[] = {
		{"case", look_case, OBJECTS},
		{"unit", look_unit, OBJECTS},
		{"cert_tail", look_cert, OBJECTS},
		{"id_number", look_party, OBJECTS},
		{"search_unit", look_search_unit, OBJECTS},
		{"text_rare", look_words_rare, SEARCHES},
		{"text_some", look_words_some, SEARCHES},
		{"text_common", look_words_common, SEARCHES},
	};
	size_t i;

	for (i = 0; i < sizeof(looks) / sizeof(*looks); i++) {
		if (scale->no_text && strncmp(looks[i].name, "text_", 5) == 0)
			continue;
		fprintf(stderr, "%s ... \r", looks[i].name);
		measure(scale, figures, size, looks[i].name, looks[i].look, looks[i].count);
	}
	measure_first(scale, figures, size);
	measure_commits(scale, figures, size);
	measure_uploads(scale, figures, size);
	measure_growth(scale, figures, size);
}
