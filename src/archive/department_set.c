/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/access.h>
#include <zong/delivery.h>
#include <zong/log.h>
#include <zong/time.h>

#include "department.h"
#include "inside.h"
#include "journal.h"
#include "row.h"
#include "settle.h"
#include "webhook.h"

struct setting {
	const struct zong_subject *who;
	const char *id;
	const struct zong_department_wish *wish;
	long hours; /* of a rotation; -1: none */
	Zong__Department *row;
	bool secrets;
};

static int take_row(struct zong_txn *txn, struct setting *setting)
{
	int err;

	if (setting->row)
		zong__department__free_unpacked(setting->row, NULL);
	setting->row = NULL;
	setting->secrets = false;
	err = zong_row_department(txn, setting->id, &setting->row);
	return err == ZONG_ENOENT ? ZONG_ENODEPARTMENT : err;
}

static int put_row(struct zong_txn *txn, const struct setting *setting)
{
	struct zong_key key;

	zong_row_key_str(&key, setting->id);
	return zong_txn_put(txn, ZONG_TABLE_DEPARTMENTS, &key, &setting->row->base);
}

static int set_webhook(struct zong_txn *txn, struct setting *setting)
{
	const char *webhook = setting->wish->webhook;
	Zong__Department *row = setting->row;
	int err = zong_row_set(&row->webhook, webhook);

	if (!err)
		err = zong_row_set(&row->webhook_disabled, "");
	if (!err && webhook[0] && !row->secret.len) {
		setting->secrets = true;
		err = zong_department_set_keys(row);
	}
	if (!err)
		err = put_row(txn, setting);
	if (!err)
		err = zong_settle_begin(txn, setting->id,
			webhook[0] ? ZONG_SETTLE_SEND : ZONG_SETTLE_TAKE_OUT | ZONG_SETTLE_REVIVE);
	return err;
}

/* A certificate stands for one department alone. */
static int check_certificates(
	struct zong_txn *txn, const char *department, const struct zong_department_wish *wish)
{
	struct zong_iter iter = {0};
	bool taken = false;
	int err = zong_iter_begin(&iter, txn, ZONG_TABLE_DEPARTMENTS, NULL, NULL, false);

	while (!err && !taken && (err = zong_iter_next(&iter)) == 0) {
		_cleanup_row_ Zong__Department *row =
			zong__department__unpack(NULL, iter.value_len, iter.value);

		if (!row || strcmp(row->id, department) == 0)
			continue;
		for (size_t i = 0; i < row->n_certificates; i++)
			for (size_t j = 0; j < wish->certificates_count; j++)
				taken = taken || (row->certificates[i].len == ZONG_DIGEST_SIZE &&
							 memcmp(row->certificates[i].data,
								 wish->certificates[j].bytes,
								 ZONG_DIGEST_SIZE) == 0);
	}
	zong_iter_end(&iter);
	return taken ? ZONG_EEXIST : err == ZONG_EEND ? 0 : err;
}

static int set_certificates(Zong__Department *row, const struct zong_department_wish *wish)
{
	ProtobufCBinaryData *list =
		calloc(wish->certificates_count ? wish->certificates_count : 1, sizeof(*list));
	int err = list ? 0 : ZONG_ENOMEM;

	for (size_t i = 0; i < wish->certificates_count && !err; i++)
		err = zong_row_set_bytes(
			&list[i], wish->certificates[i].bytes, sizeof(wish->certificates[i].bytes));
	if (err) {
		for (size_t i = 0; list && i < wish->certificates_count; i++)
			free(list[i].data);
		free(list);
		return err;
	}
	for (size_t i = 0; i < row->n_certificates; i++)
		free(row->certificates[i].data);
	free(row->certificates);
	row->certificates = list;
	row->n_certificates = wish->certificates_count;
	return 0;
}

static int write_setting(struct zong_txn *txn, void *ctx)
{
	struct setting *setting = ctx;
	const struct zong_department_wish *wish = setting->wish;
	Zong__Department *row;
	char object[64], detail[ZONG_LIMIT_URL + ZONG_LIMIT_NAME + 200];
	int err = take_row(txn, setting);

	if (err)
		return err;
	row = setting->row;
	if (wish->name)
		err = zong_row_set(&row->name, wish->name);
	if (wish->allow_private >= 0)
		row->allow_private = wish->allow_private;
	if (wish->rate >= 0)
		row->rate = (uint32_t)wish->rate;
	if (wish->concurrency >= 0)
		row->concurrency = (uint32_t)wish->concurrency;
	if (wish->wait_reading >= 0)
		row->wait_reading = wish->wait_reading;
	if (wish->wait_previous >= 0)
		row->wait_previous = wish->wait_previous;
	if (wish->receipt_hours >= 0)
		row->receipt_hours = (uint32_t)wish->receipt_hours;
	if (!err && wish->certificates)
		err = check_certificates(txn, setting->id, wish);
	if (!err && wish->certificates)
		err = set_certificates(row, wish);
	/* the address that is there must be allowed by what is said now */
	if (!err &&
		zong_webhook_check(
			wish->webhook ? wish->webhook : row->webhook, row->allow_private) &&
		(wish->webhook ? wish->webhook : row->webhook)[0])
		err = ZONG_EWEBHOOK;
	if (!err)
		err = put_row(txn, setting);
	if (!err && wish->webhook)
		err = set_webhook(txn, setting);
	if (!err && (wish->wait_reading == 0 || wish->wait_previous == 0))
		err = zong_settle_begin(txn, setting->id, ZONG_SETTLE_LOOK);
	if (err)
		return err;
	snprintf(object, sizeof(object), "department/%s", setting->id);
	snprintf(detail, sizeof(detail),
		"%s webhook %s private %d rate %u at once %u wait %d %d receipt %u certificates "
		"%zu",
		row->name, row->webhook, row->allow_private, row->rate, row->concurrency,
		row->wait_reading, row->wait_previous, row->receipt_hours, row->n_certificates);
	return zong_journal_add(txn, setting->who, "department.set", object, detail, NULL);
}

static int check_number(long value, long most, const char *what, struct zong_err *err)
{
	return value > most ? zong_err_set(err, ZONG_EINVAL, "%s", what) : 0;
}

static int check_wish(const struct zong_department_wish *wish, struct zong_err *err)
{
	int code;

	code = check_number(wish->rate, ZONG_LIMIT_WEBHOOK_RATE, "rate", err);
	if (!code)
		code = check_number(
			wish->concurrency, ZONG_LIMIT_WEBHOOK_CONCURRENCY, "concurrency", err);
	if (!code)
		code = check_number(
			wish->receipt_hours, ZONG_LIMIT_RECEIPT_HOURS, "receipt_hours", err);
	if (!code && wish->certificates && wish->certificates_count > ZONG_LIMIT_CERTIFICATES)
		code = zong_err_set(err, ZONG_ELIMIT, "certificates");
	if (!code && wish->name)
		code = zong_department_check_name(wish->name, err);
	if (!code && wish->webhook && wish->webhook[0]) {
		code = zong_webhook_check(wish->webhook, true);
		if (code)
			zong_err_set(err, code, "%s", wish->webhook);
	}
	return code;
}

static int run(struct zong_archive *archive, zong_store_change *change, struct setting *setting,
	Zong__Department **ret_department, struct zong_err *err)
{
	int code = zong_store_write(archive->store, change, setting);

	if (code) {
		if (setting->row)
			zong__department__free_unpacked(setting->row, NULL);
		return zong_err_set(err, code, "%s", setting->id);
	}
	*ret_department = setting->row;
	return 0;
}

int zong_department_set(struct zong_archive *archive, const struct zong_subject *who,
	const char *id, const struct zong_department_wish *wish, Zong__Department **ret_department,
	bool *ret_secrets, struct zong_err *err)
{
	struct setting setting = {.who = who, .id = id, .wish = wish};
	int code = zong_access_may(who, ZONG_VERB_DEPARTMENT_MANAGE, NULL);

	if (code)
		return zong_err_set(err, code, NULL);
	code = check_wish(wish, err);
	if (!code)
		code = run(archive, write_setting, &setting, ret_department, err);
	if (code)
		return code;
	*ret_secrets = setting.secrets;
	/* it is set; what cannot be done about its deliveries now is gone on with by whoever sends */
	code = zong_settle_all(archive, id);
	if (code)
		zong_log_error("deliveries to %s are not all as it is set now: %s", id,
			zong_error_slug(code));
	return 0;
}

/* ---- keys ---- */

static int write_rotation(struct zong_txn *txn, void *ctx)
{
	struct setting *setting = ctx;
	Zong__Department *row;
	char object[64], detail[64];
	int err = take_row(txn, setting);

	if (err)
		return err;
	row = setting->row;
	if (!row->secret.len)
		return ZONG_ENOENT;
	err = zong_row_set_bytes(&row->old_secret, row->secret.data, row->secret.len);
	if (!err)
		err = zong_row_set_bytes(
			&row->old_seed, row->signing_seed.data, row->signing_seed.len);
	if (!err)
		err = zong_department_set_keys(row);
	row->old_until = zong_time_now() + setting->hours * 3600 * ZONG_SECOND;
	if (!err)
		err = put_row(txn, setting);
	if (err)
		return err;
	snprintf(object, sizeof(object), "department/%s", setting->id);
	snprintf(detail, sizeof(detail), "the old keys sign for %ld hours", setting->hours);
	return zong_journal_add(txn, setting->who, "department.rotate", object, detail, NULL);
}

int zong_department_rotate(struct zong_archive *archive, const struct zong_subject *who,
	const char *id, long hours, Zong__Department **ret_department, struct zong_err *err)
{
	struct setting setting = {.who = who, .id = id, .hours = hours};
	int code = zong_access_may(who, ZONG_VERB_DEPARTMENT_MANAGE, NULL);

	if (code)
		return zong_err_set(err, code, NULL);
	if (hours < 0 || hours > ZONG_LIMIT_ROTATION_HOURS)
		return zong_err_set(err, ZONG_EINVAL, "hours");
	return run(archive, write_rotation, &setting, ret_department, err);
}
