/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include <zong/cleanup.h>

#include "http/api.h"
#include "http/json.h"
#include "http/reply.h"
#include "http/request.h"
#include "http/server.h"

static json_t *hits_json(const struct zong_hit *hits, size_t count)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; array && i < count; i++) {
		if (json_array_append_new(array, zong_json_hit(&hits[i]))) {
			json_decref(array);
			return NULL;
		}
	}
	return array;
}

static json_t *facet_json(const struct zong_facet *facet)
{
	json_t *json = json_pack("{s:o, s:I}", "value", zong_json_str(facet->value), "count",
		(json_int_t)facet->count);

	if (json && facet->name)
		json_object_set_new(json, "name", zong_json_str(facet->name));
	return json;
}

/* NULL: no memory. */
static json_t *facets_json(const struct zong_facets *facets)
{
	static const char *const names[ZONG_FACETS] = {[ZONG_FACET_KIND] = "kind",
		[ZONG_FACET_YEAR] = "year",
		[ZONG_FACET_DEPARTMENT] = "department",
		[ZONG_FACET_TYPE] = "type"};
	json_t *json = json_object();
	int of;

	for (of = 0; json && of < ZONG_FACETS; of++) {
		json_t *array = json_array();
		size_t i;

		for (i = 0; array && i < facets->count[of]; i++)
			json_array_append_new(array, facet_json(&facets->facet[of][i]));
		if (json_object_set_new(json, names[of], array) ||
			json_array_size(array) != facets->count[of]) {
			json_decref(json);
			return NULL;
		}
	}
	return json;
}

static int add_facets(json_t *json, const struct zong_facets *facets)
{
	if (json_object_set_new(json, "facets", facets_json(facets)) ||
		json_object_set_new(json, "facets_exact", json_boolean(facets->exact)))
		return ZONG_ENOMEM;
	return 0;
}

/* Also as the number that a link is written with. */
static int wants_facets(struct zong_request *req, bool *ret_wanted)
{
	const char *text = zong_request_query(req, "facets");

	if (text && strcmp(text, "1") == 0) {
		*ret_wanted = true;
		return 0;
	}
	return zong_request_bool(req, "facets", ret_wanted);
}

int zong_api_search(struct zong_request *req)
{
	_cleanup_free_ char *next = NULL;
	struct zong_search search = {0};
	struct zong_hit *hits;
	size_t count, total;
	struct zong_facets facets = {0};
	uint64_t like_page;
	bool with_facets = false;
	bool more = false;
	json_t *json;
	int err = zong_request_read_query(req);

	if (!err)
		err = zong_request_limit(req, &search.max);
	if (!err)
		err = zong_request_uint(req, "page", ZONG_LIMIT_PAGES, 0, &like_page);
	if (!err)
		err = wants_facets(req, &with_facets);
	if (err)
		return err;
	search.ret_facets = with_facets ? &facets : NULL;
	search.words = zong_request_query(req, "q");
	search.case_no = zong_request_query(req, "case");
	search.parcel = zong_request_query(req, "parcel");
	search.cert = zong_request_query(req, "cert");
	search.party = zong_request_query(req, "party");
	search.type = zong_request_query(req, "type");
	search.kind = zong_request_query(req, "kind");
	search.dept = zong_request_query(req, "dept");
	search.from = zong_request_query(req, "from");
	search.to = zong_request_query(req, "to");
	search.like = zong_request_query(req, "like");
	search.like_page = (uint32_t)like_page;
	search.ret_more = &more;
	search.cursor = zong_request_query(req, "cursor");
	err = zong_search_run(
		req->archive, &req->who, &search, &hits, &count, &next, &total, &req->err);
	if (err)
		return err;
	json = json_pack("{s:o, s:o, s:I}", "items", hits_json(hits, count), "next",
		zong_json_next(next), "total", (json_int_t)total);
	zong_hits_free(hits, count);
	if (json && with_facets && add_facets(json, &facets)) {
		json_decref(json);
		json = NULL;
	}
	zong_facets_release(&facets);
	if (json && search.like && *search.like &&
		json_object_set_new(json, "alike_more", json_boolean(more))) {
		json_decref(json);
		return ZONG_ENOMEM;
	}
	if (json && more && !(search.like && *search.like) &&
		json_object_set_new(json, "text_more", json_true())) {
		json_decref(json);
		return ZONG_ENOMEM;
	}
	return zong_reply_json(req, MHD_HTTP_OK, json);
}

int zong_api_suggest(struct zong_request *req)
{
	struct zong_suggestion *list;
	json_t *items;
	const char *box;
	size_t count, i;
	int err = zong_request_read_query(req);

	if (err)
		return err;
	box = zong_request_query(req, "q");
	err = zong_search_suggest(req->archive, &req->who, box ? box : "",
		strcmp(req->language, "en") != 0, &list, &count, &req->err);
	if (err)
		return err;
	items = json_array();
	for (i = 0; items && i < count; i++)
		json_array_append_new(
			items, json_pack("{s:o, s:s, s:o}", "value", zong_json_str(list[i].value),
				       "kind", list[i].kind, "q", zong_json_str(list[i].q)));
	zong_suggestions_free(list, count);
	if (json_array_size(items) != count) {
		json_decref(items);
		return ZONG_ENOMEM;
	}
	return zong_reply_json(req, MHD_HTTP_OK, json_pack("{s:o}", "items", items));
}
