/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a time-stamping authority answers, or somebody in its place. */

#include <zong/error.h>
#include <zong/timestamp.h>

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct zong_imprint imprint = {.digest = {{0x5a, 1, 2, 3}}};
	enum zong_timestamp_hash hash;
	uint8_t nonce[ZONG_TIMESTAMP_NONCE] = {0x41};
	int64_t time = 0;
	int any = zong_timestamp_read(bytes, len, &imprint, NULL, &time);
	int asked = zong_timestamp_read(bytes, len, &imprint, nonce, &time);

	must_hold(any == 0 || any == ZONG_EINVAL || any == ZONG_ECANCELLED || any == ZONG_ECORRUPT);
	/* without the nonce no more is asked */
	must_hold(asked == any || (any == 0 && asked == ZONG_ECORRUPT));
	imprint.hash = ZONG_TIMESTAMP_SM3;
	any = zong_timestamp_read(bytes, len, &imprint, NULL, &time);
	must_hold(any == 0 || any == ZONG_EINVAL || any == ZONG_ECANCELLED || any == ZONG_ECORRUPT);
	any = zong_timestamp_about(bytes, len, "hello", 5, &hash, &time);
	must_hold(any != 0 || hash == ZONG_TIMESTAMP_SHA256 || hash == ZONG_TIMESTAMP_SM3);
	return 0;
}
