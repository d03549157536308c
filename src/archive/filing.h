/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_FILING_H
#define ZONG_ARCHIVE_FILING_H

/* The one change in which a file that was taken in becomes part of the archive: recipe, file,
 * pages, reading jobs, material, its index rows, deliveries and the log line. Either all of it is
 * on the disk or nothing. */

#include <zong/material.h>
#include <zong/reading.h>
#include <zong/store.h>

struct zong_catalogues;
struct zong_judge;

struct zong_filing {
	const struct zong_subject *who;
	const Zong__Material *draft; /* what was entered: case_no, type, title, scope, units (none:
				      * the case's), file_name, receivers, only, media */
	const struct zong_judge *judge; /* for the review list; NULL: left alone */
	struct zong_catalogues *catalogues; /* by which it goes to further departments; NULL: to none */
	const Zong__File *file;		/* as probed; NULL where the catalog was seen to have it */
	const struct zong_probe *probe; /* with file: what its pages look like; or NULL */
	struct zong_ingest *ingest;
	const struct zong_digest *sm3; /* of a file that the catalog has, for its row if that has none; or NULL */
	bool bulk; /* its pages are read after those that somebody waits for */
	/* Handed out; made anew by each run of the change. */
	Zong__Material *wanted; /* the draft, and what the catalogue says of it */
	Zong__Material *material;
	Zong__File *stored; /* the file's row as it is in the catalog */
	uint64_t bytes_new, bytes_shared;
	bool again;
	char missing[ZONG_LIMIT_DEPARTMENT_ID + 1]; /* with ZONG_ENODEPARTMENT */
};

/* A zong_store_change; @ctx is a struct zong_filing. 0, ZONG_ENOCASE, ZONG_ENODEPARTMENT and those
 * of the store; ZONG_ENOENT: the file was known and was destroyed meanwhile, look at it anew. */
int zong_filing_change(struct zong_txn *txn, void *ctx);
/* The part of it that puts recipe and rows of the file, for one that many materials come out of. */
int zong_filing_put_file(struct zong_txn *txn, struct zong_filing *filing);
/* Was it a worker's death, and not the file, why this page could not be decoded? Then the same file, handed in
 * again, is looked at again, and what decodes now is put under every material that has it. */
bool zong_filing_page_may_heal(const Zong__FilePage *page);
void zong_filing_release(struct zong_filing *filing); /* what was handed out */

/* The material @id of the case, which a new version may take the place of. ZONG_EREPLACES (there is none in this case, or
 * it was destroyed), ZONG_EREPLACED (it has a newer version already). */
int zong_filing_check_replaced(struct zong_txn *txn, const struct zong_id *id, const char *case_no,
	Zong__Material **ret_old);

#endif
