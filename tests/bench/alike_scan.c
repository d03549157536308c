/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <zong/arena.h>
#include <zong/cleanup.h>
#include <zong/error.h>
#include <zong/media.h>
#include <zong/time.h>

#include "bench_alike.h"
#include "clean.h"
#include "decode.h"
#include "field.h"
#include "read.h"
#include "reading_row.h"

#define DPI 300.0

const struct rescan alike_ways[] = {
	{"first scan", 0.3, 2, 300, 0, 1, 12, 5, 0, 0},
	{"re-compressed, JPEG 25", 0, 0, 300, 0, 1, 12, 5, 25, 0},
	{"turned by up to 3 degrees", 3, 3, 300, 0, 1, 12, 5, 0, 0},
	{"darker", 0.3, 2, 300, 0, 0.6, 12, 5, 0, 0},
	{"lighter and soft, JPEG 60", 0.3, 4, 300, 1, 1.5, 20, 10, 60, 0},
	{"bilevel", 0.3, 3, 300, 0, 1, 10, 5, 0, 150},
	{"bilevel, thin and noisy, turned", 1.2, 3, 300, 0, 1, 40, 60, 0, 135},
	{"bilevel at 200 dpi, shifted", 0.7, 5, 200, 0, 1, 20, 20, 0, 165},
	{"dark at 200 dpi, JPEG 30, turned", 2, 4, 200, 0, 0.8, 40, 40, 30, 0},
	{"bilevel at 240 dpi, soft, thick", 1, 4, 240, 1, 1, 15, 10, 0, 175},
	{"dark at 150 dpi, JPEG 90", 1.5, 5, 150, 0, 0.7, 10, 5, 90, 0},
};
const unsigned int alike_way_count = sizeof(alike_ways) / sizeof(alike_ways[0]);

struct header {
	uint64_t any, packed, reading;
	int64_t survey_time, blank_time;
};

void alike_check(int err, const char *what)
{
	if (!err)
		return;
	fprintf(stderr, "bench_alike: %s: %s\n", what, zong_error_slug(err));
	exit(1);
}

const char *alike_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static void load(const char *path, struct zong_raster *ret_sheet)
{
	const struct zong_decoder *decoder = zong_decoder_of(ZONG_MEDIA_TIFF);
	struct zong_page page = ZONG_PAGE_INIT;
	uint32_t count;
	void *state;
	int fd;

	if (alike_is_drawn(alike_name(path))) {
		alike_draw(alike_name(path), ret_sheet);
		return;
	}
	fd = open(path, O_RDONLY | O_CLOEXEC);
	alike_check(fd < 0 ? ZONG_ENOENT : 0, path);
	alike_check(decoder->open(fd, &state, &count), path);
	alike_check(decoder->page(state, 1, &page), path);
	decoder->close(state);
	close(fd);
	zong_raster_reduce(&page.raster);
	*ret_sheet = page.raster;
}

static uint64_t seed_of(const char *name, unsigned int way)
{
	uint64_t seed = UINT64_C(14695981039346656037) + way;

	for (; *name; name++)
		seed = (seed ^ (uint8_t)*name) * UINT64_C(1099511628211);
	return seed | 1;
}

static void save(
	const char *path, const struct header *header, const void *look, const void *reading)
{
	FILE *file = fopen(path, "wb");

	alike_check(file ? 0 : ZONG_EIO, path);
	alike_check(fwrite(header, sizeof(*header), 1, file) == 1 &&
				    fwrite(look, 1, header->packed, file) == header->packed &&
				    fwrite(reading, 1, header->reading, file) == header->reading &&
				    fclose(file) == 0
			    ? 0
			    : ZONG_EIO,
		path);
}

static void read_page(struct zong_reader *reader, const struct zong_raster *raster, float dpi,
	Zong__Reading **ret_row)
{
	struct zong_arena arena = ZONG_ARENA_INIT;
	struct zong_reading reading;

	alike_check(zong_reader_read(reader, raster, dpi, &arena, &reading), "reading");
	alike_check(zong_reading_row(&reading, ret_row), "reading");
	alike_check(zong_fields_find(*ret_row), "fields");
	zong_arena_release(&arena);
}

static void make(
	struct zong_reader *reader, const char *path, const struct zong_raster *raster, float dpi)
{
	static uint8_t packed[ZONG_LOOK_PACKED];
	static struct zong_look look;
	struct header header = {0};
	Zong__Reading *row;
	uint8_t *bytes;
	bool blank, any = false;
	int64_t start = zong_time_monotonic();

	alike_check(zong_clean_is_blank(raster, &blank), path);
	header.blank_time = zong_time_monotonic() - start;
	start = zong_time_monotonic();
	alike_check(zong_clean_survey(raster, dpi, &blank, &any, &look, NULL), path);
	header.survey_time = zong_time_monotonic() - start;
	header.any = any;
	header.packed = any ? zong_look_pack(&look, packed) : 0;
	read_page(reader, raster, dpi, &row);
	header.reading = zong__reading__get_packed_size(row);
	bytes = malloc(header.reading + 1);
	alike_check(bytes ? 0 : ZONG_ENOMEM, path);
	zong__reading__pack(row, bytes);
	save(path, &header, packed, bytes);
	free(bytes);
	zong__reading__free_unpacked(row, NULL);
}

static char *path_of(const char *cache, const char *sheet, unsigned int way)
{
	char *path;

	alike_check(
		asprintf(&path, "%s/%s.%u", cache, alike_name(sheet), way) < 0 ? ZONG_ENOMEM : 0,
		"memory");
	return path;
}

static void work(char *const *sheets, unsigned int count, unsigned int workers, unsigned int self,
	const char *cache)
{
	struct zong_reader *reader = NULL;

	for (unsigned int i = self; i < count; i += workers) {
		struct zong_raster sheet = ZONG_RASTER_INIT, scan;

		for (unsigned int way = 0; way < alike_way_count; way++) {
			_cleanup_free_ char *path = path_of(cache, sheets[i], way);
			uint64_t seed = seed_of(alike_name(sheets[i]), way);

			if (access(path, R_OK) == 0)
				continue;
			if (!reader)
				alike_check(zong_reader_open(&reader), "models");
			if (!sheet.data)
				load(sheets[i], &sheet);
			rescan_make(&sheet, DPI, &alike_ways[way], &seed, &scan);
			make(reader, path, &scan, (float)alike_ways[way].dpi);
			zong_raster_release(&scan);
		}
		zong_raster_release(&sheet);
	}
	zong_reader_close(reader);
}

static void restore(const char *path, struct alike_scan *scan)
{
	static uint8_t packed[ZONG_LOOK_PACKED];
	struct header header;
	FILE *file = fopen(path, "rb");
	uint8_t *bytes;

	alike_check(file && fread(&header, sizeof(header), 1, file) == 1 &&
				    header.packed <= sizeof(packed)
			    ? 0
			    : ZONG_EIO,
		path);
	bytes = malloc(header.reading + 1);
	alike_check(bytes && fread(packed, 1, header.packed, file) == header.packed &&
				    fread(bytes, 1, header.reading, file) == header.reading
			    ? 0
			    : ZONG_EIO,
		path);
	fclose(file);
	scan->any = header.any;
	scan->packed = header.packed;
	if (scan->any)
		alike_check(zong_look_unpack(packed, header.packed, &scan->look), path);
	scan->reading = zong__reading__unpack(NULL, header.reading, bytes);
	alike_check(scan->reading ? 0 : ZONG_ECORRUPT, path);
	scan->survey_time = header.survey_time;
	scan->blank_time = header.blank_time;
	free(bytes);
}

void alike_scan_all(char *const *sheets, unsigned int count, unsigned int workers,
	const char *cache, struct alike_scan **ret_scans)
{
	struct alike_scan *scans = calloc((size_t)count * alike_way_count + 1, sizeof(*scans)),
			  *scan = scans;
	int status;

	alike_check(scans ? 0 : ZONG_ENOMEM, "memory");
	for (unsigned int self = 0; self < workers; self++)
		if (fork() == 0) {
			work(sheets, count, workers, self, cache);
			_exit(0);
		}
	while (wait(&status) > 0)
		alike_check(WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : ZONG_EWORKER,
			"a worker");
	for (unsigned int i = 0; i < count; i++)
		for (unsigned int way = 0; way < alike_way_count; way++, scan++) {
			_cleanup_free_ char *path = path_of(cache, sheets[i], way);

			scan->sheet = sheets[i];
			scan->number = i;
			scan->way = way;
			restore(path, scan);
		}
	*ret_scans = scans;
}
