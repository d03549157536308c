/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include <zong/error.h>
#include <zong/note.h>

/* The example of the documentation of golang.org/x/mod/sumdb/note: its key, a text, and what it signed. */
#define GO_KEY "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
#define GO_TEXT                                                                                    \
	"If you think cryptography is the answer to your problem,\n"                               \
	"then you don't know what your problem is.\n"
#define GO_LINE                                                                                    \
	"\xE2\x80\x94 PeterNeumann "                                                               \
	"x08go/ZJkuBS9UG/"                                                                         \
	"SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"

/* The checkpoint and the cosignature that stand in C2SP's descriptions have no public keys with them; ours are made
 * here. */
static struct zong_note_signer signer, witness;

static int setup(void **state)
{
	(void)state;
	if (sodium_init() < 0 ||
		zong_note_signer_new("example.com/log", ZONG_NOTE_SIGNATURE, &signer))
		return -1;
	return zong_note_signer_new("example.com/witness", ZONG_NOTE_COSIGNATURE, &witness);
}

static void split(const char *text, struct zong_note *ret_note)
{
	assert_int_equal(zong_note_split(text, strlen(text), ret_note), 0);
}

static void a_note_that_go_signed_is_verified(void **state)
{
	struct zong_note_key key, other;
	char text[] = GO_TEXT "\n" GO_LINE;
	struct zong_note note;

	(void)state;
	assert_int_equal(zong_note_key_parse(GO_KEY, &key), 0);
	assert_string_equal(key.name, "PeterNeumann");
	assert_int_equal(key.id, 0xc74f20a3);
	split(text, &note);
	assert_int_equal(note.text_len, sizeof(GO_TEXT) - 1);
	assert_int_equal(zong_note_verify(&note, &key, NULL), 0);
	other = signer.key;
	assert_int_equal(zong_note_verify(&note, &other, NULL), ZONG_ENOENT);
	text[3] = 'I';
	assert_int_equal(zong_note_verify(&note, &key, NULL), ZONG_ECORRUPT);
}

static void keys_are_written_and_read_again(void **state)
{
	char text[ZONG_NOTE_KEY], secret[ZONG_NOTE_KEY];
	struct zong_note_signer again;
	struct zong_note_key key;

	(void)state;
	zong_note_key_format(&signer.key, text);
	assert_int_equal(zong_note_key_parse(text, &key), 0);
	assert_memory_equal(&key, &signer.key, sizeof(key));
	zong_note_signer_format(&signer, secret);
	assert_int_equal(strncmp(secret, "PRIVATE+KEY+example.com/log+", 28), 0);
	assert_int_equal(zong_note_signer_parse(secret, &again), 0);
	assert_memory_equal(&again, &signer, sizeof(again));
	assert_int_equal(zong_note_signer_parse(text, &again), ZONG_EINVAL);
	assert_int_equal(zong_note_key_parse(secret, &key), ZONG_EINVAL);
	zong_note_signer_wipe(&again);
	assert_true(sodium_is_zero((unsigned char *)&again, sizeof(again)));
}

static void what_is_no_key_is_refused(void **state)
{
	static const char *const keys[] = {"", "+", "++", "PeterNeumann", "PeterNeumann+c74f20a3",
		"PeterNeumann+c74f20a3+",
		"PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
		"PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
		"Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
		"+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
		"PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10T",
		"PeterNeumann+c74f20a3+CRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
		"PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWAAAA"};
	struct zong_note_key key;

	(void)state;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		assert_int_equal(zong_note_key_parse(keys[i], &key), ZONG_EINVAL);
	assert_false(zong_note_name_valid(""));
	assert_false(zong_note_name_valid("a b"));
	assert_false(zong_note_name_valid("a+b"));
	assert_false(zong_note_name_valid("a\xE3\x80\x80"));
	assert_false(zong_note_name_valid("\xff"));
	assert_true(zong_note_name_valid("示例.example/档案"));
}

static void sign(const char *text, struct zong_buf *note)
{
	zong_buf_add_format(note, "%s\n", text);
	assert_int_equal(zong_note_sign(&signer, text, strlen(text), 0, note), 0);
	assert_int_equal(zong_note_sign(&witness, text, strlen(text), 1700000000, note), 0);
}

static void what_is_signed_is_verified_and_nothing_else(void **state)
{
	struct zong_buf buf = ZONG_BUF_INIT(ZONG_NOTE_MAX);
	struct zong_buf lines = ZONG_BUF_INIT(ZONG_NOTE_MAX);
	struct zong_note note;
	int64_t time = -1;
	int held = 0;

	(void)state;
	sign("甲\n\n乙\n", &buf);
	split(zong_buf_str(&buf), &note);
	assert_int_equal(zong_note_verify(&note, &signer.key, &time), 0);
	assert_int_equal(time, 0);
	assert_int_equal(zong_note_verify(&note, &witness.key, &time), 0);
	assert_int_equal(time, 1700000000);
	assert_int_equal(zong_note_lines_of(&note, &witness.key, &lines), 0);
	assert_memory_equal(lines.data, note.lines + note.lines_len - lines.len, lines.len);
	for (size_t i = 0; i < buf.len * 8; i++) {
		buf.data[i / 8] ^= (uint8_t)(1 << i % 8);
		if (zong_note_split((char *)buf.data, buf.len, &note) == 0 &&
			zong_note_verify(&note, &signer.key, NULL) == 0 &&
			zong_note_verify(&note, &witness.key, NULL) == 0)
			held++;
		buf.data[i / 8] ^= (uint8_t)(1 << i % 8);
	}
	assert_int_equal(held, 0);
	zong_buf_release(&lines);
	zong_buf_release(&buf);
}

static void what_is_no_note_is_refused(void **state)
{
	static const char *const notes[] = {"", "\n", "\n\n", "a\n", "a\n\n", "a\n\nb\n",
		"a\n\n" GO_LINE "x", GO_LINE, "a\n" GO_LINE, "\x01\n\n" GO_LINE, "\xff\n\n" GO_LINE,
		"a\t\n\n" GO_LINE, "a\n\n\xE2\x80\x94 name\n", "a\n\n\xE2\x80\x94  AAAA\n",
		"a\n\n\xE2\x80\x94 n \n", "a\n\n\xE2\x80\x94 n AAAA", "a\n\n" GO_LINE "\n"};
	struct zong_buf buf = ZONG_BUF_INIT(64 * 1024);
	struct zong_note note;

	(void)state;
	for (size_t i = 0; i < sizeof(notes) / sizeof(notes[0]); i++)
		if (zong_note_split(notes[i], strlen(notes[i]), &note) != ZONG_EINVAL)
			fail_msg("note %zu is taken", i);
	zong_buf_add_str(&buf, "a\n\n");
	for (int i = 0; i < ZONG_NOTE_SIGNATURES; i++)
		zong_buf_add_str(&buf, "\xE2\x80\x94 n AAAA\n");
	assert_int_equal(zong_note_split((char *)buf.data, buf.len, &note), 0);
	zong_buf_add_str(&buf, "\xE2\x80\x94 n AAAA\n");
	assert_int_equal(zong_note_split((char *)buf.data, buf.len, &note), ZONG_EINVAL);
	while (buf.len <= ZONG_NOTE_MAX)
		zong_buf_add_str(&buf, "\xE2\x80\x94 n AAAA\n");
	assert_int_equal(zong_note_split((char *)buf.data, buf.len, &note), ZONG_ELIMIT);
	zong_buf_release(&buf);
}

static void checkpoints_are_read_as_they_are_written(void **state)
{
	static const char text[] =
		"example.com/log\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
	static const char *const wrong[] = {"", "\n", "a\n", "a\n1\n",
		"\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
		"a\n01\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
		"a\n-1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
		"a\n9223372036854775808\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
		"a\n99999999999999999999\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
		"a\n1\nCsUY\n", "a\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=",
		"a\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"};
	struct zong_buf buf = ZONG_BUF_INIT(ZONG_NOTE_MAX);
	struct zong_checkpoint checkpoint, again;

	(void)state;
	assert_int_equal(zong_checkpoint_parse(text, strlen(text), &checkpoint), 0);
	assert_string_equal(checkpoint.origin, "example.com/log");
	assert_int_equal(checkpoint.size, 20852163);
	assert_int_equal(zong_checkpoint_format(&checkpoint, &buf), 0);
	assert_string_equal(zong_buf_str(&buf), text);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		if (zong_checkpoint_parse(wrong[i], strlen(wrong[i]), &again) != ZONG_EINVAL)
			fail_msg("checkpoint %zu is taken", i);
	zong_buf_clear(&buf);
	sign(text, &buf);
	assert_int_equal(zong_checkpoint_read((char *)buf.data, buf.len, &signer.key, &again), 0);
	assert_int_equal(again.size, 20852163);
	/* the witness has signed, but it is no head of a log of its own */
	assert_int_equal(
		zong_checkpoint_read((char *)buf.data, buf.len, &witness.key, &again), ZONG_ENOENT);
	buf.data[18] ^= 1;
	assert_int_equal(zong_checkpoint_read((char *)buf.data, buf.len, &signer.key, &again),
		ZONG_ECORRUPT);
	zong_buf_release(&buf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_note_that_go_signed_is_verified),
		cmocka_unit_test(keys_are_written_and_read_again),
		cmocka_unit_test(what_is_no_key_is_refused),
		cmocka_unit_test(what_is_signed_is_verified_and_nothing_else),
		cmocka_unit_test(what_is_no_note_is_refused),
		cmocka_unit_test(checkpoints_are_read_as_they_are_written),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, setup, NULL);
}
