/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "property.h"
#include "volume_row.h"

/* Rows that cannot be read do not end a run: to find them is what it is there for. */

static bool is_damage(int err)
{
	return err == ZONG_ECORRUPT || err == ZONG_ENOENT || err == ZONG_ENOVOLUME;
}

static const char *why_of(int err)
{
	return err == ZONG_ECORRUPT ? "row-damaged" : "row-missing";
}

static void take_file(struct zong_txn *txn, struct zong_property_run *run, size_t at)
{
	struct zong_property_paper *paper = &run->paper[at];

	paper->same = at;
	paper->known = zong_row_digest(&paper->row->file, &paper->digest);
	for (size_t i = 0; i < at && paper->known; i++)
		if (run->paper[i].known && memcmp(run->paper[i].digest.bytes, paper->digest.bytes,
						   ZONG_DIGEST_SIZE) == 0) {
			paper->same = i;
			break;
		}
	paper->file_err =
		paper->known ? zong_row_file(txn, &paper->digest, &paper->file) : ZONG_ENOENT;
	if (paper->file_err && !is_damage(paper->file_err))
		run->err = paper->file_err;
}

static int add_paper(struct zong_txn *txn, struct zong_property_run *run, const struct zong_id *id,
	Zong__Material *row)
{
	struct zong_property_paper *grown, *paper;
	char text[ZONG_ID_TEXT];

	if (run->papers == ZONG_LIMIT_PROPERTY_PAPERS)
		return ZONG_ELIMIT;
	grown = realloc(run->paper, (run->papers + 1) * sizeof(*grown));
	if (!grown)
		return ZONG_ENOMEM;
	run->paper = grown;
	paper = &grown[run->papers];
	*paper = (struct zong_property_paper){
		.row = row, .id = *id, .newest = row->superseded.len == 0};
	zong_id_format(id, text);
	snprintf(paper->object, sizeof(paper->object), "material/%s", text);
	run->papers++;
	take_file(txn, run, run->papers - 1);
	return 0;
}

static int add_gone(struct zong_property_run *run, Zong__Material *row)
{
	Zong__Material **grown;

	if (run->gones == ZONG_LIMIT_PROPERTY_PAPERS)
		return ZONG_ELIMIT;
	grown = realloc(run->gone, (run->gones + 1) * sizeof(*grown));
	if (!grown)
		return ZONG_ENOMEM;
	run->gone = grown;
	grown[run->gones++] = row;
	return 0;
}

static int take_material(struct zong_txn *txn, const struct zong_id *id, void *ctx)
{
	struct zong_property_run *run = ctx;
	char object[ZONG_ID_TEXT + 16], text[ZONG_ID_TEXT];
	Zong__Material *row;
	int err = zong_row_material(txn, id, &row);

	if (is_damage(err)) {
		zong_id_format(id, text);
		snprintf(object, sizeof(object), "material/%s", text);
		zong_property_fault(run, ZONG_PROPERTY_ACCESSIBLE,
			&(struct zong_property_fault){.object = object, .why = why_of(err)});
		return run->err;
	}
	if (err)
		return err;
	err = row->destroyed ? add_gone(run, row) : add_paper(txn, run, id, row);
	if (err) /* else it is the run's */
		zong__material__free_unpacked(row, NULL);
	return err ? err : run->err;
}

static int take_case(struct zong_txn *txn, struct zong_property_run *run)
{
	int err = zong_row_case(txn, run->case_no, &run->cas);

	if (err == ZONG_ENOENT)
		return ZONG_ENOCASE;
	if (err != ZONG_ECORRUPT)
		return err;
	zong_property_fault(run, ZONG_PROPERTY_ACCESSIBLE,
		&(struct zong_property_fault){.element = "case", .why = "row-damaged"});
	run->cas = zong_row_new(&zong__case__descriptor);
	return run->cas && zong_row_set(&run->cas->no, run->case_no) == 0 ? run->err : ZONG_ENOMEM;
}

/* An open one is work under way: nothing is filed by it yet. */
static void leave_open_ones(struct zong_property_run *run)
{
	size_t kept = 0;

	for (size_t i = 0; i < run->volumes; i++) {
		if (run->volume[i]->state == ZONG__VOLUME_STATE__VOLUME_OPEN)
			zong_volume_free(run->volume[i]);
		else
			run->volume[kept++] = run->volume[i];
	}
	run->volumes = kept;
}

static int take_volumes(struct zong_txn *txn, struct zong_property_run *run)
{
	int err = zong_volume_of_case(txn, run->case_no, &run->volume, &run->volumes);

	if (!err)
		leave_open_ones(run);
	if (!is_damage(err))
		return err;
	zong_property_fault(run, ZONG_PROPERTY_ACCESSIBLE,
		&(struct zong_property_fault){.element = "volume", .why = why_of(err)});
	return run->err;
}

static int take_all(struct zong_txn *txn, struct zong_property_run *run)
{
	int err = take_case(txn, run);

	if (!err && run->single)
		err = take_material(txn, &run->material, run);
	else if (!err)
		err = zong_row_materials_of(txn, run->case_no, take_material, run);
	if (err == ZONG_ECORRUPT) { /* a key of the index */
		zong_property_fault(run, ZONG_PROPERTY_ACCESSIBLE,
			&(struct zong_property_fault){
				.element = "materials", .why = "row-damaged"});
		err = run->err;
	}
	return err ? err : take_volumes(txn, run);
}

/* Which case, and what the report is about. */
static int name_object(struct zong_txn *txn, struct zong_property_run *run)
{
	const struct zong_property_order *order = run->order;
	_cleanup_row_ Zong__Material *row = NULL;
	int err;

	if (!order->material) {
		if (zong_case_no_parse(order->case_no, strlen(order->case_no), run->case_no,
			    sizeof(run->case_no)))
			return ZONG_ENOCASE;
		snprintf(run->object, sizeof(run->object), "case/%s", run->case_no);
		return 0;
	}
	if (zong_id_parse(order->material, &run->material))
		return ZONG_ENOENT;
	err = zong_row_material(txn, &run->material, &row);
	if (err)
		return err;
	if (row->destroyed)
		return ZONG_EDESTROYED;
	run->single = true;
	snprintf(run->case_no, sizeof(run->case_no), "%s", row->case_no);
	snprintf(run->object, sizeof(run->object), "material/%s", order->material);
	return 0;
}

int zong_property_gather(struct zong_property_run *run)
{
	struct zong_txn *txn;
	int err = zong_store_read_begin(run->archive->store, &txn);

	if (err)
		return err;
	err = name_object(txn, run);
	if (!err)
		err = take_all(txn, run);
	zong_txn_end(txn);
	return err;
}

void zong_property_release(struct zong_property_run *run)
{
	for (size_t i = 0; i < run->papers; i++) {
		zong_row_cleanup(&run->paper[i].row);
		zong_row_cleanup(&run->paper[i].file);
	}
	free(run->paper);
	zong_materials_free(run->gone, run->gones);
	zong_volumes_free(run->volume, run->volumes);
	zong_row_cleanup(&run->cas);
	zong_row_cleanup(&run->report);
}
