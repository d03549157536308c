/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <zong/case.h>
#include <zong/check.h>
#include <zong/delivery.h>
#include <zong/material.h>
#include <zong/time.h>

#include "house.h"
#include "inside.h"
#include "row.h"

/* ---- the promises ---- */

static void check_bytes(struct house *house, const char *id, const char *digest)
{
	struct zong_bytes *bytes;
	struct zong_digest_state *state;
	struct zong_digest read;
	struct zong_err err;
	char text[ZONG_DIGEST_TEXT];
	uint8_t part[65536];
	uint64_t at = 0;
	size_t n = 1;
	int code = zong_material_bytes(house->open, &house->archivist, id, &bytes, &err);

	if (code) {
		wrong("%s was acknowledged: %s", id, zong_error_slug(code));
		return;
	}
	zong_digest_begin(&state);
	for (; n > 0 && !code; at += n) {
		code = zong_bytes_read(bytes, at, part, sizeof(part), &n);
		if (!code)
			zong_digest_add(state, part, n);
	}
	zong_digest_end(state, &read);
	zong_digest_format(&read, text);
	if (code || strcmp(text, digest) != 0)
		wrong("%s has other bytes: %s", id, zong_error_slug(code));
	zong_bytes_close(bytes);
}

static bool has_line(char kind, const char *id, char *const *lines, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (lines[i][0] == kind && (!id || strcmp(lines[i] + 2, id) == 0))
			return true;
	return false;
}

static bool is_destroyed(struct house *house, const char *text)
{
	Zong__Material *material;
	struct zong_txn *txn;
	struct zong_id id;
	bool destroyed = false;

	if (zong_id_parse(text, &id) || zong_store_read_begin(house->open->store, &txn))
		abort();
	if (zong_row_material(txn, &id, &material) == 0) {
		destroyed = material->destroyed != 0;
		zong__material__free_unpacked(material, NULL);
	}
	zong_txn_end(txn);
	return destroyed;
}

static void check_material(struct house *house, const char *line, char *const *lines, size_t count)
{
	char id[64], digest[80], no[64];
	Zong__Material **materials;
	struct zong_digest paper;
	struct zong_err err;
	unsigned number, found = 0;
	size_t materials_count, i;

	if (sscanf(line, "M %63s %79s %u %63s", id, digest, &number, no) != 4)
		abort();
	if (has_line('L', id, lines, count) && is_destroyed(house, id))
		return; /* wholly: its rows are checked */
	if (has_line('G', id, lines, count))
		wrong("%s was destroyed and is there", id);
	paper_digest(number, &paper);
	check_bytes(house, id, digest);
	if (zong_case_materials(
		    house->open, &house->archivist, no, &materials, &materials_count, &err)) {
		wrong("%s was acknowledged and its case is not there", id);
		return;
	}
	for (i = 0; i < materials_count; i++)
		found += memcmp(materials[i]->file.data, paper.bytes, sizeof(paper.bytes)) == 0;
	if (found != 1)
		wrong("paper %u is %u times in case %s", number, found, no);
	zong_materials_free(materials, materials_count);
}

static void check_raster(struct zong_txn *txn, const char *text, bool may_be_gone)
{
	struct zong_digest digest;
	Zong__Raster *raster;

	if (zong_digest_parse(text, &digest) || zong_row_raster(txn, &digest, &raster)) {
		if (!may_be_gone)
			wrong("a page that was read is gone");
		return;
	}
	if (raster->state != ZONG__RASTER_STATE__RASTER_READ)
		wrong("a page that was read is not read any more");
	zong__raster__free_unpacked(raster, NULL);
}

static void check_delivery(struct zong_txn *txn, const char *line)
{
	Zong__Delivery *delivery;
	struct zong_id id;
	char text[64], kind;
	unsigned value;

	if (sscanf(line, "%c %63s %u", &kind, text, &value) != 3 || zong_id_parse(text, &id))
		abort();
	if (zong_row_delivery(txn, &id, &delivery)) {
		wrong("delivery %s is gone", text);
		return;
	}
	if (kind == 'D' && value >= 2 && (unsigned)delivery->state != value)
		wrong("delivery %s had ended with %u and is %d", text, value, (int)delivery->state);
	else if (kind == 'D' && (unsigned)delivery->state < value)
		wrong("delivery %s had come to %u and is %d", text, value, (int)delivery->state);
	else if (kind == 'A' && delivery->attempts < value)
		wrong("delivery %s had %u attempts and has %u", text, value, delivery->attempts);
	zong__delivery__free_unpacked(delivery, NULL);
}

static void check_password(struct house *house, const char *password)
{
	char token[ZONG_TOKEN_TEXT];
	struct zong_subject who;

	if (zong_identity_sign_in(house->open, "admin", password, "192.0.2.1", false, token, &who))
		wrong("the password that was given out does not open");
}

char **house_ledger(struct house *house, size_t *ret_count)
{
	FILE *ledger = fdopen(dup(house->ledger), "r");
	char **lines = NULL;
	char line[512];
	size_t count = 0;

	rewind(ledger);
	while (fgets(line, sizeof(line), ledger)) {
		size_t len = strlen(line);

		if (line[len - 1] != '\n')
			break; /* killed in the middle of it */
		line[len - 1] = '\0';
		lines = reallocarray(lines, count + 1, sizeof(*lines));
		lines[count++] = strdup(line);
	}
	fclose(ledger);
	*ret_count = count;
	return lines;
}

void house_ledger_free(char **lines, size_t count)
{
	while (count > 0)
		free(lines[--count]);
	free(lines);
}

void house_check_ledger(struct house *house)
{
	char id[64], digest[80];
	struct zong_txn *txn;
	struct zong_key key;
	size_t count, i;
	char **lines = house_ledger(house, &count);

	for (i = 0; i < count; i++) {
		if (lines[i][0] == 'M')
			check_material(house, lines[i], lines, count);
		else if (sscanf(lines[i], "O %63s %79s", id, digest) == 2)
			check_bytes(house, id, digest);
		else if (lines[i][0] == 'P')
			check_password(house, lines[i] + 2);
	}
	if (zong_store_read_begin(house->open->store, &txn))
		abort();
	for (i = 0; i < count; i++) {
		if (lines[i][0] == 'T')
			check_raster(txn, lines[i] + 2, has_line('L', NULL, lines, count));
		else if (lines[i][0] == 'D' || lines[i][0] == 'A')
			check_delivery(txn, lines[i]);
		else if (lines[i][0] == 'C') {
			zong_row_key_str(&key, lines[i] + 2);
			if (!zong_txn_has(txn, ZONG_TABLE_CASES, &key))
				wrong("case %s is gone", lines[i] + 2);
		}
	}
	zong_txn_end(txn);
	house_ledger_free(lines, count);
}

/* ---- what must hold whatever was promised ---- */

static bool was_told(struct house *house, char kind)
{
	size_t count;
	char **lines = house_ledger(house, &count);
	bool told = has_line(kind, NULL, lines, count);

	house_ledger_free(lines, count);
	return told;
}

static void check_litter(struct house *house)
{
	struct zong_collect_result result;
	int code = ZONG_EBUSY;

	if (!was_told(house, 'K'))
		return;
	while (code == ZONG_EBUSY) { /* the archive's own thread is at it */
		code = zong_collect_run(
			house->open->store, ZONG_COLLECT_COUNT, NULL, NULL, &result);
		if (code == ZONG_EBUSY)
			usleep(2000);
	}
	if (code || result.loose)
		wrong("%llu segments that nobody names: %s", (unsigned long long)result.loose,
			zong_error_slug(code));
}

static void check_files(struct house *house)
{
	uint64_t files, broken;
	int code = zong_store_verify(house->open->store, &files, &broken);

	if (code || broken)
		wrong("%llu broken files of %llu: %s", (unsigned long long)broken,
			(unsigned long long)files, zong_error_slug(code));
}

/* Each material and each reading is found by its text. */
static void check_text(struct house *house)
{
	struct zong_store_stats stats;
	struct zong_text_hit hits[64];
	struct zong_key_view view;
	struct zong_iter iter = {0};
	struct zong_txn *txn;
	size_t count = 0, total, seen = 0, i;
	int code = zong_text_settle(house->open->store, 20 * ZONG_SECOND);

	if (code) {
		wrong("the text index does not come up to the catalog: %s", zong_error_slug(code));
		return;
	}
	code = zong_text_search(house->open->store, "文件", 0, 64, hits, &count, &total);
	if (code)
		wrong("the text index: %s", zong_error_slug(code));
	zong_store_stats(house->open->store, &stats);
	if (zong_store_read_begin(house->open->store, &txn))
		return;
	zong_iter_begin(&iter, txn, ZONG_TABLE_READINGS, NULL, NULL, false);
	while (zong_iter_next(&iter) == 0) {
		Zong__Reading *reading = NULL;
		struct zong_digest digest;
		bool found = false;

		view = iter.key;
		if (!zong_key_take_digest(&view, &digest) ||
			zong_reading_get(txn, &digest, &reading))
			continue;
		if (strcmp(reading->lines[0]->words[1]->text, "文件") == 0) {
			for (i = 0; i < count && !found; i++)
				found = hits[i].what_len == 33 && hits[i].what[0] == 'r' &&
					memcmp(hits[i].what + 1, digest.bytes, 32) == 0;
			if (!found)
				wrong("a page that is read is not found");
			seen++;
		}
		zong__reading__free_unpacked(reading, NULL);
	}
	zong_iter_end(&iter);
	zong_txn_end(txn);
	if (count != seen)
		wrong("the text index finds %zu pages of %zu", count, seen);
}

static bool wait_read(struct house *house)
{
	int64_t until = zong_time_monotonic() + 20 * ZONG_SECOND;
	struct zong_status status;
	uint64_t seen = 0;

	do {
		zong_status_peek(house->open, &status);
		if (!status.jobs_waiting && !status.jobs_running)
			return true;
		zong_archive_wait(house->open, &seen, ZONG_SECOND / 10);
	} while (zong_time_monotonic() < until);
	return false;
}

static int on_finding(void *ctx, const struct zong_finding *finding)
{
	(void)ctx;
	wrong("zong check: %s %s %s", zong_finding_slug(finding->kind), finding->object,
		finding->detail);
	return 0;
}

/* `zong check`, in the whole. */
static void check_all(struct house *house)
{
	struct zong_check_options options = {.threads = 1, .found = on_finding};
	struct zong_check_result result;
	struct zong_err err;
	int code = zong_check_run(house->archive, &options, &result, &err);

	if (code)
		wrong("zong check ends with %s", zong_error_slug(code));
}

int house_check(struct house *house)
{
	bool foreign = was_told(house, 'O');

	house->calm = true;
	if (house_open(house, true))
		return -1;
	house_check_rows(house->open, foreign ? HOUSE_FOREIGN : HOUSE_OWN);
	check_files(house);
	check_litter(house);
	house_check_ledger(house);
	if (!foreign) {
		check_text(house);
		house_check_review(house);
		house_check_units(house);
		house_check_papers(house);
		house_check_properties(house);
		house_check_desk(house);
	}
	house_close(house);
	check_all(house);
	return house_wrongs() ? -1 : 0;
}

int house_check_read(struct house *house)
{
	if (was_told(house,
		    'O')) /* its pages are no papers of ours, and nobody here can read them */
		return house_check(house);
	if (house_open(house, false))
		return -1;
	if (!wait_read(house))
		wrong("pages wait and are not read");
	house_check_rows(house->open, HOUSE_READ);
	check_files(house);
	check_litter(house);
	house_check_ledger(house);
	check_text(house);
	house_check_review(house);
	house_check_units(house);
	house_check_papers(house);
	house_check_properties(house);
	house_check_desk(house);
	house_close(house);
	check_all(house);
	return house_wrongs() ? -1 : 0;
}
