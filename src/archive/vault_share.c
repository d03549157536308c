/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <zong/access.h>
#include <zong/cleanup.h>
#include <zong/file.h>
#include <zong/utf8.h>

#include "journal.h"
#include "row.h"
#include "vault_line.h"

/* ---- a case of the common archive, in the vault ---- */

static int has_case(struct zong_store *store, const char *no)
{
	_cleanup_row_ Zong__Case *row = NULL;
	struct zong_txn *txn;
	int code = zong_store_read_begin(store, &txn);

	if (code)
		return code;
	code = zong_row_case(txn, no, &row);
	zong_txn_end(txn);
	return code;
}

static int may_see(struct zong_archive *archive, const struct zong_subject *who, const char *no)
{
	_cleanup_row_ Zong__Case *row = NULL;
	struct zong_txn *txn;
	int code = zong_store_read_begin(archive->store, &txn);

	if (code)
		return code;
	code = zong_row_case(txn, no, &row);
	if (!code)
		code = zong_access_may(who, ZONG_VERB_CASE_READ,
			&(struct zong_object){.txn = txn, .cas = row});
	zong_txn_end(txn);
	return code == ZONG_ENOENT ? ZONG_ENOCASE : code;
}

int zong_vault_sees_case(struct zong_archive *archive, const struct zong_subject *who,
	const struct zong_vault_entered *entered, const char *no, bool *ret_there,
	struct zong_err *err)
{
	int code = has_case(entered->archive->store, no);

	*ret_there = !code;
	if (code == ZONG_ENOENT)
		code = may_see(archive, who, no);
	return code ? zong_err_set(err, code, "%s", no) : 0;
}

int zong_vault_bring_case(struct zong_archive *archive, const struct zong_subject *who,
	const struct zong_vault_entered *entered, const char *no, struct zong_err *err)
{
	_cleanup_row_ Zong__Case *row = NULL;
	_cleanup_row_ Zong__Case *opened = NULL;
	struct zong_warnings warnings = {0};
	bool again;
	int code = has_case(entered->archive->store, no);

	if (code != ZONG_ENOENT)
		return code ? zong_err_set(err, code, "%s", no) : 0;
	code = zong_case_get(archive, who, no, &row, err);
	if (!code)
		code = zong_case_open(entered->archive, &entered->who, row, &opened, &again,
			&warnings, err);
	zong_warnings_release(&warnings);
	/* Two at once: the other one's is as good. */
	return code == ZONG_ECASEEXISTS ? 0 : code;
}

/* ---- a material of the vault, in the common archive ---- */

struct share {
	struct zong_archive *common;
	const struct zong_vault_entered *entered;
	const char *department, *reason;
	struct zong_subject as; /* who adds it there */
	Zong__Material *material;
	struct zong_buf *to; /* the receivers, for the log */
};

static int write_decision(struct zong_txn *txn, void *ctx)
{
	const struct share *share = ctx;
	_cleanup_(zong_buf_release) struct zong_buf detail = ZONG_BUF_INIT(ZONG_LIMIT_PURPOSE + 4096);
	char object[64], id[ZONG_ID_TEXT];
	struct zong_id material;

	if (!zong_row_id(&share->material->id, &material))
		return ZONG_ECORRUPT;
	zong_id_format(&material, id);
	snprintf(object, sizeof(object), "material/%s", id);
	zong_buf_add_format(&detail, "%s: %s", zong_buf_str(share->to), share->reason);
	if (detail.err)
		return detail.err;
	return zong_journal_add(txn, &share->entered->who, "material.share", object,
		zong_buf_str(&detail), NULL);
}

/* Why it is there stands with the line that adds it. */
static void act(struct share *share, const struct zong_subject *who)
{
	size_t len;

	share->as = *who;
	/* The decision of its department is the right: to add this one material, which the subject's own role may not give. */
	share->as.role = ZONG_ROLE_ARCHIVIST;
	share->as.department[0] = '\0';
	share->as.may = 0;
	memcpy(share->as.name, share->entered->who.name, sizeof(share->as.name));
	len = zong_utf8_cut(share->reason, strlen(share->reason), ZONG_LIMIT_PURPOSE);
	snprintf(share->as.purpose, sizeof(share->as.purpose), "%.*s", (int)len, share->reason);
}

static int copy_out(struct share *share, int *ret_fd, uint64_t *ret_len)
{
	_cleanup_close_ int fd = -1;
	struct zong_reader *reader;
	struct zong_digest digest;
	int code;

	if (!zong_row_digest(&share->material->file, &digest))
		return ZONG_ECORRUPT;
	code = zong_file_spool(share->common->spool, &fd);
	if (!code)
		code = zong_reader_open(share->entered->use.store, &digest, &reader);
	if (code)
		return code;
	*ret_len = zong_reader_size(reader);
	code = zong_reader_copy(reader, fd);
	zong_reader_close(reader);
	if (!code)
		*ret_fd = take_fd(fd);
	return code;
}

static int add(struct share *share, const char *const *receivers, size_t count,
	struct zong_receipt *ret_receipt, struct zong_err *err)
{
	const Zong__Material *row = share->material;
	_cleanup_close_ int fd = -1;
	struct zong_intake intake = {
		.case_no = row->case_no,
		.type = row->type,
		.title = row->title,
		.scope = "",
		.units = (const char *const *)row->units,
		.units_count = row->n_units,
		.receivers = receivers,
		.receivers_count = count,
		.only = true,
		.file_name = row->file_name,
		.whole = true,
	};
	int code = copy_out(share, &fd, &intake.len);

	if (code)
		return zong_err_set(err, code, NULL);
	intake.fd = fd;
	return zong_intake_run(share->common, &share->as, &intake, NULL, NULL, ret_receipt, err);
}

/* What both logs have to say, before anything leaves the vault. */
static int decide(struct share *share, const struct zong_subject *who)
{
	_cleanup_(zong_buf_release) struct zong_buf detail = ZONG_BUF_INIT(ZONG_LIMIT_PURPOSE + 4096);
	int code = zong_store_write(share->entered->use.store, write_decision, share);

	if (code)
		return code;
	zong_buf_add_format(&detail, "%s → %s: %s", share->material->case_no,
		zong_buf_str(share->to), share->reason);
	return detail.err ? detail.err
			  : zong_vault_line(share->common, who, "vault.share", share->department,
				    zong_buf_str(&detail));
}

static int check(const struct zong_subject *who, struct share *share, const char *const *receivers,
	size_t count, struct zong_err *err)
{
	_cleanup_row_ Zong__Case *cas = NULL;
	size_t len = strlen(share->reason);
	struct zong_intake intake = {.case_no = share->material->case_no,
		.type = share->material->type,
		.title = share->material->title,
		.scope = "",
		.file_name = "",
		.receivers = receivers,
		.receivers_count = count,
		.only = true};
	int code;

	if (len == 0 || len > ZONG_LIMIT_PURPOSE || !zong_utf8_printable(share->reason, len))
		return zong_err_set(err, ZONG_EINVAL, "reason");
	if (count == 0)
		return zong_err_set(err, ZONG_EINVAL, "to");
	code = zong_case_get(share->common, who, share->material->case_no, &cas, err);
	if (code)
		return code;
	for (size_t i = 0; i < count; i++)
		zong_buf_add_format(share->to, "%s%s", i ? ", " : "", receivers[i]);
	if (share->to->err)
		return zong_err_set(err, share->to->err, "to");
	return zong_intake_check(share->common, &share->as, &intake, err);
}

int zong_vault_share(struct zong_archive *archive, const struct zong_subject *who,
	const struct zong_vault_entered *entered, const char *department, const char *material,
	const char *const *receivers, size_t count, const char *reason,
	struct zong_receipt *ret_receipt, struct zong_err *err)
{
	_cleanup_(zong_buf_release) struct zong_buf to = ZONG_BUF_INIT(4096);
	struct share share = {.common = archive,
		.entered = entered,
		.department = department,
		.reason = reason,
		.to = &to};
	int code = zong_material_get(
		entered->archive, &entered->who, material, &share.material, err);

	if (code)
		return code;
	act(&share, who);
	code = check(who, &share, receivers, count, err);
	if (!code) {
		code = decide(&share, who);
		if (code)
			zong_err_set(err, code, NULL);
	}
	if (!code)
		code = add(&share, receivers, count, ret_receipt, err);
	zong__material__free_unpacked(share.material, NULL);
	return code;
}
