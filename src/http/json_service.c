/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <zong/access.h>
#include <zong/config.h>

#include "config.h"
#include "http/json.h"

/* What the role may do at all; on which object, the archive says when it is asked. */
json_t *zong_json_verbs(const struct zong_subject *who)
{
	json_t *array = json_array();
	int verb;

	for (verb = 0; array && verb < ZONG_VERB_COUNT_; verb++) {
		if (zong_access_may(who, (enum zong_verb)verb, NULL))
			continue;
		if (json_array_append_new(
			    array, json_string(zong_verb_name((enum zong_verb)verb)))) {
			json_decref(array);
			return NULL;
		}
	}
	return array;
}

json_t *zong_json_session(const struct zong_subject *who, const char *token)
{
	json_t *json = json_pack("{s:s, s:o, s:o, s:o, s:o}", "role", zong_role_name(who->role),
		"department", zong_json_or_null(who->department), "name", zong_json_str(who->name),
		"expires", zong_json_time(who->expires), "may", zong_json_verbs(who));

	if (json && who->must_change)
		json_object_set_new(json, "must_change", json_true());
	if (json && token)
		json_object_set_new(json, "token", json_string(token));
	return json;
}

json_t *zong_json_token(const Zong__Token *row, const char *token)
{
	json_t *json = json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "id", zong_json_id(&row->id),
		"role", zong_json_str(row->role), "department", zong_json_or_null(row->department),
		"name", zong_json_str(row->name), "created", zong_json_time(row->created),
		"expires", zong_json_time(row->expires));

	if (json && row->n_may)
		json_object_set_new(json, "may", zong_json_strings(row->may, row->n_may));
	if (json && token)
		json_object_set_new(json, "token", json_string(token));
	return json;
}

static json_t *holders_json(const struct zong_job_item *item)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; array && i < item->material_count; i++) {
		if (json_array_append_new(array, json_string(item->materials[i]))) {
			json_decref(array);
			return NULL;
		}
	}
	return array;
}

json_t *zong_json_job(const struct zong_job_item *item, const char *language)
{
	const Zong__Job *job = item->job;
	json_t *json = json_pack("{s:o, s:o, s:s, s:o, s:i, s:o, s:i, s:o, s:s, s:o}", "id",
		zong_json_id(&job->id), "kind", zong_json_str(job->kind), "state", item->state,
		"file", zong_json_digest(&job->file), "page", (int)job->page, "materials",
		holders_json(item), "tries", (int)job->tries, "due", zong_json_time(job->due),
		"queue", job->queue == ZONG__JOB_QUEUE__QUEUE_BULK ? "bulk" : "urgent",
		"department", zong_json_or_null(job->department));

	if (json && job->cancelled) {
		json_object_set_new(json, "code", json_string(zong_error_slug(job->err)));
		zong_json_cancelled(json, job->cancelled_by, job->cancelled, language);
	} else if (json && job->err) {
		json_object_set_new(json, "code", json_string(zong_error_slug(job->err)));
		json_object_set_new(json, "reason",
			*job->reason ? zong_json_str(job->reason)
				     : json_string(zong_message_title(job->err, language)));
	}
	return json;
}

/* A number of which nothing is known yet is null. */
static json_t *known(double number, bool is)
{
	return is ? json_real(number) : json_null();
}

json_t *zong_json_status(const struct zong_status *s)
{
	uint64_t left = s->jobs_waiting + s->jobs_running;

	return json_pack(
		"{s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:o, s:o, s:o, s:o, s:I}",
		"version", PACKAGE_VERSION, "archive", s->archive, "cases", (json_int_t)s->cases,
		"materials", (json_int_t)s->materials, "files", (json_int_t)s->files, "pages",
		(json_int_t)s->pages, "rasters", (json_int_t)s->rasters, "pages_read",
		(json_int_t)s->pages_read, "bytes_in", (json_int_t)s->bytes_in, "bytes_stored",
		(json_int_t)s->bytes_stored, "departments", (json_int_t)s->departments,
		"deliveries",
		json_pack("{s:I, s:I, s:I, s:I, s:I}", "waiting",
			(json_int_t)s->deliveries[ZONG__DELIVERY_STATE__DELIVERY_WAITING], "due",
			(json_int_t)s->deliveries[ZONG__DELIVERY_STATE__DELIVERY_DUE], "sent",
			(json_int_t)s->deliveries[ZONG__DELIVERY_STATE__DELIVERY_SENT], "received",
			(json_int_t)s->deliveries[ZONG__DELIVERY_STATE__DELIVERY_RECEIVED],
			"returned",
			(json_int_t)s->deliveries[ZONG__DELIVERY_STATE__DELIVERY_RETURNED]),
		"jobs",
		json_pack("{s:I, s:I, s:I, s:o, s:o}", "waiting", (json_int_t)s->jobs_waiting,
			"running", (json_int_t)s->jobs_running, "parked",
			(json_int_t)s->jobs_parked, "pages_per_second",
			known(s->pages_per_second, s->pages_per_second > 0), "seconds_left",
			known((double)left / s->pages_per_second,
				left && s->pages_per_second > 0)),
		"workers",
		json_pack("{s:I, s:I, s:I, s:I}", "workers", (json_int_t)s->workers, "busy",
			(json_int_t)s->workers_busy, "restarts", (json_int_t)s->worker_restarts,
			"recycled", (json_int_t)s->worker_recycled),
		"scrub",
		json_pack("{s:o, s:f, s:I, s:I, s:o, s:I}", "began",
			zong_json_time(s->scrub_began), "done",
			s->scrub_done, "segments", (json_int_t)s->scrub_segments, "found",
			(json_int_t)s->scrub_found, "last_ended",
			zong_json_time(s->scrub_last_ended),
			"last_found", (json_int_t)s->scrub_last_found),
		"log", (json_int_t)s->log);
}

static json_t *boxes_json(const struct zong_hit *hit)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; array && i < hit->boxes; i++) {
		if (json_array_append_new(
			    array, json_pack("[i, i, i, i]", (int)hit->box[i].x, (int)hit->box[i].y,
					   (int)hit->box[i].width, (int)hit->box[i].height))) {
			json_decref(array);
			return NULL;
		}
	}
	return array;
}

json_t *zong_json_hit(const struct zong_hit *hit)
{
	json_t *json = json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:f, s:s, s:o}", "material",
		zong_json_or_null(hit->material), "page",
		hit->page ? json_integer(hit->page) : json_null(), "case",
		zong_json_str(hit->case_no), "kind", zong_json_str(hit->kind), "title",
		zong_json_str(hit->title), "type", zong_json_str(hit->type), "snippet",
		zong_json_str(hit->snippet), "score", hit->score, "why", hit->why, "boxes",
		boxes_json(hit));

	if (json && hit->like_page)
		json_object_set_new(json, "like_page", json_integer(hit->like_page));
	return json;
}
