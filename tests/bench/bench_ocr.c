/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How fast and how well pages are read. One line a figure:
 *
 *     bench_ocr [--worker PROGRAM] [--workers N] [--repeat N] FILE...   pages a second by the pool
 *     bench_ocr --inprocess [--workers N] [--repeat N] FILE...          ... by Tesseract itself, in
 *                                                  N forked processes that do nothing but read images
 *     bench_ocr --text FILE...          the text and what was done to each page
 *     bench_ocr --probe FILE...         what the probe says of each page
 */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <allheaders.h>
#include <tesseract/capi.h>

#include <zong/arena.h>
#include <zong/buffer.h>
#include <zong/cleanup.h>
#include <zong/digest.h>
#include <zong/file.h>
#include <zong/pool.h>
#include "bench_page.h"

#define FILES_MAX 4096
#define TEXT_MAX (4 << 20)

struct options {
	const char *worker;
	unsigned int workers, repeat;
	bool in_process, text, probe;
	char **files;
	int count;
};

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* -- by the pool -- */

struct job {
	int fd;
	enum zong_media media;
	struct zong_digest key;
	uint32_t page;
};

struct work {
	struct zong_pool *pool;
	struct job *job;
	size_t jobs;
	size_t next;
	size_t failed;
	pthread_mutex_t mutex;
};

static void *read_jobs(void *data)
{
	struct work *work = data;

	for (;;) {
		struct zong_arena arena = ZONG_ARENA_INIT;
		struct zong_reading reading;
		struct zong_err err = {0};
		struct job *job;
		int r;

		pthread_mutex_lock(&work->mutex);
		job = work->next < work->jobs ? &work->job[work->next++] : NULL;
		pthread_mutex_unlock(&work->mutex);
		if (!job)
			return NULL;
		r = zong_pool_read(work->pool, &job->key, job->fd, job->media, job->page, NULL, &arena,
			&reading, &err);
		if (r) {
			fprintf(stderr, "%s %s\n", zong_error_slug(r), err.subject);
			pthread_mutex_lock(&work->mutex);
			work->failed++;
			pthread_mutex_unlock(&work->mutex);
		}
		zong_arena_release(&arena);
	}
}

static int add_jobs(struct work *work, const char *path)
{
	struct zong_arena arena = ZONG_ARENA_INIT;
	struct zong_probe probe;
	struct zong_err err = {0};
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	enum zong_media media = fd >= 0 ? bench_media_of(fd) : ZONG_MEDIA_UNKNOWN;
	struct zong_digest key;
	uint32_t page;
	int r;

	if (fd < 0 || zong_digest_of_fd(fd, &key))
		return -1;
	r = zong_pool_probe(work->pool, fd, media, &arena, NULL, NULL, &probe, &err);
	if (r) {
		fprintf(stderr, "%s: %s %s\n", path, zong_error_slug(r), err.subject);
		zong_arena_release(&arena);
		return -1;
	}
	for (page = 1; page <= probe.pages; page++) {
		struct job *grown = realloc(work->job, (work->jobs + 1) * sizeof(*grown));

		if (!grown)
			return -1;
		work->job = grown;
		work->job[work->jobs++] = (struct job){fd, media, key, page};
	}
	zong_arena_release(&arena);
	return 0;
}

static int by_pool(const struct options *options, struct zong_pool *pool)
{
	struct work work = {.pool = pool, .mutex = PTHREAD_MUTEX_INITIALIZER};
	pthread_t threads[64];
	unsigned int i, n = options->workers < 64 ? options->workers : 64;
	double start, took;
	int file;

	for (i = 0; i < options->repeat; i++)
		for (file = 0; file < options->count; file++)
			if (add_jobs(&work, options->files[file]))
				return 1;
	start = now();
	for (i = 0; i < n; i++)
		if (pthread_create(&threads[i], NULL, read_jobs, &work) != 0)
			return 1;
	for (i = 0; i < n; i++)
		pthread_join(threads[i], NULL);
	took = now() - start;
	printf("pool_pages_per_second %.4f pages %zu seconds %.3f workers %u\n",
		(double)work.jobs / took, work.jobs, took, n);
	free(work.job);
	return work.failed ? 1 : 0;
}

/* -- by Tesseract itself -- */

static TessBaseAPI *stock_engine(void)
{
	TessBaseAPI *api = TessBaseAPICreate();

	if (!api || TessBaseAPIInit3(api, NULL, "chi_sim") != 0)
		return NULL;
	TessBaseAPISetPageSegMode(api, PSM_AUTO);
	return api;
}

/* What the tesseract command does with one image, and nothing else. */
static char *stock_text(TessBaseAPI *api, PIX *pix)
{
	TessBaseAPISetImage2(api, pix);
	return TessBaseAPIGetUTF8Text(api);
}

static int stock_child(const struct options *options, unsigned int child, int start)
{
	TessBaseAPI *api = stock_engine();
	unsigned int turn = 0, i;
	uint32_t pages = 0;
	char go;
	int file;

	if (!api || read(start, &go, 1) != 1)
		return -1;
	for (i = 0; i < options->repeat; i++) {
		for (file = 0; file < options->count; file++) {
			PIXA *pixa = strstr(options->files[file], ".tif")
					     ? pixaReadMultipageTiff(options->files[file])
					     : pixaCreate(1);
			int page;

			if (!strstr(options->files[file], ".tif"))
				pixaAddPix(pixa, pixRead(options->files[file]), L_INSERT);
			for (page = 0; page < pixaGetCount(pixa); page++) {
				PIX *pix;

				if (turn++ % options->workers != child)
					continue;
				pix = pixaGetPix(pixa, page, L_CLONE);
				TessDeleteText(stock_text(api, pix));
				pixDestroy(&pix);
				pages++;
			}
			pixaDestroy(&pixa);
		}
	}
	return (int)pages;
}

/* OpenMP looks at its environment once, when the program is loaded. */
static void without_threads(char **argv)
{
	const char *limit = getenv("OMP_THREAD_LIMIT");

	if (limit && strcmp(limit, "1") == 0)
		return;
	setenv("OMP_THREAD_LIMIT", "1", 1);
	execv("/proc/self/exe", argv);
}

static int in_process(const struct options *options)
{
	int start[2], done[2];
	unsigned int i;
	uint32_t all = 0;
	double begin, took;

	if (pipe(start) != 0 || pipe(done) != 0)
		return 1;
	for (i = 0; i < options->workers; i++) {
		if (fork() == 0) {
			int pages = stock_child(options, i, start[0]);
			ssize_t n = write(done[1], &pages, sizeof(pages));

			_exit(n == sizeof(pages) && pages >= 0 ? 0 : 1);
		}
	}
	/* The models are loaded before the clock starts, as they are in the pool. */
	sleep(1);
	begin = now();
	for (i = 0; i < options->workers; i++)
		if (write(start[1], "g", 1) != 1)
			return 1;
	for (i = 0; i < options->workers; i++) {
		int pages;

		if (read(done[0], &pages, sizeof(pages)) != sizeof(pages) || pages < 0)
			return 1;
		all += (uint32_t)pages;
	}
	took = now() - begin;
	while (wait(NULL) > 0)
		;
	printf("inprocess_pages_per_second %.4f pages %u seconds %.3f workers %u\n", all / took,
		all, took, options->workers);
	return 0;
}

/* -- what is read -- */

static int pool_text(struct zong_pool *pool, const char *path, struct zong_buf *text)
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
		double start = now();

		r = zong_pool_read(
			pool, &key, fd, bench_media_of(fd), page, NULL, &arena, &reading, &err);
		if (r)
			break;
		zong_buf_add_format(text,
			"== %s page %u: %ux%u source %d confidence %.3f %s [%s] %.2f s\n", path,
			page, reading.width, reading.height, reading.source,
			(double)reading.confidence, reading.engine, reading.steps, now() - start);
		bench_add_text(text, &reading);
	}
	zong_arena_release(&arena);
	if (r != ZONG_EPAGENO)
		fprintf(stderr, "%s: %s %s\n", path, zong_error_slug(r), err.subject);
	return r == ZONG_EPAGENO ? 0 : r;
}

static int show_text(const struct options *options, struct zong_pool *pool)
{
	int i, r = 0;

	for (i = 0; i < options->count; i++) {
		struct zong_buf text = ZONG_BUF_INIT(TEXT_MAX);

		r |= pool_text(pool, options->files[i], &text);
		fputs(zong_buf_str(&text), stdout);
		zong_buf_release(&text);
	}
	return r ? 1 : 0;
}

static int show_probe(const struct options *options, struct zong_pool *pool)
{
	int i, bad = 0;

	for (i = 0; i < options->count; i++) {
		_cleanup_close_ int fd = open(options->files[i], O_RDONLY | O_CLOEXEC);
		struct zong_arena arena = ZONG_ARENA_INIT;
		struct zong_err err = {0};
		struct zong_probe probe;
		uint32_t page;
		int r = fd < 0 ? ZONG_ENOENT
			       : zong_pool_probe(pool, fd, bench_media_of(fd), &arena, NULL, NULL,
					 &probe, &err);

		if (r) {
			printf("%s: %s %s\n", options->files[i], zong_error_slug(r), err.subject);
			bad++;
		}
		for (page = 0; !r && page < probe.pages; page++) {
			const struct zong_probe_page *p = &probe.page[page];
			char digest[ZONG_DIGEST_TEXT];

			zong_digest_format(&p->raster, digest);
			printf("%s page %u: %s %ux%u %gx%g dpi colour %d bits %u%s%s %.19s\n",
				options->files[i], page + 1,
				p->err ? zong_error_slug(p->err) : "ok", p->width, p->height,
				(double)p->dpi_x, (double)p->dpi_y, p->colour, p->bits,
				p->text_layer ? " text" : "", p->blank ? " blank" : "", digest);
		}
		zong_arena_release(&arena);
	}
	return bad ? 1 : 0;
}

static int parse(int argc, char **argv, struct options *options)
{
	int i;

	for (i = 1; i < argc && argv[i][0] == '-'; i++) {
		if (strcmp(argv[i], "--inprocess") == 0)
			options->in_process = true;
		else if (strcmp(argv[i], "--text") == 0)
			options->text = true;
		else if (strcmp(argv[i], "--probe") == 0)
			options->probe = true;
		else if (i + 1 == argc)
			return -1;
		else if (strcmp(argv[i], "--worker") == 0)
			options->worker = argv[++i];
		else if (strcmp(argv[i], "--workers") == 0)
			options->workers = (unsigned int)strtoul(argv[++i], NULL, 10);
		else if (strcmp(argv[i], "--repeat") == 0)
			options->repeat = (unsigned int)strtoul(argv[++i], NULL, 10);
		else
			return -1;
	}
	options->files = argv + i;
	options->count = argc - i;
	return options->workers && options->count > 0 ? 0 : -1;
}

int main(int argc, char **argv)
{
	struct options options = {.worker = "./zong-ocr", .workers = 2, .repeat = 1};
	struct zong_pool_options pool_options = {0};
	struct zong_pool *pool = NULL;
	struct zong_err err = {0};
	int status;

	setMsgSeverity(L_SEVERITY_ERROR);
	if (parse(argc, argv, &options)) {
		fprintf(stderr, "usage: bench_ocr [--worker PROGRAM] [--workers N] [--repeat N] "
				"[--inprocess | --text | --probe] [FILE...]\n");
		return 2;
	}
	if (options.in_process) {
		without_threads(argv);
		return in_process(&options);
	}
	pool_options.worker = options.worker;
	pool_options.workers = options.workers;
	if (zong_pool_start(&pool_options, &pool, &err)) {
		fprintf(stderr, "%s: %s\n", zong_error_slug(err.code), err.subject);
		return 1;
	}
	if (options.probe)
		status = show_probe(&options, pool);
	else if (options.text)
		status = show_text(&options, pool);
	else
		status = by_pool(&options, pool);
	zong_pool_stop(pool);
	return status;
}
