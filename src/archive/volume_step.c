/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "property.h"
#include "retention_look.h"
#include "volume_row.h"

struct step {
	const struct zong_subject *who;
	const char *no;
	const char *reason;
	char subject[ZONG_ABOUT];
	Zong__Volume *made;
};

static int in_state(struct step *step, const Zong__Volume *volume, bool fine)
{
	if (fine)
		return 0;
	zong_paper_about(step->subject, zong_volume_state_name(volume->state));
	return ZONG_EVOLUMESTATE;
}

/* The volume to be changed, its index rows taken away. */
static int begin(struct zong_txn *txn, struct step *step, Zong__Volume **ret_volume)
{
	_cleanup_row_ Zong__Volume *volume = NULL;
	int err;

	zong_volume_free(take_ptr(step->made));
	zong_paper_about(step->subject, step->no);
	err = zong_volume_find(txn, step->who, ZONG_VERB_VOLUME_MANAGE, step->no, &volume);
	if (!err)
		err = zong_volume_unindex(txn, volume);
	if (!err)
		*ret_volume = take_ptr(volume);
	return err;
}

static int finish(struct zong_txn *txn, struct step *step, Zong__Volume **volume)
{
	int err = zong_volume_put(txn, *volume);

	if (!err)
		step->made = take_ptr(*volume);
	return err;
}

static int run(struct zong_archive *archive, struct step *step, zong_store_change *write,
	Zong__Volume **ret_volume, struct zong_err *err)
{
	int code = zong_access_may(step->who, ZONG_VERB_VOLUME_MANAGE, NULL);

	if (code)
		return zong_err_set(err, code, NULL);
	code = zong_store_write(archive->store, write, step);
	if (code) {
		zong_volume_free(step->made);
		return zong_err_set(err, code, "%s", step->subject);
	}
	*ret_volume = step->made;
	return 0;
}

/* ---- 立卷 ---- */

/* Names those in the way, as many as there is room for; false: there are none. */
static bool name_items(struct step *step, const Zong__Volume *volume, bool uncounted)
{
	size_t len = 0;
	bool any = false;

	for (size_t i = 0; i < volume->n_items; i++) {
		const Zong__VolumeItem *item = volume->items[i];
		char one[64];

		if (uncounted ? item->pages != 0 : !zong_volume_differs(item))
			continue;
		if (!any)
			step->subject[0] = '\0';
		any = true;
		if (uncounted)
			snprintf(one, sizeof(one), "%s%zu", len ? ", " : "", i + 1);
		else
			snprintf(one, sizeof(one), "%s%zu (%u/%u)", len ? ", " : "", i + 1,
				item->pages, item->scanned);
		if (len + strlen(one) + 5 > ZONG_ABOUT) {
			snprintf(step->subject + len, ZONG_ABOUT - len, " …");
			break;
		}
		len += (size_t)snprintf(step->subject + len, ZONG_ABOUT - len, "%s", one);
	}
	return any;
}

static int write_close(struct zong_txn *txn, void *ctx)
{
	_cleanup_row_ Zong__Volume *volume = NULL;
	char detail[ZONG_LIMIT_REASON + ZONG_ABOUT + 64];
	struct step *step = ctx;
	bool differs;
	int err = begin(txn, step, &volume);

	if (!err)
		err = in_state(step, volume, volume->state == ZONG__VOLUME_STATE__VOLUME_OPEN);
	if (!err)
		err = zong_volume_look(txn, volume);
	if (err)
		return err;
	if (volume->n_items == 0) {
		zong_paper_about(step->subject, "items");
		return ZONG_EINVAL;
	}
	if (name_items(step, volume, true))
		return ZONG_EUNCOUNTED;
	differs = name_items(step, volume, false);
	if (differs && !step->reason[0])
		return ZONG_EPAGECOUNT;
	volume->state = ZONG__VOLUME_STATE__VOLUME_CLOSED;
	snprintf(detail, sizeof(detail), "%zu items, %u pages%s%s%s%s", volume->n_items,
		zong_volume_pages(volume), differs ? "; other than scanned: " : "",
		differs ? step->subject : "", step->reason[0] ? ". " : "", step->reason);
	err = zong_volume_step(
		txn, step->who, volume->no, "volume.close", detail, step->reason, &volume->closed);
	return err ? err : finish(txn, step, &volume);
}

static int check_note(const char *note, const char *what, struct zong_err *err)
{
	return note[0] ? zong_retention_text(note, ZONG_LIMIT_REASON, what, err) : 0;
}

int zong_volume_close(struct zong_archive *archive, const struct zong_subject *who, const char *no,
	const char *reason, Zong__Volume **ret_volume, struct zong_err *err)
{
	struct step step = {.who = who,
		.no = no,
		.reason = reason && !zong_retention_blank(reason) ? reason : ""};
	int code = check_note(step.reason, "reason", err);

	if (!code)
		code = run(archive, &step, write_close, ret_volume, err);
	if (!code) /* 归档: from now on it is kept */
		zong_property_of_volume(archive, who, *ret_volume);
	return code;
}

/* ---- 检查 ---- */

static int write_check(struct zong_txn *txn, void *ctx)
{
	_cleanup_row_ Zong__Volume *volume = NULL;
	struct step *step = ctx;
	int err = begin(txn, step, &volume);

	if (!err)
		err = in_state(step, volume, volume->state == ZONG__VOLUME_STATE__VOLUME_CLOSED);
	if (err)
		return err;
	if (!volume->closed || zong_person_is(volume->closed->by, volume->closed->name, step->who))
		return ZONG_ESAMEPERSON;
	volume->state = ZONG__VOLUME_STATE__VOLUME_CHECKED;
	err = zong_volume_step(txn, step->who, volume->no, "volume.check", step->reason,
		step->reason, &volume->checked);
	return err ? err : finish(txn, step, &volume);
}

int zong_volume_check(struct zong_archive *archive, const struct zong_subject *who, const char *no,
	const char *note, Zong__Volume **ret_volume, struct zong_err *err)
{
	struct step step = {.who = who, .no = no, .reason = note ? note : ""};
	int code = check_note(step.reason, "note", err);

	if (!code)
		code = run(archive, &step, write_check, ret_volume, err);
	if (!code) /* where the program ended between the closing and its report */
		zong_property_of_volume(archive, who, *ret_volume);
	return code;
}

/* ---- back, and away ---- */

static int check_reason(const char *reason, struct zong_err *err)
{
	if (!reason || zong_retention_blank(reason))
		return zong_err_set(err, ZONG_EREASON, NULL);
	return zong_retention_text(reason, ZONG_LIMIT_REASON, "reason", err);
}

static int write_reopen(struct zong_txn *txn, void *ctx)
{
	_cleanup_row_ Zong__Volume *volume = NULL;
	struct step *step = ctx;
	Zong__Step **grown;
	int err = begin(txn, step, &volume);

	if (!err)
		err = in_state(step, volume,
			volume->state == ZONG__VOLUME_STATE__VOLUME_CLOSED ||
				volume->state == ZONG__VOLUME_STATE__VOLUME_CHECKED);
	if (!err && volume->n_reopened == ZONG_LIMIT_REOPENED)
		err = ZONG_ELIMIT;
	if (err)
		return err;
	grown = realloc(volume->reopened, (volume->n_reopened + 1) * sizeof(*grown));
	if (!grown)
		return ZONG_ENOMEM;
	volume->reopened = grown;
	grown[volume->n_reopened] = NULL;
	err = zong_volume_step(txn, step->who, volume->no, "volume.reopen", step->reason,
		step->reason, &grown[volume->n_reopened]);
	if (err)
		return err;
	volume->n_reopened++;
	zong_row_cleanup(&volume->closed);
	volume->closed = NULL;
	zong_row_cleanup(&volume->checked);
	volume->checked = NULL;
	volume->state = ZONG__VOLUME_STATE__VOLUME_OPEN;
	return finish(txn, step, &volume);
}

int zong_volume_reopen(struct zong_archive *archive, const struct zong_subject *who, const char *no,
	const char *reason, Zong__Volume **ret_volume, struct zong_err *err)
{
	struct step step = {.who = who, .no = no, .reason = reason};
	int code = check_reason(reason, err);

	return code ? code : run(archive, &step, write_reopen, ret_volume, err);
}

static int write_annul(struct zong_txn *txn, void *ctx)
{
	_cleanup_row_ Zong__Volume *volume = NULL;
	struct step *step = ctx;
	int err = begin(txn, step, &volume);

	if (!err)
		err = in_state(step, volume, volume->state != ZONG__VOLUME_STATE__VOLUME_ANNULLED);
	if (!err)
		err = zong_row_set(&volume->box, "");
	if (err)
		return err;
	volume->position = 0;
	volume->state = ZONG__VOLUME_STATE__VOLUME_ANNULLED;
	err = zong_volume_step(txn, step->who, volume->no, "volume.annul", step->reason,
		step->reason, &volume->annulled);
	return err ? err : finish(txn, step, &volume);
}

int zong_volume_annul(struct zong_archive *archive, const struct zong_subject *who, const char *no,
	const char *reason, Zong__Volume **ret_volume, struct zong_err *err)
{
	struct step step = {.who = who, .no = no, .reason = reason};
	int code = check_reason(reason, err);

	return code ? code : run(archive, &step, write_annul, ret_volume, err);
}

/* ---- into a box ---- */

struct shelving {
	const struct zong_subject *who;
	char box[ZONG_PLACE_CODE];
	const char *const *no;
	size_t count, moved;
	uint32_t last;	   /* position taken in the box */
	uint64_t standing; /* volumes there */
	char subject[ZONG_ABOUT];
};

/* The last position and how many stand there. */
static int look_into(struct zong_txn *txn, struct shelving *shelving)
{
	struct zong_iter iter = {0};
	struct zong_key prefix;
	const char *box;
	int err = zong_place_count(txn, ZONG_TABLE_VOLUMES_BY_BOX, shelving->box,
		ZONG_LIMIT_CAPACITY, &shelving->standing);

	if (err)
		return err;
	shelving->last = 0;
	zong_row_key_str(&prefix, shelving->box);
	err = zong_iter_begin(&iter, txn, ZONG_TABLE_VOLUMES_BY_BOX, &prefix, NULL, true);
	if (!err)
		err = zong_iter_next(&iter);
	if (!err && (!zong_key_take_str(&iter.key, &box) ||
			    !zong_key_take_u32(&iter.key, &shelving->last)))
		err = ZONG_ECORRUPT;
	zong_iter_end(&iter);
	return err == ZONG_EEND ? 0 : err;
}

static int shelve(
	struct zong_txn *txn, struct shelving *shelving, const Zong__Place *place, const char *no)
{
	uint64_t most = place->capacity ? place->capacity : ZONG_LIMIT_CAPACITY;
	_cleanup_row_ Zong__Volume *volume = NULL;
	char detail[2 * ZONG_PLACE_CODE + 32];
	int err = zong_volume_find(txn, shelving->who, ZONG_VERB_VOLUME_MANAGE, no, &volume);

	zong_paper_about(shelving->subject, no);
	if (err)
		return err;
	if (volume->state != ZONG__VOLUME_STATE__VOLUME_CHECKED) {
		snprintf(
			shelving->subject, ZONG_ABOUT, "%s", zong_volume_state_name(volume->state));
		return ZONG_EVOLUMESTATE;
	}
	if (strcmp(volume->box, place->code) == 0)
		return 0; /* there already, or scanned twice */
	if (shelving->standing >= most) {
		zong_paper_about(shelving->subject, place->code);
		return ZONG_EPLACEFULL;
	}
	err = zong_volume_unindex(txn, volume);
	snprintf(
		detail, sizeof(detail), "%s > %s %u", volume->box, place->code, shelving->last + 1);
	if (!err)
		err = zong_row_set(&volume->box, place->code);
	if (err)
		return err;
	volume->position = ++shelving->last;
	shelving->standing++;
	shelving->moved++;
	err = zong_volume_step(txn, shelving->who, volume->no, "volume.shelve", detail, "", NULL);
	return err ? err : zong_volume_put(txn, volume);
}

static int write_shelving(struct zong_txn *txn, void *ctx)
{
	_cleanup_row_ Zong__Place *place = NULL;
	struct shelving *shelving = ctx;
	int err;

	shelving->moved = 0;
	zong_paper_about(shelving->subject, shelving->box);
	err = zong_place_row(txn, shelving->box, &place);
	if (!err && place->level < ZONG__PLACE_LEVEL__PLACE_SHELF)
		err = ZONG_EPLACELEVEL;
	if (!err)
		err = look_into(txn, shelving);
	for (size_t i = 0; i < shelving->count && !err; i++)
		err = shelve(txn, shelving, place, shelving->no[i]);
	return err;
}

int zong_volume_shelve(struct zong_archive *archive, const struct zong_subject *who,
	const char *box, const char *const *nos, size_t count, size_t *ret_moved,
	struct zong_err *err)
{
	struct shelving shelving = {.who = who, .no = nos, .count = count};
	int code = zong_access_may(who, ZONG_VERB_VOLUME_MANAGE, NULL);

	if (code)
		return zong_err_set(err, code, NULL);
	if (count == 0)
		return zong_err_set(err, ZONG_EINVAL, "volumes");
	if (count > ZONG_LIMIT_SHELVE)
		return zong_err_set(err, ZONG_ELIMIT, "volumes");
	if (zong_place_code_parse(box, shelving.box))
		return zong_err_set(err, ZONG_ENOPLACE, "%s", box);
	code = zong_store_write(archive->store, write_shelving, &shelving);
	if (code)
		return zong_err_set(err, code, "%s", shelving.subject);
	*ret_moved = shelving.moved;
	return 0;
}
