/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <zong/time.h>

#include "push/retry.h"

static const int64_t seconds[ZONG_RETRIES] = {
	5, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 10 * 3600, 14 * 3600, 20 * 3600, 24 * 3600};

int64_t zong_retry_wait(unsigned int failed, int64_t first, int64_t retry_after, uint32_t random)
{
	int64_t wait;

	if (failed < 1 || failed > ZONG_RETRIES)
		return -1;
	wait = seconds[failed - 1] * ZONG_SECOND;
	if (first > 0)
		wait = seconds[failed - 1] * first / seconds[0];
	wait = wait / 10 * 9 + wait / 5 * (int64_t)(random % 1001) / 1000;
	if (retry_after > ZONG_RETRY_AFTER_MAX)
		retry_after = ZONG_RETRY_AFTER_MAX;
	if (wait < retry_after * ZONG_SECOND)
		wait = retry_after * ZONG_SECOND;
	return wait;
}
