/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>


#include "day_number.h"
#include "journal.h"
#include "query_row.h"

#define LETTERS "CX"

const char *zong_query_rule_proxy(const struct zong_archive *archive)
{
	return archive->query_rules ? archive->query_rules->proxy : "";
}

unsigned int zong_query_rule_days(const struct zong_archive *archive)
{
	return archive->query_rules ? archive->query_rules->days : 0;
}

const struct zong_query_asker *zong_query_asker_at(const struct zong_archive *archive, size_t at)
{
	const struct zong_query_rules *rules = archive->query_rules;

	return rules && at < rules->askers ? &rules->asker[at] : NULL;
}

/* ---- lifecycle ---- */

void zong_query_release(struct zong_query *query)
{
	zong_row_cleanup(&query->row);
	zong_materials_free(query->scan, query->scans);
	zong_warnings_release(&query->warnings);
	memset(query, 0, sizeof(*query));
}

void zong_queries_free(Zong__Query **queries, size_t count)
{
	for (size_t i = 0; queries && i < count; i++)
		zong__query__free_unpacked(queries[i], NULL);
	free(queries);
}

/* ---- rows ---- */

bool zong_query_no_valid(const char *no)
{
	return zong_day_number_valid(no, LETTERS);
}

void zong_query_log_object(const char *no, char ret_object[ZONG_QUERY_NO + 16])
{
	snprintf(ret_object, ZONG_QUERY_NO + 16, "query/%s", no);
}

int zong_query_row(struct zong_txn *txn, const char *no, Zong__Query **ret_query)
{
	ProtobufCMessage *row;
	struct zong_key key;
	int err;

	if (!zong_query_no_valid(no))
		return ZONG_ENOQUERY;
	zong_row_key_str(&key, no);
	err = zong_txn_get(txn, ZONG_TABLE_QUERIES, &key, &zong__query__descriptor, &row);
	if (!err)
		*ret_query = (Zong__Query *)row;
	return err == ZONG_ENOENT ? ZONG_ENOQUERY : err;
}

int zong_query_put(struct zong_txn *txn, Zong__Query *query)
{
	struct zong_key key;

	query->revision++;
	zong_row_key_str(&key, query->no);
	return zong_txn_put(txn, ZONG_TABLE_QUERIES, &key, &query->base);
}

/* A case may have been given the next one by hand. */
int zong_query_next(struct zong_txn *txn, int32_t today, char ret_no[ZONG_QUERY_NO])
{
	return zong_day_number_next(txn, ZONG_TABLE_QUERIES, ZONG_TABLE_CASES, LETTERS, today,
		ret_no, ZONG_QUERY_NO);
}

int zong_query_step(struct zong_txn *txn, const struct zong_subject *who, const char *no,
	const char *verb, const char *detail, const char *note, Zong__Step **ret_step)
{
	char object[ZONG_QUERY_NO + 16];

	zong_query_log_object(no, object);
	return zong_journal_step(txn, who, verb, object, detail, note, ret_step);
}

/* ---- with what belongs to it ---- */

static int load_scan(struct zong_txn *txn, const struct zong_id *id, void *ctx)
{
	_cleanup_row_ Zong__Material *material = NULL;
	struct zong_query *query = ctx;
	int err;

	if (query->scans == ZONG_LIMIT_QUERY_PROOFS)
		return ZONG_EEND;
	err = zong_row_material(txn, id, &material);
	if (err)
		return err == ZONG_ENOENT ? ZONG_ECORRUPT : err;
	if (!material->destroyed)
		query->scan[query->scans++] = take_ptr(material);
	return 0;
}

static int load_scans(struct zong_txn *txn, struct zong_query *query)
{
	query->scan = calloc(ZONG_LIMIT_QUERY_PROOFS, sizeof(*query->scan));
	if (!query->scan)
		return ZONG_ENOMEM;
	return zong_row_materials_of(txn, query->row->no, load_scan, query);
}

int zong_query_load(struct zong_archive *archive, struct zong_txn *txn, const char *no,
	struct zong_query *ret_query)
{
	struct zong_query query = {0};
	int err = zong_query_row(txn, no, &query.row);

	if (!err)
		err = load_scans(txn, &query);
	if (err) {
		zong_query_release(&query);
		return err;
	}
	if (query.row->state == ZONG__QUERY_STATE__QUERY_ENTERED)
		query.problems =
			zong_query_rules_judge(archive->query_rules, query.row, query.problem);
	*ret_query = query;
	return 0;
}
