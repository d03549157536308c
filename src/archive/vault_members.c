/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include <zong/access.h>
#include <zong/time.h>

#include "vault_line.h"

/* One change of who comes to the key. */
struct change {
	const struct zong_subject *who;
	const char *by;	  /* who does it */
	const char *name; /* whom it is about */
	const char *password;
	Zong__VaultLockKind kind;
	int64_t now;
	uint8_t *sheet, *other; /* [ZONG_VAULT_SHEET] each, or the service's secret */
	/* what is done with the keys, and as what it stands in the log */
	zong_vaults_change *make;
	const char *verb;
};

static int add_member(struct zong_vault_keys *keys, const struct zong_vault_key *key, void *ctx)
{
	const struct change *change = ctx;

	return zong_vault_keys_add_member(
		keys, key, change->name, change->password, NULL, change->now, change->by);
}

static int add_service(struct zong_vault_keys *keys, const struct zong_vault_key *key, void *ctx)
{
	const struct change *change = ctx;
	uint8_t public_key[ZONG_VAULT_PUBLIC];

	zong_vault_service_pair(public_key, change->sheet);
	return zong_vault_keys_add_service(
		keys, key, change->name, public_key, change->now, change->by);
}

static int remove_lock(struct zong_vault_keys *keys, const struct zong_vault_key *key, void *ctx)
{
	const struct change *change = ctx;

	(void)key;
	return zong_vault_keys_remove(keys, change->kind, change->name);
}

static int set_sheet(struct zong_vault_keys *keys, const struct zong_vault_key *key, void *ctx)
{
	const struct change *change = ctx;

	return zong_vault_keys_set_recovery(keys, key, change->now, change->by, change->sheet);
}

static int set_officers(struct zong_vault_keys *keys, const struct zong_vault_key *key, void *ctx)
{
	const struct change *change = ctx;

	return zong_vault_keys_set_officers(
		keys, key, change->now, change->by, change->sheet, change->other);
}

/* The line comes last: it says what has been done, and a change without a line is no more than a member whom the file of keys itself names,
 * with who let him in and when. What is told of a failure to write it is that failure. */
static int change_keys(struct zong_archive *archive, const char *department,
	const struct zong_vault_by *by, struct change *change, struct zong_err *err)
{
	struct zong_vault_attempt attempt;
	int code;

	change->by = zong_vault_member(change->who, by->member);
	change->now = zong_time_now();
	code = zong_vault_attempt_begin(archive, change->who, department, change->by, &attempt);
	if (code)
		return zong_err_set(err, code, "%s", department);
	code = zong_vaults_change_keys(archive->vaults, department, change->by, by->password,
		change->make, change);
	code = zong_vault_attempt_end(archive, change->who, &attempt, code);
	/* Who is out, or has another password, does not go on with what he has opened. */
	if (!code && *change->name)
		zong_vaults_put_out(archive->vaults, department, change->name);
	if (!code)
		code = zong_vault_line(archive, change->who, change->verb, department, change->name);
	if (code)
		zong_err_set(err, code, "%s",
			code == ZONG_EINVAL || code == ZONG_ENOENT ? change->name : department);
	return code;
}

int zong_vault_set_member(struct zong_archive *archive, const struct zong_subject *who,
	const char *department, const struct zong_vault_by *by, const char *name,
	const char *password, struct zong_err *err)
{
	struct change change = {.who = who,
		.name = name,
		.password = password,
		.make = add_member,
		.verb = "vault.member"};

	return change_keys(archive, department, by, &change, err);
}

int zong_vault_set_service(struct zong_archive *archive, const struct zong_subject *who,
	const char *department, const struct zong_vault_by *by, const char *name,
	char ret_secret[ZONG_VAULT_SECRET_TEXT], struct zong_err *err)
{
	uint8_t secret[ZONG_VAULT_SECRET];
	struct change change = {.who = who,
		.name = name,
		.sheet = secret,
		.make = add_service,
		.verb = "vault.service"};
	int code = change_keys(archive, department, by, &change, err);

	if (!code)
		sodium_bin2base64(ret_secret, ZONG_VAULT_SECRET_TEXT, secret, sizeof(secret),
			sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	sodium_memzero(secret, sizeof(secret));
	return code;
}

int zong_vault_remove(struct zong_archive *archive, const struct zong_subject *who,
	const char *department, const struct zong_vault_by *by, const char *kind, const char *name,
	struct zong_err *err)
{
	struct change change = {
		.who = who, .name = name, .make = remove_lock, .verb = "vault.remove"};

	if (strcmp(kind, "member") == 0)
		change.kind = ZONG__VAULT_LOCK_KIND__VAULT_LOCK_MEMBER;
	else if (strcmp(kind, "service") == 0)
		change.kind = ZONG__VAULT_LOCK_KIND__VAULT_LOCK_SERVICE;
	else if (strcmp(kind, "officers") == 0)
		change.kind = ZONG__VAULT_LOCK_KIND__VAULT_LOCK_OFFICERS;
	else
		return zong_err_set(err, ZONG_ENOENT, "%.80s", kind);
	return change_keys(archive, department, by, &change, err);
}

static void draw(struct zong_archive *archive, const struct change *change, const char *department,
	enum zong_vault_paper_kind paper, const uint8_t *sheet, struct zong_vault_paper *ret_paper)
{
	char name[ZONG_LIMIT_NAME + 1];
	const struct zong_vault_paper_about about = {
		.paper = paper, .department = name, .by = change->by, .time = change->now};

	if (zong_vault_department(archive, department, name))
		snprintf(name, sizeof(name), "%s", department);
	zong_vault_paper_make(archive, &about, sheet, ret_paper);
}

int zong_vault_new_sheet(struct zong_archive *archive, const struct zong_subject *who,
	const char *department, const struct zong_vault_by *by, struct zong_vault_paper *ret_sheet,
	struct zong_err *err)
{
	uint8_t sheet[ZONG_VAULT_SHEET];
	struct change change = {
		.who = who, .name = "", .sheet = sheet, .make = set_sheet, .verb = "vault.sheet"};
	int code = change_keys(archive, department, by, &change, err);

	if (!code)
		draw(archive, &change, department, ZONG_VAULT_PAPER_RECOVERY, sheet, ret_sheet);
	sodium_memzero(sheet, sizeof(sheet));
	return code;
}

int zong_vault_new_officers(struct zong_archive *archive, const struct zong_subject *who,
	const char *department, const struct zong_vault_by *by, struct zong_vault_paper *ret_one,
	struct zong_vault_paper *ret_other, struct zong_err *err)
{
	uint8_t one[ZONG_VAULT_SHEET], other[ZONG_VAULT_SHEET];
	struct change change = {.who = who,
		.name = "",
		.sheet = one,
		.other = other,
		.make = set_officers,
		.verb = "vault.officers"};
	int code = change_keys(archive, department, by, &change, err);

	if (!code) {
		draw(archive, &change, department, ZONG_VAULT_PAPER_OFFICER_ONE, one, ret_one);
		draw(archive, &change, department, ZONG_VAULT_PAPER_OFFICER_OTHER, other, ret_other);
	}
	sodium_memzero(one, sizeof(one));
	sodium_memzero(other, sizeof(other));
	return code;
}

static int read_sheet(const char *which, const char *text, uint8_t ret_sheet[ZONG_VAULT_SHEET],
	struct zong_err *err)
{
	unsigned int group;

	if (zong_vault_sheet_parse(text, ret_sheet, &group))
		return zong_err_set(err, ZONG_EINVAL, "%s: %u", which, group);
	return 0;
}

int zong_vault_recover(struct zong_archive *archive, const struct zong_subject *who,
	const char *department, const char *sheet, const char *other, const char *name,
	const char *password, struct zong_err *err)
{
	uint8_t one[ZONG_VAULT_SHEET], two[ZONG_VAULT_SHEET];
	struct change change = {
		.who = who, .name = name, .password = password, .now = zong_time_now()};
	const char *verb = other ? "vault.break" : "vault.recover";
	struct zong_vault_attempt attempt;
	int code = read_sheet("sheet", sheet, one, err);

	if (!code && other)
		code = read_sheet("other", other, two, err);
	if (!code) {
		change.by = other ? "officers" : "sheet";
		code = zong_vault_attempt_begin(archive, who, department, change.by, &attempt);
		if (code)
			zong_err_set(err, code, "%s", department);
	}
	if (!code) {
		/* Before anything is opened. */
		code = zong_vault_line(archive, who, verb, department, name);
		if (!code)
			code = zong_vaults_recover(archive->vaults, department, one,
				other ? two : NULL, add_member, &change);
		code = zong_vault_attempt_end(archive, who, &attempt, code);
		if (!code)
			code = zong_vault_line(archive, who, "vault.member", department, name);
		if (code)
			zong_err_set(err, code, "%s", code == ZONG_EINVAL ? name : department);
	}
	sodium_memzero(one, sizeof(one));
	sodium_memzero(two, sizeof(two));
	return code;
}

int zong_vault_renew(struct zong_archive *archive, const struct zong_subject *who,
	const char *department, const struct zong_vault_by *by, struct zong_err *err)
{
	const char *member = zong_vault_member(who, by->member);
	struct zong_vault_attempt attempt;
	int code = zong_vault_attempt_begin(archive, who, department, member, &attempt);

	if (code)
		return zong_err_set(err, code, "%s", department);
	code = zong_vaults_renew(
		archive->vaults, department, member, by->password, NULL, NULL);
	code = zong_vault_attempt_end(archive, who, &attempt, code);
	if (!code)
		code = zong_vault_line(archive, who, "vault.renew", department, member);
	return code ? zong_err_set(err, code, "%s", department) : 0;
}
