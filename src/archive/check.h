/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_CHECK_H
#define ZONG_ARCHIVE_CHECK_H

/* The parts of a check, for each other.
 *
 * A check goes in steps. A step is one function over one transaction: of reading in a check, a change
 * in a repair; it looks, calls zong_check_add for what it finds and, where that can be made
 * right from the same snapshot, zong_check_fix_* for how. Nothing is written while it looks; in a repair the
 * fixes are made at the end of the step, in its transaction, and only after the commit are the
 * findings handed out. So a step may run twice, and a crash leaves a repair half done and no row half
 * made. */

#include <zong/check.h>
#include <zong/vault.h>

#include "row.h"

/* ---- one check ---- */

struct zong_check_fix {
	enum zong_table table;
	struct zong_key key;
	bool remove;
	const ProtobufCMessageDescriptor *type; /* NULL: bytes as they are */
	uint8_t *bytes;				/* owned */
	size_t len;
};

/* What a row puts into derived tables. */
struct zong_check_put {
	enum zong_table table;
	struct zong_key key;
	uint8_t value[40];
	size_t len;
};
struct zong_check_puts {
	struct zong_check_put *put;
	size_t count, room;
	bool partial; /* a row that this depends on is not there: what is missing says nothing */
};

/* Names of objects ("material/ID") that are known to be gone. */
struct zong_check_names {
	void *root; /* tsearch */
	size_t count;
};
#define ZONG_CHECK_NAMES_MAX 200000

/* A segment that is not as it should be, until the files that hold it are known. */
struct zong_check_segment {
	struct zong_digest digest;
	enum zong_finding_kind kind;
	struct zong_digest *files;
	size_t file_count;
};

struct zong_check {
	const struct zong_check_options *options;
	struct zong_check_result result;
	struct zong_store *store;
	bool repair;
	struct zong_vault_key *key; /* of the vault that is checked, which lies in ->dir */
	char *dir;
	bool stopped; /* found or progress said so */
	enum zong_check_part part;

	/* the step under way */
	struct zong_finding *found;
	size_t found_count, found_room;
	struct zong_check_fix *fixes;
	size_t fix_count, fix_room;

	/* learnt on the way */
	struct zong_check_names
		lost; /* objects that the log says were made, and deliveries likewise */
	struct zong_check_names
		absent; /* "delivery/MATERIAL/DEPARTMENT": not filed; perhaps its index entry alone */
	struct zong_check_segment *segments;
	size_t segment_count;
	bool taken_away; /* something was destroyed by the rules: numbers may lead to what is gone */
	unsigned int scans; /* of whole tables for one row: few are allowed */

	/* the index being walked, and what the last owner of its entries puts, by its name */
	enum zong_table walked;
	char owner[ZONG_FINDING_OBJECT];
	struct zong_check_puts owner_puts;
	int owner_state;

	/* fixes made, by table, for the record */
	uint64_t put[ZONG_TABLE_COUNT_], taken[ZONG_TABLE_COUNT_];
};

/* ---- check_step.c ---- */

typedef int zong_check_step(struct zong_check *check, struct zong_txn *txn, void *ctx);
int zong_check_run_step(struct zong_check *check, zong_check_step *step, void *ctx);

/* Every row of a table, a step for each few thousand of them. @row: 0 to go on. Rows whose checksum is wrong
 * come with @sound false. */
typedef int zong_check_row(
	struct zong_check *check, struct zong_txn *txn, const struct zong_iter *iter, bool sound);
int zong_check_table(struct zong_check *check, enum zong_table table, zong_check_row *row);

/* Within a step. The finding is filled further by the caller; it stays until the step ends. NULL: no memory (the step
 * then fails by itself). */
struct zong_finding *zong_check_add(struct zong_check *check, enum zong_finding_kind kind,
	const char *table, const char *format, ...) __attribute__((format(printf, 4, 5)));
void zong_check_detail(struct zong_finding *finding, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Also mark @finding (may be NULL) as derived and, in a repair, as repaired. */
void zong_check_fix_put(struct zong_check *check, struct zong_finding *finding,
	enum zong_table table, const struct zong_key *key, const void *bytes, size_t len);
void zong_check_fix_row(struct zong_check *check, struct zong_finding *finding,
	enum zong_table table, const struct zong_key *key, const ProtobufCMessage *row);
void zong_check_fix_delete(struct zong_check *check, struct zong_finding *finding,
	enum zong_table table, const struct zong_key *key);

/* A row that cannot be read, or stands under another key than its own. */
int zong_check_damaged(struct zong_check *check, const char *table, const struct zong_iter *iter);
/* @what/@name is missing in @table, unless that was told with the log. */
int zong_check_gone(
	struct zong_check *check, const char *table, const char *what, const char *name);
/* A sink for zong_txn_capture: each index row that @owner would put has to be there. ctx is a zong_check_wanting. */
struct zong_check_wanting {
	struct zong_check *check;
	struct zong_txn *txn;
	char owner[ZONG_FINDING_OBJECT]; /* "volume/NO" */
};
int zong_check_wanted(void *ctx, enum zong_table table, const struct zong_key *key,
	const void *value, size_t len);

/* Who is affected. */
void zong_check_affects_material(struct zong_check *check, struct zong_txn *txn,
	struct zong_finding *finding, const struct zong_id *id);
void zong_check_affects_file(struct zong_check *check, struct zong_txn *txn,
	struct zong_finding *finding, const struct zong_digest *file);
void zong_check_affects_raster(struct zong_check *check, struct zong_txn *txn,
	struct zong_finding *finding, const struct zong_digest *raster);
void zong_check_affects_case(struct zong_check *check, struct zong_txn *txn,
	struct zong_finding *finding, const char *case_no);

/* A row that may be damaged, which the transaction does not hold against us. 0, ZONG_ENOENT, ZONG_ECORRUPT, or an error that
 * ends the check. */
int zong_check_get(struct zong_txn *txn, enum zong_table table, const struct zong_key *key,
	const ProtobufCMessageDescriptor *type, ProtobufCMessage **ret_row);
void zong_check_enter(struct zong_check *check, enum zong_check_part part);
int zong_check_progress(struct zong_check *check, uint64_t done, uint64_t total);
/* A key as a person can read it: text as it is, the rest as hex. */
void zong_check_key_text(const struct zong_key_view *key, char *ret_text, size_t size);
void zong_check_emit(struct zong_check *check,
	struct zong_finding *finding); /* outside of a step; releases it */
void zong_check_step_release(struct zong_check *check);

/* ---- check_names.c ---- */
int zong_check_names_add(struct zong_check_names *names, const char *name);
bool zong_check_names_has(const struct zong_check_names *names, const char *name);
void zong_check_names_remove(struct zong_check_names *names, const char *name);
void zong_check_names_each(
	const struct zong_check_names *names, void (*each)(const char *name, void *ctx), void *ctx);
void zong_check_names_release(struct zong_check_names *names);

/* ---- check_expect.c: what a row puts ---- */
void zong_check_puts_clear(struct zong_check_puts *puts);
void zong_check_puts_release(struct zong_check_puts *puts);
const struct zong_check_put *zong_check_puts_find(
	const struct zong_check_puts *puts, enum zong_table table, const struct zong_key_view *key);
int zong_check_expect_case(
	struct zong_txn *txn, const Zong__Case *cas, struct zong_check_puts *puts);
int zong_check_expect_material(
	struct zong_txn *txn, const Zong__Material *material, struct zong_check_puts *puts);
int zong_check_expect_reading(struct zong_txn *txn, const struct zong_digest *raster,
	const Zong__Reading *reading, struct zong_check_puts *puts);
int zong_check_expect_delivery(
	struct zong_txn *txn, const Zong__Delivery *delivery, struct zong_check_puts *puts);
int zong_check_expect_job(struct zong_txn *txn, const Zong__Job *job, struct zong_check_puts *puts);
/* Compares: a finding for each that is not there as expected, and its fix. @object names the row. */
int zong_check_compare(struct zong_check *check, struct zong_txn *txn,
	const struct zong_check_puts *puts, const char *object);

/* ---- the parts ---- */
int zong_check_log(struct zong_check *check);	  /* check_log.c */
int zong_check_bulk(struct zong_check *check);	  /* check_bytes.c */
int zong_check_recipes(struct zong_check *check); /* check_rows.c */
int zong_check_cases(struct zong_check *check);
int zong_check_materials(struct zong_check *check);
int zong_check_file_rows(struct zong_check *check);
int zong_check_departments(struct zong_check *check);
int zong_check_deliveries(struct zong_check *check);
int zong_check_tokens(struct zong_check *check);
int zong_check_users(struct zong_check *check);
int zong_check_others(struct zong_check *check);
int zong_check_jobs(struct zong_check *check); /* check_pages.c */
int zong_check_rasters(struct zong_check *check);
int zong_check_readings(struct zong_check *check);
/* The row of a page's pixels, from all that speaks of them. 0, ZONG_ENOENT (no page has them). Freed by the caller. */
int zong_check_build_raster(struct zong_txn *txn, const struct zong_digest *raster,
	const struct zong_digest *file, uint32_t page, Zong__Raster **ret_row);
int zong_check_reviews(struct zong_check *check);   /* check_review.c */
int zong_check_units(struct zong_check *check);	    /* check_units.c */
int zong_check_links(struct zong_check *check);	    /* check_links.c */
int zong_check_originals(struct zong_check *check); /* check_originals.c */
int zong_check_handovers(struct zong_check *check); /* check_handovers.c */
int zong_check_volumes(struct zong_check *check);   /* check_volumes.c */
int zong_check_queries(struct zong_check *check);   /* check_queries.c */
int zong_check_catalogues(struct zong_check *check); /* check_catalogues.c */
int zong_check_properties(struct zong_check *check); /* check_properties.c */
int zong_check_log_tree(struct zong_check *check);  /* check_log_tree.c */
int zong_check_indexes(struct zong_check *check);   /* check_indexes.c */
int zong_check_changes(struct zong_check *check);   /* check_changes.c */
int zong_check_counters(struct zong_check *check);  /* check_counters.c */
int zong_check_textindex(struct zong_check *check); /* check_textindex.c */
/* check_vaults.c: the vaults of the archive at @dir, from outside. */
int zong_check_vaults(struct zong_check *check, const char *dir);
/* The key and the folder of options->vault into the check. */
int zong_check_vault_open(struct zong_check *check, const char *dir, struct zong_err *err);

#endif
