/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/access.h>
#include <zong/limits.h>
#include <zong/time.h>
#include <zong/utf8.h>

#include "codes.h"
#include "csvtable.h"
#include "inside.h"
#include "journal.h"
#include "row.h"

enum column { LIST, OURS, THEIRS, NAME, COLUMNS };

static const char *const lists[] = {"type", "kind", "cause"};

const char *zong_codes_kind(const char *kind)
{
	/* 登记类型 of the national standard for the register's database */
	static const struct {
		const char *word, *code;
	} kinds[] = {
		{"首次", "100"},
		{"转移", "200"},
		{"变更", "300"},
		{"注销", "400"},
		{"更正", "500"},
		{"异议", "600"},
		{"预告", "700"},
		{"查封", "800"},
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strncmp(kind, kinds[i].word, strlen(kinds[i].word)) == 0 &&
			(strcmp(kind + strlen(kinds[i].word), "登记") == 0 ||
				!kind[strlen(kinds[i].word)]))
			return kinds[i].code;
	return NULL;
}

/* ---- rows ---- */

void zong_codes_key(const char *department, uint32_t version, struct zong_key *ret_key)
{
	zong_row_key_str(ret_key, department);
	zong_key_u32(ret_key, version);
}

int zong_codes_newest(struct zong_txn *txn, const char *department, uint32_t *ret_version)
{
	struct zong_iter iter = {0};
	struct zong_key prefix;
	int err;

	*ret_version = 0;
	zong_row_key_str(&prefix, department);
	err = zong_iter_begin(&iter, txn, ZONG_TABLE_CODES, &prefix, NULL, true);
	if (!err)
		err = zong_iter_next(&iter);
	if (!err) {
		struct zong_key_view view = iter.key;
		const char *id;

		if (!zong_key_take_str(&view, &id) || !zong_key_take_u32(&view, ret_version))
			err = ZONG_ECORRUPT;
	}
	zong_iter_end(&iter);
	return err == ZONG_EEND ? 0 : err;
}

int zong_codes_find(struct zong_txn *txn, const char *department, uint32_t version,
	const char *list, const char *ours, Zong__Code **ret_code)
{
	ProtobufCMessage *row;
	struct zong_key key;
	int err;

	zong_codes_key(department, version, &key);
	zong_key_str(&key, list);
	zong_key_str(&key, ours);
	if (key.err)
		return ZONG_ENOENT; /* longer than any that was put */
	err = zong_txn_get(txn, ZONG_TABLE_CODES, &key, &zong__code__descriptor, &row);
	if (!err)
		*ret_code = (Zong__Code *)row;
	return err;
}

static int append(Zong__CodeTable *table, Zong__Code *code)
{
	Zong__Code **grown = realloc(table->codes, (table->n_codes + 1) * sizeof(*grown));

	if (!grown) {
		zong__code__free_unpacked(code, NULL);
		return ZONG_ENOMEM;
	}
	table->codes = grown;
	table->codes[table->n_codes++] = code;
	return 0;
}

static int read_codes(struct zong_txn *txn, Zong__CodeTable *table)
{
	struct zong_iter iter = {0};
	struct zong_key prefix;
	int err;

	zong_codes_key(table->department, table->version, &prefix);
	err = zong_iter_begin(&iter, txn, ZONG_TABLE_CODES, &prefix, NULL, false);
	while (!err && (err = zong_iter_next(&iter)) == 0) {
		Zong__Code *code;

		if (iter.key.len == prefix.len)
			continue; /* the table itself */
		code = zong__code__unpack(NULL, iter.value_len, iter.value);
		err = code ? append(table, code) : ZONG_ECORRUPT;
	}
	zong_iter_end(&iter);
	return err == ZONG_EEND ? 0 : err;
}

static int read_table(
	struct zong_txn *txn, const char *department, uint32_t version, Zong__CodeTable **ret_table)
{
	_cleanup_row_ Zong__CodeTable *table = NULL;
	ProtobufCMessage *row;
	struct zong_key key;
	int err = 0;

	if (!version)
		err = zong_codes_newest(txn, department, &version);
	if (!err && !version)
		err = ZONG_ENOENT;
	if (err)
		return err;
	zong_codes_key(department, version, &key);
	err = zong_txn_get(txn, ZONG_TABLE_CODES, &key, &zong__code_table__descriptor, &row);
	if (err)
		return err;
	table = (Zong__CodeTable *)row;
	err = read_codes(txn, table);
	if (!err)
		*ret_table = take_ptr(table);
	return err;
}

int zong_codes_get(struct zong_archive *archive, const struct zong_subject *who,
	const char *department, uint32_t version, Zong__CodeTable **ret_table, struct zong_err *err)
{
	struct zong_object object = {.department = department};
	struct zong_txn *txn;
	struct zong_key key;
	int code;

	code = zong_access_may(who, ZONG_VERB_DEPARTMENT_LIST, &object);
	if (code)
		return zong_err_set(
			err, code == ZONG_ENOENT ? ZONG_ENODEPARTMENT : code, "%s", department);
	code = zong_store_read_begin(archive->store, &txn);
	if (code)
		return zong_err_set(err, code, NULL);
	zong_row_key_str(&key, department);
	if (!zong_txn_has(txn, ZONG_TABLE_DEPARTMENTS, &key))
		code = ZONG_ENODEPARTMENT;
	else
		code = read_table(txn, department, version, ret_table);
	zong_txn_end(txn);
	return code ? zong_err_set(err, code, "%s", department) : 0;
}

/* ---- taking one in ---- */

static int find_columns(
	const struct zong_csvtable *table, size_t ret_at[COLUMNS], struct zong_err *err)
{
	static const char *const names[COLUMNS][2] = {
		{"list", "清单"}, {"ours", "本方"}, {"theirs", "对方"}, {"name", "名称"}};
	const struct zong_csvtable_row *row = zong_csvtable_columns(table);

	for (size_t column = 0; column < COLUMNS; column++) {
		ret_at[column] = SIZE_MAX;
		for (size_t i = 0; i < row->count; i++)
			if (strcmp(row->cell[i], names[column][0]) == 0 ||
				strcmp(row->cell[i], names[column][1]) == 0)
				ret_at[column] = i;
		if (ret_at[column] == SIZE_MAX && column != NAME)
			return zong_err_set(
				err, ZONG_EINVAL, "%s / %s", names[column][0], names[column][1]);
	}
	return 0;
}

static const char *known_list(const char *name)
{
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		if (strcmp(lists[i], name) == 0)
			return lists[i];
	return NULL;
}

static int refuse(struct zong_err *err, int code, uint64_t line, const char *what)
{
	return zong_err_set(err, code, "%llu: %s", (unsigned long long)line, what);
}

static int check_cell(const char *text, bool needed)
{
	size_t len = strlen(text);

	if (!len)
		return needed ? ZONG_EINVAL : 0;
	if (len > ZONG_LIMIT_CODE)
		return ZONG_ELIMIT;
	return zong_utf8_printable(text, len) ? 0 : ZONG_EENCODING;
}

static int take_row(Zong__CodeTable *table, const struct zong_csvtable_row *row,
	const size_t at[COLUMNS], struct zong_err *err)
{
	static const char *const what[COLUMNS] = {"list", "ours", "theirs", "name"};
	_cleanup_row_ Zong__Code *code = NULL;
	const char *cell[COLUMNS];
	int bad;

	if (row->code)
		return refuse(err, row->code, row->line, "");
	for (size_t i = 0; i < COLUMNS; i++) {
		cell[i] = at[i] < row->count ? row->cell[at[i]] : "";
		bad = check_cell(cell[i], i != NAME);
		if (bad)
			return refuse(err, bad, row->line, what[i]);
	}
	if (!known_list(cell[LIST]))
		return refuse(err, ZONG_EINVAL, row->line, cell[LIST]);
	for (size_t i = 0; i < table->n_codes; i++)
		if (strcmp(table->codes[i]->list, cell[LIST]) == 0 &&
			strcmp(table->codes[i]->ours, cell[OURS]) == 0)
			return refuse(err, ZONG_EINVAL, row->line, cell[OURS]);
	if (table->n_codes == ZONG_LIMIT_CODES)
		return refuse(err, ZONG_ELIMIT, row->line, "");
	code = zong_row_new(&zong__code__descriptor);
	if (!code || zong_row_set(&code->list, cell[LIST]) ||
		zong_row_set(&code->ours, cell[OURS]) ||
		zong_row_set(&code->theirs, cell[THEIRS]) ||
		zong_row_set(&code->name, cell[NAME]) || append(table, take_ptr(code)))
		return zong_err_set(err, ZONG_ENOMEM, NULL);
	return 0;
}

static int take_rows(struct zong_csvtable *csv, Zong__CodeTable *table, struct zong_err *err)
{
	struct zong_csvtable_row row;
	size_t at[COLUMNS];
	int code = find_columns(csv, at, err);

	while (!code) {
		code = zong_csvtable_next(csv, &row);
		if (code == ZONG_EEND)
			return table->n_codes ? 0 : zong_err_set(err, ZONG_ETABLE, NULL);
		if (code)
			return zong_err_set(err, code, NULL);
		code = take_row(table, &row, at, err);
	}
	return code;
}

static int by_word(const void *a, const void *b)
{
	const Zong__Code *x = *(Zong__Code *const *)a;
	const Zong__Code *y = *(Zong__Code *const *)b;
	int order = strcmp(x->list, y->list);

	return order ? order : strcmp(x->ours, y->ours);
}

static bool same_codes(const Zong__CodeTable *a, const Zong__CodeTable *b)
{
	if (a->n_codes != b->n_codes)
		return false;
	for (size_t i = 0; i < a->n_codes; i++)
		if (by_word(&a->codes[i], &b->codes[i]) != 0 ||
			strcmp(a->codes[i]->theirs, b->codes[i]->theirs) != 0 ||
			strcmp(a->codes[i]->name, b->codes[i]->name) != 0)
			return false;
	return true;
}

struct setting {
	const struct zong_subject *who;
	Zong__CodeTable *table;
	bool again;
};

static int put_table(struct zong_txn *txn, Zong__CodeTable *table)
{
	size_t count = table->n_codes;
	struct zong_key key;
	int err;

	zong_codes_key(table->department, table->version, &key);
	table->n_codes = 0;
	err = zong_txn_put(txn, ZONG_TABLE_CODES, &key, &table->base);
	table->n_codes = count;
	for (size_t i = 0; i < count && !err; i++) {
		zong_codes_key(table->department, table->version, &key);
		zong_key_str(&key, table->codes[i]->list);
		zong_key_str(&key, table->codes[i]->ours);
		err = zong_txn_put(txn, ZONG_TABLE_CODES, &key, &table->codes[i]->base);
	}
	return err;
}

static int write_table(struct zong_txn *txn, void *ctx)
{
	struct setting *setting = ctx;
	Zong__CodeTable *table = setting->table;
	_cleanup_row_ Zong__CodeTable *before = NULL;
	char object[64], detail[64];
	struct zong_key key;
	uint32_t newest = 0;
	int err;

	zong_row_key_str(&key, table->department);
	if (!zong_txn_has(txn, ZONG_TABLE_DEPARTMENTS, &key))
		return ZONG_ENODEPARTMENT;
	err = read_table(txn, table->department, 0, &before);
	if (err && err != ZONG_ENOENT)
		return err;
	setting->again = before && same_codes(before, table);
	if (before)
		newest = before->version;
	if (setting->again) {
		table->version = before->version;
		table->since = before->since;
		table->record = before->record;
		return zong_row_set(&table->by, before->by);
	}
	table->version = newest + 1;
	table->since = zong_time_now();
	snprintf(object, sizeof(object), "department/%s", table->department);
	snprintf(detail, sizeof(detail), "version %u, %zu codes", table->version, table->n_codes);
	err = zong_row_set(&table->by, setting->who->key);
	if (!err)
		err = zong_journal_add(
			txn, setting->who, "codes.set", object, detail, &table->record);
	return err ? err : put_table(txn, table);
}

int zong_codes_set(struct zong_archive *archive, const struct zong_subject *who,
	const char *department, int fd, uint64_t len, const char *encoding,
	Zong__CodeTable **ret_table, bool *ret_again, struct zong_err *err)
{
	_cleanup_row_ Zong__CodeTable *table = NULL;
	struct setting setting = {.who = who};
	struct zong_csvtable *csv;
	int code;

	code = zong_access_may(who, ZONG_VERB_DEPARTMENT_MANAGE, NULL);
	if (code)
		return zong_err_set(err, code, NULL);
	table = zong_row_new(&zong__code_table__descriptor);
	if (!table || zong_row_set(&table->department, department))
		return zong_err_set(err, ZONG_ENOMEM, NULL);
	code = zong_csvtable_open(fd, len, encoding, &csv, err);
	if (code)
		return code;
	code = take_rows(csv, table, err);
	zong_csvtable_close(csv);
	if (code)
		return code;
	qsort(table->codes, table->n_codes, sizeof(*table->codes), by_word);
	setting.table = table;
	code = zong_store_write(archive->store, write_table, &setting);
	if (code)
		return zong_err_set(err, code, "%s", department);
	*ret_again = setting.again;
	*ret_table = take_ptr(table);
	return 0;
}
