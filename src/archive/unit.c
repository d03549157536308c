/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/access.h>
#include <zong/retention.h>

#include "journal.h"
#include "retention_look.h"
#include "row.h"
#include "row_page.h"

#define AREA_DIGITS 12
#define AREA_DECIMALS 4

int zong_unit_get(struct zong_txn *txn, const char *code, Zong__Unit **ret_unit)
{
	ProtobufCMessage *row;
	struct zong_key key;
	int err;

	zong_row_key_str(&key, code);
	err = zong_txn_get(txn, ZONG_TABLE_UNITS, &key, &zong__unit__descriptor, &row);
	if (!err)
		*ret_unit = (Zong__Unit *)row;
	return err;
}

/* ---- what a person or a table says ---- */

/* Digits, and perhaps a point and some more: it is kept as it was written. */
static bool is_area(const char *text)
{
	size_t whole = strspn(text, "0123456789");
	size_t decimals;

	if (whole == 0 || whole > AREA_DIGITS)
		return false;
	if (text[whole] == '\0')
		return true;
	decimals = strspn(text + whole + 1, "0123456789");
	return text[whole] == '.' && decimals > 0 && decimals <= AREA_DECIMALS &&
	       text[whole + 1 + decimals] == '\0';
}

static int check_texts(const Zong__Unit *unit, const char **ret_wrong)
{
	const struct {
		const char *name, *text;
		size_t max;
	} members[] = {
		{"name", unit->name, ZONG_LIMIT_UNIT_TEXT},
		{"address", unit->address, ZONG_LIMIT_UNIT_TEXT},
		{"usage", unit->usage, ZONG_LIMIT_UNIT_TEXT},
		{"note", unit->note, ZONG_LIMIT_REASON},
	};

	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		int err =
			zong_retention_text(members[i].text, members[i].max, members[i].name, NULL);

		if (err) {
			*ret_wrong = members[i].name;
			return err;
		}
	}
	return 0;
}

static int check_days(const Zong__Unit *unit, const char **ret_wrong)
{
	int32_t began = 0, ended = 0;

	if (unit->began[0] && zong_day_parse(unit->began, &began)) {
		*ret_wrong = "began";
		return ZONG_EDATE;
	}
	if (unit->ended[0] &&
		(zong_day_parse(unit->ended, &ended) || (unit->began[0] && ended < began))) {
		*ret_wrong = "ended";
		return ZONG_EDATE;
	}
	return 0;
}

int zong_unit_normalise(const Zong__Unit *wanted, struct zong_arena *arena, Zong__Unit *ret_unit,
	unsigned int *ret_oddities, const char **ret_wrong)
{
	struct zong_unit_code code;
	Zong__Unit unit = *wanted;
	int err;

	*ret_wrong = "code";
	if (zong_unit_code_parse(wanted->code, strlen(wanted->code), &code) ||
		code.level == ZONG_UNIT_PREFIX)
		return ZONG_EUNITCODE;
	unit.code = zong_arena_str(arena, code.text);
	if (!unit.code)
		return ZONG_ENOMEM;
	err = check_texts(&unit, ret_wrong);
	if (!err)
		err = check_days(&unit, ret_wrong);
	if (!err && unit.area[0] && !is_area(unit.area)) {
		*ret_wrong = "area";
		err = ZONG_EINVAL;
	}
	if (err)
		return err;
	*ret_wrong = NULL;
	*ret_oddities = code.oddities;
	*ret_unit = unit;
	return 0;
}

static bool same(const Zong__Unit *a, const Zong__Unit *b)
{
	return strcmp(a->name, b->name) == 0 && strcmp(a->address, b->address) == 0 &&
	       strcmp(a->usage, b->usage) == 0 && strcmp(a->area, b->area) == 0 &&
	       strcmp(a->began, b->began) == 0 && strcmp(a->ended, b->ended) == 0 &&
	       strcmp(a->note, b->note) == 0;
}

int zong_unit_put(struct zong_txn *txn, const Zong__Unit *before, Zong__Unit *unit, uint64_t record,
	enum zong_put *ret_put)
{
	struct zong_key key;

	*ret_put = !before ? ZONG_PUT_ADDED : same(before, unit) ? ZONG_PUT_SAME : ZONG_PUT_CHANGED;
	if (*ret_put == ZONG_PUT_SAME)
		return 0;
	unit->record = record;
	zong_row_key_str(&key, unit->code);
	return zong_txn_put(txn, ZONG_TABLE_UNITS, &key, &unit->base);
}

/* ---- one ---- */

struct setting {
	const struct zong_subject *who;
	Zong__Unit *unit; /* borrowed of the arena */
	enum zong_put put;
};

static int write_unit(struct zong_txn *txn, void *ctx)
{
	static const char *const words[] = {"added", "changed", "same"};
	_cleanup_row_ Zong__Unit *before = NULL;
	struct setting *setting = ctx;
	char object[64];
	uint64_t record;
	int err;

	err = zong_txn_counter(txn, ZONG_COUNT_LOG, &record);
	if (!err)
		err = zong_unit_get(txn, setting->unit->code, &before);
	if (!err || err == ZONG_ENOENT)
		err = zong_unit_put(txn, before, setting->unit, record + 1, &setting->put);
	if (err || setting->put == ZONG_PUT_SAME)
		return err;
	snprintf(object, sizeof(object), "unit/%s", setting->unit->code);
	return zong_journal_add(txn, setting->who, "unit.set", object, words[setting->put], NULL);
}

int zong_unit_set(struct zong_archive *archive, const struct zong_subject *who,
	const Zong__Unit *wanted, Zong__Unit **ret_unit, unsigned int *ret_oddities,
	struct zong_err *err)
{
	struct zong_arena arena = ZONG_ARENA_INIT;
	Zong__Unit unit;
	struct setting setting = {.who = who, .unit = &unit};
	const char *wrong = NULL;
	int code = zong_access_may(who, ZONG_VERB_UNIT_MANAGE, NULL);

	if (!code)
		code = zong_unit_normalise(wanted, &arena, &unit, ret_oddities, &wrong);
	if (!code)
		code = zong_store_write(archive->store, write_unit, &setting);
	if (!code)
		code = zong_row_copy(&unit.base, (ProtobufCMessage **)ret_unit);
	zong_arena_release(&arena);
	if (code)
		return zong_err_set(err, code, "%s",
			code == ZONG_EUNITCODE ? wanted->code
			: code == ZONG_EDATE   ? (wrong[0] == 'b' ? wanted->began : wanted->ended)
			: wrong		       ? wrong
					       : "");
	return 0;
}

/* ---- the list ---- */

void zong_units_free(Zong__Unit **units, size_t count)
{
	for (size_t i = 0; units && i < count; i++)
		zong__unit__free_unpacked(units[i], NULL);
	free(units);
}

int zong_unit_list(struct zong_archive *archive, const struct zong_subject *who, const char *prefix,
	const char *cursor, size_t max, Zong__Unit ***ret_units, size_t *ret_count, char **ret_next,
	struct zong_err *err)
{
	struct zong_row_page page = {
		.table = ZONG_TABLE_UNITS, .type = &zong__unit__descriptor, .backwards = false};
	struct zong_unit_code code = {0};
	int r = zong_access_may(who, ZONG_VERB_UNIT_LIST, NULL);

	if (!r && prefix && prefix[0] && zong_unit_code_parse(prefix, strlen(prefix), &code))
		return zong_err_set(err, ZONG_EUNITCODE, "%s", prefix);
	page.prefix = code.text;
	if (!r)
		r = zong_row_page_read(archive, &page, cursor, max, (ProtobufCMessage ***)ret_units,
			ret_count, ret_next);
	return r ? zong_err_set(err, r, NULL) : 0;
}
