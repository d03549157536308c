/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <zong/error.h>
#include <zong/file.h>
#include <zong/limits.h>

#include "cut.h"

/* A finder that jumps about (TIFF directories, PNG chunks) may read this much, and an eighth of the
 * file on top. A small read counts as READ_COST, so that loops end too. */
#define BUDGET (UINT64_C(64) << 20)
#define READ_COST 512

bool zong_cut_read(struct zong_cut_runs *runs, uint64_t offset, void *ret_bytes, size_t len)
{
	const struct zong_cut_source *source = runs->source;
	uint64_t cost = len > READ_COST ? len : READ_COST;

	if (offset > source->len || len > source->len - offset)
		return false;
	if (cost > runs->budget) {
		runs->budget = 0;
		return false;
	}
	runs->budget -= cost;
	if (!source->bytes)
		return zong_file_read_at(source->fd, ret_bytes, len, offset) == 0;
	memcpy(ret_bytes, source->bytes + offset, len);
	return true;
}

void zong_cut_add(struct zong_cut_runs *runs, uint64_t start, uint64_t end)
{
	struct zong_cut_run *grown;
	size_t cap;

	if (end > runs->source->len || start >= end || end - start < ZONG_SEGMENT_RUN)
		return;
	if (runs->count >= ZONG_LIMIT_RUNS || runs->no_memory)
		return;
	if (runs->count == runs->cap) {
		cap = runs->cap ? runs->cap * 2 : 16;
		grown = reallocarray(runs->runs, cap, sizeof(*grown));
		if (!grown) {
			runs->no_memory = true;
			return;
		}
		runs->runs = grown;
		runs->cap = cap;
	}
	runs->runs[runs->count].start = start;
	runs->runs[runs->count].end = end;
	runs->count++;
}

static int by_place(const void *a, const void *b)
{
	const struct zong_cut_run *x = a;
	const struct zong_cut_run *y = b;

	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	/* Of two that begin together the longer one first. */
	return x->end > y->end ? -1 : x->end < y->end;
}

/* In order, and none over another: of two that overlap, the first one stays. */
static void arrange(struct zong_cut_runs *runs)
{
	size_t kept = 0;
	size_t i;

	if (runs->count == 0)
		return;
	qsort(runs->runs, runs->count, sizeof(*runs->runs), by_place);
	for (i = 1; i < runs->count; i++)
		if (runs->runs[i].start >= runs->runs[kept].end)
			runs->runs[++kept] = runs->runs[i];
	runs->count = kept + 1;
}

int zong_cut_open(struct zong_cut *cut, const struct zong_cut_source *source, enum zong_media media)
{
	struct zong_cut_runs *runs = &cut->found;

	memset(cut, 0, sizeof(*cut));
	cut->len = source->len;
	runs->source = source;
	runs->budget = BUDGET + source->len / 8;
	switch (media) {
	case ZONG_MEDIA_TIFF:
		zong_cut_tiff(runs);
		break;
	case ZONG_MEDIA_PDF:
		zong_cut_pdf(runs);
		break;
	case ZONG_MEDIA_PNG:
		zong_cut_png(runs);
		break;
	case ZONG_MEDIA_JPEG:
		zong_cut_add(runs, 0, source->len);
		break;
	case ZONG_MEDIA_UNKNOWN:
		break;
	}
	runs->source = NULL;
	if (runs->no_memory) {
		zong_cut_release(cut);
		return ZONG_ENOMEM;
	}
	arrange(runs);
	return 0;
}

void zong_cut_release(struct zong_cut *cut)
{
	free(cut->found.runs);
	memset(cut, 0, sizeof(*cut));
}

size_t zong_cut_next(struct zong_cut *cut, const void *bytes, size_t len)
{
	const struct zong_cut_run *run = NULL;
	uint64_t end = cut->len;
	size_t piece;

	if (cut->next < cut->found.count) {
		run = &cut->found.runs[cut->next];
		end = cut->at < run->start ? run->start : run->end;
	}
	if (len > end - cut->at)
		len = (size_t)(end - cut->at);
	if (run && cut->at == run->start && run->end - run->start <= ZONG_SEGMENT_MAX)
		piece = len;
	else
		piece = zong_fastcdc(bytes, len);
	cut->at += piece;
	if (run && cut->at == run->end)
		cut->next++;
	return piece;
}
