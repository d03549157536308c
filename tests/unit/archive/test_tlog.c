/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <zong/byteorder.h>
#include <zong/file.h>

#include "fixture.h"
#include "journal.h"
#include "log_tree.h"
#include "row.h"
#include "tlog.h"

static struct zong_note_signer witness, stranger;

static int setup(void **state)
{
	if (zong_note_signer_new("witness.example/w", ZONG_NOTE_COSIGNATURE, &witness) ||
		zong_note_signer_new("stranger.example/s", ZONG_NOTE_COSIGNATURE, &stranger))
		return -1;
	return fixture_setup_paused(state);
}

static void set_conf(struct fixture *f, const char *text)
{
	char path[300];

	snprintf(path, sizeof(path), "%s/zong.conf", f->dir);
	assert_int_equal(zong_file_replace(path, text, strlen(text), 0600), 0);
}

/* A witness that the archive knows. */
static void know(struct fixture *f)
{
	char key[ZONG_NOTE_KEY], text[2 * ZONG_NOTE_KEY];

	zong_note_key_format(&witness.key, key);
	snprintf(text, sizeof(text), "log-witness = %s\n", key);
	set_conf(f, text);
	fixture_reopen(f, true);
}

static int write_lines(struct zong_txn *txn, void *ctx)
{
	unsigned int count = *(const unsigned int *)ctx;
	int err = 0;

	while (!err && count--)
		err = zong_journal_add(txn, NULL, "search", "search", "示例", NULL);
	return err;
}

static void add(struct fixture *f, unsigned int count)
{
	assert_int_equal(zong_store_write(f->archive->store, write_lines, &count), 0);
}

static void key_of(struct fixture *f, struct zong_note_key *ret_key)
{
	char text[ZONG_NOTE_KEY];

	zong_tlog_key(f->archive, text);
	assert_int_equal(zong_note_key_parse(text, ret_key), 0);
}

/* The newest head, not one of a moment ago. */
static void head(struct fixture *f, struct zong_buf *note, struct zong_checkpoint *ret_head)
{
	struct zong_note_key key;

	key_of(f, &key);
	f->archive->tlog->made = 0;
	zong_buf_clear(note);
	assert_int_equal(zong_tlog_checkpoint(f->archive, false, note), 0);
	assert_int_equal(zong_checkpoint_read((char *)note->data, note->len, &key, ret_head), 0);
}

static int cosign(struct fixture *f, const struct zong_buf *note, size_t *ret_count)
{
	return zong_tlog_cosign(
		f->archive, "192.0.2.7", (const char *)note->data, note->len, ret_count, &f->err);
}

static void sign(struct zong_buf *note, const struct zong_note_signer *signer, int64_t time)
{
	struct zong_note parts;

	assert_int_equal(zong_note_split((char *)note->data, note->len, &parts), 0);
	assert_int_equal(zong_note_sign(signer, parts.text, parts.text_len, time, note), 0);
}

/* ---- the key ---- */

static void the_key_is_made_once_and_only_its_owner_reads_it(void **state)
{
	struct fixture *f = *state;
	struct zong_note_key before, after;
	struct stat status;
	char path[300];

	key_of(f, &before);
	snprintf(path, sizeof(path), "%s/keys/log.key", f->dir);
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0600);
	fixture_reopen(f, true);
	key_of(f, &after);
	assert_memory_equal(&before, &after, sizeof(before));
	assert_int_equal(fixture_log(f, "log.key", NULL, NULL), 0);
	/* it is lost: there is another one, and the log says so */
	assert_int_equal(remove(path), 0);
	fixture_reopen(f, true);
	key_of(f, &after);
	assert_memory_not_equal(before.bytes, after.bytes, sizeof(before.bytes));
	assert_int_equal(fixture_log(f, "log.key", "log", NULL), 1);
	fixture_reopen(f, true);
	assert_int_equal(fixture_log(f, "log.key", "log", NULL), 1);
}

static void assert_refused(struct fixture *f, const char *what)
{
	struct zong_archive_options options = {.worker = "none", .workers = 1, .paused = true};
	struct zong_archive *archive;

	zong_archive_close(f->archive);
	f->archive = NULL;
	assert_int_equal(zong_archive_open(f->dir, &options, &archive, &f->err), ZONG_EINVAL);
	if (!strstr(f->err.subject, what))
		fail_msg("%s says nothing of %s", f->err.subject, what);
}

static void a_wrong_key_or_setting_is_named(void **state)
{
	static const char key[] = "log.key", origin[] = "log-origin", other[] = "log-witness";
	struct fixture *f = *state;
	char path[300], text[ZONG_NOTE_KEY + 100], known[ZONG_NOTE_KEY];

	set_conf(f, "log-origin = archive.example/other\n");
	assert_refused(f, origin);
	set_conf(f, "log-origin = a+b\n");
	assert_refused(f, origin);
	set_conf(f, "log-witness = nobody\n");
	assert_refused(f, other);
	zong_note_key_format(&witness.key, known);
	snprintf(text, sizeof(text), "log-witness = %s x+y\n", known);
	set_conf(f, text);
	assert_refused(f, other);
	set_conf(f, "");
	snprintf(path, sizeof(path), "%s/keys/log.key", f->dir);
	assert_int_equal(zong_file_replace(path, "none\n", 5, 0600), 0);
	assert_refused(f, key);
	assert_int_equal(zong_file_replace(path, "", 0, 0600), 0);
	assert_refused(f, key);
	assert_int_equal(remove(path), 0);
	set_conf(f, "log-origin = archive.example/log\n");
	fixture_reopen(f, true);
	assert_string_equal(f->archive->tlog->signer.key.name, "archive.example/log");
}

/* ---- heads and tiles ---- */

static void a_head_is_of_what_is_committed(void **state)
{
	struct fixture *f = *state;
	struct zong_buf note = ZONG_BUF_INIT(ZONG_NOTE_MAX), again = ZONG_BUF_INIT(ZONG_NOTE_MAX);
	struct zong_checkpoint first, second;

	add(f, 3);
	head(f, &note, &first);
	assert_int_equal(first.size, fixture_counter(f, ZONG_COUNT_LOG));
	assert_string_equal(first.origin, f->archive->tlog->signer.key.name);
	add(f, 1);
	/* within the second it is the same again */
	assert_int_equal(zong_tlog_checkpoint(f->archive, false, &again), 0);
	assert_string_equal(zong_buf_str(&again), zong_buf_str(&note));
	head(f, &note, &second);
	assert_int_equal(second.size, first.size + 1);
	zong_buf_release(&note);
	zong_buf_release(&again);
}

/* Root of what tiles say. */
struct tiles {
	struct fixture *f;
	uint64_t size;
};

static int tile_get(void *ctx, unsigned level, uint64_t index, struct zong_digest *ret_hash)
{
	const struct tiles *tiles = ctx;
	struct zong_buf tile = ZONG_BUF_INIT(8192);
	uint64_t kept = zong_merkle_kept(tiles->size, level);
	unsigned width = 256;
	int err;

	if (index / 256 == kept / 256)
		width = (unsigned)(kept % 256);
	err = zong_tlog_tile(tiles->f->archive, level, index / 256, width, &tile);
	if (!err) {
		assert_int_equal(tile.len, 32 * width);
		memcpy(ret_hash->bytes, tile.data + index % 256 * 32, 32);
	}
	zong_buf_release(&tile);
	return err;
}

static void tiles_give_the_head(void **state)
{
	struct fixture *f = *state;
	struct zong_buf note = ZONG_BUF_INIT(ZONG_NOTE_MAX), tile = ZONG_BUF_INIT(8192);
	struct tiles tiles = {.f = f};
	struct zong_merkle_store store = {.get = tile_get, .ctx = &tiles};
	struct zong_checkpoint now;
	struct zong_digest root;

	add(f, 700);
	head(f, &note, &now);
	tiles.size = now.size;
	assert_int_equal(zong_merkle_root(&store, now.size, &root), 0);
	assert_memory_equal(root.bytes, now.root.bytes, sizeof(root.bytes));
	assert_int_equal(zong_tlog_tile(f->archive, 0, now.size / 256, 256, &tile), ZONG_ENOENT);
	assert_int_equal(zong_tlog_tile(f->archive, 0, now.size / 256,
				 (unsigned)(now.size % 256) + 1, &tile),
		ZONG_ENOENT);
	assert_int_equal(zong_tlog_tile(f->archive, 0, UINT64_MAX / 256, 1, &tile), ZONG_ENOENT);
	assert_int_equal(zong_tlog_tile(f->archive, 1, 0, 256, &tile), ZONG_ENOENT);
	assert_int_equal(zong_tlog_tile(f->archive, 63, 0, 1, &tile), ZONG_ENOENT);
	assert_int_equal(zong_tlog_tile(f->archive, 0, 0, 0, &tile), ZONG_ENOENT);
	zong_buf_release(&tile);
	zong_buf_release(&note);
}

static void entries_are_for_those_who_may_read_the_log(void **state)
{
	struct fixture *f = *state;
	struct zong_buf bundle = ZONG_BUF_INIT(1 << 24), tile = ZONG_BUF_INIT(8192);
	struct zong_digest leaf;
	size_t at = 0;

	add(f, 256);
	assert_int_equal(
		zong_tlog_entries(f->archive, &f->archivist, 0, 256, &bundle), ZONG_EFORBIDDEN);
	assert_int_equal(zong_tlog_entries(f->archive, &f->tax, 0, 256, &bundle), ZONG_EFORBIDDEN);
	assert_int_equal(bundle.len, 0);
	assert_int_equal(zong_tlog_entries(f->archive, &f->administrator, 0, 256, &bundle), 0);
	assert_int_equal(fixture_log(f, "log.read", "log/entries/0", NULL), 1);
	assert_int_equal(zong_tlog_tile(f->archive, 0, 0, 256, &tile), 0);
	for (size_t i = 0; i < 256; i++) {
		size_t len = zong_read_be16(bundle.data + at);

		assert_int_equal(zong_merkle_leaf(bundle.data + at + 2, len, &leaf), 0);
		assert_memory_equal(leaf.bytes, tile.data + 32 * i, 32);
		at += 2 + len;
	}
	assert_int_equal(at, bundle.len);
	assert_int_equal(
		zong_tlog_entries(f->archive, &f->administrator, 99, 1, &bundle), ZONG_ENOENT);
	zong_buf_release(&bundle);
	zong_buf_release(&tile);
}

static void an_older_head_is_proven_the_beginning_of_a_later_one(void **state)
{
	struct fixture *f = *state;
	struct zong_buf note = ZONG_BUF_INIT(ZONG_NOTE_MAX), later = ZONG_BUF_INIT(ZONG_NOTE_MAX);
	struct zong_checkpoint first, second;
	struct zong_merkle_proof proof;
	struct zong_note_key key;
	uint64_t to = 0;

	head(f, &note, &first);
	add(f, 300);
	assert_int_equal(zong_tlog_consistency(f->archive, first.size, &to, &proof, &later), 0);
	assert_int_equal(to, first.size + 300);
	key_of(f, &key);
	assert_int_equal(zong_checkpoint_read((char *)later.data, later.len, &key, &second), 0);
	assert_true(
		zong_merkle_consistent(first.size, &first.root, second.size, &second.root, &proof));
	to = first.size - 1;
	assert_int_equal(
		zong_tlog_consistency(f->archive, first.size, &to, &proof, &later), ZONG_EINVAL);
	to = second.size + 1;
	assert_int_equal(
		zong_tlog_consistency(f->archive, first.size, &to, &proof, &later), ZONG_ENOENT);
	zong_buf_release(&note);
	zong_buf_release(&later);
}

/* ---- witnesses ---- */

static void a_known_witness_cosigns_what_it_has_seen(void **state)
{
	struct fixture *f = *state;
	struct zong_buf note = ZONG_BUF_INIT(ZONG_NOTE_MAX), kept = ZONG_BUF_INIT(ZONG_NOTE_MAX);
	struct zong_checkpoint now, seen;
	struct zong_note parts;
	struct zong_note_key key;
	size_t count = 0;
	int64_t time;

	know(f);
	assert_int_equal(zong_tlog_checkpoint(f->archive, true, &kept), ZONG_ENOENT);
	head(f, &note, &now);
	sign(&note, &witness, 1700000000);
	sign(&note, &stranger, 1700000000);
	assert_int_equal(cosign(f, &note, &count), 0);
	assert_int_equal(count, 1);
	assert_int_equal(fixture_log(f, "log.cosign", NULL, NULL), 1);
	/* the same again leaves nothing */
	assert_int_equal(cosign(f, &note, &count), 0);
	assert_int_equal(fixture_log(f, "log.cosign", NULL, NULL), 1);
	assert_int_equal(zong_tlog_checkpoint(f->archive, true, &kept), 0);
	key_of(f, &key);
	assert_int_equal(zong_checkpoint_read((char *)kept.data, kept.len, &key, &seen), 0);
	assert_int_equal(seen.size, now.size);
	assert_int_equal(zong_note_split((char *)kept.data, kept.len, &parts), 0);
	assert_int_equal(zong_note_verify(&parts, &witness.key, &time), 0);
	assert_int_equal(time, 1700000000);
	assert_int_equal(zong_note_verify(&parts, &stranger.key, NULL), ZONG_ENOENT);
	/* a later one takes the place of the older, and is one more line of the log */
	head(f, &note, &now);
	zong_buf_clear(&note);
	zong_buf_add(&note, parts.text, parts.text_len);
	zong_buf_add_char(&note, '\n');
	assert_int_equal(
		zong_note_sign(&witness, parts.text, parts.text_len, 1800000000, &note), 0);
	assert_int_equal(cosign(f, &note, &count), 0);
	zong_buf_clear(&kept);
	assert_int_equal(zong_tlog_checkpoint(f->archive, true, &kept), 0);
	assert_int_equal(zong_note_split((char *)kept.data, kept.len, &parts), 0);
	assert_int_equal(zong_note_verify(&parts, &witness.key, &time), 0);
	assert_int_equal(time, 1800000000);
	assert_int_equal(fixture_log(f, "log.cosign", NULL, NULL), 2);
	zong_buf_release(&note);
	zong_buf_release(&kept);
}

static void what_no_witness_signed_or_is_no_head_is_refused(void **state)
{
	struct fixture *f = *state;
	struct zong_buf note = ZONG_BUF_INIT(ZONG_NOTE_MAX), text = ZONG_BUF_INIT(ZONG_NOTE_MAX);
	struct zong_checkpoint now, other;
	size_t count, i;

	know(f);
	head(f, &note, &now);
	assert_int_equal(cosign(f, &note, &count), ZONG_ECOSIGNATURE); /* nobody */
	sign(&note, &stranger, 1700000000);
	assert_int_equal(cosign(f, &note, &count), ZONG_ECOSIGNATURE);
	head(f, &note, &now);
	sign(&note, &witness, 1700000000);
	note.data[note.len - 5] ^= 1;
	assert_int_equal(cosign(f, &note, &count), ZONG_ECOSIGNATURE);
	assert_int_equal(zong_tlog_cosign(f->archive, "", "x", 1, &count, &f->err), ZONG_ENOTE);
	/* heads that the witness signed, but that are none of this log */
	for (i = 0; i < 3; i++) {
		other = now;
		if (i == 0)
			other.root.bytes[0] ^= 1;
		else if (i == 1)
			other.size += 100;
		else
			snprintf(other.origin, sizeof(other.origin), "other.example");
		zong_buf_clear(&text);
		zong_buf_clear(&note);
		assert_int_equal(zong_checkpoint_format(&other, &text), 0);
		zong_buf_add_format(&note, "%s\n", zong_buf_str(&text));
		assert_int_equal(
			zong_note_sign(&witness, zong_buf_str(&text), text.len, 1, &note), 0);
		assert_int_equal(cosign(f, &note, &count), ZONG_ENOTE);
	}
	assert_int_equal(fixture_log(f, "log.cosign", NULL, NULL), 0);
	zong_buf_release(&note);
	zong_buf_release(&text);
}

/* ---- proofs ---- */

static void check_proof(struct fixture *f, uint64_t seq)
{
	struct zong_tlog_proof proof;
	struct zong_checkpoint now;
	struct zong_note_key key;
	struct zong_digest leaf;

	key_of(f, &key);
	assert_int_equal(zong_tlog_prove(f->archive, &f->administrator, seq, &proof, &f->err), 0);
	assert_int_equal(
		zong_checkpoint_read((char *)proof.note.data, proof.note.len, &key, &now), 0);
	assert_int_equal(zong_merkle_leaf(proof.entry.data, proof.entry.len, &leaf), 0);
	assert_true(zong_merkle_included(&leaf, seq - 1, now.size, &proof.path, &now.root));
	zong_tlog_proof_release(&proof);
}

static void a_line_is_proven(void **state)
{
	struct fixture *f = *state;
	struct zong_tlog_proof proof;

	add(f, 300);
	check_proof(f, 1);
	check_proof(f, 256);
	check_proof(f, fixture_counter(f, ZONG_COUNT_LOG));
	assert_int_equal(
		zong_tlog_prove(f->archive, &f->administrator, 9999, &proof, &f->err), ZONG_ENOENT);
	assert_true(fixture_log(f, "proof.read", "log/1", NULL) == 1);
}

static int prove_as(struct fixture *f, const struct zong_subject *who, uint64_t seq)
{
	struct zong_tlog_proof proof;
	int err = zong_tlog_prove(f->archive, who, seq, &proof, &f->err);

	if (!err)
		zong_tlog_proof_release(&proof);
	return err;
}

static void the_line_of_a_material_is_for_those_who_may_see_it(void **state)
{
	struct fixture *f = *state;
	uint64_t record;

	fixture_case(f, "T-1");
	assert_int_equal(fixture_add(f, "T-1", "合同", "text 甲\n", "tax", &f->receipt), 0);
	record = f->receipt.material->record;
	assert_int_equal(prove_as(f, &f->archivist, record), 0);
	assert_int_equal(prove_as(f, &f->lookup, record), 0);
	assert_int_equal(prove_as(f, &f->tax, record), 0);
	assert_int_equal(prove_as(f, &f->housing, record), ZONG_ENOENT);
	assert_int_equal(prove_as(f, &f->nobody, record), ZONG_EUNAUTHENTICATED);
	/* who looked at what is for none of them */
	assert_int_equal(prove_as(f, &f->archivist, record + 1), ZONG_ENOENT);
	assert_int_equal(prove_as(f, &f->administrator, record + 1), 0);
}

/* The line of a receipt names the file that was received. */
static void a_receipt_names_what_was_received(void **state)
{
	struct fixture *f = *state;
	char digest[ZONG_DIGEST_TEXT], detail[2048] = "";
	struct zong_digest file;
	struct zong_key key;
	ProtobufCMessage *row;

	fixture_case(f, "T-2");
	assert_int_equal(fixture_add(f, "T-2", "合同", "text 乙\n", "tax", &f->receipt), 0);
	assert_true(zong_row_digest(&f->receipt.material->file, &file));
	zong_digest_format(&file, digest);
	assert_int_equal(
		zong_delivery_receipt(f->archive, &f->tax,
			fixture_id(&f->receipt.delivery[0]->id), digest, &f->event, &f->err),
		0);
	zong_key_clear(&key);
	zong_key_u64(&key, f->event->delivery->record);
	assert_int_equal(zong_store_read_begin(f->archive->store, &f->txn), 0);
	assert_int_equal(
		zong_txn_get(f->txn, ZONG_TABLE_LOG, &key, &zong__log_record__descriptor, &row), 0);
	snprintf(detail, sizeof(detail), "%s", ((Zong__LogRecord *)row)->detail);
	protobuf_c_message_free_unpacked(row, NULL);
	zong_txn_end(f->txn);
	f->txn = NULL;
	assert_non_null(strstr(detail, "department/tax material/"));
	assert_non_null(strstr(detail, digest));
	assert_int_equal(prove_as(f, &f->tax, f->event->delivery->record), 0);
	assert_int_equal(prove_as(f, &f->housing, f->event->delivery->record), ZONG_ENOENT);
}

/* A damaged tree is no reason to sign another one. */
static int damage_leaf(struct zong_txn *txn, void *ctx)
{
	struct zong_key key;

	(void)ctx;
	zong_log_tree_key(0, 0, &key);
	return zong_txn_put_bytes(txn, ZONG_TABLE_LOG_TREE, &key, "\x0f\xff", 2);
}

static void nothing_is_signed_over_a_damaged_tree(void **state)
{
	struct fixture *f = *state;
	struct zong_buf note = ZONG_BUF_INIT(ZONG_NOTE_MAX);

	assert_int_equal(zong_store_write(f->archive->store, damage_leaf, NULL), 0);
	f->archive->tlog->made = 0;
	assert_int_equal(zong_tlog_checkpoint(f->archive, false, &note), ZONG_ECORRUPT);
	assert_int_equal(note.len, 0);
	zong_buf_release(&note);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

static int teardown(void **state)
{
	fixture_clear(state);
	return fixture_teardown(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_key_is_made_once_and_only_its_owner_reads_it),
		TEST(a_wrong_key_or_setting_is_named),
		TEST(a_head_is_of_what_is_committed),
		TEST(tiles_give_the_head),
		TEST(entries_are_for_those_who_may_read_the_log),
		TEST(an_older_head_is_proven_the_beginning_of_a_later_one),
		TEST(a_known_witness_cosigns_what_it_has_seen),
		TEST(what_no_witness_signed_or_is_no_head_is_refused),
		TEST(a_line_is_proven),
		TEST(the_line_of_a_material_is_for_those_who_may_see_it),
		TEST(a_receipt_names_what_was_received),
		TEST(nothing_is_signed_over_a_damaged_tree),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
