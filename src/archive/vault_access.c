/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include <zong/access.h>
#include <zong/cleanup.h>
#include <zong/time.h>

#include "row.h"
#include "throttle.h"
#include "vault_folder.h"
#include "vault_line.h"

int zong_vault_may(const struct zong_subject *who, enum zong_verb verb, const char *department)
{
	int code = zong_access_may(who, verb, &(struct zong_object){.department = department});

	/* A name that no department can have is nobody's. */
	return !code && zong_department_id_check(department) ? ZONG_ENOENT : code;
}

int zong_vault_make(struct zong_archive *archive, const struct zong_subject *who,
	const char *department, const char *member, const char *password,
	struct zong_vault_paper *ret_sheet, struct zong_err *err)
{
	struct zong_vault_paper_about about = {
		.paper = ZONG_VAULT_PAPER_RECOVERY, .by = zong_vault_member(who, member)};
	char name[ZONG_LIMIT_NAME + 1];
	uint8_t sheet[ZONG_VAULT_SHEET];
	int code = zong_vault_may(who, ZONG_VERB_VAULT_MAKE, department);

	if (!code)
		code = zong_vault_department(archive, department, name);
	if (code)
		return zong_err_set(err, code, "%s", department);
	about.department = name;
	about.time = zong_time_now();
	zong_throttle_enter(archive->throttle);
	code = zong_vaults_create(
		archive->vaults, department, about.by, password, NULL, about.time, sheet);
	zong_throttle_leave(archive->throttle);
	if (code)
		return zong_err_set(
			err, code, "%s", code == ZONG_EINVAL ? "member, password" : department);
	/* Where the line cannot be written the vault is there all the same; a member has a new sheet made. */
	code = zong_vault_line(archive, who, "vault.make", department, about.by);
	if (!code)
		zong_vault_paper_make(archive, &about, sheet, ret_sheet);
	sodium_memzero(sheet, sizeof(sheet));
	return code ? zong_err_set(err, code, "%s", department) : 0;
}

/* Opened, but used by nobody before it is on record. */
static int tell_unlocked(struct zong_archive *archive, const struct zong_subject *who,
	const char *department, const char *member, const char *session)
{
	int code = zong_vault_line(archive, who, "vault.unlock", department, member);

	if (code)
		zong_vaults_leave(archive->vaults, department, session);
	return code;
}

int zong_vault_unlock(struct zong_archive *archive, const struct zong_subject *who,
	const char *department, const char *member, const char *password, struct zong_err *err)
{
	char session[ZONG_VAULTS_SESSION + 1];
	struct zong_vault_attempt attempt;
	int code;

	member = zong_vault_member(who, member);
	code = zong_vault_attempt_begin(archive, who, department, member, &attempt);
	if (code)
		return zong_err_set(err, code, "%s", department);
	zong_vault_session(who, session);
	code = zong_vaults_unlock(
		archive->vaults, department, member, password, session, zong_time_monotonic());
	code = zong_vault_attempt_end(archive, who, &attempt, code);
	if (!code)
		code = tell_unlocked(archive, who, department, member, session);
	return code ? zong_err_set(err, code, "%s", department) : 0;
}

int zong_vault_unlock_service(struct zong_archive *archive, const struct zong_subject *who,
	const char *department, const char *service, const char *secret, struct zong_err *err)
{
	char session[ZONG_VAULTS_SESSION + 1];
	uint8_t bytes[ZONG_VAULT_SECRET];
	struct zong_vault_attempt attempt;
	size_t len = 0;
	int code = zong_vault_attempt_begin(archive, who, department, service, &attempt);

	if (code)
		return zong_err_set(err, code, "%s", department);
	zong_vault_session(who, session);
	if (sodium_base642bin(bytes, sizeof(bytes), secret, strlen(secret), NULL, &len, NULL,
		    sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0 ||
		len != sizeof(bytes))
		code = ZONG_EKEY;
	else
		code = zong_vaults_unlock_service(archive->vaults, department, service, bytes,
			session, zong_time_monotonic());
	sodium_memzero(bytes, sizeof(bytes));
	code = zong_vault_attempt_end(archive, who, &attempt, code);
	if (!code)
		code = tell_unlocked(archive, who, department, service, session);
	return code ? zong_err_set(err, code, "%s", department) : 0;
}

int zong_vault_lock(
	struct zong_archive *archive, const struct zong_subject *who, const char *department)
{
	char session[ZONG_VAULTS_SESSION + 1];
	struct zong_vaults_use use;
	int code = zong_vault_may(who, ZONG_VERB_VAULT_USE, department);

	if (code)
		return code;
	zong_vault_session(who, session);
	code = zong_vaults_use(
		archive->vaults, department, session, zong_time_monotonic(), &use);
	if (code)
		return code == ZONG_ESEALED ? 0 : code;
	zong_vaults_done(archive->vaults, &use);
	zong_vaults_leave(archive->vaults, department, session);
	return zong_vault_line(archive, who, "vault.lock", department, use.member);
}

void zong_vault_forget(struct zong_archive *archive, const struct zong_subject *who)
{
	char session[ZONG_VAULTS_SESSION + 1];

	if (!archive->vaults)
		return;
	zong_vault_session(who, session);
	zong_vaults_leave(archive->vaults, NULL, session);
}

int zong_vault_enter(struct zong_archive *archive, const struct zong_subject *who,
	const char *department, struct zong_vault_entered *ret_entered)
{
	char session[ZONG_VAULTS_SESSION + 1];
	int code = zong_vault_may(who, ZONG_VERB_VAULT_USE, department);

	if (code)
		return code;
	zong_vault_session(who, session);
	code = zong_vaults_use(archive->vaults, department, session, zong_time_monotonic(),
		&ret_entered->use);
	if (code)
		return code;
	ret_entered->archive = ret_entered->use.around;
	ret_entered->who = *who;
	ret_entered->who.role = ZONG_ROLE_MEMBER;
	ret_entered->who.department[0] = '\0';
	memcpy(ret_entered->who.name, ret_entered->use.member, sizeof(ret_entered->who.name));
	return 0;
}

void zong_vault_leave(struct zong_archive *archive, const struct zong_vault_entered *entered)
{
	zong_vaults_done(archive->vaults, &entered->use);
}

int zong_vault_keys_of(struct zong_archive *archive, const struct zong_subject *who,
	const char *department, struct zong_vault_keys **ret_keys)
{
	struct zong_vault_entered entered;
	struct zong_vault_folder folder;
	int code = zong_vault_enter(archive, who, department, &entered);

	if (code)
		return code;
	code = zong_vault_folder_init(&folder, archive->dir, department);
	if (!code) {
		code = zong_vault_keys_load(folder.keys, ret_keys);
		zong_vault_folder_release(&folder);
	}
	zong_vault_leave(archive, &entered);
	return code;
}
