/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include <zong/code.h>
#include <zong/error.h>

#include "code_fold.h"

#define UNIT_LEN 28
#define BUILDING_LEN 24
#define PARCEL_LEN 19
#define LEAST_LEN 6

/* Where things stand in a code, counted from 0. */
#define AT_DISTRICT 6
#define AT_OWNERSHIP 12
#define AT_PARCEL_KIND 13
#define AT_SERIAL 14
#define AT_FIXTURE_KIND 19

#define OWNERSHIPS "GJZ"
#define PARCEL_KINDS "ABSXCDEFLNGHWY"
#define FIXTURE_KINDS "FLQW"

/* Pairs of 特征码 and 定着物特征码 that are in use. */
static const char pairs[][3] = {"AW", "BW", "BF", "BQ", "SW", "SF", "SQ", "XW", "XF", "XQ", "CW",
	"CF", "CQ", "DW", "EL", "EQ", "EW", "FW", "GW", "GF", "GL", "GQ", "HW", "HF", "HL", "HQ",
	"LL", "LQ", "LW", "NW", "YW"};

static bool character_fits(const char *code, size_t at)
{
	switch (at) {
	case AT_OWNERSHIP:
		return strchr(OWNERSHIPS, code[at]) != NULL;
	case AT_PARCEL_KIND:
		return strchr(PARCEL_KINDS, code[at]) != NULL;
	case AT_FIXTURE_KIND:
		return strchr(FIXTURE_KINDS, code[at]) != NULL;
	default:
		break;
	}
	if (at > AT_FIXTURE_KIND && code[AT_FIXTURE_KIND] == 'W')
		return code[at] == '0';
	return zong_code_is_digit(code[at]);
}

static enum zong_unit_level level_of(size_t len)
{
	switch (len) {
	case UNIT_LEN:
		return ZONG_UNIT_UNIT;
	case BUILDING_LEN:
		return ZONG_UNIT_BUILDING;
	case PARCEL_LEN:
		return ZONG_UNIT_PARCEL;
	default:
		return ZONG_UNIT_PREFIX;
	}
}

static bool pair_in_use(char parcel_kind, char fixture_kind)
{
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		if (pairs[i][0] == parcel_kind && pairs[i][1] == fixture_kind)
			return true;
	}
	return false;
}

static unsigned int oddities_of(const char *code, size_t len)
{
	unsigned int oddities = 0;
	char kind = len > AT_PARCEL_KIND ? code[AT_PARCEL_KIND] : '\0';

	if (kind == '\0')
		return 0;
	if ((kind == 'A' || kind == 'C') && code[AT_OWNERSHIP] != 'J')
		oddities |= ZONG_UNIT_ODD_OWNERSHIP;
	/* Sea areas and islands without people lie in no cadastral district. */
	if (kind != 'H' && kind != 'G' && memcmp(code + AT_DISTRICT, "000000", 6) == 0)
		oddities |= ZONG_UNIT_ODD_VIRTUAL;
	if (len >= PARCEL_LEN && memcmp(code + AT_SERIAL, "00000", 5) == 0)
		oddities |= ZONG_UNIT_ODD_SERIAL;
	if (len > AT_FIXTURE_KIND && !pair_in_use(kind, code[AT_FIXTURE_KIND]))
		oddities |= ZONG_UNIT_ODD_PAIR;
	return oddities;
}

int zong_unit_code_parse(const char *text, size_t len, struct zong_unit_code *ret_code)
{
	struct zong_unit_code code = {0};
	int count = zong_code_fold(text, len, ZONG_CODE_SKIP_HYPHENS, code.text, sizeof(code.text));

	if (count < LEAST_LEN)
		return ZONG_EUNITCODE;
	code.len = (size_t)count;
	for (size_t i = 0; i < code.len; i++) {
		if (!character_fits(code.text, i))
			return ZONG_EUNITCODE;
	}
	code.level = level_of(code.len);
	code.oddities = oddities_of(code.text, code.len);
	*ret_code = code;
	return 0;
}

void zong_unit_code_print(const struct zong_unit_code *code, char ret_printed[ZONG_UNIT_PRINTED])
{
	size_t to = 0;

	for (size_t i = 0; i < code->len && i < UNIT_LEN; i++) {
		if (i == 6 || i == 12 || i == PARCEL_LEN)
			ret_printed[to++] = ' ';
		ret_printed[to++] = code->text[i];
	}
	ret_printed[to] = '\0';
}

const char *zong_unit_level_name(enum zong_unit_level level)
{
	switch (level) {
	case ZONG_UNIT_PARCEL:
		return "parcel";
	case ZONG_UNIT_BUILDING:
		return "building";
	case ZONG_UNIT_UNIT:
		return "unit";
	case ZONG_UNIT_PREFIX:
		break;
	}
	return "prefix";
}
