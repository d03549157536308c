/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One upload as the server does it once the bytes have come and the pages are known: spool file, digest,
 * segments, and all the rows of a material in one change. */
#include <stdio.h>
#include <unistd.h>

#include <zong/file.h>
#include <zong/identity.h>

#include "bench_store.h"
#include "filing.h"
#include "opening.h"

static void subject(struct zong_subject *ret_who)
{
	*ret_who = (struct zong_subject){.role = ZONG_ROLE_ARCHIVIST, .key = "token:bench"};
}

void bench_upload_case(struct zong_store *store)
{
	static char unit[] = "370799001001GB00001F00010001", no[] = BENCH_CASE;
	char *units[] = {unit};
	Zong__Case cas = ZONG__CASE__INIT;
	struct zong_subject who;
	struct zong_judge judge = {.confidence = 60};
	struct zong_opening opening = {.who = &who, .judge = &judge, .entry = &cas};

	subject(&who);
	cas.no = no;
	cas.n_units = 1;
	cas.units = units;
	bench_must(zong_store_write(store, zong_opening_change, &opening), "case");
	zong_opening_release(&opening);
}

/* What is received goes into a spool file and through the digest while it comes. */
static int spool(struct zong_store *store, const uint8_t *bytes, size_t len, int *ret_fd,
	struct zong_digest *ret_digest)
{
	char path[BENCH_PATH];
	int r;

	snprintf(path, sizeof(path), "%s/spool", zong_store_dir(store));
	r = zong_file_spool(path, ret_fd);
	if (!r)
		r = zong_file_write_all(*ret_fd, bytes, len);
	if (!r)
		zong_digest_of(bytes, len, ret_digest);
	return r;
}

/* One page that was never seen before. */
static void describe(
	Zong__File *file, Zong__FilePage *page, Zong__FilePage **pages, struct zong_digest *raster)
{
	zong__file__init(file);
	zong__file_page__init(page);
	page->width = 2480;
	page->height = 3508;
	page->dpi_x = page->dpi_y = 300;
	page->bits = 1;
	page->raster.data = raster->bytes;
	page->raster.len = sizeof(raster->bytes);
	pages[0] = page;
	file->media = ZONG_MEDIA_TIFF;
	file->n_pages = 1;
	file->pages = pages;
}

int bench_upload_one(
	struct zong_store *store, const char *case_no, const uint8_t *bytes, size_t len)
{
	struct zong_subject who;
	Zong__Material draft = ZONG__MATERIAL__INIT;
	struct zong_filing filing = {.who = &who, .draft = &draft};
	struct zong_digest digest, raster;
	Zong__FilePage page, *pages[1];
	char title[] = "房屋买卖合同";
	Zong__File file;
	int fd = -1;
	int r;

	subject(&who);
	draft.case_no = (char *)(uintptr_t)case_no;
	draft.type = draft.title = title;
	r = spool(store, bytes, len, &fd, &digest);
	if (r)
		return r;
	zong_digest_of(digest.bytes, sizeof(digest.bytes), &raster);
	describe(&file, &page, pages, &raster);
	filing.file = &file;
	r = zong_ingest_begin(store, fd, len, ZONG_MEDIA_TIFF, &digest, NULL, NULL, &filing.ingest);
	if (!r)
		r = zong_store_write_file(store, filing.ingest, zong_filing_change, &filing);
	zong_filing_release(&filing);
	zong_ingest_free(filing.ingest);
	close(fd);
	return r;
}
