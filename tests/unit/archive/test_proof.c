/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/proof.h>
#include <zong/tlog.h>

#include "fixture.h"
#include "journal.h"
#include "log_tree.h"
#include "row.h"

#define LINES 520

static int write_lines(struct zong_txn *txn, void *ctx)
{
	int err = 0;

	(void)ctx;
	for (int i = 0; !err && i < LINES; i++)
		err = zong_journal_add(txn, NULL, "search", "search", "示例", NULL);
	return err;
}

static int setup(void **state)
{
	struct fixture *f;

	if (fixture_setup_paused(state))
		return -1;
	f = *state;
	return zong_store_write(f->archive->store, write_lines, NULL);
}

static void get(struct fixture *f, uint64_t seq, struct zong_proof *ret_proof,
	struct zong_note_key *ret_key)
{
	struct zong_tlog_proof made;
	char text[ZONG_NOTE_KEY];

	zong_tlog_key(f->archive, text);
	assert_int_equal(zong_note_key_parse(text, ret_key), 0);
	assert_int_equal(zong_tlog_prove(f->archive, &f->administrator, seq, &made, &f->err), 0);
	*ret_proof = (struct zong_proof){
		.index = seq - 1, .entry = made.entry, .path = made.path, .note = made.note};
}

static int verify(const struct zong_proof *proof, const struct zong_note_key *key)
{
	struct zong_checkpoint head;
	Zong__LogRecord *line = NULL;
	int err = zong_proof_verify(proof, key, &head, &line);

	if (!err)
		zong__log_record__free_unpacked(line, NULL);
	return err;
}

static void what_the_archive_gives_is_verified(void **state)
{
	struct fixture *f = *state;
	struct zong_checkpoint head;
	Zong__LogRecord *line;
	struct zong_note_key key;
	struct zong_proof proof;

	get(f, 300, &proof, &key);
	assert_int_equal(zong_proof_verify(&proof, &key, &head, &line), 0);
	assert_int_equal(line->seq, 300);
	assert_string_equal(line->verb, "search");
	assert_true(head.size >= LINES);
	zong__log_record__free_unpacked(line, NULL);
	zong_proof_release(&proof);
}

/* Every bit of the line, of the head and of the way between them counts. */
static void no_bit_of_it_can_be_another(void **state)
{
	struct fixture *f = *state;
	struct zong_note_key key, other;
	struct zong_proof proof;
	size_t held = 0;

	get(f, 77, &proof, &key);
	for (size_t i = 0; i < proof.entry.len * 8; i++) {
		proof.entry.data[i / 8] ^= (uint8_t)(1 << i % 8);
		held += verify(&proof, &key) == 0;
		proof.entry.data[i / 8] ^= (uint8_t)(1 << i % 8);
	}
	for (size_t i = 0; i < proof.note.len * 8; i++) {
		proof.note.data[i / 8] ^= (uint8_t)(1 << i % 8);
		held += verify(&proof, &key) == 0;
		proof.note.data[i / 8] ^= (uint8_t)(1 << i % 8);
	}
	for (size_t i = 0; i < proof.path.count * 256; i++) {
		proof.path.hash[i / 256].bytes[i % 256 / 8] ^= (uint8_t)(1 << i % 8);
		held += verify(&proof, &key) == 0;
		proof.path.hash[i / 256].bytes[i % 256 / 8] ^= (uint8_t)(1 << i % 8);
	}
	assert_int_equal(held, 0);
	assert_int_equal(verify(&proof, &key), 0);
	proof.index++;
	assert_int_equal(verify(&proof, &key), ZONG_ENOTREADY);
	proof.index--;
	proof.path.count--;
	assert_int_equal(verify(&proof, &key), ZONG_ENOTREADY);
	proof.path.count++;
	other = key;
	other.id ^= 1;
	assert_int_equal(verify(&proof, &other), ZONG_ENOENT);
	proof.note.len = 5;
	assert_int_equal(verify(&proof, &key), ZONG_EINVAL);
	zong_proof_release(&proof);
}

static void a_line_names_a_file_only_by_a_word_of_its_own(void **state)
{
	static const char digest[] =
		"sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
	Zong__LogRecord line = ZONG__LOG_RECORD__INIT;
	struct zong_digest file, other = {{1}};
	char detail[300];

	(void)state;
	assert_int_equal(zong_digest_parse(digest, &file), 0);
	line.detail = detail;
	snprintf(detail, sizeof(detail), "case/1 file/%s", digest);
	assert_true(zong_proof_names(&line, &file));
	assert_false(zong_proof_names(&line, &other));
	snprintf(detail, sizeof(detail), "file/%s pages 1", digest);
	assert_true(zong_proof_names(&line, &file));
	snprintf(detail, sizeof(detail), "profile/%s", digest);
	assert_false(zong_proof_names(&line, &file));
	snprintf(detail, sizeof(detail), "file/%s0", digest);
	assert_false(zong_proof_names(&line, &file));
	snprintf(detail, sizeof(detail), "%s", digest);
	assert_false(zong_proof_names(&line, &file));
}

static void an_sm3_counts_where_it_stands_behind_the_file(void **state)
{
	static const char digest[] =
		"sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
	static const char sm3[] =
		"sm3:66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0";
	Zong__LogRecord line = ZONG__LOG_RECORD__INIT;
	struct zong_digest file, seen, want;
	char detail[400];

	(void)state;
	assert_int_equal(zong_digest_parse(digest, &file), 0);
	zong_sm3_of("abc", 3, &want);
	line.detail = detail;
	snprintf(detail, sizeof(detail), "case/1 file/%s %s", digest, sm3);
	assert_true(zong_proof_sm3(&line, &file, &seen));
	assert_true(zong_digest_equal(&seen, &want));
	snprintf(detail, sizeof(detail), "case/1 file/%s %s version 2", digest, sm3);
	assert_true(zong_proof_sm3(&line, &file, &seen));
	snprintf(detail, sizeof(detail), "case/1 file/%s", digest);
	assert_false(zong_proof_sm3(&line, &file, &seen));
	snprintf(detail, sizeof(detail), "case/1 file/%s note %s", digest, sm3);
	assert_false(zong_proof_sm3(&line, &file, &seen));
	snprintf(detail, sizeof(detail), "case/1 file/%s %s0", digest, sm3);
	assert_false(zong_proof_sm3(&line, &file, &seen));
	snprintf(detail, sizeof(detail), "%s", sm3);
	assert_false(zong_proof_sm3(&line, &file, &seen));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_the_archive_gives_is_verified),
		cmocka_unit_test(no_bit_of_it_can_be_another),
		cmocka_unit_test(a_line_names_a_file_only_by_a_word_of_its_own),
		cmocka_unit_test(an_sm3_counts_where_it_stands_behind_the_file),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, setup, fixture_teardown);
}
