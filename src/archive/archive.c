/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/archive.h>
#include <zong/log.h>
#include <zong/utf8.h>
#include <zong/vaults.h>

#include "bytecache.h"
#include "catalogue.h"
#include "filecache.h"
#include "index_rows.h"
#include "idle.h"
#include "inside.h"
#include "journal.h"
#include "keeper.h"
#include "log_tree.h"
#include "desk_memory.h"
#include "kind_rules.h"
#include "query_rules.h"
#include "names.h"
#include "property.h"
#include "reader.h"
#include "review.h"
#include "scrub.h"
#include "row.h"
#include "session.h"
#include "throttle.h"
#include "token.h"
#include "tlog.h"
#include "vault_archive.h"

#define WORKER_SECONDS_MAX 3600
#define WORKER_PAGES_MAX 1000000
#define SCRUB_DAYS 30
#define SCRUB_DAYS_MAX 3650
#define PROPERTY_DAYS 365
#define PROPERTY_DAYS_MAX 3650
/* Of the fields read with less two in five are wrong: tools/bench fields. */
#define REVIEW_PERCENT 80
#define DAY (24 * 3600 * ZONG_SECOND)
#define SPARE_WORKERS 1 /* so that a scanner never waits for a page being read to its end */

static const char *const settings[] = {
	"workers",
	"public-url",
	"listen",
	"read-seconds",
	"probe-seconds",
	"worker-pages",
	"webhook-first-retry",
	"webhook-ca",
	"tls-certificate",
	"tls-key",
	"tls-clients",
	"scrub-days",
	"web",
	"kinds",
	"names",
	"review-confidence",
	"archival-number",
	"archival-fonds",
	"archival-category",
	"query-rules",
	"catalogue",
	"desk-seconds",
	"session-minutes",
	"sm3",
	"log-origin",
	"log-witness",
	"log-timestamp-url",
	"log-timestamp-hours",
	"log-timestamp-hash",
	"property-days",
	"property-media",
	"virus-scanner",
	"virus-seconds",
	ZONG_GATE_SETTINGS,
	NULL,
};

int zong_archive_create(
	const char *dir, char ret_password[ZONG_PASSWORD_TEXT], struct zong_err *err)
{
	_cleanup_row_ Zong__User *admin = NULL;
	char password[ZONG_PASSWORD_TEXT];
	int code;

	if (sodium_init() < 0)
		return zong_err_set(err, ZONG_ENOMEM, NULL);
	zong_password_make(password);
	code = zong_user_make("admin", ZONG_ROLE_ADMINISTRATOR, "", password, &admin);
	/* In the transaction that makes the archive: one without its user would be nobody's. */
	if (!code)
		code = zong_store_create_with(dir, zong_user_change, admin, err);
	else
		zong_err_set(err, code, "%s", dir);
	if (!code)
		memcpy(ret_password, password, sizeof(password));
	sodium_memzero(password, sizeof(password));
	return code;
}

static char *join(const char *dir, const char *name)
{
	char *path;

	return asprintf(&path, "%s/%s", dir, name) < 0 ? NULL : path;
}

static int read_yes(const struct zong_config *config, const char *name, bool fallback,
	bool *ret_yes, struct zong_err *err)
{
	const char *text = zong_config_str(config, name, fallback ? "yes" : "no");

	*ret_yes = strcmp(text, "yes") == 0;
	if (!*ret_yes && strcmp(text, "no") != 0)
		return zong_err_set(err, ZONG_EINVAL, "%s = %s", name, text);
	return 0;
}

/* Paths, settings and what lives in memory. */
static int prepare(struct zong_archive *archive, const char *dir,
	const struct zong_archive_options *options, struct zong_err *err)
{
	const char *kinds, *names, *queries, *catalogue;
	int64_t percent, seconds, minutes;
	char *path;
	int code;

	archive->dir = strdup(dir);
	archive->spool = join(dir, "spool");
	path = join(dir, "zong.conf");
	if (!archive->dir || !archive->spool || !path) {
		free(path);
		return zong_err_set(err, ZONG_ENOMEM, NULL);
	}
	code = zong_config_load(path, settings, &archive->config, err);
	free(path);
	if (code)
		return code;
	kinds = zong_config_str(archive->config, "kinds", options->kinds);
	if (kinds)
		code = zong_kind_rules_load(kinds, &archive->judge.kinds, err);
	names = zong_config_str(archive->config, "names", NULL);
	if (!code && names)
		code = zong_names_load(names, &archive->names, err);
	queries = zong_config_str(archive->config, "query-rules", options->query_rules);
	if (!code && queries)
		code = zong_query_rules_load(queries, &archive->query_rules, err);
	if (!code && zong_catalogues_new(&archive->catalogues))
		code = zong_err_set(err, ZONG_ENOMEM, NULL);
	catalogue = zong_config_str(archive->config, "catalogue", options->catalogue);
	if (!code && catalogue)
		code = zong_catalogues_load(archive->catalogues, catalogue, err);
	if (!code)
		code = zong_config_int(archive->config, "review-confidence", 0, 100, REVIEW_PERCENT,
			&percent, err);
	if (code)
		return code;
	archive->judge.confidence = (float)percent / 100;
	archive->judge.waiting = calloc(1, sizeof(*archive->judge.waiting));
	if (!archive->judge.waiting)
		return zong_err_set(err, ZONG_ENOMEM, NULL);
	code = zong_gate_limits_load(archive->config, &archive->gate, err);
	if (!code)
		code = read_yes(archive->config, "sm3", true, &archive->sm3, err);
	if (!code)
		code = zong_archival_pattern_parse(zong_config_str(archive->config,
			"archival-number", ZONG_ARCHIVAL_DEFAULT), &archive->archival, err);
	if (!code)
		code = zong_property_rules_load(archive->config, &archive->property, err);
	if (code)
		return code;
	archive->url =
		strdup(options->public_url ? options->public_url
					   : zong_config_str(archive->config, "public-url", ""));
	if (!archive->url)
		return zong_err_set(err, ZONG_ENOMEM, NULL);
	code = zong_config_int(
		archive->config, "desk-seconds", 1, ZONG_DESK_LONGEST, ZONG_DESK_IDLE, &seconds, err);
	if (!code)
		code = zong_config_int(archive->config, "session-minutes", 1,
			ZONG_SESSION_TIME / (60 * ZONG_SECOND), ZONG_IDLE_MINUTES, &minutes, err);
	if (code)
		return code;
	code = zong_desks_new(seconds * ZONG_SECOND, &archive->desks);
	if (!code)
		code = zong_throttle_new(&archive->throttle);
	if (!code)
		code = zong_idle_new(minutes * 60 * ZONG_SECOND, &archive->idle);
	if (!code)
		code = zong_bytecache_new(ZONG_CACHE_BYTES, &archive->bytes);
	return code ? zong_err_set(err, code, NULL) : 0;
}

static int pool_options(const struct zong_archive *archive,
	const struct zong_archive_options *options, struct zong_pool_options *ret_options,
	struct zong_err *err)
{
	int64_t workers;
	int64_t read;
	int64_t probe;
	int64_t pages;
	int code;

	code = zong_config_int(archive->config, "workers", 0, ZONG_LIMIT_WORKERS, 0, &workers, err);
	if (!code)
		code = zong_config_int(
			archive->config, "read-seconds", 0, WORKER_SECONDS_MAX, 0, &read, err);
	if (!code)
		code = zong_config_int(
			archive->config, "probe-seconds", 0, WORKER_SECONDS_MAX, 0, &probe, err);
	if (!code)
		code = zong_config_int(
			archive->config, "worker-pages", 0, WORKER_PAGES_MAX, 0, &pages, err);
	if (code)
		return code;
	*ret_options = (struct zong_pool_options){
		.worker = options->worker,
		.spare = SPARE_WORKERS,
		.workers = options->workers ? options->workers : (unsigned int)workers,
		.read_seconds = (unsigned int)read,
		.probe_seconds = (unsigned int)probe,
		.recycle_pages = (unsigned int)pages,
		.allow_no_landlock = true,
	};
	return 0;
}

static int start_reading(struct zong_archive *archive, const struct zong_archive_options *options,
	struct zong_err *err)
{
	struct zong_pool_options wanted;
	struct zong_pool_stats stats;
	int code;

	code = pool_options(archive, options, &wanted, err);
	if (code || !options->worker)
		return code;
	code = zong_pool_start(&wanted, &archive->pool, err);
	if (code || options->paused)
		return code;
	zong_pool_stats(archive->pool, &stats);
	code = zong_readers_start(archive, stats.workers - SPARE_WORKERS, &archive->readers);
	return code ? zong_err_set(err, code, NULL) : 0;
}

static int open_around(
	void *ctx, const char *department, struct zong_store *store, void **ret_around)
{
	struct zong_archive *around;
	int code = zong_vault_archive_open(ctx, store, &around);

	(void)department;
	if (!code)
		*ret_around = around;
	return code;
}

static void close_around(void *ctx, void *around)
{
	(void)ctx;
	zong_vault_archive_close(around);
}

/* As long as a session may be idle, a vault may. */
static int start_vaults(struct zong_archive *archive, bool paused, struct zong_err *err)
{
	const struct zong_vaults_hooks hooks = {archive, open_around, close_around};
	int code = zong_vaults_new(archive->dir, zong_idle_limit(archive->idle), &archive->vaults);

	if (!code) {
		zong_vaults_hook(archive->vaults, &hooks);
		code = paused ? 0 : zong_vaults_start(archive->vaults);
	}
	return code ? zong_err_set(err, code, NULL) : 0;
}

static int start_scrub(struct zong_archive *archive, struct zong_err *err)
{
	int64_t days;
	int code = zong_config_int(
		archive->config, "scrub-days", 0, SCRUB_DAYS_MAX, SCRUB_DAYS, &days, err);

	if (code || !days)
		return code;
	code = zong_scrub_start(archive, days * DAY, &archive->scrub);
	return code ? zong_err_set(err, code, NULL) : 0;
}

static int start_properties(struct zong_archive *archive, struct zong_err *err)
{
	int64_t days;
	int code = zong_config_int(
		archive->config, "property-days", 0, PROPERTY_DAYS_MAX, PROPERTY_DAYS, &days, err);

	if (code || !days || !archive->pool)
		return code;
	code = zong_property_round_start(archive, days * DAY, &archive->properties);
	return code ? zong_err_set(err, code, NULL) : 0;
}

static int start(struct zong_archive *archive, const struct zong_archive_options *options,
	struct zong_err *err)
{
	struct zong_store_options store_options = {0};
	int code;

	code = zong_store_open(archive->dir, &store_options, &archive->store, err);
	if (code)
		return code;
	zong_store_set_sm3(archive->store, archive->sm3);
	code = zong_log_tree_catch_up(archive->store);
	if (code)
		return zong_err_set(err, code, NULL);
	code = zong_tlog_open(archive, &archive->tlog, err);
	if (code)
		return code;
	code = zong_journal_open(archive->store, ZONG_JOURNAL_WINDOW, &archive->journal);
	if (!code)
		code = zong_filecache_new(
			archive->store, archive->spool, ZONG_CACHE_FILES, &archive->files);
	if (code)
		return zong_err_set(err, code, NULL);
	code = zong_catalogues_start(archive, err);
	if (code)
		return code;
	code = zong_text_start(archive->store, zong_index_source, NULL, err);
	if (code)
		return code;
	archive->text = true;
	code = start_reading(archive, options, err);
	if (!code)
		code = start_vaults(archive, options->paused, err);
	if (code || options->paused)
		return code;
	code = zong_keeper_start(archive, &archive->keeper);
	if (code)
		return zong_err_set(err, code, NULL);
	code = start_scrub(archive, err);
	return code ? code : start_properties(archive, err);
}

int zong_archive_open(const char *dir, const struct zong_archive_options *options,
	struct zong_archive **ret_archive, struct zong_err *err)
{
	struct zong_archive *archive;
	int code;

	if (sodium_init() < 0)
		return zong_err_set(err, ZONG_ENOMEM, NULL);
	archive = calloc(1, sizeof(*archive));
	if (!archive)
		return zong_err_set(err, ZONG_ENOMEM, NULL);
	code = prepare(archive, dir, options, err);
	if (!code)
		code = start(archive, options, err);
	if (code) {
		zong_archive_close(archive);
		return code;
	}
	*ret_archive = archive;
	return 0;
}

void zong_archive_close(struct zong_archive *archive)
{
	if (!archive)
		return;
	zong_vaults_free(archive->vaults);
	zong_scrub_stop(archive->scrub);
	zong_keeper_stop(archive->keeper);
	/* threads that wait in the pool come back when it is cancelled, and find that they are to
	 * end */
	zong_readers_ask(archive->readers);
	zong_property_round_ask(archive->properties);
	zong_pool_cancel(archive->pool);
	zong_property_round_stop(archive->properties);
	zong_readers_stop(archive->readers);
	zong_pool_stop(archive->pool);
	zong_journal_close(archive->journal);
	if (archive->text)
		zong_text_stop(archive->store);
	zong_filecache_free(archive->files);
	zong_store_close(archive->store);
	zong_bytecache_free(archive->bytes);
	zong_throttle_free(archive->throttle);
	zong_idle_free(archive->idle);
	zong_desks_free(archive->desks);
	zong_tlog_close(archive->tlog);
	zong_scanner_release(&archive->property.scanner);
	zong_kind_rules_free(archive->judge.kinds);
	zong_names_free(archive->names);
	zong_query_rules_free(archive->query_rules);
	zong_catalogues_free(archive->catalogues);
	free(archive->judge.waiting);
	zong_config_free(archive->config);
	free(archive->dir);
	free(archive->spool);
	free(archive->url);
	free(archive);
}

const char *zong_archive_dir(const struct zong_archive *archive)
{
	return archive->dir;
}

const char *zong_archive_url(const struct zong_archive *archive)
{
	return archive->url;
}

void zong_archive_set_url(struct zong_archive *archive, const char *url)
{
	char *copy = strdup(url);

	if (!copy)
		return;
	free(archive->url);
	archive->url = copy;
}

const char *zong_archive_setting(
	const struct zong_archive *archive, const char *name, const char *fallback)
{
	return zong_config_str(archive->config, name, fallback);
}

const char *zong_archive_spool(const struct zong_archive *archive)
{
	return archive->spool;
}

void zong_archive_wait(struct zong_archive *archive, uint64_t *seen, int64_t timeout)
{
	zong_store_wait(archive->store, seen, timeout);
}

uint64_t zong_archive_number(struct zong_archive *archive)
{
	return zong_store_number(archive->store);
}

void zong_archive_wake(struct zong_archive *archive)
{
	zong_store_wake(archive->store);
}
