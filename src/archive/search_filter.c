/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "search_filter.h"

#include <stdlib.h>
#include <string.h>

#include <zong/error.h>
#include <zong/limits.h>
#include <zong/retention.h>

#include "row.h"

static int compare_ids(const void *a, const void *b)
{
	return zong_found_compare_ids(a, b);
}

static bool in_set(const struct zong_found_set *set, const Zong__Material *material)
{
	return material && material->id.len == sizeof(struct zong_id) && set && set->count > 0 &&
	       bsearch(material->id.data, set->id, set->count, sizeof(*set->id), compare_ids) !=
		       NULL;
}

/* ---- members ---- */

static bool unit_holds(const struct zong_unit_code *unit, const struct zong_found_set *read,
	const Zong__Case *cas, const Zong__Material *material)
{
	char *const *units = material ? material->units : cas ? cas->units : NULL;
	size_t count = material ? material->n_units : cas ? cas->n_units : 0;

	for (size_t i = 0; i < count; i++) {
		if (strncmp(units[i], unit->text, unit->len) == 0)
			return true;
	}
	return in_set(read, material);
}

static bool cert_holds(const struct zong_cert_wish *wish, const struct zong_found_set *read,
	const Zong__Case *cas, const Zong__Material *material)
{
	for (size_t i = 0; cas && i < cas->n_certificates; i++) {
		if (zong_cert_wished(wish, cas->certificates[i]))
			return true;
	}
	return in_set(read, material);
}

static bool party_holds(const struct zong_party_wish *wish, const struct zong_found_set *read,
	const Zong__Case *cas, const Zong__Material *material)
{
	for (size_t i = 0; cas && i < cas->n_parties; i++) {
		if (zong_party_wished(wish, cas->parties[i]->name, cas->parties[i]->idno))
			return true;
	}
	return in_set(read, material);
}

static bool case_holds(const char *no, const Zong__Case *cas, const Zong__Material *material)
{
	return strncmp(material ? material->case_no : cas ? cas->no : "", no, strlen(no)) == 0;
}

static bool members_hold(
	const struct zong_found *found, const Zong__Case *cas, const Zong__Material *material)
{
	const struct zong_query *query = found->query;
	unsigned int leads = found->leads;

	if (query->case_no[0] && !(leads & ZONG_LEADS_CASE) &&
		!case_holds(query->case_no, cas, material))
		return false;
	if (query->unit.len > 0 && !(leads & ZONG_LEADS_UNIT) &&
		!unit_holds(&query->unit, &found->unit_read, cas, material))
		return false;
	if (query->cert.given && !(leads & ZONG_LEADS_CERT) &&
		!cert_holds(&query->cert, &found->cert_read, cas, material))
		return false;
	return !query->party.given || (leads & ZONG_LEADS_PARTY) ||
	       party_holds(&query->party, &found->party_read, cas, material);
}

/* ---- filters ---- */

static bool name_holds(const struct zong_filter *filter, const char *name)
{
	char folded[ZONG_INDEX_NAME + 1];

	zong_query_fold_name(name ? name : "", folded);
	return filter->whole ? strcmp(folded, filter->text) == 0
			     : strstr(folded, filter->text) != NULL;
}

bool zong_filter_may_tell(const struct zong_found *found, const char *department)
{
	const struct zong_object object = {.txn = found->txn, .department = department};

	return zong_access_may(found->who, ZONG_VERB_DELIVERY_READ, &object) == 0;
}

bool zong_filter_delivered(
	struct zong_found *found, const Zong__Material *material, const char *department)
{
	_cleanup_row_ Zong__Delivery *delivery = NULL;
	struct zong_id id;
	int err;

	if (!zong_row_id(&material->id, &id))
		return false;
	err = zong_row_delivery_to(found->txn, &id, department, &delivery);
	if (err && err != ZONG_ENOENT)
		found->err = err;
	return !err && delivery->state != ZONG__DELIVERY_STATE__DELIVERY_WITHDRAWN;
}

int32_t zong_filter_day(const Zong__Case *cas, const Zong__Material *material)
{
	return zong_day_of(material ? material->received : cas ? cas->opened : 0);
}

static bool filter_holds(
	struct zong_found *found, size_t at, const Zong__Case *cas, const Zong__Material *material)
{
	const struct zong_filter *filter = &found->query->filter[at];
	const struct zong_found_set *read = found->filter_read ? &found->filter_read[at] : NULL;
	int32_t day;

	switch (filter->what) {
	case ZONG_FILTER_TYPE:
		return material && name_holds(filter, material->type);
	case ZONG_FILTER_KIND:
		return cas && name_holds(filter, cas->kind);
	case ZONG_FILTER_DEPT:
		return material && zong_filter_may_tell(found, filter->text) &&
		       zong_filter_delivered(found, material, filter->text);
	case ZONG_FILTER_DAYS:
		day = zong_filter_day(cas, material);
		return day >= filter->days.from && day <= filter->days.to;
	case ZONG_FILTER_CASE:
		return case_holds(filter->text, cas, material);
	case ZONG_FILTER_UNIT:
		return unit_holds(&filter->unit, read, cas, material);
	case ZONG_FILTER_CERT:
		return cert_holds(&filter->cert, read, cas, material);
	case ZONG_FILTER_PARTY:
		return party_holds(&filter->party, read, cas, material);
	}
	return false;
}

/* A material has one type and its case one kind: of several that are asked for one is enough. */
static bool filters_hold(
	struct zong_found *found, const Zong__Case *cas, const Zong__Material *material)
{
	const struct zong_query *query = found->query;
	bool asked[2] = {false, false}, held[2] = {false, false};

	for (size_t i = 0; i < query->filters; i++) {
		const struct zong_filter *filter = &query->filter[i];
		bool holds = filter_holds(found, i, cas, material);

		if (filter->without ? holds : !holds && filter->what > ZONG_FILTER_KIND)
			return false;
		if (filter->without || filter->what > ZONG_FILTER_KIND)
			continue;
		asked[filter->what] = true;
		held[filter->what] = held[filter->what] || holds;
	}
	return (!asked[ZONG_FILTER_TYPE] || held[ZONG_FILTER_TYPE]) &&
	       (!asked[ZONG_FILTER_KIND] || held[ZONG_FILTER_KIND]);
}

bool zong_filter_kind_holds(const struct zong_query *query, const Zong__Case *cas)
{
	bool asked = false;

	for (size_t i = 0; i < query->filters; i++) {
		const struct zong_filter *filter = &query->filter[i];

		if (filter->what != ZONG_FILTER_KIND || filter->without)
			continue;
		if (name_holds(filter, cas->kind))
			return true;
		asked = true;
	}
	return !asked;
}

bool zong_filter_needs_case(const struct zong_query *query)
{
	if (query->cert.given || query->party.given)
		return true;
	for (size_t i = 0; i < query->filters; i++) {
		enum zong_filter_what what = query->filter[i].what;

		if (what == ZONG_FILTER_KIND || what == ZONG_FILTER_CERT ||
			what == ZONG_FILTER_PARTY)
			return true;
	}
	return false;
}

/* ---- words that must not be there ---- */

static int cells_forbid(struct zong_found *found, const Zong__Reading *reading, bool *ret_forbid)
{
	struct zong_cells cells;
	int err = zong_cells_init(&cells, reading);

	if (err)
		return err;
	*ret_forbid = zong_query_forbids(found->query, &cells);
	zong_cells_release(&cells);
	return 0;
}

static void add_names_of_case(const Zong__Case *cas, struct zong_buf *text)
{
	zong_buf_add_format(text, "%s\n%s\n", cas->kind, cas->address);
	for (size_t i = 0; i < cas->n_parties; i++)
		zong_buf_add_format(text, "%s\n", cas->parties[i]->name);
}

/* What the index has of the thing itself. */
static bool names_forbid(
	struct zong_found *found, const Zong__Case *cas, const Zong__Material *material)
{
	struct zong_buf text = ZONG_BUF_INIT(ZONG_LIMIT_PAGE_TEXT);
	uint8_t what[1 + ZONG_ID_SIZE] = {'m'};
	struct zong_plain plain;
	bool forbid = false;
	int err = 0;

	if (material && material->id.len == ZONG_ID_SIZE) {
		memcpy(what + 1, material->id.data, ZONG_ID_SIZE);
		err = zong_index_source(NULL, found->txn, what, sizeof(what), &text);
	} else if (cas) {
		add_names_of_case(cas, &text);
		err = text.err;
	}
	if (!err) {
		zong_plain_init(&plain, zong_buf_str(&text));
		err = cells_forbid(found, &plain.reading, &forbid);
	}
	zong_buf_release(&text);
	if (err && err != ZONG_ENOENT)
		found->err = err;
	return forbid;
}

bool zong_filter_page_holds(struct zong_found *found, const struct zong_digest *raster)
{
	const Zong__Reading *reading = NULL;
	bool forbid = false;
	int err;

	if (found->query->withouts == 0)
		return true;
	err = zong_found_reading(found, raster, true, &reading);
	if (!err)
		err = cells_forbid(found, reading, &forbid);
	if (err && err != ZONG_ENOENT)
		found->err = err;
	return !forbid;
}

bool zong_found_holds(
	struct zong_found *found, const Zong__Case *cas, const Zong__Material *material)
{
	if (!members_hold(found, cas, material) || !filters_hold(found, cas, material))
		return false;
	return (found->query->withouts == 0 || !names_forbid(found, cas, material)) && !found->err;
}
