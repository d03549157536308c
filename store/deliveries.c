/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <zong/store.h>

static uint64_t instant(int64_t time)
{
	return time > 0 ? (uint64_t)time : 0;
}

bool zong_delivery_outbox_key(const Zong__Delivery *delivery, struct zong_key *ret_key)
{
	zong_key_clear(ret_key);
	if (delivery->next_attempt <= 0)
		return false;
	zong_key_str(ret_key, delivery->department);
	zong_key_u64(ret_key, instant(delivery->next_attempt));
	zong_key_bytes(ret_key, delivery->id.data, delivery->id.len);
	return true;
}

bool zong_delivery_case_key(const Zong__Delivery *delivery, struct zong_key *ret_key)
{
	zong_key_clear(ret_key);
	if (delivery->next_attempt <= 0)
		return false;
	zong_key_str(ret_key, delivery->department);
	zong_key_str(ret_key, delivery->case_no);
	zong_key_u64(ret_key, delivery->cursor);
	zong_key_bytes(ret_key, delivery->id.data, delivery->id.len);
	return true;
}

bool zong_delivery_state_key(const Zong__Delivery *delivery, struct zong_key *ret_key)
{
	int64_t since = delivery->due ? delivery->due : delivery->created;
	uint8_t letter;

	zong_key_clear(ret_key);
	switch (delivery->state) {
	case ZONG__DELIVERY_STATE__DELIVERY_WAITING:
		letter = ZONG_DELIVERIES_WAITING;
		since = delivery->created;
		break;
	case ZONG__DELIVERY_STATE__DELIVERY_DUE:
		letter = delivery->dead ? ZONG_DELIVERIES_DEAD : ZONG_DELIVERIES_DUE;
		break;
	case ZONG__DELIVERY_STATE__DELIVERY_SENT:
		letter = ZONG_DELIVERIES_SENT;
		since = delivery->sent;
		break;
	case ZONG__DELIVERY_STATE__DELIVERY_RETURNED:
		letter = ZONG_DELIVERIES_RETURNED;
		since = delivery->ended;
		break;
	default:
		return false;
	}
	zong_key_u8(ret_key, letter);
	zong_key_str(ret_key, delivery->department);
	zong_key_u64(ret_key, instant(since));
	zong_key_bytes(ret_key, delivery->id.data, delivery->id.len);
	return true;
}
