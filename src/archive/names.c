/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "names.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <zong/arena.h>
#include <zong/buffer.h>
#include <zong/cleanup.h>
#include <zong/file.h>
#include <zong/limits.h>
#include <zong/utf8.h>

#include "field_text.h"

struct name {
	size_t len;
	uint32_t character[ZONG_NAMES_MOST];
};

/* A name with a gap in it: by these, sorted, one is found from what stands around a gap. */
struct gapped {
	const struct name *name;
	size_t gap;
};

struct zong_names {
	struct name *name;
	size_t count, room;
	struct gapped *gapped;
	size_t gaps;
	bool has[ZONG_NAMES_MOST + 1]; /* names of this many characters */
};

/* ---- the file ---- */

static const char *trimmed(const char *line, const char **end)
{
	const char *comment = memchr(line, '#', (size_t)(*end - line));

	if (comment)
		*end = comment;
	while (line < *end && strchr(" \t", *line))
		line++;
	while (line < *end && strchr(" \t\r", (*end)[-1]))
		(*end)--;
	return line;
}

/* NULL, or what is wrong with it. */
static const char *parse_name(const char *text, size_t len, struct name *name)
{
	size_t pos = 0;

	*name = (struct name){0};
	while (pos < len) {
		uint32_t character = zong_utf8_next(text, len, &pos);

		if (!zong_utf8_is_han(character))
			return "a name has Han characters only";
		if (name->len == ZONG_NAMES_MOST)
			return "longer than 20 characters";
		name->character[name->len++] = character;
	}
	return name->len < ZONG_NAMES_LEAST ? "shorter than 3 characters" : NULL;
}

static int add_name(struct zong_names *names, const struct name *name)
{
	if (names->count == names->room) {
		size_t room = names->room ? names->room * 2 : 64;
		struct name *more = reallocarray(names->name, room, sizeof(*more));

		if (!more)
			return ZONG_ENOMEM;
		names->name = more;
		names->room = room;
	}
	names->name[names->count++] = *name;
	return 0;
}

static int parse(struct zong_names *names, const char *file_name, const struct zong_buf *text,
	struct zong_err *err)
{
	const char *line = zong_buf_str(text), *all_end = line + text->len;
	unsigned int number = 0;

	/* Editors on Windows put a byte order mark first. */
	if (text->len >= 3 && memcmp(line, "\xEF\xBB\xBF", 3) == 0)
		line += 3;
	while (line < all_end) {
		const char *newline = memchr(line, '\n', (size_t)(all_end - line));
		const char *end = newline ? newline : all_end, *next = end + 1, *wrong;
		struct name name;

		number++;
		line = trimmed(line, &end);
		wrong = line < end ? parse_name(line, (size_t)(end - line), &name) : NULL;
		if (!wrong && line < end && names->count == ZONG_LIMIT_NAMES)
			wrong = "too many names";
		if (wrong)
			return zong_err_set(err, ZONG_EINVAL, "%s:%u %s: %.*s", file_name, number,
				wrong, (int)zong_utf8_cut(line, (size_t)(end - line), 60),
				zong_utf8_printable(line, (size_t)(end - line)) ? line : "");
		if (line < end && add_name(names, &name))
			return zong_err_set(err, ZONG_ENOMEM, NULL);
		line = next;
	}
	return 0;
}

/* By length, place of the gap, and what stands around it. */
static int compare(const void *left, const void *right)
{
	const struct gapped *a = left, *b = right;

	if (a->name->len != b->name->len)
		return a->name->len < b->name->len ? -1 : 1;
	if (a->gap != b->gap)
		return a->gap < b->gap ? -1 : 1;
	for (size_t i = 0; i < a->name->len; i++)
		if (i != a->gap && a->name->character[i] != b->name->character[i])
			return a->name->character[i] < b->name->character[i] ? -1 : 1;
	return 0;
}

static int sort(struct zong_names *names)
{
	size_t all = 0;

	for (size_t i = 0; i < names->count; i++)
		all += names->name[i].len;
	names->gapped = calloc(all + 1, sizeof(*names->gapped));
	if (!names->gapped)
		return ZONG_ENOMEM;
	for (size_t i = 0; i < names->count; i++) {
		names->has[names->name[i].len] = true;
		for (size_t gap = 0; gap < names->name[i].len; gap++)
			names->gapped[names->gaps++] = (struct gapped){&names->name[i], gap};
	}
	qsort(names->gapped, names->gaps, sizeof(*names->gapped), compare);
	return 0;
}

int zong_names_load(const char *path, struct zong_names **ret_names, struct zong_err *err)
{
	_cleanup_(zong_buf_release) struct zong_buf text = ZONG_BUF_INIT(ZONG_LIMIT_NAMES_FILE);
	struct zong_names *names = calloc(1, sizeof(*names));
	const char *slash = strrchr(path, '/'), *file_name = slash ? slash + 1 : path;
	int code;

	if (!names)
		return zong_err_set(err, ZONG_ENOMEM, NULL);
	code = zong_file_read(path, &text);
	if (code == ZONG_ELIMIT)
		code = zong_err_set(err, ZONG_EINVAL, "%s:1 longer than %d bytes", file_name,
			ZONG_LIMIT_NAMES_FILE);
	else if (code)
		zong_err_set(err, code, "%s", path);
	else
		code = parse(names, file_name, &text, err);
	if (!code && sort(names))
		code = zong_err_set(err, ZONG_ENOMEM, NULL);
	if (code)
		zong_names_free(names);
	else
		*ret_names = names;
	return code;
}

void zong_names_free(struct zong_names *names)
{
	if (!names)
		return;
	free(names->name);
	free(names->gapped);
	free(names);
}

/* ---- a page ---- */

/* Characters that the engine takes for one another however sure it is: those that may be meant by what it @read, or "". */
static const char *alike_of(uint32_t read)
{
	static const char *const alike[] = {
		"虽邑",
		"两丙",
		"已己巳",
		"己已巳",
		"巳已己",
		"末未",
		"未末",
		"士土",
		"土士",
		"干千于",
		"千干于",
		"于干千",
		"人入八",
		"入人八",
		"成戊戌戍",
		"戌戊戍成",
		"日曰",
		"曰日",
		"大太犬",
		"太大犬",
		"玉王主",
		"王玉主",
		"主王玉",
		"鸟乌",
		"乌鸟",
	};

	for (size_t i = 0; i < sizeof(alike) / sizeof(alike[0]); i++) {
		size_t pos = 0;

		if (zong_utf8_next(alike[i], strlen(alike[i]), &pos) == read)
			return alike[i] + pos;
	}
	return "";
}

/* What @names ask for at the cell @at. */
struct wish {
	uint32_t character; /* 0: nothing */
	bool refused; /* a name stands there as it is, or two names ask for different characters */
};

/* Names of @len whose gap would be the cell @at when they begin at @first. */
static void ask(const struct zong_names *names, const struct zong_cells *cells, size_t first,
	size_t len, size_t at, struct wish *wish)
{
	struct name window = {.len = len};
	struct gapped key = {&window, at - first}, *found, *end = names->gapped + names->gaps;

	for (size_t i = 0; i < len; i++) {
		if (i > 0 && cells->cell[first + i].gap == ZONG_CELL_BLOCK)
			return;
		window.character[i] = cells->cell[first + i].character;
	}
	found = bsearch(&key, names->gapped, names->gaps, sizeof(key), compare);
	while (found && found > names->gapped && compare(found - 1, &key) == 0)
		found--;
	for (; found && found < end && compare(found, &key) == 0; found++) {
		uint32_t character = found->name->character[key.gap];

		if (character == window.character[key.gap] ||
			(wish->character && wish->character != character))
			wish->refused = true;
		wish->character = character;
	}
}

static uint32_t wanted(const struct zong_names *names, const struct zong_cells *cells, size_t at)
{
	struct wish wish = {0};
	size_t len, first;

	for (len = ZONG_NAMES_MOST; len >= ZONG_NAMES_LEAST && !wish.character; len--) {
		if (!names->has[len] || len > cells->count)
			continue;
		first = at >= len - 1 ? at - (len - 1) : 0;
		for (; first <= at && first + len <= cells->count; first++)
			ask(names, cells, first, len, at, &wish);
	}
	return wish.refused ? 0 : wish.character;
}

/* Puts @by where the @cell of @word is. */
static int replace(Zong__Word *word, struct zong_cell *cell, uint32_t by)
{
	_cleanup_(zong_buf_release) struct zong_buf text = ZONG_BUF_INIT(ZONG_LIMIT_PAGE_TEXT);
	char *changed;

	zong_buf_add(&text, word->text, cell->offset);
	zong_utf8_add(&text, by);
	zong_buf_add_str(&text, word->text + cell->offset + cell->len);
	changed = text.err ? NULL : zong_buf_take(&text, NULL);
	if (!changed)
		return ZONG_ENOMEM;
	free(word->text);
	word->text = changed;
	word->repaired = true;
	cell->character = by;
	return 0;
}

static int mend_line(const struct zong_names *names, const Zong__Line *line,
	struct zong_cells *cells, size_t first_word, size_t *at, size_t *ret_mended)
{
	/* From its end, so that the places of those before in the same word stay. */
	while (*at > 0 && cells->cell[*at - 1].word >= first_word) {
		struct zong_cell *cell = &cells->cell[--*at];
		Zong__Word *word = line->words[cell->word - first_word];
		const char *alike = alike_of(cell->character);
		bool weak = word->confidence < ZONG_NAMES_WEAK;
		uint32_t by;

		if (!zong_utf8_is_han(cell->character) || (!weak && !*alike))
			continue;
		by = wanted(names, cells, *at);
		if (!by || (!weak && !zong_utf8_has(alike, by)))
			continue;
		if (replace(word, cell, by))
			return ZONG_ENOMEM;
		++*ret_mended;
	}
	return 0;
}

int zong_names_mend(const struct zong_names *names, Zong__Reading *reading, size_t *ret_mended)
{
	struct zong_cells cells;
	size_t first_word, at;
	int err = zong_cells_init(&cells, reading);

	*ret_mended = 0;
	if (err)
		return err;
	first_word = cells.words;
	at = cells.count;
	for (size_t i = reading->n_lines; i-- > 0 && !err;) {
		first_word -= reading->lines[i]->n_words;
		err = mend_line(names, reading->lines[i], &cells, first_word, &at, ret_mended);
	}
	zong_cells_release(&cells);
	return err;
}
