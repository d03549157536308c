/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <zong/backup.h>
#include <zong/file.h>

#include "inside.h"
#include "steps.h"

/* What is done to an archive as a whole. */

static int collect(struct house *house, enum zong_collect_mode mode)
{
	struct zong_collect_result result;
	int code;

	do
		code = zong_collect_run(house->open->store, mode, NULL, NULL, &result);
	while (code && house_trouble(house, code));
	return code;
}

/* What nobody names goes, while a paper comes in that brings a part of it again. */
int run_collection(struct house *house)
{
	int code = house_open(house, true);

	if (!code)
		code = step_upload(house, "A0", 300);
	if (!code)
		code = collect(house, ZONG_COLLECT_ALL);
	if (!code)
		code = step_upload(house, "A0", 301);
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

	(void)ctx;
	if (digest)
		zong_digest_format(digest, text);
	wrong("trouble %d of %s %s", trouble, name ? name : "", text);
}

static int back_up(struct house *house)
{
	struct zong_backup_options options = {.watch.trouble = tell_trouble};
	struct zong_backup_result result;
	struct zong_err err;
	char dest[1200];
	int code;

	path_in(house, "b", dest);
	do
		code = zong_backup_run(house->archive, dest, &options, &result, &err);
	while (code && house_trouble(house, code));
	if (code)
		return code;
	if (result.troubles)
		wrong("a backup lacks something");
	house_tell(house, "B %s", result.snapshot.name);
	return 0;
}

/* Two snapshots with something new between them. */
int run_backup(struct house *house)
{
	int code = back_up(house);

	if (!code)
		code = house_open(house, true);
	if (!code)
		code = step_upload(house, "A0", 301);
	house_close(house);
	return code ? code : back_up(house);
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
	check_backup(house);
	return house_check(house);
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
	memcpy(house->archive, archive, sizeof(archive));
	return code;
}

/* ---- versions ---- */

/* Opening an archive of an older format brings it to today's. */
int run_migration(struct house *house)
{
	int code = house_open(house, true);

	if (!code)
		code = step_upload(house, "A0", 302);
	house_close(house);
	return code;
}
