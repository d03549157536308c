/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "field.h"

#include <stdlib.h>
#include <string.h>

#include <zong/code.h>
#include <zong/error.h>
#include <zong/limits.h>
#include <zong/utf8.h>

#include "code_fold.h"
#include "field_text.h"

#define UNIT_LEN 28
#define NUMBER_LEN 18
#define LABEL_REACH 24 /* cells before a number in which its label may stand */
#define PLACE_REACH 40 /* cells from the year of a certificate to 不动产 */
#define SERIAL_REACH 24

/* A run of code characters that may be one code. */
struct run {
	char text[UNIT_LEN + 1];
	size_t first, end; /* cells */
	unsigned int blanks, breaks;
};

struct found {
	Zong__Field **field;
	size_t *first; /* cell at which each begins */
	size_t count;
	int err;
};

static void free_field(Zong__Field *field)
{
	if (field)
		zong__field__free_unpacked(field, NULL);
}

static Zong__Field *make_field(const struct zong_cells *cells, size_t first, size_t end,
	const char *kind, const char *value, bool valid)
{
	struct zong_buf raw = ZONG_BUF_INIT(ZONG_LIMIT_PAGE_TEXT);
	Zong__Field *field = calloc(1, sizeof(*field));
	Zong__Box *box = calloc(1, sizeof(*box));
	struct zong_box around;
	float confidence;

	if (!field || !box) {
		free(field);
		free(box);
		return NULL;
	}
	zong__field__init(field);
	zong__box__init(box);
	around = zong_cells_box(cells, first, end, &confidence);
	box->x = around.x;
	box->y = around.y;
	box->width = around.width;
	box->height = around.height;
	field->box = box;
	field->confidence = confidence;
	field->valid = valid;
	zong_cells_text(cells, first, end, &raw);
	field->kind = strdup(kind);
	field->value = strdup(value);
	field->raw = zong_buf_take(&raw, NULL);
	zong_buf_release(&raw);
	if (!field->kind || !field->value || !field->raw) {
		free_field(field);
		return NULL;
	}
	return field;
}

/* Kept in the order of the page: certificates are known by their end, so one may come after a code
 * inside it. */
static void add(struct found *found, const struct zong_cells *cells, size_t first, size_t end,
	const char *kind, const char *value, bool valid)
{
	Zong__Field *field;
	size_t at = found->count;

	if (found->err || found->count == ZONG_FIELD_MAX)
		return;
	field = make_field(cells, first, end, kind, value, valid);
	if (!field) {
		found->err = ZONG_ENOMEM;
		return;
	}
	while (at > 0 && found->first[at - 1] > first) {
		found->field[at] = found->field[at - 1];
		found->first[at] = found->first[at - 1];
		at--;
	}
	found->field[at] = field;
	found->first[at] = first;
	found->count++;
}

static bool begins_run(const struct zong_cells *cells, size_t at)
{
	const struct zong_cell *cell = &cells->cell[at];

	return zong_cell_is_code(cell) && (at == 0 || cell->gap != ZONG_CELL_JOINED ||
						  !zong_cell_is_code(&cells->cell[at - 1]));
}

/* Exactly @want code characters from @first on that end where a piece ends. */
static bool take_run(const struct zong_cells *cells, size_t first, size_t want, bool hyphens,
	struct run *ret_run)
{
	struct run run = {.first = first};
	size_t count = 0;
	size_t i = first;

	for (; i < cells->count && count < want; i++) {
		const struct zong_cell *cell = &cells->cell[i];

		if (i > first && cell->gap == ZONG_CELL_BLOCK)
			return false;
		if (i > first && cell->gap == ZONG_CELL_LINE)
			run.breaks++;
		if (i > first && cell->gap == ZONG_CELL_BLANK)
			run.blanks++;
		if (hyphens && i > first && zong_code_is_hyphen(cell->character))
			continue;
		if (!zong_cell_is_code(cell))
			return false;
		run.text[count++] = (char)cell->character;
	}
	if (count < want)
		return false;
	if (i < cells->count && cells->cell[i].gap == ZONG_CELL_JOINED &&
		zong_cell_is_code(&cells->cell[i]))
		return false;
	run.end = i;
	*ret_run = run;
	return true;
}

/* What OCR takes for a digit, turned back: only to tell that it was meant as a code. */
static char digit_meant(char c)
{
	switch (c) {
	case 'O':
	case 'Q':
	case 'D':
		return '0';
	case 'I':
	case 'L':
		return '1';
	case 'Z':
		return '2';
	case 'S':
		return '5';
	case 'B':
		return '8';
	default:
		return c;
	}
}

static char letter_meant(char c, size_t at)
{
	if (at == 12)
		return c == '6' || c == 'C' ? 'G' : c == '2' ? 'Z' : c;
	if (at == 13)
		return c == '8' ? 'B' : c == '5' ? 'S' : c;
	return c == 'E' || c == 'P' ? 'F' : c == '0' || c == 'O' ? 'Q' : c == '1' ? 'L' : c;
}

static bool looks_like_unit(const char *text)
{
	struct zong_unit_code code;
	char meant[UNIT_LEN + 1];

	for (size_t i = 0; i < UNIT_LEN; i++) {
		bool letter = i == 12 || i == 13 || i == 19;

		meant[i] = letter ? letter_meant(text[i], i) : digit_meant(text[i]);
	}
	meant[UNIT_LEN] = '\0';
	return zong_unit_code_parse(meant, UNIT_LEN, &code) == 0;
}

static size_t find_unit(const struct zong_cells *cells, size_t at, struct found *found)
{
	struct zong_unit_code code;
	struct run run;
	bool valid;

	if (!take_run(cells, at, UNIT_LEN, true, &run))
		return 0;
	valid = zong_unit_code_parse(run.text, UNIT_LEN, &code) == 0;
	if (!valid && (run.breaks > 0 || !looks_like_unit(run.text)))
		return 0;
	add(found, cells, run.first, run.end, "unit", run.text, valid);
	return run.end;
}

static bool labelled(const struct zong_cells *cells, size_t first, const char *label)
{
	size_t from = first > LABEL_REACH ? first - LABEL_REACH : 0;
	size_t end;

	for (size_t i = from; i < first; i++) {
		if (zong_cells_match(cells, i, label, &end) && end <= first)
			return true;
	}
	return false;
}

static bool holds_letter(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (!zong_code_is_digit(text[i]))
			return true;
	}
	return false;
}

/* With what was taken for letters turned back into digits, is it one? Then it was read wrongly. */
static bool looks_like_id(const char *text)
{
	char meant[NUMBER_LEN + 1];
	char normal[19];

	for (size_t i = 0; i <= NUMBER_LEN; i++)
		meant[i] = text[i] == 'X' ? 'X' : digit_meant(text[i]);
	return memcmp(meant, text, NUMBER_LEN) != 0 &&
	       zong_id_no_check(meant, NUMBER_LEN, normal) == ZONG_CHECK_OK;
}

static bool looks_like_credit(const char *text)
{
	char meant[NUMBER_LEN + 1];
	char normal[19];

	for (size_t i = 0; i <= NUMBER_LEN; i++)
		meant[i] = strchr("OIZS", text[i]) ? digit_meant(text[i]) : text[i];
	return memcmp(meant, text, NUMBER_LEN) != 0 &&
	       zong_credit_code_check(meant, NUMBER_LEN, normal) == ZONG_CHECK_OK;
}

/* Registering offices in use (GB 32100 table 1); tables of figures are full of 18 digits that pass
 * one check in 31. */
static bool credit_plausible(const struct run *run)
{
	if (!strchr("123456789ANY", run->text[0]))
		return false;
	return run->blanks + run->breaks == 0 || holds_letter(run->text, NUMBER_LEN - 1);
}

/* A date that exists, or the word for it before: an ID number with a slip. */
static bool meant_as_id(const struct zong_cells *cells, const struct run *run, enum zong_check id)
{
	if (id == ZONG_CHECK_WRONG_DIGIT)
		return true;
	return id == ZONG_CHECK_WRONG_DATE &&
	       (labelled(cells, run->first, "身份") || labelled(cells, run->first, "证件"));
}

enum kind { KIND_NONE, KIND_ID, KIND_CREDIT };

/* A number may have the shape of both: a right check tells, then what only one of them can be. */
static enum kind kind_of(const struct zong_cells *cells, const struct run *run, bool *ret_valid)
{
	char normal[19];
	enum zong_check id = zong_id_no_check(run->text, NUMBER_LEN, normal);
	enum zong_check credit = zong_credit_code_check(run->text, NUMBER_LEN, normal);

	*ret_valid = true;
	if (id == ZONG_CHECK_OK)
		return KIND_ID;
	if (credit == ZONG_CHECK_OK && credit_plausible(run) &&
		(run->text[0] == '9' || !meant_as_id(cells, run, id)))
		return KIND_CREDIT;
	*ret_valid = false;
	if (run->breaks > 0 || (run->blanks > 0 && id != ZONG_CHECK_WRONG_DIGIT))
		return KIND_NONE;
	if (meant_as_id(cells, run, id))
		return KIND_ID;
	if (credit == ZONG_CHECK_WRONG_DIGIT &&
		(labelled(cells, run->first, "信用代码") ||
			(strchr("159", run->text[0]) && holds_letter(run->text, NUMBER_LEN - 1))))
		return KIND_CREDIT;
	if (looks_like_id(run->text))
		return KIND_ID;
	return looks_like_credit(run->text) ? KIND_CREDIT : KIND_NONE;
}

static size_t find_number(const struct zong_cells *cells, size_t at, struct found *found)
{
	enum kind kind;
	struct run run;
	bool valid;

	if (!take_run(cells, at, NUMBER_LEN, false, &run))
		return 0;
	kind = kind_of(cells, &run, &valid);
	if (kind == KIND_NONE)
		return 0;
	add(found, cells, run.first, run.end, kind == KIND_ID ? "id" : "uscc", run.text, valid);
	return run.end;
}

static bool year_at(const struct zong_cells *cells, size_t at)
{
	for (size_t i = at; i < at + 4; i++) {
		if (!zong_cell_is_code(&cells->cell[i]) ||
			!zong_code_is_digit(digit_meant((char)cells->cell[i].character)))
			return false;
	}
	return true;
}

/* Back from 不动产 at @anchor over the place to the year, then one character more: the province.
 * Brackets that were lost are lived with here; then the number is no valid one. */
static bool find_cert_start(const struct zong_cells *cells, size_t anchor, size_t *ret_first)
{
	size_t i = anchor;

	while (i > 0 && anchor - i < PLACE_REACH) {
		uint32_t character = cells->cell[i - 1].character;
		size_t year_end = character == ')' ? i - 1 : i;
		size_t before;

		if (!zong_utf8_is_han(character) && !zong_cell_is_code(&cells->cell[i - 1]) &&
			character != ')')
			return false;
		if (year_end >= 5 && year_at(cells, year_end - 4)) {
			before = year_end - 4;
			if (cells->cell[before - 1].character == '(')
				before--;
			if (before == 0 || !zong_utf8_is_han(cells->cell[before - 1].character))
				return false;
			*ret_first = before - 1;
			return true;
		}
		if (character == ')')
			return false;
		i--;
	}
	return false;
}

/* The serial from @at; 号 closes it, and where 号 was lost a gap does. */
static bool find_cert_end(const struct zong_cells *cells, size_t at, size_t *ret_end)
{
	size_t loose_end = 0;
	size_t i = at;

	for (; i < cells->count && i - at < SERIAL_REACH && zong_cell_is_code(&cells->cell[i]);
		i++) {
		if (cells->cell[i].gap != ZONG_CELL_JOINED && i > at && loose_end == 0)
			loose_end = i;
	}
	if (i > at && i < cells->count && cells->cell[i].character == 0x53F7) { /* 号 */
		*ret_end = i + 1;
		return true;
	}
	*ret_end = loose_end ? loose_end : i;
	return *ret_end - at >= 3;
}

static bool cert_valid(const struct zong_cert_no *cert)
{
	static const char provinces[] =
		"京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新港澳台";
	const char *serial = strstr(cert->text, "第");
	bool known = false;

	for (const char *p = provinces; *p && !known; p += 3)
		known = memcmp(p, cert->text, 3) == 0;
	if (!cert->modern || !known || cert->year < 1990 || cert->year > 2199)
		return false;
	for (const char *p = serial; p; p = strstr(p + 1, "第"))
		serial = p;
	/* The form allows letters, but one that looks like a digit was more likely a digit. */
	for (serial += strlen("第"); *serial && (unsigned char)*serial < 0x80; serial++) {
		if (digit_meant(*serial) != *serial)
			return false;
	}
	return true;
}

static void find_cert(const struct zong_cells *cells, size_t anchor, struct found *found)
{
	struct zong_buf text = ZONG_BUF_INIT(ZONG_LIMIT_CERT * 4);
	struct zong_cert_no cert;
	size_t first, end, at;

	if (!zong_cells_match(cells, anchor, "不动产权第", &at) &&
		!zong_cells_match(cells, anchor, "不动产证明第", &at))
		return;
	if (!find_cert_start(cells, anchor, &first) || !find_cert_end(cells, at, &end))
		return;
	zong_cells_text(cells, first, end, &text);
	if (text.err == 0 && zong_cert_no_parse(zong_buf_str(&text), text.len, &cert) == 0)
		add(found, cells, first, end, "certificate", cert.text, cert_valid(&cert));
	zong_buf_release(&text);
}

static void find_all(const struct zong_cells *cells, struct found *found)
{
	size_t taken = 0; /* cells before it belong to a code */

	for (size_t i = 0; i < cells->count; i++) {
		size_t end = 0;

		if (cells->cell[i].character == 0x4E0D) /* 不 */
			find_cert(cells, i, found);
		if (i < taken || !begins_run(cells, i))
			continue;
		end = find_unit(cells, i, found);
		if (end == 0)
			end = find_number(cells, i, found);
		if (end > 0)
			taken = end;
	}
}

static void free_found(struct found *found)
{
	for (size_t i = 0; i < found->count; i++)
		free_field(found->field[i]);
	free(found->field);
	free(found->first);
}

int zong_fields_find(Zong__Reading *reading)
{
	struct found found = {0};
	struct zong_cells cells;
	int err = zong_cells_init(&cells, reading);

	if (err)
		return err;
	found.field = calloc(ZONG_FIELD_MAX, sizeof(*found.field));
	found.first = calloc(ZONG_FIELD_MAX, sizeof(*found.first));
	if (!found.field || !found.first)
		found.err = ZONG_ENOMEM;
	if (!found.err)
		find_all(&cells, &found);
	zong_cells_release(&cells);
	if (found.err) {
		free_found(&found);
		return found.err;
	}
	for (size_t i = 0; i < reading->n_fields; i++)
		free_field(reading->fields[i]);
	free(reading->fields);
	reading->fields = found.field;
	reading->n_fields = found.count;
	free(found.first);
	return 0;
}
