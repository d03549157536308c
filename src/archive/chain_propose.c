/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include <zong/code.h>
#include <zong/error.h>

#include "chain.h"
#include "row.h"

#define PARCEL 19 /* characters of a unit code that say the parcel */

/* A number and the cases in which it stands. */
struct number {
	struct zong_txn *txn;
	const char *text;
	int year; /* that it says, 0: none */
	float confidence;
	struct zong_touched *touched;
	struct zong_chain_places places;
};

/* ---- what follows in the review list ---- */

void zong_touched_release(struct zong_touched *touched)
{
	free(touched->id);
	memset(touched, 0, sizeof(*touched));
}

static int touch_one(struct zong_touched *touched, const struct zong_id *id)
{
	struct zong_id *grown;

	for (size_t i = 0; i < touched->count; i++)
		if (zong_id_equal(&touched->id[i], id))
			return 0;
	if (touched->count == ZONG_LIMIT_LINKS)
		return 0;
	grown = realloc(touched->id, (touched->count + 1) * sizeof(*grown));
	if (!grown)
		return ZONG_ENOMEM;
	touched->id = grown;
	grown[touched->count++] = *id;
	return 0;
}

static int touch(struct zong_touched *touched, const Zong__Link *link)
{
	int err = 0;

	for (size_t i = 0; i < link->n_evidence && !err; i++) {
		struct zong_id id;

		if (zong_row_id(&link->evidence[i]->material, &id))
			err = touch_one(touched, &id);
	}
	return err;
}

/* ---- which case it goes on from ---- */

struct choice {
	const struct zong_chain_place *earlier; /* NULL: none */
	size_t rivals;				/* others that could be meant */
	bool sure;				/* which was first */
};

static bool issued_before(const struct number *number, const Zong__Case *cas)
{
	struct zong_chain_day day;

	zong_chain_day_of(cas, &day);
	return number->year && day.year && day.year > number->year;
}

/* The one that issued the number: the earliest of those that @roles says, or, with @last, the latest, which a burden is ended of. */
static struct choice choose(
	const struct number *number, const Zong__Case *later, unsigned int roles, bool last)
{
	struct choice choice = {.sure = true};

	for (size_t i = 0; i < number->places.count; i++) {
		const struct zong_chain_place *place = &number->places.item[i];
		bool sure, order;

		if (place->cas == later || strcmp(place->cas->no, later->no) == 0 ||
			!(zong_chain_roles(place->cas->kind) & roles) ||
			zong_chain_compare(place->cas, later, &sure) >= 0)
			continue;
		choice.rivals += last && choice.earlier;
		if (!choice.earlier ||
			(zong_chain_compare(place->cas, choice.earlier->cas, &order) > 0) == last) {
			choice.earlier = place;
			choice.sure = sure;
		}
	}
	/* a number is not issued in a year after its own: these all show a paper whose case is not here */
	if (choice.earlier && !last && issued_before(number, choice.earlier->cas))
		choice.earlier = NULL;
	return choice;
}

static struct choice choose_for(const struct number *number, const Zong__Case *later)
{
	unsigned int roles = zong_chain_roles(later->kind);
	struct choice choice = {0};

	if (roles & ZONG_ROLE_DISCHARGE)
		choice = choose(number, later, ZONG_ROLE_MORTGAGE, true);
	else if (roles & ZONG_ROLE_LIFTING)
		choice = choose(number, later, ZONG_ROLE_SEIZURE, true);
	if (!choice.earlier)
		choice = choose(number, later, ZONG_ROLE_TITLE, false);
	/* the transfer of a mortgage goes on from where it was laid */
	if (!choice.earlier && roles & ZONG_ROLE_MORTGAGE)
		choice = choose(number, later, ZONG_ROLE_MORTGAGE, false);
	return choice;
}

/* ---- doubts ---- */

static bool share_parcel(const Zong__Case *a, const Zong__Case *b)
{
	for (size_t i = 0; i < a->n_units; i++)
		for (size_t j = 0; j < b->n_units; j++)
			if (strncmp(a->units[i], b->units[j], PARCEL) == 0)
				return true;
	return a->n_units == 0 || b->n_units == 0;
}

static bool other_year(const struct number *number, const Zong__Case *earlier)
{
	struct zong_chain_day day;

	zong_chain_day_of(earlier, &day);
	/* what was asked for at the end of a year is issued in the next one */
	return number->year && day.year && (number->year > day.year + 1 || number->year < day.year);
}

static bool unsure(const Zong__Link *link, float confidence)
{
	for (size_t i = 0; i < link->n_evidence; i++)
		if (link->evidence[i]->confidence >= confidence)
			return false;
	return true;
}

static int doubt(Zong__Link *link, const char *why)
{
	for (size_t i = 0; i < link->n_doubts; i++)
		if (strcmp(link->doubts[i], why) == 0)
			return 0;
	return zong_row_append(&link->doubts, &link->n_doubts, why);
}

static void no_doubts(Zong__Link *link)
{
	for (size_t i = 0; i < link->n_doubts; i++)
		free(link->doubts[i]);
	free(link->doubts);
	link->doubts = NULL;
	link->n_doubts = 0;
}

static int set_doubts(Zong__Link *link, const struct number *number, const Zong__Case *later,
	const struct choice *choice)
{
	const Zong__Case *earlier = choice->earlier->cas;
	bool ends = link->kind == ZONG__LINK_KIND__LINK_DISCHARGE ||
		    link->kind == ZONG__LINK_KIND__LINK_LIFTING;
	int err = 0;

	no_doubts(link);
	if (!choice->sure)
		err = doubt(link, "order");
	if (!err && !share_parcel(later, earlier))
		err = doubt(link, "units");
	if (!err && choice->rivals)
		err = doubt(link, "several");
	if (!err && !ends && other_year(number, earlier))
		err = doubt(link, "year");
	if (!err && unsure(link, number->confidence))
		err = doubt(link, "unsure");
	if (!err && number->places.more)
		err = doubt(link, "many");
	return err;
}

static int put(struct zong_txn *txn, const Zong__Link *link, struct zong_touched *touched)
{
	int err = zong_chain_put(txn, link);

	return err ? err : touch(touched, link);
}

/* Of several titles that a case could go on from, each stands in the way of the other until a person has said which. */
static int set_rivals(struct zong_txn *txn, const char *no, struct zong_touched *touched)
{
	Zong__Link **links;
	size_t count, titles = 0;
	int err = zong_chain_links(txn, no, true, &links, &count);

	if (err)
		return err;
	for (size_t i = 0; i < count; i++)
		titles += links[i]->kind == ZONG__LINK_KIND__LINK_TITLE &&
			  links[i]->state != ZONG__LINK_STATE__LINK_REFUSED;
	for (size_t i = 0; i < count && !err && titles > 1; i++) {
		Zong__Link *link = links[i];
		size_t before = link->n_doubts;

		if (link->kind != ZONG__LINK_KIND__LINK_TITLE ||
			link->state != ZONG__LINK_STATE__LINK_PROPOSED)
			continue;
		err = doubt(link, "several");
		if (!err && link->n_doubts > before)
			err = put(txn, link, touched);
	}
	zong_links_free(links, count);
	return err;
}

/* ---- rows ---- */

/* Evidence is gone: a proposal without any goes, too. */
static int put_less(struct zong_txn *txn, const Zong__Link *link)
{
	if (link->n_evidence || link->state != ZONG__LINK_STATE__LINK_PROPOSED)
		return zong_chain_put(txn, link);
	return zong_chain_delete(txn, link->later, link->earlier);
}

static int drop(struct zong_txn *txn, Zong__Link *link, const char *certificate,
	struct zong_touched *touched)
{
	Zong__LinkEvidence *evidence = zong_chain_evidence(link, certificate);
	int err = evidence ? touch(touched, link) : 0;

	if (err || !evidence)
		return err;
	zong_chain_drop_evidence(link, evidence);
	return put_less(txn, link);
}

/* What this number proposed of @later before, and does no more. */
static int drop_others(const struct number *number, const char *later, const char *but)
{
	Zong__Link **links;
	size_t count;
	int err = zong_chain_links(number->txn, later, true, &links, &count);

	if (err)
		return err;
	for (size_t i = 0; i < count && !err; i++)
		if (links[i]->state == ZONG__LINK_STATE__LINK_PROPOSED &&
			!(but && strcmp(links[i]->earlier, but) == 0))
			err = drop(number->txn, links[i], number->text, number->touched);
	zong_links_free(links, count);
	return err;
}

static const struct zong_chain_place *place_of(const struct number *number, const char *no)
{
	for (size_t i = 0; i < number->places.count; i++)
		if (strcmp(number->places.item[i].cas->no, no) == 0)
			return &number->places.item[i];
	return NULL;
}

static int put_choice(const struct number *number, const struct zong_chain_place *later,
	const struct choice *choice)
{
	const Zong__Case *earlier = choice->earlier->cas;
	_cleanup_row_ Zong__Link *link = NULL;
	int err = zong_chain_row(number->txn, later->cas->no, earlier->no, &link);

	if (err == ZONG_ENOENT)
		err = zong_chain_new(number->txn, later->cas, earlier, &link);
	if (err == ZONG_ELIMIT)
		return 0; /* a case of that many is for people */
	if (err)
		return err;
	if (link->state != ZONG__LINK_STATE__LINK_PROPOSED)
		return 0;
	link->kind = zong_chain_kind(zong_chain_roles(later->cas->kind)); /* which may have been changed */
	err = zong_chain_add_evidence(link, number->text, later);
	if (!err)
		err = set_doubts(link, number, later->cas, choice);
	return err ? err : put(number->txn, link, number->touched);
}

/* What @later goes on from by this number. @but: only if that is it. */
static int propose_of(
	const struct number *number, const struct zong_chain_place *later, const char *only)
{
	struct choice choice = choose_for(number, later->cas);
	int err;

	if (only && !(choice.earlier && strcmp(choice.earlier->cas->no, only) == 0))
		return 0;
	err = drop_others(number, later->cas->no, choice.earlier ? choice.earlier->cas->no : NULL);
	if (!err && choice.earlier)
		err = put_choice(number, later, &choice);
	return err ? err : set_rivals(number->txn, later->cas->no, number->touched);
}

/* The number stands in case @no: what that goes on from, and what goes on from it. */
static int propose_number(struct zong_txn *txn, const char *text, const char *no, float confidence,
	struct zong_touched *touched)
{
	struct number number = {
		.txn = txn, .text = text, .confidence = confidence, .touched = touched};
	const struct zong_chain_place *place;
	struct zong_cert_no cert;
	int err;

	if (zong_cert_no_parse(text, strlen(text), &cert) == 0)
		number.year = cert.year;
	err = zong_chain_places(txn, text, &number.places);
	if (err)
		return err;
	place = place_of(&number, no);
	if (place)
		err = propose_of(&number, place, NULL);
	for (size_t i = 0; place && i < number.places.count && !err; i++)
		if (&number.places.item[i] != place)
			err = propose_of(&number, &number.places.item[i], no);
	zong_chain_places_release(&number.places);
	return err;
}

/* ---- what calls ---- */

int zong_chain_propose_case(
	struct zong_txn *txn, const Zong__Case *cas, float confidence, struct zong_touched *touched)
{
	int err = 0;

	for (size_t i = 0; i < cas->n_certificates && !err; i++) {
		struct zong_cert_no cert;

		if (zong_cert_no_parse(cas->certificates[i], strlen(cas->certificates[i]), &cert) ==
			0)
			err = propose_number(txn, cert.text, cas->no, confidence, touched);
	}
	return err;
}

static bool is_number(const Zong__Field *field)
{
	return strcmp(field->kind, "certificate") == 0 && field->valid;
}

static bool stands_on(const struct zong_material_pages *pages, const char *certificate)
{
	for (size_t i = 0; i < pages->fields; i++)
		if (is_number(pages->field[i].field) &&
			strcmp(pages->field[i].field->value, certificate) == 0)
			return true;
	return false;
}

/* Evidence of this material that is read no more; @pages NULL: none of it is. */
static int drop_unread(struct zong_txn *txn, Zong__Link *link, const struct zong_id *material,
	const struct zong_material_pages *pages, struct zong_touched *touched)
{
	size_t before = link->n_evidence;
	int err = touch(touched, link);

	for (size_t i = link->n_evidence; i-- > 0;) {
		const Zong__LinkEvidence *evidence = link->evidence[i];
		struct zong_id id;

		if (zong_row_id(&evidence->material, &id) && zong_id_equal(&id, material) &&
			!(pages && stands_on(pages, evidence->certificate)))
			zong_chain_drop_evidence(link, evidence);
	}
	return err || link->n_evidence == before ? err : put_less(txn, link);
}

/* A number that stands in the earlier case no more says nothing of it. */
static int drop_gone(struct zong_txn *txn, Zong__Link *link, struct zong_touched *touched)
{
	int err = 0;

	for (size_t i = link->n_evidence; i-- > 0 && !err;) {
		struct number number = {.txn = txn, .text = link->evidence[i]->certificate};
		bool last = link->n_evidence == 1, stands;

		err = zong_chain_places(txn, number.text, &number.places);
		if (err)
			break;
		stands = number.places.more || place_of(&number, link->earlier);
		zong_chain_places_release(&number.places);
		if (!stands)
			err = drop(txn, link, number.text, touched);
		if (!stands && last)
			break;
	}
	return err;
}

static int drop_old(struct zong_txn *txn, const Zong__Material *material, const struct zong_id *id,
	const struct zong_material_pages *pages, struct zong_touched *touched)
{
	Zong__Link **links;
	size_t count;
	int err = zong_chain_links(txn, material->case_no, true, &links, &count);

	if (err)
		return err;
	for (size_t i = 0; i < count && !err; i++)
		err = drop_unread(txn, links[i], id, pages, touched);
	zong_links_free(links, count);
	if (!err)
		err = zong_chain_links(txn, material->case_no, false, &links, &count);
	if (err)
		return err;
	for (size_t i = 0; i < count && !err; i++)
		if (links[i]->state == ZONG__LINK_STATE__LINK_PROPOSED)
			err = drop_gone(txn, links[i], touched);
	zong_links_free(links, count);
	return err;
}

int zong_chain_propose_material(struct zong_txn *txn, const Zong__Material *material,
	const struct zong_material_pages *pages, float confidence, struct zong_touched *touched)
{
	struct zong_id id;
	int err = zong_row_id(&material->id, &id) ? 0 : ZONG_ECORRUPT;

	if (!err)
		err = drop_old(txn, material, &id, pages, touched);
	for (size_t i = 0, numbers = 0; i < pages->fields && !err; i++) {
		const Zong__Field *field = pages->field[i].field;
		bool again = false;

		for (size_t j = 0; j < i && !again; j++)
			again = is_number(pages->field[j].field) &&
				strcmp(pages->field[j].field->value, field->value) == 0;
		if (!is_number(field) || again || numbers++ >= ZONG_LIMIT_CHAIN_NUMBERS)
			continue;
		err = propose_number(txn, field->value, material->case_no, confidence, touched);
	}
	return err;
}

int zong_chain_forget(
	struct zong_txn *txn, const Zong__Material *material, struct zong_touched *touched)
{
	struct zong_id id;

	if (!zong_row_id(&material->id, &id))
		return ZONG_ECORRUPT;
	return drop_old(txn, material, &id, NULL, touched);
}
