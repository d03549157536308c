/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "chain.h"
#include "deliver.h"
#include "pages.h"
#include "row.h"

/* ---- what a delivery waits for ---- */

struct previous {
	const char *department;
	bool open;
};

/* Of what was destroyed no newer version will come. */
static int still_there(struct zong_txn *txn, const struct zong_id *id, bool *ret_there)
{
	_cleanup_row_ Zong__Material *material = NULL;
	int err = zong_row_material(txn, id, &material);

	*ret_there = !err && !material->destroyed;
	return err == ZONG_ENOENT ? ZONG_ECORRUPT : err;
}

/* What was taken back or has a newer version holds up nobody; what was returned does, until that version has come. */
static int look_at_previous(struct zong_txn *txn, const struct zong_id *id, void *ctx)
{
	struct previous *previous = ctx;
	_cleanup_row_ Zong__Delivery *delivery = NULL;
	int err = zong_row_delivery_to(txn, id, previous->department, &delivery);

	if (err)
		return err == ZONG_ENOENT ? 0 : err;
	previous->open = !zong_deliver_ended(delivery);
	if (delivery->state == ZONG__DELIVERY_STATE__DELIVERY_RETURNED)
		err = still_there(txn, id, &previous->open);
	return err ? err : previous->open ? ZONG_EEND : 0;
}

/* Is there a case that this one goes on from, confirmed by a person, of which the department lacks what it was to get? */
static int previous_open(
	struct zong_txn *txn, const char *case_no, const char *department, bool *ret_open)
{
	struct previous previous = {.department = department};
	Zong__Link **links = NULL;
	size_t count = 0;
	int err = zong_chain_links(txn, case_no, true, &links, &count);

	for (size_t i = 0; i < count && !err && !previous.open; i++)
		if (links[i]->state == ZONG__LINK_STATE__LINK_CONFIRMED)
			err = zong_row_materials_of(
				txn, links[i]->earlier, look_at_previous, &previous);
	zong_links_free(links, count);
	*ret_open = previous.open;
	return err;
}

int zong_deliver_waits(struct zong_txn *txn, const Zong__Material *material,
	const Zong__Department *department, uint32_t *ret_waits)
{
	struct zong_digest waiting;
	bool settled = true, open = false;
	int err = 0;

	if (department->wait_reading && !material->destroyed)
		err = zong_pages_settled(txn, material, &settled, &waiting);
	if (!err && department->wait_previous)
		err = previous_open(txn, material->case_no, department->id, &open);
	*ret_waits = (settled ? 0 : ZONG_WAIT_READING) | (open ? ZONG_WAIT_PREVIOUS : 0);
	return err;
}

/* ---- looking again ---- */

static int any_waits(struct zong_txn *txn, bool *ret_any)
{
	uint64_t waiting;
	int err = zong_deliver_count(txn, ZONG__DELIVERY_STATE__DELIVERY_WAITING, &waiting);

	*ret_any = waiting != 0;
	return err;
}

struct again {
	const Zong__Material *material;
	const char *department; /* NULL: any */
};

static int reconsider(struct zong_txn *txn, Zong__Delivery *delivery, void *ctx)
{
	const struct again *again = ctx;
	_cleanup_row_ Zong__Department *department = NULL;
	struct zong_deliver_place before;
	uint32_t waits;
	int err;

	if (delivery->state != ZONG__DELIVERY_STATE__DELIVERY_WAITING ||
		(again->department && strcmp(again->department, delivery->department) != 0))
		return 0;
	err = zong_row_department(txn, delivery->department, &department);
	if (!err)
		err = zong_deliver_waits(txn, again->material, department, &waits);
	if (err)
		return err == ZONG_ENOENT ? ZONG_ECORRUPT : err;
	if (waits == delivery->waits)
		return 0;
	zong_deliver_place(delivery, &before);
	delivery->waits = waits;
	if (!waits)
		err = zong_deliver_make_due(txn, delivery);
	return err ? err : zong_deliver_put(txn, delivery, &before);
}

int zong_deliver_look_again(struct zong_txn *txn, Zong__Delivery *delivery, void *ctx)
{
	_cleanup_row_ Zong__Material *material = NULL;
	struct again again = {0};
	struct zong_id id;
	int err = ZONG_ECORRUPT;

	(void)ctx;
	if (zong_row_id(&delivery->material, &id))
		err = zong_row_material(txn, &id, &material);
	if (err)
		return err == ZONG_ENOENT ? ZONG_ECORRUPT : err;
	again.material = material;
	return reconsider(txn, delivery, &again);
}

static int reconsider_material(
	struct zong_txn *txn, const struct zong_id *id, const char *department)
{
	_cleanup_row_ Zong__Material *material = NULL;
	struct again again = {.department = department};
	int err = zong_row_material(txn, id, &material);

	if (err)
		return err == ZONG_ENOENT ? ZONG_ECORRUPT : err;
	again.material = material;
	return zong_deliver_walk(txn, id, reconsider, &again);
}

static int reconsider_each(struct zong_txn *txn, const struct zong_id *id, void *ctx)
{
	return reconsider_material(txn, id, ctx);
}

int zong_deliver_case(struct zong_txn *txn, const char *case_no, const char *department)
{
	bool any;
	int err = any_waits(txn, &any);

	if (err || !any)
		return err;
	return zong_row_materials_of(txn, case_no, reconsider_each, (void *)(uintptr_t)department);
}

static int waits_for_cases(struct zong_txn *txn, const char *department, bool *ret_waits)
{
	_cleanup_row_ Zong__Department *row = NULL;
	int err = zong_row_department(txn, department, &row);

	*ret_waits = !err && row->wait_previous;
	return err == ZONG_ENOENT ? ZONG_ECORRUPT : err;
}

int zong_deliver_followers(struct zong_txn *txn, const char *case_no, const char *department)
{
	Zong__Link **links = NULL;
	size_t count = 0;
	bool any;
	int err = any_waits(txn, &any);

	if (!err && any)
		err = waits_for_cases(txn, department, &any);
	if (err || !any)
		return err;
	err = zong_chain_links(txn, case_no, false, &links, &count);
	for (size_t i = 0; i < count && !err; i++)
		if (links[i]->state == ZONG__LINK_STATE__LINK_CONFIRMED)
			err = zong_deliver_case(txn, links[i]->later, department);
	zong_links_free(links, count);
	return err;
}

int zong_deliver_read(struct zong_txn *txn, const struct zong_digest *raster)
{
	bool any;
	int err = any_waits(txn, &any);

	return err || !any ? err : zong_row_materials_with(txn, raster, reconsider_each, NULL);
}
