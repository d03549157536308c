/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How well pages are read, beside others who read the same ones.
 *
 *     bench_cer [--worker PROGRAM] [--workers N] [--peer NAME=FOLDER]... [--each] [--write FOLDER] DIR
 *
 * DIR holds pages NAME.{tif,png,jpg} and what stands on them, NAME.txt; a peer's FOLDER what the peer has read, NAME.txt
 * too (nothing read: no file). Where NAME is NUMBER-KIND-DAMAGE, as `mkscan --truth-set` names pages, there is a line
 * for each kind and each damage. A line a group:
 *
 *     cer NAME ratio (zong CER RECALL, PEER CER RECALL, ...; boxes OVERLAP; N pages, N characters)
 *
 * CER: insertions, deletions and changes to a character over characters of the truth, blanks and line ends apart, full
 * and half width and the scripts folded as for searching. RECALL: characters of the truth that were read, wherever.
 * OVERLAP: of the boxes of lines and those of the words read in them, where there is a DIR/truth.json of mkscan (bench_overlap.h).
 * The ratio is the CER to the first peer's. --each: a line a page also. --write: what is read goes to FOLDER,
 * NAME.txt, so that a later run can compare itself with it as with a peer. */
#include "config.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <jansson.h>

#include <zong/arena.h>
#include <zong/buffer.h>
#include <zong/cleanup.h>
#include <zong/digest.h>
#include <zong/file.h>
#include <zong/pool.h>

#include "bench_overlap.h"
#include "bench_page.h"
#include "bench_score.h"

#define TEXT_MAX (4 << 20)
#define PATH_MOST 4096
#define PEERS 4
#define GROUPS 256

struct peer {
	char *name, *folder;
};

struct page {
	char *file;
	struct bench_score score[PEERS + 1]; /* the first is zong's */
	size_t characters;
	struct bench_overlap overlap; /* zong's */
	bool failed;
};

struct bench {
	const char *worker, *dir, *written;
	unsigned int workers;
	bool each;
	struct peer peer[PEERS];
	size_t peers;
	struct zong_pool *pool;
	json_t *truth; /* of mkscan; NULL: there is none */
	struct page *page;
	size_t pages, next; /* next: under the mutex */
	pthread_mutex_t mutex;
};

static void compare(struct page *page, const struct zong_buf *truth, const struct zong_buf *text,
	struct bench_score *ret_score)
{
	page->failed |= bench_compare(truth, text, &page->characters, ret_score) != 0;
}

/* -- reading -- */

/* The page of mkscan's truth; NULL: it is not there. */
static const json_t *truth_of(const struct bench *bench, const char *file)
{
	const json_t *pages = json_object_get(bench->truth, "pages");
	size_t i;

	for (i = 0; i < json_array_size(pages); i++) {
		const json_t *page = json_array_get(pages, i);
		const char *name = json_string_value(json_object_get(page, "file"));

		if (name && strcmp(name, file) == 0)
			return page;
	}
	return NULL;
}

static int read_page(struct bench *bench, struct page *one, const char *path, struct zong_buf *text)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct zong_arena arena = ZONG_ARENA_INIT;
	struct zong_reading reading;
	struct zong_digest key;
	struct zong_err err = {0};
	uint32_t page;
	int r = 0;

	if (fd < 0 || zong_digest_of_fd(fd, &key))
		return -1;
	for (page = 1; r == 0; page++) {
		r = zong_pool_read(bench->pool, &key, fd, bench_media_of(fd), page, NULL, &arena,
			&reading, &err);
		if (r)
			break;
		bench_add_text(text, &reading);
		bench_overlap_add(truth_of(bench, one->file), &reading, &one->overlap);
	}
	zong_arena_release(&arena);
	if (r != ZONG_EPAGENO)
		fprintf(stderr, "%s: %s %s\n", path, zong_error_slug(r), err.subject);
	return r == ZONG_EPAGENO ? text->err : r;
}

static int write_text(const char *folder, const char *file, const struct zong_buf *text)
{
	char path[PATH_MOST];
	FILE *out;
	bool whole;

	snprintf(path, sizeof(path), "%s/%.*s.txt", folder, (int)(strrchr(file, '.') - file), file);
	out = fopen(path, "w");
	if (!out)
		return -1;
	whole = fwrite(text->data, 1, text->len, out) == text->len;
	return fclose(out) || !whole ? -1 : 0;
}

static void measure(struct bench *bench, struct page *page)
{
	struct zong_buf truth = ZONG_BUF_INIT(TEXT_MAX), text = ZONG_BUF_INIT(TEXT_MAX);
	char path[PATH_MOST];
	size_t i;

	snprintf(path, sizeof(path), "%s/%s", bench->dir, page->file);
	page->failed =
		bench_read_text(bench->dir, page->file, &truth) || read_page(bench, page, path, &text);
	if (!page->failed && bench->written)
		page->failed = write_text(bench->written, page->file, &text);
	if (!page->failed)
		compare(page, &truth, &text, &page->score[0]);
	for (i = 0; i < bench->peers && !page->failed; i++) {
		struct zong_buf other = ZONG_BUF_INIT(TEXT_MAX);

		if (bench_read_text(bench->peer[i].folder, page->file, &other))
			other.len = 0;
		compare(page, &truth, &other, &page->score[i + 1]);
		zong_buf_release(&other);
	}
	zong_buf_release(&truth);
	zong_buf_release(&text);
}

static void *measure_pages(void *data)
{
	struct bench *bench = data;

	for (;;) {
		struct page *page;

		pthread_mutex_lock(&bench->mutex);
		page = bench->next < bench->pages ? &bench->page[bench->next++] : NULL;
		pthread_mutex_unlock(&bench->mutex);
		if (!page)
			return NULL;
		measure(bench, page);
	}
}

/* -- groups -- */

struct group {
	char name[64];
	struct page sum;
	size_t pages;
};

static void add(struct bench *bench, struct group *group, const struct page *page)
{
	size_t i;

	group->pages++;
	group->sum.characters += page->characters;
	group->sum.overlap.sum += page->overlap.sum;
	group->sum.overlap.lines += page->overlap.lines;
	for (i = 0; i <= bench->peers; i++) {
		group->sum.score[i].wrong += page->score[i].wrong;
		group->sum.score[i].found += page->score[i].found;
	}
}

static void print_group(const struct bench *bench, const struct group *group)
{
	double all = (double)(group->sum.characters ? group->sum.characters : 1);
	const struct bench_score *score = group->sum.score;
	size_t i;

	printf("cer %-20s ", group->name);
	if (bench->peers && score[1].wrong)
		printf("%.2f ", (double)score[0].wrong / (double)score[1].wrong);
	for (i = 0; i <= bench->peers; i++)
		printf("%s%s %.4f %.4f", i ? ", " : "(", i ? bench->peer[i - 1].name : "zong",
			(double)score[i].wrong / all, (double)score[i].found / all);
	if (group->sum.overlap.lines)
		printf("; boxes %.3f", group->sum.overlap.sum / (double)group->sum.overlap.lines);
	printf("; %zu pages, %zu characters)\n", group->pages, group->sum.characters);
}

static struct group *group_of(struct group *group, size_t *count, const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < *count; i++)
		if (strlen(group[i].name) == len && memcmp(group[i].name, name, len) == 0)
			return &group[i];
	if (*count == GROUPS || len >= sizeof(group->name))
		return NULL;
	memcpy(group[*count].name, name, len);
	return &group[(*count)++];
}

/* By the parts of NUMBER-KIND-DAMAGE.ENDING, @part 1 or 2. */
static void print_groups(struct bench *bench, int part)
{
	struct group *group = calloc(GROUPS, sizeof(*group)), *own;
	size_t i, count = 0;

	for (i = 0; group && i < bench->pages; i++) {
		const char *kind = strchr(bench->page[i].file, '-');
		const char *damage = kind ? strchr(kind + 1, '-') : NULL;
		const char *begin = part == 1 ? kind : damage;
		const char *end = part == 1 ? damage : strchr(bench->page[i].file, '.');

		if (!damage || strchr(damage + 1, '-') || bench->page[i].failed)
			continue;
		own = group_of(group, &count, begin + 1, (size_t)(end - begin - 1));
		if (own)
			add(bench, own, &bench->page[i]);
	}
	for (i = 0; i < count; i++)
		print_group(bench, &group[i]);
	free(group);
}

static int print_all(struct bench *bench, double took)
{
	struct group all = {.name = "all"}, one;
	size_t i, failed = 0;

	for (i = 0; i < bench->pages; i++) {
		failed += bench->page[i].failed;
		if (bench->page[i].failed)
			continue;
		add(bench, &all, &bench->page[i]);
		if (bench->each) {
			one = (struct group){.pages = 0};
			snprintf(one.name, sizeof(one.name), "%s", bench->page[i].file);
			add(bench, &one, &bench->page[i]);
			print_group(bench, &one);
		}
	}
	print_groups(bench, 1);
	print_groups(bench, 2);
	print_group(bench, &all);
	printf("pages_per_second %.3f\n", (double)bench->pages / took);
	if (failed)
		fprintf(stderr, "%zu pages were not read\n", failed);
	return failed || !all.pages ? 1 : 0;
}

/* -- */

static int list_pages(struct bench *bench)
{
	size_t i, n;
	char **file = bench_list_pages(bench->dir, &n);

	bench->page = file ? calloc(n, sizeof(*bench->page)) : NULL;
	for (i = 0; i < n && bench->page; i++)
		bench->page[bench->pages++].file = file[i];
	free(file);
	return bench->page ? 0 : -1;
}

static int parse(int argc, char **argv, struct bench *bench)
{
	int i;

	for (i = 1; i < argc && argv[i][0] == '-'; i++) {
		if (strcmp(argv[i], "--each") == 0) {
			bench->each = true;
		} else if (i + 1 == argc) {
			return -1;
		} else if (strcmp(argv[i], "--worker") == 0) {
			bench->worker = argv[++i];
		} else if (strcmp(argv[i], "--write") == 0) {
			bench->written = argv[++i];
		} else if (strcmp(argv[i], "--workers") == 0) {
			bench->workers = (unsigned int)strtoul(argv[++i], NULL, 10);
		} else if (strcmp(argv[i], "--peer") == 0 && bench->peers < PEERS) {
			char *name = argv[++i], *folder = strchr(name, '=');

			if (!folder)
				return -1;
			*folder++ = 0;
			bench->peer[bench->peers++] = (struct peer){name, folder};
		} else {
			return -1;
		}
	}
	bench->dir = argv[i];
	return i + 1 == argc && bench->workers >= 1 && bench->workers <= 64 ? 0 : -1;
}

int main(int argc, char **argv)
{
	struct bench bench = {
		.worker = "./zong-ocr", .workers = 2, .mutex = PTHREAD_MUTEX_INITIALIZER};
	struct zong_pool_options options = {0};
	struct zong_err err = {0};
	struct timespec from, to;
	pthread_t thread[64];
	char truth[PATH_MOST];
	unsigned int i, started = 0;
	int status;

	if (parse(argc, argv, &bench)) {
		fprintf(stderr,
			"usage: bench_cer [--worker PROGRAM] [--workers N] [--peer NAME=FOLDER]... "
			"[--each] [--write FOLDER] DIR\n");
		return 2;
	}
	options.worker = bench.worker;
	options.workers = bench.workers;
	if (list_pages(&bench) || zong_pool_start(&options, &bench.pool, &err)) {
		fprintf(stderr, "bench_cer: %s %s\n", bench.dir, err.subject);
		return 1;
	}
	snprintf(truth, sizeof(truth), "%s/truth.json", bench.dir);
	bench.truth = json_load_file(truth, 0, NULL);
	clock_gettime(CLOCK_MONOTONIC, &from);
	for (i = 0; i < bench.workers; i++)
		started += pthread_create(&thread[i], NULL, measure_pages, &bench) == 0;
	for (i = 0; i < started; i++)
		pthread_join(thread[i], NULL);
	clock_gettime(CLOCK_MONOTONIC, &to);
	status = print_all(&bench,
		(double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9);
	zong_pool_stop(bench.pool);
	for (i = 0; i < bench.pages; i++)
		free(bench.page[i].file);
	free(bench.page);
	json_decref(bench.truth);
	return status;
}
