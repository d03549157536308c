/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_H
#define ZONG_ARCHIVE_H

/* The domain of zong over one archive: what a registration hall does with papers. Everything that
 * http, push and the command line may do is in the headers that this one is the root of: identity.h,
 * access.h, case.h, material.h, delivery.h, search.h. Each function takes the subject who asks, asks
 * access.h, writes the log, and answers ZONG_ENOENT for what the subject may not see, just as if it
 * did not exist.
 *
 *     zong_archive_create(dir, password, &err);
 *     zong_archive_open(dir, &options, &archive, &err);
 *     ...
 *     zong_archive_close(archive);
 *
 * Rows handed out are unpacked protobuf messages, freed by the caller (zong__case__free_unpacked ...).
 * Threads: any, all functions. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <zong/error.h>
#include <zong/record.h>

struct zong_archive;

#define ZONG_PASSWORD_TEXT 32

/* Makes the archive and its first user `admin`, whose password is put out here once.
 * Errors of zong_store_create. */
int zong_archive_create(const char *dir, char ret_password[ZONG_PASSWORD_TEXT], struct zong_err *err);

struct zong_archive_options {
	const char *worker;       /* zong-ocr; NULL: no pool, nothing can be taken in (for looking only) */
	unsigned int workers;     /* 0: setting `workers`, else one a core */
	const char *kinds;        /* rules for kinds of material; NULL: none are judged; the setting `kinds` comes first */
	const char *query_rules;  /* who may see what at the query desk; NULL: nobody anything; the setting `query-rules` comes first */
	const char *catalogue;    /* which materials a kind of business needs (zong/catalogue.h); NULL: what the archive has; the setting `catalogue` comes first */
	const char *public_url;   /* base of the addresses in events; NULL: setting `public-url`, else "" */
	bool paused;              /* do not start reading jobs (for tests) */
};

/* Opens the store, reads zong.conf, the rules for kinds, those of the query desk and the catalogue (stored as its next version where it
 * is another one), starts the pool, the reading threads and the text index.
 * Errors of zong_store_open, zong_config_load and zong_pool_start; ZONG_EINVAL with file and line of a rule that is wrong. */
int zong_archive_open(const char *dir, const struct zong_archive_options *options,
	struct zong_archive **ret_archive, struct zong_err *err);
void zong_archive_close(struct zong_archive *archive);

const char *zong_archive_dir(const struct zong_archive *archive);
const char *zong_archive_url(const struct zong_archive *archive); /* public base, "" when unknown */
void zong_archive_set_url(struct zong_archive *archive, const char *url); /* before serving, where it was not set */
/* A setting of zong.conf, or @fallback. Names known: workers, public-url, listen, read-seconds,
 * probe-seconds, worker-pages (then it is replaced), webhook-first-retry (ms), webhook-ca (file of certificates), tls-certificate, tls-key, tls-clients (PEM files), scrub-days (0: never), web, kinds, names (of places), review-confidence
 * (percent), archival-number (archival.h), archival-fonds, archival-category, query-rules, catalogue, desk-seconds,
 * property-days, property-media, virus-scanner, virus-seconds (property.h, scanner.h). */
const char *zong_archive_setting(const struct zong_archive *archive, const char *name, const char *fallback);
/* Folder for unnamed files of uploads under way; NULL: in memory (zong_file_spool). */
const char *zong_archive_spool(const struct zong_archive *archive);
/* Wait for a commit (long polls, outbox); see zong_store_wait. */
void zong_archive_wait(struct zong_archive *archive, uint64_t *seen, int64_t timeout);
void zong_archive_wake(struct zong_archive *archive);
/* Changes with every commit, before whoever wrote it is answered; see zong_store_number. */
uint64_t zong_archive_number(struct zong_archive *archive);

struct zong_subject;

struct zong_status {
	uint64_t cases, materials, files, pages, rasters, pages_read, bytes_in, bytes_stored;
	uint64_t departments, log;
	uint64_t deliveries[7];   /* by enum Zong__DeliveryState; notices among them */
	uint64_t jobs_waiting, jobs_running, jobs_parked;
	uint64_t workers, workers_busy, worker_restarts, worker_recycled;
	double pages_per_second;  /* read lately, while there were any to read; 0: not known yet */
	uint64_t catalog_bytes, segments_bytes, commits, writes, text_change;
	/* Reading everything again in the background: this round (0: none), and the one before. */
	int64_t scrub_began, scrub_last_ended;
	uint64_t scrub_segments, scrub_found, scrub_last_found;
	double scrub_done; /* of this round, 0 to 1 */
	char archive[37];
};
/* ZONG_EFORBIDDEN. */
int zong_status_get(struct zong_archive *archive, const struct zong_subject *who, struct zong_status *ret_status);
/* The same for /metrics and /readyz, which name no object of the archive. */
void zong_status_peek(struct zong_archive *archive, struct zong_status *ret_status);

/* Jobs, newest id last. @state: NULL, "waiting", "running", "parked", "cancelled". @after: text id or NULL.
 * Caller frees each and the array with zong_jobs_free. */
struct zong_job_item {
	Zong__Job *job;
	const char *state;        /* static */
	char materials[10][37];   /* up to ten that hold the page */
	size_t material_count;
};
int zong_jobs_list(struct zong_archive *archive, const struct zong_subject *who, const char *state,
	const char *after, size_t max, struct zong_job_item **ret_items, size_t *ret_count, bool *ret_more,
	struct zong_err *err);
void zong_jobs_free(struct zong_job_item *items, size_t count);
/* The page waits no longer to be read, or is read no longer; its worker is ended. The material stays, and says who
 * did that and when, until somebody has it tried again. ZONG_ENOENT (also: it has been read), ZONG_EINVAL (is
 * cancelled already), ZONG_EFORBIDDEN. */
int zong_jobs_cancel(struct zong_archive *archive, const struct zong_subject *who, const char *id,
	struct zong_job_item **ret_item, struct zong_err *err);
/* A parked or cancelled one. ZONG_ENOENT, ZONG_EINVAL (neither), ZONG_EFORBIDDEN. */
int zong_jobs_retry(struct zong_archive *archive, const struct zong_subject *who, const char *id,
	struct zong_job_item **ret_item, struct zong_err *err);

/* What to tell a person about a code, in "zh" or "en": a short title, and what to do. Static text;
 * @ret_detail may hold one %s for the subject (zong_message_detail fills it in). */
const char *zong_message_title(int code, const char *language);
struct zong_buf;
/* Appends that a page was not read, and who cancelled that and when. */
int zong_message_cancelled(struct zong_buf *buf, const char *by, int64_t when, const char *language);
/* Appends the advice with the subject in its place. */
int zong_message_detail(struct zong_buf *buf, int code, const char *subject, const char *language);

#endif
