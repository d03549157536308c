/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "property.h"

int zong_property_begin(struct zong_property_run *run)
{
	Zong__PropertyReport *report = zong_row_new(&zong__property_report__descriptor);

	run->report = report;
	if (!report)
		return ZONG_ENOMEM;
	report->items = calloc(ZONG_PROPERTY_ITEM_COUNT_, sizeof(*report->items));
	if (!report->items)
		return ZONG_ENOMEM;
	for (int i = 0; i < ZONG_PROPERTY_ITEM_COUNT_; i++) {
		Zong__PropertyItem *item = zong_row_new(&zong__property_item__descriptor);

		if (!item)
			return ZONG_ENOMEM;
		run->item[i] = item;
		report->items[report->n_items++] = item;
		if (zong_row_set(&item->item, zong_property_slug((enum zong_property_item)i)))
			return ZONG_ENOMEM;
	}
	return 0;
}

void zong_property_looked(
	struct zong_property_run *run, enum zong_property_item item, uint32_t count)
{
	run->item[item]->looked += count;
}

void zong_property_say(struct zong_property_run *run, enum zong_property_item item, const char *why,
	const char *detail)
{
	if (zong_row_set(&run->item[item]->why, why) ||
		zong_row_set(&run->item[item]->detail, detail))
		run->err = ZONG_ENOMEM;
}

static int fill(Zong__PropertyFinding *finding, const struct zong_property_run *run,
	const struct zong_property_fault *fault)
{
	finding->page = fault->page;
	finding->result = fault->not_run ? ZONG__PROPERTY_RESULT__PROPERTY_NOT_RUN
					 : ZONG__PROPERTY_RESULT__PROPERTY_FAILED;
	if (zong_row_set(&finding->object, fault->object ? fault->object : run->object) ||
		zong_row_set(&finding->name, fault->name) ||
		zong_row_set(&finding->element, fault->element) ||
		zong_row_set(&finding->why, fault->why) ||
		zong_row_set(&finding->detail, fault->detail))
		return ZONG_ENOMEM;
	return 0;
}

/* Those that failed count before those that could not be looked at. */
static void mark(Zong__PropertyItem *item, bool not_run)
{
	if (!not_run)
		item->result = ZONG__PROPERTY_RESULT__PROPERTY_FAILED;
}

void zong_property_fault(struct zong_property_run *run, enum zong_property_item kind,
	const struct zong_property_fault *fault)
{
	Zong__PropertyItem *item = run->item[kind];
	Zong__PropertyFinding *finding, **grown;

	mark(item, fault->not_run);
	if (item->n_findings == ZONG_LIMIT_PROPERTY_FINDINGS) {
		item->more++;
		return;
	}
	grown = realloc(item->findings, (item->n_findings + 1) * sizeof(*grown));
	if (grown)
		item->findings = grown;
	finding = grown ? zong_row_new(&zong__property_finding__descriptor) : NULL;
	if (!finding) {
		run->err = ZONG_ENOMEM;
		return;
	}
	grown[item->n_findings++] = finding;
	if (fill(finding, run, fault))
		run->err = ZONG_ENOMEM;
}

const char *zong_property_paper_name(const struct zong_property_paper *paper)
{
	const Zong__Material *row = paper->row;

	return row->file_name[0] ? row->file_name : row->title[0] ? row->title : row->type;
}

void zong_property_fault_of(struct zong_property_run *run, enum zong_property_item item,
	const struct zong_property_paper *paper, const char *element, const char *why,
	const char *detail)
{
	zong_property_fault(run, item,
		&(struct zong_property_fault){.object = paper->object,
			.name = zong_property_paper_name(paper),
			.element = element,
			.why = why,
			.detail = detail});
}

/* An item passes where something was looked at, all of it, and nothing was wrong. */
static void judge(struct zong_property_run *run, enum zong_property_item kind)
{
	Zong__PropertyItem *item = run->item[kind];

	if (item->result == ZONG__PROPERTY_RESULT__PROPERTY_FAILED)
		return;
	if (item->looked && !item->n_findings)
		item->result = ZONG__PROPERTY_RESULT__PROPERTY_PASSED;
	else if (!item->why[0] && !item->n_findings)
		zong_property_say(run, kind, "nothing", NULL);
}

void zong_property_count(struct zong_property_run *run)
{
	Zong__PropertyReport *report = run->report;

	for (int i = 0; i < ZONG_PROPERTY_ITEM_COUNT_; i++) {
		judge(run, (enum zong_property_item)i);
		switch (run->item[i]->result) {
		case ZONG__PROPERTY_RESULT__PROPERTY_PASSED:
			report->passed++;
			break;
		case ZONG__PROPERTY_RESULT__PROPERTY_FAILED:
			report->failed++;
			break;
		default:
			report->not_run++;
		}
	}
}
