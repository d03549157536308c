/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/access.h>
#include <zong/buffer.h>
#include <zong/time.h>

#include "property.h"

#define PROGRAM "zong " PACKAGE_VERSION
#define TRIES 8 /* while materials of the case are being destroyed */

static int fill_head(struct zong_property_run *run)
{
	const struct zong_subject *who = run->who;
	Zong__PropertyReport *report = run->report;
	const Zong__Case *cas = run->cas;

	report->stage = run->order->stage;
	report->began = run->now;
	report->destroyed = (uint32_t)run->gones;
	if (zong_row_set(&report->case_no, run->case_no) ||
		zong_row_set(&report->kind, cas->kind) ||
		zong_row_set(&report->by, who ? who->key : "zong") ||
		zong_row_set(&report->name, who ? who->name : "") ||
		zong_row_set(&report->program, PROGRAM) ||
		zong_row_set(
			&report->occasion, run->order->occasion ? run->order->occasion : "hand"))
		return ZONG_ENOMEM;
	for (size_t i = 0; i < cas->n_units; i++)
		if (zong_row_append(&report->units, &report->n_units, cas->units[i]))
			return ZONG_ENOMEM;
	for (size_t i = 0; i < run->papers; i++) {
		report->materials++;
		report->pages += run->paper[i].row->pages;
		report->bytes += run->paper[i].row->bytes;
	}
	return run->single ? zong_row_set_bytes(&report->material, run->material.bytes,
				     sizeof(run->material.bytes))
			   : 0;
}

/* What no server can look at, or what there is not. */
static void leave_out(struct zong_property_run *run)
{
	static const struct {
		enum zong_property_item item;
		const char *why;
	} left[] = {
		{ZONG_PROPERTY_SIGNATURE, "not-verified"},
		{ZONG_PROPERTY_PACKAGE_FILES, "no-package"},
		{ZONG_PROPERTY_PACKAGE_FOLDERS, "no-package"},
		{ZONG_PROPERTY_PACKAGE_SAME, "no-package"},
		{ZONG_PROPERTY_PACKAGE_ELEMENTS, "no-package"},
		{ZONG_PROPERTY_PACKAGE_CONTENT, "no-package"},
		{ZONG_PROPERTY_PACKAGE_READABLE, "no-package"},
		{ZONG_PROPERTY_PACKAGE_PLAIN, "no-package"},
		{ZONG_PROPERTY_ATTACHMENTS, "no-attachments"},
		{ZONG_PROPERTY_MEDIUM_FILES, "no-medium"},
		{ZONG_PROPERTY_MEDIUM_SPEED, "manual"},
		{ZONG_PROPERTY_MEDIUM_LOOKS, "manual"},
		{ZONG_PROPERTY_MEDIUM_DISC, "manual"},
	};

	for (size_t i = 0; i < sizeof(left) / sizeof(left[0]); i++)
		zong_property_say(run, left[i].item, left[i].why, NULL);
}

static void look(struct zong_property_run *run)
{
	static void (*const looks[])(struct zong_property_run *) = {
		leave_out,
		zong_property_look_rows,
		zong_property_look_sense,
		zong_property_look_links,
		zong_property_look_scope,
		zong_property_look_trail,
		zong_property_look_bytes,
		zong_property_look_pages,
		zong_property_look_virus,
	};

	for (size_t i = 0; i < sizeof(looks) / sizeof(looks[0]) && !run->err; i++)
		looks[i](run);
}

static int sign(Zong__PropertyReport *report)
{
	struct zong_buf text = ZONG_BUF_INIT(ZONG_LIMIT_PROPERTY_TEXT);
	struct zong_digest digest;
	int err = zong_property_text(report, &text);

	if (!err) {
		zong_digest_of(text.data, text.len, &digest);
		err = zong_row_set_bytes(&report->digest, digest.bytes, sizeof(digest.bytes));
	}
	zong_buf_release(&text);
	return err;
}

/* What went while it was looked at is not damaged. */
static int look_destroyed(struct zong_txn *txn, const struct zong_property_run *run)
{
	int err = 0;

	for (size_t i = 0; i < run->papers && !err; i++) {
		_cleanup_row_ Zong__Material *row = NULL;

		err = zong_row_material(txn, &run->paper[i].id, &row);
		if (!err && row->destroyed)
			err = ZONG_ECHANGED;
		else if (err == ZONG_ENOENT || err == ZONG_ECORRUPT)
			err = 0;
	}
	return err;
}

static int write_report(struct zong_txn *txn, void *ctx)
{
	struct zong_property_run *run = ctx;
	int err = look_destroyed(txn, run);

	return err ? err : zong_property_put(txn, run->who, run->report);
}

static int go(struct zong_property_run *run)
{
	int err = zong_property_begin(run);

	if (!err)
		err = zong_property_gather(run);
	if (!err)
		err = fill_head(run);
	if (!err)
		look(run);
	if (!err)
		err = run->err;
	if (err)
		return err;
	zong_property_count(run);
	run->report->ended = zong_time_now();
	err = run->err ? run->err : sign(run->report);
	return err ? err : zong_store_write(run->archive->store, write_report, run);
}

int zong_property_run_inside(struct zong_archive *archive, const struct zong_subject *who,
	const struct zong_property_order *order, const atomic_bool *stop,
	Zong__PropertyReport **ret_report, struct zong_err *err)
{
	int code = ZONG_ECHANGED;

	for (int i = 0; i < TRIES && code == ZONG_ECHANGED; i++) {
		struct zong_property_run run = {.archive = archive,
			.who = who,
			.order = order,
			.stop = stop,
			.now = zong_time_now()};

		code = go(&run);
		if (!code)
			*ret_report = take_ptr(run.report);
		zong_property_release(&run);
	}
	return code ? zong_err_set(
			      err, code, "%s", order->material ? order->material : order->case_no)
		    : 0;
}

int zong_property_run(struct zong_archive *archive, const struct zong_subject *who,
	const struct zong_property_order *order, Zong__PropertyReport **ret_report,
	struct zong_err *err)
{
	int code = zong_access_may(who, ZONG_VERB_PROPERTY_RUN, NULL);

	return code ? zong_err_set(err, code, NULL)
		    : zong_property_run_inside(archive, who, order, NULL, ret_report, err);
}
