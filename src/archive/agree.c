/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agree.h"

#include <stdlib.h>
#include <string.h>

#include <zong/code.h>
#include <zong/error.h>
#include <zong/limits.h>
#include <zong/utf8.h>

#include "index_rows.h"

#define VALUE_MAX (ZONG_CERT_TEXT + 8)
/* Characters of a value that the distance looks at: numbers are shorter. */
#define DISTANCE_MAX 80

/* One entered value in the normal form that fields have. */
struct entered {
	const char *kind, *text;
	char value[VALUE_MAX];
};

struct comparison {
	struct entered *entered;
	size_t count;
	const struct zong_material_pages *pages;
	bool *known; /* of each field of the pages: somebody entered its value */
};

const char *zong_agreement_name(enum zong_agreement agreement)
{
	static const char *const names[] = {"none", "agree", "disagree"};

	return names[agreement];
}

enum zong_agreement zong_agree_kind(
	const struct zong_kind_rules *rules, const char *type, const char *kind)
{
	const char *meant;

	if (!kind || !*type)
		return ZONG_AGREEMENT_NONE;
	meant = zong_kind_rules_meant(rules, type);
	return meant && strcmp(meant, kind) == 0 ? ZONG_AGREEMENT_YES : ZONG_AGREEMENT_NO;
}

/* ---- what was entered ---- */

static void add(
	struct comparison *comparison, const char *kind, const char *text, const char *value)
{
	struct entered *entered = &comparison->entered[comparison->count];
	size_t len = strlen(value);

	if (comparison->count == ZONG_LIMIT_COMPARED || len == 0 || len >= sizeof(entered->value))
		return;
	entered->kind = kind;
	entered->text = text;
	memcpy(entered->value, value, len + 1);
	comparison->count++;
}

static void add_unit(struct comparison *comparison, const char *text)
{
	struct zong_unit_code code;

	if (zong_unit_code_parse(text, strlen(text), &code) == 0)
		add(comparison, "unit", text, code.text);
}

static void add_cert(struct comparison *comparison, const char *text)
{
	struct zong_cert_no cert;

	if (zong_cert_no_parse(text, strlen(text), &cert) == 0)
		add(comparison, "certificate", text, cert.text);
}

/* A passport's number has no form that it could be found by on a page. */
static void add_idno(struct comparison *comparison, const char *text)
{
	char value[19] = "";

	if (zong_id_no_check(text, strlen(text), value) != ZONG_CHECK_SHAPE)
		add(comparison, "id", text, value);
	else if (zong_credit_code_check(text, strlen(text), value) != ZONG_CHECK_SHAPE)
		add(comparison, "uscc", text, value);
}

static void add_case(struct comparison *comparison, const Zong__Case *cas)
{
	char no[ZONG_INDEX_NAME + 1];

	zong_index_fold_name(cas->no, no);
	add(comparison, "case", cas->no, no);
	for (size_t i = 0; i < cas->n_certificates; i++)
		add_cert(comparison, cas->certificates[i]);
	for (size_t i = 0; i < cas->n_parties; i++)
		add_idno(comparison, cas->parties[i]->idno);
}

/* ---- against what was read ---- */

/* Where a code ends at the parcel or the building, all below it is meant. */
static bool says(const struct entered *entered, const Zong__Field *field)
{
	char no[ZONG_INDEX_NAME + 1];

	if (strcmp(entered->kind, "unit") == 0)
		return strncmp(field->value, entered->value, strlen(entered->value)) == 0;
	if (strcmp(entered->kind, "case") == 0) {
		zong_index_fold_name(field->value, no);
		return strcmp(no, entered->value) == 0;
	}
	return strcmp(field->value, entered->value) == 0;
}

static bool comparable(const struct entered *entered, const Zong__Field *field)
{
	return field->valid && strcmp(field->kind, entered->kind) == 0;
}

static void mark_known(struct comparison *comparison)
{
	for (size_t f = 0; f < comparison->pages->fields; f++) {
		const Zong__Field *field = comparison->pages->field[f].field;

		for (size_t i = 0; i < comparison->count && !comparison->known[f]; i++)
			comparison->known[f] = comparable(&comparison->entered[i], field) &&
					       says(&comparison->entered[i], field);
	}
}

/* Characters of @text, at most DISTANCE_MAX. */
static size_t characters(const char *text, uint32_t ret[DISTANCE_MAX])
{
	size_t len = strlen(text), pos = 0, count = 0;

	while (pos < len && count < DISTANCE_MAX)
		ret[count++] = zong_utf8_next(text, len, &pos);
	return count;
}

/* Characters to be changed, put in or left out to make one of the other (Levenshtein). */
static size_t distance(const char *a, const char *b)
{
	uint32_t x[DISTANCE_MAX], y[DISTANCE_MAX];
	size_t row[DISTANCE_MAX + 1], n = characters(a, x), m = characters(b, y);

	for (size_t j = 0; j <= m; j++)
		row[j] = j;
	for (size_t i = 1; i <= n; i++) {
		size_t before = row[0];

		row[0] = i;
		for (size_t j = 1; j <= m; j++) {
			size_t least = before + (x[i - 1] != y[j - 1]);

			before = row[j];
			if (row[j] + 1 < least)
				least = row[j] + 1;
			if (row[j - 1] + 1 < least)
				least = row[j - 1] + 1;
			row[j] = least;
		}
	}
	return row[m];
}

static void compare(const struct comparison *comparison, const struct entered *entered,
	struct zong_compared *result)
{
	const struct zong_material_pages *pages = comparison->pages;
	size_t nearest = SIZE_MAX;

	*result = (struct zong_compared){.kind = entered->kind, .entered = entered->text};
	for (size_t f = 0; f < pages->fields && result->agrees != ZONG_AGREEMENT_YES; f++) {
		const Zong__Field *field = pages->field[f].field;
		bool same;
		size_t far;

		if (!comparable(entered, field))
			continue;
		same = says(entered, field);
		if (!same && comparison->known[f])
			continue;
		far = same ? 0 : distance(entered->value, field->value);
		if (!same && far >= nearest)
			continue;
		nearest = far;
		result->agrees = same ? ZONG_AGREEMENT_YES : ZONG_AGREEMENT_NO;
		result->read = field;
		result->page = pages->field[f].page;
	}
}

int zong_agree_fields(
	const Zong__Material *material, const Zong__Case *cas, struct zong_material_pages *pages)
{
	struct comparison comparison = {.pages = pages};
	int err = ZONG_ENOMEM;

	comparison.entered = calloc(ZONG_LIMIT_COMPARED, sizeof(*comparison.entered));
	comparison.known = calloc(pages->fields + 1, sizeof(*comparison.known));
	pages->compared = calloc(ZONG_LIMIT_COMPARED, sizeof(*pages->compared));
	if (comparison.entered && comparison.known && pages->compared) {
		if (cas)
			add_case(&comparison, cas);
		for (size_t i = 0; i < material->n_units; i++)
			add_unit(&comparison, material->units[i]);
		mark_known(&comparison);
		for (size_t i = 0; i < comparison.count; i++)
			compare(&comparison, &comparison.entered[i], &pages->compared[i]);
		pages->compareds = comparison.count;
		err = 0;
	}
	free(comparison.entered);
	free(comparison.known);
	return err;
}
