/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/merkle.h>
#include <zong/proof.h>

#include "check.h"
#include "journal.h"
#include "log_tree.h"
#include "property.h"

/* What was done to the case is on record, and the record is as it was written: each line of the log that a row names says what the row says,
 * follows from the line before, and is in the tree over the log. */

#define LINES_AT_ONCE 200 /* of one transaction: some hundred hashes each */

/* A line that a row names. */
struct named {
	uint64_t seq;
	const char *verb;
	char object[ZONG_PROPERTY_OBJECT];
	const struct zong_property_paper *paper; /* or NULL */
	const char *element;
};

struct trail {
	struct zong_property_run *run;
	struct named *line;
	size_t lines;
};

static void name(struct trail *trail, const struct named *line)
{
	struct named *grown = realloc(trail->line, (trail->lines + 1) * sizeof(*grown));

	if (!grown) {
		trail->run->err = ZONG_ENOMEM;
		return;
	}
	trail->line = grown;
	grown[trail->lines++] = *line;
}

static void name_case(struct trail *trail)
{
	const struct zong_property_run *run = trail->run;
	const Zong__Case *cas = run->cas;
	struct named line = {.seq = cas->record, .verb = "case.open", .element = "record"};

	snprintf(line.object, sizeof(line.object), "case/%s", run->case_no);
	name(trail, &line);
	for (size_t i = 0; i < cas->n_events; i++) {
		line.seq = cas->events[i]->record;
		line.element = "events";
		line.verb = strcmp(cas->events[i]->kind, ZONG_CASE_CHANGED) == 0 ? "case.change"
										 : "case.event";
		name(trail, &line);
	}
}

static void name_step(struct trail *trail, const Zong__Volume *volume, const Zong__Step *step,
	const char *verb, const char *element)
{
	struct named line = {.verb = verb, .element = element};

	if (!step)
		return;
	line.seq = step->record;
	snprintf(line.object, sizeof(line.object), "volume/%s", volume->no);
	name(trail, &line);
}

/* Its certificate. */
static void name_gone(struct trail *trail, const Zong__Material *row)
{
	struct named line = {.seq = row->destroyed_record,
		.verb = "material.destroyed",
		.element = "destroyed_record"};
	char text[ZONG_ID_TEXT] = "";
	struct zong_id id;

	if (zong_row_id(&row->id, &id))
		zong_id_format(&id, text);
	snprintf(line.object, sizeof(line.object), "material/%s", text);
	name(trail, &line);
}

static void name_lines(struct trail *trail)
{
	const struct zong_property_run *run = trail->run;

	if (!run->single)
		name_case(trail);
	for (size_t i = 0; i < run->papers; i++) {
		struct named line = {.seq = run->paper[i].row->record,
			.verb = "material.add",
			.element = "record",
			.paper = &run->paper[i]};

		memcpy(line.object, run->paper[i].object, sizeof(run->paper[i].object));
		name(trail, &line);
	}
	for (size_t i = 0; i < run->gones; i++)
		name_gone(trail, run->gone[i]);
	for (size_t i = 0; i < run->volumes && !run->single; i++) {
		const Zong__Volume *volume = run->volume[i];

		name_step(trail, volume, volume->made, "volume.new", "made");
		name_step(trail, volume, volume->closed, "volume.close", "closed");
		name_step(trail, volume, volume->checked, "volume.check", "checked");
	}
}

/* ---- one line ---- */

struct tree {
	uint64_t size;
	struct zong_digest root;
	struct zong_merkle_store store;
	int err; /* ZONG_ECORRUPT: it is not whole */
};

static void fault(struct trail *trail, enum zong_property_item item, const struct named *line,
	const char *why)
{
	char detail[32];

	snprintf(detail, sizeof(detail), "log/%llu", (unsigned long long)line->seq);
	zong_property_fault(trail->run, item,
		&(struct zong_property_fault){.object = line->object,
			.name = line->paper ? zong_property_paper_name(line->paper) : NULL,
			.element = line->element,
			.why = why,
			.detail = line->seq ? detail : NULL});
}

static int read_line(struct zong_txn *txn, uint64_t seq, Zong__LogRecord **ret_record)
{
	ProtobufCMessage *row;
	struct zong_key key;
	int err;

	zong_key_clear(&key);
	zong_key_u64(&key, seq);
	err = zong_check_get(txn, ZONG_TABLE_LOG, &key, &zong__log_record__descriptor, &row);
	if (!err)
		*ret_record = (Zong__LogRecord *)row;
	return err;
}

/* It says what the row says, of a material also which file it was. */
static bool says(const struct named *line, const Zong__LogRecord *record)
{
	if (strcmp(record->verb, line->verb) != 0 || strcmp(record->object, line->object) != 0)
		return false;
	return !line->paper || !line->paper->known || !strstr(record->detail, "file/sha256:") ||
	       zong_proof_names(record, &line->paper->digest);
}

static int look_chain(struct zong_txn *txn, struct trail *trail, const struct named *line,
	Zong__LogRecord *record)
{
	_cleanup_row_ Zong__LogRecord *before = NULL;
	struct zong_digest previous = {{0}};
	bool fits = false;
	int err = 0;

	if (line->seq > 1)
		err = read_line(txn, line->seq - 1, &before);
	if (err && err != ZONG_ENOENT && err != ZONG_ECORRUPT)
		return err;
	if (!err && (line->seq == 1 || zong_row_digest(&before->hash, &previous)))
		err = zong_journal_follows(record, line->seq, &previous, &fits);
	if (err && err != ZONG_ENOENT && err != ZONG_ECORRUPT)
		return err;
	if (!fits)
		fault(trail, ZONG_PROPERTY_TRAIL, line, "line-changed");
	return 0;
}

static int look_tree(struct zong_txn *txn, struct trail *trail, const struct named *line,
	const struct tree *tree)
{
	struct zong_buf entry = ZONG_BUF_INIT(2 * ZONG_LOG_ENTRY);
	struct zong_merkle_proof proof;
	struct zong_digest leaf;
	bool in = false;
	int err = zong_log_entry_at(txn, line->seq, &entry);

	if (!err)
		err = zong_merkle_leaf(entry.data, entry.len, &leaf);
	if (!err)
		err = zong_merkle_inclusion(&tree->store, line->seq - 1, tree->size, &proof);
	if (!err)
		in = zong_merkle_included(&leaf, line->seq - 1, tree->size, &proof, &tree->root);
	zong_buf_release(&entry);
	if (err && err != ZONG_ECORRUPT && err != ZONG_EINVAL && err != ZONG_ENOENT)
		return err;
	if (!in)
		fault(trail, ZONG_PROPERTY_TRAIL, line, "not-in-tree");
	return 0;
}

static int look_line(struct zong_txn *txn, struct trail *trail, const struct named *line,
	const struct tree *tree)
{
	_cleanup_row_ Zong__LogRecord *record = NULL;
	int err;

	zong_property_looked(trail->run, ZONG_PROPERTY_PROCESS, 1);
	zong_property_looked(trail->run, ZONG_PROPERTY_TRAIL, 1);
	err = line->seq ? read_line(txn, line->seq, &record) : ZONG_ENOENT;
	if (err == ZONG_ENOENT || err == ZONG_ECORRUPT) {
		fault(trail, ZONG_PROPERTY_PROCESS, line, "no-line");
		fault(trail, ZONG_PROPERTY_TRAIL, line,
			err == ZONG_ENOENT ? "no-line" : "line-changed");
		return 0;
	}
	if (err)
		return err;
	if (!says(line, record))
		fault(trail, ZONG_PROPERTY_PROCESS, line, "other-line");
	err = look_chain(txn, trail, line, record);
	return err || tree->err ? err : look_tree(txn, trail, line, tree);
}

static int look_lines(struct trail *trail, size_t from, size_t to)
{
	struct zong_property_run *run = trail->run;
	struct tree tree = {0};
	struct zong_txn *txn;
	char detail[64];
	int err = zong_store_read_begin(run->archive->store, &txn);

	if (err)
		return err;
	zong_log_tree_of(txn, &tree.store);
	tree.err = zong_log_tree_whole(txn, &tree.size);
	if (!tree.err)
		tree.err = zong_merkle_root(&tree.store, tree.size, &tree.root);
	if (tree.err && from == 0)
		zong_property_fault(run, ZONG_PROPERTY_TRAIL,
			&(struct zong_property_fault){.object = "log", .why = "tree-broken"});
	snprintf(detail, sizeof(detail), "log/%llu", (unsigned long long)tree.size);
	if (!tree.err)
		zong_property_say(run, ZONG_PROPERTY_TRAIL, "", detail);
	for (size_t i = from; i < to && !err; i++)
		err = look_line(txn, trail, &trail->line[i], &tree);
	zong_txn_end(txn);
	return err;
}

/* ---- scanned, measured, read ---- */

/* Of one material. */
struct pages {
	uint32_t looked, unmeasured, waiting;
};

static int look_reading(struct zong_txn *txn, struct zong_property_run *run,
	const struct zong_property_paper *paper, size_t page, struct pages *pages)
{
	const Zong__FilePage *row = paper->file->pages[page];
	_cleanup_row_ Zong__Raster *raster = NULL;
	struct zong_digest digest;
	int err;

	if (row->err || !zong_row_digest(&row->raster, &digest))
		return 0;
	zong_property_looked(run, ZONG_PROPERTY_PROCESS, 1);
	pages->looked++;
	pages->unmeasured += !row->quality && !row->blank && !row->text_layer;
	err = zong_row_raster(txn, &digest, &raster);
	if (err)
		return err == ZONG_ENOENT || err == ZONG_ECORRUPT ? 0 : err; /* 1-11 says so */
	pages->waiting += raster->state == ZONG__RASTER_STATE__RASTER_WAITING;
	if (raster->state == ZONG__RASTER_STATE__RASTER_PARKED)
		zong_property_fault(run, ZONG_PROPERTY_PROCESS,
			&(struct zong_property_fault){.object = paper->object,
				.page = (uint32_t)page + 1,
				.name = zong_property_paper_name(paper),
				.element = "reading",
				.why = "read-failed"});
	return 0;
}

/* Not the paper's fault, so it does not fail; and not done, so it does not pass. */
static void not_done(struct zong_property_run *run, const struct zong_property_paper *paper,
	const char *element, const char *why, uint32_t count, uint32_t of)
{
	char detail[32];

	snprintf(detail, sizeof(detail), "%u/%u", count, of);
	if (count)
		zong_property_fault(run, ZONG_PROPERTY_PROCESS,
			&(struct zong_property_fault){.object = paper->object,
				.name = zong_property_paper_name(paper),
				.element = element,
				.why = why,
				.detail = detail,
				.not_run = true});
}

static int look_paper(struct zong_txn *txn, struct zong_property_run *run,
	const struct zong_property_paper *paper)
{
	struct pages pages = {0};
	int err = 0;

	for (size_t i = 0; paper->file && i < paper->file->n_pages && !err; i++)
		err = look_reading(txn, run, paper, i, &pages);
	not_done(run, paper, "quality", "not-measured", pages.unmeasured, pages.looked);
	not_done(run, paper, "reading", "not-read", pages.waiting, pages.looked);
	return err;
}

static int look_readings(struct zong_property_run *run)
{
	struct zong_txn *txn;
	int err = zong_store_read_begin(run->archive->store, &txn);

	if (err)
		return err;
	for (size_t i = 0; i < run->papers && !err; i++)
		err = look_paper(txn, run, &run->paper[i]);
	zong_txn_end(txn);
	return err;
}

void zong_property_look_trail(struct zong_property_run *run)
{
	struct trail trail = {.run = run};
	int err;

	name_lines(&trail);
	err = look_readings(run);
	for (size_t at = 0; at < trail.lines && !err && !run->err; at += LINES_AT_ONCE) {
		size_t end = at + LINES_AT_ONCE;

		err = look_lines(&trail, at, end < trail.lines ? end : trail.lines);
	}
	free(trail.line);
	if (err && !run->err)
		run->err = err;
}
