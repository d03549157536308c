/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/access.h>
#include <zong/time.h>
#include <zong/utf8.h>

#include "chain.h"
#include "correction.h"
#include "index_rows.h"
#include "journal.h"
#include "look.h"
#include "review.h"
#include "row.h"

struct deciding {
	const struct zong_subject *who;
	const struct zong_judge *judge;
	const char *id, *text;
	enum zong_review_decision decision;
	struct zong_key key;
	/* Handed out; made anew by each run of the change. */
	Zong__Review *review;
	Zong__Material *material;
};

static const struct {
	const char *verb;
	Zong__ReviewState state;
} decisions[] = {
	[ZONG_REVIEW_ACCEPT] = {"review.accept", ZONG__REVIEW_STATE__REVIEW_ACCEPTED},
	[ZONG_REVIEW_CORRECT] = {"review.correct", ZONG__REVIEW_STATE__REVIEW_CORRECTED},
	[ZONG_REVIEW_DISMISS] = {"review.dismiss", ZONG__REVIEW_STATE__REVIEW_DISMISSED},
};

static void forget(struct deciding *deciding)
{
	zong_row_cleanup(&deciding->review);
	zong_row_cleanup(&deciding->material);
	deciding->review = NULL;
	deciding->material = NULL;
}

static bool is_link(const Zong__Review *review)
{
	return strcmp(review->what, "link") == 0;
}

static const Zong__Field *field_of(const Zong__Reading *reading, const Zong__Review *review)
{
	const char *what = is_link(review) ? "certificate" : review->what;

	for (size_t i = 0; i < reading->n_fields; i++) {
		const Zong__Field *field = reading->fields[i];

		if (strcmp(field->kind, what) == 0 &&
			strcmp(field->value, review->read) == 0 &&
			strcmp(field->raw, review->raw) == 0)
			return field;
	}
	return NULL;
}

/* The line says something else from now on: words, fields, what is found by them, and the list itself. */
static int correct(struct zong_txn *txn, struct deciding *deciding)
{
	_cleanup_row_ Zong__Reading *reading = NULL;
	const Zong__Review *review = deciding->review;
	const Zong__Field *field;
	struct zong_digest raster;
	int err;

	if (!zong_row_digest(&review->raster, &raster))
		return ZONG_ECORRUPT;
	err = zong_reading_get(txn, &raster, &reading);
	if (err)
		return err;
	field = field_of(reading, review);
	if (!field)
		return ZONG_ENOENT;
	err = zong_correction_put(
		txn, &raster, reading, field, deciding->text, deciding->who->key, review->record);
	if (!err)
		err = zong_index_reading_gone(txn, &raster, reading);
	if (!err)
		err = zong_correction_apply(txn, &raster, reading);
	if (!err)
		err = zong_reading_put(txn, &raster, reading);
	return err ? err : zong_index_reading(txn, &raster, reading);
}

/* What was read is right: the case goes on from the earlier one. It does not matter: it does not. A proposal that is there
 * no more, because the other case shows the number no longer, needs no decision. */
static int decide_link(struct zong_txn *txn, struct deciding *deciding)
{
	struct zong_link_wish wish = {
		.later = deciding->material->case_no,
		.earlier = deciding->review->entered,
		.decision = deciding->decision == ZONG_REVIEW_ACCEPT ? ZONG_LINK_CONFIRM
								     : ZONG_LINK_REFUSE,
		.reason = deciding->text,
	};
	_cleanup_row_ Zong__Link *link = NULL;
	const char *wrong;
	int err;

	if (!is_link(deciding->review) || deciding->decision == ZONG_REVIEW_CORRECT)
		return 0;
	err = zong_chain_row(txn, wish.later, wish.earlier, &link);
	if (err || link->state != ZONG__LINK_STATE__LINK_PROPOSED)
		return err == ZONG_ENOENT ? 0 : err;
	zong_row_cleanup(&link);
	link = NULL;
	return zong_chain_decide(txn, deciding->who, &wish, &link, &wrong);
}

static int record(struct zong_txn *txn, struct deciding *deciding)
{
	char detail[ZONG_LIMIT_REASON + ZONG_LIMIT_CORRECTION + 128];
	char object[ZONG_LOOK_OBJECT];

	zong_look_object(deciding->material, object);
	snprintf(detail, sizeof(detail), "review/%s %s: %s", deciding->id, deciding->review->what,
		deciding->text);
	return zong_journal_add(txn, deciding->who, decisions[deciding->decision].verb, object,
		detail, &deciding->review->record);
}

static int look(struct zong_txn *txn, struct deciding *deciding)
{
	char material[ZONG_ID_TEXT];
	int err;

	snprintf(material, sizeof(material), "%s", deciding->id);
	err = zong_look_material(txn, deciding->who, material, &deciding->material);
	if (!err && deciding->material->destroyed)
		err = ZONG_EDESTROYED;
	if (!err)
		err = zong_review_get(txn, &deciding->key, &deciding->review);
	if (err)
		return err;
	if (deciding->review->state != ZONG__REVIEW_STATE__REVIEW_OPEN)
		return ZONG_EDECIDED;
	if (deciding->decision == ZONG_REVIEW_CORRECT &&
		strcmp(deciding->review->what, "type") == 0)
		return ZONG_EUNCORRECTED;
	return 0;
}

static int change(struct zong_txn *txn, void *ctx)
{
	struct deciding *deciding = ctx;
	struct zong_digest raster;
	Zong__Review *review;
	int err;

	forget(deciding);
	err = look(txn, deciding);
	if (!err)
		err = record(txn, deciding);
	if (err)
		return err;
	review = deciding->review;
	review->state = decisions[deciding->decision].state;
	review->decided = zong_time_now();
	if (zong_row_set(&review->decided_by, deciding->who->key) ||
		zong_row_set(&review->decided_name, deciding->who->name) ||
		zong_row_set(&review->text, deciding->text))
		return ZONG_ENOMEM;
	err = zong_txn_put(txn, ZONG_TABLE_REVIEWS, &deciding->key, &review->base);
	if (!err)
		err = zong_txn_delete(txn, ZONG_TABLE_REVIEWS_OPEN, &deciding->key);
	if (!err)
		err = decide_link(txn, deciding);
	if (err || deciding->decision != ZONG_REVIEW_CORRECT)
		return err;
	err = correct(txn, deciding);
	if (!err && !zong_row_digest(&review->raster, &raster))
		err = ZONG_ECORRUPT;
	return err ? err : zong_review_raster(txn, deciding->judge, &raster);
}

/* One line that says something. */
static int check_text(
	const char *text, size_t most, const char *name, int none, struct zong_err *err)
{
	size_t len = strlen(text), pos = 0;
	bool any = false;

	if (len > most)
		return zong_err_set(err, ZONG_ELIMIT, "%s", name);
	if (!zong_utf8_valid(text, len))
		return zong_err_set(err, ZONG_EENCODING, "%s", name);
	if (!zong_utf8_printable(text, len) || strchr(text, '\n'))
		return zong_err_set(err, ZONG_EINVAL, "%s", name);
	while (pos < len)
		any = !zong_utf8_is_blank(zong_utf8_next(text, len, &pos)) || any;
	return any ? 0 : zong_err_set(err, none, "%s", name);
}

int zong_review_decide(struct zong_archive *archive, const struct zong_subject *who, const char *id,
	enum zong_review_decision decision, const char *text, struct zong_review_item *ret_item,
	struct zong_err *err)
{
	struct deciding deciding = {.who = who,
		.judge = &archive->judge,
		.id = id,
		.text = text ? text : "",
		.decision = decision};
	int code = zong_access_may(who, ZONG_VERB_REVIEW_DECIDE, NULL);

	if (!code && !zong_review_key_parse(id, &deciding.key))
		code = ZONG_ENOENT;
	if (code)
		return zong_err_set(err, code, "%s", id);
	if (decision == ZONG_REVIEW_CORRECT)
		code = check_text(deciding.text, ZONG_LIMIT_CORRECTION, "text", ZONG_EINVAL, err);
	else if (decision == ZONG_REVIEW_DISMISS)
		code = check_text(deciding.text, ZONG_LIMIT_REASON, "reason", ZONG_EREASON, err);
	if (code)
		return code;
	code = zong_store_write(archive->store, change, &deciding);
	if (code) {
		forget(&deciding);
		return zong_err_set(err, code, "%s", id);
	}
	snprintf(ret_item->id, sizeof(ret_item->id), "%s", id);
	ret_item->review = deciding.review;
	ret_item->material = deciding.material;
	return 0;
}
