/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include <zong/access.h>

#include "catalogue.h"
#include "catalogue_held.h"
#include "row.h"

/* What a case needs by the catalogue, and was not handed in with it. */

#define COMPANY_ROLE 18 /* characters of a credit code */

/* What was handed in with the case. */
struct own {
	const struct zong_catalogue *catalogue;
	Zong__Material **row;
	const struct zong_catalogue_material **meant; /* by the type of each; NULL: nothing */
	size_t count;
};

static void release_own(struct own *own)
{
	zong_materials_free(own->row, own->count);
	free(own->meant);
}

static int take_own(struct zong_txn *txn, const struct zong_id *id, void *ctx)
{
	struct own *own = ctx;
	Zong__Material *row;
	bool counts;
	Zong__Material **grown;
	int err = zong_row_material(txn, id, &row);

	if (err)
		return err == ZONG_ENOENT ? ZONG_ECORRUPT : err;
	counts = !row->destroyed && !row->superseded.len;
	grown = !counts ? NULL : realloc(own->row, (own->count + 1) * sizeof(*grown));
	if (!grown) {
		err = counts ? ZONG_ENOMEM : 0;
		zong__material__free_unpacked(row, NULL);
		return err;
	}
	own->row = grown;
	grown[own->count++] = row;
	return 0;
}

/* Looked up once for all rows of the catalogue: a case may hold thousands, mostly of few types. */
static int look_up_types(struct own *own)
{
	own->meant = calloc(own->count + 1, sizeof(*own->meant));
	if (!own->meant)
		return ZONG_ENOMEM;
	for (size_t i = 0; i < own->count; i++)
		own->meant[i] = i && strcmp(own->row[i]->type, own->row[i - 1]->type) == 0
					? own->meant[i - 1]
					: zong_catalogue_meant(own->catalogue, own->row[i]->type);
	return 0;
}

static bool is_there(const struct own *own, const struct zong_catalogue_row *row)
{
	for (size_t i = 0; i < own->count; i++)
		if (own->meant[i] && zong_catalogue_row_has(row, own->meant[i]))
			return true;
	return false;
}

/* ---- conditions ---- */

static bool has_proxy(const Zong__Case *cas)
{
	for (size_t i = 0; i < cas->n_parties; i++)
		if (strstr(cas->parties[i]->role, "代理"))
			return true;
	return false;
}

static bool has_company(const Zong__Case *cas)
{
	char normal[COMPANY_ROLE + 1];

	for (size_t i = 0; i < cas->n_parties; i++) {
		const char *idno = cas->parties[i]->idno;

		if (zong_credit_code_check(idno, strlen(idno), normal) == ZONG_CHECK_OK)
			return true;
	}
	return false;
}

static bool is_required(const Zong__Case *cas, enum zong_need need)
{
	return need == ZONG_NEED_REQUIRED || (need == ZONG_NEED_PROXY && has_proxy(cas)) ||
	       (need == ZONG_NEED_COMPANY && has_company(cas));
}

/* ---- the list ---- */

struct listing {
	struct zong_txn *txn;
	const struct zong_subject *who;
	const Zong__Case *cas;
	const struct zong_catalogue *catalogue;
	struct zong_case_needs *needs;
	uint32_t *departments; /* bits of each of the missing */
};

static bool same_materials(const struct zong_missing *missing, const struct zong_catalogue_row *row)
{
	if (missing->materials != row->materials)
		return false;
	for (size_t i = 0; i < row->materials; i++)
		if (missing->material[i] != row->material[i])
			return false;
	return true;
}

/* A case of two kinds of business needs the same paper once, for all of them. */
static void merge(const struct listing *list, size_t at, const struct zong_catalogue_row *row)
{
	struct zong_missing *missing = &list->needs->missing[at];
	bool required = is_required(list->cas, row->need);

	missing->required |= required;
	if (missing->when == ZONG_NEED_OPTIONAL || required)
		missing->when = required ? ZONG_NEED_REQUIRED : row->need;
	missing->original |= row->original;
	missing->tax |= row->tax;
	if (missing->copies < row->copies)
		missing->copies = row->copies;
	list->departments[at] |= row->departments;
}

static int add(struct listing *list, const struct zong_catalogue_business *business,
	const struct zong_catalogue_row *row)
{
	struct zong_case_needs *needs = list->needs;
	struct zong_missing *grown;
	uint32_t *bits;

	for (size_t i = 0; i < needs->count; i++)
		if (same_materials(&needs->missing[i], row)) {
			merge(list, i, row);
			return 0;
		}
	grown = realloc(needs->missing, (needs->count + 1) * sizeof(*grown));
	if (grown)
		needs->missing = grown;
	bits = grown ? realloc(list->departments, (needs->count + 1) * sizeof(*bits)) : NULL;
	if (!bits)
		return ZONG_ENOMEM;
	list->departments = bits;
	bits[needs->count] = 0;
	grown[needs->count] = (struct zong_missing){
		.material = row->material,
		.materials = row->materials,
		.when = ZONG_NEED_OPTIONAL,
		.keep = business->keep,
	};
	merge(list, needs->count++, row);
	return 0;
}

static int add_all(struct listing *list, const struct own *own)
{
	const struct zong_catalogue_business *business[ZONG_CATALOGUE_ACTIVE];
	const Zong__Case *cas = list->cas;
	size_t count = zong_catalogue_of_kind(list->catalogue, cas->kind, business);
	int err = 0;

	list->needs->business = calloc(count + 1, sizeof(*list->needs->business));
	if (!list->needs->business)
		return ZONG_ENOMEM;
	for (size_t i = 0; i < count && !err; i++) {
		list->needs->business[list->needs->businesses++] = business[i]->name;
		for (size_t j = 0; j < business[i]->rows && !err; j++) {
			const struct zong_catalogue_row *row = &business[i]->row[j];

			if (zong_catalogue_row_holds(business[i], row, cas->kind, cas->cause) &&
				!is_there(own, row))
				err = add(list, business[i], row);
		}
	}
	return err;
}

/* ---- for whom ---- */

static int name_departments(const struct listing *list, size_t at)
{
	const struct zong_catalogue *catalogue = list->catalogue;
	struct zong_missing *missing = &list->needs->missing[at];
	bool own_only = list->who->role == ZONG_ROLE_DEPARTMENT;
	struct zong_key key;

	missing->to = calloc(catalogue->departments + 1, sizeof(*missing->to));
	if (!missing->to)
		return ZONG_ENOMEM;
	for (size_t i = 0; i < catalogue->departments; i++) {
		const struct zong_catalogue_department *department = &catalogue->department[i];

		if (!(list->departments[at] >> i & 1) ||
			(own_only && strcmp(department->id, list->who->department) != 0))
			continue;
		zong_row_key_str(&key, department->id);
		missing->to[missing->tos++] = (struct zong_missing_for){department->id,
			department->name, zong_txn_has(list->txn, ZONG_TABLE_DEPARTMENTS, &key)};
	}
	return 0;
}

static void release_one(struct zong_missing *missing)
{
	zong_row_cleanup(&missing->held);
	free(missing->held_through);
	free(missing->to);
}

/* What is for others is not a department's to know. */
static int tell_whom(const struct listing *list)
{
	struct zong_case_needs *needs = list->needs;
	size_t kept = 0;
	int err = 0;

	for (size_t i = 0; i < needs->count && !err; i++)
		err = name_departments(list, i);
	if (err || list->who->role != ZONG_ROLE_DEPARTMENT)
		return err;
	for (size_t i = 0; i < needs->count; i++) {
		if (needs->missing[i].tos)
			needs->missing[kept++] = needs->missing[i];
		else
			release_one(&needs->missing[i]);
	}
	needs->count = kept;
	return 0;
}

static int judge(struct zong_archive *archive, struct listing *list)
{
	struct own own = {0};
	int err = zong_catalogues_at(
		archive->catalogues, list->txn, list->needs->version, &list->catalogue);

	if (err)
		return err == ZONG_ENOENT ? ZONG_ECORRUPT : err;
	own.catalogue = list->catalogue;
	err = zong_row_materials_of(list->txn, list->cas->no, take_own, &own);
	if (!err)
		err = look_up_types(&own);
	if (!err)
		err = add_all(list, &own);
	release_own(&own);
	if (!err)
		err = tell_whom(list);
	return err ? err
		   : zong_catalogue_find_held(
			     list->txn, list->who, list->catalogue, list->cas, list->needs);
}

static int look(struct zong_archive *archive, struct listing *list)
{
	struct zong_object object = {.txn = list->txn, .cas = list->cas};
	struct zong_case_needs *needs = list->needs;
	int err = zong_access_may(list->who, ZONG_VERB_CASE_READ, &object);

	if (err)
		return err == ZONG_ENOENT ? ZONG_ENOCASE : err;
	needs->kept = list->cas->catalogue != 0;
	needs->version = list->cas->catalogue;
	if (!needs->kept)
		err = zong_catalogues_newest(list->txn, &needs->version);
	return err || !needs->version ? err : judge(archive, list);
}

int zong_case_needs(struct zong_archive *archive, const struct zong_subject *who,
	const Zong__Case *cas, struct zong_case_needs *ret_needs, struct zong_err *err)
{
	struct zong_case_needs needs = {0};
	struct listing list = {.who = who, .cas = cas, .needs = &needs};
	int code = zong_store_read_begin(archive->store, &list.txn);

	if (code)
		return zong_err_set(err, code, NULL);
	code = look(archive, &list);
	zong_txn_end(list.txn);
	free(list.departments);
	if (code) {
		zong_case_needs_release(&needs);
		return zong_err_set(err, code, "%s", cas->no);
	}
	*ret_needs = needs;
	return 0;
}

void zong_case_needs_release(struct zong_case_needs *needs)
{
	for (size_t i = 0; i < needs->count; i++)
		release_one(&needs->missing[i]);
	free(needs->missing);
	free(needs->business);
	memset(needs, 0, sizeof(*needs));
}
