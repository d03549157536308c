/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/log.h>
#include <zong/time.h>

#include "journal.h"
#include "log_tree.h"
#include "row.h"
#include "tlog.h"

#define ORIGIN_BEFORE "zong/"
#define HOURS 24.0 /* between two time-stamps */
#define HOURS_LEAST 0.0002
#define HOURS_MOST 8784.0

/* ---- opening ---- */

static void key_key(struct zong_key *ret_key)
{
	zong_row_key_str(ret_key, "log-key");
}

struct naming {
	char text[ZONG_NOTE_KEY];
	bool other; /* another key signed before */
};

static int look_key(struct zong_txn *txn, struct naming *naming, bool *ret_same)
{
	struct zong_key key;
	const void *bytes;
	size_t len;
	int err;

	key_key(&key);
	err = zong_txn_get_bytes(txn, ZONG_TABLE_META, &key, &bytes, &len);
	*ret_same = !err && len == strlen(naming->text) && memcmp(bytes, naming->text, len) == 0;
	naming->other = !err && !*ret_same;
	return err == ZONG_ENOENT ? 0 : err;
}

/* That the log is signed by another key from now on belongs into the log. */
static int name_key(struct zong_txn *txn, void *ctx)
{
	struct naming *naming = ctx;
	struct zong_key key;
	bool same;
	int err = look_key(txn, naming, &same);

	if (err || same)
		return err;
	key_key(&key);
	err = zong_txn_put_bytes(txn, ZONG_TABLE_META, &key, naming->text, strlen(naming->text));
	if (!err && naming->other)
		err = zong_journal_add(txn, NULL, "log.key", "log", naming->text, NULL);
	return err;
}

static int note_key(struct zong_store *store, const struct zong_note_key *key)
{
	struct naming naming;
	struct zong_txn *txn;
	bool same = false;
	int err;

	zong_note_key_format(key, naming.text);
	err = zong_store_read_begin(store, &txn);
	if (err)
		return err;
	err = look_key(txn, &naming, &same);
	zong_txn_end(txn);
	if (err || same)
		return err;
	if (naming.other)
		zong_log_warning("log: it is signed by another key from now on: %s", naming.text);
	return zong_store_write(store, name_key, &naming);
}

/* Keys with blanks between them. */
static int read_witnesses(struct zong_tlog *tlog, const char *text, struct zong_err *err)
{
	while (*text) {
		size_t len = strcspn(text, " \t,");
		char one[ZONG_NOTE_KEY];

		if (len == 0) {
			text++;
			continue;
		}
		if (len >= sizeof(one) || tlog->witnesses == ZONG_TLOG_WITNESSES)
			return zong_err_set(err, ZONG_EINVAL, "log-witness: %.100s", text);
		memcpy(one, text, len);
		one[len] = '\0';
		if (zong_note_key_parse(one, &tlog->witness[tlog->witnesses]) ||
			tlog->witness[tlog->witnesses].kind != ZONG_NOTE_COSIGNATURE)
			return zong_err_set(err, ZONG_EINVAL, "log-witness: %.200s", one);
		tlog->witnesses++;
		text += len;
	}
	return 0;
}

static int read_stamping(
	const struct zong_config *config, struct zong_tlog *tlog, struct zong_err *err)
{
	const char *hash = zong_config_str(config, "log-timestamp-hash", "sha256");
	double hours;
	int code = zong_config_number(
		config, "log-timestamp-hours", HOURS_LEAST, HOURS_MOST, HOURS, &hours, err);

	tlog->stamp_url = zong_config_str(config, "log-timestamp-url", NULL);
	if (code)
		return code;
	if (tlog->stamp_url && strncmp(tlog->stamp_url, "https://", 8) != 0 &&
		strncmp(tlog->stamp_url, "http://", 7) != 0)
		return zong_err_set(
			err, ZONG_EINVAL, "log-timestamp-url = %.150s", tlog->stamp_url);
	if (strcmp(hash, "sm3") == 0)
		tlog->stamp_hash = ZONG_TIMESTAMP_SM3;
	else if (strcmp(hash, "sha256") != 0)
		return zong_err_set(err, ZONG_EINVAL, "log-timestamp-hash = %.100s", hash);
	tlog->stamp_every = (int64_t)(hours * 3600 * (double)ZONG_SECOND);
	return 0;
}

int zong_tlog_open(struct zong_archive *archive, struct zong_tlog **ret_tlog, struct zong_err *err)
{
	const char *name = zong_config_str(archive->config, "log-origin", NULL);
	char usual[sizeof(ORIGIN_BEFORE) + ZONG_ID_TEXT] = ORIGIN_BEFORE;
	struct zong_tlog *tlog;
	bool made;
	int code;

	zong_id_format(zong_store_id(archive->store), usual + strlen(ORIGIN_BEFORE));
	if (!name)
		name = usual;
	if (!zong_note_name_valid(name))
		return zong_err_set(err, ZONG_EINVAL, "log-origin = %.150s", name);
	tlog = calloc(1, sizeof(*tlog));
	if (!tlog)
		return zong_err_set(err, ZONG_ENOMEM, NULL);
	pthread_mutex_init(&tlog->lock, NULL);
	code = read_witnesses(tlog, zong_config_str(archive->config, "log-witness", ""), err);
	if (!code)
		code = read_stamping(archive->config, tlog, err);
	if (!code)
		code = zong_tlog_key_load(archive->dir, name, &tlog->signer, &made, err);
	if (!code) {
		code = note_key(archive->store, &tlog->signer.key);
		if (code)
			zong_err_set(err, code, NULL);
	}
	if (code) {
		zong_tlog_close(tlog);
		return code;
	}
	*ret_tlog = tlog;
	return 0;
}

void zong_tlog_close(struct zong_tlog *tlog)
{
	if (!tlog)
		return;
	zong_note_signer_wipe(&tlog->signer);
	pthread_mutex_destroy(&tlog->lock);
	free(tlog);
}

void zong_tlog_key(const struct zong_archive *archive, char ret_text[ZONG_NOTE_KEY])
{
	zong_note_key_format(&archive->tlog->signer.key, ret_text);
}

/* ---- heads ---- */

/* What was signed a moment ago does for many who ask: *ret_head, false: it is too old. */
static bool take_last(struct zong_tlog *tlog, struct zong_checkpoint *ret_head)
{
	bool fresh;

	pthread_mutex_lock(&tlog->lock);
	fresh = tlog->made && zong_time_monotonic() - tlog->made < ZONG_SECOND;
	if (fresh)
		*ret_head = tlog->last;
	pthread_mutex_unlock(&tlog->lock);
	return fresh;
}

/* Two may have made one at the same time; the larger one stays. */
static void keep_last(struct zong_tlog *tlog, const struct zong_checkpoint *head)
{
	pthread_mutex_lock(&tlog->lock);
	if (!tlog->made || head->size >= tlog->last.size) {
		tlog->last = *head;
		tlog->made = zong_time_monotonic();
	}
	pthread_mutex_unlock(&tlog->lock);
}

static int latest(
	struct zong_archive *archive, struct zong_txn *txn, struct zong_checkpoint *ret_head)
{
	uint64_t size;
	int err;

	if (take_last(archive->tlog, ret_head))
		return 0;
	err = zong_log_tree_whole(txn, &size);
	if (!err)
		err = zong_tlog_head(archive, txn, size, ret_head);
	if (!err)
		keep_last(archive->tlog, ret_head);
	return err;
}

int zong_tlog_checkpoint(struct zong_archive *archive, bool witnessed, struct zong_buf *note)
{
	struct zong_checkpoint head;
	struct zong_txn *txn;
	uint64_t size;
	int err = zong_store_read_begin(archive->store, &txn);

	if (err)
		return err;
	if (witnessed) {
		err = zong_tlog_witnessed(txn, &size);
		if (!err)
			err = zong_tlog_head(archive, txn, size, &head);
	} else {
		err = latest(archive, txn, &head);
	}
	if (!err)
		err = zong_tlog_note(archive, txn, &head, note);
	zong_txn_end(txn);
	return err;
}
