/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <inttypes.h>

#include <zong/cleanup.h>
#include <zong/time.h>

#include "http/api.h"
#include "http/reply.h"
#include "http/request.h"
#include "http/server.h"

#define METRICS_MAX (64 * 1024)
#define METRICS_TYPE "text/plain; version=0.0.4; charset=utf-8"

static void add_head(struct zong_buf *buf, const char *name, const char *type, const char *help)
{
	zong_buf_add_format(buf, "# HELP zong_%s %s\n# TYPE zong_%s %s\n", name, help, name, type);
}

static void add(
	struct zong_buf *buf, const char *name, const char *type, const char *help, uint64_t value)
{
	add_head(buf, name, type, help);
	zong_buf_add_format(buf, "zong_%s %" PRIu64 "\n", name, value);
}

static void add_traffic(struct zong_buf *buf, struct zong_http *http)
{
	int i;

	add_head(buf, "http_requests_total", "counter",
		"Requests answered, by the class of their status.");
	for (i = 1; i < 6; i++)
		zong_buf_add_format(buf, "zong_http_requests_total{class=\"%dxx\"} %" PRIu64 "\n",
			i, atomic_load(&http->traffic.requests[i]));
	add(buf, "http_requests_aborted_total", "counter", "Requests whose sender went away.",
		atomic_load(&http->traffic.requests[0]));
	add(buf, "http_requests_active", "gauge", "Requests being answered now.",
		atomic_load(&http->traffic.active));
	add(buf, "http_connections", "gauge", "Connections open now.",
		atomic_load(&http->traffic.connections));
	add(buf, "http_uploaded_bytes_total", "counter", "Bytes of files taken in.",
		atomic_load(&http->traffic.uploaded));
	add(buf, "http_fetched_bytes_total", "counter", "Bytes of files given out.",
		atomic_load(&http->traffic.fetched));
	add(buf, "uptime_seconds", "gauge", "Since the server started.",
		(uint64_t)((zong_time_monotonic() - http->started) / ZONG_SECOND));
}

static void add_archive(struct zong_buf *buf, const struct zong_status *s)
{
	static const char *const states[] = {
		"due", "sent", "received", "returned", "withdrawn", "superseded", "waiting"};
	int i;

	add(buf, "cases", "gauge", "Cases.", s->cases);
	add(buf, "materials", "gauge", "Materials.", s->materials);
	add(buf, "files", "gauge", "Distinct files.", s->files);
	add(buf, "pages", "gauge", "Pages of materials.", s->pages);
	add(buf, "rasters", "gauge", "Distinct page images.", s->rasters);
	add(buf, "rasters_read", "gauge", "Distinct page images that are read.", s->pages_read);
	add(buf, "bytes_in", "gauge", "Bytes of all materials as they came.", s->bytes_in);
	add(buf, "bytes_stored", "gauge", "Bytes their segments take.", s->bytes_stored);
	add(buf, "departments", "gauge", "Departments.", s->departments);
	add(buf, "log_records", "gauge", "Lines of the log.", s->log);
	add_head(buf, "deliveries", "gauge", "Deliveries by state.");
	for (i = 0; i < 7; i++)
		zong_buf_add_format(buf, "zong_deliveries{state=\"%s\"} %" PRIu64 "\n", states[i],
			s->deliveries[i]);
	add_head(buf, "jobs", "gauge", "Reading jobs by state.");
	zong_buf_add_format(buf,
		"zong_jobs{state=\"waiting\"} %" PRIu64 "\nzong_jobs{state=\"running\"} %" PRIu64
		"\nzong_jobs{state=\"parked\"} %" PRIu64 "\n",
		s->jobs_waiting, s->jobs_running, s->jobs_parked);
	add(buf, "workers", "gauge", "Worker processes.", s->workers);
	add(buf, "workers_busy", "gauge", "Workers that have a page now.", s->workers_busy);
	add(buf, "worker_restarts_total", "counter", "Workers that died and were replaced.",
		s->worker_restarts);
	add(buf, "worker_recycled_total", "counter",
		"Workers that were replaced in good health, before leaks matter.",
		s->worker_recycled);
	add_head(buf, "pages_per_second", "gauge",
		"Pages read a second lately, while there were any; 0: not known yet.");
	zong_buf_add_format(buf, "zong_pages_per_second %.3f\n", s->pages_per_second);
	add(buf, "catalog_bytes", "gauge", "Size of the catalogue.", s->catalog_bytes);
	add(buf, "segments_bytes", "gauge", "Size of the segments.", s->segments_bytes);
	add(buf, "scrub_round_began_seconds", "gauge",
		"When the round of reading everything again began.",
		(uint64_t)(s->scrub_began / ZONG_SECOND));
	add(buf, "scrub_round_segments", "gauge", "Segments read again in this round.",
		s->scrub_segments);
	add(buf, "scrub_round_found", "gauge", "What this round has found to be damaged.",
		s->scrub_found);
	add(buf, "scrub_last_ended_seconds", "gauge", "When the last whole round ended; 0: never.",
		(uint64_t)(s->scrub_last_ended / ZONG_SECOND));
	add(buf, "scrub_last_found", "gauge", "What the last whole round has found.",
		s->scrub_last_found);
	add(buf, "commits_total", "counter", "Commits.", s->commits);
	add(buf, "writes_total", "counter", "Writes that shared them.", s->writes);
}

int zong_api_metrics(struct zong_request *req)
{
	_cleanup_(zong_buf_release) struct zong_buf buf = ZONG_BUF_INIT(METRICS_MAX);
	struct zong_status status;

	zong_status_peek(req->http->archive, &status);
	add_traffic(&buf, req->http);
	add_archive(&buf, &status);
	return zong_reply_buffer(req, MHD_HTTP_OK, METRICS_TYPE, &buf);
}
