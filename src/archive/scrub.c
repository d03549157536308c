/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include "scrub.h"

#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include <zong/bulk.h>
#include <zong/byteorder.h>
#include <zong/check.h>
#include <zong/log.h>
#include <zong/time.h>

#include "inside.h"
#include "journal.h"
#include "row.h"

#define TICK (30 * ZONG_SECOND)
#define TICKS 1000 /* in a short round: the tick is shorter there */
#define BUDGET                                                                                     \
	(UINT64_C(1) << 30) /* read at most in one tick, also after a long time out of service */
#define KEEP_EVERY (300 * ZONG_SECOND) /* between two writes of how far it is */
#define NICE 10
#define ROW 7 /* numbers in the row */

struct zong_scrub {
	struct zong_archive *archive;
	struct zong_store *store;
	int64_t round;
	pthread_t thread;
	pthread_mutex_t mutex;
	pthread_cond_t stop;
	bool stopping;
	/* the thread's own */
	struct zong_scrub_state state;
	int64_t kept; /* when it was written */
};

/* ---- the row ---- */

static void key_of(struct zong_key *ret_key)
{
	zong_row_key_str(ret_key, "scrub");
}

int zong_scrub_read(struct zong_txn *txn, struct zong_scrub_state *ret_state)
{
	struct zong_scrub_state state = {0};
	const uint8_t *at;
	const void *bytes;
	struct zong_key key;
	size_t len;
	int err;

	key_of(&key);
	err = zong_txn_get_bytes(txn, ZONG_TABLE_META, &key, &bytes, &len);
	if (err && err != ZONG_ENOENT)
		return err;
	if (!err && len == ROW * sizeof(uint64_t)) { /* else a round begins anew */
		at = bytes;
		state.began = (int64_t)zong_read_be64(at);
		state.position = zong_read_be64(at + 8);
		state.segments = zong_read_be64(at + 16);
		state.bytes = zong_read_be64(at + 24);
		state.found = zong_read_be64(at + 32);
		state.last_ended = (int64_t)zong_read_be64(at + 40);
		state.last_found = zong_read_be64(at + 48);
	}
	*ret_state = state;
	return 0;
}

static int write_state(struct zong_txn *txn, void *ctx)
{
	const struct zong_scrub_state *state = ctx;
	uint8_t bytes[ROW * sizeof(uint64_t)];
	struct zong_key key;

	zong_write_be64(bytes, (uint64_t)state->began);
	zong_write_be64(bytes + 8, state->position);
	zong_write_be64(bytes + 16, state->segments);
	zong_write_be64(bytes + 24, state->bytes);
	zong_write_be64(bytes + 32, state->found);
	zong_write_be64(bytes + 40, (uint64_t)state->last_ended);
	zong_write_be64(bytes + 48, state->last_found);
	key_of(&key);
	return zong_txn_put_bytes(txn, ZONG_TABLE_META, &key, bytes, sizeof(bytes));
}

static void keep(struct zong_scrub *scrub)
{
	int err = zong_store_write(scrub->store, write_state, &scrub->state);

	scrub->kept = zong_time_monotonic();
	if (err)
		zong_log_warning("scrub: how far it is cannot be kept: %s", zong_error_slug(err));
}

/* ---- what is found ---- */

struct line {
	char object[ZONG_DIGEST_TEXT + 16];
	char detail[2000];
};

static int write_line(struct zong_txn *txn, void *ctx)
{
	const struct line *line = ctx;

	return zong_journal_add(txn, NULL, "scrub.found", line->object, line->detail, NULL);
}

static void put_on_record(struct zong_scrub *scrub, const struct line *line)
{
	int err = zong_store_write(scrub->store, write_line, (void *)(uintptr_t)line);

	if (err)
		zong_log_error("scrub: a finding has no line in the log: %s", zong_error_slug(err));
}

/* The program's log is for others' eyes, too: of a vault it says that there is something, and the vault's own log says what. */
static bool is_private(const struct zong_scrub *scrub)
{
	if (!zong_store_is_sealed(scrub->store))
		return false;
	zong_log_error("scrub: something is damaged in %s; its members see what in the vault's log",
		zong_store_dir(scrub->store));
	return true;
}

struct naming {
	struct zong_scrub *scrub;
	struct line *line;
};

static int name_file(void *ctx, const struct zong_digest *file)
{
	struct naming *naming = ctx;
	struct zong_iter iter = {0};
	struct zong_key prefix;
	struct zong_txn *txn;
	int err = zong_store_read_begin(naming->scrub->store, &txn);

	if (err)
		return err;
	zong_row_key_digest(&prefix, file);
	err = zong_iter_begin(&iter, txn, ZONG_TABLE_MATERIALS_BY_FILE, &prefix, NULL, false);
	while (!err && (err = zong_iter_next(&iter)) == 0) {
		struct zong_key_view view = iter.key;
		Zong__Material *material = NULL;
		char text[ZONG_ID_TEXT];
		struct zong_digest digest;
		struct zong_id id;
		size_t at = strlen(naming->line->detail);

		if (!zong_key_take_digest(&view, &digest) || !zong_key_take_id(&view, &id))
			continue;
		zong_id_format(&id, text);
		if (!zong_store_is_sealed(naming->scrub->store) &&
			zong_row_material(txn, &id, &material) == 0) {
			zong_log_error("scrub: material %s (%s, case %s) is affected", text,
				material->title, material->case_no);
			zong__material__free_unpacked(material, NULL);
		}
		snprintf(naming->line->detail + at, sizeof(naming->line->detail) - at,
			"%smaterial/%s", at ? " " : "", text);
	}
	zong_iter_end(&iter);
	zong_txn_end(txn);
	return err == ZONG_EEND ? 0 : err;
}

static int found_segment(void *ctx, const struct zong_bulk_found *found)
{
	struct zong_scrub *scrub = ctx;
	struct line line = {0};
	struct naming naming = {.scrub = scrub, .line = &line};
	char text[ZONG_DIGEST_TEXT];

	zong_digest_format(found->segment, text);
	snprintf(line.object, sizeof(line.object), "segment/%s", text);
	if (!is_private(scrub))
		zong_log_error("scrub: %s is damaged: its bytes are not what its digest says",
			line.object);
	scrub->state.found++;
	zong_bulk_files_of(scrub->store, found->segment, name_file, &naming);
	put_on_record(scrub, &line);
	return 0;
}

static bool is_stopping(struct zong_scrub *scrub)
{
	bool stopping;

	pthread_mutex_lock(&scrub->mutex);
	stopping = scrub->stopping;
	pthread_mutex_unlock(&scrub->mutex);
	return stopping;
}

static int found_row(void *ctx, const struct zong_finding *finding)
{
	struct zong_scrub *scrub = ctx;
	struct zong_buf text = ZONG_BUF_INIT(8192);
	struct line line = {.object = "archive"};

	zong_finding_text(&text, finding, "en");
	if (!is_private(scrub))
		zong_log_error("scrub: %s", zong_buf_str(&text));
	snprintf(line.detail, sizeof(line.detail), "%s %s", zong_finding_slug(finding->kind),
		finding->object);
	zong_buf_release(&text);
	if (scrub->state.found++ < 100) /* of many, the first are enough to make people look */
		put_on_record(scrub, &line);
	return is_stopping(scrub);
}

static int row_progress(void *ctx, enum zong_check_part part, uint64_t done, uint64_t total)
{
	(void)part;
	(void)done;
	(void)total;
	return is_stopping(ctx);
}

/* ---- the round ---- */

/* How far it should be now. Where the clock was set back to before it began, it goes on from where it is. */
static uint64_t target(struct zong_scrub *scrub)
{
	int64_t now = zong_time_now();
	int64_t since = now - scrub->state.began;

	if (since < 0) {
		since = (int64_t)((double)scrub->state.position / 0x1p64 * (double)scrub->round);
		scrub->state.began = now - since;
	}
	if (since >= scrub->round)
		return UINT64_MAX;
	return (uint64_t)((double)since / (double)scrub->round * 0x1p64);
}

static void end_round(struct zong_scrub *scrub)
{
	const struct zong_check_options options = {
		.found = found_row, .progress = row_progress, .ctx = scrub};
	int err = zong_check_rows(scrub->store, &options);

	if (err == ZONG_ECANCELLED)
		return; /* done again after the next start */
	if (err)
		zong_log_error("scrub: the rows could not be looked at: %s", zong_error_slug(err));
	zong_log_info("scrub: a round has ended, %llu segments read, %llu findings",
		(unsigned long long)scrub->state.segments, (unsigned long long)scrub->state.found);
	scrub->state = (struct zong_scrub_state){
		.last_ended = zong_time_now(),
		.last_found = scrub->state.found,
	};
	keep(scrub);
}

static void tick(struct zong_scrub *scrub)
{
	struct zong_scrub_state *state = &scrub->state;
	uint64_t before = state->found;
	uint64_t until, segments, bytes;
	bool wrapped;
	int err;

	if (!state->began) {
		state->began = zong_time_now();
		state->position = 0;
		keep(scrub);
	}
	until = target(scrub);
	if (state->position > until)
		return;
	err = zong_bulk_scrub(scrub->store, &state->position, until, BUDGET, found_segment, scrub,
		&segments, &bytes, &wrapped);
	if (err)
		zong_log_error("scrub: stopped at segment %016llx: %s",
			(unsigned long long)state->position, zong_error_slug(err));
	state->segments += segments;
	state->bytes += bytes;
	if (wrapped)
		state->position = UINT64_MAX;
	if (wrapped && until == UINT64_MAX)
		end_round(scrub);
	else if (state->found != before || zong_time_monotonic() - scrub->kept > KEEP_EVERY)
		keep(scrub);
}

static void wait(struct zong_scrub *scrub)
{
	int64_t pause = scrub->round / TICKS < TICK ? scrub->round / TICKS : TICK;
	int64_t until = zong_time_monotonic() + (pause > 1000 ? pause : 1000);
	struct timespec at = {.tv_sec = until / ZONG_SECOND, .tv_nsec = until % ZONG_SECOND * 1000};

	pthread_mutex_lock(&scrub->mutex);
	while (!scrub->stopping && pthread_cond_timedwait(&scrub->stop, &scrub->mutex, &at) == 0)
		;
	pthread_mutex_unlock(&scrub->mutex);
}

static void *run(void *ctx)
{
	const struct sched_param none = {0};
	struct zong_scrub *scrub = ctx;

	/* Not SCHED_IDLE: it takes the store's locks for moments, and on a busy machine it would be
	 * kept from giving one back while the writer waits for it. Of Linux: the nice value is the thread's own. */
	pthread_setschedparam(pthread_self(), SCHED_BATCH, &none);
	setpriority(PRIO_PROCESS, 0, NICE);
	while (!is_stopping(scrub)) {
		tick(scrub);
		wait(scrub);
	}
	if (scrub->state.began)
		keep(scrub);
	return NULL;
}

int zong_scrub_start(struct zong_archive *archive, int64_t round, struct zong_scrub **ret_scrub)
{
	struct zong_scrub *scrub = calloc(1, sizeof(*scrub));
	pthread_condattr_t monotonic;
	struct zong_txn *txn;
	int err;

	if (!scrub)
		return ZONG_ENOMEM;
	scrub->archive = archive;
	scrub->store = archive->store;
	scrub->round = round;
	err = zong_store_read_begin(scrub->store, &txn);
	if (!err) {
		err = zong_scrub_read(txn, &scrub->state);
		zong_txn_end(txn);
	}
	pthread_mutex_init(&scrub->mutex, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&scrub->stop, &monotonic);
	pthread_condattr_destroy(&monotonic);
	if (!err && pthread_create(&scrub->thread, NULL, run, scrub) != 0)
		err = ZONG_ENOMEM;
	if (err) {
		pthread_cond_destroy(&scrub->stop);
		pthread_mutex_destroy(&scrub->mutex);
		free(scrub);
		return err;
	}
	*ret_scrub = scrub;
	return 0;
}

int64_t zong_scrub_round(const struct zong_scrub *scrub)
{
	return scrub->round;
}

void zong_scrub_stop(struct zong_scrub *scrub)
{
	if (!scrub)
		return;
	pthread_mutex_lock(&scrub->mutex);
	scrub->stopping = true;
	pthread_cond_broadcast(&scrub->stop);
	pthread_mutex_unlock(&scrub->mutex);
	pthread_join(scrub->thread, NULL);
	pthread_cond_destroy(&scrub->stop);
	pthread_mutex_destroy(&scrub->mutex);
	free(scrub);
}
