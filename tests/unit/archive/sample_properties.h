/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SAMPLE_PROPERTIES_H
#define SAMPLE_PROPERTIES_H

/* Cases for the four properties: sound ones, and rows that are changed for a run to find. */

#include <stdio.h>
#include <string.h>

#include <zong/property.h>
#include <zong/volume.h>

#include "property.h"
#include "sample_catalogue.h"

#define SAMPLE_UNIT "370786001001GB00001F00010001"

static const char sample_needs[] = "department H housing 住建\n"
				   "material 申请书\n"
				   "material 合同\n"
				   "business 转移登记\n"
				   "needs 申请书 required original 1 H\n"
				   "needs 合同 optional original 1 H\n";

static inline int sample_properties_setup(void **state)
{
	if (fixture_setup_paused(state))
		return -1;
	sample_catalogue_set(*state, sample_needs);
	return 0;
}

/* A case with an application of two pages and a contract of one, all of it read. */
static inline void sample_sound(struct fixture *f, const char *no)
{
	char first[128], second[128];

	sample_catalogue_case(f, no, "转移登记", "", SAMPLE_UNIT, "11010519491231002X", "权利人");
	snprintf(first, sizeof(first), "text 申请 %s\ntext 第二页 %s\n", no, no);
	snprintf(second, sizeof(second), "text 合同 %s\n", no);
	assert_int_equal(fixture_add(f, no, "申请书", first, "", &f->receipt), 0);
	assert_int_equal(fixture_add(f, no, "合同", second, "", &f->receipt), 0);
	fixture_reopen(f, false);
	assert_true(fixture_settle(f));
	fixture_reopen(f, true);
}

/* It is in a closed volume, whose number is given back. */
static inline void sample_close(struct fixture *f, const char *no, char ret_no[ZONG_ARCHIVAL_TEXT])
{
	const char *cases[] = {no};
	struct zong_new_volume wanted = {
		.fonds = "J001", .year = "2026", .cases = cases, .case_count = 1};
	struct zong_volume_item items[8] = {{0}};
	struct zong_volume_entry entry = {.item = items, .has_items = true};
	char id[8][ZONG_ID_TEXT];
	Zong__Volume *volume;

	assert_int_equal(zong_volume_new(f->archive, &f->archivist, &wanted, &volume, &f->err), 0);
	snprintf(ret_no, ZONG_ARCHIVAL_TEXT, "%s", volume->no);
	entry.items = volume->n_items;
	for (size_t i = 0; i < volume->n_items; i++) {
		snprintf(id[i], ZONG_ID_TEXT, "%s", fixture_id(&volume->items[i]->material));
		items[i].material = id[i];
		items[i].pages = volume->items[i]->scanned;
	}
	zong_volume_free(volume);
	assert_int_equal(
		zong_volume_set(f->archive, &f->archivist, ret_no, 0, &entry, &volume, &f->err), 0);
	zong_volume_free(volume);
	assert_int_equal(
		zong_volume_close(f->archive, &f->archivist, ret_no, NULL, &volume, &f->err), 0);
	zong_volume_free(volume);
}

/* ---- runs ---- */

static inline Zong__PropertyReport *sample_run(
	struct fixture *f, const char *no, const char *material, bool decode)
{
	const struct zong_property_order order = {.case_no = no,
		.material = material,
		.stage = ZONG__PROPERTY_STAGE__PROPERTY_KEEPING,
		.decode = decode};
	Zong__PropertyReport *report;

	assert_int_equal(zong_property_run(f->archive, &f->archivist, &order, &report, &f->err), 0);
	return report;
}

static inline const Zong__PropertyItem *sample_item(
	const Zong__PropertyReport *report, enum zong_property_item item)
{
	assert_string_equal(report->items[item]->item, zong_property_slug(item));
	return report->items[item];
}

/* "digest failed bytes-changed; ..." of all that did not pass and of the passed ones nothing; static. */
static inline const char *sample_failed(const Zong__PropertyReport *report)
{
	static char text[4000];

	text[0] = '\0';
	for (size_t i = 0; i < report->n_items; i++) {
		const Zong__PropertyItem *item = report->items[i];
		size_t len = strlen(text);

		if (item->result == ZONG__PROPERTY_RESULT__PROPERTY_FAILED)
			snprintf(text + len, sizeof(text) - len, "%s %s\n", item->item,
				item->findings[0]->why);
	}
	return text;
}

/* Runs the case and says which items failed, each with its first reason. */
static inline const char *sample_faults(struct fixture *f, const char *no)
{
	Zong__PropertyReport *report = sample_run(f, no, NULL, false);
	const char *text = sample_failed(report);

	zong__property_report__free_unpacked(report, NULL);
	return text;
}

/* ---- harm ---- */

typedef void sample_edit(ProtobufCMessage *row);

struct sample_change {
	enum zong_table table;
	struct zong_key key;
	const ProtobufCMessageDescriptor *type;
	sample_edit *edit; /* NULL: it is deleted */
};

static inline int sample_write_change(struct zong_txn *txn, void *ctx)
{
	const struct sample_change *change = ctx;
	ProtobufCMessage *row;
	int err;

	if (!change->edit)
		return zong_txn_delete(txn, change->table, &change->key);
	err = zong_txn_get(txn, change->table, &change->key, change->type, &row);
	if (err)
		return err;
	change->edit(row);
	err = zong_txn_put(txn, change->table, &change->key, row);
	protobuf_c_message_free_unpacked(row, NULL);
	return err;
}

static inline void sample_do(struct fixture *f, struct sample_change *change)
{
	assert_int_equal(zong_store_write(f->archive->store, sample_write_change, change), 0);
}

static inline void sample_edit_case(struct fixture *f, const char *no, sample_edit *edit)
{
	struct sample_change change = {
		.table = ZONG_TABLE_CASES, .type = &zong__case__descriptor, .edit = edit};

	zong_row_key_str(&change.key, no);
	sample_do(f, &change);
}

/* The material that was taken in last. */
static inline void sample_edit_material(struct fixture *f, sample_edit *edit)
{
	struct sample_change change = {
		.table = ZONG_TABLE_MATERIALS, .type = &zong__material__descriptor, .edit = edit};
	struct zong_id id;

	assert_true(zong_row_id(&f->receipt.material->id, &id));
	zong_row_key_id(&change.key, &id);
	sample_do(f, &change);
}

static inline void sample_edit_file(struct fixture *f, sample_edit *edit)
{
	struct sample_change change = {
		.table = ZONG_TABLE_FILES, .type = &zong__file__descriptor, .edit = edit};
	struct zong_digest digest;

	assert_true(zong_row_digest(&f->receipt.material->file, &digest));
	zong_row_key_digest(&change.key, &digest);
	sample_do(f, &change);
}

static inline void sample_edit_volume(struct fixture *f, const char *no, sample_edit *edit)
{
	struct sample_change change = {
		.table = ZONG_TABLE_VOLUMES, .type = &zong__volume__descriptor, .edit = edit};

	zong_row_key_str(&change.key, no);
	sample_do(f, &change);
}

static inline void sample_edit_line(struct fixture *f, uint64_t seq, sample_edit *edit)
{
	struct sample_change change = {
		.table = ZONG_TABLE_LOG, .type = &zong__log_record__descriptor, .edit = edit};

	zong_key_clear(&change.key);
	zong_key_u64(&change.key, seq);
	sample_do(f, &change);
}

#endif
