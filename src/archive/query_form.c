/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/retention.h>
#include <zong/time.h>
#include <zong/utf8.h>

#include "form_file.h"
#include "journal.h"
#include "query_row.h"

/* What of a query goes on paper: the application to be signed, the certificate of what was found, the refusal. */

#define TEXT_MAX (256 * 1024)
#define SHOWN 4 /* characters of an ID number at its end that are printed, and of its beginning */

static const struct zong_form_ruling ruled = {.size = 10.5, .ruled = true, .height = 9};

static void title(struct zong_form *form, const char *text)
{
	zong_form_text(form,
		&(struct zong_form_type){.size = 20, .bold = true, .align = ZONG_FORM_CENTRE},
		text);
}

static void heading(struct zong_form *form, const char *text)
{
	zong_form_space(form, 4);
	zong_form_text(form, &(struct zong_form_type){.size = 12, .bold = true}, text);
	zong_form_space(form, 1.5);
}

static void say(struct zong_form *form, const char *text)
{
	zong_form_text(form, &(struct zong_form_type){.size = 10.5}, text);
}

static void begin_fields(struct zong_form *form)
{
	zong_form_table(form, &ruled,
		(const struct zong_form_column[]){
			{.share = 1, .bold = true, .align = ZONG_FORM_CENTRE}, {.share = 4}},
		2);
}

static void row(struct zong_form *form, const char *label, const char *text)
{
	zong_form_row(form, (const char *const[]){label, text});
}

/* A paper that lies about must not give a number away: its middle is left out. */
static void mask(const char *idno, char text[ZONG_LIMIT_TYPE + 1])
{
	size_t len = strlen(idno);

	snprintf(text, ZONG_LIMIT_TYPE + 1, "%s", idno);
	for (size_t i = SHOWN; len > 2 * SHOWN && i < len - SHOWN; i++)
		if ((unsigned char)text[i] < 0x80)
			text[i] = '*';
}

static void put_person(
	struct zong_form *form, const char *label, const Zong__QueryPerson *person, bool whole)
{
	char text[ZONG_LIMIT_NAME + 3 * ZONG_LIMIT_TYPE + 64], number[ZONG_LIMIT_TYPE + 1];

	if (!person)
		return;
	if (whole)
		snprintf(number, sizeof(number), "%s", person->idno);
	else
		mask(person->idno, number);
	snprintf(text, sizeof(text), "%s　%s%s%s%s%s", person->name, person->id_kind,
		person->id_kind[0] ? " " : "", number, whole && person->phone[0] ? "　电话 " : "",
		whole ? person->phone : "");
	row(form, label, text);
}

static void add_list(struct zong_buf *text, const char *one)
{
	zong_buf_add_format(text, "%s%s", text->len ? "、" : "", one);
}

static const char *sight_text(const char *name)
{
	for (size_t i = 0; i < ZONG_QUERY_SIGHTS; i++)
		if (strcmp(name, zong_query_sight_name((enum zong_query_sight)i)) == 0)
			return zong_query_sight_text((enum zong_query_sight)i, "zh");
	return name;
}

static const char *index_text(const char *name)
{
	for (size_t i = 0; i < ZONG_QUERY_INDEXES; i++)
		if (strcmp(name, zong_query_index_name((enum zong_query_index)i)) == 0)
			return zong_query_index_text((enum zong_query_index)i, "zh");
	return name;
}

static void put_wants(struct zong_form *form, const char *label, char *const *wants, size_t count)
{
	_cleanup_(zong_buf_release) struct zong_buf text = ZONG_BUF_INIT(TEXT_MAX);

	for (size_t i = 0; i < count; i++)
		add_list(&text, sight_text(wants[i]));
	row(form, label, text.len ? zong_buf_str(&text) : "依规定可以查询的全部内容");
}

static void put_objects(struct zong_form *form, const Zong__Query *query)
{
	_cleanup_(zong_buf_release) struct zong_buf text = ZONG_BUF_INIT(TEXT_MAX);

	for (size_t i = 0; i < query->n_objects; i++) {
		const Zong__QueryObject *object = query->objects[i];

		zong_buf_add_format(&text, "%s%s %s", text.len ? "\n" : "", index_text(object->by),
			object->value);
		if (object->unit[0] && strcmp(object->by, "unit") != 0)
			zong_buf_add_format(&text, "（单元号 %s）", object->unit);
	}
	row(form, "查询对象", text.len ? zong_buf_str(&text) : "按权利人姓名查询");
}

static void put_proofs(struct zong_form *form, const Zong__Query *query)
{
	_cleanup_(zong_buf_release) struct zong_buf text = ZONG_BUF_INIT(TEXT_MAX);

	for (size_t i = 0; i < query->n_proofs; i++) {
		add_list(&text, query->proofs[i]->kind);
		if (query->proofs[i]->note[0])
			zong_buf_add_format(&text, "（%s）", query->proofs[i]->note);
	}
	row(form, "出示的材料", zong_buf_str(&text));
}

static void put_who(struct zong_form *form, const Zong__Query *query, bool whole)
{
	row(form, "查询编号", query->no);
	put_person(form, "查询人", query->querent, whole);
	row(form, "查询人身份", query->asker_name);
	put_person(form, "代理人", query->proxy, whole);
	put_person(form, "被查询人", query->holder, whole);
	row(form, "查询目的", query->purpose);
	put_objects(form, query);
}

static void put_day(const Zong__Step *step, char ret_text[ZONG_TIME_TEXT])
{
	ret_text[0] = '\0';
	if (step)
		zong_day_format(zong_day_of(step->time), ret_text);
}

/* ---- 查询申请书 ---- */

static void put_application(struct zong_form *form, const Zong__Query *query)
{
	char day[ZONG_TIME_TEXT];

	title(form, "不动产登记资料查询申请书");
	zong_form_space(form, 5);
	begin_fields(form);
	put_who(form, query, true);
	put_wants(form, "查询内容", query->wants, query->n_wants);
	put_proofs(form, query);
	row(form, "备注", query->note);
	put_day(query->entered, day);
	row(form, "申请日期", day);
	zong_form_space(form, 6);
	say(form, "本人承诺：所提交的材料和所填写的内容真实、有效；查询所得只用于上述目的，不作他用"
		  "，不泄露查询中知悉的他人信息。");
	zong_form_space(form, 12);
	say(form, "查询人（代理人）签字：　　　　　　　　　　　　日期：　　　　年　　月　　日");
	zong_form_space(form, 8);
	zong_form_bars(form, 12, query->no);
}

/* ---- 查询结果证明 ---- */

static void put_found(struct zong_form *form, const Zong__QueryFound *found, size_t number)
{
	char text[ZONG_UNIT_PRINTED + 96];
	struct zong_unit_code code;

	if (found->unit[0] && zong_unit_code_parse(found->unit, strlen(found->unit), &code) == 0) {
		char printed[ZONG_UNIT_PRINTED];

		zong_unit_code_print(&code, printed);
		snprintf(text, sizeof(text), "%zu. 不动产单元号 %s", number, printed);
	} else {
		snprintf(text, sizeof(text), "%zu. %s", number,
			found->found ? "未编不动产单元号" : "查询对象");
	}
	heading(form, text);
	if (!found->found) {
		say(form, "在归档的登记资料中未查到可以提供的内容。");
		return;
	}
	zong_form_table(form, &ruled,
		(const struct zong_form_column[]){
			{.share = 1, .bold = true, .align = ZONG_FORM_CENTRE}, {.share = 4}},
		2);
	for (size_t i = 0; i < found->n_facts; i++) {
		const Zong__QueryFact *fact = found->facts[i];
		char pages[ZONG_LIMIT_TITLE + 128];

		if (fact->material.len) {
			snprintf(pages, sizeof(pages), "%s，%u 页（受理号 %s）", fact->text,
				fact->pages, fact->case_no);
			row(form, "原始资料", pages);
		} else {
			row(form, sight_text(fact->what), fact->text);
		}
	}
	if (found->n_facts == 0)
		row(form, "结果", "没有依规定可以提供的内容");
}

static void put_basis(struct zong_form *form, const Zong__Query *query)
{
	char text[ZONG_LIMIT_REASON + 256], time[ZONG_TIME_TEXT];

	put_day(query->decided, time);
	zong_form_space(form, 5);
	if (query->article[0]) {
		snprintf(text, sizeof(text), "依据：%s。", query->article);
		say(form, text);
	}
	snprintf(text, sizeof(text),
		"本证明根据截至 %s（日志第 %llu "
		"条）归档的登记资料出具。抵押、查封等限制情况以登记簿的记载为准；登记簿与本证明不一"
		"致的，以登记簿为准。",
		time, (unsigned long long)query->decided->record);
	say(form, text);
	say(form, "查询结果只用于申请的目的，不得作其他用途，不得泄露。");
}

static int put_qr(
	struct zong_form *form, const struct zong_archive *archive, const Zong__Query *query)
{
	_cleanup_free_ char *url = zong_query_check_url(archive, query);
	char beside[256];

	if (!url)
		return ZONG_ENOMEM;
	snprintf(beside, sizeof(beside), "扫码核对本件真伪\n编号 %s\n核对码 %s", query->no,
		query->check);
	zong_form_space(form, 4);
	zong_form_qr(form, 30, url, beside);
	return 0;
}

static void put_seal(struct zong_form *form, const Zong__Query *query)
{
	char text[ZONG_LIMIT_NAME + 96], day[ZONG_TIME_TEXT];

	put_day(query->decided, day);
	zong_form_space(form, 10);
	snprintf(text, sizeof(text), "%s%s　　　　（查询专用章）　　%s",
		query->machine[0] ? "自助查询机 " : "经办人 ",
		query->machine[0]	  ? query->machine
		: query->decided->name[0] ? query->decided->name
					  : query->decided->by,
		day);
	zong_form_text(form, &(struct zong_form_type){.size = 11, .align = ZONG_FORM_RIGHT}, text);
}

static int put_result(
	struct zong_form *form, const struct zong_archive *archive, const Zong__Query *query)
{
	int err;

	title(form, "不动产登记资料查询结果证明");
	zong_form_space(form, 5);
	begin_fields(form);
	put_who(form, query, false);
	put_wants(form, "查询内容", query->sees, query->n_sees);
	for (size_t i = 0; i < query->n_found; i++)
		put_found(form, query->found[i], i + 1);
	if (query->decided->note[0]) {
		heading(form, "说明");
		say(form, query->decided->note);
	}
	put_basis(form, query);
	err = put_qr(form, archive, query);
	put_seal(form, query);
	return err;
}

/* ---- 不予查询告知书 ---- */

static int put_refusal(
	struct zong_form *form, const struct zong_archive *archive, const Zong__Query *query)
{
	char text[ZONG_LIMIT_NAME + 128], day[ZONG_TIME_TEXT];
	int err;

	title(form, "不予查询告知书");
	zong_form_space(form, 5);
	put_day(query->entered, day);
	snprintf(text, sizeof(text), "%s：", query->querent->name);
	say(form, text);
	snprintf(text, sizeof(text),
		"您于 %s 提出的不动产登记资料查询申请（编号 %s），经审查，决定不予查询。", day,
		query->no);
	say(form, text);
	zong_form_space(form, 3);
	begin_fields(form);
	put_who(form, query, false);
	put_wants(form, "申请查询的内容", query->wants, query->n_wants);
	put_proofs(form, query);
	row(form, "不予查询的理由", query->decided->note);
	row(form, "依据", query->article);
	zong_form_space(form, 4);
	say(form, "补齐材料或者情况变化后，可以重新申请。对本告知有异议的，可以依法申请行政复议或者"
		  "提起行政诉讼。");
	err = put_qr(form, archive, query);
	put_seal(form, query);
	return err;
}

/* ---- which ---- */

static const char *form_of(Zong__QueryState state)
{
	return state == ZONG__QUERY_STATE__QUERY_GRANTED   ? "result"
	       : state == ZONG__QUERY_STATE__QUERY_REFUSED ? "refusal"
							   : "application";
}

static int fill(struct zong_form *form, const struct zong_archive *archive,
	const Zong__Query *query, const char *what)
{
	const Zong__Step *last = query->decided ? query->decided : query->entered;

	zong_form_begin(form, &(struct zong_form_paper){.title = query->no,
				      .foot = query->no,
				      .numbered = true,
				      .time = last->time});
	if (strcmp(what, "application") == 0) {
		put_application(form, query);
		return 0;
	}
	return strcmp(what, "result") == 0 ? put_result(form, archive, query)
					   : put_refusal(form, archive, query);
}

static int look_up(struct zong_archive *archive, const char *no, Zong__Query **ret_query)
{
	struct zong_txn *txn;
	int err = zong_store_read_begin(archive->store, &txn);

	if (err)
		return err;
	err = zong_query_row(txn, no, ret_query);
	zong_txn_end(txn);
	return err;
}

struct paper {
	const struct zong_subject *who;
	const char *no, *object;
	char detail[ZONG_DIGEST_TEXT + 32];
};

static int write_paper(struct zong_txn *txn, void *ctx)
{
	_cleanup_row_ Zong__Query *query = NULL;
	const struct paper *paper = ctx;
	struct zong_key key;
	int err = zong_query_row(txn, paper->no, &query);

	if (!err)
		err = zong_journal_add(txn, paper->who, "query.paper", paper->object,
			paper->detail, &query->paper);
	if (err)
		return err;
	/* its revision stays: of what is in the application nothing has changed */
	zong_row_key_str(&key, paper->no);
	return zong_txn_put(txn, ZONG_TABLE_QUERIES, &key, &query->base);
}

/* What goes out as proof is known by its digest from then on: whoever has it can have it verified. */
static int record_paper(struct zong_archive *archive, const struct zong_subject *who,
	const char *no, const char *what, int fd)
{
	char object[ZONG_QUERY_NO + 16];
	struct paper paper = {.who = who, .no = no, .object = object};
	struct zong_digest digest;
	char text[ZONG_DIGEST_TEXT];
	int err = zong_digest_of_fd(fd, &digest);

	if (err)
		return err;
	zong_digest_format(&digest, text);
	snprintf(paper.detail, sizeof(paper.detail), "%s file/%s", what, text);
	zong_query_log_object(no, object);
	return zong_store_write(archive->store, write_paper, &paper);
}

int zong_query_print_as(struct zong_archive *archive, const struct zong_subject *who,
	enum zong_verb verb, const char *no, const char *what, int *ret_fd, uint64_t *ret_len,
	struct zong_err *err)
{
	_cleanup_row_ Zong__Query *query = NULL;
	_cleanup_close_ int fd = -1;
	char object[ZONG_QUERY_NO + 16];
	struct zong_form form;
	int code = zong_access_may(who, verb, NULL);

	if (code)
		return zong_err_set(err, code, NULL);
	if (what && strcmp(what, "application") && strcmp(what, "result") &&
		strcmp(what, "refusal"))
		return zong_err_set(err, ZONG_EINVAL, "form: application, result, refusal");
	code = look_up(archive, no, &query);
	if (code)
		return zong_err_set(err, code, "%s", no);
	if (!what)
		what = form_of(query->state);
	if (strcmp(what, "application") != 0 && strcmp(what, form_of(query->state)) != 0)
		return zong_err_set(
			err, ZONG_EQUERYSTATE, "%s", zong_query_state_name(query->state));
	zong_query_log_object(no, object);
	code = zong_journal_read(archive->journal, who, "query.print", object);
	if (code)
		return zong_err_set(err, code, "%s", no);
	code = fill(&form, archive, query, what);
	if (code) {
		zong_form_release(&form);
		return zong_err_set(err, code, "%s", no);
	}
	code = zong_form_file(archive, &form, &fd, ret_len, err);
	if (code)
		return code;
	if (strcmp(what, "application") != 0)
		code = record_paper(archive, who, no, what, fd);
	if (code)
		return zong_err_set(err, code, "%s", no);
	*ret_fd = take_fd(fd);
	return 0;
}

int zong_query_print(struct zong_archive *archive, const struct zong_subject *who, const char *no,
	const char *what, int *ret_fd, uint64_t *ret_len, struct zong_err *err)
{
	return zong_query_print_as(
		archive, who, ZONG_VERB_QUERY_READ, no, what, ret_fd, ret_len, err);
}
