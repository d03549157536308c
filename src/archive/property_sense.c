/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/time.h>
#include <zong/volume.h>

#include "property.h"

/* Metadata beside each other: times, years, archival numbers, what is there twice, numbers with gaps. */

#define CLOCK_SLACK                                                                                \
	(5 * 60 * ZONG_SECOND) /* between the clocks of two servers that an archive lay on */

struct volume_name {
	char object[ZONG_LIMIT_ARCHIVAL_BYTES + 16];
};

static const char *name_volume(const Zong__Volume *volume, struct volume_name *name)
{
	snprintf(name->object, sizeof(name->object), "volume/%s", volume->no);
	return name->object;
}

/* ---- sense ---- */

struct moment {
	const char *object, *name, *element;
};

static void look_time(
	struct zong_property_run *run, const struct moment *moment, int64_t before, int64_t time)
{
	char detail[2 * ZONG_TIME_TEXT + 8], first[ZONG_TIME_TEXT], then[ZONG_TIME_TEXT];
	bool future = time > run->now + CLOCK_SLACK;

	zong_property_looked(run, ZONG_PROPERTY_SENSE, 1);
	if (!future && (!before || time >= before - CLOCK_SLACK))
		return;
	zong_time_format(before, first);
	zong_time_format(time, then);
	snprintf(detail, sizeof(detail), "%s%s%s", future ? "" : first, future ? "" : " > ", then);
	zong_property_fault(run, ZONG_PROPERTY_SENSE,
		&(struct zong_property_fault){.object = moment->object,
			.name = moment->name,
			.element = moment->element,
			.why = future ? "time-future" : "time-order",
			.detail = detail});
}

static void look_step(struct zong_property_run *run, const Zong__Volume *volume,
	const char *element, const Zong__Step *before, const Zong__Step *step)
{
	struct volume_name name;

	if (step)
		look_time(run, &(struct moment){name_volume(volume, &name), NULL, element},
			before ? before->time : 0, step->time);
}

static void look_times(struct zong_property_run *run)
{
	const Zong__Case *cas = run->cas;

	if (!run->single && cas->opened)
		look_time(run, &(struct moment){NULL, NULL, "opened"}, 0, cas->opened);
	for (size_t i = 0; i < run->papers; i++) {
		const struct zong_property_paper *paper = &run->paper[i];
		const char *name = zong_property_paper_name(paper);

		look_time(run, &(struct moment){paper->object, name, "received"}, cas->opened,
			paper->row->received);
		if (paper->file) /* the same file may have come before, and never after its material */
			look_time(run, &(struct moment){paper->object, name, "stored"},
				paper->file->stored, paper->row->received);
	}
	for (size_t i = 0; i < run->volumes && !run->single; i++) {
		const Zong__Volume *volume = run->volume[i];

		look_step(run, volume, "made", NULL, volume->made);
		look_step(run, volume, "closed", volume->made, volume->closed);
		look_step(run, volume, "checked", volume->closed, volume->checked);
	}
}

/* ---- archival numbers ---- */

static void number_fault(struct zong_property_run *run, enum zong_property_item item,
	const Zong__Volume *volume, const char *element, const char *why, const char *detail)
{
	struct volume_name name;

	zong_property_fault(run, item,
		&(struct zong_property_fault){.object = name_volume(volume, &name),
			.element = element,
			.why = why,
			.detail = detail,
			.not_run = strcmp(why, "foreign-number") == 0});
}

/* The elements that the row has by themselves must be those of its number. */
static void look_elements(struct zong_property_run *run, const Zong__Volume *volume,
	const struct zong_archival *parts)
{
	const struct {
		enum zong_archival_element element;
		const char *value;
	} entered[] = {
		{ZONG_ARCHIVAL_FONDS, volume->fonds},
		{ZONG_ARCHIVAL_CATEGORY, volume->category},
		{ZONG_ARCHIVAL_RETENTION, volume->retention},
		{ZONG_ARCHIVAL_OFFICE, volume->office},
		{ZONG_ARCHIVAL_LIST, volume->list},
	};
	struct zong_archival stated = *parts;
	char again[ZONG_ARCHIVAL_TEXT];

	for (size_t i = 0; i < sizeof(entered) / sizeof(entered[0]); i++)
		if (stated.part[entered[i].element][0] && entered[i].value[0])
			snprintf(stated.part[entered[i].element], ZONG_ARCHIVAL_PART, "%s",
				entered[i].value);
	if (zong_archival_make(&run->archive->archival, &stated, again, NULL) ||
		strcmp(again, volume->no) != 0)
		number_fault(run, ZONG_PROPERTY_NUMBER, volume, "no", "number-differs", volume->no);
	if (!parts->part[ZONG_ARCHIVAL_YEAR][0])
		return;
	zong_property_looked(run, ZONG_PROPERTY_SENSE, 1);
	if (strcmp(parts->part[ZONG_ARCHIVAL_YEAR], volume->year) != 0)
		number_fault(
			run, ZONG_PROPERTY_SENSE, volume, "year", "year-differs", volume->year);
}

static void look_number(struct zong_property_run *run, const Zong__Volume *volume)
{
	struct zong_archival parts;
	char no[ZONG_ARCHIVAL_TEXT];
	int err = zong_archival_parse(
		&run->archive->archival, volume->no, strlen(volume->no), &parts, no);

	zong_property_looked(run, ZONG_PROPERTY_NUMBER, 1);
	if (err && volume->foreign)
		number_fault(run, ZONG_PROPERTY_NUMBER, volume, "no", "foreign-number", volume->no);
	else if (err || strcmp(no, volume->no) != 0)
		number_fault(run, ZONG_PROPERTY_NUMBER, volume, "no", "number-form", volume->no);
	else
		look_elements(run, volume, &parts);
}

/* Where the number before is no volume's, one was lost: the archive gives none twice and leaves none out. */
static int look_before(
	struct zong_txn *txn, struct zong_property_run *run, const Zong__Volume *volume)
{
	const struct zong_archival_pattern *pattern = &run->archive->archival;
	char before[ZONG_ARCHIVAL_TEXT], after[ZONG_ARCHIVAL_TEXT], no[ZONG_ARCHIVAL_TEXT];
	struct zong_archival parts;
	unsigned long number;
	struct zong_key key;

	if (volume->given ||
		zong_archival_parse(pattern, volume->no, strlen(volume->no), &parts, no) ||
		zong_archival_series(pattern, &parts, before, after, NULL))
		return 0;
	number = strtoul(parts.part[pattern->counted], NULL, 10);
	zong_property_looked(run, ZONG_PROPERTY_SEQUENCE, 1);
	if (number <= 1 ||
		zong_archival_join(before, (uint32_t)(number - 1), pattern->width, after, no))
		return 0;
	zong_row_key_str(&key, no);
	if (!zong_txn_has(txn, ZONG_TABLE_VOLUMES, &key))
		number_fault(run, ZONG_PROPERTY_SEQUENCE, volume, "no", "gap", no);
	return 0;
}

/* ---- pages of a volume, versions of a material ---- */

static void look_pages(struct zong_property_run *run, const Zong__Volume *volume)
{
	uint32_t next = 1;
	char detail[32];

	for (size_t i = 0; i < volume->n_items; i++) {
		const Zong__VolumeItem *item = volume->items[i];
		uint32_t first = zong_volume_first_page(volume, i);

		zong_property_looked(run, ZONG_PROPERTY_SEQUENCE, 1);
		snprintf(detail, sizeof(detail), "%zu", i + 1);
		if (!item->pages)
			number_fault(run, ZONG_PROPERTY_SEQUENCE, volume, "items.pages",
				"uncounted", detail);
		else if (first && first != next)
			number_fault(
				run, ZONG_PROPERTY_SEQUENCE, volume, "items.pages", "gap", detail);
		next = first + item->pages;
	}
}

static int look_version(struct zong_txn *txn, struct zong_property_run *run,
	const struct zong_property_paper *paper)
{
	_cleanup_row_ Zong__Material *before = NULL;
	const Zong__Material *row = paper->row;
	struct zong_id id;
	bool is_id = zong_row_id(&row->supersedes, &id);
	int err = is_id ? zong_row_material(txn, &id, &before) : ZONG_ENOENT;

	if (row->version <= 1 && !row->supersedes.len)
		return 0;
	zong_property_looked(run, ZONG_PROPERTY_SEQUENCE, 1);
	if (err && err != ZONG_ENOENT && err != ZONG_ECORRUPT)
		return err;
	if (err || before->version + 1 != row->version)
		zong_property_fault_of(
			run, ZONG_PROPERTY_SEQUENCE, paper, "version", "version-gap", NULL);
	return 0;
}

static int look_sequences(struct zong_txn *txn, struct zong_property_run *run)
{
	int err = 0;

	for (size_t i = 0; i < run->papers && !err; i++)
		err = look_version(txn, run, &run->paper[i]);
	for (size_t i = 0; i < run->volumes && !run->single && !err; i++) {
		look_pages(run, run->volume[i]);
		err = look_before(txn, run, run->volume[i]);
	}
	return err;
}

/* ---- what is there twice ---- */

static bool is_twice(const struct zong_property_paper *a, const struct zong_property_paper *b)
{
	return a->newest && b->newest && a->same == b->same && a->known &&
	       strcmp(a->row->type, b->row->type) == 0 && strcmp(a->row->title, b->row->title) == 0;
}

/* In which of the volumes, and how often. */
static size_t places_in_volumes(
	const struct zong_property_run *run, const struct zong_property_paper *paper)
{
	size_t places = 0;

	for (size_t i = 0; i < run->volumes; i++)
		for (size_t j = 0; j < run->volume[i]->n_items; j++) {
			struct zong_id id;

			if (zong_row_id(&run->volume[i]->items[j]->material, &id) &&
				memcmp(id.bytes, paper->id.bytes, sizeof(id.bytes)) == 0)
				places++;
		}
	return places;
}

static void look_twice(struct zong_property_run *run)
{
	for (size_t i = 0; i < run->papers; i++) {
		const struct zong_property_paper *paper = &run->paper[i];

		zong_property_looked(run, ZONG_PROPERTY_REPEATED, 1);
		if (places_in_volumes(run, paper) > 1)
			zong_property_fault_of(run, ZONG_PROPERTY_REPEATED, paper, "volume",
				"in-two-volumes", NULL);
		for (size_t j = 0; j < i; j++)
			if (is_twice(paper, &run->paper[j])) {
				zong_property_fault_of(run, ZONG_PROPERTY_REPEATED, paper, "file",
					"twice", run->paper[j].object);
				break;
			}
	}
}

void zong_property_look_sense(struct zong_property_run *run)
{
	struct zong_txn *txn;
	int err;

	look_times(run);
	if (run->single) {
		zong_property_say(run, ZONG_PROPERTY_NUMBER, "of-case", NULL);
		zong_property_say(run, ZONG_PROPERTY_REPEATED, "of-case", NULL);
	} else {
		look_twice(run);
	}
	for (size_t i = 0; i < run->volumes && !run->single; i++)
		look_number(run, run->volume[i]);
	if (!run->single && !run->volumes)
		zong_property_say(run, ZONG_PROPERTY_NUMBER, "no-volume", NULL);
	err = zong_store_read_begin(run->archive->store, &txn);
	if (!err) {
		err = look_sequences(txn, run);
		zong_txn_end(txn);
	}
	if (err && !run->err)
		run->err = err;
	if (!run->item[ZONG_PROPERTY_SEQUENCE]->looked)
		zong_property_say(run, ZONG_PROPERTY_SEQUENCE, "not-numbered", NULL);
}
