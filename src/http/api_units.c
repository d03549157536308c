/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include <zong/cleanup.h>
#include <zong/unit.h>

#include "http/api.h"
#include "http/json.h"
#include "http/reply.h"
#include "http/request.h"
#include "http/server.h"
#include "http/spool.h"

/* ---- units ---- */

int zong_api_units(struct zong_request *req)
{
	_cleanup_free_ char *next = NULL;
	Zong__Unit **units;
	json_t *array;
	size_t count, max;
	int err = zong_request_read_query(req);

	if (!err)
		err = zong_request_limit(req, &max);
	if (!err)
		err = zong_unit_list(req->archive, &req->who,
			zong_request_query(req, "prefix"), zong_request_query(req, "cursor"), max,
			&units, &count, &next, &req->err);
	if (err)
		return err;
	array = json_array();
	for (size_t i = 0; array && i < count; i++)
		json_array_append_new(array, zong_json_unit(units[i]));
	zong_units_free(units, count);
	return zong_reply_page(req, array, next);
}

int zong_api_set_unit(struct zong_request *req)
{
	struct zong_unit_code code;
	unsigned int oddities;
	Zong__Unit wanted;
	Zong__Unit *unit;
	json_t *body, *json;
	int err = zong_request_json(req, false, &body);

	if (!err)
		err = zong_json_read_unit(body, req->param[0], &wanted, &req->err);
	if (!err)
		err = zong_unit_set(
			req->archive, &req->who, &wanted, &unit, &oddities, &req->err);
	if (err)
		return err;
	json = zong_json_unit(unit);
	if (json && zong_unit_code_parse(unit->code, strlen(unit->code), &code) == 0)
		json_object_set_new(json, "warnings", zong_json_oddities(&code, req->language));
	zong__unit__free_unpacked(unit, NULL);
	return zong_reply_json(req, MHD_HTTP_OK, json);
}

/* ---- events ---- */

int zong_api_unit_events(struct zong_request *req)
{
	_cleanup_free_ char *next = NULL;
	Zong__UnitEvent **events;
	json_t *array;
	size_t count, max;
	int err = zong_request_read_query(req);

	if (!err)
		err = zong_request_limit(req, &max);
	if (!err)
		err = zong_unit_event_list(req->archive, &req->who,
			zong_request_query(req, "code"), zong_request_query(req, "cursor"), max,
			&events, &count, &next, &req->err);
	if (err)
		return err;
	array = json_array();
	for (size_t i = 0; array && i < count; i++)
		json_array_append_new(array, zong_json_unit_event(events[i]));
	zong_unit_events_free(events, count);
	return zong_reply_page(req, array, next);
}

int zong_api_add_unit_event(struct zong_request *req)
{
	Zong__UnitEvent wanted;
	Zong__UnitEvent *event;
	json_t *body;
	bool again;
	int err = zong_request_json(req, false, &body);

	if (!err)
		err = zong_json_read_unit_event(body, &req->arena, &wanted, &req->err);
	if (!err)
		err = zong_unit_event_add(
			req->archive, &req->who, &wanted, &event, &again, &req->err);
	if (err)
		return err;
	err = zong_reply_json(
		req, again ? MHD_HTTP_OK : MHD_HTTP_CREATED, zong_json_unit_event(event));
	zong__unit_event__free_unpacked(event, NULL);
	return err;
}

int zong_api_withdraw_unit_event(struct zong_request *req)
{
	static const char *const known[] = {"reason", NULL};
	Zong__UnitEvent *event;
	const char *reason;
	json_t *body;
	int err = zong_request_json(req, false, &body);

	if (!err)
		err = zong_json_known(body, known, "", &req->err);
	if (!err)
		err = zong_json_text(body, "reason", false, &reason, &req->err);
	if (!err)
		err = zong_unit_event_withdraw(
			req->archive, &req->who, req->param[0], reason, &event, &req->err);
	if (err)
		return err;
	err = zong_reply_json(req, MHD_HTTP_OK, zong_json_unit_event(event));
	zong__unit_event__free_unpacked(event, NULL);
	return err;
}

/* ---- tables ---- */

struct import_watch {
	struct zong_http *http;
	struct zong_progress_entry *entry;
};

/* When the server ends and has waited long enough, the table is given up; what was taken stays. */
static int keep_going(void *ctx, double done)
{
	struct import_watch *watch = ctx;

	zong_progress_set(&watch->http->progress, watch->entry, done);
	return atomic_load(&watch->http->giving_up) ? 1 : 0;
}

static int import(struct zong_request *req, enum zong_unit_table table)
{
	const char *name = zong_request_header(req, "Zong-Upload");
	struct import_watch watch = {.http = req->http};
	struct zong_table_report report;
	struct zong_id id;
	json_t *json;
	int err = zong_request_read_query(req);

	if (err)
		return err;
	if (name && zong_id_parse(name, &id))
		return zong_err_set(&req->err, ZONG_EHEADER, "Zong-Upload");
	if (name)
		watch.entry = zong_progress_begin(&req->http->progress, &id, &req->who);
	err = zong_unit_import(req->archive, &req->who, table, req->spool->fd,
		req->spool->len, zong_request_query(req, "encoding"), keep_going, &watch, &report,
		&req->err);
	zong_progress_end(&req->http->progress, watch.entry);
	if (err)
		return err;
	json = zong_json_table_report(&report, req->language);
	zong_table_report_release(&report);
	return zong_reply_json(req, MHD_HTTP_OK, json);
}

int zong_api_import_units(struct zong_request *req)
{
	return import(req, ZONG_UNIT_TABLE_UNITS);
}

int zong_api_import_unit_events(struct zong_request *req)
{
	return import(req, ZONG_UNIT_TABLE_EVENTS);
}

static int export(struct zong_request *req, enum zong_unit_table table, const char *name)
{
	const char *encoding;
	uint64_t len;
	int err, fd;

	err = zong_request_read_query(req);
	if (err)
		return err;
	encoding = zong_request_query(req, "encoding");
	err = zong_unit_export(req->archive, &req->who, table,
		zong_request_query(req, "prefix"), encoding, &fd, &len, &req->err);
	if (err)
		return err;
	return zong_reply_table(req, fd, len, encoding, name);
}

int zong_api_export_units(struct zong_request *req)
{
	return export(req, ZONG_UNIT_TABLE_UNITS, "units");
}

int zong_api_export_unit_events(struct zong_request *req)
{
	return export(req, ZONG_UNIT_TABLE_EVENTS, "unit-events");
}
