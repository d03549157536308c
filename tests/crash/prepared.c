/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <zong/retention.h>

#include "inside.h"
#include "steps.h"
#include "tree.h"

static int make_founded(struct house *house)
{
	char password[ZONG_PASSWORD_TEXT];
	struct zong_err err;
	int code = zong_archive_create(house->archive, password, &err);

	if (!code)
		code = house_open(house, true);
	if (!code)
		code = step_department(house, "tax", NULL);
	if (!code)
		code = step_department(house, "bank", "http://127.0.0.1:9/hook");
	if (!code)
		code = step_case(house, "A0");
	if (!code)
		code = step_settle_text(house, true);
	house_close(house);
	return code;
}

/* Six papers from this number on, which nobody reads yet. */
static int take_in(struct house *house, unsigned first)
{
	unsigned paper;
	int code = house_open(house, true);

	for (paper = first; !code && paper < first + 6; paper++)
		code = step_upload(house, "A0", paper);
	if (!code)
		code = step_settle_text(house, true);
	house_close(house);
	return code;
}

static int make_unread(struct house *house)
{
	return take_in(house, 100);
}

static int make_filled(struct house *house)
{
	int code = house_open(house, false);

	if (!code)
		code = step_read_all(house);
	if (!code)
		code = step_settle_text(house, false);
	if (!code)
		step_tell_read(house);
	house_close(house);
	return code;
}

/* Numbers were read whose check fails. */
static int make_unsure(struct house *house)
{
	int code = take_in(house, 600);

	return code ? code : make_filled(house);
}

/* More is in the catalog than in the text index: it was kept from before. */
static int make_behind(struct house *house)
{
	char text[1200], kept[1200];
	unsigned paper;
	int code;

	snprintf(text, sizeof(text), "%s/text", house->archive);
	snprintf(kept, sizeof(kept), "%s/kept", house->root);
	tree_copy(text, kept);
	code = house_open(house, false);
	for (paper = 200; !code && paper < 204; paper++)
		code = step_upload(house, "A0", paper);
	if (!code)
		code = step_read_all(house);
	if (!code)
		step_tell_read(house);
	house_close(house);
	tree_remove(text);
	if (!code && rename(kept, text) != 0)
		code = ZONG_EIO;
	return code;
}

static int refuse(struct zong_txn *txn, void *ctx)
{
	(void)txn;
	(void)ctx;
	return ZONG_EINVAL;
}

/* Segments without a file, as uploads leave them that are cut short. */
static int make_littered(struct house *house)
{
	struct zong_ingest *ingest;
	unsigned paper;
	size_t len;
	int code = house_open(house, true);

	for (paper = 300; !code && paper < 304; paper++) {
		int fd = paper_open(paper, &len);

		code = zong_ingest_begin(
			house->open->store, fd, len, ZONG_MEDIA_PDF, NULL, NULL, NULL, &ingest);
		close(fd);
		if (code)
			break;
		if (zong_store_write_file(house->open->store, ingest, refuse, NULL) != ZONG_EINVAL)
			code = ZONG_EIO;
		zong_ingest_free(ingest);
	}
	house_close(house);
	return code;
}

/* The time of some materials has come, and two people have said that they may go. */
static int make_condemned(struct house *house)
{
	char event[] = "注销", kind[] = "", type[] = "", basis[] = "";
	Zong__RetentionRule rule = ZONG__RETENTION_RULE__INIT;
	char list[ZONG_ID_TEXT], id[64];
	struct zong_err err;
	Zong__Case *cas;
	char **lines;
	size_t count, i;
	unsigned paper;
	bool again;
	int code = house_open(house, true);

	rule.kind = kind;
	rule.type = type;
	rule.event = event;
	rule.basis = basis;
	rule.years = 1;
	if (!code)
		code = zong_rules_set(house->open, &house->local, &rule, &err);
	if (!code)
		code = zong_case_event_add(house->open, &house->archivist, "A0", event,
			"2000-01-01", &cas, &again, &err);
	if (!code)
		zong__case__free_unpacked(cas, NULL);
	lines = house_ledger(house, &count);
	for (i = 0; i < count; i++)
		if (sscanf(lines[i], "M %63s %*s %u", id, &paper) == 2 &&
			(paper == 100 || paper == 103 || paper == 105))
			house_tell(house, "L %s", id);
	house_ledger_free(lines, count);
	if (!code)
		code = step_condemn(house, list);
	if (!code)
		code = step_settle_text(house, true);
	house_close(house);
	return code;
}

/* What the list of the fixture says of its materials. */
static int tell_older(struct house *house, const char *list)
{
	char line[1024], id[64] = "", digest[80];
	unsigned told = 0;
	FILE *file = fopen(list, "r");

	while (file && fgets(line, sizeof(line), file)) {
		sscanf(line, " \"material\": \"%63[^\"]", id);
		if (sscanf(line, " \"digest\": \"%79[^\"]", digest) == 1) {
			house_tell(house, "O %s %s", id, digest);
			told++;
		}
	}
	if (file)
		fclose(file);
	return told ? 0 : ZONG_EIO;
}

/* An archive that an older zong wrote: a fixture, not opened yet. */
static int unpack_older(struct house *house, unsigned format)
{
	const char *sources = getenv("ZONG_SRCDIR");
	char fixture[1200], list[1200], made[1200];
	int status;
	pid_t tar;

	snprintf(fixture, sizeof(fixture), "%s/tests/e2e/fixtures/archive-%u.tar.xz",
		sources ? sources : ".", format);
	snprintf(list, sizeof(list), "%s/tests/e2e/fixtures/archive-%u.json",
		sources ? sources : ".", format);
	snprintf(made, sizeof(made), "%s/archive", house->root);
	tar = fork();
	if (tar == 0) {
		execlp("tar", "tar", "-C", house->root, "-xf", fixture, (char *)NULL);
		_exit(127);
	}
	if (waitpid(tar, &status, 0) != tar || status != 0 || rename(made, house->archive) != 0) {
		wrong("%s cannot be unpacked", fixture);
		return ZONG_EIO;
	}
	return tell_older(house, list);
}

/* Of the first zong. */
static int make_older(struct house *house)
{
	return unpack_older(house, 1);
}

/* Of the last one whose jobs waited without queues; some do. */
static int make_queueless(struct house *house)
{
	return unpack_older(house, 3);
}

const struct prepared prepared_states[] = {
	{"founded", NULL, make_founded},
	{"unread", "founded", make_unread},
	{"filled", "unread", make_filled},
	{"behind", "filled", make_behind},
	{"unsure", "filled", make_unsure},
	{"littered", "filled", make_littered},
	{"condemned", "filled", make_condemned},
	{"older", NULL, make_older},
	{"queueless", NULL, make_queueless},
	{"vaulted", "filled", make_vaulted},
	{"backed up", "vaulted", step_back_up},
	{"treeless", "founded", make_treeless},
};
const size_t prepared_count = sizeof(prepared_states) / sizeof(*prepared_states);
