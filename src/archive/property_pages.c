/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include <zong/arena.h>
#include <zong/retention.h>

#include "filecache.h"
#include "property.h"

/* Can the pages be decoded. Either they are decoded now, in a worker, and their pixels are those of when they came in; or that they were
 * decoded then counts, since the same bytes have the same pixels. */

static void page_fault(struct zong_property_run *run, const struct zong_property_paper *paper,
	size_t page, const char *why, const char *detail)
{
	zong_property_fault(run, ZONG_PROPERTY_READABLE,
		&(struct zong_property_fault){.object = paper->object,
			.page = (uint32_t)page + 1,
			.name = zong_property_paper_name(paper),
			.why = why,
			.detail = detail});
}

static void not_looked(struct zong_property_run *run, const struct zong_property_paper *paper,
	const char *why, const char *detail)
{
	zong_property_fault(run, ZONG_PROPERTY_READABLE,
		&(struct zong_property_fault){.object = paper->object,
			.name = zong_property_paper_name(paper),
			.why = why,
			.detail = detail,
			.not_run = true});
}

/* ---- as it was when it came in ---- */

static void look_then(struct zong_property_run *run, const struct zong_property_paper *paper)
{
	for (size_t i = 0; i < paper->file->n_pages; i++) {
		const Zong__FilePage *page = paper->file->pages[i];

		zong_property_looked(run, ZONG_PROPERTY_READABLE, 1);
		if (page->err)
			page_fault(run, paper, i, "page-damaged", zong_error_slug(page->err));
	}
}

static void say_when(struct zong_property_run *run)
{
	char first[ZONG_DAY_TEXT], last[ZONG_DAY_TEXT], detail[2 * ZONG_DAY_TEXT + 8];
	int64_t from = INT64_MAX, to = 0;

	for (size_t i = 0; i < run->papers; i++) {
		const Zong__File *file = run->paper[i].file;

		if (file && file->stored < from)
			from = file->stored;
		if (file && file->stored > to)
			to = file->stored;
	}
	if (!run->item[ZONG_PROPERTY_READABLE]->looked)
		return;
	zong_day_format(zong_day_of(from), first);
	zong_day_format(zong_day_of(to), last);
	snprintf(detail, sizeof(detail), "%s%s%s", first, strcmp(first, last) ? " … " : "",
		strcmp(first, last) ? last : "");
	zong_property_say(run, ZONG_PROPERTY_READABLE, "decoded-then", detail);
}

/* ---- now ---- */

static int on_probe(void *ctx, uint32_t done, uint32_t pages)
{
	const struct zong_property_run *run = ctx;

	(void)done;
	(void)pages;
	return run->stop && atomic_load(run->stop);
}

static void compare(struct zong_property_run *run, const struct zong_property_paper *paper,
	const struct zong_probe *probe)
{
	char detail[48];

	snprintf(detail, sizeof(detail), "%u/%zu", probe->pages, paper->file->n_pages);
	if (probe->pages != paper->file->n_pages)
		zong_property_fault_of(
			run, ZONG_PROPERTY_READABLE, paper, "pages", "pages-differ", detail);
	for (size_t i = 0; i < probe->pages && i < paper->file->n_pages; i++) {
		const Zong__FilePage *row = paper->file->pages[i];
		const struct zong_probe_page *page = &probe->page[i];
		struct zong_digest digest;

		zong_property_looked(run, ZONG_PROPERTY_READABLE, 1);
		if (page->err)
			page_fault(run, paper, i, "page-damaged", zong_error_slug(page->err));
		else if (!row->err && (!zong_row_digest(&row->raster, &digest) ||
					      !zong_digest_equal(&digest, &page->raster)))
			page_fault(run, paper, i, "raster-differs", NULL);
	}
}

/* Not the file's fault: a worker that is not there, or was taken away. */
static bool is_ours(int err)
{
	return err == ZONG_EWORKER || err == ZONG_EWORKER_MEMORY || err == ZONG_EWORKER_TIMEOUT ||
	       err == ZONG_ENOTREADY || err == ZONG_EIO || err == ZONG_ENOSPC;
}

static int look_now(struct zong_property_run *run, const struct zong_property_paper *paper)
{
	_cleanup_(zong_arena_release) struct zong_arena arena = ZONG_ARENA_INIT;
	const struct zong_filecache_file *file;
	struct zong_probe probe;
	int err = zong_filecache_take(run->archive->files, &paper->digest, &file);

	if (!err) {
		err = zong_pool_probe(run->archive->pool, file->fd, file->media, &arena, on_probe,
			run, &probe, NULL);
		zong_filecache_give(run->archive->files, file);
	}
	if (err == ZONG_ECANCELLED || err == ZONG_ENOMEM)
		return err;
	if (err && is_ours(err))
		not_looked(run, paper, "not-probed", zong_error_slug(err));
	else if (err)
		zong_property_fault_of(run, ZONG_PROPERTY_READABLE, paper, "file", "unreadable",
			zong_error_slug(err));
	else
		compare(run, paper, &probe);
	return 0;
}

void zong_property_look_pages(struct zong_property_run *run)
{
	bool decode = run->order->decode;
	int err = 0;

	if (decode && !run->archive->pool) {
		zong_property_say(run, ZONG_PROPERTY_READABLE, "no-worker", NULL);
		return;
	}
	for (size_t i = 0; i < run->papers && !err; i++) {
		const struct zong_property_paper *paper = &run->paper[i];

		if (!paper->file || run->paper[paper->same].read)
			not_looked(run, paper, "content-damaged", NULL);
		else if (paper->same != i)
			continue; /* the same file under another name */
		else if (decode)
			err = look_now(run, paper);
		else
			look_then(run, paper);
	}
	if (err && !run->err)
		run->err = err;
	if (!decode)
		say_when(run);
	else if (run->item[ZONG_PROPERTY_READABLE]->looked)
		zong_property_say(run, ZONG_PROPERTY_READABLE, "decoded-now", NULL);
}
