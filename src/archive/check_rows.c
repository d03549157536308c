/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "catalogue.h"
#include "check.h"

/* A row that cannot be what was put there. */
static struct zong_finding *damaged(
	struct zong_check *check, const char *table, const char *kind, const struct zong_iter *iter)
{
	char text[ZONG_FINDING_OBJECT / 2];

	zong_check_key_text(&iter->key, text, sizeof(text));
	return zong_check_add(check, ZONG_FINDING_ROW_DAMAGED, table, "%s/%s", kind, text);
}

static bool key_is(const struct zong_iter *iter, const void *bytes, size_t len)
{
	return iter->key.len == len && memcmp(iter->key.bytes, bytes, len) == 0;
}

/* Does line @seq of the log speak of @object? A line that is not there is the log's own business. */
static int check_record(struct zong_check *check, struct zong_txn *txn, uint64_t seq,
	const char *table, const char *object)
{
	ProtobufCMessage *row = NULL;
	struct zong_finding *finding;
	struct zong_key key;
	int err;

	zong_key_clear(&key);
	zong_key_u64(&key, seq);
	err = zong_check_get(txn, ZONG_TABLE_LOG, &key, &zong__log_record__descriptor, &row);
	if (err)
		return err == ZONG_ENOENT || err == ZONG_ECORRUPT ? 0 : err;
	if (strcmp(((Zong__LogRecord *)row)->object, object) != 0) {
		finding = zong_check_add(check, ZONG_FINDING_ROW_WRONG, table, "%s", object);
		zong_check_detail(finding, "log/%llu: %s", (unsigned long long)seq,
			((Zong__LogRecord *)row)->object);
	}
	protobuf_c_message_free_unpacked(row, NULL);
	return 0;
}

/* ---- cases ---- */

/* The version that the case is judged by. */
static int check_catalogue(struct zong_check *check, struct zong_txn *txn, uint32_t version)
{
	struct zong_key key;
	char name[16];

	zong_catalogues_key(version, &key);
	if (!version || zong_txn_has(txn, ZONG_TABLE_CATALOGUES, &key))
		return 0;
	snprintf(name, sizeof(name), "%u", (unsigned int)version);
	return zong_check_gone(check, "catalogues", "catalogue", name);
}

static int check_case(
	struct zong_check *check, struct zong_txn *txn, const struct zong_iter *iter, bool sound)
{
	Zong__Case *cas = sound ? zong__case__unpack(NULL, iter->value_len, iter->value) : NULL;
	struct zong_check_puts puts = {0};
	char object[ZONG_FINDING_OBJECT];
	struct zong_finding *finding;
	int err;

	if (!cas || !key_is(iter, cas->no, strlen(cas->no) + 1)) {
		finding = damaged(check, "cases", "case", iter);
		if (finding && iter->key.len && !iter->key.bytes[iter->key.len - 1])
			zong_check_affects_case(check, txn, finding, (const char *)iter->key.bytes);
		if (cas)
			zong__case__free_unpacked(cas, NULL);
		return 0;
	}
	snprintf(object, sizeof(object), "case/%s", cas->no);
	err = zong_check_expect_case(txn, cas, &puts);
	if (!err)
		err = zong_check_compare(check, txn, &puts, object);
	if (!err)
		err = check_record(check, txn, cas->record, "cases", object);
	if (!err)
		err = check_catalogue(check, txn, cas->catalogue);
	zong_check_puts_release(&puts);
	zong__case__free_unpacked(cas, NULL);
	return err;
}

int zong_check_cases(struct zong_check *check)
{
	return zong_check_table(check, ZONG_TABLE_CASES, check_case);
}

/* ---- materials ---- */

static int missing(struct zong_check *check, struct zong_txn *txn, const char *table,
	const char *object, const struct zong_id *material)
{
	struct zong_finding *finding;

	if (zong_check_names_has(&check->lost, object))
		return 0; /* told already */
	finding = zong_check_add(check, ZONG_FINDING_ROW_MISSING, table, "%s", object);
	if (!finding)
		return ZONG_ENOMEM;
	zong_check_affects_material(check, txn, finding, material);
	return 0;
}

static int check_material_case(struct zong_check *check, struct zong_txn *txn,
	const Zong__Material *material, const struct zong_id *id)
{
	char object[ZONG_FINDING_OBJECT];
	struct zong_key key;

	zong_row_key_str(&key, material->case_no);
	if (zong_txn_has(txn, ZONG_TABLE_CASES, &key))
		return 0;
	snprintf(object, sizeof(object), "case/%s", material->case_no);
	return missing(check, txn, "cases", object, id);
}

/* Whoever came before it was computed has none. */
static bool same_sm3(const Zong__File *file, const Zong__Material *material)
{
	return material->sm3.len == 0 ||
	       (material->sm3.len == file->sm3.len &&
		       memcmp(material->sm3.data, file->sm3.data, file->sm3.len) == 0);
}

static int check_material_file(struct zong_check *check, struct zong_txn *txn,
	const Zong__Material *material, const struct zong_id *id)
{
	char object[ZONG_DIGEST_TEXT + 8], digest[ZONG_DIGEST_TEXT];
	struct zong_finding *finding;
	ProtobufCMessage *row = NULL;
	struct zong_digest file;
	struct zong_key key;
	int err;

	zong_row_digest(&material->file, &file);
	zong_digest_format(&file, digest);
	snprintf(object, sizeof(object), "file/%s", digest);
	zong_row_key_digest(&key, &file);
	err = zong_check_get(txn, ZONG_TABLE_FILES, &key, &zong__file__descriptor, &row);
	if (err == ZONG_ENOENT)
		return missing(check, txn, "files", object, id);
	if (err)
		return err == ZONG_ECORRUPT ? 0 : err; /* told with the file's row */
	if (((Zong__File *)row)->bytes != material->bytes ||
		((Zong__File *)row)->n_pages != material->pages ||
		!same_sm3((Zong__File *)row, material)) {
		finding = zong_check_add(check, ZONG_FINDING_ROW_WRONG, "materials", "%s", object);
		zong_check_affects_material(check, txn, finding, id);
	}
	protobuf_c_message_free_unpacked(row, NULL);
	return 0;
}

/* Each receiver has a delivery. One that is not filed may still be there: deliveries come later. */
static int check_receivers(struct zong_check *check, struct zong_txn *txn,
	const Zong__Material *material, const struct zong_id *id)
{
	char name[ZONG_FINDING_OBJECT], text[ZONG_ID_TEXT];
	struct zong_key key;

	zong_id_format(id, text);
	for (size_t i = 0; i < material->n_receivers; i++) {
		zong_row_key_id(&key, id);
		zong_key_str(&key, material->receivers[i]);
		if (zong_txn_has(txn, ZONG_TABLE_DELIVERIES_BY_MATERIAL, &key))
			continue;
		snprintf(name, sizeof(name), "%s/%s", text, material->receivers[i]);
		zong_check_names_add(&check->absent, name);
	}
	return 0;
}

static int check_material(
	struct zong_check *check, struct zong_txn *txn, const struct zong_iter *iter, bool sound)
{
	Zong__Material *material =
		sound ? zong__material__unpack(NULL, iter->value_len, iter->value) : NULL;
	struct zong_check_puts puts = {0};
	char object[64], text[ZONG_ID_TEXT] = "?";
	struct zong_finding *finding;
	struct zong_digest file;
	struct zong_id id;
	bool named = iter->key.len == sizeof(id.bytes);
	int err;

	if (named) {
		memcpy(id.bytes, iter->key.bytes, sizeof(id.bytes));
		zong_id_format(&id, text);
	}
	snprintf(object, sizeof(object), "material/%s", text);
	if (!material || !named || !key_is(iter, material->id.data, material->id.len) ||
		!zong_row_digest(&material->file, &file)) {
		finding =
			zong_check_add(check, ZONG_FINDING_ROW_DAMAGED, "materials", "%s", object);
		if (named)
			zong_check_affects_material(check, txn, finding, &id);
		if (material)
			zong__material__free_unpacked(material, NULL);
		return finding ? 0 : ZONG_ENOMEM;
	}
	err = zong_check_expect_material(txn, material, &puts);
	if (!err)
		err = zong_check_compare(check, txn, &puts, object);
	if (!err)
		err = check_material_case(check, txn, material, &id);
	if (material->destroyed)
		check->taken_away = true;
	else if (!err)
		err = check_material_file(check, txn, material, &id);
	if (!err)
		err = check_receivers(check, txn, material, &id);
	if (!err)
		err = check_record(check, txn, material->record, "materials", object);
	zong_check_puts_release(&puts);
	zong__material__free_unpacked(material, NULL);
	return err;
}

int zong_check_materials(struct zong_check *check)
{
	return zong_check_table(check, ZONG_TABLE_MATERIALS, check_material);
}

/* ---- files and recipes ---- */

/* Bytes that the recipe gives; *ret_any: there is one. */
static int recipe_bytes(
	struct zong_txn *txn, const struct zong_digest *file, uint64_t *ret_bytes, bool *ret_any)
{
	struct zong_iter iter = {0};
	struct zong_key prefix;
	Zong__Recipe *row;
	int err;

	*ret_bytes = 0;
	*ret_any = false;
	zong_row_key_digest(&prefix, file);
	err = zong_iter_begin(&iter, txn, ZONG_TABLE_RECIPES, &prefix, NULL, false);
	while (!err && (err = zong_iter_next(&iter)) == 0) {
		*ret_any = true;
		row = zong__recipe__unpack(NULL, iter.value_len, iter.value);
		for (size_t i = 0; row && i < row->n_pieces; i++)
			*ret_bytes += row->pieces[i]->length;
		if (row)
			zong__recipe__free_unpacked(row, NULL);
	}
	zong_iter_end(&iter);
	return err == ZONG_EEND ? 0 : err;
}

/* Of a batch that nobody has as a whole only the files of its materials need rasters. */
static bool is_batch_only(struct zong_txn *txn, const struct zong_digest *digest)
{
	struct zong_iter iter = {0};
	struct zong_key prefix;
	bool batch = false, whole = false;
	int err;

	zong_row_key_digest(&prefix, digest);
	err = zong_iter_begin(&iter, txn, ZONG_TABLE_MATERIALS_BY_FILE, &prefix, NULL, false);
	while (!err && !whole && (err = zong_iter_next(&iter)) == 0) {
		struct zong_key_view view = iter.key;
		Zong__Material *material = NULL;
		struct zong_digest own;
		struct zong_id id;
		struct zong_key key;

		if (!zong_key_take_digest(&view, &own) || !zong_key_take_id(&view, &id))
			continue;
		zong_row_key_id(&key, &id);
		if (zong_check_get(txn, ZONG_TABLE_MATERIALS, &key, &zong__material__descriptor,
			    (ProtobufCMessage **)&material))
			continue;
		batch = true;
		whole = zong_row_digest(&material->file, &own) && zong_digest_equal(&own, digest);
		zong__material__free_unpacked(material, NULL);
	}
	zong_iter_end(&iter);
	return batch && !whole;
}

static int check_pages(struct zong_check *check, struct zong_txn *txn, const Zong__File *file,
	const struct zong_digest *digest)
{
	for (size_t i = 0; i < file->n_pages; i++) {
		char text[ZONG_DIGEST_TEXT];
		struct zong_digest raster;
		struct zong_finding *finding;
		Zong__Raster *row = NULL;
		struct zong_key key;
		int err;

		if (file->pages[i]->err || !zong_row_digest(&file->pages[i]->raster, &raster))
			continue;
		zong_row_key_digest(&key, &raster);
		if (zong_txn_has(txn, ZONG_TABLE_RASTERS, &key))
			continue;
		if (is_batch_only(txn, digest))
			return 0;
		zong_digest_format(&raster, text);
		finding = zong_check_add(
			check, ZONG_FINDING_ROW_MISSING, "rasters", "raster/%s", text);
		zong_check_affects_file(check, txn, finding, digest);
		err = zong_check_build_raster(txn, &raster, digest, (uint32_t)(i + 1), &row);
		if (err)
			return err;
		zong_check_fix_row(check, finding, ZONG_TABLE_RASTERS, &key, &row->base);
		zong__raster__free_unpacked(row, NULL);
	}
	return 0;
}

static int check_file_row(
	struct zong_check *check, struct zong_txn *txn, const struct zong_iter *iter, bool sound)
{
	Zong__File *file = sound ? zong__file__unpack(NULL, iter->value_len, iter->value) : NULL;
	char text[ZONG_DIGEST_TEXT] = "?";
	struct zong_digest digest;
	struct zong_finding *finding;
	uint64_t bytes;
	bool named = iter->key.len == sizeof(digest.bytes);
	bool any;
	int err;

	if (named) {
		memcpy(digest.bytes, iter->key.bytes, sizeof(digest.bytes));
		zong_digest_format(&digest, text);
	}
	if (!file || !named) {
		finding = zong_check_add(check, ZONG_FINDING_ROW_DAMAGED, "files", "file/%s", text);
		if (named)
			zong_check_affects_file(check, txn, finding, &digest);
		if (file)
			zong__file__free_unpacked(file, NULL);
		return 0;
	}
	err = recipe_bytes(txn, &digest, &bytes, &any);
	if (!err && (!any || bytes != file->bytes)) {
		finding = zong_check_add(
			check, ZONG_FINDING_RECIPE_DAMAGED, "recipes", "file/%s", text);
		zong_check_affects_file(check, txn, finding, &digest);
	}
	if (!err)
		err = check_pages(check, txn, file, &digest);
	zong__file__free_unpacked(file, NULL);
	return err;
}

int zong_check_file_rows(struct zong_check *check)
{
	return zong_check_table(check, ZONG_TABLE_FILES, check_file_row);
}

static int check_recipe(
	struct zong_check *check, struct zong_txn *txn, const struct zong_iter *iter, bool sound)
{
	struct zong_key_view view = iter->key;
	char text[ZONG_DIGEST_TEXT];
	struct zong_finding *finding;
	struct zong_digest file;
	struct zong_key key;
	uint64_t offset;

	if (!zong_key_take_digest(&view, &file) || !zong_key_take_u64(&view, &offset) || view.len) {
		damaged(check, "recipes", "recipe", iter);
		return 0;
	}
	zong_digest_format(&file, text);
	if (!sound) {
		finding = zong_check_add(check, ZONG_FINDING_ROW_DAMAGED, "recipes",
			"recipe/%s/%llu", text, (unsigned long long)offset);
		zong_check_affects_file(check, txn, finding, &file);
	}
	zong_row_key_digest(&key, &file);
	if (!zong_txn_has(txn, ZONG_TABLE_FILES, &key)) {
		finding = zong_check_add(
			check, ZONG_FINDING_RECIPE_ORPHAN, "recipes", "file/%s", text);
		zong_check_affects_file(check, txn, finding, &file);
	}
	return 0;
}

int zong_check_recipes(struct zong_check *check)
{
	return zong_check_table(check, ZONG_TABLE_RECIPES, check_recipe);
}

/* ---- departments and deliveries ---- */

static int check_department(
	struct zong_check *check, struct zong_txn *txn, const struct zong_iter *iter, bool sound)
{
	Zong__Department *row =
		sound ? zong__department__unpack(NULL, iter->value_len, iter->value) : NULL;

	(void)txn;
	if (!row || !key_is(iter, row->id, strlen(row->id) + 1))
		damaged(check, "departments", "department", iter);
	if (row)
		zong__department__free_unpacked(row, NULL);
	return 0;
}

int zong_check_departments(struct zong_check *check)
{
	return zong_check_table(check, ZONG_TABLE_DEPARTMENTS, check_department);
}

static int check_delivery_ends(struct zong_check *check, struct zong_txn *txn,
	const Zong__Delivery *delivery, const struct zong_id *material)
{
	char object[ZONG_FINDING_OBJECT], text[ZONG_ID_TEXT];
	struct zong_key key;
	int err = 0;

	zong_row_key_id(&key, material);
	if (!zong_txn_has(txn, ZONG_TABLE_MATERIALS, &key)) {
		zong_id_format(material, text);
		snprintf(object, sizeof(object), "material/%s", text);
		err = missing(check, txn, "materials", object, material);
	}
	zong_row_key_str(&key, delivery->department);
	if (!err && !zong_txn_has(txn, ZONG_TABLE_DEPARTMENTS, &key)) {
		snprintf(object, sizeof(object), "department/%s", delivery->department);
		err = missing(check, txn, "departments", object, material);
	}
	return err;
}

static int check_delivery(
	struct zong_check *check, struct zong_txn *txn, const struct zong_iter *iter, bool sound)
{
	Zong__Delivery *row =
		sound ? zong__delivery__unpack(NULL, iter->value_len, iter->value) : NULL;
	struct zong_check_puts puts = {0};
	char object[64], text[ZONG_ID_TEXT] = "?";
	struct zong_id id, material;
	bool named = iter->key.len == sizeof(id.bytes);
	int err;

	if (named) {
		memcpy(id.bytes, iter->key.bytes, sizeof(id.bytes));
		zong_id_format(&id, text);
	}
	snprintf(object, sizeof(object), "delivery/%s", text);
	if (!row || !named || !key_is(iter, row->id.data, row->id.len) ||
		!zong_row_id(&row->material, &material)) {
		zong_check_add(check, ZONG_FINDING_ROW_DAMAGED, "deliveries", "%s", object);
		if (row)
			zong__delivery__free_unpacked(row, NULL);
		return 0;
	}
	err = zong_check_expect_delivery(txn, row, &puts);
	if (!err)
		err = zong_check_compare(check, txn, &puts, object);
	if (!err)
		err = check_delivery_ends(check, txn, row, &material);
	zong_check_puts_release(&puts);
	zong__delivery__free_unpacked(row, NULL);
	return err;
}

struct absent {
	struct zong_check *check;
	struct zong_txn *txn;
};

/* A receiver of a material that has no delivery, filed or not. */
static void tell_absent(const char *name, void *ctx)
{
	struct absent *absent = ctx;
	char text[ZONG_ID_TEXT];
	struct zong_finding *finding;
	struct zong_id id;

	finding = zong_check_add(absent->check, ZONG_FINDING_ROW_MISSING, "deliveries",
		"delivery of material/%s", name);
	snprintf(text, sizeof(text), "%.*s", ZONG_ID_TEXT - 1, name);
	if (!zong_id_parse(text, &id))
		zong_check_affects_material(absent->check, absent->txn, finding, &id);
}

static int tell_all_absent(struct zong_check *check, struct zong_txn *txn, void *ctx)
{
	struct absent absent = {.check = check, .txn = txn};

	(void)ctx;
	zong_check_names_each(&check->absent, tell_absent, &absent);
	return 0;
}

int zong_check_deliveries(struct zong_check *check)
{
	int err = zong_check_table(check, ZONG_TABLE_DELIVERIES, check_delivery);

	return err ? err : zong_check_run_step(check, tell_all_absent, NULL);
}

/* ---- tokens, users, and the rest ---- */

static int check_token(
	struct zong_check *check, struct zong_txn *txn, const struct zong_iter *iter, bool sound)
{
	Zong__Token *row = sound ? zong__token__unpack(NULL, iter->value_len, iter->value) : NULL;
	struct zong_key key;

	if (!row || iter->key.len != ZONG_DIGEST_SIZE) {
		damaged(check, "tokens", "token", iter);
	} else if (row->department[0]) {
		zong_row_key_str(&key, row->department);
		if (!zong_txn_has(txn, ZONG_TABLE_DEPARTMENTS, &key) &&
			!zong_check_names_has(&check->lost, row->department))
			zong_check_add(check, ZONG_FINDING_ROW_MISSING, "departments",
				"department/%s", row->department);
	}
	if (row)
		zong__token__free_unpacked(row, NULL);
	return 0;
}

int zong_check_tokens(struct zong_check *check)
{
	return zong_check_table(check, ZONG_TABLE_TOKENS, check_token);
}

static int check_user(
	struct zong_check *check, struct zong_txn *txn, const struct zong_iter *iter, bool sound)
{
	Zong__User *row = sound ? zong__user__unpack(NULL, iter->value_len, iter->value) : NULL;

	(void)txn;
	if (!row || !key_is(iter, row->name, strlen(row->name) + 1))
		damaged(check, "users", "user", iter);
	if (row)
		zong__user__free_unpacked(row, NULL);
	return 0;
}

static int check_admin(struct zong_check *check, struct zong_txn *txn, void *ctx)
{
	struct zong_key key;

	(void)ctx;
	zong_row_key_str(&key, "admin"); /* made with the archive */
	if (!zong_txn_has(txn, ZONG_TABLE_USERS, &key))
		zong_check_add(check, ZONG_FINDING_ROW_MISSING, "users", "user/admin");
	return 0;
}

int zong_check_users(struct zong_check *check)
{
	int err = zong_check_table(check, ZONG_TABLE_USERS, check_user);

	/* A vault has no users of its own. */
	if (err || zong_store_is_sealed(check->store))
		return err;
	return zong_check_run_step(check, check_admin, NULL);
}

static int check_other(
	struct zong_check *check, struct zong_txn *txn, const struct zong_iter *iter, bool sound)
{
	(void)txn;
	if (!sound)
		damaged(check, "other", "row", iter);
	return 0;
}

/* Tables that no part knows: their rows' checksums. */
int zong_check_others(struct zong_check *check)
{
	int err = 0;
	int table;

	for (table = ZONG_TABLE_JOBS_BY_RASTER + 1; !err && table < ZONG_TABLE_COUNT_; table++)
		if (table != ZONG_TABLE_PENDING /* segments */ && table != ZONG_TABLE_REVIEWS &&
			table != ZONG_TABLE_REVIEWS_OPEN && table != ZONG_TABLE_CORRECTIONS &&
			(table < ZONG_TABLE_UNITS || table > ZONG_TABLE_UNIT_EVENTS_BY_CODE) &&
			(table < ZONG_TABLE_PLACES || table > ZONG_TABLE_HANDOVER_ITEMS) &&
			(table < ZONG_TABLE_LINKS || table > ZONG_TABLE_LINKS_OPEN) &&
			(table < ZONG_TABLE_VOLUMES || table > ZONG_TABLE_DELIVERIES_BY_STATE) &&
			table != ZONG_TABLE_CATALOGUES && table != ZONG_TABLE_MATERIALS_SHARED &&
			table != ZONG_TABLE_LOG_TREE && table != ZONG_TABLE_LOG_CHECKPOINTS &&
			table != ZONG_TABLE_PROPERTIES && table != ZONG_TABLE_PROPERTIES_FAILED)
			err = zong_check_table(check, (enum zong_table)table, check_other);
	return err;
}
