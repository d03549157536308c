/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>

#include "catalogue.h"
#include "catalogue_rules.h"
#include "property.h"

/* What is to be filed: what the catalogue requires for the business of the case. What was filed and then destroyed as the rules say was not
 * left out, and the log has its certificate (property_trail.c looks at it). */

static bool is_meant(
	const struct zong_missing *missing, const struct zong_catalogue_material *meant)
{
	for (size_t i = 0; i < missing->materials; i++)
		if (missing->material[i] == meant)
			return true;
	return false;
}

/* NULL: none of the destroyed ones is of it. */
static const Zong__Material *find_gone(const struct zong_property_run *run,
	const struct zong_catalogue *catalogue, const struct zong_missing *missing)
{
	for (size_t i = 0; i < run->gones; i++) {
		const struct zong_catalogue_material *meant =
			zong_catalogue_meant(catalogue, run->gone[i]->type);

		if (meant && is_meant(missing, meant))
			return run->gone[i];
	}
	return NULL;
}

static void look_missing(struct zong_property_run *run, const struct zong_catalogue *catalogue,
	const struct zong_case_needs *needs)
{
	for (size_t i = 0; i < needs->count; i++) {
		const struct zong_missing *missing = &needs->missing[i];
		const Zong__Material *gone;

		if (!missing->required || missing->held)
			continue;
		gone = find_gone(run, catalogue, missing);
		if (gone)
			zong_property_say(run, ZONG_PROPERTY_SCOPE, "was-destroyed", gone->type);
		else
			zong_property_fault(run, ZONG_PROPERTY_SCOPE,
				&(struct zong_property_fault){.name = missing->material[0]->name,
					.why = "material-missing"});
	}
}

static int look(struct zong_property_run *run, const struct zong_case_needs *needs)
{
	const struct zong_catalogue *catalogue;
	struct zong_txn *txn;
	char detail[48];
	int err = zong_store_read_begin(run->archive->store, &txn);

	if (err)
		return err;
	err = zong_catalogues_at(run->archive->catalogues, txn, needs->version, &catalogue);
	zong_txn_end(txn);
	if (err)
		return err == ZONG_ENOENT ? ZONG_ECORRUPT : err;
	snprintf(detail, sizeof(detail), "catalogue/%u", (unsigned int)needs->version);
	zong_property_looked(run, ZONG_PROPERTY_SCOPE, (uint32_t)needs->businesses);
	zong_property_say(run, ZONG_PROPERTY_SCOPE, "", detail);
	look_missing(run, catalogue, needs);
	return 0;
}

void zong_property_look_scope(struct zong_property_run *run)
{
	static const struct zong_subject everything = {.role = ZONG_ROLE_LOCAL};
	struct zong_case_needs needs = {0};
	int err;

	if (run->single) {
		zong_property_say(run, ZONG_PROPERTY_SCOPE, "of-case", NULL);
		return;
	}
	err = zong_case_needs(run->archive, &everything, run->cas, &needs, NULL);
	if (!err && needs.version && needs.businesses)
		err = look(run, &needs);
	else if (!err)
		zong_property_say(run, ZONG_PROPERTY_SCOPE, "no-catalogue", run->cas->kind);
	if (err == ZONG_ECORRUPT || err == ZONG_ENOENT)
		zong_property_fault(run, ZONG_PROPERTY_SCOPE,
			&(struct zong_property_fault){.why = "row-damaged", .not_run = true});
	else if (err)
		run->err = err;
	zong_case_needs_release(&needs);
}
