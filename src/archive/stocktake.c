/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/time.h>

#include "journal.h"
#include "original_row.h"
#include "retention_look.h"

/* What lies on a place by the rows against what was scanned there. Both are sorted sets of codes. */

struct entry {
	char code[ZONG_ORIGINAL_CODE];
	char place[ZONG_PLACE_CODE];
	bool seen;
};

struct take {
	const struct zong_subject *who;
	char place[ZONG_PLACE_CODE];
	const char *const *scanned;
	size_t count;
	struct zong_id id;
	struct entry *entry; /* what should be there */
	size_t entries;
	size_t places;
	Zong__Stocktake *made;
};

static int compare(const void *a, const void *b)
{
	return strcmp(((const struct entry *)a)->code, ((const struct entry *)b)->code);
}

static struct entry *expected(const struct take *take, const char *code)
{
	struct entry wanted;

	snprintf(wanted.code, sizeof(wanted.code), "%s", code);
	return take->entries ? bsearch(&wanted, take->entry, take->entries, sizeof(wanted), compare)
			     : NULL;
}

/* ---- what should be there ---- */

static int originals_at(struct zong_txn *txn, struct take *take, const char *place)
{
	struct zong_iter iter = {0};
	struct zong_key prefix;
	int err;

	zong_row_key_str(&prefix, place);
	err = zong_iter_begin(&iter, txn, ZONG_TABLE_ORIGINALS_BY_PLACE, &prefix, NULL, false);
	while (!err && (err = zong_iter_next(&iter)) == 0) {
		struct zong_key_view view = iter.key;
		struct entry *entry = &take->entry[take->entries];
		const char *at, *code;

		if (take->entries == ZONG_LIMIT_STOCKTAKE) {
			err = ZONG_ELIMIT;
		} else if (!zong_key_take_str(&view, &at) || !zong_key_take_str(&view, &code)) {
			err = ZONG_ECORRUPT;
		} else {
			memset(entry, 0, sizeof(*entry));
			snprintf(entry->code, sizeof(entry->code), "%s", code);
			snprintf(entry->place, sizeof(entry->place), "%s", at);
			take->entries++;
		}
	}
	zong_iter_end(&iter);
	return err == ZONG_EEND ? 0 : err;
}

/* The place and all below it; levels end the descent. */
static int gather(struct zong_txn *txn, struct take *take, const char *place)
{
	struct zong_iter iter = {0};
	struct zong_key prefix;
	int err = originals_at(txn, take, place);

	if (++take->places > ZONG_LIMIT_PLACES_BELOW)
		return ZONG_ELIMIT;
	zong_row_key_str(&prefix, place);
	if (!err)
		err = zong_iter_begin(
			&iter, txn, ZONG_TABLE_PLACES_BY_PARENT, &prefix, NULL, false);
	while (!err && (err = zong_iter_next(&iter)) == 0) {
		struct zong_key_view view = iter.key;
		char below[ZONG_PLACE_CODE];
		const char *at, *code;

		if (!zong_key_take_str(&view, &at) || !zong_key_take_str(&view, &code)) {
			err = ZONG_ECORRUPT;
		} else {
			snprintf(below, sizeof(below), "%s", code);
			err = gather(txn, take, below);
		}
	}
	zong_iter_end(&iter);
	return err == ZONG_EEND ? 0 : err;
}

/* ---- what differs ---- */

static int add_item(Zong__Stocktake *row, Zong__StocktakeKind kind, const char *code,
	const char *place, const char *state)
{
	Zong__StocktakeItem *item = zong_row_new(&zong__stocktake_item__descriptor);
	Zong__StocktakeItem **grown =
		item ? realloc(row->items, (row->n_items + 1) * sizeof(*row->items)) : NULL;

	if (!grown) {
		zong_row_cleanup(&item);
		return ZONG_ENOMEM;
	}
	row->items = grown;
	grown[row->n_items++] = item;
	item->kind = kind;
	return zong_row_set(&item->code, code) || zong_row_set(&item->place, place) ||
			       zong_row_set(&item->state, state)
		       ? ZONG_ENOMEM
		       : 0;
}

static bool has_item(const Zong__Stocktake *row, const char *code)
{
	for (size_t i = 0; i < row->n_items; i++)
		if (strcmp(row->items[i]->code, code) == 0)
			return true;
	return false;
}

/* Something that was scanned and should not be here. */
static int add_foreign(struct zong_txn *txn, Zong__Stocktake *row, const char *code)
{
	_cleanup_row_ Zong__Original *original = NULL;
	int err;

	if (has_item(row, code))
		return 0; /* scanned twice */
	err = zong_original_row(txn, code, &original);
	if (err == ZONG_ENOORIGINAL)
		return add_item(row, ZONG__STOCKTAKE_KIND__STOCKTAKE_EXTRA, code, "", "unknown");
	if (err)
		return err;
	if (original->where_case == ZONG__ORIGINAL__WHERE_SHELVED)
		return add_item(row, ZONG__STOCKTAKE_KIND__STOCKTAKE_MISPLACED, code,
			original->shelved->place, "shelved");
	return add_item(row, ZONG__STOCKTAKE_KIND__STOCKTAKE_EXTRA, code, original->home,
		zong_original_state_name(original));
}

static int look_at(struct zong_txn *txn, struct take *take, Zong__Stocktake *row, const char *text)
{
	char code[ZONG_ORIGINAL_CODE], said[ZONG_ABOUT];
	struct entry *entry;

	if (zong_original_code_parse(text, code)) {
		zong_paper_about(said, text);
		if (has_item(row, said))
			return 0;
		return add_item(row, ZONG__STOCKTAKE_KIND__STOCKTAKE_EXTRA, said, "", "no-code");
	}
	entry = expected(take, code);
	if (!entry)
		return add_foreign(txn, row, code);
	row->found += !entry->seen;
	entry->seen = true;
	return 0;
}

static int put_stocktake(struct zong_txn *txn, const struct zong_id *id, const Zong__Stocktake *row)
{
	struct zong_key key;

	zong_row_key_id(&key, id);
	return zong_txn_put(txn, ZONG_TABLE_STOCKTAKES, &key, &row->base);
}

static int record(struct zong_txn *txn, const struct zong_subject *who, const char *verb,
	const struct zong_id *id, const char *detail, uint64_t *ret_record)
{
	char object[ZONG_ID_TEXT + 16], text[ZONG_ID_TEXT];

	zong_id_format(id, text);
	snprintf(object, sizeof(object), "stocktake/%s", text);
	return zong_journal_add(txn, who, verb, object, detail, ret_record);
}

static int fill(struct zong_txn *txn, struct take *take, Zong__Stocktake *row)
{
	char detail[ZONG_PLACE_CODE + 96];
	int err = 0;

	if (zong_row_set_bytes(&row->id, take->id.bytes, sizeof(take->id.bytes)) ||
		zong_row_set(&row->place, take->place) || zong_row_set(&row->by, take->who->key) ||
		zong_row_set(&row->name, take->who->name))
		return ZONG_ENOMEM;
	row->time = zong_time_now();
	row->expected = (uint32_t)take->entries;
	for (size_t i = 0; i < take->count && !err; i++)
		err = look_at(txn, take, row, take->scanned[i]);
	for (size_t i = 0; i < take->entries && !err; i++)
		if (!take->entry[i].seen)
			err = add_item(row, ZONG__STOCKTAKE_KIND__STOCKTAKE_MISSING,
				take->entry[i].code, take->entry[i].place, "shelved");
	if (err)
		return err;
	snprintf(detail, sizeof(detail), "place/%s: %u of %u found, %zu differ", take->place,
		row->found, row->expected, row->n_items);
	return record(txn, take->who, "stocktake.take", &take->id, detail, &row->record);
}

static int write_take(struct zong_txn *txn, void *ctx)
{
	_cleanup_row_ Zong__Stocktake *row = zong_row_new(&zong__stocktake__descriptor);
	_cleanup_row_ Zong__Place *place = NULL;
	struct take *take = ctx;
	int err;

	zong_row_cleanup(&take->made);
	take->made = NULL;
	take->entries = take->places = 0;
	if (!row)
		return ZONG_ENOMEM;
	err = zong_place_row(txn, take->place, &place);
	if (!err)
		err = gather(txn, take, take->place);
	if (err)
		return err;
	if (take->entries)
		qsort(take->entry, take->entries, sizeof(*take->entry), compare);
	err = fill(txn, take, row);
	if (!err)
		err = put_stocktake(txn, &take->id, row);
	if (!err)
		take->made = take_ptr(row);
	return err;
}

int zong_stocktake_take(struct zong_archive *archive, const struct zong_subject *who,
	const char *place, const char *const *codes, size_t count, Zong__Stocktake **ret_stocktake,
	struct zong_err *err)
{
	struct take take = {.who = who, .scanned = codes, .count = count};
	int code = zong_access_may(who, ZONG_VERB_ORIGINAL_MANAGE, NULL);

	if (code)
		return zong_err_set(err, code, NULL);
	if (count > ZONG_LIMIT_STOCKTAKE)
		return zong_err_set(err, ZONG_ELIMIT, "codes");
	if (zong_place_code_parse(place, take.place))
		return zong_err_set(err, ZONG_ENOPLACE, "%s", place);
	take.entry = calloc(ZONG_LIMIT_STOCKTAKE, sizeof(*take.entry));
	if (!take.entry)
		return ZONG_ENOMEM;
	zong_id_new(&take.id);
	code = zong_store_write(archive->store, write_take, &take);
	free(take.entry);
	if (code) {
		zong_row_cleanup(&take.made);
		return zong_err_set(err, code, "%s", take.place);
	}
	*ret_stocktake = take.made;
	return 0;
}

/* ---- the second step ---- */

struct mark {
	const struct zong_subject *who;
	const char *const *code;
	size_t count;
	struct zong_id id;
	char subject[ZONG_ABOUT];
	Zong__Stocktake *made;
};

int zong_stocktake_row(
	struct zong_txn *txn, const struct zong_id *id, Zong__Stocktake **ret_stocktake)
{
	ProtobufCMessage *row;
	struct zong_key key;
	int err;

	zong_row_key_id(&key, id);
	err = zong_txn_get(txn, ZONG_TABLE_STOCKTAKES, &key, &zong__stocktake__descriptor, &row);
	if (!err)
		*ret_stocktake = (Zong__Stocktake *)row;
	return err;
}

/* One that was moved since is no more missing than any other. */
static int mark_item(struct zong_txn *txn, struct mark *mark, Zong__StocktakeItem *item)
{
	_cleanup_row_ Zong__Original *original = NULL;
	int err;

	if (item->marked)
		return 0;
	err = zong_original_row(txn, item->code, &original);
	if (err)
		return err;
	if (original->listed[0] || original->where_case != ZONG__ORIGINAL__WHERE_SHELVED ||
		strcmp(original->shelved->place, item->place) != 0 ||
		original->shelved->time > mark->made->time)
		return 0;
	err = zong_original_lose(txn, mark->who, original, "stock-take", &mark->id);
	if (!err)
		item->marked = zong_time_now();
	return err;
}

static Zong__StocktakeItem *missing_item(const Zong__Stocktake *row, const char *text)
{
	char code[ZONG_ORIGINAL_CODE];

	if (zong_original_code_parse(text, code))
		return NULL;
	for (size_t i = 0; i < row->n_items; i++)
		if (row->items[i]->kind == ZONG__STOCKTAKE_KIND__STOCKTAKE_MISSING &&
			strcmp(row->items[i]->code, code) == 0)
			return row->items[i];
	return NULL;
}

static int mark_all(struct zong_txn *txn, struct mark *mark)
{
	Zong__Stocktake *row = mark->made;
	int err = 0;

	for (size_t i = 0; i < row->n_items && !mark->count && !err; i++)
		if (row->items[i]->kind == ZONG__STOCKTAKE_KIND__STOCKTAKE_MISSING)
			err = mark_item(txn, mark, row->items[i]);
	for (size_t i = 0; i < mark->count && !err; i++) {
		Zong__StocktakeItem *item = missing_item(row, mark->code[i]);

		zong_paper_about(mark->subject, mark->code[i]);
		err = item ? mark_item(txn, mark, item) : ZONG_ENOORIGINAL;
	}
	return err;
}

static int write_mark(struct zong_txn *txn, void *ctx)
{
	struct mark *mark = ctx;
	Zong__Stocktake *row;
	int err;

	zong_row_cleanup(&mark->made);
	mark->made = NULL;
	err = zong_stocktake_row(txn, &mark->id, &mark->made);
	if (!err)
		err = mark_all(txn, mark);
	if (err)
		return err;
	row = mark->made;
	row->marked = zong_time_now();
	if (zong_row_set(&row->marked_by, mark->who->key) ||
		zong_row_set(&row->marked_name, mark->who->name))
		return ZONG_ENOMEM;
	err = record(txn, mark->who, "stocktake.mark", &mark->id, row->place, &row->marked_record);
	return err ? err : put_stocktake(txn, &mark->id, row);
}

int zong_stocktake_mark(struct zong_archive *archive, const struct zong_subject *who,
	const char *id, const char *const *codes, size_t count, Zong__Stocktake **ret_stocktake,
	struct zong_err *err)
{
	struct mark mark = {.who = who, .code = codes, .count = count};
	int code = zong_access_may(who, ZONG_VERB_ORIGINAL_MANAGE, NULL);

	if (code)
		return zong_err_set(err, code, NULL);
	if (count > ZONG_LIMIT_STOCKTAKE)
		return zong_err_set(err, ZONG_ELIMIT, "codes");
	if (zong_id_parse(id, &mark.id))
		return zong_err_set(err, ZONG_ENOENT, "%s", id);
	zong_paper_about(mark.subject, id);
	code = zong_store_write(archive->store, write_mark, &mark);
	if (code) {
		zong_row_cleanup(&mark.made);
		return zong_err_set(err, code, "%s", mark.subject);
	}
	*ret_stocktake = mark.made;
	return 0;
}
