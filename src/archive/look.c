/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include <zong/code.h>

#include "look.h"
#include "row.h"

int zong_look_case(
	struct zong_txn *txn, const struct zong_subject *who, const char *no, Zong__Case **ret_case)
{
	char normal[ZONG_LIMIT_CASE_NO_BYTES + 1];
	struct zong_object object = {.txn = txn};
	Zong__Case *cas;
	int err;

	if (zong_case_no_parse(no, strlen(no), normal, sizeof(normal)))
		return ZONG_ENOCASE;
	err = zong_row_case(txn, normal, &cas);
	if (err)
		return err == ZONG_ENOENT ? ZONG_ENOCASE : err;
	object.cas = cas;
	err = zong_access_may(who, ZONG_VERB_CASE_READ, &object);
	if (err) {
		zong__case__free_unpacked(cas, NULL);
		return err == ZONG_ENOENT ? ZONG_ENOCASE : err;
	}
	*ret_case = cas;
	return 0;
}

int zong_look_material(struct zong_txn *txn, const struct zong_subject *who, const char *id,
	Zong__Material **ret_material)
{
	_cleanup_row_ Zong__Material *material = NULL;
	struct zong_object object = {.txn = txn};
	struct zong_id parsed;
	int err;

	if (zong_id_parse(id, &parsed))
		return ZONG_ENOENT;
	err = zong_row_material(txn, &parsed, &material);
	if (err)
		return err;
	object.material = material;
	err = zong_access_may(who, ZONG_VERB_MATERIAL_READ, &object);
	if (!err)
		*ret_material = take_ptr(material);
	return err;
}

/* A batch is no department's to see: there are papers of others in it. Who may see them all gets it as if it were the
 * file of one material. */
static int look_batch(struct zong_txn *txn, const struct zong_subject *who,
	const struct zong_digest *file, Zong__Material **material)
{
	_cleanup_row_ Zong__File *row = NULL;
	struct zong_digest own;
	int err = 0;

	if (zong_row_digest(&(*material)->file, &own) && zong_digest_equal(&own, file))
		return 0;
	if (who->role == ZONG_ROLE_DEPARTMENT)
		err = ZONG_ENOENT;
	if (!err)
		err = zong_row_file(txn, file, &row);
	if (!err)
		err = zong_row_set_bytes(&(*material)->file, file->bytes, sizeof(file->bytes));
	if (err) {
		zong__material__free_unpacked(*material, NULL);
		*material = NULL;
		return err;
	}
	(*material)->bytes = row->bytes;
	(*material)->media = row->media;
	(*material)->pages = (uint32_t)row->n_pages;
	return 0;
}

int zong_look_file(struct zong_txn *txn, const struct zong_subject *who,
	const struct zong_digest *file, Zong__Material **ret_material)
{
	/* only the id is needed to decide, so the row is unpacked for the one that is allowed */
	Zong__Material probe = ZONG__MATERIAL__INIT;
	struct zong_object object = {.txn = txn, .material = &probe};
	struct zong_iter iter = {0};
	struct zong_key prefix;
	struct zong_id id;
	int err;

	zong_row_key_digest(&prefix, file);
	err = zong_iter_begin(&iter, txn, ZONG_TABLE_MATERIALS_BY_FILE, &prefix, NULL, false);
	while (!err && (err = zong_iter_next(&iter)) == 0) {
		struct zong_key_view view = iter.key;
		struct zong_digest digest;

		if (!zong_key_take_digest(&view, &digest) || !zong_key_take_id(&view, &id)) {
			err = ZONG_ECORRUPT;
			break;
		}
		probe.id.data = id.bytes;
		probe.id.len = sizeof(id.bytes);
		err = zong_access_may(who, ZONG_VERB_MATERIAL_READ, &object);
		if (err != ZONG_ENOENT)
			break;
		err = 0;
	}
	zong_iter_end(&iter);
	if (err)
		return err == ZONG_EEND ? ZONG_ENOENT : err;
	err = zong_row_material(txn, &id, ret_material);
	return err ? err : look_batch(txn, who, file, ret_material);
}

void zong_look_object(const Zong__Material *material, char ret_object[ZONG_LOOK_OBJECT])
{
	char text[ZONG_ID_TEXT] = "";
	struct zong_id id;

	if (zong_row_id(&material->id, &id))
		zong_id_format(&id, text);
	snprintf(ret_object, ZONG_LOOK_OBJECT, "material/%s", text);
}
