/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <zong/buffer.h>
#include <zong/file.h>
#include <zong/time.h>

#include "form_file.h"
#include "journal.h"
#include "property_list.h"

/* A report on paper, and as text. */

#define CELL (ZONG_LIMIT_REASON * 2)

static void put_fact(struct zong_form *form, const char *label, const char *value)
{
	zong_form_row(form, (const char *const[]){label, value});
}

/* As people here read it; the text has it to the millisecond, in UTC. */
static void local_time(int64_t time, char ret_text[ZONG_TIME_TEXT])
{
	time_t seconds = (time_t)(time / ZONG_SECOND);
	struct tm local;

	if (!localtime_r(&seconds, &local) ||
		!strftime(ret_text, ZONG_TIME_TEXT, "%Y-%m-%d %H:%M:%S", &local))
		ret_text[0] = '\0';
}

static void put_time(struct zong_form *form, const Zong__PropertyReport *report)
{
	char began[ZONG_TIME_TEXT], ended[ZONG_TIME_TEXT], both[2 * ZONG_TIME_TEXT + 8];

	local_time(report->began, began);
	local_time(report->ended, ended);
	snprintf(both, sizeof(both), "%s 至 %s", began, ended);
	put_fact(form, "检测时间", both);
}

static void put_units(struct zong_form *form, const Zong__PropertyReport *report)
{
	struct zong_buf text = ZONG_BUF_INIT(ZONG_LIMIT_PROPERTY_TEXT);

	for (size_t i = 0; i < report->n_units; i++) {
		zong_buf_add_str(&text, i ? "\n" : "");
		zong_buf_add_str(&text, report->units[i]);
	}
	put_fact(form, "不动产单元", zong_buf_str(&text));
	zong_buf_release(&text);
}

static void put_head(struct zong_form *form, const Zong__PropertyReport *report)
{
	char text[ZONG_LIMIT_NAME + 512], material[ZONG_ID_TEXT], digest[ZONG_DIGEST_TEXT];
	struct zong_digest of;
	struct zong_id id;

	zong_form_text(form,
		&(struct zong_form_type){.size = 20, .bold = true, .align = ZONG_FORM_CENTRE},
		"四性检测报告");
	zong_form_space(form, 4);
	zong_form_table(form, &(struct zong_form_ruling){.size = 10, .ruled = true, .height = 7},
		(const struct zong_form_column[]){{.share = 1, .bold = true}, {.share = 5}}, 2);
	put_fact(form, "受理号", report->case_no);
	if (zong_row_id(&report->material, &id)) {
		zong_id_format(&id, material);
		put_fact(form, "材料", material);
	}
	put_fact(form, "登记类型", report->kind);
	if (report->n_units)
		put_units(form, report);
	snprintf(text, sizeof(text), "%s（%s）", zong_property_stage_name(report->stage, "zh"),
		zong_property_stage_slug(report->stage));
	put_fact(form, "检测环节", text);
	put_time(form, report);
	snprintf(text, sizeof(text), "%s%s%s%s", report->name, report->name[0] ? "（" : "",
		report->by, report->name[0] ? "）" : "");
	put_fact(form, "操作人", text);
	put_fact(form, "检测程序", report->program);
	snprintf(text, sizeof(text), "%u 件，%u 页，%llu 字节", report->materials, report->pages,
		(unsigned long long)report->bytes);
	put_fact(form, "检测范围", text);
	if (report->destroyed) {
		snprintf(text, sizeof(text), "%u 件已按规定销毁，不再检测", report->destroyed);
		put_fact(form, "", text);
	}
	put_fact(form, "依据", ZONG_PROPERTY_BASIS);
	if (zong_row_digest(&report->digest, &of)) {
		zong_digest_format(&of, digest);
		snprintf(text, sizeof(text), "日志第 %llu 行\n%s",
			(unsigned long long)report->record, digest);
		put_fact(form, "报告存证", text);
	}
}

/* ---- by class ---- */

struct sum {
	unsigned int result[3];
};

static void put_sums(struct zong_form *form, const Zong__PropertyReport *report)
{
	struct sum sums[ZONG_PROPERTY_CLASSES] = {0};

	for (size_t i = 0; i < report->n_items; i++) {
		enum zong_property_item item = zong_property_parse(report->items[i]->item);
		unsigned int result = report->items[i]->result;

		if (item != ZONG_PROPERTY_ITEM_COUNT_ && result < 3)
			sums[zong_property_class(item)].result[result]++;
	}
	zong_form_space(form, 4);
	zong_form_table(form, &(struct zong_form_ruling){.size = 10, .ruled = true, .height = 7},
		(const struct zong_form_column[]){{.title = "性质", .share = 2},
			{.title = "通过", .share = 1, .align = ZONG_FORM_RIGHT},
			{.title = "未通过", .share = 1, .align = ZONG_FORM_RIGHT},
			{.title = "未检测", .share = 1, .align = ZONG_FORM_RIGHT}},
		4);
	for (int class = 0; class < ZONG_PROPERTY_CLASSES; class ++) {
		char number[3][16];

		for (int i = 0; i < 3; i++)
			snprintf(number[i], sizeof(number[i]), "%u", sums[class].result[i]);
		zong_form_row(form,
			(const char *const[]){
				zong_property_class_name((enum zong_property_class) class, "zh"),
				number[ZONG__PROPERTY_RESULT__PROPERTY_PASSED],
				number[ZONG__PROPERTY_RESULT__PROPERTY_FAILED],
				number[ZONG__PROPERTY_RESULT__PROPERTY_NOT_RUN]});
	}
}

/* ---- the items ---- */

static void say(struct zong_buf *text, const char *why, const char *detail)
{
	if (why[0])
		zong_buf_add_str(text, zong_property_why(why, "zh"));
	if (detail[0])
		zong_buf_add_format(text, "%s%s", why[0] ? "：" : "", detail);
}

static void put_finding(struct zong_form *form, const Zong__PropertyFinding *finding)
{
	struct zong_buf text = ZONG_BUF_INIT(CELL * 4);

	zong_buf_add_str(&text, finding->name[0] ? finding->name : finding->object);
	if (finding->page)
		zong_buf_add_format(&text, " 第 %u 页", finding->page);
	if (finding->element[0])
		zong_buf_add_format(&text, " [%s]", finding->element);
	zong_buf_add_str(&text, "：");
	say(&text, finding->why, finding->detail);
	if (finding->name[0])
		zong_buf_add_format(&text, "\n%s", finding->object);
	zong_form_row(form,
		(const char *const[]){"", "", zong_property_result_name(finding->result, "zh"), "",
			zong_buf_str(&text)});
	zong_buf_release(&text);
}

static void put_item(struct zong_form *form, const Zong__PropertyItem *item)
{
	enum zong_property_item kind = zong_property_parse(item->item);
	struct zong_buf text = ZONG_BUF_INIT(CELL * 4);
	char looked[16];

	if (kind == ZONG_PROPERTY_ITEM_COUNT_)
		return;
	snprintf(looked, sizeof(looked), "%u", item->looked);
	say(&text, item->why, item->detail);
	zong_form_row(form,
		(const char *const[]){zong_property_code(kind), zong_property_name(kind, "zh"),
			zong_property_result_name(item->result, "zh"), item->looked ? looked : "",
			zong_buf_str(&text)});
	zong_buf_release(&text);
	for (size_t i = 0; i < item->n_findings; i++)
		put_finding(form, item->findings[i]);
	if (item->more) {
		snprintf(looked, sizeof(looked), "%u", item->more);
		zong_form_row(form, (const char *const[]){"", "", "", looked, "另有未列出的问题"});
	}
}

static void put_items(struct zong_form *form, const Zong__PropertyReport *report)
{
	zong_form_space(form, 4);
	zong_form_table(form, &(struct zong_form_ruling){.size = 9, .ruled = true, .height = 6},
		(const struct zong_form_column[]){{.title = "编号", .share = 0.8},
			{.title = "检测项目", .share = 3}, {.title = "结果", .share = 1},
			{.title = "数量", .share = 0.8, .align = ZONG_FORM_RIGHT},
			{.title = "说明", .share = 4.4}},
		5);
	for (size_t i = 0; i < report->n_items; i++)
		put_item(form, report->items[i]);
	zong_form_space(form, 3);
	zong_form_text(form, &(struct zong_form_type){.size = 9},
		"带 * 的项目编号未经标准原文核对，仅供检索。“未检测”不等于通过，说明中写明原因。");
	zong_form_space(form, 8);
	zong_form_text(form, &(struct zong_form_type){.size = 11},
		"检测人签字：________________　　日期：　　　　年　　月　　日");
}

/* ---- out ---- */

static int as_pdf(struct zong_archive *archive, const Zong__PropertyReport *report, int *ret_fd,
	uint64_t *ret_len, struct zong_err *err)
{
	char foot[ZONG_LIMIT_CASE_NO_BYTES + 64];
	struct zong_form form;

	snprintf(foot, sizeof(foot), "%s　%s", report->case_no,
		zong_property_stage_slug(report->stage));
	zong_form_begin(&form, &(struct zong_form_paper){.title = "四性检测报告",
				       .foot = foot,
				       .numbered = true,
				       .time = report->ended});
	put_head(&form, report);
	put_sums(&form, report);
	put_items(&form, report);
	return zong_form_file(archive, &form, ret_fd, ret_len, err);
}

static int as_text(struct zong_archive *archive, const Zong__PropertyReport *report, int *ret_fd,
	uint64_t *ret_len, struct zong_err *err)
{
	_cleanup_(zong_buf_release) struct zong_buf text = ZONG_BUF_INIT(ZONG_LIMIT_PROPERTY_TEXT);
	_cleanup_close_ int fd = -1;
	int code = zong_property_text(report, &text);

	if (!code)
		code = zong_file_spool(archive->spool, &fd);
	if (!code)
		code = zong_file_write_all(fd, text.data, text.len);
	if (code)
		return zong_err_set(err, code, NULL);
	*ret_fd = take_fd(fd);
	*ret_len = text.len;
	return 0;
}

struct printing {
	const struct zong_subject *who;
	const char *object;
	char detail[ZONG_DIGEST_TEXT + 32];
};

static int write_printing(struct zong_txn *txn, void *ctx)
{
	const struct printing *printing = ctx;

	return zong_journal_add(
		txn, printing->who, "property.print", printing->object, printing->detail, NULL);
}

/* What goes out as proof is known by its digest from then on. */
static int record(struct zong_archive *archive, const struct zong_subject *who,
	const struct zong_property_subject *subject, Zong__PropertyStage stage, int fd)
{
	struct printing printing = {.who = who, .object = subject->object};
	char text[ZONG_DIGEST_TEXT];
	struct zong_digest digest;
	int err = zong_digest_of_fd(fd, &digest);

	if (err)
		return err;
	zong_digest_format(&digest, text);
	snprintf(printing.detail, sizeof(printing.detail), "%s file/%s",
		zong_property_stage_slug(stage), text);
	return zong_store_write(archive->store, write_printing, &printing);
}

static int find(struct zong_archive *archive, const struct zong_property_subject *subject,
	Zong__PropertyStage stage, Zong__PropertyReport **ret_report)
{
	struct zong_txn *txn;
	int err = zong_store_read_begin(archive->store, &txn);

	if (err)
		return err;
	err = zong_property_row(txn, subject->case_no, stage,
		subject->single ? &subject->material : NULL, ret_report);
	zong_txn_end(txn);
	return err == ZONG_ENOENT ? ZONG_ENOREPORT : err;
}

int zong_property_print(struct zong_archive *archive, const struct zong_subject *who,
	const char *case_no, const char *material, Zong__PropertyStage stage, bool text,
	int *ret_fd, uint64_t *ret_len, struct zong_err *err)
{
	_cleanup_row_ Zong__PropertyReport *report = NULL;
	struct zong_property_subject subject;
	_cleanup_close_ int fd = -1;
	int code = zong_property_subject(archive, who, case_no, material, &subject, err);

	if (code)
		return code;
	code = find(archive, &subject, stage, &report);
	if (!code)
		code = zong_journal_read(archive->journal, who, "property.read", subject.object);
	if (code)
		return zong_err_set(err, code, "%s %s", material ? material : subject.case_no,
			zong_property_stage_slug(stage));
	code = text ? as_text(archive, report, &fd, ret_len, err)
		    : as_pdf(archive, report, &fd, ret_len, err);
	if (code)
		return code;
	code = text ? 0 : record(archive, who, &subject, stage, fd);
	if (code)
		return zong_err_set(err, code, NULL);
	*ret_fd = take_fd(fd);
	return 0;
}
