/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include <zong/access.h>

#include "cursor.h"
#include "retention_look.h"
#include "row.h"

struct walk {
	struct zong_txn *txn;
	struct zong_rules rules;
	int32_t today;
	struct zong_due *due;
	size_t count, max, scanned;
};

void zong_due_free(struct zong_due *due, size_t count)
{
	for (size_t i = 0; due && i < count; i++)
		zong__material__free_unpacked(due[i].material, NULL);
	free(due);
}

static int take(struct walk *walk, const struct zong_id *id)
{
	struct zong_due *due = &walk->due[walk->count];
	Zong__Material *material;
	int err = zong_row_material(walk->txn, id, &material);

	walk->scanned++;
	if (err)
		return err == ZONG_ENOENT ? ZONG_ECORRUPT : err;
	err = zong_retention_judge(walk->txn, &walk->rules, walk->today, material, &due->verdict);
	if (err || (due->verdict.state != ZONG_KEPT_DUE && due->verdict.state != ZONG_KEPT_HELD)) {
		zong__material__free_unpacked(material, NULL);
		return err;
	}
	due->material = material;
	walk->count++;
	return 0;
}

static int walk_materials(
	struct walk *walk, const char *case_no, const struct zong_key *from, char **ret_next)
{
	enum zong_table table = case_no ? ZONG_TABLE_MATERIALS_BY_CASE : ZONG_TABLE_MATERIALS;
	struct zong_key last = {0};
	struct zong_iter iter = {0};
	struct zong_key prefix;
	bool more = false;
	int err;

	zong_key_clear(&prefix);
	if (case_no)
		zong_key_str(&prefix, case_no);
	err = zong_iter_begin(&iter, walk->txn, table, case_no ? &prefix : NULL, from, false);
	while (!err && (err = zong_iter_next(&iter)) == 0) {
		struct zong_key_view view = iter.key;
		struct zong_id id;
		const char *no;

		if (from && iter.key.len == from->len &&
			memcmp(iter.key.bytes, from->bytes, from->len) == 0)
			continue;
		more = walk->count == walk->max || walk->scanned == ZONG_LIMIT_SEARCH_SCAN;
		if (more)
			break;
		if ((case_no && !zong_key_take_str(&view, &no)) || !zong_key_take_id(&view, &id)) {
			err = ZONG_ECORRUPT;
			break;
		}
		zong_key_clear(&last);
		zong_key_bytes(&last, iter.key.bytes, iter.key.len);
		err = take(walk, &id);
	}
	zong_iter_end(&iter);
	if (err && err != ZONG_EEND)
		return err;
	return more ? zong_cursor_make(last.bytes, last.len, ret_next) : 0;
}

int zong_retention_due(struct zong_archive *archive, const struct zong_subject *who,
	const char *case_no, const char *cursor, size_t max, struct zong_due **ret_due,
	size_t *ret_count, char **ret_next, struct zong_err *err)
{
	struct walk walk = {.today = zong_retention_today(archive)};
	char normal[ZONG_LIMIT_CASE_NO_BYTES + 1];
	struct zong_key from;
	char *next = NULL;
	int code = zong_access_may(who, ZONG_VERB_RETENTION_READ, NULL);

	if (!code && cursor)
		code = zong_cursor_take(cursor, &from);
	if (code)
		return zong_err_set(err, code, NULL);
	if (case_no && zong_case_no_parse(case_no, strlen(case_no), normal, sizeof(normal)))
		return zong_err_set(err, ZONG_ENOCASE, "%s", case_no);
	walk.max = max < 1 ? 1 : max > ZONG_LIMIT_PAGE_ITEMS ? ZONG_LIMIT_PAGE_ITEMS : max;
	walk.due = calloc(walk.max, sizeof(*walk.due));
	if (!walk.due)
		return zong_err_set(err, ZONG_ENOMEM, NULL);
	code = zong_store_read_begin(archive->store, &walk.txn);
	if (!code) {
		code = zong_rules_load(walk.txn, &walk.rules);
		if (!code)
			code = walk_materials(
				&walk, case_no ? normal : NULL, cursor ? &from : NULL, &next);
		zong_txn_end(walk.txn);
	}
	zong_rules_release(&walk.rules);
	if (code) {
		free(next);
		zong_due_free(walk.due, walk.count);
		return zong_err_set(err, code, NULL);
	}
	*ret_due = walk.due;
	*ret_count = walk.count;
	*ret_next = next;
	return 0;
}
