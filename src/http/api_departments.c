/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>

#include "http/api.h"
#include "http/json.h"
#include "http/reply.h"
#include "http/request.h"
#include "http/server.h"
#include "http/spool.h"

int zong_api_departments(struct zong_request *req)
{
	Zong__Department **rows;
	json_t *array;
	size_t count, i;
	int err = zong_department_list(req->archive, &req->who, &rows, &count);

	if (err)
		return err;
	array = json_array();
	for (i = 0; array && i < count; i++)
		json_array_append_new(array, zong_json_department(rows[i], false));
	zong_departments_free(rows, count);
	return zong_reply_json(req, MHD_HTTP_OK, json_pack("{s:o}", "items", array));
}

int zong_api_add_department(struct zong_request *req)
{
	static const char *const known[] = {"id", "name", "webhook", "allow_private", NULL};
	const char *id, *name, *webhook;
	Zong__Department *row;
	bool allow_private;
	json_t *json;
	int err = zong_request_json(req, false, &json);

	if (!err)
		err = zong_json_known(json, known, "", &req->err);
	if (!err)
		err = zong_json_text(json, "id", true, &id, &req->err);
	if (!err)
		err = zong_json_text(json, "name", true, &name, &req->err);
	if (!err)
		err = zong_json_text(json, "webhook", false, &webhook, &req->err);
	if (!err)
		err = zong_json_flag(json, "allow_private", &allow_private, &req->err);
	if (!err)
		err = zong_department_add(req->archive, &req->who, id, name,
			*webhook ? webhook : NULL, allow_private, &row, &req->err);
	if (err)
		return err;
	err = zong_reply_json(req, MHD_HTTP_CREATED, zong_json_department(row, true));
	zong__department__free_unpacked(row, NULL);
	return err;
}

/* ---- changing one ---- */

/* What is not named is left as it is. */
static int take_count(const json_t *json, const char *name, long max, long *ret_value, struct zong_err *err)
{
	int64_t value;
	int code = zong_json_whole(json, name, 0, max, -1, &value, err);

	*ret_value = (long)value;
	return code;
}

static int take_choice(const json_t *json, const char *name, int *ret_value, struct zong_err *err)
{
	bool flag;
	int code = zong_json_flag(json, name, &flag, err);

	*ret_value = json_object_get(json, name) ? flag : -1;
	return code;
}

static int take_webhook(const json_t *json, const char **ret_webhook, struct zong_err *err)
{
	const json_t *value = json_object_get(json, "webhook");

	*ret_webhook = NULL;
	if (!value)
		return 0;
	if (json_is_null(value)) {
		*ret_webhook = "";
		return 0;
	}
	return zong_json_text(json, "webhook", false, ret_webhook, err);
}

static int take_certificates(const json_t *json, struct zong_digest *list,
	struct zong_department_wish *wish, struct zong_err *err)
{
	const json_t *array = json_object_get(json, "certificates");

	if (!array)
		return 0;
	if (!json_is_array(array))
		return zong_err_set(err, ZONG_EJSON, "certificates");
	if (json_array_size(array) > ZONG_LIMIT_CERTIFICATES)
		return zong_err_set(err, ZONG_ELIMIT, "certificates");
	for (size_t i = 0; i < json_array_size(array); i++) {
		const char *text = json_string_value(json_array_get(array, i));

		if (!text || zong_digest_parse(text, &list[i]))
			return zong_err_set(err, ZONG_ECERTIFICATE, "%s", text ? text : "");
	}
	wish->certificates = list;
	wish->certificates_count = json_array_size(array);
	return 0;
}

static int take_wish(
	const json_t *json, struct zong_department_wish *wish, struct zong_err *err)
{
	static const char *const known[] = {"name", "webhook", "allow_private", "rate",
		"concurrency", "wait_reading", "wait_previous", "receipt_hours",
		"certificates", NULL};
	int code = zong_json_known(json, known, "", err);

	if (!code && json_object_get(json, "name"))
		code = zong_json_text(json, "name", true, &wish->name, err);
	if (!code)
		code = take_webhook(json, &wish->webhook, err);
	if (!code)
		code = take_choice(json, "allow_private", &wish->allow_private, err);
	if (!code)
		code = take_count(json, "rate", ZONG_LIMIT_WEBHOOK_RATE, &wish->rate, err);
	if (!code)
		code = take_count(json, "concurrency", ZONG_LIMIT_WEBHOOK_CONCURRENCY,
			&wish->concurrency, err);
	if (!code)
		code = take_choice(json, "wait_reading", &wish->wait_reading, err);
	if (!code)
		code = take_choice(json, "wait_previous", &wish->wait_previous, err);
	if (!code)
		code = take_count(json, "receipt_hours", ZONG_LIMIT_RECEIPT_HOURS,
			&wish->receipt_hours, err);
	return code;
}

static int reply_department(struct zong_request *req, Zong__Department *row, bool secrets)
{
	int err = zong_reply_json(req, MHD_HTTP_OK, zong_json_department(row, secrets));

	zong__department__free_unpacked(row, NULL);
	return err;
}

int zong_api_change_department(struct zong_request *req)
{
	struct zong_digest certificates[ZONG_LIMIT_CERTIFICATES];
	struct zong_department_wish wish = ZONG_DEPARTMENT_WISH;
	Zong__Department *row;
	bool secrets;
	json_t *json;
	int err = zong_request_json(req, false, &json);

	if (!err)
		err = take_wish(json, &wish, &req->err);
	if (!err)
		err = take_certificates(json, certificates, &wish, &req->err);
	if (!err)
		err = zong_department_set(req->archive, &req->who, req->param[0], &wish, &row,
			&secrets, &req->err);
	if (err == ZONG_ENODEPARTMENT)
		return zong_reply_problem(req, err, MHD_HTTP_NOT_FOUND);
	return err ? err : reply_department(req, row, secrets);
}

int zong_api_rotate_department(struct zong_request *req)
{
	static const char *const known[] = {"hours", NULL};
	Zong__Department *row;
	json_t *json;
	int64_t hours;
	int err = zong_request_json(req, true, &json);

	if (!err)
		err = zong_json_known(json, known, "", &req->err);
	if (!err)
		err = zong_json_whole(
			json, "hours", 0, ZONG_LIMIT_ROTATION_HOURS, 24, &hours, &req->err);
	if (!err)
		err = zong_department_rotate(req->archive, &req->who, req->param[0],
			(long)hours, &row, &req->err);
	if (err == ZONG_ENODEPARTMENT)
		return zong_reply_problem(req, err, MHD_HTTP_NOT_FOUND);
	return err ? err : reply_department(req, row, true);
}

int zong_api_replay_department(struct zong_request *req)
{
	uint64_t count;
	int err = zong_delivery_replay_all(
		req->archive, &req->who, req->param[0], &count, &req->err);

	if (err == ZONG_ENODEPARTMENT)
		return zong_reply_problem(req, err, MHD_HTTP_NOT_FOUND);
	if (err)
		return err;
	return zong_reply_json(
		req, MHD_HTTP_OK, json_pack("{s:I}", "replayed", (json_int_t)count));
}

/* ---- codes ---- */

static json_t *table_json(const Zong__CodeTable *table)
{
	json_t *array = json_array();

	for (size_t i = 0; array && i < table->n_codes; i++)
		json_array_append_new(array,
			json_pack("{s:o, s:o, s:o, s:o}", "list",
				zong_json_str(table->codes[i]->list), "ours",
				zong_json_str(table->codes[i]->ours), "theirs",
				zong_json_str(table->codes[i]->theirs), "name",
				zong_json_or_null(table->codes[i]->name)));
	return json_pack("{s:o, s:i, s:o, s:I, s:o}", "department",
		zong_json_str(table->department), "version", (int)table->version, "since",
		zong_json_time(table->since), "record", (json_int_t)table->record, "items", array);
}

static int reply_table(struct zong_request *req, unsigned int status, Zong__CodeTable *table)
{
	int err = zong_reply_json(req, status, table_json(table));

	zong__code_table__free_unpacked(table, NULL);
	return err;
}

int zong_api_codes(struct zong_request *req)
{
	Zong__CodeTable *table;
	uint64_t version;
	int err = zong_request_read_query(req);

	if (!err)
		err = zong_request_uint(req, "version", UINT32_MAX, 0, &version);
	if (!err)
		err = zong_codes_get(req->archive, &req->who, req->param[0],
			(uint32_t)version, &table, &req->err);
	if (err == ZONG_ENODEPARTMENT)
		return zong_reply_problem(req, err, MHD_HTTP_NOT_FOUND);
	return err ? err : reply_table(req, MHD_HTTP_OK, table);
}

int zong_api_set_codes(struct zong_request *req)
{
	Zong__CodeTable *table;
	bool again;
	int err = zong_request_read_query(req);

	if (!err)
		err = zong_codes_set(req->archive, &req->who, req->param[0], req->spool->fd,
			req->spool->len, zong_request_query(req, "encoding"), &table, &again,
			&req->err);
	if (err == ZONG_ENODEPARTMENT)
		return zong_reply_problem(req, err, MHD_HTTP_NOT_FOUND);
	return err ? err : reply_table(req, again ? MHD_HTTP_OK : MHD_HTTP_CREATED, table);
}
