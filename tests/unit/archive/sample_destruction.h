/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_TEST_ARCHIVE_SAMPLE_DESTRUCTION_H
#define ZONG_TEST_ARCHIVE_SAMPLE_DESTRUCTION_H

/* The way of a material to its destruction, a call a step. */

#include <stdio.h>

#include <zong/retention.h>

#include "destruction_row.h"
#include "fixture.h"
#include "row.h"

/* A case whose materials are due, with one of them. */
static inline void due_material(struct fixture *f, const char *no, const char *pages, char *ret_id)
{
	Zong__RetentionRule rule = ZONG__RETENTION_RULE__INIT;
	char event[] = "注销";
	Zong__Case *row;
	bool again;

	rule.event = event;
	rule.years = 1;
	assert_int_equal(zong_rules_set(f->archive, &f->administrator, &rule, &f->err), 0);
	fixture_case(f, no);
	assert_int_equal(zong_case_event_add(f->archive, &f->archivist, no, event, "2010-01-31",
				 &row, &again, &f->err),
		0);
	zong__case__free_unpacked(row, NULL);
	assert_int_equal(fixture_add(f, no, "合同", pages, "tax", &f->receipt), 0);
	snprintf(ret_id, ZONG_ID_TEXT, "%s", fixture_id(&f->receipt.material->id));
}

/* Proposes by the archivist; the list's id. */
static inline void propose(struct fixture *f, const char *material, char *ret_list)
{
	struct zong_destruction made;
	struct zong_refusals refusals = {0};

	assert_int_equal(zong_destruction_propose(f->archive, &f->archivist, &material, 1, "到期",
				 &made, &refusals, &f->err),
		0);
	snprintf(ret_list, ZONG_ID_TEXT, "%s", fixture_id(&made.list->id));
	zong_destruction_release(&made);
}

static inline int approve(struct fixture *f, const struct zong_subject *who, const char *list)
{
	struct zong_destruction made = {0};
	int err = zong_destruction_approve(f->archive, who, list, &made, &f->err);

	zong_destruction_release(&made);
	return err;
}

static inline int execute(struct fixture *f, const struct zong_subject *who, const char *list)
{
	struct zong_destruction made = {0};
	int err = zong_destruction_execute(f->archive, who, list, &made, &f->err);

	zong_destruction_release(&made);
	return err;
}

static inline int set_executing(struct zong_txn *txn, void *ctx)
{
	_cleanup_row_ Zong__DestructionList *list = NULL;
	int err = zong_destruction_row(txn, ctx, &list);

	if (err)
		return err;
	list->state = ZONG__DESTRUCTION_STATE__DESTRUCTION_EXECUTING;
	return zong_destruction_put(txn, list);
}

/* As a crash in the middle of an execution leaves it. */
static inline void begin_executing(struct fixture *f, const char *list)
{
	struct zong_id id;

	assert_int_equal(zong_id_parse(list, &id), 0);
	assert_int_equal(zong_store_write(f->archive->store, set_executing, &id), 0);
}

/* Segments that nothing holds any more and that are not collected yet. */
static inline uint64_t waiting(struct fixture *f)
{
	uint64_t loose;

	assert_int_equal(zong_collect_waiting(f->archive->store, &loose), 0);
	return loose;
}

/* All steps at once, by two people. */
static inline void destroy(struct fixture *f, const char *material, char *ret_list)
{
	propose(f, material, ret_list);
	assert_int_equal(approve(f, &f->administrator, ret_list), 0);
	assert_int_equal(execute(f, &f->archivist, ret_list), 0);
}

#endif
