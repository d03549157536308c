/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include <zong/error.h>
#include <zong/query.h>

#include "chain.h"
#include "row.h"

/* ---- where a number stands ---- */

void zong_chain_places_release(struct zong_chain_places *places)
{
	for (size_t i = 0; i < places->count; i++)
		zong_row_cleanup(&places->item[i].cas);
	free(places->item);
	memset(places, 0, sizeof(*places));
}

static struct zong_chain_place *find(const struct zong_chain_places *places, const char *no)
{
	for (size_t i = 0; i < places->count; i++)
		if (strcmp(places->item[i].cas->no, no) == 0)
			return &places->item[i];
	return NULL;
}

/* *ret_place NULL: there are too many, or it is the case of a query, to which a certificate was only shown. */
static int add_case(struct zong_txn *txn, struct zong_chain_places *places, const char *no,
	struct zong_chain_place **ret_place)
{
	Zong__Case **cas = &places->item[places->count].cas;
	int err;

	*ret_place = find(places, no);
	if (*ret_place)
		return 0;
	places->more = places->more || places->count == ZONG_LIMIT_CHAIN_CASES;
	if (places->count == ZONG_LIMIT_CHAIN_CASES)
		return 0;
	err = zong_row_case(txn, no, cas);
	if (err)
		return err == ZONG_ENOENT ? ZONG_ECORRUPT : err;
	if (strcmp((*cas)->kind, ZONG_QUERY_KIND) == 0) {
		zong__case__free_unpacked(take_ptr(*cas), NULL);
		return 0;
	}
	*ret_place = &places->item[places->count++];
	return 0;
}

static int confidence_of(struct zong_txn *txn, const struct zong_digest *raster,
	const char *certificate, float *ret_confidence)
{
	_cleanup_row_ Zong__Reading *reading = NULL;
	int err = zong_reading_get(txn, raster, &reading);

	*ret_confidence = 0;
	for (size_t i = 0; !err && i < reading->n_fields; i++)
		if (strcmp(reading->fields[i]->kind, "certificate") == 0 &&
			strcmp(reading->fields[i]->value, certificate) == 0 &&
			reading->fields[i]->confidence > *ret_confidence)
			*ret_confidence = reading->fields[i]->confidence;
	return err;
}

/* The materials that have this page, of whatever cases. */
static int add_raster(struct zong_txn *txn, struct zong_chain_places *places,
	const char *certificate, const struct zong_digest *raster)
{
	struct zong_iter iter = {0};
	struct zong_key prefix;
	int err;

	zong_row_key_digest(&prefix, raster);
	err = zong_iter_begin(&iter, txn, ZONG_TABLE_RASTER_USE, &prefix, NULL, false);
	while (!err && !places->more && (err = zong_iter_next(&iter)) == 0) {
		_cleanup_row_ Zong__Material *material = NULL;
		struct zong_key_view view = iter.key;
		struct zong_chain_place *place;
		struct zong_digest digest;
		struct zong_id id;
		uint32_t page;

		if (!zong_key_take_digest(&view, &digest) || !zong_key_take_id(&view, &id) ||
			!zong_key_take_u32(&view, &page)) {
			err = ZONG_ECORRUPT;
			break;
		}
		err = zong_row_material(txn, &id, &material);
		if (err) {
			err = err == ZONG_ENOENT ? ZONG_ECORRUPT : err;
			break;
		}
		if (material->destroyed)
			continue;
		err = add_case(txn, places, material->case_no, &place);
		if (err || !place || place->page)
			continue;
		place->material = id;
		place->page = page;
		if (!place->entered)
			err = confidence_of(txn, raster, certificate, &place->confidence);
	}
	zong_iter_end(&iter);
	return err == ZONG_EEND ? 0 : err;
}

static int add_target(struct zong_txn *txn, struct zong_chain_places *places,
	const char *certificate, struct zong_key_view view)
{
	struct zong_chain_place *place;
	struct zong_digest raster;
	const char *text, *no;
	uint8_t kind;
	int err;

	if (!zong_key_take_str(&view, &text) || !zong_key_take_u8(&view, &kind))
		return ZONG_ECORRUPT;
	if (kind == 'r')
		return zong_key_take_digest(&view, &raster)
			       ? add_raster(txn, places, certificate, &raster)
			       : ZONG_ECORRUPT;
	if (kind != 'c' || !zong_key_take_str(&view, &no))
		return ZONG_ECORRUPT;
	err = add_case(txn, places, no, &place);
	if (!err && place) {
		place->entered = true;
		place->confidence = 1;
	}
	return err;
}

int zong_chain_places(
	struct zong_txn *txn, const char *certificate, struct zong_chain_places *ret_places)
{
	struct zong_chain_places places = {0};
	struct zong_iter iter = {0};
	struct zong_key prefix;
	size_t scanned = 0;
	int err;

	places.item = calloc(ZONG_LIMIT_CHAIN_CASES, sizeof(*places.item));
	if (!places.item)
		return ZONG_ENOMEM;
	zong_row_key_str(&prefix, certificate);
	err = zong_iter_begin(&iter, txn, ZONG_TABLE_BY_CERT, &prefix, NULL, false);
	while (!err && !places.more && (err = zong_iter_next(&iter)) == 0) {
		places.more = scanned++ == ZONG_LIMIT_CHAIN_SCAN;
		if (!places.more)
			err = add_target(txn, &places, certificate, iter.key);
	}
	zong_iter_end(&iter);
	if (err && err != ZONG_EEND) {
		zong_chain_places_release(&places);
		return err;
	}
	*ret_places = places;
	return 0;
}

/* ---- evidence of a link ---- */

Zong__LinkEvidence *zong_chain_evidence(const Zong__Link *link, const char *certificate)
{
	for (size_t i = 0; i < link->n_evidence; i++)
		if (strcmp(link->evidence[i]->certificate, certificate) == 0)
			return link->evidence[i];
	return NULL;
}

static Zong__LinkEvidence *grow(Zong__Link *link)
{
	Zong__LinkEvidence *evidence = zong_row_new(&zong__link_evidence__descriptor);
	Zong__LinkEvidence **grown =
		evidence ? realloc(link->evidence, (link->n_evidence + 1) * sizeof(*grown)) : NULL;

	if (!grown) {
		zong_row_cleanup(&evidence);
		return NULL;
	}
	link->evidence = grown;
	grown[link->n_evidence++] = evidence;
	return evidence;
}

int zong_chain_add_evidence(
	Zong__Link *link, const char *certificate, const struct zong_chain_place *place)
{
	Zong__LinkEvidence *evidence = zong_chain_evidence(link, certificate);

	if (!evidence)
		evidence = grow(link);
	if (!evidence || zong_row_set(&evidence->certificate, certificate) ||
		zong_row_set_bytes(&evidence->material, place->material.bytes,
			place->page ? sizeof(place->material.bytes) : 0))
		return ZONG_ENOMEM;
	evidence->page = place->page;
	evidence->confidence = place->confidence;
	return 0;
}

void zong_chain_drop_evidence(Zong__Link *link, const Zong__LinkEvidence *evidence)
{
	for (size_t i = 0; i < link->n_evidence; i++)
		if (link->evidence[i] == evidence) {
			zong__link_evidence__free_unpacked(link->evidence[i], NULL);
			memmove(link->evidence + i, link->evidence + i + 1,
				(link->n_evidence - i - 1) * sizeof(*link->evidence));
			link->n_evidence--;
			return;
		}
}
