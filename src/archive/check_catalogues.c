/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "catalogue.h"
#include "check.h"

/* Versions of the catalogue: each under its number, its text as its digest has it, and such that cases can be judged by it; none is missing
 * between the first and the last. That each case's is there is looked at with the cases. */

static int wrong(struct zong_check *check, uint32_t version, const char *detail)
{
	struct zong_finding *finding = zong_check_add(
		check, ZONG_FINDING_ROW_WRONG, "catalogues", "catalogue/%u", (unsigned int)version);

	zong_check_detail(finding, "%s", detail);
	return finding ? 0 : ZONG_ENOMEM;
}

static int check_text(struct zong_check *check, const Zong__Catalogue *row)
{
	struct zong_catalogue *catalogue;
	struct zong_digest is, said;
	struct zong_err problem = {0};
	int err;

	zong_digest_of(row->text, strlen(row->text), &is);
	if (!zong_row_digest(&row->digest, &said) || !zong_digest_equal(&is, &said))
		return wrong(check, row->version, "its text is not what its digest says");
	err = zong_catalogue_parse(row->text, strlen(row->text), row->name, &catalogue, &problem);
	if (err == ZONG_EINVAL)
		return wrong(check, row->version, problem.subject);
	if (!err)
		zong_catalogue_free(catalogue);
	return err;
}

static int check_before(struct zong_check *check, struct zong_txn *txn, uint32_t version)
{
	struct zong_key key;
	char name[16];

	if (version <= 1)
		return 0;
	zong_catalogues_key(version - 1, &key);
	if (zong_txn_has(txn, ZONG_TABLE_CATALOGUES, &key))
		return 0;
	snprintf(name, sizeof(name), "%u", (unsigned int)(version - 1));
	return zong_check_gone(check, "catalogues", "catalogue", name);
}

static int check_catalogue(
	struct zong_check *check, struct zong_txn *txn, const struct zong_iter *iter, bool sound)
{
	_cleanup_row_ Zong__Catalogue *row =
		sound ? zong__catalogue__unpack(NULL, iter->value_len, iter->value) : NULL;
	struct zong_key_view view = iter->key;
	uint32_t version;
	int err;

	if (!row || !zong_key_take_u32(&view, &version) || view.len || version == 0 ||
		version != row->version)
		return zong_check_damaged(check, "catalogues", iter);
	err = check_text(check, row);
	return err ? err : check_before(check, txn, version);
}

int zong_check_catalogues(struct zong_check *check)
{
	return zong_check_table(check, ZONG_TABLE_CATALOGUES, check_catalogue);
}
