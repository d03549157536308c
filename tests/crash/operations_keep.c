/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <zong/backup.h>
#include <zong/check.h>
#include <zong/file.h>
#include <zong/retention.h>
#include <zong/vaults.h>

#include "inside.h"
#include "row.h"
#include "steps.h"

/* What is done to an archive as a whole. */

int step_collect(struct house *house, enum zong_collect_mode mode)
{
	struct zong_collect_result result;
	int code;

	for (;;) {
		code = zong_collect_run(house->open->store, mode, NULL, NULL, &result);
		if (code == ZONG_EBUSY) /* the archive's own thread is at it */
			usleep(2000);
		else if (!code || !house_trouble(house, code))
			return code;
	}
}

/* What nobody names goes, while a paper comes in that brings a part of it again. */
int run_collection(struct house *house)
{
	int code = house_open(house, true);

	if (!code)
		code = step_upload(house, "A0", 300);
	if (!code)
		code = step_collect(house, ZONG_COLLECT_ALL);
	if (!code)
		code = step_upload(house, "A0", 301);
	house_close(house);
	if (!code)
		house_tell(house, "K");
	return code;
}

/* ---- destruction ---- */

/* Lists what the ledger calls condemned, by one person and approved by another. */
int step_condemn(struct house *house, char ret_list[ZONG_ID_TEXT])
{
	const char *materials[3];
	struct zong_destruction made = {0};
	struct zong_refusals refusals = {0};
	struct zong_err err;
	struct zong_id id;
	char **lines;
	size_t count, i, some = 0;
	int code;

	lines = house_ledger(house, &count);
	for (i = 0; i < count && some < 3; i++)
		if (lines[i][0] == 'L')
			materials[some++] = lines[i] + 2;
	code = zong_destruction_propose(
		house->open, &house->archivist, materials, some, "到期", &made, &refusals, &err);
	free(refusals.item);
	house_ledger_free(lines, count);
	if (code)
		return code;
	zong_row_id(&made.list->id, &id);
	zong_id_format(&id, ret_list);
	zong_destruction_release(&made);
	code = zong_destruction_approve(house->open, &house->local, ret_list, &made, &err);
	if (!code)
		zong_destruction_release(&made);
	return code;
}

static void tell_destroyed(struct house *house)
{
	char **lines;
	size_t count, i;

	lines = house_ledger(house, &count);
	for (i = 0; i < count; i++)
		if (lines[i][0] == 'L')
			house_tell(house, "G %s", lines[i] + 2);
	house_ledger_free(lines, count);
}

/* The list that is approved, or was. */
static int find_list(struct house *house, char ret_list[ZONG_ID_TEXT], bool *ret_over)
{
	Zong__DestructionList **lists;
	struct zong_id id;
	size_t count;
	char *next;
	struct zong_err err;
	int code = zong_destruction_list(
		house->open, &house->archivist, NULL, 10, &lists, &count, &next, &err);

	if (code)
		return code;
	if (count != 1 || !zong_row_id(&lists[0]->id, &id))
		return ZONG_ENOENT;
	zong_id_format(&id, ret_list);
	*ret_over = lists[0]->state == ZONG__DESTRUCTION_STATE__DESTRUCTION_EXECUTED;
	zong_destruction_lists_free(lists, count);
	free(next);
	return 0;
}

int run_destruction(struct house *house)
{
	struct zong_destruction made = {0};
	char list[ZONG_ID_TEXT];
	struct zong_err err;
	bool over = false;
	int code = house_open(house, true);

	if (!code)
		code = find_list(house, list, &over);
	while (!code && !over) {
		code = zong_destruction_execute(house->open, &house->archivist, list, &made, &err);
		if (!code)
			over = true;
		else if (house_trouble(house, code))
			code = find_list(house, list, &over);
	}
	zong_destruction_release(&made);
	if (!code)
		tell_destroyed(house);
	if (!code)
		code = step_collect(house, ZONG_COLLECT_ALL);
	house_close(house);
	if (!code)
		house_tell(house, "K");
	return code;
}

/* ---- backup ---- */

static void path_in(const struct house *house, const char *name, char ret_path[1200])
{
	snprintf(ret_path, 1200, "%s/%s", house->root, name);
}

static void tell_trouble(void *ctx, enum zong_backup_trouble trouble, const char *name,
	const struct zong_digest *digest)
{
	char text[ZONG_DIGEST_TEXT] = "";

	struct house *house = ctx;

	/* It is left out, and told, where its disk fails while it is read. */
	if (trouble == ZONG_TROUBLE_VAULT && house && !house->calm)
		return;
	if (digest)
		zong_digest_format(digest, text);
	wrong("trouble %d of %s %s", trouble, name ? name : "", text);
}

/* A power cut may leave half a lock, which says nothing of its maker: it is taken over when it is old. */
static void age_lock(const struct house *house)
{
	const struct timespec long_ago[2] = {{.tv_sec = 1}, {.tv_sec = 1}};
	char lock[1200];

	path_in(house, "b/lock", lock);
	utimensat(AT_FDCWD, lock, long_ago, 0);
}

static int back_up_once(
	struct house *house, const char *dest, struct zong_backup_result *ret_result)
{
	struct zong_backup_options options = {
		.vault = zong_vaults_backup_one,
		.vault_ctx = house->archive,
		.watch = {.trouble = tell_trouble, .ctx = house},
	};
	struct zong_err err;
	char **names;
	int code = zong_vaults_backup(house->archive, &names, &options.vault_count);

	if (code)
		return code;
	options.vaults = (const char *const *)names;
	code = zong_backup_run(house->archive, dest, &options, ret_result, &err);
	zong_vaults_backup_free(names, options.vault_count);
	return code ? code : ret_result->vaults == 1 ? 0 : ZONG_EIO;
}

int step_back_up(struct house *house)
{
	struct zong_backup_result result;
	char dest[1200];
	int code;

	path_in(house, "b", dest);
	if (house->calm)
		age_lock(house);
	do
		code = back_up_once(house, dest, &result);
	while (code && !(code == ZONG_EBUSY && !house->calm) && house_trouble(house, code));
	/* Its own lock could not be taken away: it is this process's as long as this lives. No promise. */
	if (code == ZONG_EBUSY && !house->calm)
		return 0;
	if (code)
		return code;
	if (result.troubles)
		wrong("a backup lacks something");
	house_tell(house, "B %s", result.snapshot.name);
	return 0;
}

/* Two snapshots with something new between them, in the archive and in its vault. */
int run_backup(struct house *house)
{
	int code = step_back_up(house);

	if (!code)
		code = house_open(house, true);
	if (!code)
		code = step_upload(house, "A0", 301);
	house_close(house);
	if (!code)
		code = step_vault_put(house, 3);
	return code ? code : step_back_up(house);
}

/* Is each snapshot that was promised there and whole? */
static void check_backup(struct house *house)
{
	struct zong_backup_options options = {.watch.trouble = tell_trouble};
	struct zong_backup_check_result result;
	struct zong_err err;
	char dest[1200], path[1400], name[64];
	char **lines;
	size_t count, told = 0, i;
	int code;

	path_in(house, "b", dest);
	lines = house_ledger(house, &count);
	for (i = 0; i < count; i++) {
		if (sscanf(lines[i], "B %63s", name) != 1)
			continue;
		snprintf(path, sizeof(path), "%s/snapshots/%s", dest, name);
		if (access(path, F_OK) != 0)
			wrong("snapshot %s is gone", name);
		told++;
	}
	house_ledger_free(lines, count);
	if (!told)
		return;
	code = zong_backup_check(dest, &options, &result, &err);
	if (code || result.troubles)
		wrong("the backup has %llu troubles: %s", (unsigned long long)result.troubles,
			zong_error_slug(code));
}

int after_backup(struct house *house)
{
	int code;

	check_backup(house);
	code = house_check(house);
	return code ? code : after_vault(house);
}

/* ---- restoring ---- */

static bool is_restored(const struct house *house)
{
	char path[1200];

	path_in(house, "r/format", path);
	return access(path, F_OK) == 0;
}

int run_restore(struct house *house)
{
	struct zong_restore_options options = {.watch.trouble = tell_trouble};
	struct zong_restore_result result;
	struct zong_err err;
	char dest[1200], dir[1200];
	int code;

	path_in(house, "b", dest);
	path_in(house, "r", dir);
	if (house->calm && is_restored(house))
		return 0; /* the attempt before was good to the end */
	do
		code = zong_restore_run(dest, dir, &options, &result, &err);
	while (code && !(code == ZONG_EEXIST && house->troubles > 2) && house_trouble(house, code));
	/* The last step was done, and neither its sync nor undoing it, nor the sync once more: no promise. */
	if (code == ZONG_EEXIST && is_restored(house))
		return 0;
	if (code)
		return code;
	if (result.troubles)
		wrong("a restored archive lacks something");
	house_tell(house, "R");
	return 0;
}

/* What the archive had promised when it was backed up, the restored one holds, too. */
int after_restore(struct house *house)
{
	char archive[sizeof(house->archive)];
	char **lines;
	size_t count, i;
	bool told = false;
	int code;

	lines = house_ledger(house, &count);
	for (i = 0; i < count; i++)
		told = told || lines[i][0] == 'R';
	house_ledger_free(lines, count);
	if (told && !is_restored(house))
		wrong("what was restored is gone");
	check_backup(house);
	if (house_wrongs())
		return -1;
	if (!is_restored(house))
		return 0;
	memcpy(archive, house->archive, sizeof(archive));
	snprintf(house->archive, sizeof(house->archive), "%.1000s/r", house->root);
	code = house_check(house);
	if (!code)
		code = after_vault(house);
	memcpy(house->archive, archive, sizeof(archive));
	return code;
}

/* ---- versions, and what is derived ---- */

/* Opening an archive of an older format brings it to today's. */
int run_migration(struct house *house)
{
	int code = house_open(house, true);

	if (!code)
		code = step_case(house, "A0");
	if (!code)
		code = step_upload(house, "A0", 302);
	house_close(house);
	return code;
}

int run_reindex(struct house *house)
{
	struct zong_check_options options = {.repair = true, .reindex = true, .threads = 1};
	struct zong_check_result result;
	struct zong_err err;
	int code;

	do
		code = zong_check_run(house->archive, &options, &result, &err);
	while (code && house_trouble(house, code));
	return code;
}
