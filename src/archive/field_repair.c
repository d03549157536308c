/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "field_repair.h"

#include <string.h>

#include <zong/code.h>

#include "code_fold.h"

#define REGION_FIRST 2 /* of a credit code: the digits of its region */
#define REGION_END 8
#define FORCED_MAX 4 /* more of them, and it is no number that was read badly but another text */

/* What a character may have been. */
static const struct {
	char read;
	const char *meant;
} look_alikes[] = {
	{'0', "DQ"},
	{'1', "LT"},
	{'5', "S"},
	{'6', "G"},
	{'8', "B"},
	{'A', "4"},
	{'B', "8"},
	{'D', "0"},
	{'G', "6"},
	{'I', "1"},
	{'J', "1"},
	{'L', "1"},
	{'O', "0DQ"},
	{'Q', "0"},
	{'S', "58"},
	{'T', "17"},
	{'U', "0"},
	{'V', "YU"},
	{'Z', "27"},
};

typedef enum zong_code_check check_function(const char *text, size_t len, char ret_text[19]);

struct search {
	check_function *check;
	bool (*stands)(char c, size_t at);
	char text[ZONG_REPAIR_LEN + 1];
	char found[ZONG_REPAIR_LEN + 1];
	unsigned int passed;
};

static const char *meant_by(char c)
{
	for (size_t i = 0; i < sizeof(look_alikes) / sizeof(look_alikes[0]); i++) {
		if (look_alikes[i].read == c)
			return look_alikes[i].meant;
	}
	return "";
}

static bool stands_in_id(char c, size_t at)
{
	return zong_code_is_digit(c) || (c == 'X' && at == ZONG_REPAIR_LEN - 1);
}

static bool stands_in_credit(char c, size_t at)
{
	if (at >= REGION_FIRST && at < REGION_END)
		return zong_code_is_digit(c);
	return !strchr("IOZSV", c);
}

/* All ways to fill the places from @at on, with @spare replacements of characters that might stay. */
static void fill(struct search *search, size_t at, unsigned int spare)
{
	char read = search->text[at];
	char normal[ZONG_REPAIR_LEN + 1];
	bool stands;

	if (at == ZONG_REPAIR_LEN) {
		if (search->check(search->text, ZONG_REPAIR_LEN, normal) == ZONG_CHECK_OK) {
			search->passed++;
			memcpy(search->found, search->text, sizeof(search->found));
		}
		return;
	}
	stands = search->stands(read, at);
	if (stands)
		fill(search, at + 1, spare);
	if (stands && spare == 0)
		return;
	for (const char *meant = meant_by(read); *meant; meant++) {
		if (!search->stands(*meant, at))
			continue;
		search->text[at] = *meant;
		fill(search, at + 1, stands ? spare - 1 : spare);
	}
	search->text[at] = read;
}

static bool repair(struct search *search, const char *text, unsigned int spare, char *ret_text)
{
	unsigned int forced = 0;

	memcpy(search->text, text, ZONG_REPAIR_LEN);
	for (size_t i = 0; i < ZONG_REPAIR_LEN; i++)
		forced += !search->stands(text[i], i);
	if (forced > FORCED_MAX)
		return false;
	fill(search, 0, spare);
	if (search->passed != 1 || memcmp(search->found, text, ZONG_REPAIR_LEN) == 0)
		return false;
	memcpy(ret_text, search->found, sizeof(search->found));
	return true;
}

bool zong_repair_id(const char *text, char ret_text[ZONG_REPAIR_LEN + 1])
{
	struct search search = {.check = zong_id_no_check, .stands = stands_in_id};

	return repair(&search, text, 0, ret_text);
}

bool zong_repair_credit(const char *text, bool meant, char ret_text[ZONG_REPAIR_LEN + 1])
{
	struct search search = {.check = zong_credit_code_check, .stands = stands_in_credit};

	return repair(&search, text, meant, ret_text);
}
