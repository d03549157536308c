/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <iconv.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include <zong/access.h>
#include <zong/cleanup.h>
#include <zong/file.h>
#include <zong/retention.h>

#include "journal.h"
#include "row.h"
#include "unit.h"
#include "unit_columns.h"

#define ROWS_AT_ONCE 20000 /* of one transaction, so that none is long */
#define BLOCK (256 * 1024)
#define MARK "\xEF\xBB\xBF" /* by which spreadsheets know UTF-8 */
#define NOTHING ((iconv_t)-1)

struct output {
	int fd;
	uint64_t len;
	iconv_t convert; /* NOTHING: UTF-8 */
	struct zong_buf text;
};

static int flush(struct output *output)
{
	char out[16 * 1024];
	char *in = (char *)output->text.data;
	size_t left = output->text.len;
	int err = output->text.err;

	if (err || left == 0)
		return err;
	if (output->convert == NOTHING) {
		output->len += left;
		err = zong_file_write_all(output->fd, in, left);
		left = 0;
	}
	while (!err && left > 0) {
		char *to = out;
		size_t room = sizeof(out);

		/* Rows are UTF-8, and GB 18030 has a place for all of it. */
		if (iconv(output->convert, &in, &left, &to, &room) == (size_t)-1 && errno != E2BIG)
			return ZONG_EENCODING;
		output->len += sizeof(out) - room;
		err = zong_file_write_all(output->fd, out, sizeof(out) - room);
	}
	zong_buf_clear(&output->text);
	return err;
}

/* RFC 4180: in quotes where something in it asks for them. */
static void add_cell(struct zong_buf *buf, const char *text, bool last)
{
	bool quoted = text[strcspn(text, ",\"\r\n\t")] != '\0';

	if (quoted)
		zong_buf_add_char(buf, '"');
	for (; *text; text++) {
		if (*text == '"')
			zong_buf_add_char(buf, '"');
		zong_buf_add_char(buf, *text);
	}
	zong_buf_add_str(buf, quoted ? (last ? "\"\r\n" : "\",") : (last ? "\r\n" : ","));
}

static int add_row(struct output *output, const char *const *cells, size_t count)
{
	for (size_t i = 0; i < count; i++)
		add_cell(&output->text, cells[i], i + 1 == count);
	return output->text.len > BLOCK ? flush(output) : output->text.err;
}

static int add_unit(struct output *output, const struct zong_iter *iter)
{
	Zong__Unit *unit = zong__unit__unpack(NULL, iter->value_len, iter->value);
	int err;

	if (!unit)
		return ZONG_ECORRUPT;
	err = add_row(output,
		(const char *const[]){unit->code, unit->name, unit->address, unit->usage,
			unit->area, unit->began, unit->ended, unit->note},
		ZONG_COLUMN_NOTE + 1);
	zong__unit__free_unpacked(unit, NULL);
	return err;
}

static void join(struct zong_buf *buf, char *const *codes, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (i)
			zong_buf_add_char(buf, ';');
		zong_buf_add_str(buf, codes[i]);
	}
}

static int add_event(struct output *output, const struct zong_iter *iter)
{
	_cleanup_(zong_buf_release) struct zong_buf before = ZONG_BUF_INIT(ZONG_LIMIT_TABLE_LINE);
	_cleanup_(zong_buf_release) struct zong_buf after = ZONG_BUF_INIT(ZONG_LIMIT_TABLE_LINE);
	Zong__UnitEvent *event = zong__unit_event__unpack(NULL, iter->value_len, iter->value);
	char day[ZONG_DAY_TEXT];
	int err = 0;

	if (!event)
		return ZONG_ECORRUPT;
	if (!event->withdrawn) {
		join(&before, event->before, event->n_before);
		join(&after, event->after, event->n_after);
		zong_day_format(event->day, day);
		err = before.err ? before.err : after.err;
	}
	if (!err && !event->withdrawn)
		err = add_row(output,
			(const char *const[]){zong_unit_event_kind_name(event->kind), day,
				zong_buf_str(&before), zong_buf_str(&after), event->reason},
			ZONG_COLUMN_REASON + 1);
	zong__unit_event__free_unpacked(event, NULL);
	return err;
}

/* Some rows behind *last, or from the beginning; *ret_more: there are others. */
static int add_some(struct zong_archive *archive, enum zong_unit_table table, const char *prefix,
	struct zong_key *last, struct output *output, bool *ret_more)
{
	bool of_events = table == ZONG_UNIT_TABLE_EVENTS;
	struct zong_iter iter = {0};
	struct zong_key start;
	struct zong_txn *txn;
	size_t rows = 0;
	int err = zong_store_read_begin(archive->store, &txn);

	if (err)
		return err;
	zong_key_clear(&start);
	zong_key_str_open(&start, of_events ? "" : prefix);
	err = zong_iter_begin(&iter, txn, of_events ? ZONG_TABLE_UNIT_EVENTS : ZONG_TABLE_UNITS,
		&start, last->len ? last : NULL, false);
	while (!err && rows < ROWS_AT_ONCE && (err = zong_iter_next(&iter)) == 0) {
		if (iter.key.len == last->len &&
			memcmp(iter.key.bytes, last->bytes, last->len) == 0)
			continue;
		zong_key_clear(last);
		zong_key_bytes(last, iter.key.bytes, iter.key.len);
		rows++;
		err = of_events ? add_event(output, &iter) : add_unit(output, &iter);
	}
	zong_iter_end(&iter);
	zong_txn_end(txn);
	*ret_more = !err;
	return err == ZONG_EEND ? 0 : err;
}

static int write_table(struct zong_archive *archive, enum zong_unit_table table, const char *prefix,
	struct output *output)
{
	const char *names[ZONG_COLUMNS_MAX];
	struct zong_key last = {0};
	size_t needed, count = zong_unit_columns(table, &needed);
	bool more = true;
	int err;

	if (output->convert == NOTHING)
		zong_buf_add_str(&output->text, MARK);
	for (size_t i = 0; i < count; i++)
		names[i] = zong_unit_column_name(table, i);
	err = add_row(output, names, count);
	while (!err && more)
		err = add_some(archive, table, prefix, &last, output, &more);
	return err ? err : flush(output);
}

static int set_encoding(const char *encoding, struct output *output)
{
	if (!encoding || !encoding[0] || strcasecmp(encoding, "utf-8") == 0)
		return 0;
	if (strcasecmp(encoding, "gb18030") != 0 && strcasecmp(encoding, "gbk") != 0)
		return ZONG_EINVAL;
	output->convert = iconv_open("GB18030", "UTF-8");
	return output->convert == NOTHING ? ZONG_EINVAL : 0;
}

int zong_unit_export(struct zong_archive *archive, const struct zong_subject *who,
	enum zong_unit_table table, const char *prefix, const char *encoding, int *ret_fd,
	uint64_t *ret_len, struct zong_err *err)
{
	struct output output = {.fd = -1, .convert = NOTHING};
	struct zong_unit_code code = {0};
	int r = zong_access_may(who, ZONG_VERB_UNIT_LIST, NULL);

	if (r)
		return zong_err_set(err, r, NULL);
	if (prefix && prefix[0] && zong_unit_code_parse(prefix, strlen(prefix), &code))
		return zong_err_set(err, ZONG_EUNITCODE, "%s", prefix);
	if (set_encoding(encoding, &output))
		return zong_err_set(err, ZONG_EINVAL, "encoding");
	zong_buf_init(&output.text, BLOCK + 2 * ZONG_LIMIT_TABLE_LINE);
	r = zong_journal_read(archive->journal, who, "unit.export",
		table == ZONG_UNIT_TABLE_EVENTS ? "unit-events" : "units");
	if (!r)
		r = zong_file_spool(archive->spool, &output.fd);
	if (!r)
		r = write_table(archive, table, code.text, &output);
	zong_buf_release(&output.text);
	if (output.convert != NOTHING)
		iconv_close(output.convert);
	if (r) {
		if (output.fd >= 0)
			close(output.fd);
		return zong_err_set(err, r, NULL);
	}
	*ret_fd = output.fd;
	*ret_len = output.len;
	return 0;
}
