/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "index_rows.h"
#include "original_row.h"
#include "retention_look.h"

bool zong_person_is(const char *key, const char *name, const struct zong_subject *who)
{
	char before[ZONG_INDEX_NAME + 1];
	char now[ZONG_INDEX_NAME + 1];

	if (strcmp(key, who->key) == 0)
		return true;
	zong_index_fold_name(name, before);
	zong_index_fold_name(who->name, now);
	return before[0] && strcmp(before, now) == 0;
}

int zong_person_says(const char *text, size_t max, const char *what, struct zong_err *err)
{
	if (!text || zong_retention_blank(text))
		return zong_err_set(err, ZONG_EINVAL, "%s", what);
	return zong_retention_text(text, max, what, err);
}
