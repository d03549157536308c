/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <zong/retention.h>
#include <zong/time.h>

#include "csvout.h"
#include "form_file.h"
#include "journal.h"
#include "query_walk.h"
#include "row_page.h"

/* 查询记录簿: who asked for what, what became of it, what was copied. */

#define CELL_MAX (16 * 1024)
#define COLUMNS 14
#define TIME_TEXT 32
#define A4_LONG 297
#define A4_SHORT 210

static const char *const names[COLUMNS] = {"查询编号", "申请时间", "查询人", "证件号码", "身份",
	"代理人", "查询目的", "查询内容", "查询对象", "结果", "理由或说明", "复制的资料",
	"出具证明", "经办人或机器编号"};

struct cells {
	struct zong_buf text[COLUMNS];
	const char *cell[COLUMNS];
};

struct writing {
	struct zong_query_walk walk;
	struct zong_csvout *out; /* or */
	struct zong_form *form;
	size_t rows;
};

static void add_list(struct zong_buf *text, const char *one)
{
	zong_buf_add_format(text, "%s%s", text->len ? "、" : "", one);
}

/* As the clock on the wall says. */
static void put_time(int64_t time, char ret_text[TIME_TEXT])
{
	time_t seconds = (time_t)(time / ZONG_SECOND);
	struct tm local;

	if (!localtime_r(&seconds, &local) ||
		!strftime(ret_text, TIME_TEXT, "%Y-%m-%d %H:%M", &local))
		ret_text[0] = '\0';
}

static const char *result_text(const Zong__Query *query)
{
	switch (query->state) {
	case ZONG__QUERY_STATE__QUERY_GRANTED:
		for (size_t i = 0; i < query->n_found; i++)
			if (query->found[i]->found)
				return "已提供";
		return "未查到";
	case ZONG__QUERY_STATE__QUERY_REFUSED:
		return "不予查询";
	case ZONG__QUERY_STATE__QUERY_WITHDRAWN:
		return "已撤回";
	default:
		return "未办结";
	}
}

static void fill_wants(struct zong_buf *text, const Zong__Query *query)
{
	bool seen = query->n_sees > 0;
	size_t count = seen ? query->n_sees : query->n_wants;

	for (size_t i = 0; i < count; i++)
		for (size_t sight = 0; sight < ZONG_QUERY_SIGHTS; sight++)
			if (strcmp(seen ? query->sees[i] : query->wants[i],
				    zong_query_sight_name((enum zong_query_sight)sight)) == 0)
				add_list(text,
					zong_query_sight_text((enum zong_query_sight)sight, "zh"));
}

static void fill_cells(const Zong__Query *query, struct cells *cells)
{
	const Zong__Step *last = query->decided ? query->decided : query->entered;
	char time[TIME_TEXT], pages[64];
	struct zong_buf *text = cells->text;

	put_time(query->entered->time, time);
	zong_buf_add_str(&text[0], query->no);
	zong_buf_add_str(&text[1], time);
	zong_buf_add_str(&text[2], query->querent->name);
	zong_buf_add_str(&text[3], query->querent->idno);
	zong_buf_add_str(&text[4], query->asker_name[0] ? query->asker_name : query->asker);
	if (query->proxy)
		zong_buf_add_format(&text[5], "%s %s", query->proxy->name, query->proxy->idno);
	zong_buf_add_str(&text[6], query->purpose);
	fill_wants(&text[7], query);
	for (size_t i = 0; i < query->n_objects; i++)
		add_list(&text[8], query->objects[i]->value);
	zong_buf_add_str(&text[9], result_text(query));
	zong_buf_add_str(&text[10], query->decided ? query->decided->note : "");
	for (size_t i = 0; i < query->n_copies; i++) {
		add_list(&text[11], query->copies[i]->title);
		snprintf(pages, sizeof(pages), "（%u 页）", query->copies[i]->pages);
		zong_buf_add_str(&text[11], pages);
	}
	zong_buf_add_str(
		&text[12], query->state == ZONG__QUERY_STATE__QUERY_GRANTED ? "查询结果证明"
			   : query->state == ZONG__QUERY_STATE__QUERY_REFUSED ? "不予查询告知书"
									      : "");
	zong_buf_add_str(&text[13], query->machine[0] ? query->machine
				    : last->name[0]   ? last->name
						      : last->by);
}

static int write_row(struct writing *writing, const Zong__Query *query)
{
	struct cells cells;
	int err = 0;

	for (size_t i = 0; i < COLUMNS; i++)
		cells.text[i] = (struct zong_buf)ZONG_BUF_INIT(CELL_MAX);
	fill_cells(query, &cells);
	for (size_t i = 0; i < COLUMNS; i++) {
		/* what is too long for a cell is cut; memory is not */
		if (cells.text[i].err && cells.text[i].err != ZONG_ELIMIT)
			err = cells.text[i].err;
		cells.cell[i] = zong_buf_str(&cells.text[i]);
	}
	if (!err && writing->out)
		err = zong_csvout_row(writing->out, cells.cell, COLUMNS);
	else if (!err)
		zong_form_row(writing->form, cells.cell);
	for (size_t i = 0; i < COLUMNS; i++)
		zong_buf_release(&cells.text[i]);
	return err;
}

static int take_row(const struct zong_iter *iter, void *ctx)
{
	_cleanup_row_ Zong__Query *query = zong__query__unpack(NULL, iter->value_len, iter->value);
	struct writing *writing = ctx;

	if (!query || !query->entered || !query->querent)
		return ZONG_ECORRUPT;
	if (!zong_query_walk_takes(&writing->walk, query))
		return 0;
	return writing->rows++ == ZONG_LIMIT_QUERY_REGISTER ? ZONG_ELIMIT
							    : write_row(writing, query);
}

static int write_all(
	struct zong_archive *archive, const struct zong_subject *who, struct writing *writing)
{
	int err = zong_row_walk(archive, ZONG_TABLE_QUERIES, "", take_row, writing);

	return err ? err : zong_journal_read(archive->journal, who, "query.register", "queries");
}

static void begin_form(struct zong_form *form, const struct zong_query_filter *filter)
{
	/* in millimetres of a sheet that lies */
	static const double share[COLUMNS] = {
		2.3, 1.5, 1.1, 2.5, 1.3, 1.5, 1.5, 1.8, 2.3, 1.1, 1.6, 1.8, 1.2, 1.2};
	struct zong_form_column columns[COLUMNS] = {{0}};
	char text[128];

	zong_form_begin(form, &(struct zong_form_paper){.width = A4_LONG,
				      .height = A4_SHORT,
				      .margin = 10,
				      .title = "不动产登记资料查询记录簿",
				      .foot = "不动产登记资料查询记录簿",
				      .numbered = true,
				      .time = zong_time_now()});
	zong_form_text(form,
		&(struct zong_form_type){.size = 18, .bold = true, .align = ZONG_FORM_CENTRE},
		"不动产登记资料查询记录簿");
	if ((filter->from && filter->from[0]) || (filter->to && filter->to[0])) {
		snprintf(text, sizeof(text), "%.10s 至 %.10s", filter->from ? filter->from : "",
			filter->to ? filter->to : "");
		zong_form_text(form,
			&(struct zong_form_type){.size = 10, .align = ZONG_FORM_CENTRE}, text);
	}
	zong_form_space(form, 2);
	for (size_t i = 0; i < COLUMNS; i++) {
		columns[i].title = names[i];
		columns[i].share = share[i];
	}
	zong_form_table(form, &(struct zong_form_ruling){.size = 7.5, .ruled = true, .height = 7},
		columns, COLUMNS);
}

static int as_table(struct zong_archive *archive, const struct zong_subject *who,
	struct writing *writing, const char *encoding, int *ret_fd, uint64_t *ret_len,
	struct zong_err *err)
{
	struct zong_csvout out;
	int code = zong_csvout_begin(&out, archive->spool, encoding);

	if (code)
		return zong_err_set(err, code, "encoding");
	writing->out = &out;
	code = zong_csvout_row(&out, names, COLUMNS);
	if (!code)
		code = write_all(archive, who, writing);
	if (code) {
		zong_csvout_release(&out);
		return zong_err_set(err, code, code == ZONG_ELIMIT ? "from, to" : NULL);
	}
	code = zong_csvout_end(&out, ret_fd, ret_len);
	return code ? zong_err_set(err, code, NULL) : 0;
}

int zong_query_register(struct zong_archive *archive, const struct zong_subject *who,
	const struct zong_query_filter *filter, const char *encoding, int *ret_fd,
	uint64_t *ret_len, struct zong_err *err)
{
	struct writing writing = {0};
	struct zong_form form;
	int code = zong_access_may(who, ZONG_VERB_QUERY_READ, NULL);

	if (code)
		return zong_err_set(err, code, NULL);
	code = zong_query_walk_begin(archive, filter, &writing.walk, err);
	if (code)
		return code;
	if (encoding)
		return as_table(archive, who, &writing, encoding, ret_fd, ret_len, err);
	writing.form = &form;
	begin_form(&form, filter);
	code = write_all(archive, who, &writing);
	if (code) {
		zong_form_release(&form);
		return zong_err_set(err, code, code == ZONG_ELIMIT ? "from, to" : NULL);
	}
	return zong_form_file(archive, &form, ret_fd, ret_len, err);
}
