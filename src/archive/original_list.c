/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/code.h>

#include "cursor.h"
#include "journal.h"
#include "original_row.h"

void zong_originals_free(Zong__Original **originals, size_t count)
{
	for (size_t i = 0; originals && i < count; i++)
		zong__original__free_unpacked(originals[i], NULL);
	free(originals);
}

struct listing {
	const struct zong_subject *who;
	enum zong_table table;
	struct zong_key prefix;
	bool all; /* the table is that of the originals */
	bool by_material;
	struct zong_id material; /* of the case: papers of the whole case, or with this scan */
	char object[ZONG_LIMIT_CASE_NO_BYTES + 16]; /* for the log */
	Zong__Original **original;
	size_t count, max, seen;
	struct zong_key last;
	bool more;
};

/* So many rows are looked at for one answer to a department, which sees few of them. */
#define SCAN ZONG_LIMIT_SEARCH_SCAN

static bool has_material(const Zong__Original *original, const struct zong_id *id)
{
	for (size_t i = 0; i < original->n_materials; i++)
		if (original->materials[i].len == sizeof(id->bytes) &&
			memcmp(original->materials[i].data, id->bytes, sizeof(id->bytes)) == 0)
			return true;
	return original->n_materials == 0;
}

/* The code ends the key. */
static int take_code(
	const struct listing *list, const struct zong_iter *iter, char ret_code[ZONG_ORIGINAL_CODE])
{
	struct zong_key_view view = iter->key;
	const char *code;

	if (!list->all) {
		view.bytes += list->prefix.len;
		view.len -= list->prefix.len;
	}
	if (!zong_key_take_str(&view, &code) || strlen(code) >= ZONG_ORIGINAL_CODE)
		return ZONG_ECORRUPT;
	snprintf(ret_code, ZONG_ORIGINAL_CODE, "%s", code);
	return 0;
}

static int consider(struct zong_txn *txn, struct listing *list, const char *code)
{
	_cleanup_row_ Zong__Original *original = NULL;
	int err = zong_original_find(txn, list->who, ZONG_VERB_ORIGINAL_READ, code, &original);

	if (err)
		return err == ZONG_ENOORIGINAL ? 0 : err;
	if (!list->by_material || has_material(original, &list->material))
		list->original[list->count++] = take_ptr(original);
	return 0;
}

static int walk(struct zong_txn *txn, struct listing *list, const struct zong_key *from)
{
	struct zong_iter iter = {0};
	char code[ZONG_ORIGINAL_CODE];
	int err = zong_iter_begin(
		&iter, txn, list->table, list->all ? NULL : &list->prefix, from, false);

	while (!err && (err = zong_iter_next(&iter)) == 0) {
		if (from && iter.key.len == from->len &&
			memcmp(iter.key.bytes, from->bytes, from->len) == 0)
			continue;
		list->more = list->count == list->max || list->seen++ == SCAN;
		if (list->more)
			break;
		zong_key_clear(&list->last);
		zong_key_bytes(&list->last, iter.key.bytes, iter.key.len);
		err = take_code(list, &iter, code);
		if (!err)
			err = consider(txn, list, code);
	}
	zong_iter_end(&iter);
	return err == ZONG_EEND ? 0 : err;
}

/* ---- what is asked for ---- */

/* A case that a department must not know of has no papers, like one that is not there. */
static int of_case(struct zong_txn *txn, struct listing *list, const char *no)
{
	_cleanup_row_ Zong__Case *cas = NULL;
	char normal[ZONG_LIMIT_CASE_NO_BYTES + 1];
	struct zong_object object = {.txn = txn};
	int err;

	if (zong_case_no_parse(no, strlen(no), normal, sizeof(normal)))
		return ZONG_ENOCASE;
	err = zong_row_case(txn, normal, &cas);
	object.cas = cas;
	if (!err)
		err = zong_access_may(list->who, ZONG_VERB_CASE_READ, &object);
	if (err)
		return err == ZONG_ENOENT ? ZONG_ENOCASE : err;
	list->table = ZONG_TABLE_ORIGINALS_BY_CASE;
	zong_row_key_str(&list->prefix, normal);
	snprintf(list->object, sizeof(list->object), "case/%s", normal);
	return 0;
}

static int of_material(struct zong_txn *txn, struct listing *list, const char *text)
{
	_cleanup_row_ Zong__Material *material = NULL;
	struct zong_object object = {.txn = txn};
	int err = zong_id_parse(text, &list->material)
			  ? ZONG_ENOENT
			  : zong_row_material(txn, &list->material, &material);

	object.material = material;
	if (!err)
		err = zong_access_may(list->who, ZONG_VERB_MATERIAL_READ, &object);
	if (err)
		return err;
	list->by_material = true;
	list->table = ZONG_TABLE_ORIGINALS_BY_CASE;
	zong_row_key_str(&list->prefix, material->case_no);
	snprintf(list->object, sizeof(list->object), "case/%s", material->case_no);
	return 0;
}

static int at_place(struct zong_txn *txn, struct listing *list, const char *code)
{
	_cleanup_row_ Zong__Place *place = NULL;
	int err = zong_access_may(list->who, ZONG_VERB_PLACE_READ, NULL);

	if (!err)
		err = zong_place_find(txn, code, &place);
	if (err)
		return err;
	list->table = ZONG_TABLE_ORIGINALS_BY_PLACE;
	zong_row_key_str(&list->prefix, place->code);
	snprintf(list->object, sizeof(list->object), "place/%s", place->code);
	return 0;
}

static int prepare(
	struct zong_txn *txn, struct listing *list, const struct zong_original_filter *filter)
{
	char letter;

	snprintf(list->object, sizeof(list->object), "originals");
	if (filter->case_no)
		return of_case(txn, list, filter->case_no);
	if (filter->material)
		return of_material(txn, list, filter->material);
	if (filter->place)
		return at_place(txn, list, filter->place);
	list->table = ZONG_TABLE_ORIGINALS;
	list->all = !filter->state;
	if (list->all)
		return 0;
	letter = zong_original_letter_of(filter->state);
	if (!letter)
		return ZONG_EINVAL;
	list->table = ZONG_TABLE_ORIGINALS_BY_STATE;
	zong_key_clear(&list->prefix);
	zong_key_u8(&list->prefix, (uint8_t)letter);
	return 0;
}

static int read_rows(struct zong_archive *archive, struct listing *list,
	const struct zong_original_filter *filter, const struct zong_key *from)
{
	struct zong_txn *txn;
	int err;

	list->original = calloc(list->max, sizeof(Zong__Original *));
	err = list->original ? zong_store_read_begin(archive->store, &txn) : ZONG_ENOMEM;
	if (err)
		return err;
	err = prepare(txn, list, filter);
	if (!err)
		err = walk(txn, list, from);
	zong_txn_end(txn);
	return err;
}

static int read_list(struct zong_archive *archive, struct listing *list,
	const struct zong_original_filter *filter, const struct zong_key *from)
{
	int err = read_rows(archive, list, filter, from);

	if (!err && list->count)
		err = zong_journal_read(archive->journal, list->who, "original.list", list->object);
	return err;
}

int zong_originals_of_case(struct zong_archive *archive, const struct zong_subject *who,
	const char *case_no, Zong__Original ***ret_originals, size_t *ret_count,
	struct zong_err *err)
{
	struct zong_original_filter filter = {.case_no = case_no};
	struct listing list = {.who = who, .max = ZONG_LIMIT_PAGE_ITEMS};
	int code = 0;

	if (zong_access_may(who, ZONG_VERB_ORIGINAL_READ, NULL) == 0)
		code = read_rows(archive, &list, &filter, NULL);
	if (code) {
		zong_originals_free(list.original, list.count);
		return zong_err_set(err, code, "%s", case_no);
	}
	*ret_originals = list.original;
	*ret_count = list.count;
	return 0;
}

int zong_original_list(struct zong_archive *archive, const struct zong_subject *who,
	const struct zong_original_filter *filter, const char *cursor, size_t max,
	Zong__Original ***ret_originals, size_t *ret_count, char **ret_next, struct zong_err *err)
{
	const char *asked = filter->case_no    ? filter->case_no
			    : filter->material ? filter->material
			    : filter->place    ? filter->place
					       : filter->state;
	struct listing list = {.who = who};
	struct zong_key from;
	char *next = NULL;
	int code = zong_access_may(who, ZONG_VERB_ORIGINAL_READ, NULL);

	if (!code && cursor)
		code = zong_cursor_take(cursor, &from);
	if (code)
		return zong_err_set(err, code, NULL);
	if (!!filter->case_no + !!filter->material + !!filter->place + !!filter->state > 1)
		return zong_err_set(err, ZONG_EINVAL, "case, material, place, state");
	list.max = max < 1 ? 1 : max > ZONG_LIMIT_PAGE_ITEMS ? ZONG_LIMIT_PAGE_ITEMS : max;
	code = read_list(archive, &list, filter, cursor ? &from : NULL);
	if (!code && list.more)
		code = zong_cursor_make(list.last.bytes, list.last.len, &next);
	if (code) {
		zong_originals_free(list.original, list.count);
		return zong_err_set(err, code, "%s",
			code == ZONG_EINVAL ? "state"
			: asked		    ? asked
					    : "");
	}
	*ret_originals = list.original;
	*ret_count = list.count;
	*ret_next = next;
	return 0;
}
