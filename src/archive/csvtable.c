/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* memmem */
#include "csvtable.h"

#include <csv.h>
#include <errno.h>
#include <iconv.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include <zong/buffer.h>
#include <zong/cleanup.h>
#include <zong/file.h>
#include <zong/limits.h>
#include <zong/utf8.h>

#define CHUNK (256 * 1024)
#define TEXT_MAX                                                                                   \
	(4 * CHUNK +                                                                               \
		2 * ZONG_LIMIT_TABLE_LINE) /* UTF-8 of a chunk is at most three times as long */
#define REPLACEMENT "\xEF\xBF\xBD"
#define NOTHING ((iconv_t)-1)

static const struct {
	const char *name, *charset;
} encodings[] = {
	{"utf-8", NULL}, {"gb18030", "GB18030"}, {"utf-16", "UTF-16"},
	{"gbk", "GB18030"}, /* which GBK is a part of */
};

struct zong_csvtable {
	int fd;
	uint64_t len, at; /* bytes of the file, and those read */
	const char *encoding;
	iconv_t convert; /* NOTHING: it is UTF-8 */
	struct zong_digest_state *digest;
	uint8_t *raw;
	size_t raw_len; /* bytes of raw that are the beginning of a character */
	struct zong_buf text;
	size_t begin;  /* of the row that is read, in text */
	uint64_t line; /* where that is */
	struct csv_parser parser;
	/* The row under way. */
	struct zong_buf cells; /* one behind the other, each with a zero byte */
	size_t offset[ZONG_LIMIT_TABLE_COLUMNS];
	const char *cell[ZONG_LIMIT_TABLE_COLUMNS];
	size_t count;
	bool ended, damaged;
	bool skip; /* what remains of a line that was given up */
	struct zong_csvtable_row columns;
	char *column_text;
	const char *column[ZONG_LIMIT_TABLE_COLUMNS];
};

/* ---- bytes to text ---- */

static int add_text(struct zong_csvtable *table, const char *bytes, size_t len)
{
	return zong_buf_add(&table->text, bytes, len);
}

/* What cannot be read is marked, and the row that it stands in will be refused. */
static int convert(struct zong_csvtable *table, size_t len, bool last)
{
	char out[16 * 1024];
	char *in = (char *)table->raw;
	size_t left = len;

	while (left > 0) {
		char *to = out;
		size_t room = sizeof(out);
		size_t rc = iconv(table->convert, &in, &left, &to, &room);
		int failure = rc == (size_t)-1 ? errno : 0;
		int err = add_text(table, out, sizeof(out) - room);

		if (err)
			return err;
		if (failure == EILSEQ || (failure == EINVAL && last)) {
			err = add_text(table, REPLACEMENT, strlen(REPLACEMENT));
			if (err)
				return err;
			in++;
			left--;
		} else if (failure == EINVAL) {
			break;
		}
	}
	memmove(table->raw, in, left);
	table->raw_len = left;
	return 0;
}

/* Makes room by forgetting the rows before. *ret_more: something came. */
static int read_more(struct zong_csvtable *table, bool *ret_more)
{
	size_t want = CHUNK - table->raw_len;
	bool last;
	int err;

	*ret_more = table->at < table->len;
	if (!*ret_more)
		return 0;
	if (want > table->len - table->at)
		want = (size_t)(table->len - table->at);
	err = zong_file_read_at(table->fd, table->raw + table->raw_len, want, table->at);
	if (err)
		return err;
	zong_digest_add(table->digest, table->raw + table->raw_len, want);
	table->at += want;
	last = table->at == table->len;
	memmove(table->text.data, table->text.data + table->begin, table->text.len - table->begin);
	table->text.len -= table->begin;
	table->begin = 0;
	if (table->convert != NOTHING)
		return convert(table, table->raw_len + want, last);
	return add_text(table, (const char *)table->raw, want);
}

/* ---- rows ---- */

static void take_cell(void *bytes, size_t len, void *ctx)
{
	struct zong_csvtable *table = ctx;
	size_t column = table->count++;

	if (column >= ZONG_LIMIT_TABLE_COLUMNS)
		return;
	table->offset[column] = table->cells.len;
	if (len && (memchr(bytes, 0, len) || !zong_utf8_valid(bytes, len) ||
			   memmem(bytes, len, REPLACEMENT, strlen(REPLACEMENT))))
		table->damaged = true;
	else if (len)
		zong_buf_add(&table->cells, bytes, len);
	zong_buf_add(&table->cells, "", 1);
}

static void end_row(int character, void *ctx)
{
	struct zong_csvtable *table = ctx;

	(void)character;
	table->ended = true;
}

static void begin_row(struct zong_csvtable *table)
{
	zong_buf_clear(&table->cells);
	table->count = 0;
	table->ended = false;
	table->damaged = false;
}

/* Without blanks around it, which spreadsheets put there to keep long numbers from being counted with. */
static const char *trim(char *text)
{
	size_t len = strlen(text), pos = 0, start = len, end = 0;

	while (pos < len) {
		size_t at = pos;

		if (zong_utf8_is_blank(zong_utf8_next(text, len, &pos)))
			continue;
		start = start < at ? start : at;
		end = pos;
	}
	if (end > start)
		text[end] = '\0';
	return text + start;
}

/* true: it has a character in it. */
static bool give_row(struct zong_csvtable *table, int code, struct zong_csvtable_row *ret_row)
{
	size_t stored =
		table->count < ZONG_LIMIT_TABLE_COLUMNS ? table->count : ZONG_LIMIT_TABLE_COLUMNS;
	bool something = code != 0 || table->damaged;

	for (size_t i = 0; i < stored; i++) {
		table->cell[i] = trim((char *)table->cells.data + table->offset[i]);
		something = something || table->cell[i][0];
	}
	ret_row->line = table->line;
	ret_row->code = code ? code : table->damaged ? ZONG_EENCODING : 0;
	ret_row->count = table->count;
	ret_row->cell = table->cell;
	return something;
}

/* The end of the line that begins at @from, its line feed included; 0: it does not end in what is there. */
static size_t line_end(const struct zong_csvtable *table, size_t from)
{
	const uint8_t *end = memchr(table->text.data + from, '\n', table->text.len - from);

	return end ? (size_t)(end - table->text.data) + 1 : 0;
}

static int reset(struct zong_csvtable *table)
{
	unsigned char delimiter = csv_get_delim(&table->parser);

	csv_free(&table->parser);
	if (csv_init(&table->parser, CSV_STRICT | CSV_STRICT_FINI))
		return ZONG_ENOMEM;
	csv_set_delim(&table->parser, delimiter);
	return 0;
}

/* The row is too long, or the table ends in it: a quote was not closed. Its first line alone is given up. */
static int give_up(struct zong_csvtable *table, size_t first, struct zong_csvtable_row *ret_row)
{
	begin_row(table);
	give_row(table, ZONG_ETABLE, ret_row);
	table->begin = first ? first : table->text.len;
	table->skip = !first && table->at < table->len;
	table->line++;
	return reset(table);
}

/* ZONG_ETABLE: a quote stands where none can. */
static int parse(struct zong_csvtable *table, size_t from, size_t to)
{
	size_t len = to - from;

	if (csv_parse(&table->parser, table->text.data + from, len, take_cell, end_row, table) !=
		len)
		return csv_error(&table->parser) == CSV_EPARSE ? ZONG_ETABLE : ZONG_ENOMEM;
	return table->cells.err;
}

/* Nothing but blanks from the row's beginning to @end? */
static bool is_empty(const struct zong_csvtable *table, size_t end)
{
	size_t at = table->begin;

	while (at < end && memchr(" \t\r\n", table->text.data[at], 4))
		at++;
	return at == end;
}

static int skip_line(struct zong_csvtable *table)
{
	bool more = true;
	int err = 0;

	while (table->skip && more && !err) {
		size_t end = line_end(table, table->begin);

		table->begin = end ? end : table->text.len;
		table->skip = !end;
		if (!end)
			err = read_more(table, &more);
	}
	return err;
}

/* Goes over lines until a row has ended. */
static int read_row(struct zong_csvtable *table, struct zong_csvtable_row *ret_row)
{
	size_t at, first = 0;
	uint64_t lines = 0;
	int failure = skip_line(table);

	if (failure)
		return failure;
	at = table->begin;
	begin_row(table);
	for (;;) {
		size_t end = line_end(table, at);
		bool more = false;
		int err = 0;

		if (!end && table->text.len - table->begin <= ZONG_LIMIT_TABLE_LINE) {
			size_t before = table->begin;

			err = read_more(table, &more);
			at -= before - table->begin;
			first -= first ? before - table->begin : 0;
			if (err)
				return err;
			if (more)
				continue;
			end = table->text.len;
			if (end == at && lines == 0)
				return ZONG_EEND;
			err = end > at ? parse(table, at, end) : 0;
			if (!err && csv_fini(&table->parser, take_cell, end_row, table))
				err = ZONG_ETABLE;
			table->ended = true;
		} else if (!end || end - table->begin > ZONG_LIMIT_TABLE_LINE) {
			err = ZONG_ETABLE;
		} else {
			err = parse(table, at, end);
		}
		if (err == ZONG_ETABLE)
			return give_up(table, first ? first : end, ret_row);
		if (err || table->cells.err)
			return err ? err : table->cells.err;
		lines++;
		first = first ? first : end;
		at = end;
		/* An empty line ends no row of the library's. */
		if (is_empty(table, end))
			table->ended = true;
		if (table->ended)
			break;
	}
	if (!give_row(table, 0, ret_row))
		ret_row->count = 0;
	table->begin = at;
	table->line += lines;
	return 0;
}

int zong_csvtable_next(struct zong_csvtable *table, struct zong_csvtable_row *ret_row)
{
	int err;

	do
		err = read_row(table, ret_row);
	while (!err && ret_row->code == 0 && ret_row->count == 0);
	return err;
}

/* ---- opening ---- */

/* Is all of it UTF-8? A character may go over two chunks. */
static int looks_utf8(struct zong_csvtable *table, bool *ret_is)
{
	uint64_t at = 0;
	size_t kept = 0;

	*ret_is = true;
	while (at < table->len && *ret_is) {
		size_t want = CHUNK - kept, len, whole;
		int err;

		if (want > table->len - at)
			want = (size_t)(table->len - at);
		err = zong_file_read_at(table->fd, table->raw + kept, want, at);
		if (err)
			return err;
		at += want;
		len = kept + want;
		whole = at == table->len ? len
					 : zong_utf8_cut((const char *)table->raw, len, len - 3);
		*ret_is = zong_utf8_valid((const char *)table->raw, whole);
		kept = len - whole;
		memmove(table->raw, table->raw + whole, kept);
	}
	return 0;
}

static int find_encoding(struct zong_csvtable *table, const char *wanted)
{
	uint8_t mark[2] = {0};
	bool utf8;
	int err;

	for (size_t i = 0; wanted && i < sizeof(encodings) / sizeof(encodings[0]); i++) {
		if (strcasecmp(wanted, encodings[i].name) == 0) {
			table->encoding = encodings[i == 3 ? 1 : i].name;
			return 0;
		}
	}
	if (wanted)
		return ZONG_EINVAL;
	if (table->len >= sizeof(mark)) {
		err = zong_file_read_at(table->fd, mark, sizeof(mark), 0);
		if (err)
			return err;
	}
	if ((mark[0] == 0xFF && mark[1] == 0xFE) || (mark[0] == 0xFE && mark[1] == 0xFF)) {
		table->encoding = encodings[2].name;
		return 0;
	}
	err = looks_utf8(table, &utf8);
	table->encoding = encodings[utf8 ? 0 : 1].name;
	return err;
}

static int prepare(struct zong_csvtable *table, const char *encoding, struct zong_err *err)
{
	bool more;
	int code = find_encoding(table, encoding);

	if (code)
		return zong_err_set(err, code, "encoding");
	for (size_t i = 0; i < sizeof(encodings) / sizeof(encodings[0]); i++)
		if (table->encoding == encodings[i].name && encodings[i].charset) {
			table->convert = iconv_open("UTF-8", encodings[i].charset);
			if (table->convert == NOTHING)
				return zong_err_set(err, ZONG_EINVAL, "encoding");
		}
	code = zong_digest_begin(&table->digest);
	if (!code)
		code = read_more(table, &more);
	if (!code && table->text.len >= 3 && memcmp(table->text.data, "\xEF\xBB\xBF", 3) == 0)
		table->begin = 3;
	return code;
}

/* Tabs where the first line has some and no comma. */
static void find_delimiter(struct zong_csvtable *table)
{
	size_t end = line_end(table, table->begin);
	const uint8_t *first = table->text.data + table->begin;
	size_t len = (end ? end : table->text.len) - table->begin;

	if (len && memchr(first, '\t', len) && !memchr(first, ',', len))
		csv_set_delim(&table->parser, CSV_TAB);
}

/* Kept, as the rows after it are read into the same place. */
static int keep_columns(struct zong_csvtable *table)
{
	const struct zong_csvtable_row *row = &table->columns;
	size_t count =
		row->count < ZONG_LIMIT_TABLE_COLUMNS ? row->count : ZONG_LIMIT_TABLE_COLUMNS;

	table->column_text = malloc(table->cells.len + 1);
	if (!table->column_text)
		return ZONG_ENOMEM;
	memcpy(table->column_text, table->cells.data, table->cells.len);
	for (size_t i = 0; i < count; i++)
		table->column[i] =
			table->column_text + (row->cell[i] - (const char *)table->cells.data);
	table->columns.cell = table->column;
	table->columns.count = count;
	return 0;
}

int zong_csvtable_open(int fd, uint64_t len, const char *encoding, struct zong_csvtable **ret_table,
	struct zong_err *err)
{
	struct zong_csvtable *table = calloc(1, sizeof(*table));
	int code;

	if (!table || csv_init(&table->parser, CSV_STRICT | CSV_STRICT_FINI)) {
		free(table);
		return ZONG_ENOMEM;
	}
	table->fd = fd;
	table->len = len;
	table->line = 1;
	table->convert = NOTHING;
	zong_buf_init(&table->text, TEXT_MAX);
	zong_buf_init(&table->cells, 2 * ZONG_LIMIT_TABLE_LINE);
	table->raw = malloc(CHUNK);
	/* There is a place for text from the beginning on, so that it can be looked at while there is none. */
	code = table->raw && zong_buf_room(&table->text, 1) ? prepare(table, encoding, err)
							    : ZONG_ENOMEM;
	if (!code) {
		find_delimiter(table);
		code = zong_csvtable_next(table, &table->columns);
		if (code == ZONG_EEND || (!code && table->columns.code))
			code = zong_err_set(err, ZONG_ETABLE, "1");
	}
	if (!code)
		code = keep_columns(table);
	if (code) {
		zong_csvtable_close(table);
		return code;
	}
	*ret_table = table;
	return 0;
}

void zong_csvtable_close(struct zong_csvtable *table)
{
	if (!table)
		return;
	if (table->convert != NOTHING)
		iconv_close(table->convert);
	if (table->digest)
		zong_digest_abandon(table->digest);
	csv_free(&table->parser);
	zong_buf_release(&table->text);
	zong_buf_release(&table->cells);
	free(table->column_text);
	free(table->raw);
	free(table);
}

const struct zong_csvtable_row *zong_csvtable_columns(const struct zong_csvtable *table)
{
	return &table->columns;
}

const char *zong_csvtable_encoding(const struct zong_csvtable *table)
{
	return table->encoding;
}

double zong_csvtable_done(const struct zong_csvtable *table)
{
	return table->len ? (double)table->at / (double)table->len : 1;
}

void zong_csvtable_digest(struct zong_csvtable *table, struct zong_digest *ret_digest)
{
	zong_digest_end(take_ptr(table->digest), ret_digest);
}
