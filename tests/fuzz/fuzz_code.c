/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The codes and numbers that people type and that reading finds: whatever is accepted has a normal
 * form, which is text, fits where it goes, and is its own normal form. */

#include <string.h>

#include <zong/code.h>
#include <zong/limits.h>
#include <zong/place.h>
#include <zong/utf8.h>

#include "fuzz.h"

static void check_unit(const char *text, size_t len)
{
	struct zong_unit_code code;
	struct zong_unit_code again;
	char printed[ZONG_UNIT_PRINTED];

	if (zong_unit_code_parse(text, len, &code) != 0)
		return;
	must_hold(code.len >= 6 && code.len < ZONG_UNIT_TEXT && strlen(code.text) == code.len);
	must_hold(zong_unit_code_parse(code.text, code.len, &again) == 0);
	must_hold(strcmp(code.text, again.text) == 0);
	must_hold(code.level == again.level && code.oddities == again.oddities);
	zong_unit_code_print(&code, printed);
	must_hold(zong_unit_code_parse(printed, strlen(printed), &again) == 0);
	must_hold(strcmp(code.text, again.text) == 0);
	must_hold(*zong_unit_level_name(code.level) != '\0');
}

static void check_cert(const char *text, size_t len)
{
	struct zong_cert_no cert;
	struct zong_cert_no again;

	if (zong_cert_no_parse(text, len, &cert) != 0)
		return;
	must_hold(strlen(cert.text) < sizeof(cert.text));
	must_hold(zong_utf8_valid(cert.text, strlen(cert.text)));
	must_hold(strspn(cert.serial, "0123456789") == strlen(cert.serial));
	must_hold(zong_cert_no_parse(cert.text, strlen(cert.text), &again) == 0);
	must_hold(strcmp(cert.text, again.text) == 0 && strcmp(cert.serial, again.serial) == 0);
	must_hold(cert.year == again.year && cert.modern == again.modern);
}

static void check_numbers(const char *text, size_t len)
{
	char normal[19] = "";
	char again[19] = "";
	char organisation[10] = "";
	enum zong_code_check check = zong_id_no_check(text, len, normal);

	if (check != ZONG_CHECK_SHAPE) {
		must_hold(strlen(normal) == 15 || strlen(normal) == 18);
		must_hold(zong_id_no_check(normal, strlen(normal), again) == check);
		must_hold(strcmp(normal, again) == 0);
	}
	check = zong_credit_code_check(text, len, normal);
	if (check != ZONG_CHECK_SHAPE) {
		must_hold(strlen(normal) == 18);
		must_hold(zong_credit_code_check(normal, strlen(normal), again) == check);
		must_hold(strcmp(normal, again) == 0);
	}
	if (zong_organisation_code_check(text, len, organisation) != ZONG_CHECK_SHAPE)
		must_hold(strlen(organisation) == 9);
}

static void check_case(const char *text, size_t len)
{
	char normal[ZONG_LIMIT_CASE_NO_BYTES + 1];
	char again[ZONG_LIMIT_CASE_NO_BYTES + 1];

	if (zong_case_no_parse(text, len, normal, sizeof(normal)) != 0)
		return;
	must_hold(zong_utf8_printable(normal, strlen(normal)));
	must_hold(zong_utf8_count(normal, strlen(normal)) <= ZONG_LIMIT_CASE_NO);
	must_hold(zong_case_no_parse(normal, strlen(normal), again, sizeof(again)) == 0);
	must_hold(strcmp(normal, again) == 0);
}

/* What scanner guns and people type for paper: no text is both a place and an original. */
static void check_paper(const char *text)
{
	char original[ZONG_ORIGINAL_CODE], place[ZONG_PLACE_CODE], again[ZONG_PLACE_CODE];
	bool paper = zong_original_code_parse(text, original) == 0;

	if (paper) {
		must_hold(strlen(original) == ZONG_ORIGINAL_CODE - 1);
		must_hold(zong_original_code_parse(original, again) == 0);
		must_hold(strcmp(original, again) == 0);
	}
	if (zong_place_code_parse(text, place) != 0)
		return;
	must_hold(!paper && place[0] && strlen(place) < ZONG_PLACE_CODE);
	must_hold(zong_place_code_parse(place, again) == 0);
	must_hold(strcmp(place, again) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	const char *text = (const char *)bytes;
	char *ended = malloc(len + 1);

	if (!ended)
		return 0;
	if (len)
		memcpy(ended, bytes, len);
	ended[len] = '\0';
	check_unit(text, len);
	check_cert(text, len);
	check_numbers(text, len);
	check_case(text, len);
	zong_department_id_check(ended);
	check_paper(ended);
	free(ended);
	return 0;
}
