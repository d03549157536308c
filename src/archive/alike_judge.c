/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include <zong/look.h>

#include "alike_judge.h"
#include "alike_words.h"

#define CONFLICTS 5   /* one number in so many may be misread */
#define TEXT_LEAST 50 /* characters ... */
#define COMMON                                                                                     \
	0.6f /* ... of which scans of a sheet have more in common than that, however bad they are */
#define AGREE_LEAST 3 /* numbers, or ... */
#define PROSE 0.95f   /* ... the whole text being the same: what the look says counts less */

static bool has_field(const Zong__Reading *reading, const char *kind, const char *value)
{
	for (size_t i = 0; i < reading->n_fields; i++)
		if (reading->fields[i]->valid && strcmp(reading->fields[i]->kind, kind) == 0 &&
			(!value || strcmp(reading->fields[i]->value, value) == 0))
			return true;
	return false;
}

/* Has it a check digit? Without one a number that was misread is as valid as before. */
static bool is_checked(const char *kind)
{
	return strcmp(kind, "id") == 0 || strcmp(kind, "uscc") == 0;
}

/* Do both have valid numbers of a kind, and none in common? A number that was misread is hardly ever valid. */
static bool contradict(const Zong__Reading *a, const Zong__Reading *b)
{
	for (size_t i = 0; i < a->n_fields; i++) {
		const char *kind = a->fields[i]->kind;
		bool common = false;

		if (!a->fields[i]->valid || !is_checked(kind) || !has_field(b, kind, NULL))
			continue;
		for (size_t j = 0; j < a->n_fields && !common; j++)
			common = a->fields[j]->valid && strcmp(a->fields[j]->kind, kind) == 0 &&
				 has_field(b, kind, a->fields[j]->value);
		if (!common)
			return true;
	}
	return false;
}

static bool says_other(const struct zong_alike_words *words)
{
	if (words->conflict &&
		(words->sure >= ZONG_ALIKE_SURE ||
			CONFLICTS * words->conflict > words->agree + words->conflict))
		return true;
	if (words->lone_length >
		words->agree_length) /* what would tell was not read on the other page */
		return true;
	return words->shorter >= TEXT_LEAST && words->common < COMMON;
}

static bool says_same(const struct zong_alike_words *words)
{
	return words->agree >= AGREE_LEAST ||
	       (words->shorter >= TEXT_LEAST && words->common >= PROSE);
}

int zong_alike_judge(float distance, const Zong__Reading *a, const Zong__Reading *b, bool *ret_same)
{
	struct zong_alike_words words;
	int err;

	*ret_same = distance <= ZONG_LOOK_SAME;
	if (!a || !b || distance > ZONG_LOOK_SAME_READ)
		return 0;
	if (contradict(a, b)) {
		*ret_same = false;
		return 0;
	}
	err = zong_alike_words_compare(a, b, &words);
	if (err)
		return err;
	if (says_other(&words))
		*ret_same = false;
	else if (says_same(&words))
		*ret_same = true;
	return 0;
}
