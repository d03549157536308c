/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>

#include <zong/cleanup.h>

#include "http/api.h"
#include "http/json.h"
#include "http/reply.h"
#include "http/request.h"
#include "http/server.h"

static int reply_place(struct zong_request *req, unsigned int status, struct zong_place_view *place)
{
	int err = zong_reply_json(req, status, zong_json_place(place));

	zong_place_release(place);
	return err;
}

int zong_api_places(struct zong_request *req)
{
	_cleanup_free_ char *next = NULL;
	Zong__Place **places;
	json_t *array;
	size_t count, max;
	int err = zong_request_read_query(req);

	if (!err)
		err = zong_request_limit(req, &max);
	if (!err)
		err = zong_place_list(req->archive, &req->who,
			zong_request_query(req, "parent"), zong_request_query(req, "cursor"), max,
			&places, &count, &next, &req->err);
	if (err)
		return err;
	array = json_array();
	for (size_t i = 0; array && i < count; i++)
		json_array_append_new(array, zong_json_place_row(places[i]));
	zong_places_free(places, count);
	return zong_reply_page(req, array, next);
}

int zong_api_add_place(struct zong_request *req)
{
	static const char *const known[] = {"code", "level", "parent", "name", "capacity", NULL};
	struct zong_new_place wanted;
	struct zong_place_view place;
	int64_t capacity;
	json_t *json;
	int err = zong_request_json(req, false, &json);

	if (!err)
		err = zong_json_known(json, known, "", &req->err);
	if (!err)
		err = zong_json_text(json, "code", false, &wanted.code, &req->err);
	if (!err)
		err = zong_json_text(json, "level", true, &wanted.level, &req->err);
	if (!err)
		err = zong_json_text(json, "parent", false, &wanted.parent, &req->err);
	if (!err)
		err = zong_json_text(json, "name", true, &wanted.name, &req->err);
	if (!err)
		err = zong_json_whole(
			json, "capacity", 1, ZONG_LIMIT_CAPACITY, 0, &capacity, &req->err);
	if (err)
		return err;
	wanted.capacity = (uint32_t)capacity;
	err = zong_place_add(req->archive, &req->who, &wanted, &place, &req->err);
	return err ? err : reply_place(req, MHD_HTTP_CREATED, &place);
}

int zong_api_place(struct zong_request *req)
{
	struct zong_place_view place;
	int err = zong_place_get(req->archive, &req->who, req->param[0], &place, &req->err);

	return err ? err : reply_place(req, MHD_HTTP_OK, &place);
}

int zong_api_remove_place(struct zong_request *req)
{
	int err = zong_place_remove(req->archive, &req->who, req->param[0], &req->err);

	return err ? err : zong_reply_empty(req, MHD_HTTP_NO_CONTENT);
}

/* The member `codes` of a body. */
static int read_codes(
	struct zong_request *req, bool optional, size_t max, char ***ret_codes, size_t *ret_count)
{
	static const char *const known[] = {"codes", NULL};
	json_t *json;
	int err = zong_request_json(req, optional, &json);

	if (!err)
		err = zong_json_known(json, known, "", &req->err);
	return err ? err
		   : zong_json_texts(
			     json, "codes", max, &req->arena, ret_codes, ret_count, &req->err);
}

int zong_api_shelve(struct zong_request *req)
{
	struct zong_place_view place;
	size_t count, moved;
	char **codes;
	json_t *json;
	int err = read_codes(req, false, ZONG_LIMIT_SHELVE, &codes, &count);

	if (!err)
		err = zong_original_shelve(req->archive, &req->who, req->param[0],
			(const char *const *)codes, count, &place, &moved, &req->err);
	if (err)
		return err;
	json = zong_json_place(&place);
	zong_place_release(&place);
	if (json)
		json_object_set_new(json, "moved", json_integer((json_int_t)moved));
	return zong_reply_json(req, MHD_HTTP_OK, json);
}

/* ---- stock-takes ---- */

static int reply_stocktake(
	struct zong_request *req, unsigned int status, Zong__Stocktake *stocktake)
{
	int err = zong_reply_json(req, status, zong_json_stocktake(stocktake));

	zong__stocktake__free_unpacked(stocktake, NULL);
	return err;
}

int zong_api_take_stock(struct zong_request *req)
{
	Zong__Stocktake *stocktake;
	size_t count;
	char **codes;
	int err = read_codes(req, false, ZONG_LIMIT_STOCKTAKE, &codes, &count);

	if (!err)
		err = zong_stocktake_take(req->archive, &req->who, req->param[0],
			(const char *const *)codes, count, &stocktake, &req->err);
	return err ? err : reply_stocktake(req, MHD_HTTP_CREATED, stocktake);
}

int zong_api_mark_missing(struct zong_request *req)
{
	Zong__Stocktake *stocktake;
	size_t count;
	char **codes;
	int err = read_codes(req, true, ZONG_LIMIT_STOCKTAKE, &codes, &count);

	if (!err)
		err = zong_stocktake_mark(req->archive, &req->who, req->param[0],
			(const char *const *)codes, count, &stocktake, &req->err);
	return err ? err : reply_stocktake(req, MHD_HTTP_OK, stocktake);
}

int zong_api_stocktake(struct zong_request *req)
{
	Zong__Stocktake *stocktake;
	int err = zong_stocktake_get(
		req->archive, &req->who, req->param[0], &stocktake, &req->err);

	return err ? err : reply_stocktake(req, MHD_HTTP_OK, stocktake);
}

int zong_api_stocktakes(struct zong_request *req)
{
	_cleanup_free_ char *next = NULL;
	Zong__Stocktake **stocktakes;
	json_t *array;
	size_t count, max;
	int err = zong_request_read_query(req);

	if (!err)
		err = zong_request_limit(req, &max);
	if (!err)
		err = zong_stocktake_list(req->archive, &req->who,
			zong_request_query(req, "cursor"), max, &stocktakes, &count, &next,
			&req->err);
	if (err)
		return err;
	array = json_array();
	for (size_t i = 0; array && i < count; i++)
		json_array_append_new(array, zong_json_stocktake_brief(stocktakes[i]));
	zong_stocktakes_free(stocktakes, count);
	return zong_reply_page(req, array, next);
}
