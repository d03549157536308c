/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "catalogue.h"
#include "receivers.h"
#include "row.h"

/* To whom a material goes because the catalogue says so. */

size_t zong_catalogue_here(struct zong_txn *txn, const struct zong_catalogue *catalogue,
	uint32_t departments, const char *ret_id[ZONG_LIMIT_CATALOGUE_DEPARTMENTS])
{
	struct zong_key key;
	size_t count = 0;

	for (size_t i = 0; i < catalogue->departments; i++) {
		if (!(departments >> i & 1))
			continue;
		zong_row_key_str(&key, catalogue->department[i].id);
		if (zong_txn_has(txn, ZONG_TABLE_DEPARTMENTS, &key))
			ret_id[count++] = catalogue->department[i].id;
	}
	return count;
}

static int follow(struct zong_catalogues *catalogues, struct zong_txn *txn, const Zong__Case *cas,
	Zong__Material *material)
{
	const char *here[ZONG_LIMIT_CATALOGUE_DEPARTMENTS];
	const struct zong_catalogue *catalogue;
	struct zong_catalogue_said said;
	size_t count;
	int err;

	err = zong_catalogues_at(catalogues, txn, cas->catalogue, &catalogue);
	if (err)
		return err == ZONG_ENOENT ? ZONG_ECORRUPT : err;
	zong_catalogue_say(catalogue, cas->kind, cas->cause, material->type, &said);
	material->tax = said.tax;
	if (!material->scope_given)
		material->scope = said.material ? said.material->scope : ZONG__SCOPE__SCOPE_CASE;
	if (material->only)
		return 0;
	count = zong_catalogue_here(txn, catalogue, said.departments, here);
	for (size_t i = 0; i < count && !err; i++)
		err = zong_receivers_add(material, here[i], true);
	return err;
}

int zong_catalogue_send(struct zong_catalogues *catalogues, struct zong_txn *txn,
	const Zong__Case *cas, Zong__Material *material)
{
	int err = catalogues && cas->catalogue ? follow(catalogues, txn, cas, material) : 0;

	material->shared = material->scope != ZONG__SCOPE__SCOPE_CASE;
	return err;
}
