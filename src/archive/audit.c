/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <zong/audit.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/access.h>
#include <zong/retention.h>
#include <zong/time.h>

#include "csvout.h"
#include "cursor.h"
#include "inside.h"
#include "journal.h"
#include "row.h"

#define LINES_AT_ONCE 20000 /* of one transaction, so that none is long */
#define DAY (24 * 3600 * ZONG_SECOND)
#define COLUMNS 11
/* Lines of one commit have times in order; between commits a clock may have been put right by so much. */
#define SLACK (10 * 60 * ZONG_SECOND)

struct wish {
	const struct zong_audit *audit;
	int64_t from, to; /* instants, both included */
};

/* ---- what is asked for ---- */

static int read_instant(const char *text, bool last, int64_t *ret_time)
{
	int32_t day;

	if (zong_day_parse(text, &day) == 0) {
		*ret_time = day * DAY + (last ? DAY - 1 : 0);
		return 0;
	}
	return zong_time_parse(text, ret_time) ? ZONG_EDATE : 0;
}

static bool given(const char *text)
{
	return text && text[0];
}

static int read_wish(const struct zong_audit *audit, struct wish *ret_wish, struct zong_err *err)
{
	const char *const texts[] = {
		audit->subject, audit->verb, audit->object, audit->origin, audit->words};
	struct wish wish = {.audit = audit, .from = INT64_MIN, .to = INT64_MAX};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (given(texts[i]) && strlen(texts[i]) > ZONG_LIMIT_QUERY)
			return zong_err_set(err, ZONG_ELIMIT, "%.60s", texts[i]);
	if (given(audit->from) && read_instant(audit->from, false, &wish.from))
		return zong_err_set(err, ZONG_EDATE, "%s", audit->from);
	if (given(audit->to) && read_instant(audit->to, true, &wish.to))
		return zong_err_set(err, ZONG_EDATE, "%s", audit->to);
	*ret_wish = wish;
	return 0;
}

/* With a * at its end the wish is a beginning. */
static bool fits(const char *wish, const char *text)
{
	size_t len;

	if (!given(wish))
		return true;
	len = strlen(wish);
	return wish[len - 1] == '*' ? strncmp(text, wish, len - 1) == 0 : strcmp(text, wish) == 0;
}

static bool is_wished(const struct wish *wish, const Zong__LogRecord *line)
{
	const struct zong_audit *audit = wish->audit;

	return line->time >= wish->from && line->time <= wish->to &&
	       (fits(audit->subject, line->subject) || fits(audit->subject, line->name)) &&
	       fits(audit->verb, line->verb) && fits(audit->object, line->object) &&
	       fits(audit->origin, line->origin) &&
	       (!given(audit->words) || strstr(line->purpose, audit->words) ||
		       strstr(line->detail, audit->words));
}

/* In the log: what somebody looked for in it. */
static int record(struct zong_archive *archive, const struct zong_subject *who,
	const struct zong_audit *audit, const char *verb)
{
	const char *const texts[] = {audit->subject, audit->verb, audit->object, audit->origin,
		audit->words, audit->from, audit->to};
	char object[400] = "log/";

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		size_t len = strlen(object);

		snprintf(object + len, sizeof(object) - len, "%s%.40s", i ? "|" : "",
			given(texts[i]) ? texts[i] : "");
	}
	return zong_journal_read(archive->journal, who, verb, object);
}

/* ---- where in the log ---- */

static void key_of(uint64_t seq, struct zong_key *ret_key)
{
	zong_key_clear(ret_key);
	zong_key_u64(ret_key, seq);
}

static int time_of(struct zong_txn *txn, uint64_t seq, int64_t *ret_time)
{
	ProtobufCMessage *row;
	struct zong_key key;
	int err;

	key_of(seq, &key);
	err = zong_txn_get(txn, ZONG_TABLE_LOG, &key, &zong__log_record__descriptor, &row);
	if (err)
		return err == ZONG_ENOENT ? ZONG_ECORRUPT : err;
	*ret_time = ((Zong__LogRecord *)row)->time;
	protobuf_c_message_free_unpacked(row, NULL);
	return 0;
}

/* The number of the first line that is later than @time; one behind the last where none is. Times are in order but for
 * SLACK, which the caller allows for. */
static int first_after(struct zong_txn *txn, uint64_t lines, int64_t time, uint64_t *ret_seq)
{
	uint64_t low = 1, high = lines + 1;

	while (low < high) {
		uint64_t middle = low + (high - low) / 2;
		int64_t at;
		int err = time_of(txn, middle, &at);

		if (err)
			return err;
		if (at > time)
			high = middle;
		else
			low = middle + 1;
	}
	*ret_seq = low;
	return 0;
}

/* Only lines from *ret_first until before *ret_end can lie between the instants. */
static int bounds(
	struct zong_txn *txn, const struct wish *wish, uint64_t *ret_first, uint64_t *ret_end)
{
	uint64_t lines;
	int err = zong_txn_counter(txn, ZONG_COUNT_LOG, &lines);

	*ret_first = 1;
	*ret_end = lines + 1;
	if (!err && wish->from != INT64_MIN)
		err = first_after(txn, lines, wish->from - SLACK, ret_first);
	if (!err && wish->to != INT64_MAX)
		err = first_after(txn, lines, wish->to + SLACK, ret_end);
	return err;
}

/* ---- the list ---- */

void zong_audit_free(Zong__LogRecord **lines, size_t count)
{
	for (size_t i = 0; lines && i < count; i++)
		zong__log_record__free_unpacked(lines[i], NULL);
	free(lines);
}

struct listing {
	const struct wish *wish;
	size_t max, count, scanned;
	Zong__LogRecord **line;
	uint64_t last; /* number of the last line that was looked at */
	bool more;
};

static int walk_back(struct zong_txn *txn, struct listing *list, const struct zong_key *from)
{
	struct zong_iter iter = {0};
	uint64_t first, end;
	struct zong_key start;
	int err = bounds(txn, list->wish, &first, &end);

	if (err)
		return err;
	key_of(end, &start);
	if (from && memcmp(from->bytes, start.bytes, start.len) < 0)
		start = *from;
	err = zong_iter_begin(&iter, txn, ZONG_TABLE_LOG, NULL, &start, true);
	while (!err && (err = zong_iter_next(&iter)) == 0) {
		Zong__LogRecord *line;

		list->more = list->count == list->max || list->scanned == ZONG_LIMIT_AUDIT_SCAN;
		if (list->more)
			break;
		line = zong__log_record__unpack(NULL, iter.value_len, iter.value);
		if (!line) {
			err = ZONG_ECORRUPT;
			break;
		}
		list->scanned++;
		list->last = line->seq;
		if (list->last < first) {
			zong__log_record__free_unpacked(line, NULL);
			break;
		}
		if (is_wished(list->wish, line))
			list->line[list->count++] = line;
		else
			zong__log_record__free_unpacked(line, NULL);
	}
	zong_iter_end(&iter);
	return err == ZONG_EEND ? 0 : err;
}

int zong_audit_list(struct zong_archive *archive, const struct zong_subject *who,
	const struct zong_audit *audit, const char *cursor, size_t max,
	Zong__LogRecord ***ret_lines, size_t *ret_count, char **ret_next, struct zong_err *err)
{
	struct listing list = {0};
	struct zong_txn *txn;
	struct zong_key from;
	struct wish wish;
	char *next = NULL;
	int r = zong_access_may(who, ZONG_VERB_LOG_READ, NULL);

	if (!r && cursor) {
		r = zong_cursor_take(cursor, &from);
		if (!r && from.len != sizeof(uint64_t))
			r = ZONG_ECURSOR;
	}
	if (r)
		return zong_err_set(err, r, NULL);
	r = read_wish(audit, &wish, err);
	if (r)
		return r;
	list.wish = &wish;
	list.max = max < 1 ? 1 : max > ZONG_LIMIT_PAGE_ITEMS ? ZONG_LIMIT_PAGE_ITEMS : max;
	list.line = calloc(list.max, sizeof(*list.line));
	r = list.line ? record(archive, who, audit, "log.read") : ZONG_ENOMEM;
	if (!r)
		r = zong_store_read_begin(archive->store, &txn);
	if (!r) {
		r = walk_back(txn, &list, cursor ? &from : NULL);
		zong_txn_end(txn);
	}
	if (!r && list.more) {
		key_of(list.last, &from);
		r = zong_cursor_make(from.bytes, from.len, &next);
	}
	if (r) {
		zong_audit_free(list.line, list.count);
		return zong_err_set(err, r, NULL);
	}
	*ret_lines = list.line;
	*ret_count = list.count;
	*ret_next = next;
	return 0;
}

/* ---- the table ---- */

static int add_line(struct zong_csvout *out, const Zong__LogRecord *line)
{
	char seq[24], time[ZONG_TIME_TEXT], count[24], hash[2 * ZONG_DIGEST_SIZE + 1] = "";

	snprintf(seq, sizeof(seq), "%" PRIu64, line->seq);
	snprintf(count, sizeof(count), "%" PRIu64, line->count);
	zong_time_format(line->time, time);
	for (size_t i = 0; i < line->hash.len && i < ZONG_DIGEST_SIZE; i++)
		snprintf(hash + 2 * i, 3, "%02x", line->hash.data[i]);
	return zong_csvout_row(out,
		(const char *const[]){seq, time, line->subject, line->name, line->verb,
			line->object, line->detail, line->purpose, line->origin, count, hash},
		COLUMNS);
}

/* Some lines from *first on, which moves. *ret_more: there are others before @end. */
static int add_some(struct zong_archive *archive, const struct wish *wish, uint64_t *first,
	uint64_t end, struct zong_csvout *out, bool *ret_more)
{
	struct zong_iter iter = {0};
	struct zong_key start;
	struct zong_txn *txn;
	size_t lines = 0;
	int err = zong_store_read_begin(archive->store, &txn);

	if (err)
		return err;
	key_of(*first, &start);
	err = zong_iter_begin(&iter, txn, ZONG_TABLE_LOG, NULL, &start, false);
	while (!err && *first < end && lines < LINES_AT_ONCE &&
		(err = zong_iter_next(&iter)) == 0) {
		Zong__LogRecord *line = zong__log_record__unpack(NULL, iter.value_len, iter.value);

		if (!line) {
			err = ZONG_ECORRUPT;
			break;
		}
		lines++;
		*first = line->seq + 1;
		if (line->seq < end && is_wished(wish, line))
			err = add_line(out, line);
		zong__log_record__free_unpacked(line, NULL);
	}
	zong_iter_end(&iter);
	zong_txn_end(txn);
	*ret_more = !err && *first < end;
	return err == ZONG_EEND ? 0 : err;
}

static int write_table(
	struct zong_archive *archive, const struct wish *wish, struct zong_csvout *out)
{
	static const char *const names[COLUMNS] = {"序号", "时间", "主体", "姓名", "动作", "对象",
		"详情", "用途", "来源", "次数", "校验"};
	struct zong_txn *txn;
	uint64_t first, end;
	bool more = true;
	int err = zong_store_read_begin(archive->store, &txn);

	if (!err) {
		err = bounds(txn, wish, &first, &end);
		zong_txn_end(txn);
	}
	if (!err)
		err = zong_csvout_row(out, names, COLUMNS);
	while (!err && more)
		err = add_some(archive, wish, &first, end, out, &more);
	return err;
}

int zong_audit_export(struct zong_archive *archive, const struct zong_subject *who,
	const struct zong_audit *audit, const char *encoding, int *ret_fd, uint64_t *ret_len,
	struct zong_err *err)
{
	struct zong_csvout out;
	struct wish wish;
	int r = zong_access_may(who, ZONG_VERB_LOG_READ, NULL);

	if (r)
		return zong_err_set(err, r, NULL);
	r = read_wish(audit, &wish, err);
	if (r)
		return r;
	r = zong_csvout_begin(&out, archive->spool, encoding);
	if (!r)
		r = record(archive, who, audit, "log.export");
	if (!r)
		r = write_table(archive, &wish, &out);
	if (!r)
		r = zong_csvout_end(&out, ret_fd, ret_len);
	if (r)
		zong_csvout_release(&out);
	return r ? zong_err_set(err, r, "%s", r == ZONG_EINVAL ? "encoding" : "") : 0;
}
