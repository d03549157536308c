/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include <zong/access.h>

#include "journal.h"
#include "log_tree.h"
#include "row.h"
#include "tlog.h"

static bool begins(const char *text, const char *beginning)
{
	return strncmp(text, beginning, strlen(beginning)) == 0;
}

static int may_material(
	struct zong_txn *txn, const struct zong_subject *who, const struct zong_id *id)
{
	_cleanup_row_ Zong__Material *row = NULL;
	int err = zong_row_material(txn, id, &row);

	return err ? err
		   : zong_access_may(who, ZONG_VERB_MATERIAL_READ,
			     &(struct zong_object){.txn = txn, .material = row});
}

static int may_delivery(
	struct zong_txn *txn, const struct zong_subject *who, const struct zong_id *id)
{
	_cleanup_row_ Zong__Delivery *row = NULL;
	int err = zong_row_delivery(txn, id, &row);

	return err ? err
		   : zong_access_may(who, ZONG_VERB_DELIVERY_READ,
			     &(struct zong_object){.txn = txn, .delivery = row});
}

/* Of lines that say what was done to something, whoever may see that may have the proof of it. Lines about who looked at what
 * are for those who may read the log. */
static int may_see(
	struct zong_txn *txn, const struct zong_subject *who, const Zong__LogRecord *record)
{
	struct zong_id id;

	if (zong_access_may(who, ZONG_VERB_LOG_READ, NULL) == 0)
		return 0;
	if ((strcmp(record->verb, "material.add") == 0 ||
		    strcmp(record->verb, "material.destroyed") == 0) &&
		begins(record->object, "material/") && !zong_id_parse(record->object + 9, &id))
		return may_material(txn, who, &id);
	if ((strcmp(record->verb, "delivery.receipt") == 0 ||
		    strcmp(record->verb, "delivery.return") == 0) &&
		begins(record->object, "delivery/") && !zong_id_parse(record->object + 9, &id))
		return may_delivery(txn, who, &id);
	if (strcmp(record->verb, "query.paper") == 0 && begins(record->object, "query/"))
		return zong_access_may(who, ZONG_VERB_QUERY_READ, NULL);
	if (strcmp(record->verb, "property.run") == 0 || strcmp(record->verb, "property.print") == 0)
		return zong_access_may(who, ZONG_VERB_PROPERTY_READ, NULL);
	return ZONG_ENOENT;
}

/* What is not for the asker answers as what is not there. */
static int look(struct zong_txn *txn, const struct zong_subject *who, uint64_t seq)
{
	_cleanup_row_ Zong__LogRecord *record = NULL;
	ProtobufCMessage *row = NULL;
	struct zong_key key;
	int err;

	zong_key_clear(&key);
	zong_key_u64(&key, seq);
	err = zong_txn_get(txn, ZONG_TABLE_LOG, &key, &zong__log_record__descriptor, &row);
	if (err)
		return err;
	record = (Zong__LogRecord *)row;
	err = may_see(txn, who, record);
	return err == ZONG_EFORBIDDEN ? ZONG_ENOENT : err;
}

/* A head that others have signed, too, is worth more than the newest. */
static int choose_head(struct zong_archive *archive, struct zong_txn *txn, uint64_t seq,
	struct zong_checkpoint *ret_head)
{
	uint64_t size;
	int err = zong_tlog_witnessed(txn, &size);

	if (err == ZONG_ENOENT || (!err && size < seq))
		err = zong_log_tree_whole(txn, &size);
	return err ? err : zong_tlog_head(archive, txn, size, ret_head);
}

static int prove(struct zong_archive *archive, struct zong_txn *txn, uint64_t seq,
	struct zong_tlog_proof *proof)
{
	struct zong_checkpoint head = {.size = 0};
	struct zong_merkle_store store;
	int err = zong_log_entry_at(txn, seq, &proof->entry);

	zong_log_tree_of(txn, &store);
	if (!err)
		err = choose_head(archive, txn, seq, &head);
	if (!err)
		err = zong_merkle_inclusion(&store, seq - 1, head.size, &proof->path);
	return err ? err : zong_tlog_note(archive, txn, &head, &proof->note);
}

int zong_tlog_prove(struct zong_archive *archive, const struct zong_subject *who, uint64_t seq,
	struct zong_tlog_proof *ret_proof, struct zong_err *err)
{
	struct zong_tlog_proof proof = {.seq = seq,
		.entry = ZONG_BUF_INIT(2 * ZONG_LOG_ENTRY),
		.note = ZONG_BUF_INIT(ZONG_NOTE_MAX)};
	struct zong_txn *txn;
	char object[40];
	int code = zong_access_may(who, ZONG_VERB_PROOF_READ, NULL);

	if (!code)
		code = zong_store_read_begin(archive->store, &txn);
	if (code)
		return zong_err_set(err, code, NULL);
	code = look(txn, who, seq);
	zong_txn_end(txn);
	snprintf(object, sizeof(object), "log/%llu", (unsigned long long)seq);
	if (!code)
		code = zong_journal_read(archive->journal, who, "proof.read", object);
	if (!code)
		code = zong_store_read_begin(archive->store, &txn);
	if (!code) {
		code = prove(archive, txn, seq, &proof);
		zong_txn_end(txn);
	}
	if (code) {
		zong_tlog_proof_release(&proof);
		return zong_err_set(err, code, "%llu", (unsigned long long)seq);
	}
	*ret_proof = proof;
	return 0;
}

void zong_tlog_proof_release(struct zong_tlog_proof *proof)
{
	zong_buf_release(&proof->entry);
	zong_buf_release(&proof->note);
}
