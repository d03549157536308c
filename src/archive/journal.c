/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include <zong/digest.h>
#include <zong/time.h>

#include "journal.h"
#include "log_tree.h"
#include "row.h"

static int key_of(uint64_t seq, struct zong_key *ret_key)
{
	zong_key_clear(ret_key);
	zong_key_u64(ret_key, seq);
	return ret_key->err;
}

/* @record without its hash. */
static int hash_of(const Zong__LogRecord *record, struct zong_digest *ret_hash)
{
	size_t len = zong__log_record__get_packed_size(record);
	_cleanup_free_ uint8_t *packed = malloc(len ? len : 1);
	struct zong_digest_state *state;
	int err;

	if (!packed)
		return ZONG_ENOMEM;
	zong__log_record__pack(record, packed);
	err = zong_digest_begin(&state);
	if (err)
		return err;
	zong_digest_add(state, record->previous.data, record->previous.len);
	zong_digest_add(state, packed, len);
	zong_digest_end(state, ret_hash);
	return 0;
}

static int last_hash(struct zong_txn *txn, uint64_t seq, struct zong_digest *ret_hash)
{
	ProtobufCMessage *row;
	Zong__LogRecord *last;
	struct zong_key key;
	int err;

	memset(ret_hash, 0, sizeof(*ret_hash));
	if (seq <= 1)
		return 0;
	key_of(seq - 1, &key);
	err = zong_txn_get(txn, ZONG_TABLE_LOG, &key, &zong__log_record__descriptor, &row);
	if (err)
		return err == ZONG_ENOENT ? ZONG_ECORRUPT : err;
	last = (Zong__LogRecord *)row;
	if (!zong_row_digest(&last->hash, ret_hash))
		err = ZONG_ECORRUPT;
	zong__log_record__free_unpacked(last, NULL);
	return err;
}

/* The row, and its leaf of the tree. */
static int put_line(struct zong_txn *txn, const Zong__LogRecord *record)
{
	size_t len = zong__log_record__get_packed_size(record);
	_cleanup_free_ uint8_t *packed = NULL;
	struct zong_key key;
	int err;

	if (len > ZONG_LOG_ENTRY)
		return ZONG_ELIMIT;
	packed = malloc(len);
	if (!packed)
		return ZONG_ENOMEM;
	zong__log_record__pack(record, packed);
	key_of(record->seq, &key);
	err = zong_txn_put(txn, ZONG_TABLE_LOG, &key, &record->base);
	return err ? err : zong_log_tree_append(txn, record->seq, packed, len);
}

int zong_journal_append(
	struct zong_txn *txn, const struct zong_journal_line *line, uint64_t *ret_seq)
{
	Zong__LogRecord record = ZONG__LOG_RECORD__INIT;
	struct zong_digest previous;
	struct zong_digest hash;
	uint8_t nonce[ZONG_LOG_NONCE];
	uint64_t seq;
	int err;

	err = zong_txn_count(txn, ZONG_COUNT_LOG, 1, &seq);
	if (err)
		return err;
	err = last_hash(txn, seq, &previous);
	if (err)
		return err;
	/* borrowed: the row is only packed, never freed */
	record.seq = seq;
	record.time = line->time;
	record.subject = (char *)(uintptr_t)line->subject;
	record.name = (char *)(uintptr_t)line->name;
	record.verb = (char *)(uintptr_t)line->verb;
	record.object = (char *)(uintptr_t)line->object;
	record.detail = (char *)(uintptr_t)(line->detail ? line->detail : "");
	record.purpose = (char *)(uintptr_t)line->purpose;
	record.origin = (char *)(uintptr_t)line->origin;
	record.count = line->count;
	record.previous.data = previous.bytes;
	record.previous.len = seq > 1 ? sizeof(previous.bytes) : 0;
	randombytes_buf(nonce, sizeof(nonce));
	record.nonce.data = nonce;
	record.nonce.len = sizeof(nonce);
	err = hash_of(&record, &hash);
	if (err)
		return err;
	record.hash.data = hash.bytes;
	record.hash.len = sizeof(hash.bytes);
	err = put_line(txn, &record);
	if (!err && ret_seq)
		*ret_seq = seq;
	return err;
}

int zong_journal_add(struct zong_txn *txn, const struct zong_subject *who, const char *verb,
	const char *object, const char *detail, uint64_t *ret_seq)
{
	struct zong_journal_line line = {
		.time = zong_time_now(),
		.subject = who ? who->key : "zong",
		.name = who ? who->name : "",
		.verb = verb,
		.object = object,
		.detail = detail,
		.purpose = who ? who->purpose : "",
		.origin = who ? who->origin : "",
		.count = 1,
	};

	return zong_journal_append(txn, &line, ret_seq);
}

int zong_journal_step(struct zong_txn *txn, const struct zong_subject *who, const char *verb,
	const char *object, const char *detail, const char *note, Zong__Step **ret_step)
{
	_cleanup_row_ Zong__Step *step = NULL;
	int err;

	if (!ret_step)
		return zong_journal_add(txn, who, verb, object, detail, NULL);
	step = zong_row_new(&zong__step__descriptor);
	if (!step || zong_row_set(&step->by, who ? who->key : "zong") ||
		zong_row_set(&step->name, who ? who->name : "") || zong_row_set(&step->note, note))
		return ZONG_ENOMEM;
	step->time = zong_time_now();
	err = zong_journal_add(txn, who, verb, object, detail, &step->record);
	if (err)
		return err;
	zong_row_cleanup(ret_step);
	*ret_step = take_ptr(step);
	return 0;
}

int zong_journal_follows(
	Zong__LogRecord *record, uint64_t expected, struct zong_digest *previous, bool *ret_follows)
{
	ProtobufCBinaryData hash = record->hash;
	struct zong_digest computed;
	size_t previous_len = expected > 1 ? sizeof(previous->bytes) : 0;
	int err;

	*ret_follows = false;
	if (record->seq != expected || record->previous.len != previous_len)
		return 0;
	if (previous_len && memcmp(record->previous.data, previous->bytes, previous_len) != 0)
		return 0;
	record->hash = (ProtobufCBinaryData){0};
	err = hash_of(record, &computed);
	record->hash = hash;
	if (err)
		return err;
	if (hash.len != sizeof(computed.bytes) ||
		memcmp(hash.data, computed.bytes, sizeof(computed.bytes)) != 0)
		return 0;
	*previous = computed;
	*ret_follows = true;
	return 0;
}

int zong_journal_verify(struct zong_txn *txn, uint64_t *ret_broken)
{
	struct zong_digest previous = {0};
	uint64_t expected = 0;
	uint64_t count;
	struct zong_iter iter = {0};
	bool fits = true;
	int err;

	err = zong_txn_counter(txn, ZONG_COUNT_LOG, &count);
	if (!err)
		err = zong_iter_begin(&iter, txn, ZONG_TABLE_LOG, NULL, NULL, false);
	if (err)
		return err;
	while (fits && (err = zong_iter_next(&iter)) == 0) {
		Zong__LogRecord *record =
			zong__log_record__unpack(NULL, iter.value_len, iter.value);

		expected++;
		if (!record) {
			fits = false;
			break;
		}
		err = zong_journal_follows(record, expected, &previous, &fits);
		zong__log_record__free_unpacked(record, NULL);
		if (err)
			break;
	}
	zong_iter_end(&iter);
	if (err && err != ZONG_EEND)
		return err;
	if (fits && expected < count) { /* the last lines are gone */
		expected++;
		fits = false;
	}
	*ret_broken = fits ? 0 : expected;
	return 0;
}
