/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <zong/access.h>
#include <zong/digest.h>
#include <zong/time.h>

#include "idle.h"
#include "inside.h"
#include "row.h"
#include "token.h"

static const char *const roles[] = {
	[ZONG_ROLE_NONE] = "none",
	[ZONG_ROLE_ADMINISTRATOR] = "administrator",
	[ZONG_ROLE_ARCHIVIST] = "archivist",
	[ZONG_ROLE_DEPARTMENT] = "department",
	[ZONG_ROLE_LOOKUP] = "lookup",
	[ZONG_ROLE_KIOSK] = "kiosk",
	[ZONG_ROLE_CUSTODIAN] = "custodian",
	[ZONG_ROLE_AUDITOR] = "auditor",
	[ZONG_ROLE_LOCAL] = "local",
	[ZONG_ROLE_MEMBER] = "member",
};

const char *zong_role_name(enum zong_role role)
{
	if ((unsigned int)role > ZONG_ROLE_MEMBER)
		return roles[ZONG_ROLE_NONE];
	return roles[role];
}

enum zong_role zong_role_parse(const char *name)
{
	for (enum zong_role role = ZONG_ROLE_ADMINISTRATOR; role < ZONG_ROLE_LOCAL; role++)
		if (name && strcmp(roles[role], name) == 0)
			return role;
	return ZONG_ROLE_NONE;
}

void zong_token_make(const char *begins, char ret_text[ZONG_TOKEN_TEXT])
{
	uint8_t random[32];

	randombytes_buf(random, sizeof(random));
	memcpy(ret_text, begins, 3);
	sodium_bin2base64(ret_text + 3, ZONG_TOKEN_TEXT - 3, random, sizeof(random),
		sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	sodium_memzero(random, sizeof(random));
}

int zong_token_digest(const char *text, const char *begins, struct zong_digest *ret_digest)
{
	static const char alphabet[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	size_t len = text ? strnlen(text, ZONG_TOKEN_TEXT) : 0;

	/* 32 bytes are 43 letters */
	if (len != 46 || memcmp(text, begins, 3) != 0 || strspn(text + 3, alphabet) != 43)
		return ZONG_EUNAUTHENTICATED;
	zong_digest_of(text, len, ret_digest);
	return 0;
}

int zong_token_subject(const Zong__Token *token, struct zong_subject *ret_who)
{
	struct zong_subject who = {0};
	char id[ZONG_ID_TEXT];

	who.role = zong_role_parse(token->role);
	if (who.role == ZONG_ROLE_NONE || !zong_row_id(&token->id, &who.token))
		return ZONG_ECORRUPT;
	if ((who.role == ZONG_ROLE_DEPARTMENT) != (token->department[0] != '\0'))
		return ZONG_ECORRUPT;
	zong_id_format(&who.token, id);
	snprintf(who.department, sizeof(who.department), "%s", token->department);
	snprintf(who.name, sizeof(who.name), "%s", token->name);
	if (token->session)
		snprintf(who.key, sizeof(who.key), "%s", token->subject);
	else
		snprintf(who.key, sizeof(who.key), "token:%s", id);
	who.expires = token->expires;
	who.must_change = token->must_change;
	who.session = token->session;
	if (token->n_may)
		who.may = ZONG_MAY_LIMITED;
	for (size_t i = 0; i < token->n_may; i++) { /* one that a newer zong knows is none here */
		enum zong_verb verb = zong_verb_parse(token->may[i]);

		if (verb < ZONG_VERB_COUNT_)
			who.may |= UINT64_C(1) << verb;
	}
	*ret_who = who;
	return 0;
}

int zong_token_put(struct zong_txn *txn, const struct zong_digest *digest, const Zong__Token *token)
{
	struct zong_key key;

	zong_row_key_digest(&key, digest);
	return zong_txn_put(txn, ZONG_TABLE_TOKENS, &key, &token->base);
}

static int by_token(struct zong_archive *archive, const char *token, const char *begins,
	struct zong_subject *ret_who)
{
	struct zong_digest digest;
	struct zong_txn *txn;
	ProtobufCMessage *row;
	const Zong__Token *found;
	struct zong_key key;
	int err;

	err = zong_token_digest(token, begins, &digest);
	if (!err)
		err = zong_store_read_begin(archive->store, &txn);
	if (err)
		return err;
	zong_row_key_digest(&key, &digest);
	err = zong_txn_get(txn, ZONG_TABLE_TOKENS, &key, &zong__token__descriptor, &row);
	zong_txn_end(txn);
	if (err)
		return err == ZONG_ENOENT ? ZONG_EUNAUTHENTICATED : err;
	found = (const Zong__Token *)row;
	if (zong_token_over(found, zong_time_now()))
		err = ZONG_EUNAUTHENTICATED;
	else
		err = zong_token_subject(found, ret_who);
	protobuf_c_message_free_unpacked(row, NULL);
	return err ? err : zong_identity_seen(archive, ret_who);
}

int zong_identity_by_token(
	struct zong_archive *archive, const char *token, struct zong_subject *ret_who)
{
	return by_token(archive, token, ZONG_TOKEN_BEARER, ret_who);
}

int zong_identity_by_cookie(
	struct zong_archive *archive, const char *token, struct zong_subject *ret_who)
{
	return by_token(archive, token, ZONG_TOKEN_COOKIE, ret_who);
}

int zong_identity_seen(struct zong_archive *archive, const struct zong_subject *who)
{
	return who->session ? zong_idle_seen(archive->idle, &who->token, zong_time_monotonic()) : 0;
}

int64_t zong_identity_idle_seconds(const struct zong_archive *archive)
{
	return zong_idle_limit(archive->idle) / ZONG_SECOND;
}

int zong_identity_local(struct zong_archive *archive, uint32_t uid, struct zong_subject *ret_who)
{
	struct zong_subject who = {.role = ZONG_ROLE_LOCAL};

	(void)archive;
	if (uid != geteuid() && uid != 0)
		return ZONG_EUNAUTHENTICATED;
	snprintf(who.name, sizeof(who.name), "local");
	snprintf(who.key, sizeof(who.key), "local:%u", (unsigned int)uid);
	*ret_who = who;
	return 0;
}

static bool calls_with(const Zong__Department *row, const struct zong_digest *certificate)
{
	for (size_t i = 0; i < row->n_certificates; i++)
		if (row->certificates[i].len == sizeof(certificate->bytes) &&
			memcmp(row->certificates[i].data, certificate->bytes,
				sizeof(certificate->bytes)) == 0)
			return true;
	return false;
}

int zong_identity_by_certificate(struct zong_archive *archive,
	const struct zong_digest *certificate, struct zong_subject *ret_who)
{
	struct zong_subject who = {.role = ZONG_ROLE_DEPARTMENT};
	struct zong_iter iter = {0};
	struct zong_txn *txn;
	bool found = false;
	int err = zong_store_read_begin(archive->store, &txn);

	if (err)
		return err;
	err = zong_iter_begin(&iter, txn, ZONG_TABLE_DEPARTMENTS, NULL, NULL, false);
	while (!err && !found && (err = zong_iter_next(&iter)) == 0) {
		_cleanup_row_ Zong__Department *row =
			zong__department__unpack(NULL, iter.value_len, iter.value);

		found = row && calls_with(row, certificate);
		if (!found)
			continue;
		snprintf(who.department, sizeof(who.department), "%s", row->id);
		snprintf(who.name, sizeof(who.name), "%s", row->name);
		snprintf(who.key, sizeof(who.key), "certificate:%02x%02x%02x%02x%02x%02x%02x%02x",
			certificate->bytes[0], certificate->bytes[1], certificate->bytes[2],
			certificate->bytes[3], certificate->bytes[4], certificate->bytes[5],
			certificate->bytes[6], certificate->bytes[7]);
	}
	zong_iter_end(&iter);
	zong_txn_end(txn);
	if (!found)
		return err && err != ZONG_EEND ? err : ZONG_EUNAUTHENTICATED;
	*ret_who = who;
	return 0;
}
