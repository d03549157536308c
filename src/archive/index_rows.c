/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "index_rows.h"

#include <stdio.h>
#include <string.h>

#include <zong/code.h>
#include <zong/error.h>
#include <zong/material.h>
#include <zong/utf8.h>

#include "code_fold.h"

/* Who a row leads to: the last part of its key. */
struct target {
	const char *case_no;		  /* 'c', or NULL */
	const struct zong_digest *raster; /* 'r', or NULL */
	const struct zong_id *material;	  /* 'm', or NULL */
	bool gone;			  /* the row is taken out */
};

static int put_row(struct zong_txn *txn, enum zong_table table, const struct zong_key *key,
	const struct target *target)
{
	if (target->gone)
		return zong_txn_delete(txn, table, key);
	return zong_txn_put_bytes(txn, table, key, "", 0);
}

static void add_target(struct zong_key *key, const struct target *target)
{
	if (target->case_no) {
		zong_key_u8(key, 'c');
		zong_key_str(key, target->case_no);
	} else if (target->raster) {
		zong_key_u8(key, 'r');
		zong_key_digest(key, target->raster);
	} else {
		zong_key_u8(key, 'm');
		zong_key_id(key, target->material);
	}
}

static int put(
	struct zong_txn *txn, enum zong_table table, const char *value, const struct target *target)
{
	struct zong_key key;

	zong_key_clear(&key);
	zong_key_str(&key, value);
	add_target(&key, target);
	return put_row(txn, table, &key, target);
}

static int put_unit(struct zong_txn *txn, const char *text, const struct target *target)
{
	struct zong_unit_code code;

	if (zong_unit_code_parse(text, strlen(text), &code))
		return 0;
	return put(txn, ZONG_TABLE_BY_UNIT, code.text, target);
}

static int put_cert(struct zong_txn *txn, const char *text, const struct target *target)
{
	char tail[sizeof(((struct zong_cert_no *)0)->serial)];
	struct zong_cert_no cert;
	struct zong_key key;
	int err;

	if (zong_cert_no_parse(text, strlen(text), &cert))
		return 0;
	err = put(txn, ZONG_TABLE_BY_CERT, cert.text, target);
	if (err || cert.serial[0] == '\0')
		return err;
	zong_index_tail(cert.serial, tail, sizeof(tail));
	zong_key_clear(&key);
	zong_key_str(&key, tail);
	zong_key_str(&key, cert.text);
	add_target(&key, target);
	return put_row(txn, ZONG_TABLE_BY_CERT_TAIL, &key, target);
}

static int put_idno(struct zong_txn *txn, const char *text, const struct target *target)
{
	char idno[ZONG_INDEX_IDNO + 1];

	zong_index_fold_idno(text, idno);
	return idno[0] ? put(txn, ZONG_TABLE_BY_IDNO, idno, target) : 0;
}

void zong_index_tail(const char *digits, char *ret_tail, size_t ret_size)
{
	size_t len = strlen(digits);
	size_t start = 0;
	size_t count = 0;

	while (len - start > 1 && digits[start] == '0')
		start++;
	while (len > start && count + 1 < ret_size)
		ret_tail[count++] = digits[--len];
	ret_tail[count] = '\0';
}

void zong_index_fold_name(const char *name, char ret_folded[ZONG_INDEX_NAME + 1])
{
	struct zong_buf buf = ZONG_BUF_INIT(ZONG_INDEX_NAME + 8);
	size_t len = strlen(name);
	size_t pos = 0;

	while (pos < len && buf.len < ZONG_INDEX_NAME) {
		uint32_t character = zong_utf8_next(name, len, &pos);

		if (!zong_utf8_is_blank(character) && !zong_code_is_invisible(character))
			zong_utf8_add(&buf, zong_utf8_fold(character, true));
	}
	len = zong_utf8_cut(zong_buf_str(&buf), buf.len, ZONG_INDEX_NAME);
	memcpy(ret_folded, zong_buf_str(&buf), len);
	ret_folded[len] = '\0';
	zong_buf_release(&buf);
}

void zong_index_fold_idno(const char *idno, char ret_folded[ZONG_INDEX_IDNO + 1])
{
	char folded[ZONG_INDEX_IDNO + 1];

	if (zong_code_fold(idno, strlen(idno), ZONG_CODE_SKIP_HYPHENS, folded, sizeof(folded)) < 0)
		folded[0] = '\0';
	memcpy(ret_folded, folded, strlen(folded) + 1);
}

int zong_index_case(struct zong_txn *txn, const Zong__Case *cas)
{
	struct target target = {.case_no = cas->no};
	char name[ZONG_INDEX_NAME + 1];
	struct zong_key key;
	int err = 0;

	for (size_t i = 0; !err && i < cas->n_units; i++)
		err = put_unit(txn, cas->units[i], &target);
	for (size_t i = 0; !err && i < cas->n_certificates; i++)
		err = put_cert(txn, cas->certificates[i], &target);
	for (size_t i = 0; !err && i < cas->n_parties; i++) {
		zong_index_fold_name(cas->parties[i]->name, name);
		if (name[0]) {
			zong_key_clear(&key);
			zong_key_str(&key, name);
			zong_key_str(&key, cas->no);
			err = zong_txn_put_bytes(txn, ZONG_TABLE_BY_PARTY, &key, "", 0);
		}
		if (!err)
			err = put_idno(txn, cas->parties[i]->idno, &target);
	}
	return err;
}

size_t zong_index_scope_width(Zong__Scope scope)
{
	static const size_t widths[] = {
		[ZONG__SCOPE__SCOPE_UNIT] = 28,
		[ZONG__SCOPE__SCOPE_BUILDING] = 24,
		[ZONG__SCOPE__SCOPE_PARCEL] = 19,
	};

	return (size_t)scope < sizeof(widths) / sizeof(widths[0]) ? widths[scope] : 0;
}

/* What was filed for a whole parcel with a scope below that is about all that stands on it. */
static int put_shared(
	struct zong_txn *txn, const Zong__Material *m, const char *unit, const struct target *target)
{
	size_t width = zong_index_scope_width(m->scope);
	char code[ZONG_UNIT_TEXT];
	struct zong_key key;

	if (!m->shared || !width)
		return 0;
	snprintf(code, sizeof(code), "%.*s", (int)width, unit);
	zong_key_clear(&key);
	zong_key_str(&key, code);
	zong_key_id(&key, target->material);
	return put_row(txn, ZONG_TABLE_MATERIALS_SHARED, &key, target);
}

static int index_material(struct zong_txn *txn, const Zong__Material *m, bool gone)
{
	uint8_t what[1 + ZONG_ID_SIZE] = {'m'};
	struct zong_id id;
	struct target target = {.material = &id, .gone = gone};
	uint64_t change;
	int err = 0;

	if (m->id.len != sizeof(id.bytes))
		return ZONG_EINVAL;
	memcpy(id.bytes, m->id.data, sizeof(id.bytes));
	memcpy(what + 1, id.bytes, sizeof(id.bytes));
	for (size_t i = 0; !err && i < m->n_units; i++) {
		err = put_unit(txn, m->units[i], &target);
		if (!err)
			err = put_shared(txn, m, m->units[i], &target);
	}
	return err ? err : zong_text_changed(txn, what, sizeof(what), &change);
}

int zong_index_material(struct zong_txn *txn, const Zong__Material *m)
{
	return index_material(txn, m, false);
}

int zong_index_material_gone(struct zong_txn *txn, const Zong__Material *m)
{
	return index_material(txn, m, true);
}

static int put_field(struct zong_txn *txn, const Zong__Field *field, const struct target *target)
{
	struct zong_key key;

	if (!field->valid || !field->value[0])
		return 0;
	if (strcmp(field->kind, "unit") == 0) {
		zong_key_clear(&key);
		zong_key_str(&key, field->value);
		zong_key_digest(&key, target->raster);
		return put_row(txn, ZONG_TABLE_BY_UNIT_READ, &key, target);
	}
	if (strcmp(field->kind, "certificate") == 0)
		return put_cert(txn, field->value, target);
	if (strcmp(field->kind, "id") == 0 || strcmp(field->kind, "uscc") == 0)
		return put_idno(txn, field->value, target);
	return 0;
}

static int index_reading(struct zong_txn *txn, const struct zong_digest *raster,
	const Zong__Reading *reading, bool gone)
{
	uint8_t what[1 + ZONG_DIGEST_SIZE] = {'r'};
	struct target target = {.raster = raster, .gone = gone};
	uint64_t change;
	int err = 0;

	memcpy(what + 1, raster->bytes, sizeof(raster->bytes));
	for (size_t i = 0; !err && i < reading->n_fields; i++)
		err = put_field(txn, reading->fields[i], &target);
	return err ? err : zong_text_changed(txn, what, sizeof(what), &change);
}

int zong_index_reading(
	struct zong_txn *txn, const struct zong_digest *raster, const Zong__Reading *reading)
{
	return index_reading(txn, raster, reading, false);
}

int zong_index_reading_gone(
	struct zong_txn *txn, const struct zong_digest *raster, const Zong__Reading *reading)
{
	return index_reading(txn, raster, reading, true);
}

static int raster_text(struct zong_txn *txn, const uint8_t *digest, struct zong_buf *ret_text)
{
	Zong__Reading *reading = NULL;
	struct zong_digest raster;
	int err;

	memcpy(raster.bytes, digest, sizeof(raster.bytes));
	err = zong_reading_get(txn, &raster, &reading);
	if (err)
		return err;
	err = zong_reading_text(reading, ret_text);
	zong__reading__free_unpacked(reading, NULL);
	return err;
}

static void add_line(struct zong_buf *buf, const char *text)
{
	zong_buf_add_str(buf, text);
	zong_buf_add_char(buf, '\n');
}

static int add_case(struct zong_txn *txn, const char *no, struct zong_buf *ret_text)
{
	ProtobufCMessage *row = NULL;
	const Zong__Case *cas;
	struct zong_key key;
	int err;

	zong_key_clear(&key);
	zong_key_str(&key, no);
	err = zong_txn_get(txn, ZONG_TABLE_CASES, &key, &zong__case__descriptor, &row);
	if (err)
		return err == ZONG_ENOENT ? 0 : err;
	cas = (const Zong__Case *)row;
	add_line(ret_text, cas->kind);
	add_line(ret_text, cas->address);
	for (size_t i = 0; i < cas->n_parties; i++)
		add_line(ret_text, cas->parties[i]->name);
	protobuf_c_message_free_unpacked(row, NULL);
	return ret_text->err;
}

static int material_text(struct zong_txn *txn, const uint8_t *id, struct zong_buf *ret_text)
{
	ProtobufCMessage *row = NULL;
	const Zong__Material *material;
	struct zong_key key;
	int err;

	zong_key_clear(&key);
	zong_key_bytes(&key, id, ZONG_ID_SIZE);
	err = zong_txn_get(txn, ZONG_TABLE_MATERIALS, &key, &zong__material__descriptor, &row);
	if (err)
		return err;
	material = (const Zong__Material *)row;
	if (material->destroyed) {
		protobuf_c_message_free_unpacked(row, NULL);
		return ZONG_ENOENT;
	}
	add_line(ret_text, material->title);
	add_line(ret_text, material->type);
	add_line(ret_text, material->file_name);
	add_line(ret_text, material->case_no);
	err = add_case(txn, material->case_no, ret_text);
	protobuf_c_message_free_unpacked(row, NULL);
	return err ? err : ret_text->err;
}

int zong_index_source(void *ctx, struct zong_txn *txn, const uint8_t *what, size_t what_len,
	struct zong_buf *ret_text)
{
	(void)ctx;
	if (what_len == 1 + ZONG_DIGEST_SIZE && what[0] == 'r')
		return raster_text(txn, what + 1, ret_text);
	if (what_len == 1 + ZONG_ID_SIZE && what[0] == 'm')
		return material_text(txn, what + 1, ret_text);
	return ZONG_ENOENT;
}
