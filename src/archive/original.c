/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/code.h>
#include <zong/time.h>

#include "journal.h"
#include "original_row.h"
#include "retention_look.h"

struct change {
	const struct zong_subject *who;
	const struct zong_new_original *wanted;
	char case_no[ZONG_LIMIT_CASE_NO_BYTES + 1];
	char place[ZONG_PLACE_CODE];
	char subject[ZONG_ABOUT];
	struct zong_original made;
};

/* A scan of the same case; its title and pages are those of the paper where nothing else is said. */
static int add_material(
	struct zong_txn *txn, struct change *change, const char *text, Zong__Original *original)
{
	_cleanup_row_ Zong__Material *material = NULL;
	ProtobufCBinaryData *slot;
	struct zong_id id;
	int err = zong_id_parse(text, &id) ? ZONG_ENOENT : zong_row_material(txn, &id, &material);

	zong_paper_about(change->subject, text);
	if (err)
		return err;
	if (strcmp(material->case_no, original->case_no) != 0)
		return ZONG_ENOENT;
	for (size_t i = 0; i < original->n_materials; i++)
		if (memcmp(original->materials[i].data, id.bytes, sizeof(id.bytes)) == 0)
			return 0; /* named twice */
	if (!original->materials)
		original->materials =
			calloc(change->wanted->material_count, sizeof(*original->materials));
	if (!original->materials)
		return ZONG_ENOMEM;
	slot = &original->materials[original->n_materials];
	if (zong_row_set_bytes(slot, id.bytes, sizeof(id.bytes)))
		return ZONG_ENOMEM;
	original->n_materials++;
	if (!original->title[0] && zong_row_set(&original->title,
					   material->title[0] ? material->title : material->type))
		return ZONG_ENOMEM;
	if (!change->wanted->pages)
		original->pages += material->pages;
	return 0;
}

static int fill(struct zong_txn *txn, struct change *change, Zong__Original *original)
{
	const struct zong_new_original *wanted = change->wanted;
	int err;

	if (zong_row_set(&original->case_no, change->case_no) ||
		zong_row_set(&original->title, wanted->title) ||
		zong_row_set(&original->note, wanted->note) ||
		zong_row_set(&original->made_by, change->who->key))
		return ZONG_ENOMEM;
	original->pages = wanted->pages;
	original->made = zong_time_now();
	for (size_t i = 0; i < wanted->material_count; i++) {
		err = add_material(txn, change, wanted->materials[i], original);
		if (err)
			return err;
	}
	zong_paper_about(change->subject, original->title[0] ? "pages" : "title");
	if (!original->title[0] || !original->pages)
		return ZONG_EINVAL;
	return original->pages > ZONG_LIMIT_ORIGINAL_PAGES ? ZONG_ELIMIT : 0;
}

static int lay(struct zong_txn *txn, struct change *change, Zong__Original *original)
{
	_cleanup_row_ Zong__Place *place = NULL;
	int err;

	if (!change->place[0])
		return 0;
	zong_paper_about(change->subject, change->place);
	err = zong_place_row(txn, change->place, &place);
	if (!err)
		err = zong_place_room(txn, place);
	return err ? err : zong_original_lay(original, place->code, change->who->key);
}

static int write_new(struct zong_txn *txn, void *ctx)
{
	_cleanup_row_ Zong__Original *original = zong_row_new(&zong__original__descriptor);
	struct change *change = ctx;
	char detail[ZONG_LIMIT_TITLE + ZONG_LIMIT_CASE_NO_BYTES + 64];
	char code[ZONG_ORIGINAL_CODE];
	struct zong_key key;
	int err;

	zong_original_release(&change->made);
	if (!original)
		return ZONG_ENOMEM;
	zong_row_key_str(&key, change->case_no);
	if (!zong_txn_has(txn, ZONG_TABLE_CASES, &key))
		return ZONG_ENOCASE;
	err = fill(txn, change, original);
	if (!err)
		err = lay(txn, change, original);
	if (!err)
		err = zong_paper_code_next(txn, ZONG_TABLE_ORIGINALS, 'Y', code);
	if (!err)
		err = zong_row_set(&original->code, code);
	if (err)
		return err;
	snprintf(detail, sizeof(detail), "case/%s: %s, %u pages %s", original->case_no,
		original->title, original->pages, change->place);
	err = zong_original_log(txn, change->who, "original.new", code, detail, &original->record);
	if (!err)
		err = zong_original_put(txn, NULL, original);
	return err ? err : zong_original_view(txn, change->who, code, &change->made);
}

static int read_wanted(struct change *change, struct zong_err *err)
{
	const struct zong_new_original *wanted = change->wanted;
	int code;

	if (zong_case_no_parse(wanted->case_no, strlen(wanted->case_no), change->case_no,
		    sizeof(change->case_no)))
		return zong_err_set(err, ZONG_ENOCASE, "%s", wanted->case_no);
	if (wanted->material_count > ZONG_LIMIT_ORIGINAL_MATERIALS)
		return zong_err_set(err, ZONG_ELIMIT, "materials");
	code = zong_retention_text(
		wanted->title ? wanted->title : "", ZONG_LIMIT_TITLE, "title", err);
	if (!code)
		code = zong_retention_text(
			wanted->note ? wanted->note : "", ZONG_LIMIT_REASON, "note", err);
	if (code)
		return code;
	if (wanted->place && wanted->place[0] &&
		zong_place_code_parse(wanted->place, change->place))
		return zong_err_set(err, ZONG_ENOPLACE, "%s", wanted->place);
	return 0;
}

int zong_original_new(struct zong_archive *archive, const struct zong_subject *who,
	const struct zong_new_original *wanted, struct zong_original *ret_original,
	struct zong_err *err)
{
	struct change change = {.who = who, .wanted = wanted};
	int code = zong_access_may(who, ZONG_VERB_ORIGINAL_MANAGE, NULL);

	if (code)
		return zong_err_set(err, code, NULL);
	code = read_wanted(&change, err);
	if (code)
		return code;
	code = zong_store_write(archive->store, write_new, &change);
	if (code) {
		zong_original_release(&change.made);
		return zong_err_set(
			err, code, "%s", code == ZONG_ENOCASE ? change.case_no : change.subject);
	}
	*ret_original = change.made;
	return 0;
}

int zong_original_get(struct zong_archive *archive, const struct zong_subject *who,
	const char *code, struct zong_original *ret_original, struct zong_err *err)
{
	_cleanup_row_ Zong__Original *original = NULL;
	struct zong_original view = {0};
	char object[ZONG_PLACE_CODE + 16];
	struct zong_txn *txn;
	int result = zong_access_may(who, ZONG_VERB_ORIGINAL_READ, NULL);

	if (!result)
		result = zong_store_read_begin(archive->store, &txn);
	if (result)
		return zong_err_set(err, result, NULL);
	result = zong_original_find(txn, who, ZONG_VERB_ORIGINAL_READ, code, &original);
	if (!result)
		result = zong_original_view(txn, who, original->code, &view);
	zong_txn_end(txn);
	if (!result) {
		snprintf(object, sizeof(object), "original/%s", original->code);
		result = zong_journal_read(archive->journal, who, "original.read", object);
	}
	if (result) {
		zong_original_release(&view);
		return zong_err_set(err, result, "%s", code);
	}
	*ret_original = view;
	return 0;
}
