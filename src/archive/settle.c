/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include <zong/error.h>
#include <zong/time.h>

#include "deliver.h"
#include "inside.h"
#include "row.h"
#include "settle.h"

#define STEP 500 /* deliveries of one commit: some 10 ms */
#define NAME "settling"

/* ---- what is left to do: a byte of ZONG_SETTLE_*, and the key behind which the lowest of them goes on ---- */

struct mark {
	unsigned int what;
	struct zong_key from; /* empty: at the beginning */
};

static void key_mark(const char *department, struct zong_key *ret_key)
{
	zong_row_key_str(ret_key, NAME);
	zong_key_str(ret_key, department);
}

/* ZONG_ENOENT: nothing. */
static int get_mark(struct zong_txn *txn, const char *department, struct mark *ret_mark)
{
	const uint8_t *bytes;
	const void *value;
	struct zong_key key;
	size_t len;
	int err;

	key_mark(department, &key);
	err = zong_txn_get_bytes(txn, ZONG_TABLE_META, &key, &value, &len);
	if (err)
		return err;
	if (len < 1 || len > 1 + sizeof(ret_mark->from.bytes))
		return ZONG_ECORRUPT;
	bytes = value;
	ret_mark->what = bytes[0];
	zong_key_clear(&ret_mark->from);
	zong_key_bytes(&ret_mark->from, bytes + 1, len - 1);
	return 0;
}

static int put_mark(struct zong_txn *txn, const char *department, const struct mark *mark)
{
	uint8_t bytes[1 + sizeof(mark->from.bytes)];
	struct zong_key key;

	key_mark(department, &key);
	if (!mark->what)
		return zong_txn_delete(txn, ZONG_TABLE_META, &key);
	bytes[0] = (uint8_t)mark->what;
	memcpy(bytes + 1, mark->from.bytes, mark->from.len);
	return zong_txn_put_bytes(txn, ZONG_TABLE_META, &key, bytes, 1 + mark->from.len);
}

int zong_settle_begin(struct zong_txn *txn, const char *department, unsigned int what)
{
	struct mark mark = {0};
	int err = get_mark(txn, department, &mark);

	if (err && err != ZONG_ENOENT)
		return err;
	if (what & ZONG_SETTLE_SEND)
		mark.what &= ~(ZONG_SETTLE_TAKE_OUT | ZONG_SETTLE_REVIVE);
	if (what & ZONG_SETTLE_TAKE_OUT)
		mark.what &= ~ZONG_SETTLE_SEND;
	mark.what |= what;
	zong_key_clear(&mark.from);
	return put_mark(txn, department, &mark);
}

bool zong_settle_holds(struct zong_txn *txn, const char *department)
{
	struct mark mark;

	return get_mark(txn, department, &mark) == 0 && (mark.what & ZONG_SETTLE_SEND);
}

/* ---- one delivery ---- */

static int send_now(struct zong_txn *txn, Zong__Delivery *delivery, void *ctx)
{
	struct zong_deliver_place before;

	(void)ctx;
	/* one that stands again goes out with its notice */
	if (delivery->next_attempt || delivery->restored.len || delivery->cursor == 0)
		return 0;
	zong_deliver_place(delivery, &before);
	delivery->next_attempt = zong_time_now();
	return zong_deliver_put(txn, delivery, &before);
}

static int send_no_more(struct zong_txn *txn, Zong__Delivery *delivery, void *ctx)
{
	struct zong_deliver_place before;

	(void)ctx;
	zong_deliver_place(delivery, &before);
	delivery->next_attempt = 0;
	delivery->dead = false;
	return zong_deliver_put(txn, delivery, &before);
}

static int hasten(struct zong_txn *txn, Zong__Delivery *delivery, void *ctx)
{
	int64_t now = zong_time_now();
	struct zong_deliver_place before;

	(void)ctx;
	if (delivery->next_attempt <= now)
		return 0;
	zong_deliver_place(delivery, &before);
	delivery->next_attempt = now;
	return zong_deliver_put(txn, delivery, &before);
}

/* ---- a step ---- */

struct walk {
	enum zong_table table;
	uint8_t letter; /* 0: none stands before the department */
	zong_deliver_each *each;
};

static const struct walk walks[] = {
	{ZONG_TABLE_OUTBOX, 0, send_no_more},
	{ZONG_TABLE_DELIVERIES_BY_STATE, ZONG_DELIVERIES_DEAD, send_no_more},
	{ZONG_TABLE_DELIVERIES_BY_STATE, ZONG_DELIVERIES_DUE, send_now},
	{ZONG_TABLE_DELIVERIES_BY_STATE, ZONG_DELIVERIES_WAITING, zong_deliver_look_again},
	{ZONG_TABLE_OUTBOX, 0, hasten},
};

struct step {
	const char *department;
	bool more;
	struct zong_id id[STEP];
	size_t count;
};

/* The next ones, and where it goes on behind them: the walk changes what it walks over. */
static int gather(
	struct zong_txn *txn, struct step *step, const struct walk *walk, struct zong_key *from)
{
	struct zong_iter iter = {0};
	struct zong_key prefix;
	int err;

	zong_key_clear(&prefix);
	if (walk->letter)
		zong_key_u8(&prefix, walk->letter);
	zong_key_str(&prefix, step->department);
	step->count = 0;
	err = zong_iter_begin(&iter, txn, walk->table, &prefix, from->len ? from : NULL, false);
	while (!err && step->count < STEP && (err = zong_iter_next(&iter)) == 0) {
		struct zong_key_view view = iter.key;
		uint64_t at;

		zong_key_clear(from);
		zong_key_bytes(from, view.bytes, view.len);
		zong_key_u8(from, 0); /* the first one behind it */
		view.bytes += prefix.len;
		view.len -= prefix.len;
		/* a key that is none is what zong check names, and holds up nobody */
		if (zong_key_take_u64(&view, &at) &&
			zong_key_take_id(&view, &step->id[step->count]))
			step->count++;
	}
	zong_iter_end(&iter);
	return err;
}

/* One whose row is damaged or not there stays as it is. */
static int move(struct zong_txn *txn, const struct zong_id *id, const struct walk *walk)
{
	_cleanup_row_ Zong__Delivery *delivery = NULL;
	int err = zong_row_delivery(txn, id, &delivery);

	if (!err)
		err = walk->each(txn, delivery, NULL);
	return err == ZONG_ENOENT || err == ZONG_ECORRUPT ? 0 : err;
}

static int write_step(struct zong_txn *txn, void *ctx)
{
	struct step *step = ctx;
	const struct walk *walk;
	struct mark mark;
	unsigned int lowest;
	int err = get_mark(txn, step->department, &mark), end = 0;

	step->more = false;
	if (err)
		return err == ZONG_ENOENT ? 0 : err;
	lowest = mark.what & -mark.what;
	if (!lowest || lowest > ZONG_SETTLE_HASTEN)
		return ZONG_ECORRUPT;
	walk = &walks[__builtin_ctz(lowest)];
	end = gather(txn, step, walk, &mark.from);
	err = end == ZONG_EEND ? 0 : end;
	for (size_t i = 0; i < step->count && !err; i++)
		err = move(txn, &step->id[i], walk);
	if (end == ZONG_EEND) {
		mark.what &= ~lowest;
		zong_key_clear(&mark.from);
	}
	step->more = mark.what != 0;
	return err ? err : put_mark(txn, step->department, &mark);
}

int zong_settle_step(struct zong_archive *archive, const char *department, bool *ret_more)
{
	struct step step = {.department = department};
	int err = zong_store_write(archive->store, write_step, &step);

	if (!err)
		*ret_more = step.more;
	return err;
}

int zong_settle_all(struct zong_archive *archive, const char *department)
{
	bool more = true;
	int err = 0;

	while (!err && more)
		err = zong_settle_step(archive, department, &more);
	return err;
}

/* ---- for push/ ---- */

int zong_outbox_settle(struct zong_archive *archive, const char *from,
	char ret_department[ZONG_LIMIT_DEPARTMENT_ID + 1])
{
	char department[ZONG_LIMIT_DEPARTMENT_ID + 1];
	struct zong_iter iter = {0};
	struct zong_key prefix, start;
	struct zong_key_view view;
	struct zong_txn *txn;
	const char *text;
	bool more;
	int err;

	zong_row_key_str(&prefix, NAME);
	key_mark(from, &start);
	zong_key_u8(&start, 0);
	err = zong_store_read_begin(archive->store, &txn);
	if (err)
		return err;
	err = zong_iter_begin(&iter, txn, ZONG_TABLE_META, &prefix, from[0] ? &start : NULL, false);
	if (!err)
		err = zong_iter_next(&iter);
	if (!err) {
		view = iter.key;
		if (!zong_key_take_str(&view, &text) || !zong_key_take_str(&view, &text) ||
			strlen(text) > ZONG_LIMIT_DEPARTMENT_ID)
			err = ZONG_ECORRUPT;
		else
			snprintf(department, sizeof(department), "%s", text);
	}
	zong_iter_end(&iter);
	zong_txn_end(txn);
	if (err)
		return err;
	memcpy(ret_department, department, sizeof(department));
	return zong_settle_step(archive, department, &more);
}

/* A line in the log that is later than @now: as the clock went then. */
static int look_ahead(struct zong_txn *txn, int64_t now, bool *ret_ahead)
{
	struct zong_iter iter = {0};
	Zong__LogRecord *line;
	int err = zong_iter_begin(&iter, txn, ZONG_TABLE_LOG, NULL, NULL, true);

	if (!err)
		err = zong_iter_next(&iter);
	*ret_ahead = false;
	if (!err) {
		line = zong__log_record__unpack(NULL, iter.value_len, iter.value);
		*ret_ahead = line && line->time > now + ZONG_SECOND;
		if (line)
			zong__log_record__free_unpacked(line, NULL);
	}
	zong_iter_end(&iter);
	return err == ZONG_EEND ? 0 : err;
}

int zong_outbox_ahead(struct zong_archive *archive, int64_t now, bool *ret_ahead)
{
	struct zong_txn *txn;
	bool ahead = false;
	int err = zong_store_read_begin(archive->store, &txn);

	if (err)
		return err;
	err = look_ahead(txn, now, &ahead);
	zong_txn_end(txn);
	if (!err)
		*ret_ahead = ahead;
	return err;
}

static int write_hasten(struct zong_txn *txn, void *ctx)
{
	return zong_settle_begin(txn, ctx, ZONG_SETTLE_HASTEN);
}

int zong_outbox_hasten(struct zong_archive *archive)
{
	char department[ZONG_LIMIT_DEPARTMENT_ID + 1] = "";
	int64_t due;
	int err = 0;

	while (!err) {
		err = zong_outbox_department(archive, department, department, &due);
		if (!err)
			err = zong_store_write(archive->store, write_hasten, department);
	}
	return err == ZONG_EEND ? 0 : err;
}
