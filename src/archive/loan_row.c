/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include <zong/retention.h>
#include <zong/time.h>

#include "original_row.h"

const char *zong_loan_condition_name(Zong__LoanCondition condition)
{
	static const char *const names[] = {"out", "whole", "damaged", "lost"};

	return (size_t)condition < sizeof(names) / sizeof(names[0]) ? names[condition] : "unknown";
}

void zong_loan_key(const char *code, const struct zong_id *id, struct zong_key *ret_key)
{
	zong_row_key_str(ret_key, code);
	zong_key_id(ret_key, id);
}

int zong_loan_row(struct zong_txn *txn, const char *code, const ProtobufCBinaryData *bytes,
	Zong__Loan **ret_loan)
{
	ProtobufCMessage *row;
	struct zong_key key;
	struct zong_id id;
	int err;

	if (!zong_row_id(bytes, &id))
		return ZONG_ECORRUPT;
	zong_loan_key(code, &id, &key);
	err = zong_txn_get(txn, ZONG_TABLE_LOANS, &key, &zong__loan__descriptor, &row);
	if (!err)
		*ret_loan = (Zong__Loan *)row;
	return err == ZONG_ENOENT ? ZONG_ECORRUPT : err;
}

bool zong_loan_open_key(const Zong__Loan *loan, struct zong_key *ret_key)
{
	bool trouble = loan->trouble && !loan->settled;
	struct zong_id id;

	if ((loan->returned && !trouble) || !zong_row_id(&loan->id, &id))
		return false;
	zong_key_clear(ret_key);
	zong_key_u8(ret_key, loan->returned ? 't' : 'o');
	zong_key_u32(ret_key, (uint32_t)(loan->returned ? zong_day_of(loan->returned) : loan->due));
	zong_key_str(ret_key, loan->original);
	zong_key_id(ret_key, &id);
	return true;
}

int zong_loan_put(struct zong_txn *txn, const Zong__Loan *before, const Zong__Loan *loan)
{
	struct zong_key key;
	struct zong_id id;
	int err = 0;

	if (before && zong_loan_open_key(before, &key))
		err = zong_txn_delete(txn, ZONG_TABLE_LOANS_OPEN, &key);
	if (!err && zong_loan_open_key(loan, &key))
		err = zong_txn_put_bytes(txn, ZONG_TABLE_LOANS_OPEN, &key, NULL, 0);
	if (err)
		return err;
	if (!zong_row_id(&loan->id, &id))
		return ZONG_ECORRUPT;
	zong_loan_key(loan->original, &id, &key);
	return zong_txn_put(txn, ZONG_TABLE_LOANS, &key, &loan->base);
}

int zong_loan_end(struct zong_txn *txn, const struct zong_subject *who, Zong__Loan *loan,
	const struct zong_return *back, Zong__LoanCondition condition, uint64_t record)
{
	_cleanup_row_ ProtobufCMessage *before = NULL;
	int err = zong_row_copy(&loan->base, &before);

	if (err)
		return err;
	if (zong_row_set(&loan->returned_by, who->key) ||
		zong_row_set(&loan->returned_name, who->name) ||
		zong_row_set(&loan->note, back->note))
		return ZONG_ENOMEM;
	loan->returned = zong_time_now();
	loan->returned_record = record;
	loan->pages_back = back->pages;
	loan->condition = condition;
	loan->trouble = condition != ZONG__LOAN_CONDITION__LOAN_WHOLE || back->pages != loan->pages;
	return zong_loan_put(txn, (const Zong__Loan *)before, loan);
}
