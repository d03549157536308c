/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "original_row.h"
#include "retention_look.h"

struct shelving {
	const struct zong_subject *who;
	char place[ZONG_PLACE_CODE];
	const char *const *code;
	size_t count;
	int32_t today;
	char subject[ZONG_ABOUT];
	size_t moved;
	struct zong_place_view made;
};

/* Paper that lies in the house, wherever; also one that was missing: here it is. */
static int shelve(
	struct zong_txn *txn, struct shelving *shelving, const Zong__Place *place, const char *code)
{
	_cleanup_row_ Zong__Original *original = NULL, *before = NULL;
	_cleanup_row_ Zong__Reservation *first = NULL;
	char detail[3 * ZONG_PLACE_CODE];
	int err =
		zong_original_find(txn, shelving->who, ZONG_VERB_ORIGINAL_MANAGE, code, &original);

	zong_paper_about(shelving->subject, code);
	if (!err)
		err = zong_original_in(original);
	if (err && err != ZONG_EMISSING)
		return err;
	if (original->where_case == ZONG__ORIGINAL__WHERE_SHELVED &&
		strcmp(original->shelved->place, place->code) == 0)
		return 0; /* there already, or scanned twice */
	err = zong_place_room(txn, place);
	if (err) {
		zong_paper_about(shelving->subject, place->code);
		return err;
	}
	snprintf(detail, sizeof(detail), "%s > %s",
		original->where_case == ZONG__ORIGINAL__WHERE_SHELVED
			? original->shelved->place
			: zong_original_state_name(original),
		place->code);
	err = zong_original_copy(original, &before);
	if (!err)
		err = zong_original_lay(original, place->code, shelving->who->key);
	if (!err)
		err = zong_original_log(
			txn, shelving->who, "original.shelve", original->code, detail, NULL);
	if (!err)
		err = zong_original_put(txn, before, original);
	if (!err)
		err = zong_reservation_turn(txn, original->code, true, shelving->today, &first);
	shelving->moved++;
	return err;
}

static int write_shelving(struct zong_txn *txn, void *ctx)
{
	_cleanup_row_ Zong__Place *place = NULL;
	struct shelving *shelving = ctx;
	int err;

	zong_place_release(&shelving->made);
	shelving->moved = 0;
	zong_paper_about(shelving->subject, shelving->place);
	err = zong_place_row(txn, shelving->place, &place);
	if (!err && place->level < ZONG__PLACE_LEVEL__PLACE_SHELF)
		err = ZONG_EPLACELEVEL;
	for (size_t i = 0; i < shelving->count && !err; i++)
		err = shelve(txn, shelving, place, shelving->code[i]);
	return err ? err : zong_place_view(txn, place->code, &shelving->made);
}

int zong_original_shelve(struct zong_archive *archive, const struct zong_subject *who,
	const char *place, const char *const *codes, size_t count,
	struct zong_place_view *ret_place, size_t *ret_moved, struct zong_err *err)
{
	struct shelving shelving = {
		.who = who, .code = codes, .count = count, .today = zong_retention_today(archive)};
	int code = zong_access_may(who, ZONG_VERB_ORIGINAL_MANAGE, NULL);

	if (code)
		return zong_err_set(err, code, NULL);
	if (count == 0)
		return zong_err_set(err, ZONG_EINVAL, "codes");
	if (count > ZONG_LIMIT_SHELVE)
		return zong_err_set(err, ZONG_ELIMIT, "codes");
	if (zong_place_code_parse(place, shelving.place))
		return zong_err_set(err, ZONG_ENOPLACE, "%s", place);
	code = zong_store_write(archive->store, write_shelving, &shelving);
	if (code) {
		zong_place_release(&shelving.made);
		return zong_err_set(err, code, "%s", shelving.subject);
	}
	*ret_place = shelving.made;
	*ret_moved = shelving.moved;
	return 0;
}
