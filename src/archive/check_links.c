/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "chain.h"
#include "check.h"
#include "row.h"

/* The links between cases: each row under its two numbers, of cases that are there, with its entries by the earlier case and
 * among what is open, and no entry of anything else. */

static int check_end(
	struct zong_check *check, struct zong_txn *txn, const Zong__Link *link, const char *no)
{
	struct zong_key key;

	zong_row_key_str(&key, no);
	if (zong_txn_has(txn, ZONG_TABLE_CASES, &key))
		return 0;
	return zong_check_add(check, ZONG_FINDING_ROW_MISSING, "cases", "link/%s/%s of case/%s",
		       link->later, link->earlier, no)
		       ? 0
		       : ZONG_ENOMEM;
}

static int check_link(
	struct zong_check *check, struct zong_txn *txn, const struct zong_iter *iter, bool sound)
{
	_cleanup_row_ Zong__Link *row =
		sound ? zong__link__unpack(NULL, iter->value_len, iter->value) : NULL;
	struct zong_check_wanting wanting = {.check = check, .txn = txn};
	char text[ZONG_FINDING_OBJECT / 2];
	struct zong_key key;
	int err;

	if (row)
		zong_chain_key(row->later, row->earlier, &key);
	if (!row || iter->key.len != key.len || memcmp(iter->key.bytes, key.bytes, key.len) != 0) {
		zong_check_key_text(&iter->key, text, sizeof(text));
		return zong_check_add(check, ZONG_FINDING_ROW_DAMAGED, "links", "link/%s", text)
			       ? 0
			       : ZONG_ENOMEM;
	}
	err = check_end(check, txn, row, row->later);
	if (!err)
		err = check_end(check, txn, row, row->earlier);
	if (err)
		return err;
	snprintf(wanting.owner, sizeof(wanting.owner), "link/%s/%s", row->later, row->earlier);
	zong_txn_capture(txn, zong_check_wanted, &wanting);
	err = zong_chain_index(txn, row);
	zong_txn_capture(txn, NULL, NULL);
	return err;
}

/* Is the entry one of the row's? ZONG_ECORRUPT: the row has been told of. */
static int find_owner(struct zong_txn *txn, struct zong_key_view view, bool open)
{
	_cleanup_row_ Zong__Link *link = NULL;
	const char *first, *second;
	uint8_t kind = 0;
	int err;

	if ((open && !zong_key_take_u8(&view, &kind)) || !zong_key_take_str(&view, &first) ||
		!zong_key_take_str(&view, &second) || view.len)
		return ZONG_ENOENT;
	err = open ? zong_chain_row(txn, first, second, &link)
		   : zong_chain_row(txn, second, first, &link);
	if (err || !open)
		return err;
	return link->state == ZONG__LINK_STATE__LINK_PROPOSED &&
			       kind == (link->n_doubts ? 'd' : 's')
		       ? 0
		       : ZONG_ENOENT;
}

static int check_entry(struct zong_check *check, struct zong_txn *txn, const struct zong_iter *iter,
	enum zong_table table)
{
	int err = find_owner(txn, iter->key, table == ZONG_TABLE_LINKS_OPEN);
	char text[ZONG_FINDING_OBJECT / 2];
	struct zong_finding *finding;
	struct zong_key key;

	if (err != ZONG_ENOENT)
		return err == ZONG_ECORRUPT ? 0 : err;
	zong_check_key_text(&iter->key, text, sizeof(text));
	finding = zong_check_add(check, ZONG_FINDING_INDEX_EXTRA, zong_table_name(table), "%s/%s",
		zong_table_name(table), text);
	if (!finding)
		return ZONG_ENOMEM;
	zong_key_clear(&key);
	zong_key_bytes(&key, iter->key.bytes, iter->key.len);
	zong_check_fix_delete(check, finding, table, &key);
	return 0;
}

static int check_by_earlier(
	struct zong_check *check, struct zong_txn *txn, const struct zong_iter *iter, bool sound)
{
	(void)sound; /* entries have no checksum: they are compared */
	return check_entry(check, txn, iter, ZONG_TABLE_LINKS_BY_EARLIER);
}

static int check_open(
	struct zong_check *check, struct zong_txn *txn, const struct zong_iter *iter, bool sound)
{
	(void)sound;
	return check_entry(check, txn, iter, ZONG_TABLE_LINKS_OPEN);
}

int zong_check_links(struct zong_check *check)
{
	int err = zong_check_table(check, ZONG_TABLE_LINKS, check_link);

	if (!err)
		err = zong_check_table(check, ZONG_TABLE_LINKS_BY_EARLIER, check_by_earlier);
	return err ? err : zong_check_table(check, ZONG_TABLE_LINKS_OPEN, check_open);
}
