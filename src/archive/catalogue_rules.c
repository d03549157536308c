/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* memmem */
#include "catalogue_rules.h"

#include <stdlib.h>
#include <string.h>

#include <zong/arena.h>
#include <zong/utf8.h>

#include "index_rows.h"
#include "rule_lines.h"

#define LEAST_PART 4 /* characters of a name that may stand in a longer type */
#define FOLDED (ZONG_INDEX_NAME + 1)

/* A name of a material, folded. */
struct naming {
	const char *folded;
	size_t material;
	bool part; /* long enough to be known inside a longer type */
};

/* As it is parsed: members of zong_catalogue point into it. */
struct whole {
	struct zong_catalogue catalogue; /* first: what is handed out */
	struct zong_arena arena;	 /* the texts and the rows lie in it */
	struct zong_catalogue_department *department;
	struct zong_catalogue_material *material;
	struct zong_catalogue_business *business;
	struct naming *naming;
	size_t namings, words;
	/* of the business that lines are about */
	struct zong_catalogue_row *row;
	struct zong_catalogue_cause *cause;
	bool in_material, in_business;
};

static int no_memory(struct zong_rule_lines *st)
{
	return zong_err_set(st->err, ZONG_ENOMEM, NULL);
}

static int one_too_many(struct zong_rule_lines *st)
{
	const char *word;
	size_t len;

	return zong_rule_word(st, &word, &len) ? zong_rule_wrong(st, "one word too many", word, len)
					       : 0;
}

/* ---- names ---- */

static void fold(const char *text, size_t len, char ret_folded[FOLDED])
{
	char word[ZONG_INDEX_NAME + 1];

	len = zong_utf8_cut(text, len, ZONG_INDEX_NAME);
	memcpy(word, text, len);
	word[len] = '\0';
	zong_index_fold_name(word, ret_folded);
}

static size_t characters(const char *text)
{
	size_t count = 0, pos = 0, len = strlen(text);

	for (; pos < len; count++)
		zong_utf8_next(text, len, &pos);
	return count;
}

static const struct naming *naming_of(const struct whole *whole, const char *folded)
{
	for (size_t i = 0; i < whole->namings; i++)
		if (strcmp(whole->naming[i].folded, folded) == 0)
			return &whole->naming[i];
	return NULL;
}

/* A word of a statement, folded, in the arena. */
static int take_folded(
	struct zong_rule_lines *st, const char *word, size_t len, const char **ret_folded)
{
	struct whole *whole = st->ctx;
	char folded[FOLDED];

	if (len > ZONG_LIMIT_TYPE)
		return zong_rule_wrong(st, "too long", word, len);
	fold(word, len, folded);
	if (!folded[0])
		return zong_rule_wrong(st, "no character that could be seen", word, len);
	if (whole->words++ == ZONG_LIMIT_CATALOGUE_WORDS)
		return zong_rule_wrong(st, "too many words", word, len);
	*ret_folded = zong_arena_str(&whole->arena, folded);
	return *ret_folded ? 0 : no_memory(st);
}

static int take_rest(struct zong_rule_lines *st, const char **ret_text)
{
	struct whole *whole = st->ctx;
	const char *text;
	size_t len;

	zong_rule_rest(st, &text, &len);
	if (!len)
		return zong_rule_wrong(st, "a text is missing", text, 0);
	if (len > ZONG_LIMIT_TITLE)
		return zong_rule_wrong(st, "too long", text, len);
	*ret_text = zong_arena_strn(&whole->arena, text, len);
	return *ret_text ? 0 : no_memory(st);
}

/* ---- department, material ---- */

static int parse_department(struct zong_rule_lines *st)
{
	struct whole *whole = st->ctx;
	struct zong_catalogue_department *department =
		&whole->department[whole->catalogue.departments];
	const char *word;
	size_t len;

	whole->in_material = whole->in_business = false;
	if (whole->catalogue.departments == ZONG_LIMIT_CATALOGUE_DEPARTMENTS)
		return zong_rule_wrong(st, "too many departments", st->at, 0);
	if (!zong_rule_word(st, &word, &len) || len > ZONG_LIMIT_DEPARTMENT_ID ||
		memchr(word, ',', len))
		return zong_rule_wrong(st, "department without a key", word, len);
	for (size_t i = 0; i < whole->catalogue.departments; i++)
		if (zong_rule_is(word, len, whole->department[i].key))
			return zong_rule_wrong(st, "a second department of this key", word, len);
	department->key = zong_arena_strn(&whole->arena, word, len);
	if (!zong_rule_word(st, &word, &len))
		return zong_rule_wrong(st, "department without an id", word, len);
	department->id = zong_arena_strn(&whole->arena, word, len);
	if (!department->key || !department->id)
		return no_memory(st);
	if (zong_department_id_check(department->id))
		return zong_rule_wrong(st, "no id of a department", word, len);
	whole->catalogue.departments++;
	return take_rest(st, &department->name);
}

static int add_naming(struct zong_rule_lines *st, const char *word, size_t len, size_t material)
{
	struct whole *whole = st->ctx;
	struct naming *naming = &whole->naming[whole->namings];
	int err;

	if (whole->namings == ZONG_LIMIT_CATALOGUE_WORDS)
		return zong_rule_wrong(st, "too many words", word, len);
	err = take_folded(st, word, len, &naming->folded);
	if (err)
		return err;
	if (naming_of(whole, naming->folded))
		return zong_rule_wrong(st, "this name is a material's already", word, len);
	naming->material = material;
	naming->part = characters(naming->folded) >= LEAST_PART;
	whole->namings++;
	return 0;
}

static int parse_material(struct zong_rule_lines *st)
{
	struct whole *whole = st->ctx;
	size_t at = whole->catalogue.materials;
	struct zong_catalogue_material *material = &whole->material[at];
	const char *word;
	size_t len;
	int err;

	if (at == ZONG_LIMIT_CATALOGUE_MATERIALS)
		return zong_rule_wrong(st, "too many materials", st->at, 0);
	if (!zong_rule_word(st, &word, &len) || memchr(word, '|', len))
		return zong_rule_wrong(st, "material without a name", word, len);
	material->name = material->say = zong_arena_strn(&whole->arena, word, len);
	if (!material->name)
		return no_memory(st);
	whole->catalogue.materials++;
	whole->in_material = true;
	whole->in_business = false;
	do
		err = add_naming(st, word, len, at);
	while (!err && zong_rule_word(st, &word, &len));
	return err;
}

static int parse_scope(struct zong_rule_lines *st, struct zong_catalogue_material *material)
{
	static const char *const scopes[] = {"case", "unit", "building", "parcel"};
	const char *word;
	size_t len, i = 0;

	zong_rule_word(st, &word, &len);
	while (i < 4 && !zong_rule_is(word, len, scopes[i]))
		i++;
	if (i == 4)
		return zong_rule_wrong(st, "scope: case, unit, building or parcel", word, len);
	material->scope = (Zong__Scope)i;
	return one_too_many(st);
}

/* ---- business ---- */

/* Words up to the end of the line, folded. */
static int take_words(struct zong_rule_lines *st, const char *first, size_t first_len,
	const char *const **ret_words, size_t *ret_count)
{
	struct whole *whole = st->ctx;
	const char **words = zong_arena_calloc(
		&whole->arena, (size_t)(st->end - st->at) / 2 + 2, sizeof(*words));
	const char *word = first;
	size_t count = 0, len = first_len;
	int err = words ? 0 : no_memory(st);

	if (!first)
		zong_rule_word(st, &word, &len);
	while (!err && len) {
		err = take_folded(st, word, len, &words[count++]);
		zong_rule_word(st, &word, &len);
	}
	*ret_words = words;
	*ret_count = count;
	return err;
}

/* The lists of a business grow in room of their own, made when its first line comes. */
static int begin_business(struct zong_rule_lines *st, struct zong_catalogue_business *business)
{
	struct whole *whole = st->ctx;

	whole->row =
		zong_arena_calloc(&whole->arena, ZONG_LIMIT_CATALOGUE_ROWS, sizeof(*whole->row));
	whole->cause = zong_arena_calloc(
		&whole->arena, ZONG_LIMIT_CATALOGUE_CAUSES, sizeof(*whole->cause));
	business->row = whole->row;
	business->cause = whole->cause;
	business->keep = "";
	return whole->row && whole->cause ? 0 : no_memory(st);
}

static bool is_taken(const struct whole *whole, const char *folded)
{
	for (size_t i = 0; i < whole->catalogue.businesses; i++)
		for (size_t j = 0; j < whole->business[i].words; j++)
			if (strcmp(whole->business[i].word[j], folded) == 0)
				return true;
	return false;
}

static int parse_business(struct zong_rule_lines *st)
{
	struct whole *whole = st->ctx;
	struct zong_catalogue_business *business = &whole->business[whole->catalogue.businesses];
	const char *word;
	size_t len;
	int err;

	if (whole->catalogue.businesses == ZONG_LIMIT_CATALOGUE_BUSINESSES)
		return zong_rule_wrong(st, "too many kinds of business", st->at, 0);
	if (!zong_rule_word(st, &word, &len))
		return zong_rule_wrong(st, "business without a name", word, len);
	business->name = zong_arena_strn(&whole->arena, word, len);
	if (!business->name)
		return no_memory(st);
	err = take_words(st, word, len, &business->word, &business->words);
	for (size_t i = 0; i < business->words && !err; i++)
		if (is_taken(whole, business->word[i]))
			err = zong_rule_wrong(st, "this is the word of a business already",
				business->word[i], strlen(business->word[i]));
	if (!err)
		err = begin_business(st, business);
	if (err)
		return err;
	whole->catalogue.businesses++;
	whole->in_material = false;
	whole->in_business = true;
	return 0;
}

static int parse_cause(struct zong_rule_lines *st, struct zong_catalogue_business *business)
{
	struct whole *whole = st->ctx;
	struct zong_catalogue_cause *cause = &whole->cause[business->causes];
	const char *word;
	size_t len;

	if (business->causes == ZONG_LIMIT_CATALOGUE_CAUSES)
		return zong_rule_wrong(st, "too many causes", st->at, 0);
	if (!zong_rule_word(st, &word, &len))
		return zong_rule_wrong(st, "cause without a word", word, len);
	business->causes++;
	if (!zong_rule_is(word, len, "*"))
		return take_words(st, word, len, &cause->word, &cause->words);
	for (size_t i = 0; i + 1 < business->causes; i++)
		if (!whole->cause[i].words)
			return zong_rule_wrong(st, "a second cause", word, len);
	return one_too_many(st);
}

static int take_materials(struct zong_rule_lines *st, struct zong_catalogue_row *row)
{
	struct whole *whole = st->ctx;
	const struct zong_catalogue_material **list;
	const char *word, *end;
	char folded[FOLDED];
	size_t len;

	if (!zong_rule_word(st, &word, &len))
		return zong_rule_wrong(st, "needs without a material", word, len);
	list = zong_arena_calloc(&whole->arena, len / 2 + 1, sizeof(*list));
	if (!list)
		return no_memory(st);
	row->material = list;
	for (end = word + len; word <= end;) {
		const char *bar = memchr(word, '|', (size_t)(end - word));
		const struct naming *naming;

		len = (size_t)((bar ? bar : end) - word);
		fold(word, len, folded);
		naming = folded[0] ? naming_of(whole, folded) : NULL;
		if (!naming)
			return zong_rule_wrong(
				st, "no line says that there is such a material", word, len);
		list[row->materials++] = &whole->material[naming->material];
		word += len + 1;
	}
	return 0;
}

static int take_choice(struct zong_rule_lines *st, const char *const *choice, size_t choices,
	const char *what, size_t *ret_at)
{
	const char *word;
	size_t len;

	zong_rule_word(st, &word, &len);
	for (size_t i = 0; i < choices; i++)
		if (zong_rule_is(word, len, choice[i])) {
			*ret_at = i;
			return 0;
		}
	return zong_rule_wrong(st, what, word, len);
}

static int take_copies(struct zong_rule_lines *st, struct zong_catalogue_row *row)
{
	const char *word;
	size_t len;

	zong_rule_word(st, &word, &len);
	for (size_t i = 0; i < len; i++)
		if (word[i] < '0' || word[i] > '9')
			len = 0;
	if (len == 0 || len > 2)
		return zong_rule_wrong(st, "how many copies: 1 to 99", word, len);
	for (size_t i = 0; i < len; i++)
		row->copies = 10 * row->copies + (unsigned int)(word[i] - '0');
	return row->copies ? 0 : zong_rule_wrong(st, "how many copies: 1 to 99", word, len);
}

static int take_departments(struct zong_rule_lines *st, struct zong_catalogue_row *row)
{
	struct whole *whole = st->ctx;
	const char *word, *end;
	size_t len;

	if (!zong_rule_word(st, &word, &len))
		return zong_rule_wrong(st, "nobody receives it", word, len);
	for (end = word + len; word <= end; word += len + 1) {
		const char *comma = memchr(word, ',', (size_t)(end - word));
		size_t i = 0;

		len = (size_t)((comma ? comma : end) - word);
		while (i < whole->catalogue.departments &&
			!zong_rule_is(word, len, whole->department[i].key))
			i++;
		if (i == whole->catalogue.departments)
			return zong_rule_wrong(
				st, "no line says that there is such a department", word, len);
		row->departments |= UINT32_C(1) << i;
	}
	return 0;
}

static const char *const needs[] = {"required", "optional", "proxy", "company"};

const char *zong_need_name(enum zong_need need)
{
	return (size_t)need < sizeof(needs) / sizeof(needs[0]) ? needs[need] : "optional";
}

static int parse_needs(struct zong_rule_lines *st, struct zong_catalogue_business *business)
{
	static const char *const papers[] = {"copy", "original"};
	struct whole *whole = st->ctx;
	struct zong_catalogue_row *row = &whole->row[business->rows];
	const char *word;
	size_t len, at = 0;
	int err;

	if (business->rows == ZONG_LIMIT_CATALOGUE_ROWS)
		return zong_rule_wrong(st, "too many lines of one business", st->at, 0);
	err = take_materials(st, row);
	if (!err)
		err = take_choice(st, needs, 4, "required, optional, proxy or company", &at);
	if (!err) {
		row->need = (enum zong_need)at;
		err = take_choice(st, papers, 2, "original or copy", &at);
	}
	if (!err) {
		row->original = at == 1;
		err = take_copies(st, row);
	}
	if (!err)
		err = take_departments(st, row);
	if (err)
		return err;
	row->cause = business->causes;
	business->rows++;
	if (!zong_rule_word(st, &word, &len))
		return 0;
	if (!zong_rule_is(word, len, "tax"))
		return zong_rule_wrong(st, "tax or nothing", word, len);
	row->tax = true;
	return one_too_many(st);
}

/* ---- a line, a file ---- */

static int parse_line(struct zong_rule_lines *st, const char *word, size_t len)
{
	struct whole *whole = st->ctx;
	struct zong_catalogue_material *material =
		whole->in_material ? &whole->material[whole->catalogue.materials - 1] : NULL;
	struct zong_catalogue_business *business =
		whole->in_business ? &whole->business[whole->catalogue.businesses - 1] : NULL;

	if (zong_rule_is(word, len, "department"))
		return parse_department(st);
	if (zong_rule_is(word, len, "material"))
		return parse_material(st);
	if (zong_rule_is(word, len, "business"))
		return parse_business(st);
	if (material && zong_rule_is(word, len, "say"))
		return take_rest(st, &material->say);
	if (material && zong_rule_is(word, len, "scope"))
		return parse_scope(st, material);
	if (business && zong_rule_is(word, len, "keep"))
		return take_rest(st, &business->keep);
	if (business && zong_rule_is(word, len, "cause"))
		return parse_cause(st, business);
	if (business && zong_rule_is(word, len, "needs"))
		return parse_needs(st, business);
	return zong_rule_wrong(st, "no statement, or not at this place", word, len);
}

static int check_whole(const struct whole *whole, const char *name, struct zong_err *err)
{
	for (size_t i = 0; i < whole->catalogue.businesses; i++)
		if (!whole->business[i].rows)
			return zong_err_set(err, ZONG_EINVAL, "%s: %s needs nothing", name,
				whole->business[i].name);
	return whole->catalogue.businesses
		       ? 0
		       : zong_err_set(err, ZONG_EINVAL, "%s: no kind of business", name);
}

static bool make_room(struct whole *whole)
{
	whole->arena.max = ZONG_LIMIT_CATALOGUE_ARENA;
	whole->department = zong_arena_calloc(
		&whole->arena, ZONG_LIMIT_CATALOGUE_DEPARTMENTS, sizeof(*whole->department));
	whole->material = zong_arena_calloc(
		&whole->arena, ZONG_LIMIT_CATALOGUE_MATERIALS, sizeof(*whole->material));
	whole->business = zong_arena_calloc(
		&whole->arena, ZONG_LIMIT_CATALOGUE_BUSINESSES, sizeof(*whole->business));
	whole->naming = zong_arena_calloc(
		&whole->arena, ZONG_LIMIT_CATALOGUE_WORDS, sizeof(*whole->naming));
	whole->catalogue.department = whole->department;
	whole->catalogue.material = whole->material;
	whole->catalogue.business = whole->business;
	return whole->department && whole->material && whole->business && whole->naming;
}

int zong_catalogue_parse(const char *text, size_t len, const char *name,
	struct zong_catalogue **ret_catalogue, struct zong_err *err)
{
	struct whole *whole = calloc(1, sizeof(*whole));
	int code;

	if (!whole)
		return zong_err_set(err, ZONG_ENOMEM, NULL);
	code = make_room(whole) ? zong_rule_lines_each(text, len, name, parse_line, whole, err)
				: zong_err_set(err, ZONG_ENOMEM, NULL);
	if (!code)
		code = check_whole(whole, name, err);
	if (code)
		zong_catalogue_free(&whole->catalogue);
	else
		*ret_catalogue = &whole->catalogue;
	return code;
}

void zong_catalogue_free(struct zong_catalogue *catalogue)
{
	struct whole *whole = (struct whole *)catalogue;

	if (!whole)
		return;
	zong_arena_release(&whole->arena);
	free(whole);
}

/* ---- what it says ---- */

const struct zong_catalogue_material *zong_catalogue_meant(
	const struct zong_catalogue *catalogue, const char *type)
{
	const struct whole *whole = (const struct whole *)catalogue;
	const struct naming *longest = NULL;
	char folded[FOLDED];

	fold(type, strlen(type), folded);
	if (!folded[0])
		return NULL;
	for (size_t i = 0; i < whole->namings; i++) {
		const struct naming *naming = &whole->naming[i];

		if (strcmp(naming->folded, folded) == 0)
			return &whole->material[naming->material];
		if (naming->part && strstr(folded, naming->folded) &&
			(!longest || strlen(naming->folded) > strlen(longest->folded)))
			longest = naming;
	}
	return longest ? &whole->material[longest->material] : NULL;
}

/* The longest word of a business in @text, and where it stands. */
static const struct zong_catalogue_business *longest_word(
	const struct zong_catalogue *catalogue, char *text, char **ret_at, size_t *ret_len)
{
	const struct zong_catalogue_business *found = NULL;

	*ret_len = 0;
	for (size_t i = 0; i < catalogue->businesses; i++)
		for (size_t j = 0; j < catalogue->business[i].words; j++) {
			const char *word = catalogue->business[i].word[j];
			char *at = strlen(word) > *ret_len ? strstr(text, word) : NULL;

			if (!at)
				continue;
			found = &catalogue->business[i];
			*ret_at = at;
			*ret_len = strlen(word);
		}
	return found;
}

size_t zong_catalogue_of_kind(const struct zong_catalogue *catalogue, const char *kind,
	const struct zong_catalogue_business *ret_business[ZONG_CATALOGUE_ACTIVE])
{
	const struct zong_catalogue_business *business;
	char folded[FOLDED];
	size_t count = 0, len;
	char *at = NULL;

	fold(kind, strlen(kind), folded);
	while (count < ZONG_CATALOGUE_ACTIVE &&
		(business = longest_word(catalogue, folded, &at, &len)) != NULL) {
		bool known = false;

		memset(at, ' ', len); /* no word goes over it: they have no blanks */
		for (size_t i = 0; i < count; i++)
			known |= ret_business[i] == business;
		if (!known)
			ret_business[count++] = business;
	}
	return count;
}

static bool cause_holds(
	const struct zong_catalogue_cause *cause, const char *kind, const char *text)
{
	for (size_t i = 0; i < cause->words; i++)
		if (strstr(text, cause->word[i]) || strstr(kind, cause->word[i]))
			return true;
	return false;
}

bool zong_catalogue_row_holds(const struct zong_catalogue_business *business,
	const struct zong_catalogue_row *row, const char *kind, const char *cause)
{
	char folded_kind[FOLDED], folded[FOLDED];

	if (!row->cause)
		return true;
	fold(kind, strlen(kind), folded_kind);
	fold(cause, strlen(cause), folded);
	if (business->cause[row->cause - 1].words)
		return cause_holds(&business->cause[row->cause - 1], folded_kind, folded);
	for (size_t i = 0; i < business->causes; i++)
		if (cause_holds(&business->cause[i], folded_kind, folded))
			return false;
	return true;
}

bool zong_catalogue_row_has(
	const struct zong_catalogue_row *row, const struct zong_catalogue_material *material)
{
	for (size_t i = 0; i < row->materials; i++)
		if (row->material[i] == material)
			return true;
	return false;
}

void zong_catalogue_say(const struct zong_catalogue *catalogue, const char *kind, const char *cause,
	const char *type, struct zong_catalogue_said *ret_said)
{
	const struct zong_catalogue_material *material = zong_catalogue_meant(catalogue, type);
	const struct zong_catalogue_business *business[ZONG_CATALOGUE_ACTIVE];
	size_t count = material ? zong_catalogue_of_kind(catalogue, kind, business) : 0;

	memset(ret_said, 0, sizeof(*ret_said));
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < business[i]->rows; j++) {
			const struct zong_catalogue_row *row = &business[i]->row[j];

			if (!zong_catalogue_row_has(row, material) ||
				!zong_catalogue_row_holds(business[i], row, kind, cause))
				continue;
			ret_said->material = material;
			ret_said->departments |= row->departments;
			ret_said->tax |= row->tax;
		}
}
