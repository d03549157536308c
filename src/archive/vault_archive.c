/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include <zong/time.h>

#include "bytecache.h"
#include "catalogue.h"
#include "filecache.h"
#include "index_rows.h"
#include "journal.h"
#include "keeper.h"
#include "log_tree.h"
#include "reader.h"
#include "review.h"
#include "scrub.h"
#include "vault_archive.h"

#define FILES 2 /* kept open while nobody uses them: they lie in memory */

static int borrow(struct zong_archive *archive, struct zong_archive *common)
{
	archive->common = common;
	archive->config = common->config;
	archive->judge = common->judge;
	archive->judge.waiting = NULL;
	archive->names = common->names;
	archive->gate = common->gate;
	archive->sm3 = common->sm3;
	zong_store_set_sm3(archive->store, archive->sm3);
	archive->property.media = common->property.media; /* and no scanner, which is given nothing of a vault */
	archive->archival = common->archival;
	archive->query_rules = common->query_rules;
	archive->pool = common->pool;
	archive->dir = strdup(zong_store_dir(archive->store));
	archive->url = strdup(common->url);
	archive->judge.waiting = calloc(1, sizeof(*archive->judge.waiting));
	return archive->dir && archive->url && archive->judge.waiting ? 0 : ZONG_ENOMEM;
}

static int start(struct zong_archive *archive)
{
	const struct zong_archive *common = archive->common;
	int code = zong_log_tree_catch_up(archive->store);

	if (!code)
		code = zong_catalogues_new(&archive->catalogues);
	if (!code)
		code = zong_bytecache_new(0, &archive->bytes);
	if (!code)
		code = zong_journal_open(archive->store, ZONG_JOURNAL_WINDOW, &archive->journal);
	if (!code)
		code = zong_filecache_new(archive->store, NULL, FILES, &archive->files);
	if (!code)
		code = zong_text_start(archive->store, zong_index_source, NULL, NULL);
	archive->text = !code;
	if (!code && common->readers)
		code = zong_readers_start(
			archive, zong_readers_workers(common->readers), &archive->readers);
	if (!code && common->keeper)
		code = zong_keeper_start(archive, &archive->keeper);
	if (!code && common->scrub)
		code = zong_scrub_start(archive, zong_scrub_round(common->scrub), &archive->scrub);
	return code;
}

int zong_vault_archive_open(
	struct zong_archive *common, struct zong_store *store, struct zong_archive **ret_archive)
{
	struct zong_archive *archive = calloc(1, sizeof(*archive));
	int code;

	if (!archive)
		return ZONG_ENOMEM;
	archive->store = store;
	code = borrow(archive, common);
	if (!code)
		code = start(archive);
	if (code) {
		zong_vault_archive_close(archive);
		return code;
	}
	*ret_archive = archive;
	return 0;
}

void zong_vault_archive_close(struct zong_archive *archive)
{
	if (!archive)
		return;
	zong_scrub_stop(archive->scrub);
	zong_keeper_stop(archive->keeper);
	/* What its threads wait for in the pool is given up: the pages are due again when it is opened the next time. */
	zong_readers_ask(archive->readers);
	zong_readers_stop(archive->readers);
	if (archive->text)
		zong_text_stop(archive->store);
	zong_journal_close(archive->journal);
	zong_filecache_free(archive->files);
	zong_bytecache_free(archive->bytes);
	zong_catalogues_free(archive->catalogues);
	free(archive->judge.waiting);
	free(archive->dir);
	free(archive->url);
	free(archive);
}
