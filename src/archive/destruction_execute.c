/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/access.h>
#include <zong/log.h>

#include "bytecache.h"
#include "destruction_row.h"
#include "filecache.h"
#include "journal.h"
#include "keeper.h"
#include "row.h"

/* What goes in one commit. */
#define STEP_ITEMS 32
#define STEP_PAGES 500

struct execution {
	const struct zong_subject *who; /* NULL: the program goes on with it after a restart */
	int32_t today;
	struct zong_id id;
	Zong__DestructionState state;
	struct zong_key from, next; /* item to go on with */
	bool more;
	struct zong_removed removed; /* by this step */
	struct zong_destruction made;
};

static int write_begin(struct zong_txn *txn, void *ctx)
{
	_cleanup_row_ Zong__DestructionList *list = NULL;
	struct execution *execution = ctx;
	int err = zong_destruction_row(txn, &execution->id, &list);

	if (err)
		return err;
	execution->state = list->state;
	if (list->state == ZONG__DESTRUCTION_STATE__DESTRUCTION_EXECUTING)
		return 0;
	if (list->state != ZONG__DESTRUCTION_STATE__DESTRUCTION_APPROVED)
		return ZONG_ELISTSTATE;
	list->state = ZONG__DESTRUCTION_STATE__DESTRUCTION_EXECUTING;
	err = zong_destruction_step(txn, execution->who, &execution->id, "destruction.execute", "",
		"", &list->execution);
	return err ? err : zong_destruction_put(txn, list);
}

/* ---- one material ---- */

/* Certificate of destruction: all that will be known of the material, by whose decision it went. */
static int certify(struct zong_txn *txn, const struct execution *execution,
	const Zong__DestructionList *list, const Zong__DestructionItem *item, uint64_t *ret_record)
{
	struct zong_buf detail = ZONG_BUF_INIT(16 * 1024);
	char digest[ZONG_DIGEST_TEXT];
	char object[64];
	char text[ZONG_ID_TEXT];
	char day[ZONG_DAY_TEXT];
	struct zong_digest file;
	struct zong_id id;
	int err;

	if (!zong_row_digest(&item->file, &file) || !zong_row_id(&item->material, &id))
		return ZONG_ECORRUPT;
	zong_digest_format(&file, digest);
	zong_day_format(item->due, day);
	zong_id_format(&execution->id, text);
	zong_buf_add_format(&detail,
		"destruction/%s case/%s file/%s pages %u bytes %llu type “%s” "
		"title “%s” rule “%s” due %s proposed %s “%s” approved %s “%s”",
		text, item->case_no, digest, item->pages, (unsigned long long)item->bytes,
		item->type, item->title, item->rule, day, list->proposal->by, list->proposal->name,
		list->approval->by, list->approval->name);
	zong_id_format(&id, text);
	snprintf(object, sizeof(object), "material/%s", text);
	err = detail.err;
	if (!err)
		err = zong_journal_add(txn, execution->who, "material.destroyed", object,
			zong_buf_str(&detail), ret_record);
	zong_buf_release(&detail);
	return err;
}

static int let_stay(Zong__DestructionList *list, Zong__DestructionItem *item,
	const struct zong_verdict *verdict)
{
	char why[1024];
	char day[ZONG_DAY_TEXT];

	zong_day_format(verdict->due, day);
	snprintf(why, sizeof(why), "%s %s", zong_verdict_name(verdict),
		verdict->state == ZONG_KEPT_HELD      ? verdict->hold_reason
		: verdict->state == ZONG_KEPT_RUNNING ? day
						      : verdict->rule);
	item->state = ZONG__DESTRUCTION_ITEM_STATE__DESTRUCTION_STAYED;
	list->stayed++;
	return zong_row_set(&item->why, why);
}

static int destroy(struct zong_txn *txn, struct execution *execution, Zong__DestructionList *list,
	Zong__DestructionItem *item, Zong__Material *material)
{
	int err = certify(txn, execution, list, item, &item->record);

	if (!err)
		err = zong_material_remove(txn, material, &execution->id,
			execution->who ? execution->who->key : "zong", item->record,
			&execution->removed);
	item->state = ZONG__DESTRUCTION_ITEM_STATE__DESTRUCTION_DESTROYED;
	list->destroyed++;
	return err;
}

/* Looked at again at the very moment: a hold or an event may have come since the list was made. */
static int settle_item(struct zong_txn *txn, struct execution *execution,
	const struct zong_rules *rules, Zong__DestructionList *list, Zong__DestructionItem *item)
{
	_cleanup_row_ Zong__Material *material = NULL;
	struct zong_verdict verdict;
	struct zong_id id;
	int err;

	if (!zong_row_id(&item->material, &id))
		return ZONG_ECORRUPT;
	err = zong_row_material(txn, &id, &material);
	if (!err)
		err = zong_retention_judge(txn, rules, execution->today, material, &verdict);
	if (err)
		return err == ZONG_ENOENT ? ZONG_ECORRUPT : err;
	if (verdict.state == ZONG_KEPT_DUE)
		err = destroy(txn, execution, list, item, material);
	else
		err = let_stay(list, item, &verdict);
	return err ? err : zong_destruction_put_item(txn, &execution->id, item);
}

/* ---- a step ---- */

struct chosen {
	Zong__DestructionItem *item[STEP_ITEMS];
	size_t count;
};

static int choose(struct zong_txn *txn, struct execution *execution, struct chosen *chosen)
{
	struct zong_iter iter = {0};
	struct zong_key prefix;
	uint32_t pages = 0;
	int err;

	zong_row_key_id(&prefix, &execution->id);
	execution->next = execution->from;
	execution->more = false;
	err = zong_iter_begin(&iter, txn, ZONG_TABLE_DESTRUCTION_ITEMS, &prefix,
		execution->from.len ? &execution->from : NULL, false);
	while (!err && (err = zong_iter_next(&iter)) == 0) {
		Zong__DestructionItem *item;

		execution->more = chosen->count == STEP_ITEMS || pages > STEP_PAGES;
		if (execution->more)
			break;
		item = zong__destruction_item__unpack(NULL, iter.value_len, iter.value);
		if (!item) {
			err = ZONG_ECORRUPT;
			break;
		}
		zong_key_clear(&execution->next);
		zong_key_bytes(&execution->next, iter.key.bytes, iter.key.len);
		zong_key_u8(&execution->next, 0);
		if (item->state == ZONG__DESTRUCTION_ITEM_STATE__DESTRUCTION_LISTED) {
			chosen->item[chosen->count++] = item;
			pages += item->pages;
		} else {
			zong__destruction_item__free_unpacked(item, NULL);
		}
	}
	zong_iter_end(&iter);
	return err == ZONG_EEND ? 0 : err;
}

static int settle_chosen(struct zong_txn *txn, struct execution *execution, struct chosen *chosen)
{
	_cleanup_row_ Zong__DestructionList *list = NULL;
	struct zong_rules rules = {0};
	int err = zong_destruction_row(txn, &execution->id, &list);

	if (!err && list->state != ZONG__DESTRUCTION_STATE__DESTRUCTION_EXECUTING)
		return 0; /* another one who executes it has finished it */
	if (!err && (!list->proposal || !list->approval))
		err = ZONG_ECORRUPT;
	if (!err)
		err = zong_rules_load(txn, &rules);
	for (size_t i = 0; !err && i < chosen->count; i++)
		err = settle_item(txn, execution, &rules, list, chosen->item[i]);
	zong_rules_release(&rules);
	return err ? err : zong_destruction_put(txn, list);
}

static int write_step(struct zong_txn *txn, void *ctx)
{
	struct execution *execution = ctx;
	struct chosen chosen = {.count = 0};
	int err;

	execution->removed.files = 0;
	err = choose(txn, execution, &chosen);
	if (!err && chosen.count > 0)
		err = settle_chosen(txn, execution, &chosen);
	for (size_t i = 0; i < chosen.count; i++)
		zong__destruction_item__free_unpacked(chosen.item[i], NULL);
	return err;
}

/* ---- the end ---- */

static int certify_list(
	struct zong_txn *txn, const struct execution *execution, Zong__DestructionList *list)
{
	struct zong_buf detail = ZONG_BUF_INIT(16 * 1024);
	char object[64];
	char text[ZONG_ID_TEXT];
	int err;

	zong_id_format(&execution->id, text);
	snprintf(object, sizeof(object), "destruction/%s", text);
	zong_buf_add_format(&detail,
		"%u materials, destroyed %u, stayed %u, proposed %s “%s” approved %s “%s” executed "
		"%s “%s”",
		list->items, list->destroyed, list->stayed, list->proposal->by,
		list->proposal->name, list->approval->by, list->approval->name,
		list->execution ? list->execution->by : "",
		list->execution ? list->execution->name : "");
	err = detail.err;
	if (!err)
		err = zong_journal_add(txn, execution->who, "destruction.certificate", object,
			zong_buf_str(&detail), &list->certificate);
	zong_buf_release(&detail);
	return err;
}

static int write_end(struct zong_txn *txn, void *ctx)
{
	_cleanup_row_ Zong__DestructionList *list = NULL;
	struct execution *execution = ctx;
	int err = zong_destruction_row(txn, &execution->id, &list);

	zong_destruction_release(&execution->made);
	if (!err && list->state == ZONG__DESTRUCTION_STATE__DESTRUCTION_EXECUTING) {
		list->state = ZONG__DESTRUCTION_STATE__DESTRUCTION_EXECUTED;
		err = certify_list(txn, execution, list);
		if (!err)
			err = zong_destruction_put(txn, list);
	}
	return err ? err : zong_destruction_load(txn, &execution->id, &execution->made);
}

static int run(struct zong_archive *archive, struct execution *execution)
{
	int err = zong_store_write(archive->store, write_begin, execution);

	execution->more = true;
	while (!err && execution->more) {
		err = zong_store_write(archive->store, write_step, execution);
		for (size_t i = 0; !err && i < execution->removed.files; i++) {
			zong_bytecache_forget(archive->bytes, &execution->removed.file[i]);
			zong_filecache_forget(archive->files, &execution->removed.file[i]);
		}
		execution->from = execution->next;
	}
	zong_removed_release(&execution->removed);
	if (!err)
		err = zong_store_write(archive->store, write_end, execution);
	if (err)
		zong_destruction_release(&execution->made);
	return err;
}

int zong_destruction_execute(struct zong_archive *archive, const struct zong_subject *who,
	const char *id, struct zong_destruction *ret_destruction, struct zong_err *err)
{
	struct execution execution = {.who = who, .today = zong_retention_today(archive)};
	int code = zong_access_may(who, ZONG_VERB_DESTRUCTION_MANAGE, NULL);

	if (code)
		return zong_err_set(err, code, NULL);
	if (zong_id_parse(id, &execution.id))
		return zong_err_set(err, ZONG_ENOENT, "%s", id);
	code = run(archive, &execution);
	if (code)
		return zong_err_set(err, code, "%s",
			code == ZONG_ELISTSTATE ? zong_destruction_state_name(execution.state)
						: id);
	zong_keeper_ask(archive->keeper);
	*ret_destruction = execution.made;
	return 0;
}

/* The first list under way behind @after. */
static int find_executing(
	struct zong_archive *archive, const struct zong_id *after, struct zong_id *ret_id)
{
	struct zong_iter iter = {0};
	struct zong_txn *txn;
	struct zong_key from;
	bool found = false;
	int err = zong_store_read_begin(archive->store, &txn);

	if (err)
		return err;
	zong_row_key_id(&from, after);
	zong_key_u8(&from, 0);
	err = zong_iter_begin(&iter, txn, ZONG_TABLE_DESTRUCTION_LISTS, NULL, &from, false);
	while (!err && !found && (err = zong_iter_next(&iter)) == 0) {
		Zong__DestructionList *list =
			zong__destruction_list__unpack(NULL, iter.value_len, iter.value);

		found = list && list->state == ZONG__DESTRUCTION_STATE__DESTRUCTION_EXECUTING &&
			zong_row_id(&list->id, ret_id);
		if (list)
			zong__destruction_list__free_unpacked(list, NULL);
	}
	zong_iter_end(&iter);
	zong_txn_end(txn);
	return err;
}

int zong_destruction_resume(struct zong_archive *archive)
{
	struct zong_id after = {0};
	int err;

	for (;;) {
		struct execution execution = {.today = zong_retention_today(archive)};

		err = find_executing(archive, &after, &execution.id);
		if (err)
			return err == ZONG_EEND ? 0 : err;
		after = execution.id;
		err = run(archive, &execution);
		zong_destruction_release(&execution.made);
		if (err)
			return err;
	}
}
