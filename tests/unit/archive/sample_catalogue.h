/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SAMPLE_CATALOGUE_H
#define SAMPLE_CATALOGUE_H

/* A catalogue for tests, and an archive that has it. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/catalogue.h>

#include "fixture.h"

static const char sample_catalogue[] = "department H housing 住建\n"
				       "department T tax 税务\n"
				       "department K bank 银行\n"
				       "material 登记申请书 申请书\n"
				       "material 身份证明 身份证\n"
				       "material 营业执照\n"
				       "material 授权委托书\n"
				       "material 买卖合同 购房合同\n"
				       "material 继承材料 遗嘱\n"
				       "material 抵押合同\n"
				       "material 权籍调查表\n scope parcel\n"
				       "material 测绘报告\n scope building\n"
				       "material 分户图\n scope unit\n"
				       "business 转移登记 转移 过户登记\n"
				       "keep 永久\n"
				       "needs 登记申请书 required original 1 H\n"
				       "needs 身份证明 required copy 2 H,T\n"
				       "needs 授权委托书 proxy original 1 H\n"
				       "needs 营业执照 company copy 1 H\n"
				       "cause 买卖\n"
				       "needs 买卖合同 required original 1 H,T tax\n"
				       "cause 继承\n"
				       "needs 继承材料 required original 1 T tax\n"
				       "cause *\n"
				       "needs 买卖合同|继承材料 optional original 1 T\n"
				       "business 首次登记\n"
				       "needs 权籍调查表 required original 1 H\n"
				       "needs 测绘报告 required original 1 H,T\n"
				       "needs 分户图 required original 1 H\n"
				       "business 抵押登记 抵押权首次登记 抵押\n"
				       "needs 身份证明 required copy 1 K\n"
				       "needs 抵押合同 required original 1 K\n";

static inline void sample_write(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

/* The hall's file says that now, and the archive is opened anew, paused. */
static inline void sample_catalogue_set(struct fixture *f, const char *text)
{
	char path[300], conf[300], line[400];

	snprintf(path, sizeof(path), "%s/hall.rules", f->dir);
	snprintf(conf, sizeof(conf), "%s/zong.conf", f->dir);
	snprintf(line, sizeof(line), "catalogue = %s\n", path);
	sample_write(path, text);
	sample_write(conf, line);
	fixture_reopen(f, true);
}

static inline int sample_catalogue_setup(void **state)
{
	if (fixture_setup_paused(state))
		return -1;
	sample_catalogue_set(*state, sample_catalogue);
	return 0;
}

/* A case with one unit and, unless NULL, a party with that ID number and role. */
static inline void sample_catalogue_case(struct fixture *f, const char *no, const char *kind,
	const char *cause, const char *unit, const char *idno, const char *role)
{
	char *units[] = {(char *)(uintptr_t)unit};
	Zong__Party party = ZONG__PARTY__INIT, *parties[] = {&party};
	Zong__Case wanted = ZONG__CASE__INIT;
	char name[] = "示例甲";
	bool again;

	wanted.no = (char *)(uintptr_t)no;
	wanted.kind = (char *)(uintptr_t)kind;
	wanted.cause = (char *)(uintptr_t)cause;
	wanted.units = units;
	wanted.n_units = 1;
	party.name = name;
	party.idno = (char *)(uintptr_t)(idno ? idno : "");
	party.role = (char *)(uintptr_t)(role ? role : "");
	wanted.parties = parties;
	wanted.n_parties = idno || role;
	if (f->cas)
		zong__case__free_unpacked(f->cas, NULL);
	f->cas = NULL;
	zong_warnings_release(&f->warnings);
	assert_int_equal(zong_case_open(f->archive, &f->archivist, &wanted, &f->cas, &again,
				 &f->warnings, &f->err),
		0);
}

/* What is missing, as "登记申请书! 身份证明 权籍调查表=NO": ! is required, = is held with that case. Static, until the next. */
static inline const char *sample_missing(
	struct fixture *f, const struct zong_subject *who, const char *no)
{
	static char text[2000];
	struct zong_case_needs needs;
	Zong__Case *cas;

	assert_int_equal(zong_case_get(f->archive, who, no, &cas, &f->err), 0);
	assert_int_equal(zong_case_needs(f->archive, who, cas, &needs, &f->err), 0);
	zong__case__free_unpacked(cas, NULL);
	text[0] = '\0';
	for (size_t i = 0; i < needs.count; i++) {
		const struct zong_missing *missing = &needs.missing[i];
		size_t len = strlen(text);

		snprintf(text + len, sizeof(text) - len, "%s%s%s%s%s", i ? " " : "",
			missing->material[0]->name, missing->required ? "!" : "",
			missing->held ? "=" : "", missing->held ? missing->held->case_no : "");
	}
	zong_case_needs_release(&needs);
	return text;
}

#endif
