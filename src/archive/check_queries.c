/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "check.h"
#include "query_row.h"

/* Queries: each under its number, with the case that its scans are filed under; what is decided says by whom, and what went out on paper
 * can be known again. */

static int wrong(struct zong_check *check, const char *no, const char *detail)
{
	struct zong_finding *finding =
		zong_check_add(check, ZONG_FINDING_ROW_WRONG, "queries", "query/%s", no);

	zong_check_detail(finding, "%s", detail);
	return finding ? 0 : ZONG_ENOMEM;
}

static int check_state(struct zong_check *check, const Zong__Query *query)
{
	bool open = query->state == ZONG__QUERY_STATE__QUERY_ENTERED;
	bool paper = query->state == ZONG__QUERY_STATE__QUERY_GRANTED ||
		     query->state == ZONG__QUERY_STATE__QUERY_REFUSED;

	if (!query->entered || !query->querent)
		return wrong(check, query->no, "nobody asked");
	if ((query->decided == NULL) != open)
		return wrong(
			check, query->no, open ? "is decided and open" : "is decided by nobody");
	if ((query->check[0] != '\0') != paper)
		return wrong(check, query->no,
			paper ? "its paper cannot be known again" : "has a word for a paper");
	if (query->n_found && query->state != ZONG__QUERY_STATE__QUERY_GRANTED)
		return wrong(check, query->no, "tells what was not granted");
	return 0;
}

static int check_query(
	struct zong_check *check, struct zong_txn *txn, const struct zong_iter *iter, bool sound)
{
	_cleanup_row_ Zong__Query *row =
		sound ? zong__query__unpack(NULL, iter->value_len, iter->value) : NULL;
	struct zong_key key;
	int err;

	if (!row || iter->key.len != strlen(row->no) + 1 ||
		memcmp(iter->key.bytes, row->no, iter->key.len) != 0)
		return zong_check_damaged(check, "queries", iter);
	err = check_state(check, row);
	if (err)
		return err;
	zong_row_key_str(&key, row->no);
	return zong_txn_has(txn, ZONG_TABLE_CASES, &key)
		       ? 0
		       : zong_check_gone(check, "cases", "case", row->no);
}

int zong_check_queries(struct zong_check *check)
{
	return zong_check_table(check, ZONG_TABLE_QUERIES, check_query);
}
