/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include <zong/access.h>
#include <zong/retention.h>
#include <zong/time.h>

#include "catalogue.h"
#include "form_file.h"
#include "journal.h"
#include "look.h"
#include "row.h"

/* 一次性告知单: what is still to be handed in, told once and whole, as the applicant takes it home. */

#define TEXT_MAX (64 * 1024)

static const struct zong_form_ruling ruled = {.size = 10.5, .ruled = true, .height = 8};

static void say(struct zong_form *form, const char *text)
{
	zong_form_text(form, &(struct zong_form_type){.size = 10.5}, text);
}

static void heading(struct zong_form *form, const char *text)
{
	zong_form_space(form, 5);
	zong_form_text(form, &(struct zong_form_type){.size = 12, .bold = true}, text);
	zong_form_space(form, 1.5);
}

static void row(struct zong_form *form, const char *label, const char *text)
{
	zong_form_row(form, (const char *const[]){label, text});
}

static void put_case(
	struct zong_form *form, const Zong__Case *cas, const struct zong_case_needs *needs)
{
	_cleanup_(zong_buf_release) struct zong_buf text = ZONG_BUF_INIT(TEXT_MAX);
	char version[64];

	zong_form_table(form, &ruled,
		(const struct zong_form_column[]){
			{.share = 1, .bold = true, .align = ZONG_FORM_CENTRE}, {.share = 4}},
		2);
	row(form, "受理号", cas->no);
	row(form, "业务类型", cas->kind);
	if (cas->cause[0])
		row(form, "登记原因", cas->cause);
	for (size_t i = 0; i < cas->n_parties; i++)
		zong_buf_add_format(&text, "%s%s", i ? "、" : "", cas->parties[i]->name);
	if (text.len)
		row(form, "当事人", zong_buf_str(&text));
	if (cas->address[0])
		row(form, "坐落", cas->address);
	snprintf(version, sizeof(version), "第 %u 版", (unsigned int)needs->version);
	row(form, "材料目录", version);
}

static void add_name(const struct zong_missing *missing, struct zong_buf *text)
{
	for (size_t i = 0; i < missing->materials; i++)
		zong_buf_add_format(text, "%s%s", i ? "，或者：" : "", missing->material[i]->say);
	if (missing->when == ZONG_NEED_PROXY && !missing->required)
		zong_buf_add_str(text, "（由代理人办理的）");
	if (missing->when == ZONG_NEED_COMPANY && !missing->required)
		zong_buf_add_str(text, "（当事人是单位的）");
}

static void put_row(struct zong_form *form, const struct zong_missing *missing, size_t number)
{
	_cleanup_(zong_buf_release) struct zong_buf name = ZONG_BUF_INIT(TEXT_MAX);
	_cleanup_(zong_buf_release) struct zong_buf whom = ZONG_BUF_INIT(TEXT_MAX);
	char serial[24], copies[48];

	snprintf(serial, sizeof(serial), "%zu", number);
	snprintf(copies, sizeof(copies), "%s %u 份", missing->original ? "原件" : "复印件",
		missing->copies);
	add_name(missing, &name);
	for (size_t i = 0; i < missing->tos; i++)
		zong_buf_add_format(&whom, "%s%s", i ? "、" : "", missing->to[i].name);
	zong_form_row(form,
		(const char *const[]){serial, zong_buf_str(&name), copies, zong_buf_str(&whom)});
}

static void begin_list(struct zong_form *form, const char *title)
{
	heading(form, title);
	zong_form_table(form, &ruled,
		(const struct zong_form_column[]){
			{.title = "序号", .share = 1, .align = ZONG_FORM_CENTRE},
			{.title = "材料", .share = 8}, {.title = "份数", .share = 3},
			{.title = "用于", .share = 4}},
		4);
}

static size_t put_list(struct zong_form *form, const struct zong_case_needs *needs, bool required,
	const char *title)
{
	size_t count = 0;

	for (size_t i = 0; i < needs->count; i++) {
		const struct zong_missing *missing = &needs->missing[i];

		if (missing->held || missing->required != required)
			continue;
		if (!count)
			begin_list(form, title);
		put_row(form, missing, ++count);
	}
	return count;
}

/* What the applicant need not bring because the archive has it. */
static void put_held(struct zong_form *form, const struct zong_case_needs *needs)
{
	bool begun = false;

	for (size_t i = 0; i < needs->count; i++) {
		const struct zong_missing *missing = &needs->missing[i];
		char text[ZONG_LIMIT_CASE_NO_BYTES + 64];

		if (!missing->held)
			continue;
		if (!begun) {
			heading(form, "已经归档、不必再交的材料");
			zong_form_table(form, &ruled,
				(const struct zong_form_column[]){{.title = "材料", .share = 1},
					{.title = "存于", .share = 1}},
				2);
			begun = true;
		}
		snprintf(text, sizeof(text), "受理号 %s", missing->held->case_no);
		row(form, missing->held->type, text);
	}
}

static void fill(struct zong_form *form, const Zong__Case *cas, const struct zong_case_needs *needs)
{
	int64_t now = zong_time_now();
	char day[ZONG_DAY_TEXT], text[128];

	zong_day_format(zong_day_of(now), day);
	zong_form_begin(
		form, &(struct zong_form_paper){
			      .title = cas->no, .foot = cas->no, .numbered = true, .time = now});
	zong_form_text(form,
		&(struct zong_form_type){.size = 20, .bold = true, .align = ZONG_FORM_CENTRE},
		"一次性告知单");
	zong_form_space(form, 5);
	put_case(form, cas, needs);
	if (!put_list(form, needs, true, "还须提交的材料"))
		heading(form, "必须提交的材料已经齐全。");
	put_list(form, needs, false, "有下列情形的，还须提交");
	put_held(form, needs);
	zong_form_space(form, 6);
	say(form, "请携带上列材料的原件以供核对；一份材料用于几个部门的，只交一次。");
	zong_form_space(form, 12);
	snprintf(text, sizeof(text), "经办人：　　　　　　　　申请人签收：　　　　　　　　%s", day);
	say(form, text);
	zong_form_space(form, 6);
	zong_form_bars(form, 12, cas->no);
}

static int look_up(struct zong_archive *archive, const struct zong_subject *who, const char *no,
	Zong__Case **ret_case)
{
	struct zong_txn *txn;
	int err = zong_store_read_begin(archive->store, &txn);

	if (err)
		return err;
	err = zong_look_case(txn, who, no, ret_case);
	zong_txn_end(txn);
	return err;
}

int zong_case_notice(struct zong_archive *archive, const struct zong_subject *who, const char *no,
	int *ret_fd, uint64_t *ret_len, struct zong_err *err)
{
	char object[ZONG_LIMIT_CASE_NO_BYTES + 16];
	_cleanup_row_ Zong__Case *cas = NULL;
	struct zong_case_needs needs = {0};
	struct zong_form form;
	int code = zong_access_may(who, ZONG_VERB_CASE_READ, NULL);

	if (!code)
		code = look_up(archive, who, no, &cas);
	if (code)
		return zong_err_set(err, code, "%s", no);
	code = zong_case_needs(archive, who, cas, &needs, err);
	if (code)
		return code;
	if (!needs.businesses) {
		zong_case_needs_release(&needs);
		return zong_err_set(err, ZONG_ENOCATALOGUE, "%s", cas->kind);
	}
	snprintf(object, sizeof(object), "case/%s", cas->no);
	code = zong_journal_read(archive->journal, who, "case.notice", object);
	if (!code)
		fill(&form, cas, &needs);
	zong_case_needs_release(&needs);
	return code ? zong_err_set(err, code, "%s", no)
		    : zong_form_file(archive, &form, ret_fd, ret_len, err);
}
