/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/time.h>

#include "catalogue.h"
#include "check.h"
#include "journal.h"

#define STEP_LINES 20000
#define STEP_TIME (5 * ZONG_SECOND)

/* The log from its first line to its last: each follows from the one before, and what it says was made is there, unless a
 * later line says that it was taken away. */
struct walk {
	uint64_t expected; /* the line that comes next */
	struct zong_digest previous;
	bool known; /* previous is the hash of line expected - 1 */
	bool ended;
	uint64_t count;		      /* as the counter says */
	struct zong_check_names made; /* tokens: found by their id only at the end */

	/* where the step under way is: taken over when it is done */
	uint64_t next;
	struct zong_digest next_previous;
	bool next_known;
};

static int note_made(struct zong_check *check, struct zong_txn *txn, const Zong__LogRecord *record,
	enum zong_table table, const struct zong_key *key)
{
	(void)record;
	if (zong_txn_has(txn, table, key))
		return 0;
	return zong_check_names_add(&check->lost, record->object);
}

static bool begins(const char *text, const char *beginning)
{
	return strncmp(text, beginning, strlen(beginning)) == 0;
}

/* What the line says was made, or was taken away again. */
static int look_for(struct zong_check *check, struct zong_txn *txn, struct walk *walk,
	const Zong__LogRecord *record)
{
	struct zong_key key;
	struct zong_id id;
	int err = 0;

	if (strcmp(record->verb, "case.open") == 0 && begins(record->object, "case/")) {
		zong_row_key_str(&key, record->object + 5);
		err = note_made(check, txn, record, ZONG_TABLE_CASES, &key);
	} else if (strcmp(record->verb, "material.add") == 0 &&
		   begins(record->object, "material/") && !zong_id_parse(record->object + 9, &id)) {
		zong_row_key_id(&key, &id);
		err = note_made(check, txn, record, ZONG_TABLE_MATERIALS, &key);
	} else if (strcmp(record->verb, "department.add") == 0 &&
		   begins(record->object, "department/")) {
		zong_row_key_str(&key, record->object + 11);
		err = note_made(check, txn, record, ZONG_TABLE_DEPARTMENTS, &key);
	} else if (strcmp(record->verb, "original.new") == 0 &&
		   begins(record->object, "original/")) {
		zong_row_key_str(&key, record->object + 9);
		err = note_made(check, txn, record, ZONG_TABLE_ORIGINALS, &key);
	} else if (strcmp(record->verb, "handover.make") == 0 &&
		   begins(record->object, "handover/")) {
		zong_row_key_str(&key, record->object + 9);
		err = note_made(check, txn, record, ZONG_TABLE_HANDOVERS, &key);
	} else if (strcmp(record->verb, "volume.new") == 0 && begins(record->object, "volume/")) {
		zong_row_key_str(&key, record->object + 7);
		err = note_made(check, txn, record, ZONG_TABLE_VOLUMES, &key);
	} else if (strcmp(record->verb, "query.enter") == 0 && begins(record->object, "query/")) {
		zong_row_key_str(&key, record->object + 6);
		err = note_made(check, txn, record, ZONG_TABLE_QUERIES, &key);
	} else if (strcmp(record->verb, "catalogue.new") == 0 &&
		   begins(record->object, "catalogue/")) {
		zong_catalogues_key((uint32_t)strtoul(record->object + 10, NULL, 10), &key);
		err = note_made(check, txn, record, ZONG_TABLE_CATALOGUES, &key);
	} else if (strcmp(record->verb, "token.new") == 0) {
		err = zong_check_names_add(&walk->made, record->object);
	} else if (strcmp(record->verb, "token.revoke") == 0) {
		zong_check_names_remove(&walk->made, record->object);
	}
	return err == ZONG_ELIMIT ? 0 : err;
}

static void gap(struct zong_check *check, uint64_t first, uint64_t last)
{
	struct zong_finding *finding = zong_check_add(
		check, ZONG_FINDING_LOG_GAP, "log", "log/%llu", (unsigned long long)first);

	if (last > first)
		zong_check_detail(finding, "log/%llu", (unsigned long long)last);
}

static int check_line(struct zong_check *check, struct zong_txn *txn, struct walk *walk,
	const struct zong_iter *iter)
{
	_cleanup_row_ Zong__LogRecord *record =
		zong__log_record__unpack(NULL, iter->value_len, iter->value);
	struct zong_key_view view = iter->key;
	uint64_t seq;
	bool fits = false;
	int err = 0;

	if (!zong_key_take_u64(&view, &seq) || view.len) {
		char text[ZONG_FINDING_OBJECT / 2];

		zong_check_key_text(&iter->key, text, sizeof(text));
		zong_check_add(check, ZONG_FINDING_ROW_DAMAGED, "log", "log/%s", text);
		return 0;
	}
	if (seq > walk->next) {
		gap(check, walk->next, seq - 1);
		walk->next_known = false;
	}
	/* Behind a gap the line's own word is the best there is. */
	if (record && !walk->next_known) {
		memset(&walk->next_previous, 0, sizeof(walk->next_previous));
		zong_row_digest(&record->previous, &walk->next_previous);
	}
	if (record && zong_iter_sound(iter))
		err = zong_journal_follows(record, seq, &walk->next_previous, &fits);
	if (err)
		return err;
	walk->next = seq + 1;
	walk->next_known = fits;
	check->result.log++;
	if (!fits)
		zong_check_add(
			check, ZONG_FINDING_LOG_BROKEN, "log", "log/%llu", (unsigned long long)seq);
	return record ? look_for(check, txn, walk, record) : 0;
}

static int run_step(struct zong_check *check, struct zong_txn *txn, void *ctx)
{
	struct walk *walk = ctx;
	int64_t until = zong_time_monotonic() + STEP_TIME;
	struct zong_iter iter = {0};
	struct zong_key from;
	uint64_t lines;
	int err = zong_txn_counter(txn, ZONG_COUNT_LOG, &walk->count);

	walk->next = walk->expected;
	walk->next_previous = walk->previous;
	walk->next_known = walk->known;
	zong_key_clear(&from);
	zong_key_u64(&from, walk->expected);
	if (!err)
		err = zong_iter_begin(
			&iter, txn, ZONG_TABLE_LOG, NULL, walk->expected > 1 ? &from : NULL, false);
	for (lines = 0; !err && lines < STEP_LINES && zong_time_monotonic() < until; lines++) {
		err = zong_iter_next(&iter);
		if (!err)
			err = check_line(check, txn, walk, &iter);
	}
	zong_iter_end(&iter);
	walk->ended = err == ZONG_EEND;
	if (walk->ended) {
		err = 0;
		/* In the same snapshot. A counter that is far off is no gap but a wrong counter. */
		if (walk->count >= walk->next && walk->count - walk->next < 1000)
			gap(check, walk->next, walk->count);
	}
	return err;
}

struct tokens {
	struct zong_check *check;
};

static void tell_token(const char *name, void *ctx)
{
	struct tokens *tokens = ctx;

	zong_check_add(tokens->check, ZONG_FINDING_ROW_MISSING, "tokens", "%s", name);
}

/* Tokens revoked since the walk ended. */
static void take_revoked(struct zong_txn *txn, struct walk *walk)
{
	struct zong_iter iter = {0};
	Zong__LogRecord *record;
	struct zong_key from;

	zong_key_clear(&from);
	zong_key_u64(&from, walk->expected);
	if (zong_iter_begin(&iter, txn, ZONG_TABLE_LOG, NULL, &from, false) == 0)
		while (zong_iter_next(&iter) == 0) {
			record = zong__log_record__unpack(NULL, iter.value_len, iter.value);
			if (record && strcmp(record->verb, "token.revoke") == 0)
				zong_check_names_remove(&walk->made, record->object);
			if (record)
				zong__log_record__free_unpacked(record, NULL);
		}
	zong_iter_end(&iter);
}

/* Tokens that the log says were made, and that no row is. */
static int check_tokens(struct zong_check *check, struct zong_txn *txn, void *ctx)
{
	struct tokens tokens = {.check = check};
	struct walk *walk = ctx;
	struct zong_iter iter = {0};
	char object[64], text[ZONG_ID_TEXT];
	Zong__Token *token;
	struct zong_id id;
	int err = zong_iter_begin(&iter, txn, ZONG_TABLE_TOKENS, NULL, NULL, false);

	while (!err && (err = zong_iter_next(&iter)) == 0) {
		token = zong__token__unpack(NULL, iter.value_len, iter.value);
		if (token && zong_row_id(&token->id, &id)) {
			zong_id_format(&id, text);
			snprintf(object, sizeof(object), "token/%s", text);
			zong_check_names_remove(&walk->made, object);
		}
		if (token)
			zong__token__free_unpacked(token, NULL);
	}
	zong_iter_end(&iter);
	if (err != ZONG_EEND)
		return err;
	take_revoked(txn, walk);
	zong_check_names_each(&walk->made, tell_token, &tokens);
	return 0;
}

struct lost {
	struct zong_check *check;
	struct zong_txn *txn;
};

static void tell_lost(const char *name, void *ctx)
{
	struct lost *lost = ctx;
	struct zong_finding *finding;
	struct zong_id id;

	finding = zong_check_add(lost->check, ZONG_FINDING_ROW_MISSING,
		begins(name, "case/")	    ? "cases"
		: begins(name, "material/") ? "materials"
		: begins(name, "original/") ? "originals"
		: begins(name, "handover/") ? "handovers"
		: begins(name, "volume/")   ? "volumes"
		: begins(name, "query/")    ? "queries"
		: begins(name, "catalogue/") ? "catalogues"
					    : "departments",
		"%s", name);
	if (begins(name, "case/"))
		zong_check_affects_case(lost->check, lost->txn, finding, name + 5);
	else if (begins(name, "material/") && !zong_id_parse(name + 9, &id))
		zong_check_affects_material(lost->check, lost->txn, finding, &id);
}

static int tell_all_lost(struct zong_check *check, struct zong_txn *txn, void *ctx)
{
	struct lost lost = {.check = check, .txn = txn};

	(void)ctx;
	zong_check_names_each(&check->lost, tell_lost, &lost);
	return 0;
}

int zong_check_log(struct zong_check *check)
{
	struct walk walk = {.expected = 1, .known = true};
	int err = 0;

	while (!err && !walk.ended) {
		err = zong_check_run_step(check, run_step, &walk);
		walk.expected = walk.next;
		walk.previous = walk.next_previous;
		walk.known = walk.next_known;
		if (!err)
			err = zong_check_progress(check, walk.expected - 1, walk.count);
	}
	if (!err)
		err = zong_check_run_step(check, check_tokens, &walk);
	if (!err)
		err = zong_check_run_step(check, tell_all_lost, NULL);
	zong_check_names_release(&walk.made);
	return err;
}
