/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "row.h"

int zong_row_materials_of(
	struct zong_txn *txn, const char *case_no, zong_row_each *each, void *ctx)
{
	struct zong_iter iter = {0};
	struct zong_key prefix;
	int err;

	zong_row_key_str(&prefix, case_no);
	err = zong_iter_begin(&iter, txn, ZONG_TABLE_MATERIALS_BY_CASE, &prefix, NULL, false);
	while (!err && (err = zong_iter_next(&iter)) == 0) {
		struct zong_key_view view = iter.key;
		struct zong_id id;
		const char *no;

		err = zong_key_take_str(&view, &no) && zong_key_take_id(&view, &id)
			      ? each(txn, &id, ctx)
			      : ZONG_ECORRUPT;
	}
	zong_iter_end(&iter);
	return err == ZONG_EEND ? 0 : err;
}

int zong_row_materials_with(
	struct zong_txn *txn, const struct zong_digest *raster, zong_row_each *each, void *ctx)
{
	struct zong_id before = {0};
	struct zong_iter iter = {0};
	struct zong_key prefix;
	int err;

	zong_row_key_digest(&prefix, raster);
	err = zong_iter_begin(&iter, txn, ZONG_TABLE_RASTER_USE, &prefix, NULL, false);
	while (!err && (err = zong_iter_next(&iter)) == 0) {
		struct zong_key_view view = iter.key;
		struct zong_digest digest;
		struct zong_id id;

		if (!zong_key_take_digest(&view, &digest) || !zong_key_take_id(&view, &id)) {
			err = ZONG_ECORRUPT;
		} else if (!zong_id_equal(&id, &before)) { /* else it stands on two pages of it */
			before = id;
			err = each(txn, &id, ctx);
		}
	}
	zong_iter_end(&iter);
	return err == ZONG_EEND ? 0 : err;
}

void zong_row_key_str(struct zong_key *key, const char *str)
{
	zong_key_clear(key);
	zong_key_str(key, str);
}

void zong_row_key_id(struct zong_key *key, const struct zong_id *id)
{
	zong_key_clear(key);
	zong_key_id(key, id);
}

void zong_row_key_digest(struct zong_key *key, const struct zong_digest *digest)
{
	zong_key_clear(key);
	zong_key_digest(key, digest);
}

#define GETTER(name, Type, type_, table, keyer, key_type)                                          \
	int zong_row_##name(struct zong_txn *txn, key_type at, Zong__##Type **ret_row)             \
	{                                                                                          \
		ProtobufCMessage *row;                                                             \
		struct zong_key key;                                                               \
		int err;                                                                           \
                                                                                                   \
		keyer(&key, at);                                                                   \
		err = zong_txn_get(txn, table, &key, &zong__##type_##__descriptor, &row);          \
		if (err)                                                                           \
			return err;                                                                \
		*ret_row = (Zong__##Type *)row;                                                    \
		return 0;                                                                          \
	}

GETTER(case, Case, case, ZONG_TABLE_CASES, zong_row_key_str, const char *)
GETTER(material, Material, material, ZONG_TABLE_MATERIALS, zong_row_key_id, const struct zong_id *)
GETTER(file, File, file, ZONG_TABLE_FILES, zong_row_key_digest, const struct zong_digest *)
GETTER(raster, Raster, raster, ZONG_TABLE_RASTERS, zong_row_key_digest, const struct zong_digest *)
GETTER(department, Department, department, ZONG_TABLE_DEPARTMENTS, zong_row_key_str, const char *)
GETTER(delivery, Delivery, delivery, ZONG_TABLE_DELIVERIES, zong_row_key_id, const struct zong_id *)

int zong_row_delivery_to(struct zong_txn *txn, const struct zong_id *material,
	const char *department, Zong__Delivery **ret_delivery)
{
	const void *bytes;
	struct zong_key key;
	struct zong_id id;
	size_t len;
	int err;

	zong_key_clear(&key);
	zong_key_id(&key, material);
	zong_key_str(&key, department);
	err = zong_txn_get_bytes(txn, ZONG_TABLE_DELIVERIES_BY_MATERIAL, &key, &bytes, &len);
	if (err)
		return err;
	if (len != sizeof(id.bytes))
		return ZONG_ECORRUPT;
	memcpy(id.bytes, bytes, len);
	return zong_row_delivery(txn, &id, ret_delivery);
}

bool zong_row_id(const ProtobufCBinaryData *bytes, struct zong_id *ret_id)
{
	if (bytes->len != sizeof(ret_id->bytes))
		return false;
	memcpy(ret_id->bytes, bytes->data, sizeof(ret_id->bytes));
	return true;
}

bool zong_row_digest(const ProtobufCBinaryData *bytes, struct zong_digest *ret_digest)
{
	if (bytes->len != sizeof(ret_digest->bytes))
		return false;
	memcpy(ret_digest->bytes, bytes->data, sizeof(ret_digest->bytes));
	return true;
}

int zong_row_set(char **member, const char *value)
{
	char *copy = strdup(value ? value : "");

	if (!copy)
		return ZONG_ENOMEM;
	/* protobuf-c's own empty string is static */
	if (*member != (const char *)protobuf_c_empty_string)
		free(*member);
	*member = copy;
	return 0;
}

int zong_row_set_bytes(ProtobufCBinaryData *member, const void *bytes, size_t len)
{
	uint8_t *copy = malloc(len ? len : 1);

	if (!copy)
		return ZONG_ENOMEM;
	if (len)
		memcpy(copy, bytes, len);
	free(member->data);
	member->data = copy;
	member->len = len;
	return 0;
}

int zong_row_append(char ***member, size_t *count, const char *value)
{
	char **grown = realloc(*member, (*count + 1) * sizeof(*grown));

	if (!grown)
		return ZONG_ENOMEM;
	*member = grown;
	grown[*count] = strdup(value);
	if (!grown[*count])
		return ZONG_ENOMEM;
	(*count)++;
	return 0;
}

void *zong_row_new(const ProtobufCMessageDescriptor *type)
{
	ProtobufCMessage *row = malloc(type->sizeof_message);

	if (row)
		protobuf_c_message_init(type, row);
	return row;
}

int zong_row_copy(const ProtobufCMessage *row, ProtobufCMessage **ret_copy)
{
	size_t len = protobuf_c_message_get_packed_size(row);
	_cleanup_free_ uint8_t *packed = malloc(len ? len : 1);
	ProtobufCMessage *copy;

	if (!packed)
		return ZONG_ENOMEM;
	protobuf_c_message_pack(row, packed);
	copy = protobuf_c_message_unpack(row->descriptor, NULL, len, packed);
	if (!copy)
		return ZONG_ENOMEM;
	*ret_copy = copy;
	return 0;
}

void zong_row_cleanup(void *row)
{
	ProtobufCMessage *message = *(ProtobufCMessage **)row;

	if (message)
		protobuf_c_message_free_unpacked(message, NULL);
}
