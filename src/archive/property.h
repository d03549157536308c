/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_PROPERTY_H
#define ZONG_ARCHIVE_PROPERTY_H

/* One run of the four properties, for the files that look at one sort of item each.
 *
 *     zong_property_gather()     rows of the case into memory, one short transaction a material
 *     zong_property_look_...()   each looks at its items; what is wrong goes to zong_property_fault()
 *     zong_property_count()      what became of each item
 *
 * An item that nobody has looked at and nobody has left out for a reason counts as not run, never as passed. Errors stick in run->err.
 * Threads: one a run. */

#include <zong/case.h>
#include <zong/catalogue.h>
#include <zong/digest.h>
#include <zong/media.h>
#include <zong/property.h>

#include <stdatomic.h>

#include "inside.h"
#include "row.h"

#define ZONG_PROPERTY_OBJECT 256

enum zong_property_sm3 {
	ZONG_PROPERTY_SM3_NONE, /* there is none to compare with */
	ZONG_PROPERTY_SM3_RIGHT,
	ZONG_PROPERTY_SM3_WRONG,
};

/* A material of the case that was not destroyed. */
struct zong_property_paper {
	Zong__Material *row;
	struct zong_id id;
	struct zong_digest digest; /* of the file; known: it is one */
	bool known;
	Zong__File *file; /* NULL: there is none, file_err says why */
	int file_err;
	bool newest; /* no later version has taken its place */
	size_t same; /* the first paper with the same file: itself, where it is that */
	char object[ZONG_ID_TEXT + 16];
	/* by property_bytes.c, of the first with the file */
	int read; /* 0: its bytes are as their digest says */
	enum zong_property_sm3 sm3;
	uint64_t bytes;
	enum zong_media media;
};

struct zong_property_run {
	struct zong_archive *archive;
	const struct zong_subject *who;
	const struct zong_property_order *order;
	const atomic_bool *stop; /* NULL, or: ends the run with ZONG_ECANCELLED */
	int64_t now;
	char case_no[ZONG_LIMIT_CASE_NO_BYTES + 1];
	char object[ZONG_PROPERTY_OBJECT]; /* "case/NO", or "material/ID" */
	bool single;			   /* of one material */
	struct zong_id material;

	Zong__Case *cas;
	struct zong_property_paper *paper;
	size_t papers;
	Zong__Material **gone; /* rows of those that were destroyed */
	size_t gones;
	Zong__Volume **volume;
	size_t volumes;

	Zong__PropertyReport *report;
	Zong__PropertyItem *item[ZONG_PROPERTY_ITEM_COUNT_]; /* of the report */
	int err;
};

/* ---- property.c ---- */

/* As zong_property_run, for the archive itself: it asks nobody's right. @who NULL: the program. @stop may be NULL. */
int zong_property_run_inside(struct zong_archive *archive, const struct zong_subject *who,
	const struct zong_property_order *order, const atomic_bool *stop,
	Zong__PropertyReport **ret_report, struct zong_err *err);

/* ---- property_item.c: what was found ---- */

/* The items of the report, all of them not run. */
int zong_property_begin(struct zong_property_run *run);
/* What became of each, and the numbers of the report. */
void zong_property_count(struct zong_property_run *run);

struct zong_property_fault {
	const char *object; /* NULL: run->object */
	uint32_t page;
	const char *name, *element, *why; /* NULL: "" */
	const char *detail;
	bool not_run; /* it could not be looked at; else it failed */
};
/* @count things of the item were looked at. */
void zong_property_looked(
	struct zong_property_run *run, enum zong_property_item item, uint32_t count);
void zong_property_fault(struct zong_property_run *run, enum zong_property_item item,
	const struct zong_property_fault *fault);
/* The same of a material. */
void zong_property_fault_of(struct zong_property_run *run, enum zong_property_item item,
	const struct zong_property_paper *paper, const char *element, const char *why,
	const char *detail);
/* The item is not run at all, or, where things were looked at, how that was. @detail may be NULL. */
void zong_property_say(struct zong_property_run *run, enum zong_property_item item, const char *why,
	const char *detail);
/* The name of the paper, for people. */
const char *zong_property_paper_name(const struct zong_property_paper *paper);

/* ---- property_gather.c ---- */
int zong_property_gather(struct zong_property_run *run);
void zong_property_release(struct zong_property_run *run);

/* ---- what looks, each in the file of its name ---- */

/* length, format, values, characters, elements, required */
void zong_property_look_rows(struct zong_property_run *run);
/* sense, number, repeated, sequence */
void zong_property_look_sense(struct zong_property_run *run);
/* linked, accessible, count, content */
void zong_property_look_links(struct zong_property_run *run);
void zong_property_look_scope(struct zong_property_run *run);
/* process, trail */
void zong_property_look_trail(struct zong_property_run *run);
/* digest, attributes, bytes, media */
void zong_property_look_bytes(struct zong_property_run *run);
/* readable */
void zong_property_look_pages(struct zong_property_run *run);
/* scanner, virus */
void zong_property_look_virus(struct zong_property_run *run);

/* ---- property_rules.c ---- */
/* The settings property-media, virus-scanner, virus-seconds. ZONG_EINVAL (err names the setting). */
int zong_property_rules_load(const struct zong_config *config,
	struct zong_property_rules *ret_rules, struct zong_err *err);

/* ---- property_row.c: rows of reports ---- */
void zong_property_key(const char *case_no, Zong__PropertyStage stage,
	const struct zong_id *material, struct zong_key *ret_key); /* @material NULL: of the case */
void zong_property_key_failed(const Zong__PropertyReport *report, struct zong_key *ret_key);
/* ZONG_ENOENT. */
int zong_property_row(struct zong_txn *txn, const char *case_no, Zong__PropertyStage stage,
	const struct zong_id *material, Zong__PropertyReport **ret_report);
/* In a change: in the place of the one before, with its index row and its line in the log, whose number goes into the row. */
int zong_property_put(
	struct zong_txn *txn, const struct zong_subject *who, Zong__PropertyReport *report);
/* The index row alone, for zong check. */
int zong_property_index(struct zong_txn *txn, const Zong__PropertyReport *report);

/* ---- property_occasion.c ---- */
/* GD of each case of a volume that was closed, where there is no report since then. What cannot be run is said in the program's log. */
void zong_property_of_volume(
	struct zong_archive *archive, const struct zong_subject *who, const Zong__Volume *volume);
/* YJ of each case on the list that does not go back. @ret_failed: those with failures, and how many items, "20261130001 (2), …"; "": none. */
struct zong_handover;
int zong_property_of_handover(struct zong_archive *archive, const struct zong_subject *who,
	const struct zong_handover *list, char ret_failed[ZONG_PROPERTY_OBJECT]);

/* ---- property_round.c: by the clock ---- */
struct zong_property_round;
/* @every: microseconds between two runs of a case; > 0. */
int zong_property_round_start(
	struct zong_archive *archive, int64_t every, struct zong_property_round **ret_round);
/* Asks it to end, without waiting: the run under way ends with ZONG_ECANCELLED where it next looks, or when the pool is cancelled. */
void zong_property_round_ask(struct zong_property_round *round);  /* NULL is fine */
void zong_property_round_stop(struct zong_property_round *round); /* NULL is fine */

#endif
