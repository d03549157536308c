/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_VAULT_ACCESS_H
#define ZONG_VAULT_ACCESS_H

/* Vaults (保险库) as they are used: a department's private materials (个性材料), which it alone can open.
 *
 * Two things decide: that the subject may try at all (vault.use of access.h, for this department), and that somebody who knows the password of
 * a member has unlocked the vault in the subject's session. Whoever may not try hears of no vault; whoever has not unlocked it hears
 * ZONG_ESEALED, and whoever does not know the password ZONG_EKEY, also where there is no vault. Inside, the vault is an archive of its own, with
 * cases, materials, readings, search and a log of its own, that no other archive knows of:
 *
 *     zong_vault_unlock(archive, &who, "tax", "name", password, &err);      once in a session
 *     zong_vault_enter(archive, &who, "tax", &entered);                     for each request
 *     zong_material_get(entered.archive, &entered.who, ...);
 *     zong_vault_leave(archive, &entered);
 *
 * In the log of the common archive is who made, unlocked and locked a vault, who changed its members and keys, each attempt that
 * failed, and what was shared; nothing of what is in it. Verbs there: vault.make, vault.unlock, vault.refused, vault.lock, vault.member, vault.service,
 * vault.remove, vault.sheet, vault.officers, vault.recover, vault.break, vault.renew, vault.share. Object: vault/DEPARTMENT.
 * Passwords and sheets are never logged. Threads: any. */

#include <zong/access.h>
#include <zong/material.h>
#include <zong/vaults.h>

/* With every function here: ZONG_EFORBIDDEN, ZONG_ENOENT (not the subject's department), ZONG_ETHROTTLED (too many failures for this name
 * from this address) and those of zong_store_write. */

/* @verb: vault.use or vault.make. What the functions below ask first. */
int zong_vault_may(const struct zong_subject *who, enum zong_verb verb, const char *department);

/* A sheet for the safe, shown this once. Wipe it with zong_vault_paper_release. */
struct zong_vault_paper {
	char text[ZONG_VAULT_SHEET_TEXT];
	uint8_t *pdf; /* the same on paper; NULL: nothing here can draw */
	size_t pdf_len;
};
void zong_vault_paper_release(struct zong_vault_paper *paper);

/* Makes the vault of a department with its first member. @member NULL or "": the subject's own name. Needs vault.make.
 * ZONG_ENODEPARTMENT, ZONG_EEXIST, ZONG_EINVAL (name or password; err names which). */
int zong_vault_make(struct zong_archive *archive, const struct zong_subject *who, const char *department,
	const char *member, const char *password, struct zong_vault_paper *ret_sheet, struct zong_err *err);
/* For the subject's session, until it is locked, the session ends, or it was not used for `session-minutes`. ZONG_EKEY, ZONG_EVAULTOPEN (it gets
 * a new key, or another process has it). */
int zong_vault_unlock(struct zong_archive *archive, const struct zong_subject *who, const char *department,
	const char *member, const char *password, struct zong_err *err);
/* By the secret key of one of the department's services, base64. */
int zong_vault_unlock_service(struct zong_archive *archive, const struct zong_subject *who, const char *department,
	const char *service, const char *secret, struct zong_err *err);
/* 0 also where it was not open. */
int zong_vault_lock(struct zong_archive *archive, const struct zong_subject *who, const char *department);
/* All vaults of a session that has ended. */
void zong_vault_forget(struct zong_archive *archive, const struct zong_subject *who);

struct zong_vault_entered {
	struct zong_archive *archive; /* the vault */
	struct zong_subject who;      /* role member */
	struct zong_vaults_use use;
};
/* ZONG_ESEALED. Until zong_vault_leave it stays open. */
int zong_vault_enter(struct zong_archive *archive, const struct zong_subject *who, const char *department,
	struct zong_vault_entered *ret_entered);
void zong_vault_leave(struct zong_archive *archive, const struct zong_vault_entered *entered);

/* Its keys, to see who comes to it (zong_vault_keys_lock); freed by the caller. ZONG_ESEALED: not unlocked in this session. */
int zong_vault_keys_of(struct zong_archive *archive, const struct zong_subject *who, const char *department,
	struct zong_vault_keys **ret_keys);

/* ---- who comes to the key: with a member's password each time ---- */

struct zong_vault_by {
	const char *member, *password; /* member NULL or "": the subject's own name */
};
/* A member more, or another password for one. ZONG_EKEY, ZONG_EINVAL, ZONG_ELIMIT. */
int zong_vault_set_member(struct zong_archive *archive, const struct zong_subject *who, const char *department,
	const struct zong_vault_by *by, const char *name, const char *password, struct zong_err *err);
/* @secret: base64 of the secret key of the pair made for it, shown this once; wipe it. */
#define ZONG_VAULT_SECRET_TEXT 48
int zong_vault_set_service(struct zong_archive *archive, const struct zong_subject *who, const char *department,
	const struct zong_vault_by *by, const char *name, char ret_secret[ZONG_VAULT_SECRET_TEXT], struct zong_err *err);
/* @kind: "member", "service" or "officers" (@name ""). ZONG_ENOENT, ZONG_EINVAL (the last member). What he has seen he knows: after that the key is
 * to be renewed. */
int zong_vault_remove(struct zong_archive *archive, const struct zong_subject *who, const char *department,
	const struct zong_vault_by *by, const char *kind, const char *name, struct zong_err *err);
/* A new sheet in the place of the one in the safe. */
int zong_vault_new_sheet(struct zong_archive *archive, const struct zong_subject *who, const char *department,
	const struct zong_vault_by *by, struct zong_vault_paper *ret_sheet, struct zong_err *err);
/* Two sheets for two officers, who together, and neither alone, can let somebody in. */
int zong_vault_new_officers(struct zong_archive *archive, const struct zong_subject *who, const char *department,
	const struct zong_vault_by *by, struct zong_vault_paper *ret_one, struct zong_vault_paper *ret_other,
	struct zong_err *err);
/* Where all passwords are forgotten, or nobody is there who knows one: @name becomes a member by the sheet from the safe (@other NULL), or by both
 * officers' ones (break-glass). That it is tried is on record before it is. ZONG_EKEY, ZONG_EINVAL (a sheet that is typed wrongly: err names the
 * group; name or password). */
int zong_vault_recover(struct zong_archive *archive, const struct zong_subject *who, const char *department,
	const char *sheet, const char *other, const char *name, const char *password, struct zong_err *err);
/* A new key, and all that is in the vault sealed with it: takes as long as copying it. Nobody may have it open (ZONG_EVAULTOPEN). Cut short it goes on
 * with the next call. */
int zong_vault_renew(struct zong_archive *archive, const struct zong_subject *who, const char *department,
	const struct zong_vault_by *by, struct zong_err *err);

/* ---- between the vault and the common archive ---- */

/* The case of this number, as the subject may see it in the common archive, is opened in the vault too, so that private materials can be filed
 * under it. 0 also where it is there already; ZONG_ENOCASE. */
int zong_vault_bring_case(struct zong_archive *archive, const struct zong_subject *who,
	const struct zong_vault_entered *entered, const char *no, struct zong_err *err);
/* May it be brought, or is it there (*ret_there)? Waits for no disk. ZONG_ENOCASE. */
int zong_vault_sees_case(struct zong_archive *archive, const struct zong_subject *who,
	const struct zong_vault_entered *entered, const char *no, bool *ret_there, struct zong_err *err);
/* Copies a material out into the common archive, for these departments: by the decision of its own department, for a reason, both on record in both
 * logs before it goes. The case must be there in the common archive, and the subject be able to see it (ZONG_ENOCASE). Those of zong_material_get
 * and zong_intake_run; ZONG_EINVAL (no receiver, no reason). */
int zong_vault_share(struct zong_archive *archive, const struct zong_subject *who,
	const struct zong_vault_entered *entered, const char *department, const char *material,
	const char *const *receivers, size_t count, const char *reason, struct zong_receipt *ret_receipt,
	struct zong_err *err);

#endif
