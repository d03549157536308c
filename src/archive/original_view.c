/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "original_row.h"

/* What is answered of an original: where it is, who has it and who waits, and above all its copy. */

void zong_original_release(struct zong_original *original)
{
	zong_row_cleanup(&original->original);
	zong_row_cleanup(&original->loan);
	zong_places_free(original->place, original->place_count);
	zong_reservations_free(original->waiting, original->waiting_count);
	for (size_t i = 0; i < original->copy_count; i++)
		free(original->copy[i].title);
	free(original->copy);
	memset(original, 0, sizeof(*original));
}

bool zong_original_names(const struct zong_subject *who, const Zong__Original *original)
{
	if (who->role != ZONG_ROLE_DEPARTMENT)
		return true;
	return original->where_case == ZONG__ORIGINAL__WHERE_LENT &&
	       strcmp(original->lent->department, who->department) == 0;
}

/* ---- the copy ---- */

static int add_copy(struct zong_original *view, const Zong__Material *material)
{
	struct zong_copy *copy;
	struct zong_id id;

	view->copy_more = view->copy_count == ZONG_LIMIT_COPIES;
	if (view->copy_more)
		return 0;
	if (!view->copy)
		view->copy = calloc(ZONG_LIMIT_COPIES, sizeof(*view->copy));
	if (!view->copy)
		return ZONG_ENOMEM;
	if (!zong_row_id(&material->id, &id))
		return ZONG_ECORRUPT;
	copy = &view->copy[view->copy_count];
	copy->title = strdup(material->title[0] ? material->title : material->type);
	if (!copy->title)
		return ZONG_ENOMEM;
	zong_id_format(&id, copy->material);
	copy->pages = material->pages;
	view->copy_count++;
	return 0;
}

/* Of what was destroyed there is no copy, and what the asker may not see is none for him. */
static int look_at(struct zong_txn *txn, const struct zong_subject *who, const struct zong_id *id,
	struct zong_original *view)
{
	_cleanup_row_ Zong__Material *material = NULL;
	struct zong_object object = {.txn = txn};
	int err = zong_row_material(txn, id, &material);

	if (err)
		return err == ZONG_ENOENT ? 0 : err;
	object.material = material;
	err = zong_access_may(who, ZONG_VERB_MATERIAL_READ, &object);
	if (err || material->destroyed)
		return err == ZONG_ENOENT || err == ZONG_EFORBIDDEN ? 0 : err;
	return add_copy(view, material);
}

struct looking {
	const struct zong_subject *who;
	struct zong_original *view;
};

static int look_on(struct zong_txn *txn, const struct zong_id *id, void *ctx)
{
	const struct looking *looking = ctx;

	return looking->view->copy_more ? ZONG_EEND : look_at(txn, looking->who, id, looking->view);
}

static int copies(struct zong_txn *txn, const struct zong_subject *who, struct zong_original *view)
{
	const Zong__Original *original = view->original;
	struct zong_id id;
	int err = 0;

	if (original->n_materials == 0)
		return zong_row_materials_of(txn, original->case_no, look_on,
			&(struct looking){.who = who, .view = view});
	for (size_t i = 0; i < original->n_materials && !err; i++)
		err = zong_row_id(&original->materials[i], &id) ? look_at(txn, who, &id, view)
								: ZONG_ECORRUPT;
	return err;
}

/* ---- all of it ---- */

int zong_original_view(struct zong_txn *txn, const struct zong_subject *who, const char *code,
	struct zong_original *ret_view)
{
	struct zong_original view = {0};
	int err = zong_original_row(txn, code, &view.original);

	if (err)
		return err;
	view.names = zong_original_names(who, view.original);
	err = zong_place_path(txn, view.original->home, &view.place, &view.place_count);
	if (err == ZONG_ENOPLACE) /* removed since */
		err = 0;
	if (!err && view.original->where_case == ZONG__ORIGINAL__WHERE_LENT)
		err = zong_loan_row(txn, code, &view.original->lent->loan, &view.loan);
	if (!err && view.names)
		err = zong_reservations(txn, code, &view.waiting, &view.waiting_count);
	if (!err)
		err = copies(txn, who, &view);
	if (err)
		zong_original_release(&view);
	else
		*ret_view = view;
	return err;
}
