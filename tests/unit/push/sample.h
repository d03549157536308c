/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_TEST_PUSH_SAMPLE_H
#define ZONG_TEST_PUSH_SAMPLE_H

/* A delivery on its way to a department, as the outbox gives it: rows that the caller owns. */

#include <stdlib.h>
#include <string.h>

#include <zong/delivery.h>
#include <zong/time.h>

static inline void *sample_copy(const ProtobufCMessage *row)
{
	size_t len = protobuf_c_message_get_packed_size(row);
	uint8_t *bytes = malloc(len ? len : 1);
	ProtobufCMessage *copy = NULL;

	if (bytes) {
		protobuf_c_message_pack(row, bytes);
		copy = protobuf_c_message_unpack(row->descriptor, NULL, len, bytes);
		free(bytes);
	}
	return copy;
}

struct sample_item {
	struct zong_event event;
	Zong__Department *department;
};

static inline void sample_release(struct sample_item *item)
{
	zong_events_free_one(&item->event);
	if (item->department)
		zong__department__free_unpacked(item->department, NULL);
	item->department = NULL;
}

static inline void sample_fill(
	struct sample_item *item, const char *webhook, bool allow_private)
{
	static uint8_t id[16] = {1, 0x9c}, material_id[16] = {2, 0x9c}, digest[32] = {3},
		       key[32] = {4};
	Zong__Delivery delivery = ZONG__DELIVERY__INIT;
	Zong__Material material = ZONG__MATERIAL__INIT;
	Zong__Department department = ZONG__DEPARTMENT__INIT;

	delivery.id = (ProtobufCBinaryData){sizeof(id), id};
	delivery.material = (ProtobufCBinaryData){sizeof(material_id), material_id};
	delivery.department = (char *)"tax";
	delivery.case_no = (char *)"202611240001";
	delivery.version = 1;
	delivery.created = 1764000000 * ZONG_SECOND;
	material.file = (ProtobufCBinaryData){sizeof(digest), digest};
	material.title = (char *)"示例甲的合同";
	department.id = (char *)"tax";
	department.webhook = (char *)webhook;
	department.allow_private = allow_private;
	department.secret = (ProtobufCBinaryData){sizeof(key), key};
	department.signing_seed = (ProtobufCBinaryData){sizeof(key), key};
	memset(item, 0, sizeof(*item));
	item->event.delivery = sample_copy(&delivery.base);
	item->event.material = sample_copy(&material.base);
	item->event.kind = strdup("转移登记");
	item->event.cause = strdup("");
	item->department = sample_copy(&department.base);
}

#endif
