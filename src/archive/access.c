/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include <zong/access.h>
#include <zong/query.h>

#include "row.h"

enum { NO, YES, OWN, QUERY };

/* The table of access.h. Columns in the order of enum zong_role from the administrator on. */
static const struct {
	const char *name;
	unsigned char may[9];
} verbs[ZONG_VERB_COUNT_] = {
	/*                              administrator, archivist, department, lookup, kiosk, custodian, auditor, local, member */
	[ZONG_VERB_CASE_OPEN] = {"case.open", {NO, YES, NO, NO, NO, NO, NO, YES, YES}},
	[ZONG_VERB_CASE_READ] = {"case.read", {NO, YES, OWN, YES, NO, YES, NO, YES, YES}},
	[ZONG_VERB_MATERIAL_ADD] = {"material.add", {NO, YES, NO, QUERY, NO, YES, NO, YES, YES}},
	[ZONG_VERB_MATERIAL_READ] = {"material.read", {NO, YES, OWN, YES, NO, YES, NO, YES, YES}},
	[ZONG_VERB_SEARCH] = {"search", {NO, YES, OWN, YES, NO, YES, NO, YES, YES}},
	[ZONG_VERB_FEED_READ] = {"feed.read", {NO, NO, OWN, NO, NO, NO, NO, YES, NO}},
	[ZONG_VERB_DELIVERY_READ] = {"delivery.read", {NO, YES, OWN, NO, NO, YES, NO, YES, NO}},
	[ZONG_VERB_DELIVERY_END] = {"delivery.end", {NO, NO, OWN, NO, NO, NO, NO, YES, NO}},
	[ZONG_VERB_DELIVERY_MANAGE] = {"delivery.manage", {NO, YES, NO, NO, NO, YES, NO, YES, NO}},
	[ZONG_VERB_DEPARTMENT_LIST] = {"department.list", {YES, YES, OWN, NO, NO, YES, YES, YES, NO}},
	[ZONG_VERB_DEPARTMENT_MANAGE] = {"department.manage", {YES, NO, NO, NO, NO, NO, NO, YES, NO}},
	[ZONG_VERB_TOKEN_MANAGE] = {"token.manage", {YES, NO, NO, NO, NO, NO, NO, YES, NO}},
	[ZONG_VERB_USER_MANAGE] = {"user.manage", {YES, NO, NO, NO, NO, NO, NO, YES, NO}},
	[ZONG_VERB_JOB_READ] = {"job.read", {YES, YES, NO, NO, NO, YES, YES, YES, YES}},
	[ZONG_VERB_JOB_RETRY] = {"job.retry", {YES, YES, NO, NO, NO, YES, NO, YES, YES}},
	[ZONG_VERB_JOB_CANCEL] = {"job.cancel", {YES, YES, NO, NO, NO, YES, NO, YES, YES}},
	[ZONG_VERB_STATUS_READ] = {"status.read", {YES, YES, NO, YES, NO, YES, YES, YES, YES}},
	[ZONG_VERB_CATALOGUE_READ] = {"catalogue.read", {YES, YES, YES, YES, NO, YES, YES, YES, NO}},
	[ZONG_VERB_CASE_CHANGE] = {"case.change", {NO, YES, NO, NO, NO, NO, NO, YES, YES}},
	[ZONG_VERB_CASE_EVENT] = {"case.event", {NO, YES, NO, NO, NO, YES, NO, YES, YES}},
	[ZONG_VERB_RETENTION_READ] = {"retention.read", {YES, YES, NO, NO, NO, YES, YES, YES, YES}},
	[ZONG_VERB_RETENTION_MANAGE] = {"retention.manage", {YES, NO, NO, NO, NO, NO, NO, YES, YES}},
	[ZONG_VERB_HOLD_MANAGE] = {"hold.manage", {YES, YES, NO, NO, NO, YES, NO, YES, YES}},
	[ZONG_VERB_DESTRUCTION_MANAGE] = {"destruction.manage", {YES, YES, NO, NO, NO, YES, NO, YES, YES}},
	[ZONG_VERB_REVIEW_READ] = {"review.read", {NO, YES, OWN, NO, NO, YES, NO, YES, YES}},
	[ZONG_VERB_UNIT_LIST] = {"unit.list", {NO, YES, NO, YES, NO, YES, NO, YES, YES}},
	[ZONG_VERB_UNIT_MANAGE] = {"unit.manage", {NO, YES, NO, NO, NO, NO, NO, YES, YES}},
	[ZONG_VERB_LINK_LIST] = {"link.list", {NO, YES, NO, YES, NO, YES, NO, YES, NO}},
	[ZONG_VERB_LINK_DECIDE] = {"link.decide", {NO, YES, NO, NO, NO, NO, NO, YES, NO}},
	[ZONG_VERB_LOG_READ] = {"log.read", {YES, NO, NO, NO, NO, NO, YES, YES, YES}},
	[ZONG_VERB_REVIEW_DECIDE] = {"review.decide", {NO, YES, NO, NO, NO, NO, NO, YES, YES}},
	[ZONG_VERB_ORIGINAL_READ] = {"original.read", {NO, YES, OWN, YES, NO, YES, NO, YES, NO}},
	[ZONG_VERB_ORIGINAL_RESERVE] = {"original.reserve", {NO, YES, NO, YES, NO, YES, NO, YES, NO}},
	[ZONG_VERB_ORIGINAL_LEND] = {"original.lend", {NO, YES, NO, NO, NO, YES, NO, YES, NO}},
	[ZONG_VERB_ORIGINAL_MANAGE] = {"original.manage", {NO, YES, NO, NO, NO, YES, NO, YES, NO}},
	[ZONG_VERB_PLACE_READ] = {"place.read", {NO, YES, NO, YES, NO, YES, NO, YES, NO}},
	[ZONG_VERB_VOLUME_READ] = {"volume.read", {NO, YES, OWN, YES, NO, YES, NO, YES, NO}},
	[ZONG_VERB_VOLUME_PRINT] = {"volume.print", {NO, YES, NO, YES, NO, YES, NO, YES, NO}},
	[ZONG_VERB_VOLUME_MANAGE] = {"volume.manage", {NO, YES, NO, NO, NO, YES, NO, YES, NO}},
	[ZONG_VERB_QUERY_ENTER] = {"query.enter", {NO, YES, NO, YES, NO, NO, NO, YES, NO}},
	[ZONG_VERB_QUERY_DECIDE] = {"query.decide", {NO, YES, NO, YES, NO, NO, NO, YES, NO}},
	[ZONG_VERB_QUERY_READ] = {"query.read", {NO, YES, NO, YES, NO, NO, NO, YES, NO}},
	[ZONG_VERB_DESK_ASK] = {"desk.ask", {NO, NO, NO, NO, YES, NO, NO, YES, NO}},
	[ZONG_VERB_PROOF_READ] = {"proof.read", {YES, YES, OWN, YES, NO, YES, YES, YES, NO}},
	[ZONG_VERB_VAULT_USE] = {"vault.use", {NO, YES, OWN, NO, NO, YES, NO, YES, NO}},
	[ZONG_VERB_VAULT_MAKE] = {"vault.make", {NO, NO, OWN, NO, NO, NO, NO, YES, NO}},
	[ZONG_VERB_PROPERTY_READ] = {"property.read", {NO, YES, NO, NO, NO, YES, YES, YES, YES}},
	[ZONG_VERB_PROPERTY_RUN] = {"property.run", {NO, YES, NO, NO, NO, YES, NO, YES, YES}},
	[ZONG_VERB_HANDOVER_MANAGE] = {"handover.manage", {NO, YES, NO, NO, NO, YES, NO, YES, NO}},
};

_Static_assert(ZONG_VERB_COUNT_ < 63, "a limit has a bit of each verb, and one more");

const char *zong_verb_name(enum zong_verb verb)
{
	if ((unsigned int)verb >= ZONG_VERB_COUNT_)
		return "unknown";
	return verbs[verb].name;
}

enum zong_verb zong_verb_parse(const char *name)
{
	int verb = 0;

	while (verb < ZONG_VERB_COUNT_ && strcmp(verbs[verb].name, name) != 0)
		verb++;
	return (enum zong_verb)verb;
}

/* A delivery that was taken back gives no right. */
static int delivered_material(const struct zong_object *object, const char *department,
	const ProtobufCBinaryData *material)
{
	Zong__Delivery *delivery;
	struct zong_id id;
	bool withdrawn;
	int err;

	if (!object->txn || !zong_row_id(material, &id))
		return ZONG_ENOENT;
	err = zong_row_delivery_to(object->txn, &id, department, &delivery);
	if (err)
		return err;
	withdrawn = delivery->state == ZONG__DELIVERY_STATE__DELIVERY_WITHDRAWN;
	zong__delivery__free_unpacked(delivery, NULL);
	return withdrawn ? ZONG_ENOENT : 0;
}

static int delivered_of_case(
	const struct zong_object *object, const char *case_no, const char *department)
{
	struct zong_iter iter = {0};
	struct zong_key prefix;
	int err;

	if (!object->txn)
		return ZONG_ENOENT;
	zong_row_key_str(&prefix, case_no);
	err = zong_iter_begin(
		&iter, object->txn, ZONG_TABLE_MATERIALS_BY_CASE, &prefix, NULL, false);
	if (err)
		return err;
	while ((err = zong_iter_next(&iter)) == 0) {
		ProtobufCBinaryData id = {
			.len = iter.key.len - prefix.len,
			.data = (uint8_t *)(uintptr_t)iter.key.bytes + prefix.len,
		};

		err = delivered_material(object, department, &id);
		if (err != ZONG_ENOENT)
			break;
	}
	zong_iter_end(&iter);
	return err == ZONG_EEND ? ZONG_ENOENT : err;
}

/* One of the papers under its code is in the hands of the department as a scan. */
static int delivered_original(const struct zong_object *object, const char *department)
{
	const Zong__Original *original = object->original;
	int err = ZONG_ENOENT;

	if (original->n_materials == 0)
		return delivered_of_case(object, original->case_no, department);
	for (size_t i = 0; i < original->n_materials && err == ZONG_ENOENT; i++)
		err = delivered_material(object, department, &original->materials[i]);
	return err;
}

/* One of its scans is; of a volume without scans, one of a case that it holds. */
static int delivered_volume(const struct zong_object *object, const char *department)
{
	const Zong__Volume *volume = object->volume;
	bool scans = false;
	int err = ZONG_ENOENT;

	for (size_t i = 0; i < volume->n_items && err == ZONG_ENOENT; i++) {
		if (!volume->items[i]->material.len)
			continue;
		scans = true;
		err = delivered_material(object, department, &volume->items[i]->material);
	}
	for (size_t i = 0; i < volume->n_cases && !scans && err == ZONG_ENOENT; i++)
		err = delivered_of_case(object, volume->cases[i], department);
	return err;
}

static int owns(const struct zong_subject *who, const struct zong_object *object)
{
	if (!who->department[0])
		return ZONG_ENOENT;
	if (object->department && strcmp(object->department, who->department) != 0)
		return ZONG_ENOENT;
	if (object->delivery) {
		if (strcmp(object->delivery->department, who->department) != 0 ||
			object->delivery->state == ZONG__DELIVERY_STATE__DELIVERY_WITHDRAWN)
			return ZONG_ENOENT;
	}
	if (object->material) {
		int err = delivered_material(object, who->department, &object->material->id);

		if (err)
			return err;
	}
	if (object->original) {
		int err = delivered_original(object, who->department);

		if (err)
			return err;
	}
	if (object->volume) {
		int err = delivered_volume(object, who->department);

		if (err)
			return err;
	}
	return object->cas ? delivered_of_case(object, object->cas->no, who->department) : 0;
}

int zong_access_may(
	const struct zong_subject *who, enum zong_verb verb, const struct zong_object *object)
{
	unsigned char may;

	if (!who || who->role <= ZONG_ROLE_NONE || who->role > ZONG_ROLE_MEMBER)
		return ZONG_EUNAUTHENTICATED;
	if ((unsigned int)verb >= ZONG_VERB_COUNT_)
		return ZONG_EFORBIDDEN;
	if (who->must_change)
		return ZONG_EMUSTCHANGE;
	if (who->may && !(who->may >> verb & 1))
		return ZONG_EFORBIDDEN;
	may = verbs[verb].may[who->role - ZONG_ROLE_ADMINISTRATOR];
	if (may == NO)
		return ZONG_EFORBIDDEN;
	if (may == YES || !object)
		return 0;
	if (may == QUERY) /* what is shown at the desk is sent to nobody */
		return object->cas && strcmp(object->cas->kind, ZONG_QUERY_KIND) == 0 &&
					!object->department
			       ? 0
			       : ZONG_EFORBIDDEN;
	return owns(who, object);
}
