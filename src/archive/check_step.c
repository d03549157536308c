/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/time.h>
#include <zong/utf8.h>

#include "check.h"

#define STEP_ROWS 20000
#define STEP_ROWS_REPAIR 2000 /* a change holds up nobody, but its pages stay in memory */
#define STEP_FINDINGS 2000
#define STEP_TIME (5 * ZONG_SECOND)

/* ---- one step ---- */

static void forget(struct zong_check *check)
{
	size_t i;

	for (i = 0; i < check->found_count; i++)
		free(check->found[i].materials);
	for (i = 0; i < check->fix_count; i++)
		free(check->fixes[i].bytes);
	check->found_count = check->fix_count = 0;
}

void zong_check_step_release(struct zong_check *check)
{
	forget(check);
	free(check->found);
	free(check->fixes);
	check->found = NULL;
	check->fixes = NULL;
	check->found_room = check->fix_room = 0;
}

static int apply(struct zong_txn *txn, const struct zong_check_fix *fix)
{
	ProtobufCMessage *row;
	int err;

	if (fix->remove)
		return zong_txn_delete(txn, fix->table, &fix->key);
	if (!fix->type)
		return zong_txn_put_bytes(txn, fix->table, &fix->key, fix->bytes, fix->len);
	row = protobuf_c_message_unpack(fix->type, NULL, fix->len, fix->bytes);
	if (!row)
		return ZONG_ENOMEM;
	err = zong_txn_put(txn, fix->table, &fix->key, row);
	protobuf_c_message_free_unpacked(row, NULL);
	return err;
}

struct step {
	struct zong_check *check;
	zong_check_step *run;
	void *ctx;
};

static int change(struct zong_txn *txn, void *ctx)
{
	struct step *step = ctx;
	struct zong_check *check = step->check;
	size_t i;
	int err;

	forget(check); /* of a run before, when the map had to grow */
	err = step->run(check, txn, step->ctx);
	for (i = 0; i < check->fix_count && !err; i++)
		err = apply(txn, &check->fixes[i]);
	return err;
}

void zong_check_emit(struct zong_check *check, struct zong_finding *finding)
{
	check->result.findings++;
	finding->sealed = check->options->vault != NULL;
	if (finding->repaired)
		check->result.repaired++;
	if (check->options->found && !check->stopped &&
		check->options->found(check->options->ctx, finding))
		check->stopped = true;
	free(finding->materials);
	finding->materials = NULL;
}

int zong_check_run_step(struct zong_check *check, zong_check_step *run, void *ctx)
{
	struct step step = {.check = check, .run = run, .ctx = ctx};
	struct zong_txn *txn;
	size_t i;
	int err;

	if (check->stopped)
		return ZONG_ECANCELLED;
	if (check->repair) {
		err = zong_store_write(check->store, change, &step);
	} else {
		forget(check);
		err = zong_store_read_begin(check->store, &txn);
		if (!err) {
			err = run(check, txn, ctx);
			zong_txn_end(txn);
		}
	}
	if (err) {
		forget(check);
		return err;
	}
	for (i = 0; i < check->fix_count && check->repair; i++) {
		enum zong_table table = check->fixes[i].table;

		if (check->fixes[i].remove)
			check->taken[table]++;
		else
			check->put[table]++;
	}
	for (i = 0; i < check->found_count; i++)
		zong_check_emit(check, &check->found[i]);
	forget(check);
	return check->stopped ? ZONG_ECANCELLED : 0;
}

/* ---- a table ---- */

struct table_step {
	enum zong_table table;
	zong_check_row *row;
	struct zong_key from, next; /* where this step began, where the next one begins */
	bool begun, ended;
	uint64_t rows, total;
};

static void note_rest(struct zong_check *check, enum zong_table table)
{
	struct zong_finding *finding = zong_check_add(check, ZONG_FINDING_PART_UNREADABLE,
		zong_table_name(table), "%s", zong_table_name(table));

	if (finding)
		zong_check_detail(finding, "its keys are out of order");
}

static int run_table(struct zong_check *check, struct zong_txn *txn, void *ctx)
{
	struct table_step *step = ctx;
	int64_t until = zong_time_monotonic() + STEP_TIME;
	uint64_t max = check->repair ? STEP_ROWS_REPAIR : STEP_ROWS;
	struct zong_iter iter;
	int err = zong_iter_begin(
		&iter, txn, step->table, NULL, step->begun ? &step->from : NULL, false);

	step->rows = 0;
	step->ended = false;
	step->next = step->from;
	zong_txn_entries(txn, step->table, &step->total);
	while (!err && step->rows < max && check->found_count < STEP_FINDINGS &&
		zong_time_monotonic() < until) {
		struct zong_key key = {0};

		err = zong_iter_next(&iter);
		if (err)
			break;
		zong_key_bytes(&key, iter.key.bytes, iter.key.len);
		/* A tree that leads back to itself would never end. */
		if (key.err ||
			(step->next.len &&
				(key.len < step->next.len
						? memcmp(key.bytes, step->next.bytes, key.len) <= 0
						: memcmp(key.bytes, step->next.bytes,
							  step->next.len) < 0))) {
			note_rest(check, step->table);
			err = ZONG_EEND;
			break;
		}
		err = step->row(check, txn, &iter, zong_iter_sound(&iter));
		step->rows++;
		step->next = key;
		zong_key_u8(&step->next, 0); /* the least key behind it */
	}
	zong_iter_end(&iter);
	if (err == ZONG_EEND) {
		step->ended = true;
		err = 0;
	}
	return err;
}

int zong_check_table(struct zong_check *check, enum zong_table table, zong_check_row *row)
{
	struct table_step step = {.table = table, .row = row};
	uint64_t done = 0;
	int err = 0;

	while (!err && !step.ended) {
		err = zong_check_run_step(check, run_table, &step);
		if (err)
			break;
		step.begun = step.next.len > 0;
		step.from = step.next;
		done += step.rows;
		check->result.rows += step.rows;
		err = zong_check_progress(check, done, step.total > done ? step.total : done);
	}
	return err;
}

int zong_check_progress(struct zong_check *check, uint64_t done, uint64_t total)
{
	if (check->options->progress &&
		check->options->progress(check->options->ctx, check->part, done, total))
		check->stopped = true;
	return check->stopped ? ZONG_ECANCELLED : 0;
}

/* ---- findings ---- */

__attribute__((format(printf, 3, 0))) static void set_text(
	char *to, size_t size, const char *format, va_list args)
{
	char text[2 * ZONG_FINDING_OBJECT];

	vsnprintf(text, sizeof(text), format, args);
	snprintf(to, size, "%.*s", (int)zong_utf8_cut(text, strlen(text), size - 1), text);
}

struct zong_finding *zong_check_add(struct zong_check *check, enum zong_finding_kind kind,
	const char *table, const char *format, ...)
{
	struct zong_finding *finding;
	va_list args;

	if (check->found_count == check->found_room) {
		size_t room = check->found_room ? check->found_room * 2 : 16;
		struct zong_finding *grown = realloc(check->found, room * sizeof(*check->found));

		if (!grown) {
			check->stopped = true;
			return NULL;
		}
		check->found = grown;
		check->found_room = room;
	}
	finding = &check->found[check->found_count++];
	memset(finding, 0, sizeof(*finding));
	finding->kind = kind;
	finding->table = table;
	va_start(args, format);
	set_text(finding->object, sizeof(finding->object), format, args);
	va_end(args);
	return finding;
}

void zong_check_detail(struct zong_finding *finding, const char *format, ...)
{
	va_list args;

	if (!finding)
		return;
	va_start(args, format);
	set_text(finding->detail, sizeof(finding->detail), format, args);
	va_end(args);
}

static struct zong_check_fix *add_fix(struct zong_check *check, struct zong_finding *finding,
	enum zong_table table, const struct zong_key *key, size_t len)
{
	struct zong_check_fix *fix;

	if (finding) {
		finding->derived = true;
		finding->repaired = check->repair;
	}
	if (!check->repair)
		return NULL;
	if (check->fix_count == check->fix_room) {
		size_t room = check->fix_room ? check->fix_room * 2 : 16;
		struct zong_check_fix *grown = realloc(check->fixes, room * sizeof(*grown));

		if (!grown) {
			check->stopped = true;
			return NULL;
		}
		check->fixes = grown;
		check->fix_room = room;
	}
	fix = &check->fixes[check->fix_count];
	memset(fix, 0, sizeof(*fix));
	fix->table = table;
	fix->key = *key;
	fix->len = len;
	fix->bytes = malloc(len ? len : 1);
	if (!fix->bytes) {
		check->stopped = true;
		return NULL;
	}
	check->fix_count++;
	return fix;
}

void zong_check_fix_put(struct zong_check *check, struct zong_finding *finding,
	enum zong_table table, const struct zong_key *key, const void *bytes, size_t len)
{
	struct zong_check_fix *fix = add_fix(check, finding, table, key, len);

	if (fix && len)
		memcpy(fix->bytes, bytes, len);
}

void zong_check_fix_row(struct zong_check *check, struct zong_finding *finding,
	enum zong_table table, const struct zong_key *key, const ProtobufCMessage *row)
{
	struct zong_check_fix *fix =
		add_fix(check, finding, table, key, protobuf_c_message_get_packed_size(row));

	if (!fix)
		return;
	fix->type = row->descriptor;
	protobuf_c_message_pack(row, fix->bytes);
}

void zong_check_fix_delete(struct zong_check *check, struct zong_finding *finding,
	enum zong_table table, const struct zong_key *key)
{
	struct zong_check_fix *fix = add_fix(check, finding, table, key, 0);

	if (fix)
		fix->remove = true;
}

/* ---- names ---- */

void zong_check_key_text(const struct zong_key_view *key, char *ret_text, size_t size)
{
	const char *bytes = (const char *)key->bytes;
	struct zong_buf buf = ZONG_BUF_INIT(4096);
	size_t at = 0, next;

	while (at < key->len && buf.len + 8 < size) {
		next = at;
		if ((uint8_t)bytes[at] >= ' ' && zong_utf8_valid(bytes + at, 1)) {
			zong_buf_add_char(&buf, bytes[at++]);
			continue;
		}
		zong_utf8_next(bytes, key->len, &next);
		if ((uint8_t)bytes[at] >= 0xc0 && next - at > 1 &&
			zong_utf8_printable(bytes + at, next - at)) {
			zong_buf_add(&buf, bytes + at, next - at);
			at = next;
		} else {
			zong_buf_add_format(&buf, bytes[at] ? "\\%02x" : "/", (uint8_t)bytes[at]);
			at++;
		}
	}
	snprintf(ret_text, size, "%s", zong_buf_str(&buf));
	zong_buf_release(&buf);
}

/* ---- rows that may be damaged ---- */

int zong_check_get(struct zong_txn *txn, enum zong_table table, const struct zong_key *key,
	const ProtobufCMessageDescriptor *type, ProtobufCMessage **ret_row)
{
	struct zong_iter iter;
	ProtobufCMessage *row = NULL;
	int err = zong_iter_begin(&iter, txn, table, key, key, false);

	if (!err)
		err = zong_iter_next(&iter);
	if (!err && iter.key.len != key->len)
		err = ZONG_EEND;
	if (!err) {
		if (zong_iter_sound(&iter))
			row = protobuf_c_message_unpack(type, NULL, iter.value_len, iter.value);
		err = row ? 0 : ZONG_ECORRUPT;
	}
	zong_iter_end(&iter);
	if (!err)
		*ret_row = row;
	return err == ZONG_EEND ? ZONG_ENOENT : err;
}

/* ---- who is affected ---- */

void zong_check_affects_material(struct zong_check *check, struct zong_txn *txn,
	struct zong_finding *finding, const struct zong_id *id)
{
	struct zong_finding_material *grown, *material;
	ProtobufCMessage *row = NULL;
	struct zong_key key;
	char text[ZONG_ID_TEXT];
	size_t i;

	if (!finding)
		return;
	zong_id_format(id, text);
	for (i = finding->material_count; i > 0 && finding->material_count - i < 16; i--)
		if (strcmp(finding->materials[i - 1].id, text) == 0)
			return;
	finding->material_total++;
	if (finding->material_count >= ZONG_FINDING_MATERIALS)
		return;
	grown = realloc(finding->materials, (finding->material_count + 1) * sizeof(*grown));
	if (!grown) {
		check->stopped = true;
		return;
	}
	finding->materials = grown;
	material = &grown[finding->material_count++];
	memset(material, 0, sizeof(*material));
	memcpy(material->id, text, sizeof(text));
	zong_row_key_id(&key, id);
	if (zong_check_get(txn, ZONG_TABLE_MATERIALS, &key, &zong__material__descriptor, &row))
		return;
	snprintf(material->title, sizeof(material->title), "%s", ((Zong__Material *)row)->title);
	if (!material->title[0])
		snprintf(material->title, sizeof(material->title), "%.*s",
			(int)zong_utf8_cut(((Zong__Material *)row)->file_name,
				strlen(((Zong__Material *)row)->file_name), ZONG_LIMIT_TITLE),
			((Zong__Material *)row)->file_name);
	snprintf(material->case_no, sizeof(material->case_no), "%s",
		((Zong__Material *)row)->case_no);
	protobuf_c_message_free_unpacked(row, NULL);
}

/* Ids that stand behind @prefix in an index. */
static void affects_prefix(struct zong_check *check, struct zong_txn *txn,
	struct zong_finding *finding, enum zong_table table, const struct zong_key *prefix)
{
	struct zong_iter iter = {0};
	struct zong_key_view view;
	struct zong_id id;
	int err = zong_iter_begin(&iter, txn, table, prefix, NULL, false);

	while (!err && (err = zong_iter_next(&iter)) == 0) {
		view = iter.key;
		view.bytes += prefix->len;
		view.len -= prefix->len;
		if (zong_key_take_id(&view, &id))
			zong_check_affects_material(check, txn, finding, &id);
	}
	zong_iter_end(&iter);
}

void zong_check_affects_file(struct zong_check *check, struct zong_txn *txn,
	struct zong_finding *finding, const struct zong_digest *file)
{
	struct zong_key prefix;

	zong_row_key_digest(&prefix, file);
	affects_prefix(check, txn, finding, ZONG_TABLE_MATERIALS_BY_FILE, &prefix);
}

void zong_check_affects_raster(struct zong_check *check, struct zong_txn *txn,
	struct zong_finding *finding, const struct zong_digest *raster)
{
	struct zong_key prefix;

	zong_row_key_digest(&prefix, raster);
	affects_prefix(check, txn, finding, ZONG_TABLE_RASTER_USE, &prefix);
}

void zong_check_affects_case(struct zong_check *check, struct zong_txn *txn,
	struct zong_finding *finding, const char *case_no)
{
	struct zong_key prefix;

	zong_row_key_str(&prefix, case_no);
	affects_prefix(check, txn, finding, ZONG_TABLE_MATERIALS_BY_CASE, &prefix);
}

/* ---- what several parts find alike ---- */

int zong_check_damaged(struct zong_check *check, const char *table, const struct zong_iter *iter)
{
	char text[ZONG_FINDING_OBJECT / 2];

	zong_check_key_text(&iter->key, text, sizeof(text));
	return zong_check_add(check, ZONG_FINDING_ROW_DAMAGED, table, "%s/%s", table, text)
		       ? 0
		       : ZONG_ENOMEM;
}

int zong_check_gone(
	struct zong_check *check, const char *table, const char *what, const char *name)
{
	char object[ZONG_FINDING_OBJECT];

	snprintf(object, sizeof(object), "%s/%s", what, name);
	if (zong_check_names_has(&check->lost, object))
		return 0; /* told already, with the log */
	return zong_check_add(check, ZONG_FINDING_ROW_MISSING, table, "%s", object) ? 0
										    : ZONG_ENOMEM;
}

int zong_check_wanted(
	void *ctx, enum zong_table table, const struct zong_key *key, const void *value, size_t len)
{
	const struct zong_check_wanting *wanting = ctx;
	struct zong_key_view view = {.bytes = key->bytes, .len = key->len};
	char text[ZONG_FINDING_OBJECT / 2];
	struct zong_finding *finding;

	if (zong_txn_has(wanting->txn, table, key))
		return 0;
	zong_check_key_text(&view, text, sizeof(text));
	finding = zong_check_add(wanting->check, ZONG_FINDING_INDEX_MISSING, zong_table_name(table),
		"%s/%s", zong_table_name(table), text);
	if (!finding)
		return ZONG_ENOMEM;
	zong_check_detail(finding, "%s", wanting->owner);
	zong_check_fix_put(wanting->check, finding, table, key, value, len);
	return 0;
}
