/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "field.h"

#include <stdlib.h>
#include <string.h>

#include <zong/code.h>
#include <zong/error.h>
#include <zong/limits.h>
#include <zong/utf8.h>

#include "code_fold.h"
#include "field_found.h"
#include "field_repair.h"

#define UNIT_LEN 28
#define NUMBER_LEN 18
#define LABEL_REACH 24 /* cells before a number in which its label may stand */

/* A run of code characters that may be one code. */
struct run {
	char text[UNIT_LEN + 1];
	size_t first, end; /* cells */
	unsigned int blanks, breaks;
};

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

		meant[i] = letter ? letter_meant(text[i], i) : zong_digit_meant(text[i]);
	}
	meant[UNIT_LEN] = '\0';
	return zong_unit_code_parse(meant, UNIT_LEN, &code) == 0;
}

static size_t find_unit(const struct zong_cells *cells, size_t at, struct zong_field_list *found)
{
	struct zong_unit_code code;
	struct run run;
	bool valid;

	if (!take_run(cells, at, UNIT_LEN, true, &run))
		return 0;
	valid = zong_unit_code_parse(run.text, UNIT_LEN, &code) == 0;
	if (!valid && (run.breaks > 0 || !looks_like_unit(run.text)))
		return 0;
	zong_field_list_add(found, cells,
		&(struct zong_finding){.kind = "unit",
			.value = run.text,
			.first = run.first,
			.end = run.end,
			.valid = valid});
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

/* Registering offices in use (GB 32100 table 1); tables of figures are full of 18 digits that pass
 * one check in 31. */
static bool credit_plausible(const struct run *run)
{
	if (!strchr("123456789ANY", run->text[0]))
		return false;
	return run->blanks + run->breaks == 0 || holds_letter(run->text, NUMBER_LEN - 1);
}

/* A date that exists, or the word for it before: an ID number with a slip. */
static bool meant_as_id(const struct zong_cells *cells, const struct run *run, enum zong_code_check id)
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
	enum zong_code_check id = zong_id_no_check(run->text, NUMBER_LEN, normal);
	enum zong_code_check credit = zong_credit_code_check(run->text, NUMBER_LEN, normal);

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
	return KIND_NONE;
}

/* A look-alike in it is put right where its check digit leaves one way only. */
static enum kind repair(struct run *run, enum kind kind)
{
	char id[ZONG_REPAIR_LEN + 1], credit[ZONG_REPAIR_LEN + 1];
	bool is_id, is_credit;

	if (run->breaks > 0 || (run->blanks > 0 && kind == KIND_NONE))
		return KIND_NONE;
	is_id = kind != KIND_CREDIT && zong_repair_id(run->text, id);
	is_credit = kind != KIND_ID && zong_repair_credit(run->text, kind == KIND_CREDIT, credit) &&
		    strchr("123456789ANY", credit[0]);
	if (is_id == is_credit)
		return KIND_NONE;
	memcpy(run->text, is_id ? id : credit, NUMBER_LEN + 1);
	return is_id ? KIND_ID : KIND_CREDIT;
}

static size_t find_number(const struct zong_cells *cells, size_t at, struct zong_field_list *found)
{
	struct zong_finding finding = {0};
	enum kind kind, repaired;
	struct run run;

	if (!take_run(cells, at, NUMBER_LEN, false, &run))
		return 0;
	kind = kind_of(cells, &run, &finding.valid);
	repaired = finding.valid ? KIND_NONE : repair(&run, kind);
	if (repaired != KIND_NONE) {
		kind = repaired;
		finding.valid = finding.repaired = true;
	}
	if (kind == KIND_NONE)
		return 0;
	finding.kind = kind == KIND_ID ? "id" : "uscc";
	finding.value = run.text;
	finding.first = run.first;
	finding.end = run.end;
	zong_field_list_add(found, cells, &finding);
	return run.end;
}

static void find_all(const struct zong_cells *cells, struct zong_field_list *found)
{
	size_t taken = 0;	/* cells before it belong to a code */
	size_t labelled_to = 0; /* ... to a label */

	for (size_t i = 0; i < cells->count; i++) {
		size_t end;

		zong_find_cert(cells, i, found);
		if (i >= labelled_to) {
			end = zong_find_labelled(cells, i, found);
			labelled_to = end > i ? end : i;
		}
		if (i < taken)
			continue;
		end = begins_run(cells, i) ? find_unit(cells, i, found) : 0;
		if (end == 0 && begins_run(cells, i))
			end = find_number(cells, i, found);
		if (end == 0)
			end = zong_find_date(cells, i, found);
		if (end == 0)
			end = zong_find_amount(cells, i, found);
		if (end > 0)
			taken = end;
	}
	zong_amounts_settle(found);
}

int zong_fields_find(Zong__Reading *reading)
{
	struct zong_field_list found;
	struct zong_cells cells;
	int err = zong_cells_init(&cells, reading);

	if (err)
		return err;
	err = zong_field_list_init(&found);
	if (!err) {
		find_all(&cells, &found);
		err = found.err;
	}
	zong_cells_release(&cells);
	if (err) {
		zong_field_list_release(&found);
		return err;
	}
	for (size_t i = 0; i < reading->n_fields; i++)
		zong__field__free_unpacked(reading->fields[i], NULL);
	free(reading->fields);
	reading->fields = found.field;
	reading->n_fields = found.count;
	free(found.first);
	return 0;
}
