/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A catalogue as somebody may have written it, and cases that are judged by it. */

#include <string.h>

#include <zong/utf8.h>

#include "catalogue_rules.h"
#include "fuzz.h"

static void judge(const struct zong_catalogue *catalogue, const char *kind, const char *cause)
{
	static const char *const types[] = {"买卖合同", "某人的身份证明", "甲", ""};
	const struct zong_catalogue_business *business[ZONG_CATALOGUE_ACTIVE];
	size_t count = zong_catalogue_of_kind(catalogue, kind, business);
	struct zong_catalogue_said said;

	must_hold(count <= ZONG_CATALOGUE_ACTIVE);
	for (size_t i = 0; i < count; i++) {
		must_hold(business[i]->rows > 0);
		for (size_t j = 0; j < i; j++)
			must_hold(business[i] != business[j]);
	}
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		zong_catalogue_say(catalogue, kind, cause, types[i], &said);
		must_hold(!said.departments == !said.material);
		if (said.material)
			must_hold(zong_catalogue_meant(catalogue, types[i]) == said.material);
	}
}

static void look(const struct zong_catalogue *catalogue)
{
	for (size_t i = 0; i < catalogue->materials; i++)
		must_hold(zong_catalogue_meant(catalogue, catalogue->material[i].name) ==
			  &catalogue->material[i]);
	for (size_t i = 0; i < catalogue->businesses; i++) {
		const struct zong_catalogue_business *business = &catalogue->business[i];

		must_hold(business->words > 0 && *business->name && business->keep);
		for (size_t j = 0; j < business->rows; j++) {
			const struct zong_catalogue_row *row = &business->row[j];

			must_hold(row->materials > 0 && row->copies > 0 && row->departments);
			must_hold(row->cause <= business->causes);
			must_hold(*row->material[0]->say);
		}
		judge(catalogue, business->name, "买卖");
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct zong_catalogue *catalogue = NULL;
	struct zong_err err = {0};

	if (zong_catalogue_parse((const char *)bytes, len, "catalogue.rules", &catalogue, &err) !=
		0) {
		must_hold(catalogue == NULL && err.code != 0);
		must_hold(err.code == ZONG_ENOMEM || strchr(err.subject, ':'));
		must_hold(zong_utf8_valid(err.subject, strlen(err.subject)));
		return 0;
	}
	look(catalogue);
	judge(catalogue, "转移登记及抵押权首次登记", "存量房买卖");
	judge(catalogue, "", "");
	zong_catalogue_free(catalogue);
	return 0;
}
