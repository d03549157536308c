/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/access.h>
#include <zong/case.h>
#include <zong/time.h>

#include "case_entry.h"
#include "catalogue.h"
#include "cursor.h"
#include "index_rows.h"
#include "inside.h"
#include "journal.h"
#include "look.h"
#include "opening.h"
#include "review.h"
#include "row.h"

#define OBJECT_TEXT (ZONG_LIMIT_CASE_NO_BYTES + 16)

/* Compared as entered: without what the archive filled in. */
static int same_content(Zong__Case *entry, Zong__Case *stored, bool *ret_same)
{
	Zong__Case bare = *stored; /* shares its parts with *stored; only packed */
	size_t len;
	uint8_t *a;
	uint8_t *b;

	bare.opened = 0;
	bare.record = 0;
	bare.n_events = 0;
	bare.catalogue = 0;
	zong_case_as_opened(stored, &bare.kind, &bare.cause);
	bare.opened_by = entry->opened_by;
	len = zong__case__get_packed_size(entry);
	if (zong__case__get_packed_size(&bare) != len) {
		*ret_same = false;
		return 0;
	}
	a = malloc(len + 1);
	b = malloc(len + 1);
	if (a && b) {
		zong__case__pack(entry, a);
		zong__case__pack(&bare, b);
		*ret_same = memcmp(a, b, len) == 0;
	}
	len = a && b;
	free(a);
	free(b);
	return len ? 0 : ZONG_ENOMEM;
}

void zong_opening_release(struct zong_opening *opening)
{
	if (opening->stored)
		zong__case__free_unpacked(opening->stored, NULL);
	opening->stored = NULL;
}

static int put_new(struct zong_txn *txn, struct zong_opening *opening)
{
	struct zong_touched touched = {0};
	char object[OBJECT_TEXT];
	ProtobufCMessage *copy;
	struct zong_key key;
	Zong__Case *cas;
	int err;

	err = zong_row_copy(&opening->entry->base, &copy);
	if (err)
		return err;
	cas = opening->stored = (Zong__Case *)copy;
	snprintf(object, sizeof(object), "case/%s", cas->no);
	cas->opened = zong_time_now();
	err = zong_row_set(&cas->opened_by, opening->who->key);
	if (!err)
		err = zong_catalogues_newest(txn, &cas->catalogue);
	if (!err)
		err = zong_journal_add(
			txn, opening->who, "case.open", object, cas->kind, &cas->record);
	if (err)
		return err;
	zong_row_key_str(&key, cas->no);
	err = zong_txn_put(txn, ZONG_TABLE_CASES, &key, &cas->base);
	if (err)
		return err;
	zong_key_clear(&key);
	zong_key_u64(&key, (uint64_t)cas->opened);
	zong_key_str(&key, cas->no);
	err = zong_txn_put_bytes(txn, ZONG_TABLE_CASES_BY_TIME, &key, NULL, 0);
	if (!err)
		err = zong_index_case(txn, cas);
	if (!err)
		err = zong_chain_propose_case(txn, cas, opening->judge->confidence, &touched);
	if (!err)
		err = zong_review_touched(txn, opening->judge, &touched);
	zong_touched_release(&touched);
	return err;
}

int zong_opening_change(struct zong_txn *txn, void *ctx)
{
	struct zong_opening *opening = ctx;
	bool same;
	int err;

	zong_opening_release(opening);
	err = zong_row_case(txn, opening->entry->no, &opening->stored);
	if (err == ZONG_ENOENT) {
		opening->again = false;
		return put_new(txn, opening);
	}
	if (!err)
		err = same_content(opening->entry, opening->stored, &same);
	if (err)
		return err;
	opening->again = true;
	return same ? 0 : ZONG_ECASEEXISTS;
}

int zong_case_open(struct zong_archive *archive, const struct zong_subject *who,
	const Zong__Case *wanted, Zong__Case **ret_case, bool *ret_again,
	struct zong_warnings *ret_warnings, struct zong_err *err)
{
	struct zong_warnings warnings = {0};
	struct zong_opening opening = {.who = who, .judge = &archive->judge};
	int code;

	code = zong_access_may(who, ZONG_VERB_CASE_OPEN, NULL);
	if (code)
		return zong_err_set(err, code, NULL);
	code = zong_case_entry_check(wanted, &opening.entry, &warnings, err);
	if (code)
		return code;
	code = zong_store_write(archive->store, zong_opening_change, &opening);
	if (code) {
		zong_err_set(err, code, "%s", opening.entry->no);
		zong_opening_release(&opening);
		zong_warnings_release(&warnings);
	} else {
		*ret_case = opening.stored;
		*ret_again = opening.again;
		*ret_warnings = warnings;
	}
	zong__case__free_unpacked(opening.entry, NULL);
	return code;
}

int zong_case_get(struct zong_archive *archive, const struct zong_subject *who, const char *no,
	Zong__Case **ret_case, struct zong_err *err)
{
	char object[OBJECT_TEXT];
	struct zong_txn *txn;
	Zong__Case *cas;
	int code;

	code = zong_access_may(who, ZONG_VERB_CASE_READ, NULL);
	if (!code)
		code = zong_store_read_begin(archive->store, &txn);
	if (code)
		return zong_err_set(err, code, NULL);
	code = zong_look_case(txn, who, no, &cas);
	zong_txn_end(txn);
	if (code)
		return zong_err_set(err, code, "%s", no);
	if (cas->n_parties) {
		snprintf(object, sizeof(object), "case/%s", cas->no);
		code = zong_journal_read(archive->journal, who, "case.read", object);
	}
	if (code) {
		zong__case__free_unpacked(cas, NULL);
		return zong_err_set(err, code, NULL);
	}
	*ret_case = cas;
	return 0;
}

struct listing {
	struct zong_txn *txn;
	const struct zong_subject *who;
	Zong__Case **cases;
	size_t count, scanned, persons;
	size_t max;
};

static bool is_full(const struct listing *list)
{
	return list->count == list->max || list->scanned == ZONG_LIMIT_SEARCH_SCAN;
}

static int take_case(struct listing *list, const char *no)
{
	struct zong_object object = {.txn = list->txn};
	Zong__Case *cas;
	int err;

	list->scanned++;
	err = zong_row_case(list->txn, no, &cas);
	if (err)
		return err == ZONG_ENOENT ? ZONG_ECORRUPT : err;
	object.cas = cas;
	err = zong_access_may(list->who, ZONG_VERB_CASE_READ, &object);
	if (err) {
		zong__case__free_unpacked(cas, NULL);
		return err == ZONG_ENOENT ? 0 : err;
	}
	list->persons += cas->n_parties;
	list->cases[list->count++] = cas;
	return 0;
}

static int walk_cases(
	struct listing *list, const char *prefix, const struct zong_key *from, char **ret_next)
{
	enum zong_table table = prefix ? ZONG_TABLE_CASES : ZONG_TABLE_CASES_BY_TIME;
	struct zong_key last = {0};
	struct zong_iter iter = {0};
	struct zong_key start;
	bool more = false;
	int err;

	zong_key_clear(&start);
	if (prefix)
		zong_key_str_open(&start, prefix);
	err = zong_iter_begin(&iter, list->txn, table, prefix ? &start : NULL, from, true);
	if (err)
		return err;
	while ((err = zong_iter_next(&iter)) == 0) {
		struct zong_key_view view = iter.key;
		uint64_t opened;
		const char *no;

		more = is_full(list);
		if (more)
			break;
		if ((!prefix && !zong_key_take_u64(&view, &opened)) ||
			!zong_key_take_str(&view, &no)) {
			err = ZONG_ECORRUPT;
			break;
		}
		zong_key_clear(&last);
		zong_key_bytes(&last, iter.key.bytes, iter.key.len);
		err = take_case(list, no);
		if (err)
			break;
	}
	zong_iter_end(&iter);
	if (err && err != ZONG_EEND)
		return err;
	return more ? zong_cursor_make(last.bytes, last.len, ret_next) : 0;
}

/* The list names persons: it is a read like any other. */
static int record_list(struct zong_archive *archive, const struct listing *list, const char *prefix)
{
	char object[OBJECT_TEXT];

	if (!list->persons)
		return 0;
	snprintf(object, sizeof(object), "case/%s*", prefix ? prefix : "");
	return zong_journal_read(archive->journal, list->who, "case.list", object);
}

int zong_case_list(struct zong_archive *archive, const struct zong_subject *who, const char *prefix,
	const char *cursor, size_t max, Zong__Case ***ret_cases, size_t *ret_count, char **ret_next,
	struct zong_err *err)
{
	char normal[ZONG_LIMIT_CASE_NO_BYTES + 1];
	struct listing list = {.who = who};
	struct zong_key from;
	char *next = NULL;
	int code;

	code = zong_access_may(who, ZONG_VERB_CASE_READ, NULL);
	if (!code && cursor)
		code = zong_cursor_take(cursor, &from);
	if (code)
		return zong_err_set(err, code, NULL);
	list.max = max < 1 ? 1 : max > ZONG_LIMIT_PAGE_ITEMS ? ZONG_LIMIT_PAGE_ITEMS : max;
	list.cases = calloc(list.max, sizeof(*list.cases));
	if (!list.cases)
		return zong_err_set(err, ZONG_ENOMEM, NULL);
	if (prefix && !prefix[0])
		prefix = NULL;
	if (prefix && zong_case_no_parse(prefix, strlen(prefix), normal, sizeof(normal))) {
		/* no number begins like this */
		*ret_cases = list.cases;
		*ret_count = 0;
		*ret_next = NULL;
		return 0;
	}
	code = zong_store_read_begin(archive->store, &list.txn);
	if (!code) {
		code = walk_cases(&list, prefix ? normal : NULL, cursor ? &from : NULL, &next);
		zong_txn_end(list.txn);
	}
	if (!code)
		code = record_list(archive, &list, prefix ? normal : NULL);
	if (code) {
		free(next);
		zong_cases_free(list.cases, list.count);
		return zong_err_set(err, code, NULL);
	}
	*ret_cases = list.cases;
	*ret_count = list.count;
	*ret_next = next;
	return 0;
}

struct gathering {
	const struct zong_subject *who;
	Zong__Material **materials;
	size_t count;
};

static int append_material(struct zong_txn *txn, const struct zong_id *id, void *ctx)
{
	struct zong_object object = {.txn = txn};
	struct gathering *gathering = ctx;
	Zong__Material **grown;
	Zong__Material *material;
	int err;

	err = zong_row_material(txn, id, &material);
	if (err)
		return err == ZONG_ENOENT ? ZONG_ECORRUPT : err;
	object.material = material;
	err = zong_access_may(gathering->who, ZONG_VERB_MATERIAL_READ, &object);
	grown = err ? NULL
		    : realloc(gathering->materials, (gathering->count + 1) * sizeof(*grown));
	if (!grown) {
		zong__material__free_unpacked(material, NULL);
		return !err ? ZONG_ENOMEM : err == ZONG_ENOENT ? 0 : err;
	}
	gathering->materials = grown;
	grown[gathering->count++] = material;
	return 0;
}

int zong_case_materials(struct zong_archive *archive, const struct zong_subject *who,
	const char *no, Zong__Material ***ret_materials, size_t *ret_count, struct zong_err *err)
{
	struct gathering gathering = {.who = who};
	struct zong_txn *txn;
	Zong__Case *cas;
	int code;

	code = zong_access_may(who, ZONG_VERB_CASE_READ, NULL);
	if (!code)
		code = zong_store_read_begin(archive->store, &txn);
	if (code)
		return zong_err_set(err, code, NULL);
	code = zong_look_case(txn, who, no, &cas);
	if (!code) {
		code = zong_row_materials_of(txn, cas->no, append_material, &gathering);
		zong__case__free_unpacked(cas, NULL);
	}
	zong_txn_end(txn);
	if (code) {
		zong_materials_free(gathering.materials, gathering.count);
		return zong_err_set(err, code, "%s", no);
	}
	*ret_materials = gathering.materials;
	*ret_count = gathering.count;
	return 0;
}

void zong_cases_free(Zong__Case **cases, size_t count)
{
	for (size_t i = 0; i < count; i++)
		zong__case__free_unpacked(cases[i], NULL);
	free(cases);
}

void zong_materials_free(Zong__Material **materials, size_t count)
{
	for (size_t i = 0; i < count; i++)
		zong__material__free_unpacked(materials[i], NULL);
	free(materials);
}
