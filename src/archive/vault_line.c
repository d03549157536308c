/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sodium.h>

#include <zong/cleanup.h>
#include <zong/file.h>
#include <zong/time.h>
#include <zong/utf8.h>

#include "journal.h"
#include "row.h"
#include "throttle.h"
#include "vault_line.h"

#define PDF_MOST (4 << 20) /* of one page of text */

struct line {
	const struct zong_subject *who;
	const char *verb, *object, *detail;
};

static int write_line(struct zong_txn *txn, void *ctx)
{
	const struct line *line = ctx;

	return zong_journal_add(txn, line->who, line->verb, line->object, line->detail, NULL);
}

int zong_vault_line(struct zong_archive *archive, const struct zong_subject *who, const char *verb,
	const char *department, const char *detail)
{
	char object[ZONG_LIMIT_DEPARTMENT_ID + 16];
	struct line line = {.who = who, .verb = verb, .object = object, .detail = detail};

	snprintf(object, sizeof(object), "vault/%s", department);
	return zong_store_write(archive->store, write_line, &line);
}

int zong_vault_attempt_begin(struct zong_archive *archive, const struct zong_subject *who,
	const char *department, const char *name, struct zong_vault_attempt *ret_attempt)
{
	size_t len = zong_utf8_cut(name, strlen(name), ZONG_LIMIT_NAME);
	int code = zong_vault_may(who, ZONG_VERB_VAULT_USE, department);

	if (code)
		return code;
	/* What was typed as a name goes into the log only as far as it can stand there. */
	if (!zong_utf8_printable(name, len))
		len = 0;
	snprintf(ret_attempt->name, sizeof(ret_attempt->name), "vault/%s/%.*s", department,
		(int)len, name);
	ret_attempt->department = department;
	ret_attempt->said = ret_attempt->name + strlen("vault/") + strlen(department) + 1;
	code = zong_throttle_check(
		archive->throttle, ret_attempt->name, who->origin, zong_time_monotonic());
	if (!code)
		zong_throttle_enter(archive->throttle);
	return code;
}

int zong_vault_attempt_end(struct zong_archive *archive, const struct zong_subject *who,
	const struct zong_vault_attempt *attempt, int code)
{
	int unwritten;

	zong_throttle_leave(archive->throttle);
	if (!code)
		zong_throttle_succeeded(archive->throttle, attempt->name, who->origin);
	if (code == ZONG_EBUSY)
		return ZONG_EVAULTOPEN;
	if (code != ZONG_EKEY)
		return code;
	zong_throttle_failed(archive->throttle, attempt->name, who->origin, zong_time_monotonic());
	unwritten = zong_vault_line(archive, who, "vault.refused", attempt->department, attempt->said);
	return unwritten ? unwritten : code;
}

void zong_vault_session(const struct zong_subject *who, char ret_session[ZONG_VAULTS_SESSION + 1])
{
	static const struct zong_id none;

	if (zong_id_equal(&who->token, &none))
		snprintf(ret_session, ZONG_VAULTS_SESSION + 1, "%s", who->key);
	else
		zong_id_format(&who->token, ret_session);
}

const char *zong_vault_member(const struct zong_subject *who, const char *member)
{
	return member && *member ? member : who->name;
}

int zong_vault_department(
	struct zong_archive *archive, const char *department, char ret_name[ZONG_LIMIT_NAME + 1])
{
	_cleanup_row_ Zong__Department *row = NULL;
	struct zong_txn *txn;
	int code = zong_department_id_check(department);

	if (code)
		return ZONG_ENODEPARTMENT;
	code = zong_store_read_begin(archive->store, &txn);
	if (code)
		return code;
	code = zong_row_department(txn, department, &row);
	zong_txn_end(txn);
	if (code)
		return code == ZONG_ENOENT ? ZONG_ENODEPARTMENT : code;
	snprintf(ret_name, ZONG_LIMIT_NAME + 1, "%s", *row->name ? row->name : row->id);
	return 0;
}

/* ---- sheets ---- */

void zong_vault_paper_release(struct zong_vault_paper *paper)
{
	if (paper->pdf)
		sodium_memzero(paper->pdf, paper->pdf_len);
	free(paper->pdf);
	sodium_memzero(paper, sizeof(*paper));
}

/* It never comes to a disk. */
static int draw(
	struct zong_archive *archive, struct zong_form *form, struct zong_vault_paper *paper)
{
	struct zong_err err = {0};
	_cleanup_close_ int fd = -1;
	uint64_t len = 0;
	int code = zong_file_spool(NULL, &fd);

	if (!code)
		code = zong_pool_draw(archive->pool, form, fd, &len, &err);
	if (!code && len > PDF_MOST)
		code = ZONG_ELIMIT;
	if (code)
		return code;
	paper->pdf = malloc((size_t)len + 1);
	if (!paper->pdf)
		return ZONG_ENOMEM;
	paper->pdf_len = (size_t)len;
	return zong_file_read_at(fd, paper->pdf, paper->pdf_len, 0);
}

void zong_vault_paper_make(struct zong_archive *archive, const struct zong_vault_paper_about *about,
	const uint8_t sheet[ZONG_VAULT_SHEET], struct zong_vault_paper *ret_paper)
{
	struct zong_form form = {0};

	memset(ret_paper, 0, sizeof(*ret_paper));
	zong_vault_sheet_format(sheet, ret_paper->text);
	if (!archive->pool)
		return;
	zong_vault_sheet_print(&form, about, sheet);
	if (draw(archive, &form, ret_paper)) {
		free(ret_paper->pdf);
		ret_paper->pdf = NULL;
		ret_paper->pdf_len = 0;
	}
	zong_vault_sheet_release(&form);
}
