/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fills an archive with small materials that go to departments, through the change that the server makes:
 *
 *	bench_push ARCHIVE FIRST MATERIALS DEPARTMENT...
 *
 * Materials are numbered from FIRST on, ten to a case, one blank page each; each goes to every department named, which must be there. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "filing.h"
#include "inside.h"
#include "scale.h"

#define CASE_MATERIALS 10
#define BATCH 500 /* materials in one commit */
#define BYTES 300

struct filling {
	struct zong_archive *archive;
	struct zong_subject who;
	char **department;
	size_t departments;
	uint64_t first; /* material of the batch */
	size_t count;
	struct zong_ingest *ingest[BATCH];
};

static int file_material(struct zong_txn *txn, struct filling *filling, size_t at, const char *no)
{
	static char type[] = "登记材料";
	Zong__FilePage page = ZONG__FILE_PAGE__INIT, *pages[] = {&page};
	Zong__Material draft = ZONG__MATERIAL__INIT;
	Zong__File file = ZONG__FILE__INIT;
	struct zong_digest raster = {{0}};
	struct zong_filing filing = {.who = &filling->who,
		.draft = &draft,
		.file = &file,
		.ingest = filling->ingest[at]};
	char name[40];
	int r;

	page.width = 2480;
	page.height = 3508;
	page.dpi_x = page.dpi_y = 300;
	page.colour = page.bits = 1;
	page.blank = true;
	page.raster.data = raster.bytes;
	page.raster.len = sizeof(raster.bytes);
	file.media = ZONG_MEDIA_TIFF;
	file.n_pages = 1;
	file.pages = pages;
	snprintf(name, sizeof(name), "scan%08llu.tif", (unsigned long long)(filling->first + at));
	draft.case_no = (char *)(uintptr_t)no;
	draft.type = draft.title = type;
	draft.file_name = name;
	draft.receivers = filling->department;
	draft.n_receivers = filling->departments;
	r = zong_filing_change(txn, &filing);
	zong_filing_release(&filing);
	return r;
}

static int put_batch(struct zong_txn *txn, void *ctx)
{
	struct filling *filling = ctx;
	char no[SCALE_TEXT] = "";
	int r = 0;

	for (size_t i = 0; !r && i < filling->count; i++) {
		if (i % CASE_MATERIALS == 0) {
			scale_case_no((filling->first + i) / CASE_MATERIALS, no);
			r = scale_open_case(txn, filling->archive, &filling->who, no);
		}
		if (!r)
			r = file_material(txn, filling, i, no);
	}
	return r;
}

int main(int argc, char **argv)
{
	struct zong_archive_options options = {.paused = true};
	struct filling filling = {.who = {.role = ZONG_ROLE_ARCHIVIST, .key = "token:bench"}};
	uint64_t until;

	if (argc < 5) {
		fprintf(stderr, "bench_push ARCHIVE FIRST MATERIALS DEPARTMENT...\n");
		return 2;
	}
	filling.first = strtoull(argv[2], NULL, 10);
	until = filling.first + strtoull(argv[3], NULL, 10);
	filling.department = argv + 4;
	filling.departments = (size_t)argc - 4;
	bench_must(zong_archive_open(argv[1], &options, &filling.archive, NULL), argv[1]);
	while (filling.first < until) {
		filling.count =
			until - filling.first < BATCH ? (size_t)(until - filling.first) : BATCH;
		scale_take_in(filling.archive, filling.first, filling.count, BYTES, filling.ingest);
		bench_must(zong_store_write(filling.archive->store, put_batch, &filling), "filing");
		for (size_t i = 0; i < filling.count; i++)
			zong_ingest_free(filling.ingest[i]);
		filling.first += filling.count;
	}
	zong_archive_close(filling.archive);
	return 0;
}
