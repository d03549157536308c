/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include <zong/base64.h>
#include <zong/byteorder.h>
#include <zong/error.h>
#include <zong/note.h>
#include <zong/utf8.h>

#define DASH "\xE2\x80\x94 " /* an em dash and a blank begin a signature line */
#define DASH_LEN (sizeof(DASH) - 1)
#define PRIVATE "PRIVATE+KEY+"
#define PRIVATE_LEN (sizeof(PRIVATE) - 1)
#define VARIANT sodium_base64_VARIANT_ORIGINAL
#define KEY_BYTES (1 + crypto_sign_PUBLICKEYBYTES) /* kind and key; a seed is as long */
#define KEY_BASE64 sodium_base64_ENCODED_LEN(KEY_BYTES, VARIANT)
#define ID_BYTES 4
#define TIME_BYTES 8
#define SIGNATURE_BYTES (ID_BYTES + TIME_BYTES + crypto_sign_BYTES)
#define SIGNATURE_BASE64 sodium_base64_ENCODED_LEN(SIGNATURE_BYTES, VARIANT)

_Static_assert(crypto_sign_SEEDBYTES == crypto_sign_PUBLICKEYBYTES, "both are 32 bytes");

/* ---- names and keys ---- */

static bool is_name(const char *name, size_t len)
{
	size_t at = 0;

	if (len == 0 || len >= ZONG_NOTE_NAME || !zong_utf8_printable(name, len))
		return false;
	while (at < len) {
		uint32_t c = zong_utf8_next(name, len, &at);

		if (c == '+' || zong_utf8_is_blank(c) || c == 0x85 || c == 0x1680 || c == 0x2028 ||
			c == 0x2029 || c == 0x202F || c == 0x205F)
			return false;
	}
	return true;
}

bool zong_note_name_valid(const char *name)
{
	return is_name(name, strnlen(name, ZONG_NOTE_NAME));
}

static uint32_t id_of(const struct zong_note_key *key)
{
	uint8_t bytes[ZONG_NOTE_NAME + 1 + KEY_BYTES];
	struct zong_digest digest;
	size_t len = strlen(key->name);

	memcpy(bytes, key->name, len);
	bytes[len] = '\n';
	bytes[len + 1] = (uint8_t)key->kind;
	memcpy(bytes + len + 2, key->bytes, sizeof(key->bytes));
	zong_digest_of(bytes, len + 1 + KEY_BYTES, &digest);
	return zong_read_be32(digest.bytes);
}

static bool is_kind(unsigned int kind)
{
	return kind == ZONG_NOTE_SIGNATURE || kind == ZONG_NOTE_COSIGNATURE;
}

static int hex_value(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* "name+id+base64"; what the last part holds is for the caller to understand. */
static int parse_parts(
	const char *text, struct zong_note_key *ret_key, uint8_t ret_bytes[KEY_BYTES])
{
	const char *id = strchr(text, '+');
	struct zong_note_key key = {.id = 0};
	const char *base64;
	size_t len;

	if (!id || !is_name(text, (size_t)(id - text)))
		return ZONG_EINVAL;
	memcpy(key.name, text, (size_t)(id - text));
	base64 = strchr(++id, '+');
	if (!base64 || base64 - id != 8)
		return ZONG_EINVAL;
	for (int i = 0; i < 8; i++) {
		int value = hex_value(id[i]);

		if (value < 0)
			return ZONG_EINVAL;
		key.id = key.id << 4 | (uint32_t)value;
	}
	base64++;
	if (zong_base64_read(base64, strlen(base64), ret_bytes, KEY_BYTES, &len) ||
		len != KEY_BYTES || !is_kind(ret_bytes[0]))
		return ZONG_EINVAL;
	key.kind = (enum zong_note_kind)ret_bytes[0];
	*ret_key = key;
	return 0;
}

int zong_note_key_parse(const char *text, struct zong_note_key *ret_key)
{
	uint8_t bytes[KEY_BYTES];
	struct zong_note_key key;
	int err = parse_parts(text, &key, bytes);

	if (err)
		return err;
	memcpy(key.bytes, bytes + 1, sizeof(key.bytes));
	if (key.id != id_of(&key))
		return ZONG_EINVAL;
	*ret_key = key;
	return 0;
}

static void format(const char *before, const struct zong_note_key *key, const uint8_t *bytes,
	char ret_text[ZONG_NOTE_KEY])
{
	uint8_t all[KEY_BYTES] = {(uint8_t)key->kind};
	char base64[KEY_BASE64];

	memcpy(all + 1, bytes, KEY_BYTES - 1);
	sodium_bin2base64(base64, sizeof(base64), all, sizeof(all), VARIANT);
	snprintf(ret_text, ZONG_NOTE_KEY, "%s%s+%08" PRIx32 "+%s", before, key->name, key->id,
		base64);
	sodium_memzero(all, sizeof(all));
	sodium_memzero(base64, sizeof(base64));
}

void zong_note_key_format(const struct zong_note_key *key, char ret_text[ZONG_NOTE_KEY])
{
	format("", key, key->bytes, ret_text);
}

/* The rest of the key from its seed. */
static void complete(struct zong_note_signer *signer, const uint8_t *seed)
{
	crypto_sign_seed_keypair(signer->key.bytes, signer->secret, seed);
}

int zong_note_signer_new(
	const char *name, enum zong_note_kind kind, struct zong_note_signer *ret_signer)
{
	uint8_t seed[crypto_sign_SEEDBYTES];

	if (!zong_note_name_valid(name) || !is_kind(kind))
		return ZONG_EINVAL;
	memset(ret_signer, 0, sizeof(*ret_signer));
	memcpy(ret_signer->key.name, name, strlen(name));
	ret_signer->key.kind = kind;
	randombytes_buf(seed, sizeof(seed));
	complete(ret_signer, seed);
	sodium_memzero(seed, sizeof(seed));
	ret_signer->key.id = id_of(&ret_signer->key);
	return 0;
}

int zong_note_signer_parse(const char *text, struct zong_note_signer *ret_signer)
{
	struct zong_note_signer signer = {.key = {.id = 0}};
	uint8_t bytes[KEY_BYTES];
	int err = ZONG_EINVAL;

	if (strncmp(text, PRIVATE, PRIVATE_LEN) == 0)
		err = parse_parts(text + PRIVATE_LEN, &signer.key, bytes);
	if (!err) {
		complete(&signer, bytes + 1);
		if (signer.key.id == id_of(&signer.key))
			*ret_signer = signer;
		else
			err = ZONG_EINVAL;
	}
	sodium_memzero(bytes, sizeof(bytes));
	zong_note_signer_wipe(&signer);
	return err;
}

void zong_note_signer_format(const struct zong_note_signer *signer, char ret_text[ZONG_NOTE_KEY])
{
	format(PRIVATE, &signer->key, signer->secret, ret_text); /* the seed is its first half */
}

void zong_note_signer_wipe(struct zong_note_signer *signer)
{
	sodium_memzero(signer, sizeof(*signer));
}

/* ---- signing ---- */

/* What is signed: the text, or of a cosignature a time before it. */
static int put_message(struct zong_buf *message, enum zong_note_kind kind, int64_t time,
	const char *text, size_t len)
{
	if (kind == ZONG_NOTE_COSIGNATURE)
		zong_buf_add_format(message, "cosignature/v1\ntime %" PRId64 "\n", time);
	return zong_buf_add(message, text, len);
}

int zong_note_sign(const struct zong_note_signer *signer, const char *text, size_t len,
	int64_t time, struct zong_buf *lines)
{
	struct zong_buf message = ZONG_BUF_INIT(ZONG_NOTE_MAX + 100);
	uint8_t bytes[SIGNATURE_BYTES];
	char base64[SIGNATURE_BASE64];
	size_t at = ID_BYTES;
	int err = put_message(&message, signer->key.kind, time, text, len);

	if (err) {
		zong_buf_release(&message);
		return lines->err ? lines->err : (lines->err = err);
	}
	zong_write_be32(bytes, signer->key.id);
	if (signer->key.kind == ZONG_NOTE_COSIGNATURE) {
		zong_write_be64(bytes + at, (uint64_t)time);
		at += TIME_BYTES;
	}
	crypto_sign_detached(bytes + at, NULL, message.data, message.len, signer->secret);
	zong_buf_release(&message);
	sodium_bin2base64(base64, sizeof(base64), bytes, at + crypto_sign_BYTES, VARIANT);
	return zong_buf_add_format(lines, DASH "%s %s\n", signer->key.name, base64);
}

/* ---- taking apart ---- */

/* One signature line at @*at, which moves behind it. */
struct line {
	const char *whole;
	size_t whole_len; /* with its line feed */
	const char *name;
	size_t name_len;
	const char *base64;
	size_t base64_len;
};

static bool take_line(const char **at, const char *end, struct line *ret_line)
{
	const char *feed = memchr(*at, '\n', (size_t)(end - *at));
	struct line line = {.whole = *at};
	const char *blank;

	if (!feed || (size_t)(feed - *at) < DASH_LEN || memcmp(*at, DASH, DASH_LEN) != 0)
		return false;
	line.whole_len = (size_t)(feed + 1 - *at);
	line.name = *at + DASH_LEN;
	blank = memchr(line.name, ' ', (size_t)(feed - line.name));
	if (!blank)
		return false;
	line.name_len = (size_t)(blank - line.name);
	line.base64 = blank + 1;
	line.base64_len = (size_t)(feed - line.base64);
	if (line.base64_len == 0 || !is_name(line.name, line.name_len))
		return false;
	*ret_line = line;
	*at = feed + 1;
	return true;
}

static bool is_text(const char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)bytes[i] < 0x20 && bytes[i] != '\n')
			return false;
	return zong_utf8_valid(bytes, len);
}

int zong_note_split(const char *bytes, size_t len, struct zong_note *ret_note)
{
	struct zong_note note = {.text = bytes};
	const char *at, *end = bytes + len;
	struct line line;
	size_t lines = 0;

	if (len > ZONG_NOTE_MAX)
		return ZONG_ELIMIT;
	if (!is_text(bytes, len))
		return ZONG_EINVAL;
	for (size_t i = len; i >= 2 && !note.lines; i--)
		if (bytes[i - 1] == '\n' && bytes[i - 2] == '\n')
			note.lines = bytes + i;
	if (!note.lines || note.lines == end)
		return ZONG_EINVAL;
	note.text_len = (size_t)(note.lines - 1 - bytes);
	note.lines_len = (size_t)(end - note.lines);
	for (at = note.lines; at < end; lines++)
		if (lines == ZONG_NOTE_SIGNATURES || !take_line(&at, end, &line))
			return ZONG_EINVAL;
	*ret_note = note;
	return 0;
}

/* ---- verifying ---- */

/* The bytes behind the key's id, where the line is this key's. */
static bool is_of(const struct line *line, const struct zong_note_key *key,
	uint8_t ret_bytes[SIGNATURE_BYTES], size_t *ret_len)
{
	uint8_t bytes[SIGNATURE_BYTES];
	size_t len;

	if (line->name_len != strlen(key->name) ||
		memcmp(line->name, key->name, line->name_len) != 0)
		return false;
	if (zong_base64_read(line->base64, line->base64_len, bytes, sizeof(bytes), &len) ||
		len < ID_BYTES || zong_read_be32(bytes) != key->id)
		return false;
	memcpy(ret_bytes, bytes + ID_BYTES, len - ID_BYTES);
	*ret_len = len - ID_BYTES;
	return true;
}

static int verify_line(const struct zong_note *note, const struct zong_note_key *key,
	const uint8_t *bytes, size_t len, int64_t *ret_time)
{
	struct zong_buf message = ZONG_BUF_INIT(ZONG_NOTE_MAX + 100);
	uint64_t time = 0;
	int err;

	if (key->kind == ZONG_NOTE_COSIGNATURE) {
		if (len != TIME_BYTES + crypto_sign_BYTES)
			return ZONG_ECORRUPT;
		time = zong_read_be64(bytes);
		bytes += TIME_BYTES;
		len -= TIME_BYTES;
	}
	if (len != crypto_sign_BYTES || time > INT64_MAX)
		return ZONG_ECORRUPT;
	err = put_message(&message, key->kind, (int64_t)time, note->text, note->text_len);
	if (!err && crypto_sign_verify_detached(bytes, message.data, message.len, key->bytes) != 0)
		err = ZONG_ECORRUPT;
	zong_buf_release(&message);
	if (!err)
		*ret_time = (int64_t)time;
	return err;
}

int zong_note_verify(
	const struct zong_note *note, const struct zong_note_key *key, int64_t *ret_time)
{
	const char *at = note->lines, *end = note->lines + note->lines_len;
	uint8_t bytes[SIGNATURE_BYTES];
	int64_t time = 0, latest = 0;
	bool any = false;
	struct line line;
	size_t len;
	int err;

	while (at < end && take_line(&at, end, &line)) {
		if (!is_of(&line, key, bytes, &len))
			continue;
		err = verify_line(note, key, bytes, len, &time);
		if (err)
			return err;
		any = true;
		latest = time > latest ? time : latest;
	}
	if (!any)
		return ZONG_ENOENT;
	if (ret_time)
		*ret_time = latest;
	return 0;
}

int zong_note_lines_of(
	const struct zong_note *note, const struct zong_note_key *key, struct zong_buf *lines)
{
	const char *at = note->lines, *end = note->lines + note->lines_len;
	uint8_t bytes[SIGNATURE_BYTES];
	struct line line;
	size_t len;

	while (at < end && take_line(&at, end, &line))
		if (is_of(&line, key, bytes, &len))
			zong_buf_add(lines, line.whole, line.whole_len);
	return lines->err;
}
