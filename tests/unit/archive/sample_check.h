/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SAMPLE_CHECK_H
#define SAMPLE_CHECK_H

/* What a check finds in the fixture's archive, and rows that are harmed for it to find. */

#include <stdio.h>
#include <string.h>

#include <zong/check.h>

#include "fixture.h"

static inline int sample_note(void *ctx, const struct zong_finding *finding)
{
	char *found = ctx;
	size_t len = strlen(found);

	snprintf(found + len, 4000 - len, "%s %.60s%s\n", zong_finding_slug(finding->kind),
		finding->object, finding->repaired ? " repaired" : "");
	return 0;
}

/* What was found, one line each; static, until the next check. The archive is opened again, paused. */
static inline const char *sample_check(struct fixture *f, bool repair)
{
	static char found[4000];
	struct zong_check_options options = {.repair = repair, .found = sample_note, .ctx = found};
	struct zong_check_result result;

	found[0] = '\0';
	zong_archive_close(f->archive);
	f->archive = NULL;
	assert_int_equal(zong_check_run(f->dir, &options, &result, &f->err), 0);
	fixture_reopen(f, true);
	return found;
}

/* To the first row of a table. */
struct harm {
	enum zong_table table;
	bool only_open; /* ... of those whose key stands in @open, too */
	enum zong_table open;
	bool move; /* the key goes into @to as well */
	enum zong_table to;
	const void *bytes; /* in its place; NULL: it is taken away */
	size_t len;
};

static inline int sample_harm_first(struct zong_txn *txn, void *ctx)
{
	const struct harm *harm = ctx;
	struct zong_iter iter = {0};
	struct zong_key key;
	int err = zong_iter_begin(&iter, txn, harm->table, NULL, NULL, false);

	while (!err && (err = zong_iter_next(&iter)) == 0) {
		zong_key_clear(&key);
		zong_key_bytes(&key, iter.key.bytes, iter.key.len);
		if (!harm->only_open || zong_txn_has(txn, harm->open, &key))
			break;
	}
	zong_iter_end(&iter);
	if (err)
		return err;
	if (harm->move)
		return zong_txn_put_bytes(txn, harm->to, &key, NULL, 0);
	if (harm->bytes)
		return zong_txn_put_bytes(txn, harm->table, &key, harm->bytes, harm->len);
	return zong_txn_delete(txn, harm->table, &key);
}

static inline void do_harm(struct fixture *f, struct harm harm)
{
	assert_int_equal(zong_store_write(f->archive->store, sample_harm_first, &harm), 0);
}

#endif
