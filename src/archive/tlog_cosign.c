/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include <zong/time.h>

#include "journal.h"
#include "log_tree.h"
#include "row.h"
#include "tlog.h"

/* Cosignatures on their way into the row of their size. */
struct cosigning {
	struct zong_archive *archive;
	const char *origin;
	struct zong_checkpoint head;
	struct zong_note note;
	bool signs[ZONG_TLOG_WITNESSES]; /* the note is signed by this witness */
	size_t count;			 /* of those whose lines are new */
};

/* The lines of each witness: those that come, else those that are there. */
static int merge(struct cosigning *cosigning, const char *kept, struct zong_buf *lines)
{
	const struct zong_tlog *tlog = cosigning->archive->tlog;
	struct zong_note older = {.lines = kept, .lines_len = strlen(kept)};
	struct zong_buf one = ZONG_BUF_INIT(ZONG_NOTE_MAX);
	int err = 0;

	cosigning->count = 0;
	for (size_t i = 0; !err && i < tlog->witnesses; i++) {
		zong_buf_clear(&one);
		err = zong_note_lines_of(
			cosigning->signs[i] ? &cosigning->note : &older, &tlog->witness[i], &one);
		if (!err && cosigning->signs[i] && !strstr(kept, zong_buf_str(&one)))
			cosigning->count++;
		else
			cosigning->signs[i] = false;
		if (!err && one.len)
			err = zong_buf_add(lines, one.data, one.len);
	}
	zong_buf_release(&one);
	return err;
}

static int record(struct zong_txn *txn, const struct cosigning *cosigning, size_t witness)
{
	char subject[ZONG_NOTE_NAME + 16], object[40];
	struct zong_journal_line line = {.time = zong_time_now(),
		.subject = subject,
		.name = "",
		.verb = "log.cosign",
		.object = object,
		.purpose = "",
		.origin = cosigning->origin,
		.count = 1};

	snprintf(subject, sizeof(subject), "witness:%s",
		cosigning->archive->tlog->witness[witness].name);
	snprintf(object, sizeof(object), "log/%llu", (unsigned long long)cosigning->head.size);
	return zong_journal_append(txn, &line, NULL);
}

static int write_lines(struct zong_txn *txn, void *ctx)
{
	struct cosigning now = *(const struct cosigning *)ctx; /* perhaps run again */
	struct zong_buf lines = ZONG_BUF_INIT(ZONG_NOTE_MAX / 2);
	_cleanup_row_ Zong__LogCheckpoint *row = NULL;
	int err = zong_tlog_row(txn, now.head.size, &row);

	if (!err)
		err = merge(&now, row->cosignatures, &lines);
	if (!err)
		err = zong_row_set(&row->cosignatures, zong_buf_str(&lines));
	if (!err)
		err = zong_row_set_bytes(
			&row->root, now.head.root.bytes, sizeof(now.head.root.bytes));
	if (!err && now.count)
		err = zong_tlog_row_put(txn, row);
	for (size_t i = 0; !err && i < now.archive->tlog->witnesses; i++)
		if (now.signs[i])
			err = record(txn, &now, i);
	zong_buf_release(&lines);
	return err;
}

/* Is it a head of this very log? */
static int check_head(struct cosigning *cosigning, struct zong_err *err)
{
	struct zong_checkpoint ours;
	struct zong_txn *txn;
	uint64_t size;
	int code = zong_store_read_begin(cosigning->archive->store, &txn);

	if (code)
		return zong_err_set(err, code, NULL);
	code = zong_log_tree_whole(txn, &size);
	if (!code && cosigning->head.size > size)
		code = ZONG_ENOTE;
	if (!code)
		code = zong_tlog_head(cosigning->archive, txn, cosigning->head.size, &ours);
	zong_txn_end(txn);
	if (!code && (strcmp(ours.origin, cosigning->head.origin) != 0 ||
			     !zong_digest_equal(&ours.root, &cosigning->head.root)))
		code = ZONG_ENOTE;
	return code ? zong_err_set(err, code, "%llu", (unsigned long long)cosigning->head.size) : 0;
}

static int check_witnesses(struct cosigning *cosigning, size_t *ret_count, struct zong_err *err)
{
	const struct zong_tlog *tlog = cosigning->archive->tlog;
	size_t count = 0;

	for (size_t i = 0; i < tlog->witnesses; i++) {
		int code = zong_note_verify(&cosigning->note, &tlog->witness[i], NULL);

		if (code && code != ZONG_ENOENT)
			return zong_err_set(err, code == ZONG_ECORRUPT ? ZONG_ECOSIGNATURE : code,
				"%s", tlog->witness[i].name);
		cosigning->signs[i] = !code;
		count += !code;
	}
	if (!count)
		return zong_err_set(err, ZONG_ECOSIGNATURE, NULL);
	*ret_count = count;
	return 0;
}

int zong_tlog_cosign(struct zong_archive *archive, const char *origin, const char *note, size_t len,
	size_t *ret_count, struct zong_err *err)
{
	struct cosigning cosigning = {.archive = archive, .origin = origin};
	size_t count = 0;
	int code = zong_note_split(note, len, &cosigning.note);

	if (!code)
		code = zong_checkpoint_parse(
			cosigning.note.text, cosigning.note.text_len, &cosigning.head);
	if (code)
		return zong_err_set(err, code == ZONG_EINVAL ? ZONG_ENOTE : code, NULL);
	/* Signatures first: of whoever has none nothing else is looked at. */
	code = check_witnesses(&cosigning, &count, err);
	if (!code)
		code = check_head(&cosigning, err);
	if (code)
		return code;
	code = zong_store_write(archive->store, write_lines, &cosigning);
	if (code)
		return zong_err_set(err, code, NULL);
	*ret_count = count;
	return 0;
}
