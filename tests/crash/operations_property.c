/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/property.h>

#include "property.h"
#include "steps.h"

/* The four properties of a case at each stage, each again in the place of the one before. A report is there with its line of the log, or
 * neither; that its text is what its digest says is looked at by zong check. */

#define STAGES 3

static int run_stage(struct house *house, const char *no, Zong__PropertyStage stage)
{
	const struct zong_property_order order = {
		.case_no = no, .stage = stage, .decode = stage != 0};
	Zong__PropertyReport *report;
	struct zong_err err;
	int code;

	do
		code = zong_property_run(house->open, &house->archivist, &order, &report, &err);
	while (code && house_trouble(house, code));
	if (code)
		return code;
	house_tell(house, "S %s %d %llu", no, (int)stage, (unsigned long long)report->record);
	zong__property_report__free_unpacked(report, NULL);
	return 0;
}

/* The newest case. */
static int find_case(struct house *house, char *ret_no, size_t size)
{
	struct zong_err err;
	Zong__Case **cases;
	char *next = NULL;
	size_t count;
	int code;

	do
		code = zong_case_list(
			house->open, &house->archivist, NULL, NULL, 1, &cases, &count, &next, &err);
	while (code && house_trouble(house, code));
	if (code)
		return code;
	snprintf(ret_no, size, "%s", count ? cases[0]->no : "");
	zong_cases_free(cases, count);
	free(next);
	return count ? 0 : ZONG_ENOCASE;
}

int run_properties(struct house *house)
{
	char no[ZONG_LIMIT_CASE_NO_BYTES + 1];
	int code = house_open(house, true);

	if (!code)
		code = find_case(house, no, sizeof(no));
	for (int i = 0; i < 2 * STAGES && !code; i++)
		code = run_stage(house, no, (Zong__PropertyStage)(i % STAGES));
	house_close(house);
	return code;
}

/* ---- afterwards ---- */

static void look(struct zong_txn *txn, const char *no, int stage, unsigned long long record)
{
	_cleanup_row_ Zong__PropertyReport *report = NULL;
	_cleanup_row_ Zong__LogRecord *line = NULL;
	struct zong_key key;
	int err = zong_property_row(txn, no, (Zong__PropertyStage)stage, NULL, &report);

	if (err || report->record < record) {
		wrong("the report of case %s, stage %d, is %s", no, stage,
			err ? zong_error_slug(err) : "an older one");
		return;
	}
	zong_key_clear(&key);
	zong_key_u64(&key, report->record);
	err = zong_txn_get(txn, ZONG_TABLE_LOG, &key, &zong__log_record__descriptor,
		(ProtobufCMessage **)&line);
	if (err || strcmp(line->verb, "property.run") != 0)
		wrong("the report of case %s, stage %d, has no line in the log", no, stage);
}

void house_check_properties(struct house *house)
{
	char no[ZONG_LIMIT_CASE_NO_BYTES + 1];
	unsigned long long record;
	struct zong_txn *txn;
	size_t count;
	char **lines = house_ledger(house, &count);
	int stage;

	if (zong_store_read_begin(house->open->store, &txn) == 0) {
		for (size_t i = 0; i < count; i++)
			if (sscanf(lines[i], "S %200s %d %llu", no, &stage, &record) == 3)
				look(txn, no, stage, record);
		zong_txn_end(txn);
	}
	house_ledger_free(lines, count);
}
