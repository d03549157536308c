/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/retention.h>
#include <zong/time.h>

#include "form_file.h"
#include "journal.h"
#include "volume_row.h"

/* What of a volume goes on paper: DA/T 22 and the practice of registration archives. */

#define LABEL_WIDTH 60 /* mm: the spine of a box */
#define LABEL_HEIGHT 190

static const struct zong_form_ruling ruled = {.size = 11, .ruled = true, .height = 10};

static void title(struct zong_form *form, double size, const char *text)
{
	zong_form_text(form,
		&(struct zong_form_type){.size = size, .bold = true, .align = ZONG_FORM_CENTRE},
		text);
}

static void row(struct zong_form *form, const char *label, const char *text)
{
	zong_form_row(form, (const char *const[]){label, text});
}

static void begin_fields(struct zong_form *form, double labels)
{
	zong_form_table(form, &ruled,
		(const struct zong_form_column[]){
			{.share = labels, .bold = true, .align = ZONG_FORM_CENTRE}, {.share = 3}},
		2);
}

static void day_of(const Zong__Step *step, char ret_day[ZONG_DAY_TEXT])
{
	ret_day[0] = '\0';
	if (step)
		zong_day_format(zong_day_of(step->time), ret_day);
}

/* Who has no name stands there by the key. */
static const char *name_of(const Zong__Step *step)
{
	return !step ? "" : step->name[0] ? step->name : step->by;
}

static const char *period(const char *retention, char text[64])
{
	if (strcmp(retention, "Y") == 0)
		return "永久";
	if (retention[0] != 'D')
		return retention;
	snprintf(text, 64, "%.40s年", retention + 1);
	return text;
}

/* First and last of the dates that are written as days. */
static void dates(const Zong__Volume *volume, char *text, size_t size)
{
	const char *first = "", *last = "";

	for (size_t i = 0; i < volume->n_items; i++) {
		const char *one = volume->items[i]->date;

		if (one[0] && (!first[0] || strcmp(one, first) < 0))
			first = one;
		if (one[0] && strcmp(one, last) > 0)
			last = one;
	}
	snprintf(text, size, "%s%s%s", first, strcmp(first, last) ? " 至 " : "",
		strcmp(first, last) ? last : "");
}

/* ---- 卷皮 ---- */

static void put_cover(struct zong_form *form, const Zong__Volume *volume)
{
	_cleanup_(zong_buf_release) struct zong_buf cases = ZONG_BUF_INIT(64 * 1024);
	char text[2 * ZONG_LIMIT_TYPE + 64], years[64], day[ZONG_DAY_TEXT];

	zong_form_space(form, 18);
	title(form, 28, "不动产登记档案");
	zong_form_space(form, 6);
	title(form, 20, "案 卷");
	zong_form_space(form, 14);
	title(form, 18, volume->title);
	zong_form_space(form, 14);
	for (size_t i = 0; i < volume->n_cases; i++)
		zong_buf_add_format(&cases, "%s%s", i ? "、" : "", volume->cases[i]);
	begin_fields(form, 1);
	row(form, "档号", volume->no);
	row(form, "全宗号", volume->fonds);
	row(form, "类别号", volume->category);
	row(form, "年度", volume->year);
	row(form, "保管期限", period(volume->retention, years));
	row(form, "受理号", zong_buf_str(&cases));
	row(form, "责任者", volume->responsible);
	dates(volume, text, sizeof(text));
	row(form, "起止日期", text);
	snprintf(text, sizeof(text), "本卷共 %zu 件 %u 页", volume->n_items,
		zong_volume_pages(volume));
	row(form, "件数页数", text);
	row(form, "密级", volume->secrecy);
	day_of(volume->closed, day);
	row(form, "立卷日期", day);
	zong_form_space(form, 12);
	zong_form_qr(form, 28, volume->no, volume->no);
}

/* ---- 卷内目录 ---- */

/* "5", or "5-7"; where a page before was not counted it is not known. */
static void pages_of(const Zong__Volume *volume, size_t item, uint32_t first, char text[32])
{
	uint32_t pages = volume->items[item]->pages;

	text[0] = '\0';
	if (first && pages > 1)
		snprintf(text, 32, "%u-%u", first, first + pages - 1);
	else if (first && pages)
		snprintf(text, 32, "%u", first);
}

static void put_list(struct zong_form *form, const Zong__Volume *volume)
{
	static const struct zong_form_column columns[] = {
		{.title = "序号", .share = 0.7, .align = ZONG_FORM_CENTRE},
		{.title = "文件编号", .share = 1.5},
		{.title = "责任者", .share = 1.4},
		{.title = "题名", .share = 3.6},
		{.title = "日期", .share = 1.5, .align = ZONG_FORM_CENTRE},
		{.title = "页号", .share = 1, .align = ZONG_FORM_CENTRE},
		{.title = "备注", .share = 1.2},
	};
	char text[ZONG_ARCHIVAL_TEXT + 16], pages[32];
	uint32_t first = 1;

	title(form, 20, "卷 内 目 录");
	snprintf(text, sizeof(text), "档号：%s", volume->no);
	zong_form_text(form, &(struct zong_form_type){.size = 11}, text);
	zong_form_space(form, 2);
	zong_form_table(form, &(struct zong_form_ruling){.size = 10, .ruled = true, .height = 9},
		columns, sizeof(columns) / sizeof(columns[0]));
	for (size_t i = 0; i < volume->n_items; i++) {
		const Zong__VolumeItem *item = volume->items[i];

		pages_of(volume, i, first, pages);
		first = first && item->pages ? first + item->pages : 0;
		snprintf(text, sizeof(text), "%zu", i + 1);
		zong_form_row(form, (const char *const[]){text, item->file_no, item->responsible,
					    item->title, item->date, pages, item->note});
	}
}

/* ---- 备考表 ---- */

static void put_situation(struct zong_buf *text, const Zong__Volume *volume)
{
	bool told = false;

	zong_buf_add_format(
		text, "本卷共 %zu 件 %u 页。", volume->n_items, zong_volume_pages(volume));
	if (volume->situation[0])
		zong_buf_add_format(text, "\n%s", volume->situation);
	for (size_t i = 0; i < volume->n_items; i++) {
		const Zong__VolumeItem *item = volume->items[i];

		if (!zong_volume_differs(item))
			continue;
		zong_buf_add_format(text, "%s第 %zu 件纸质 %u 页、扫描 %u 页",
			told ? "；" : "\n页数与扫描件不符：", i + 1, item->pages, item->scanned);
		told = true;
	}
	if (told)
		zong_buf_add_str(text, "。");
	if (volume->closed && volume->closed->note[0])
		zong_buf_add_format(text, "\n说明：%s", volume->closed->note);
	if (volume->checked && volume->checked->note[0])
		zong_buf_add_format(text, "\n检查意见：%s", volume->checked->note);
	for (size_t i = 0; i < volume->n_reopened; i++) {
		char day[ZONG_DAY_TEXT];

		day_of(volume->reopened[i], day);
		zong_buf_add_format(text, "\n%s 由 %s 重新打开：%s", day,
			name_of(volume->reopened[i]), volume->reopened[i]->note);
	}
}

static int put_note(struct zong_form *form, const Zong__Volume *volume)
{
	_cleanup_(zong_buf_release) struct zong_buf text = ZONG_BUF_INIT(1 << 20);
	char closed[ZONG_DAY_TEXT], checked[ZONG_DAY_TEXT], no[ZONG_ARCHIVAL_TEXT + 16];

	put_situation(&text, volume);
	title(form, 20, "卷 内 备 考 表");
	snprintf(no, sizeof(no), "档号：%s", volume->no);
	zong_form_text(form, &(struct zong_form_type){.size = 11}, no);
	zong_form_space(form, 2);
	zong_form_table(form, &(struct zong_form_ruling){.size = 11, .ruled = true, .height = 150},
		(const struct zong_form_column[]){
			{.share = 1, .bold = true, .align = ZONG_FORM_CENTRE}, {.share = 5}},
		2);
	row(form, "本卷情况", zong_buf_str(&text));
	day_of(volume->closed, closed);
	day_of(volume->checked, checked);
	zong_form_table(form, &(struct zong_form_ruling){.size = 11, .ruled = true, .height = 12},
		(const struct zong_form_column[]){
			{.share = 1, .bold = true, .align = ZONG_FORM_CENTRE}, {.share = 2},
			{.share = 1, .bold = true, .align = ZONG_FORM_CENTRE}, {.share = 2}},
		4);
	zong_form_row(
		form, (const char *const[]){"立卷人", name_of(volume->closed), "立卷时间", closed});
	zong_form_row(form,
		(const char *const[]){"检查人", name_of(volume->checked), "检查时间", checked});
	return text.err;
}

/* ---- all of them ---- */

static bool is_of(const char *what, const char *form)
{
	return strcmp(what, form) == 0 || strcmp(what, "all") == 0;
}

static int fill(struct zong_form *form, const Zong__Volume *volume, const char *what)
{
	const Zong__Step *last = volume->checked	? volume->checked
				       : volume->closed ? volume->closed
							: volume->made;
	char foot[ZONG_ARCHIVAL_TEXT + 16];
	bool all = strcmp(what, "all") == 0;
	int err = 0;

	snprintf(foot, sizeof(foot), "%s", volume->no);
	zong_form_begin(form, &(struct zong_form_paper){.title = volume->no,
				      .foot = foot,
				      .numbered = true,
				      .time = last ? last->time : 0});
	if (is_of(what, "cover"))
		put_cover(form, volume);
	if (all)
		zong_form_page(form);
	if (is_of(what, "list"))
		put_list(form, volume);
	if (all)
		zong_form_page(form);
	if (is_of(what, "note"))
		err = put_note(form, volume);
	return err;
}

/* One who may print has the whole of it. */
static int look_up(struct zong_archive *archive, const struct zong_subject *who, const char *no,
	Zong__Volume **ret_volume)
{
	struct zong_txn *txn;
	int err = zong_store_read_begin(archive->store, &txn);

	if (err)
		return err;
	err = zong_volume_find(txn, who, ZONG_VERB_VOLUME_PRINT, no, ret_volume);
	zong_txn_end(txn);
	return err;
}

int zong_volume_print(struct zong_archive *archive, const struct zong_subject *who, const char *no,
	const char *what, int *ret_fd, uint64_t *ret_len, struct zong_err *err)
{
	_cleanup_row_ Zong__Volume *volume = NULL;
	char object[ZONG_ARCHIVAL_TEXT + 16];
	struct zong_form form;
	int code = zong_access_may(who, ZONG_VERB_VOLUME_PRINT, NULL);

	if (code)
		return zong_err_set(err, code, NULL);
	if (!is_of(what, "cover") && !is_of(what, "list") && !is_of(what, "note"))
		return zong_err_set(err, ZONG_EINVAL, "form: cover, list, note, all");
	code = look_up(archive, who, no, &volume);
	if (!code) {
		snprintf(object, sizeof(object), "volume/%s", volume->no);
		code = zong_journal_read(archive->journal, who, "volume.print", object);
	}
	if (code)
		return zong_err_set(err, code, "%s", no);
	code = fill(&form, volume, what);
	if (code) {
		zong_form_release(&form);
		return zong_err_set(err, code, "%s", no);
	}
	return zong_form_file(archive, &form, ret_fd, ret_len, err);
}

/* ---- the spine of a box ---- */

/* What all volumes of a box have in common; empty where they differ. */
struct common {
	const char *fonds, *category, *year, *retention;
};

static void narrow(const char **common, const char *value)
{
	if (strcmp(*common, value) != 0)
		*common = "";
}

static struct common common_of(Zong__Volume *const *volumes, size_t count)
{
	struct common common = {
		volumes[0]->fonds, volumes[0]->category, volumes[0]->year, volumes[0]->retention};

	for (size_t i = 1; i < count; i++) {
		narrow(&common.fonds, volumes[i]->fonds);
		narrow(&common.category, volumes[i]->category);
		narrow(&common.year, volumes[i]->year);
		narrow(&common.retention, volumes[i]->retention);
	}
	return common;
}

static void put_label(struct zong_form *form, const Zong__Place *place,
	Zong__Volume *const *volumes, size_t count)
{
	struct common common = common_of(volumes, count);
	int64_t time = 0;
	char years[64], text[32];

	for (size_t i = 0; i < count; i++)
		if (volumes[i]->checked && volumes[i]->checked->time > time)
			time = volumes[i]->checked->time;
	zong_form_begin(form, &(struct zong_form_paper){.width = LABEL_WIDTH,
				      .height = LABEL_HEIGHT,
				      .margin = 4,
				      .title = place->code,
				      .time = time});
	title(form, 14, "不动产登记档案");
	zong_form_space(form, 2);
	zong_form_table(form, &(struct zong_form_ruling){.size = 10, .ruled = true, .height = 9},
		(const struct zong_form_column[]){
			{.share = 2, .bold = true, .align = ZONG_FORM_CENTRE}, {.share = 3}},
		2);
	row(form, "全宗号", common.fonds);
	row(form, "类别", common.category);
	row(form, "年度", common.year);
	row(form, "保管期限", period(common.retention, years));
	row(form, "起卷", volumes[0]->no);
	row(form, "止卷", volumes[count - 1]->no);
	snprintf(text, sizeof(text), "%zu", count);
	row(form, "卷数", text);
	row(form, "盒号", place->code);
	row(form, "盒名", place->name);
	zong_form_space(form, 4);
	zong_form_bars(form, 12, place->code);
}

static int take_box(struct zong_txn *txn, const char *box, Zong__Place **ret_place,
	Zong__Volume ***ret_volumes, size_t *ret_count)
{
	int err = zong_place_find(txn, box, ret_place);

	if (!err)
		err = zong_volume_in_box(
			txn, (*ret_place)->code, ZONG_LIMIT_CAPACITY, ret_volumes, ret_count);
	return !err && *ret_count == 0 ? ZONG_ENOVOLUME : err;
}

int zong_volume_label(struct zong_archive *archive, const struct zong_subject *who, const char *box,
	int *ret_fd, uint64_t *ret_len, struct zong_err *err)
{
	_cleanup_row_ Zong__Place *place = NULL;
	Zong__Volume **volumes = NULL;
	char object[ZONG_PLACE_CODE + 16];
	struct zong_form form;
	struct zong_txn *txn;
	size_t count = 0;
	int code = zong_access_may(who, ZONG_VERB_VOLUME_PRINT, NULL);

	if (!code)
		code = zong_store_read_begin(archive->store, &txn);
	if (code)
		return zong_err_set(err, code, NULL);
	code = take_box(txn, box, &place, &volumes, &count);
	zong_txn_end(txn);
	if (!code) {
		snprintf(object, sizeof(object), "place/%s", place->code);
		code = zong_journal_read(archive->journal, who, "volume.print", object);
	}
	if (!code)
		put_label(&form, place, volumes, count);
	zong_volumes_free(volumes, count);
	return code ? zong_err_set(err, code, "%s", box)
		    : zong_form_file(archive, &form, ret_fd, ret_len, err);
}
