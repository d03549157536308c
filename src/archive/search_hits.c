/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "search_hits.h"

#include <stdlib.h>
#include <string.h>

#include <zong/error.h>

#include "row.h"
#include "search_snippet.h"

#define BOXES (sizeof(((struct zong_hit *)0)->box) / sizeof(struct zong_box))

/* With words only they lead to rows; without them the members do (search.c). */
static const struct zong_unit_code *unit_of(const struct zong_query *query)
{
	return query->words ? &query->words_unit : &query->unit;
}

static const struct zong_cert_wish *cert_of(const struct zong_query *query)
{
	return query->words ? &query->words_cert : &query->cert;
}

static const struct zong_party_wish *party_of(const struct zong_query *query)
{
	return query->words ? &query->words_party : &query->party;
}

/* ---- pages ---- */

static bool field_wished(
	const struct zong_query *query, const Zong__Field *field, enum zong_why why)
{
	const struct zong_unit_code *unit = unit_of(query);

	if (!field->valid)
		return false;
	switch (why) {
	case ZONG_WHY_UNIT:
		return strcmp(field->kind, "unit") == 0 && unit->len > 0 &&
		       strncmp(field->value, unit->text, unit->len) == 0;
	case ZONG_WHY_CERT:
		return strcmp(field->kind, "certificate") == 0 && cert_of(query)->given &&
		       zong_cert_wished(cert_of(query), field->value);
	case ZONG_WHY_ID:
		return strcmp(field->value, party_of(query)->idno) == 0;
	default:
		return false;
	}
}

/* Where the fields stand that were asked for: their text as read is looked for again. */
static size_t field_ranges(const struct zong_query *query, const Zong__Reading *reading,
	const struct zong_cells *cells, enum zong_why why,
	struct zong_snippet_range ret_ranges[ZONG_SNIPPET_RANGES])
{
	size_t count = 0;
	size_t from = 0;

	for (size_t f = 0; f < reading->n_fields && count < ZONG_SNIPPET_RANGES; f++) {
		size_t end;

		if (!field_wished(query, reading->fields[f], why))
			continue;
		for (size_t i = from; i < cells->count; i++) {
			if (!zong_cells_match(cells, i, reading->fields[f]->raw, &end) || end == i)
				continue;
			ret_ranges[count++] = (struct zong_snippet_range){i, end};
			from = end;
			break;
		}
	}
	return count;
}

/* Of a page that was unpacked for its words alone those that were found get their place. */
static int place_words(
	const struct zong_found *found, const struct zong_cells *cells, const struct zong_snippet_range *range)
{
	int err = 0;

	for (size_t i = range->first; i < range->end && !err; i++)
		err = zong_readings_place(found->readings, cells->word[cells->cell[i].word]);
	return err;
}

static int fill_page(
	struct zong_found *found, const struct zong_found_item *item, struct zong_hit *hit)
{
	struct zong_snippet_range ranges[ZONG_SNIPPET_RANGES];
	const Zong__Reading *reading;
	struct zong_cells cells;
	bool words = item->why == ZONG_WHY_TEXT || item->why == ZONG_WHY_ALIKE;
	size_t count;
	int err = zong_found_reading(found, &item->raster, words, &reading);

	if (err)
		return err;
	err = zong_cells_init(&cells, reading);
	if (!err) {
		count = words ? zong_snippet_ranges(
					  found->query, &cells, item->why == ZONG_WHY_ALIKE, ranges)
				: field_ranges(found->query, reading, &cells, item->why, ranges);
		for (size_t i = 0; i < count && words && !err; i++)
			err = place_words(found, &cells, &ranges[i]);
		hit->boxes = zong_snippet_boxes(&cells, ranges, count, hit->box, BOXES);
		hit->snippet = zong_snippet_text(&cells, ranges, count);
		zong_cells_release(&cells);
	}
	return err;
}

/* ---- materials and cases ---- */

static bool holds_phrase(const char *snippet)
{
	return snippet && strstr(snippet, "\xEE\x80\x80") != NULL;
}

/* The first of the texts that the index has of a material in which a phrase stands, else the title.
 */
static char *title_snippet(const struct zong_query *query, const Zong__Material *material,
	const Zong__Case *cas, bool alike, const char **ret_why)
{
	const char *texts[] = {material->title, material->type, material->file_name,
		material->case_no, cas ? cas->kind : "", cas ? cas->address : ""};
	char *snippet;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		snippet = zong_snippet_plain(query, texts[i], alike);
		if (holds_phrase(snippet)) {
			if (!alike)
				*ret_why = zong_why_name(i < 3 ? ZONG_WHY_TITLE : ZONG_WHY_CASE);
			return snippet;
		}
		free(snippet);
	}
	for (size_t i = 0; cas && i < cas->n_parties; i++) {
		snippet = zong_snippet_plain(query, cas->parties[i]->name, alike);
		if (holds_phrase(snippet)) {
			if (!alike)
				*ret_why = zong_why_name(ZONG_WHY_PARTY);
			return snippet;
		}
		free(snippet);
	}
	return zong_snippet_plain(query, material->title, alike);
}

static const char *unit_text(
	const struct zong_query *query, const Zong__Material *material, const Zong__Case *cas)
{
	const struct zong_unit_code *unit = unit_of(query);

	for (size_t i = 0; material && i < material->n_units; i++) {
		if (strncmp(material->units[i], unit->text, unit->len) == 0)
			return material->units[i];
	}
	for (size_t i = 0; cas && i < cas->n_units; i++) {
		if (strncmp(cas->units[i], unit->text, unit->len) == 0)
			return cas->units[i];
	}
	return "";
}

static const char *cert_text(const struct zong_query *query, const Zong__Case *cas)
{
	for (size_t i = 0; cas && i < cas->n_certificates; i++) {
		if (zong_cert_wished(cert_of(query), cas->certificates[i]))
			return cas->certificates[i];
	}
	return "";
}

static const char *party_text(const struct zong_query *query, const Zong__Case *cas)
{
	for (size_t i = 0; cas && i < cas->n_parties; i++) {
		if (zong_party_wished(
			    party_of(query), cas->parties[i]->name, cas->parties[i]->idno))
			return cas->parties[i]->name;
	}
	return "";
}

/* Under which it is filed, where that is not the code asked for. */
static const char *first_unit(const Zong__Material *material, const Zong__Case *cas)
{
	if (material && material->n_units)
		return material->units[0];
	return cas && cas->n_units ? cas->units[0] : "";
}

static char *whole_snippet(const struct zong_query *query, const struct zong_found_item *item,
	const Zong__Material *material, const Zong__Case *cas, const char **ret_why)
{
	switch (item->why) {
	case ZONG_WHY_UNIT:
		return zong_snippet_marked(unit_text(query, material, cas));
	case ZONG_WHY_LINEAGE:
		return zong_snippet_marked(first_unit(material, cas));
	case ZONG_WHY_CERT:
		return zong_snippet_marked(cert_text(query, cas));
	case ZONG_WHY_PARTY:
	case ZONG_WHY_ID: /* the name: a number in a list helps no one */
		return zong_snippet_marked(party_text(query, cas));
	case ZONG_WHY_CASE:
		return zong_snippet_marked(item->case_no);
	case ZONG_WHY_VOLUME:
		return zong_snippet_marked(query->words_volume);
	case ZONG_WHY_FILTER:
		return strdup("");
	case ZONG_WHY_TITLE:
	case ZONG_WHY_TEXT:
	case ZONG_WHY_ALIKE:
		break;
	}
	return material ? title_snippet(query, material, cas, item->why == ZONG_WHY_ALIKE, ret_why)
			: strdup("");
}

static int fill(struct zong_found *found, const struct zong_found_item *item,
	const Zong__Material *material, const Zong__Case *cas, struct zong_hit *hit)
{
	struct zong_id id = item->material;
	int err = 0;

	hit->page = item->page;
	hit->score = item->score;
	hit->why = zong_why_name(item->why);
	if (strlen(item->case_no) >= sizeof(hit->case_no))
		return ZONG_ECORRUPT;
	memcpy(hit->case_no, item->case_no, strlen(item->case_no) + 1);
	if (material)
		zong_id_format(&id, hit->material);
	hit->kind = strdup(cas ? cas->kind : "");
	hit->title = strdup(material ? material->title : "");
	hit->type = strdup(material ? material->type : "");
	if (item->page > 0)
		err = fill_page(found, item, hit);
	else
		hit->snippet = whole_snippet(found->query, item, material, cas, &hit->why);
	if (err)
		return err;
	return hit->kind && hit->title && hit->type && hit->snippet ? 0 : ZONG_ENOMEM;
}

int zong_hit_fill(
	struct zong_found *found, const struct zong_found_item *item, struct zong_hit *ret_hit)
{
	static const struct zong_id no_id;
	_cleanup_row_ Zong__Material *material = NULL;
	_cleanup_row_ Zong__Case *cas = NULL;
	struct zong_hit hit = {0};
	int err = 0;

	if (!zong_id_equal(&item->material, &no_id))
		err = zong_row_material(found->txn, &item->material, &material);
	if (!err)
		err = zong_row_case(found->txn, item->case_no, &cas);
	if (!err)
		err = fill(found, item, material, cas, &hit);
	if (err) {
		zong_hit_release(&hit);
		return err;
	}
	*ret_hit = hit;
	return 0;
}

void zong_hit_release(struct zong_hit *hit)
{
	free(hit->kind);
	free(hit->title);
	free(hit->type);
	free(hit->snippet);
}
