/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/access.h>

#include "chain.h"
#include "cursor.h"
#include "journal.h"
#include "look.h"
#include "row.h"

/* ---- the links of a case ---- */

static bool may_see(struct zong_txn *txn, const struct zong_subject *who, const char *no)
{
	_cleanup_row_ Zong__Case *cas = NULL;

	return zong_look_case(txn, who, no, &cas) == 0;
}

static int gather(struct zong_txn *txn, const struct zong_subject *who, const char *no,
	Zong__Link ***ret_links, size_t *ret_count)
{
	Zong__Link **back = NULL, **on = NULL, **all = NULL;
	size_t backs = 0, ons = 0, count = 0;
	int err = zong_chain_links(txn, no, true, &back, &backs);

	if (!err)
		err = zong_chain_links(txn, no, false, &on, &ons);
	if (!err) {
		all = calloc(backs + ons + 1, sizeof(Zong__Link *));
		err = all ? 0 : ZONG_ENOMEM;
	}
	for (size_t i = 0; i < backs + ons && !err; i++) {
		Zong__Link **link = i < backs ? &back[i] : &on[i - backs];

		if (!may_see(txn, who, i < backs ? (*link)->earlier : (*link)->later))
			continue;
		all[count++] = *link;
		*link = NULL;
	}
	for (size_t i = 0; i < backs; i++)
		zong_row_cleanup(&back[i]);
	for (size_t i = 0; i < ons; i++)
		zong_row_cleanup(&on[i]);
	free(back);
	free(on);
	*ret_links = all;
	*ret_count = count;
	return err;
}

int zong_link_get(struct zong_archive *archive, const struct zong_subject *who, const char *no,
	Zong__Link ***ret_links, size_t *ret_count, struct zong_err *err)
{
	char object[ZONG_LIMIT_CASE_NO_BYTES + 16];
	_cleanup_row_ Zong__Case *cas = NULL;
	struct zong_txn *txn;
	int r = zong_access_may(who, ZONG_VERB_CASE_READ, NULL);

	if (!r)
		r = zong_store_read_begin(archive->store, &txn);
	if (r)
		return zong_err_set(err, r, NULL);
	r = zong_look_case(txn, who, no, &cas);
	if (!r)
		r = gather(txn, who, cas->no, ret_links, ret_count);
	zong_txn_end(txn);
	if (r)
		return zong_err_set(err, r, "%s", no);
	snprintf(object, sizeof(object), "case/%s", cas->no);
	r = zong_journal_read(archive->journal, who, "case.read", object);
	if (r) {
		zong_links_free(*ret_links, *ret_count);
		return zong_err_set(err, r, NULL);
	}
	return 0;
}

/* ---- what is open ---- */

struct listing {
	struct zong_txn *txn;
	bool doubtful;
	size_t max, count;
	Zong__Link **link;
	struct zong_key last;
	bool more;
};

static int walk_open(struct listing *list, const struct zong_key *from)
{
	struct zong_iter iter = {0};
	struct zong_key prefix;
	int err;

	zong_key_clear(&prefix);
	zong_key_u8(&prefix, 'd');
	err = zong_iter_begin(&iter, list->txn, ZONG_TABLE_LINKS_OPEN,
		list->doubtful ? &prefix : NULL, from, false);
	while (!err && (err = zong_iter_next(&iter)) == 0) {
		struct zong_key_view view = iter.key;
		const char *later, *earlier;
		uint8_t kind;

		/* the cursor is the last row taken, so it comes again first */
		if (from && iter.key.len == from->len &&
			memcmp(iter.key.bytes, from->bytes, from->len) == 0)
			continue;
		list->more = list->count == list->max;
		if (list->more)
			break;
		if (!zong_key_take_u8(&view, &kind) || !zong_key_take_str(&view, &later) ||
			!zong_key_take_str(&view, &earlier)) {
			err = ZONG_ECORRUPT;
			break;
		}
		zong_key_clear(&list->last);
		zong_key_bytes(&list->last, iter.key.bytes, iter.key.len);
		err = zong_chain_row(list->txn, later, earlier, &list->link[list->count]);
		if (!err)
			list->count++;
		else if (err == ZONG_ENOENT)
			err = ZONG_ECORRUPT;
	}
	zong_iter_end(&iter);
	return err == ZONG_EEND ? 0 : err;
}

int zong_link_list(struct zong_archive *archive, const struct zong_subject *who, bool doubtful,
	const char *cursor, size_t max, Zong__Link ***ret_links, size_t *ret_count, char **ret_next,
	struct zong_err *err)
{
	struct listing list = {.doubtful = doubtful};
	struct zong_key from;
	char *next = NULL;
	int r = zong_access_may(who, ZONG_VERB_LINK_LIST, NULL);

	if (!r && cursor)
		r = zong_cursor_take(cursor, &from);
	if (r)
		return zong_err_set(err, r, NULL);
	list.max = max < 1 ? 1 : max > ZONG_LIMIT_PAGE_ITEMS ? ZONG_LIMIT_PAGE_ITEMS : max;
	list.link = calloc(list.max, sizeof(Zong__Link *));
	r = list.link ? zong_store_read_begin(archive->store, &list.txn) : ZONG_ENOMEM;
	if (!r) {
		r = walk_open(&list, cursor ? &from : NULL);
		zong_txn_end(list.txn);
	}
	if (!r && list.more)
		r = zong_cursor_make(list.last.bytes, list.last.len, &next);
	if (!r && list.count)
		r = zong_journal_read(archive->journal, who, "link.list", "links");
	if (r) {
		zong_links_free(list.link, list.count);
		free(next);
		return zong_err_set(err, r, NULL);
	}
	*ret_links = list.link;
	*ret_count = list.count;
	*ret_next = next;
	return 0;
}
