/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/bulk.h>

#include "journal.h"

static const char *const part_names[] = {
#define PART_NAME(part, name) name,
	ZONG_CHECK_PARTS(PART_NAME)
#undef PART_NAME
};

const char *zong_check_part_name(enum zong_check_part part)
{
	return part_names[part];
}

void zong_check_enter(struct zong_check *check, enum zong_check_part part)
{
	check->part = part;
	if (check->options->part)
		*check->options->part = (uint32_t)part;
}

static const struct {
	enum zong_check_part part;
	int (*run)(struct zong_check *check);
} parts[] = {
	{ZONG_CHECK_RECIPES, zong_check_recipes},
	{ZONG_CHECK_CASES, zong_check_cases},
	{ZONG_CHECK_MATERIALS, zong_check_materials},
	{ZONG_CHECK_FILE_ROWS, zong_check_file_rows},
	{ZONG_CHECK_JOBS, zong_check_jobs},
	{ZONG_CHECK_RASTERS, zong_check_rasters},
	{ZONG_CHECK_READINGS, zong_check_readings},
	{ZONG_CHECK_DEPARTMENTS, zong_check_departments},
	{ZONG_CHECK_DELIVERIES, zong_check_deliveries},
	{ZONG_CHECK_TOKENS, zong_check_tokens},
	{ZONG_CHECK_USERS, zong_check_users},
	{ZONG_CHECK_REVIEWS, zong_check_reviews},
	{ZONG_CHECK_UNITS, zong_check_units},
	{ZONG_CHECK_LINKS, zong_check_links},
	{ZONG_CHECK_ORIGINALS, zong_check_originals},
	{ZONG_CHECK_HANDOVERS, zong_check_handovers},
	{ZONG_CHECK_VOLUMES, zong_check_volumes},
	{ZONG_CHECK_QUERIES, zong_check_queries},
	{ZONG_CHECK_CATALOGUES, zong_check_catalogues},
	{ZONG_CHECK_PROPERTIES, zong_check_properties},
	{ZONG_CHECK_LOG_TREE, zong_check_log_tree},
	{ZONG_CHECK_INDEXES, zong_check_indexes},
	{ZONG_CHECK_CHANGES, zong_check_changes},
	{ZONG_CHECK_COUNTERS, zong_check_counters},
	{ZONG_CHECK_OTHERS, zong_check_others},
	{ZONG_CHECK_TEXT, zong_check_textindex},
};

static bool skipped(const struct zong_check *check, enum zong_check_part part)
{
	return check->options->skip >> part & 1;
}

/* A page of a vault that does not open ends the walk over its part with a code, where LMDB is killed by one of its own: the
 * parts behind it are looked at all the same. Not in a repair, which must not take for gone what it cannot read. */
static int go_on(struct zong_check *check, int err)
{
	struct zong_finding finding = {.kind = ZONG_FINDING_PART_UNREADABLE,
		.table = zong_check_part_name(check->part)};

	if (err != ZONG_ECORRUPT || check->repair || !zong_store_is_sealed(check->store))
		return err;
	snprintf(finding.object, sizeof(finding.object), "%s", finding.table);
	zong_check_emit(check, &finding);
	return check->stopped ? ZONG_ECANCELLED : 0;
}

/* What one part has put right, a part before it may have needed: an image's row is made from its job, a job from its
 * image's row. So in a repair the parts of rows are gone through until a round finds nothing to do, three times at most; what is
 * found again is the same thing, and is not told of again. */
static int run_rows(struct zong_check *check)
{
	int err = 0;

	for (size_t i = 0; !err && i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (skipped(check, parts[i].part))
			continue;
		zong_check_enter(check, parts[i].part);
		err = go_on(check, parts[i].run(check));
	}
	return err;
}

static int reopen(struct zong_check *check, const char *dir, struct zong_err *err)
{
	struct zong_store_options options = {
		.read_only = !check->repair,
	};
	int code;

	zong_store_close(check->store);
	check->store = NULL;
	if (check->options->vault && !check->key) {
		code = zong_check_vault_open(check, dir, err);
		if (code)
			return code;
	}
	if (check->key)
		options.key = zong_vault_key_bytes(check->key);
	code = zong_store_open(check->key ? check->dir : dir, &options, &check->store, err);
	if (check->key && code == ZONG_EBUSY)
		return zong_err_set(err, ZONG_EVAULTOPEN, "%s", check->options->vault->department);
	return code;
}

/* ---- the record of a repair ---- */

struct record {
	const char *verb;
	char detail[2000];
};

static int write_record(struct zong_txn *txn, void *ctx)
{
	const struct record *record = ctx;

	return zong_journal_add(txn, NULL, record->verb, "archive", record->detail, NULL);
}

static int record_repair(struct zong_check *check)
{
	struct record record = {
		.verb = check->options->reindex ? "archive.reindex" : "archive.repair"};
	size_t at = (size_t)snprintf(record.detail, sizeof(record.detail),
		"findings %llu, repaired %llu", (unsigned long long)check->result.findings,
		(unsigned long long)check->result.repaired);
	char text[ZONG_DIGEST_TEXT];
	int err;

	for (int table = 0; table < ZONG_TABLE_COUNT_ && at < sizeof(record.detail); table++)
		if (check->put[table] || check->taken[table])
			at += (size_t)snprintf(record.detail + at, sizeof(record.detail) - at,
				"; %s +%llu -%llu", zong_table_name((enum zong_table)table),
				(unsigned long long)check->put[table],
				(unsigned long long)check->taken[table]);
	for (size_t i = 0; i < check->segment_count && at < sizeof(record.detail); i++) {
		zong_digest_format(&check->segments[i].digest, text);
		at += (size_t)snprintf(
			record.detail + at, sizeof(record.detail) - at, "; %s", text);
	}
	if (check->result.findings == 0 && !check->options->reindex)
		return 0;
	err = zong_store_write(check->store, write_record, &record);
	/* A log whose last line is damaged takes no further one; that it is has been told. */
	return err == ZONG_ECORRUPT ? 0 : err;
}

/* ---- a check ---- */

static int swallow(void *ctx, const struct zong_finding *finding)
{
	(void)ctx;
	(void)finding;
	return 0;
}

/* The rounds of a repair after the first: nothing is told, and the result is that of the first. */
static int settle_rows(struct zong_check *check)
{
	struct zong_check_options quiet = *check->options;
	const struct zong_check_options *options = check->options;
	struct zong_check_result result = check->result;
	uint64_t before;
	int rounds;
	int err = 0;

	quiet.found = swallow;
	quiet.reindex = false;
	check->options = &quiet;
	for (rounds = 0; !err && rounds < 3; rounds++) {
		before = check->result.repaired;
		zong_check_names_release(&check->absent);
		err = run_rows(check);
		if (check->result.repaired == before)
			break;
	}
	check->options = options;
	result.counters_compared = check->result.counters_compared;
	check->result = result;
	return err;
}

static int run(struct zong_check *check, const char *dir, struct zong_err *err)
{
	int code = 0;

	if (!skipped(check, ZONG_CHECK_LOG)) {
		zong_check_enter(check, ZONG_CHECK_LOG);
		code = go_on(check, zong_check_log(check));
	}
	if (!code && !check->options->reindex)
		code = go_on(check, zong_check_bulk(check));
	/* The writer remembers what segments/ occupies. */
	if (!code && check->repair && check->segment_count) {
		uint64_t counted, total;

		code = zong_bulk_total(check->store, true, &counted, &total);
		if (!code)
			code = reopen(check, dir, err);
	}
	if (!code)
		code = run_rows(check);
	if (!code && check->repair && check->result.repaired)
		code = settle_rows(check);
	if (!code && !check->options->vault && !check->options->reindex &&
		!skipped(check, ZONG_CHECK_VAULTS)) {
		zong_check_enter(check, ZONG_CHECK_VAULTS);
		code = zong_check_vaults(check, dir);
	}
	if (!code && check->repair)
		code = record_repair(check);
	return code;
}

static void release(struct zong_check *check)
{
	zong_check_step_release(check);
	zong_check_puts_release(&check->owner_puts);
	zong_check_names_release(&check->lost);
	zong_check_names_release(&check->absent);
	for (size_t i = 0; i < check->segment_count; i++)
		free(check->segments[i].files);
	free(check->segments);
	zong_vault_key_free(check->key);
	free(check->dir);
}

int zong_check_rows(struct zong_store *store, const struct zong_check_options *options)
{
	struct zong_check check = {.options = options, .store = store};
	int err = go_on(&check, zong_check_log(&check));

	if (!err)
		err = run_rows(&check);
	release(&check);
	return err;
}

int zong_check_run(const char *dir, const struct zong_check_options *options,
	struct zong_check_result *ret_result, struct zong_err *err)
{
	struct zong_check check = {.options = options, .repair = options->repair};
	int code;

	zong_check_enter(&check, ZONG_CHECK_OPEN);
	code = options->vault && options->from ? ZONG_EINVAL : reopen(&check, dir, err);
	if (!code)
		code = run(&check, dir, err);
	if (code && err && err->code != code)
		zong_err_set(err, code, "%s", dir);
	zong_store_close(check.store);
	release(&check);
	*ret_result = check.result;
	return code;
}
