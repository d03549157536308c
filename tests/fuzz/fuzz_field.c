/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What OCR may read: any text becomes a page of lines and words, its fields are found, and it is
 * written in every form. A field is only called valid when its own check says so. */

#include <stdio.h>
#include <string.h>

#include <zong/code.h>
#include <zong/material.h>
#include <zong/utf8.h>

#include "sample_reading.h"
#include "field.h"
#include "fuzz.h"

static bool is_date(const char *value)
{
	int year, month, day, end = 0;

	return sscanf(value, "%4d-%2d-%2d%n", &year, &month, &day, &end) == 3 && !value[end] &&
	       end == 10;
}

/* Digits, a point, two to four digits. */
static bool is_area(const char *text)
{
	size_t whole = strspn(text, "0123456789"), rest;

	if (whole == 0 || text[whole] != '.')
		return false;
	rest = strspn(text + whole + 1, "0123456789");
	return rest >= 2 && rest <= 4 && text[whole + 1 + rest] == '\0';
}

static bool is_amount(const char *value)
{
	size_t digits = strspn(value, "0123456789");

	return digits > 0 && value[digits] == '.' &&
	       strspn(value + digits + 1, "0123456789") == 2 && !value[digits + 3];
}

static bool has_label(const char *kind)
{
	return strcmp(kind, "case") == 0 || strcmp(kind, "party") == 0 ||
	       strcmp(kind, "address") == 0;
}

static void check_field(const Zong__Field *field)
{
	struct zong_unit_code unit;
	struct zong_cert_no cert;
	size_t len = strlen(field->value);
	char normal[19];

	must_hold(field->raw[0] && field->value[0] && field->box);
	must_hold(zong_utf8_valid(field->raw, strlen(field->raw)));
	must_hold(field->confidence >= 0 && field->confidence <= 1);
	must_hold(field->box->width <= 20000000 && field->box->height > 0);
	if (strcmp(field->kind, "unit") == 0) {
		must_hold(len == 28);
		must_hold(field->valid == (zong_unit_code_parse(field->value, len, &unit) == 0));
	} else if (strcmp(field->kind, "certificate") == 0) {
		must_hold(zong_cert_no_parse(field->value, len, &cert) == 0);
	} else if (strcmp(field->kind, "id") == 0) {
		must_hold(len == 18);
		must_hold(field->valid ==
			  (zong_id_no_check(field->value, len, normal) == ZONG_CHECK_OK));
	} else if (strcmp(field->kind, "date") == 0) {
		must_hold(is_date(field->value));
	} else if (strcmp(field->kind, "amount") == 0) {
		must_hold(is_amount(field->value) && field->valid);
	} else if (strcmp(field->kind, "area") == 0) {
		must_hold(is_area(field->value) && field->valid);
	} else if (has_label(field->kind)) {
		must_hold(field->label && field->label[0] && zong_utf8_valid(field->value, len));
	} else {
		must_hold(strcmp(field->kind, "uscc") == 0 && len == 18);
		must_hold(field->valid ==
			  (zong_credit_code_check(field->value, len, normal) == ZONG_CHECK_OK));
	}
}

static void check_forms(const Zong__Reading *reading, size_t len)
{
	struct zong_buf buf = ZONG_BUF_INIT(512 * len + (1 << 16));

	must_hold(zong_reading_text(reading, &buf) == 0);
	zong_buf_clear(&buf);
	must_hold(zong_reading_alto(reading, "a", 1, &buf) == 0);
	must_hold(zong_utf8_valid(zong_buf_str(&buf), buf.len));
	zong_buf_clear(&buf);
	must_hold(zong_reading_hocr(reading, "a", 1, &buf) == 0);
	must_hold(zong_utf8_valid(zong_buf_str(&buf), buf.len));
	zong_buf_release(&buf);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	char *text = malloc(len + 1);
	Zong__Reading *reading;

	if (!text)
		return 0;
	for (size_t i = 0; i < len; i++)
		text[i] = bytes[i] ? (char)bytes[i] : '|';
	text[len] = '\0';
	reading = sample_reading(text);
	free(text);
	must_hold(zong_fields_find(reading) == 0);
	must_hold(reading->n_fields <= ZONG_FIELD_MAX);
	for (size_t i = 0; i < reading->n_fields; i++)
		check_field(reading->fields[i]);
	check_forms(reading, len);
	sample_free(reading);
	return 0;
}
