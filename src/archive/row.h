/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_ROW_H
#define ZONG_ARCHIVE_ROW_H

/* Rows by their key, typed, and building rows whose parts the generated free function may free.
 * Getters return 0, ZONG_ENOENT, ZONG_ECORRUPT or ZONG_ENOMEM; the caller frees the row with its
 * __free_unpacked (or the cleanup attribute below). Threads: those of the txn. */

#include <zong/cleanup.h>
#include <zong/digest.h>
#include <zong/id.h>
#include <zong/record.h>
#include <zong/store.h>

int zong_row_case(struct zong_txn *txn, const char *no, Zong__Case **ret_case);
int zong_row_material(
	struct zong_txn *txn, const struct zong_id *id, Zong__Material **ret_material);
int zong_row_file(struct zong_txn *txn, const struct zong_digest *digest, Zong__File **ret_file);
int zong_row_raster(
	struct zong_txn *txn, const struct zong_digest *digest, Zong__Raster **ret_raster);
int zong_row_department(struct zong_txn *txn, const char *id, Zong__Department **ret_department);
int zong_row_delivery(
	struct zong_txn *txn, const struct zong_id *id, Zong__Delivery **ret_delivery);
/* The delivery of a material to a department. */
int zong_row_delivery_to(struct zong_txn *txn, const struct zong_id *material,
	const char *department, Zong__Delivery **ret_delivery);

/* Each material of a case, oldest first; what was destroyed is among them, as a row. @each ends the walk with anything but 0; ZONG_EEND is no
 * error. ZONG_ECORRUPT. */
typedef int zong_row_each(struct zong_txn *txn, const struct zong_id *id, void *ctx);
int zong_row_materials_of(
	struct zong_txn *txn, const char *case_no, zong_row_each *each, void *ctx);

/* The same for each material that has the page image on one of its pages, or several. */
int zong_row_materials_with(
	struct zong_txn *txn, const struct zong_digest *raster, zong_row_each *each, void *ctx);

/* Keys of one part. */
void zong_row_key_str(struct zong_key *key, const char *str);
void zong_row_key_id(struct zong_key *key, const struct zong_id *id);
void zong_row_key_digest(struct zong_key *key, const struct zong_digest *digest);

/* Bytes of a row as id or digest; false when they are not as long. */
bool zong_row_id(const ProtobufCBinaryData *bytes, struct zong_id *ret_id);
bool zong_row_digest(const ProtobufCBinaryData *bytes, struct zong_digest *ret_digest);

/* Sets a text or bytes member to a copy, freeing what it held. NULL counts as "". 0 or ZONG_ENOMEM.
 */
int zong_row_set(char **member, const char *value);
int zong_row_set_bytes(ProtobufCBinaryData *member, const void *bytes, size_t len);
/* Appends a copy to a repeated text member. 0 or ZONG_ENOMEM. */
int zong_row_append(char ***member, size_t *count, const char *value);
/* A zeroed row of the type, to be freed by protobuf_c_message_free_unpacked; NULL: no memory. */
void *zong_row_new(const ProtobufCMessageDescriptor *type);
/* A deep copy. 0 or ZONG_ENOMEM. */
int zong_row_copy(const ProtobufCMessage *row, ProtobufCMessage **ret_copy);

void zong_row_cleanup(void *row); /* of a variable that points to a row */
#define _cleanup_row_ _cleanup_(zong_row_cleanup)

#endif
