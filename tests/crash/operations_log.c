/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A log from before there was a tree over it, and what is signed. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <zong/tlog.h>

#include "inside.h"
#include "journal.h"
#include "log_tree.h"
#include "steps.h"

#define LINES 5000 /* more than catching up does in one transaction */

static int add_lines(struct zong_txn *txn, void *ctx)
{
	int code = 0;

	(void)ctx;
	for (int i = 0; !code && i < LINES; i++)
		code = zong_journal_add(txn, NULL, "search", "search", "示例", NULL);
	return code;
}

static int drop_tree(struct zong_txn *txn, void *ctx)
{
	struct zong_key key;
	uint64_t size, index;
	int code = zong_log_tree_size(txn, &size);

	(void)ctx;
	for (unsigned level = 0; !code && level < ZONG_MERKLE_LEVELS; level++)
		for (index = 0; !code && index < zong_merkle_kept(size, level); index++) {
			zong_log_tree_key(level, index, &key);
			code = zong_txn_delete(txn, ZONG_TABLE_LOG_TREE, &key);
		}
	return code;
}

int make_treeless(struct house *house)
{
	char path[1200];
	int code = house_open(house, true);

	if (!code)
		code = zong_store_write(house->open->store, add_lines, NULL);
	if (!code)
		code = zong_store_write(house->open->store, drop_tree, NULL);
	house_close(house);
	snprintf(path, sizeof(path), "%s/keys/log.key", house->archive);
	if (!code && unlink(path) != 0)
		code = ZONG_EIO;
	return code;
}

/* Opening makes the tree and a key; what is signed then is the log. */
int run_tree(struct house *house)
{
	struct zong_buf note = ZONG_BUF_INIT(ZONG_NOTE_MAX);
	int code = house_open(house, true);

	if (!code)
		code = step_case(house, "A0");
	while (!code) {
		zong_buf_clear(&note);
		code = zong_tlog_checkpoint(house->open, false, &note);
		if (!code || !house_trouble(house, code))
			break;
		code = 0;
	}
	if (!code && note.len == 0)
		code = ZONG_EIO;
	zong_buf_release(&note);
	house_close(house);
	return code;
}
