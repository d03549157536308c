/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Keys taken apart: the first byte of the input says how many steps, one byte a step says which,
 * the rest is the key. Put together again, the parts are the key. */

#include <string.h>

#include <zong/store.h>

#include "fuzz.h"

static bool step(struct zong_key_view *view, unsigned which, struct zong_key *again)
{
	struct zong_digest digest;
	struct zong_id id;
	const char *str;
	uint64_t u64;
	uint32_t u32;
	uint8_t u8;
	bool ok;

	switch (which % 6) {
	case 0:
		ok = zong_key_take_str(view, &str);
		if (ok)
			zong_key_str(again, str);
		return ok;
	case 1:
		ok = zong_key_take_u8(view, &u8);
		if (ok)
			zong_key_u8(again, u8);
		return ok;
	case 2:
		ok = zong_key_take_u32(view, &u32);
		if (ok)
			zong_key_u32(again, u32);
		return ok;
	case 3:
		ok = zong_key_take_u64(view, &u64);
		if (ok)
			zong_key_u64(again, u64);
		return ok;
	case 4:
		ok = zong_key_take_digest(view, &digest);
		if (ok)
			zong_key_digest(again, &digest);
		return ok;
	default:
		ok = zong_key_take_id(view, &id);
		if (ok)
			zong_key_id(again, &id);
		return ok;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct zong_key again = {0};
	struct zong_key_view view, before;
	size_t steps, i;

	if (len < 1 || len < 1 + (size_t)(bytes[0] % 16))
		return 0;
	steps = bytes[0] % 16;
	view.bytes = bytes + 1 + steps;
	view.len = len - 1 - steps;
	for (i = 0; i < steps; i++) {
		before = view;
		if (step(&view, bytes[1 + i], &again))
			continue;
		must_hold(view.bytes == before.bytes && view.len == before.len);
	}
	must_hold(view.len <= len);
	if (again.err) {
		must_hold(again.err == ZONG_ELIMIT);
		return 0;
	}
	must_hold(again.len == len - 1 - steps - view.len);
	must_hold(memcmp(again.bytes, bytes + 1 + steps, again.len) == 0);
	return 0;
}
