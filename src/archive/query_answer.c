/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "index_rows.h"
#include "query_row.h"

/* What an application is about: units, and cases that name no unit. */

#define ID_OLD 15
#define ID_NEW 18

struct targets {
	struct zong_answer *answer;
	char (*unit)[ZONG_UNIT_TEXT];
	size_t units;
	char (*case_no)[ZONG_LIMIT_CASE_NO_BYTES + 1];
	size_t cases;
	uint32_t object;
	bool any; /* the object under way led somewhere */
};

/* ---- who is who ---- */

/* A number of 18 without the century and its check digit is the one of 15 in old papers. */
static bool same_number(const char *a, const char *b)
{
	const char *old = strlen(a) == ID_OLD ? a : b, *new = old == a ? b : a;

	if (strcmp(a, b) == 0)
		return a[0] != '\0';
	if (strlen(old) != ID_OLD || strlen(new) != ID_NEW)
		return false;
	return memcmp(old, new, 6) == 0 && memcmp(new + 6, "19", 2) == 0 &&
	       memcmp(old + 6, new + 8, 9) == 0;
}

bool zong_query_is(const Zong__QueryPerson *person, const Zong__Party *party)
{
	char name[2][ZONG_INDEX_NAME + 1], number[2][ZONG_INDEX_IDNO + 1];

	zong_index_fold_name(person->name, name[0]);
	zong_index_fold_name(party->name, name[1]);
	zong_index_fold_idno(person->idno, number[0]);
	zong_index_fold_idno(party->idno, number[1]);
	return strcmp(name[0], name[1]) == 0 && same_number(number[0], number[1]);
}

bool zong_query_gives(const Zong__Party *party)
{
	static const char *const giving[] = {"义务", "出卖", "转让", "赠与人", "被继承", NULL};

	for (size_t i = 0; giving[i]; i++)
		if (strstr(party->role, giving[i]))
			return true;
	return false;
}

static bool holder_in(const struct zong_answer *answer, const Zong__Case *cas)
{
	for (size_t i = 0; i < cas->n_parties; i++)
		if (zong_query_is(answer->holder, cas->parties[i]))
			return true;
	return false;
}

/* ---- targets ---- */

static int too_many(struct targets *targets)
{
	snprintf(targets->answer->wrong, sizeof(targets->answer->wrong), "units: %d",
		ZONG_LIMIT_QUERY_UNITS);
	return ZONG_ELIMIT;
}

static int add_unit(struct targets *targets, const char *code)
{
	targets->any = true;
	for (size_t i = 0; i < targets->units; i++)
		if (strcmp(targets->unit[i], code) == 0)
			return 0;
	if (targets->units == ZONG_LIMIT_QUERY_UNITS)
		return too_many(targets);
	snprintf(targets->unit[targets->units++], ZONG_UNIT_TEXT, "%s", code);
	return zong_query_tell_unit(targets->answer, code, targets->object);
}

static int add_case_alone(struct targets *targets, const Zong__Case *cas)
{
	targets->any = true;
	for (size_t i = 0; i < targets->cases; i++)
		if (strcmp(targets->case_no[i], cas->no) == 0)
			return 0;
	if (targets->cases == ZONG_LIMIT_QUERY_UNITS)
		return too_many(targets);
	snprintf(targets->case_no[targets->cases++], ZONG_LIMIT_CASE_NO_BYTES + 1, "%s", cas->no);
	return zong_query_tell_case(targets->answer, cas, targets->object);
}

/* A parcel or a building: the units that something is filed under, or itself where there are none. */
static int add_below(struct targets *targets, const char *code)
{
	struct zong_answer *answer = targets->answer;
	struct zong_iter iter = {0};
	struct zong_key prefix;
	char last[ZONG_UNIT_TEXT] = "";
	size_t scanned = 0;
	bool any = false;
	int err;

	zong_key_clear(&prefix);
	zong_key_str_open(&prefix, code);
	err = zong_iter_begin(&iter, answer->txn, ZONG_TABLE_BY_UNIT, &prefix, NULL, false);
	while (!err && (err = zong_iter_next(&iter)) == 0) {
		struct zong_key_view view = iter.key;
		const char *unit;

		if (scanned++ == ZONG_LIMIT_SEARCH_SCAN) {
			err = too_many(targets);
			break;
		}
		if (!zong_key_take_str(&view, &unit)) {
			err = ZONG_ECORRUPT;
			break;
		}
		if (strlen(unit) < ZONG_UNIT_TEXT - 1 || strcmp(unit, last) == 0)
			continue;
		snprintf(last, sizeof(last), "%s", unit);
		any = true;
		err = add_unit(targets, last);
	}
	zong_iter_end(&iter);
	if (err && err != ZONG_EEND)
		return err;
	return any ? 0 : add_unit(targets, code);
}

static int add_code(struct targets *targets, const char *code)
{
	return strlen(code) == ZONG_UNIT_TEXT - 1 ? add_unit(targets, code)
						  : add_below(targets, code);
}

static int add_case(struct targets *targets, const char *no)
{
	_cleanup_row_ Zong__Case *cas = NULL;
	int err = zong_row_case(targets->answer->txn, no, &cas);

	if (err)
		return err == ZONG_ENOENT ? 0 : err;
	if (strcmp(cas->kind, ZONG_QUERY_KIND) == 0)
		return 0;
	if (targets->answer->holder && !holder_in(targets->answer, cas))
		return 0;
	if (!cas->n_units)
		return add_case_alone(targets, cas);
	for (size_t i = 0; i < cas->n_units && !err; i++)
		err = add_code(targets, cas->units[i]);
	return err;
}

/* All cases that an index row with @value leads to; what was only read on a page is no entry of a person, and leads nowhere. */
static int add_indexed(struct targets *targets, enum zong_table table, const char *value)
{
	bool tagged = table != ZONG_TABLE_BY_PARTY;
	struct zong_iter iter = {0};
	struct zong_key prefix;
	size_t scanned = 0;
	int err;

	zong_row_key_str(&prefix, value);
	err = zong_iter_begin(&iter, targets->answer->txn, table, &prefix, NULL, false);
	while (!err && (err = zong_iter_next(&iter)) == 0) {
		struct zong_key_view view = iter.key;
		const char *text, *no;
		uint8_t tag = 'c';

		if (scanned++ == ZONG_LIMIT_SEARCH_SCAN) {
			err = too_many(targets);
			break;
		}
		if (!zong_key_take_str(&view, &text) ||
			(tagged && !zong_key_take_u8(&view, &tag))) {
			err = ZONG_ECORRUPT;
			break;
		}
		if (tag == 'c' && zong_key_take_str(&view, &no))
			err = add_case(targets, no);
	}
	zong_iter_end(&iter);
	return err == ZONG_EEND ? 0 : err;
}

/* Under the number as it is, and as old papers have it. */
static int add_person(struct targets *targets, const Zong__QueryPerson *person)
{
	char number[ZONG_INDEX_IDNO + 1], old[ID_OLD + 1];
	int err;

	zong_index_fold_idno(person->idno, number);
	err = number[0] ? add_indexed(targets, ZONG_TABLE_BY_IDNO, number) : 0;
	if (err || strlen(number) != ID_NEW || memcmp(number + 6, "19", 2) != 0)
		return err;
	snprintf(old, sizeof(old), "%.6s%.9s", number, number + 8);
	return add_indexed(targets, ZONG_TABLE_BY_IDNO, old);
}

static int add_name(struct targets *targets, const char *name)
{
	char folded[ZONG_INDEX_NAME + 1];

	if (targets->answer->holder)
		return add_person(targets, targets->answer->holder);
	zong_index_fold_name(name, folded);
	return folded[0] ? add_indexed(targets, ZONG_TABLE_BY_PARTY, folded) : 0;
}

static int add_object(struct targets *targets, const Zong__QueryObject *object)
{
	char no[ZONG_LIMIT_CASE_NO_BYTES + 1];
	struct zong_cert_no cert;

	if (object->unit[0])
		return add_code(targets, object->unit);
	if (strcmp(object->by, "cert") == 0)
		return zong_cert_no_parse(object->value, strlen(object->value), &cert)
			       ? 0
			       : add_indexed(targets, ZONG_TABLE_BY_CERT, cert.text);
	if (strcmp(object->by, "case") == 0)
		return zong_case_no_parse(object->value, strlen(object->value), no, sizeof(no))
			       ? 0
			       : add_case(targets, no);
	if (strcmp(object->by, "name") == 0)
		return add_name(targets, object->value);
	return 0;
}

/* ---- all of it ---- */

static int add_objects(struct targets *targets)
{
	struct zong_answer *answer = targets->answer;
	const Zong__Query *query = answer->query;
	int err = 0;

	if (query->n_objects == 0) {
		err = answer->holder ? add_person(targets, answer->holder)
				     : add_name(targets, query->querent->name);
		if (!err && !targets->any)
			err = zong_query_tell_nothing(answer, 0);
		return err;
	}
	for (size_t i = 0; i < query->n_objects && !err; i++) {
		targets->object = (uint32_t)i;
		targets->any = false;
		err = add_object(targets, query->objects[i]);
		if (!err && !targets->any)
			err = zong_query_tell_nothing(answer, (uint32_t)i);
	}
	return err;
}

int zong_query_answer(struct zong_answer *answer)
{
	struct targets targets = {.answer = answer};
	int err;

	/* two hundred units at most, and a case without a unit for each */
	answer->query->found = calloc(2 * ZONG_LIMIT_QUERY_UNITS + ZONG_LIMIT_QUERY_OBJECTS + 1,
		sizeof(*answer->query->found));
	targets.unit = calloc(ZONG_LIMIT_QUERY_UNITS, sizeof(*targets.unit));
	targets.case_no = calloc(ZONG_LIMIT_QUERY_UNITS, sizeof(*targets.case_no));
	err = answer->query->found && targets.unit && targets.case_no ? add_objects(&targets)
								      : ZONG_ENOMEM;
	if (!err && answer->asker->units && targets.units + targets.cases > answer->asker->units) {
		snprintf(answer->wrong, sizeof(answer->wrong), "units %u", answer->asker->units);
		err = ZONG_EQUERYRULE;
	}
	free(targets.unit);
	free(targets.case_no);
	return err;
}
