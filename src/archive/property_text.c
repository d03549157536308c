/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include <zong/buffer.h>
#include <zong/digest.h>
#include <zong/property.h>
#include <zong/time.h>

#include "row.h"

/* The words of a report, in two languages; and the report as text, which its digest in the log is of. That text is of slugs, which are never
 * renamed, and of what stands in the row: so the same row has the same text in each later version of this program. */

static const struct {
	const char *slug, *code;
	bool sure;
	enum zong_property_class class;
	const char *name[2];
} items[ZONG_PROPERTY_ITEM_COUNT_] = {
#define ITEM(item, slug, code, sure, class, zh, en)                                                \
	[ZONG_PROPERTY_##item] = {                                                                 \
		slug, (sure) ? code : code "*", sure, ZONG_PROPERTY_##class, {zh, en}},
	ZONG_PROPERTY_ITEMS(ITEM)
#undef ITEM
};

static const struct {
	const char *slug, *name[2];
} classes[ZONG_PROPERTY_CLASSES] = {
	[ZONG_PROPERTY_AUTHENTIC] = {"authentic", {"真实性", "authenticity"}},
	[ZONG_PROPERTY_COMPLETE] = {"complete", {"完整性", "completeness"}},
	[ZONG_PROPERTY_USABLE] = {"usable", {"可用性", "usability"}},
	[ZONG_PROPERTY_SAFE] = {"safe", {"安全性", "safety"}},
};

static const struct {
	const char *why, *text[2];
} whys[] = {
	/* not run */
	{"no-package", {"没有信息包：检测的是库内档案",
			       "there is no package: what is in the archive was looked at"}},
	{"no-medium", {"没有离线载体：检测的是库内档案",
			      "there is no medium: what is in the archive was looked at"}},
	{"manual", {"须由人工检测", "a person has to look at it"}},
	{"not-verified",
		{"文件内的电子签名、印章和时间戳未作验证",
			"signatures, seals and time-stamps inside the files are not verified"}},
	{"no-attachments", {"材料不分正文与附件，都按内容数据检测",
				   "papers have no attachments: each is looked at as content"}},
	{"no-volume", {"没有立卷", "the case is in no closed volume"}},
	{"of-case", {"按案件检测，不按单份材料", "it is looked at for the whole case"}},
	{"nothing", {"没有可检测的内容", "there was nothing to look at"}},
	{"no-catalogue", {"材料目录中没有这种业务", "the catalogue knows no such business"}},
	{"no-scanner", {"没有配置杀毒软件", "no virus scanner is set up"}},
	{"in-vault", {"保险库内的文件不交给外部程序", "files of a vault are given to no program of others"}},
	{"scanner-missing", {"杀毒软件不能运行", "the virus scanner cannot be run"}},
	{"scanner-timeout", {"杀毒软件超时", "the virus scanner took too long"}},
	{"scanner-failed", {"杀毒软件没有给出结果", "the virus scanner gave no answer"}},
	{"no-worker", {"没有解码程序", "there is no program to decode pages"}},
	{"not-probed", {"解码没有完成", "decoding did not come to its end"}},
	{"content-damaged", {"内容已损坏，不再检测",
				    "the contents are damaged, and were not looked at further"}},
	{"foreign-number", {"旧档号，不按现行格式", "a number from before, of another form"}},
	{"not-measured", {"没有测量扫描质量", "how well it was scanned was not measured"}},
	{"not-numbered", {"没有页数或件号可核对", "there are no page or item numbers to look at"}},
	/* how it passed */
	{"decoded-now", {"本次逐页解码", "each page was decoded now"}},
	{"decoded-then",
		{"入库时逐页解码，本次核对字节未变",
			"each page was decoded when it came in, and its bytes are the same now"}},
	{"explained", {"纸质页数与扫描不符，立卷时已写明原因",
			      "pages differ from the paper, and the reason was given when the "
			      "volume was closed"}},
	{"was-destroyed", {"应归档的材料已归档，后按规定销毁",
				  "what is required was filed, and destroyed as the rules say"}},
	/* failed */
	{"bytes-changed",
		{"存储的字节与登记的摘要不符", "the stored bytes are not what their digest says"}},
	{"sm3-differs",
		{"与 SHA-256 摘要相符，但与登记的 SM3 摘要不符",
			"the bytes are what their SHA-256 says, and not what their SM3 says"}},
	{"file-gone", {"没有这个文件", "there is no such file"}},
	{"unreadable", {"不能读取", "it cannot be read"}},
	{"too-long", {"超过规定长度", "longer than it may be"}},
	{"bad-format", {"格式不对", "not of its form"}},
	{"not-in-list", {"不在规定的值域内", "not among the values that it may have"}},
	{"time-order", {"时间先后不合理", "times are in the wrong order"}},
	{"time-future", {"时间在检测之后", "a time behind that of the run"}},
	{"year-differs", {"年度与档号不符", "the year is not that of the archival number"}},
	{"bad-character", {"含有控制字符或非法字符", "has control or forbidden characters"}},
	{"number-form", {"档号不符合格式", "the archival number is not of the form asked for"}},
	{"number-differs", {"按各项重新组成的档号不同",
				   "put together from its elements the number is another"}},
	{"twice", {"重复", "it is there twice"}},
	{"in-two-volumes", {"编入了两卷", "it is in two volumes"}},
	{"size-differs", {"字节数与登记不符", "the size is not the recorded one"}},
	{"media-differs", {"实际格式与登记不符", "the format is not the recorded one"}},
	{"name-ending", {"文件名的扩展名与实际格式不符",
				"the ending of the file's name is that of another format"}},
	{"row-damaged", {"登记数据已损坏", "the row is damaged"}},
	{"row-missing", {"缺少登记数据", "the row is missing"}},
	{"index-missing", {"索引中查不到", "it is not found by its index"}},
	{"page-damaged", {"该页不能解码", "the page cannot be decoded"}},
	{"raster-differs",
		{"解码的像素与登记不符", "the decoded pixels are not the recorded ones"}},
	{"pages-differ", {"页数不符", "the number of pages differs"}},
	{"not-in-volume", {"没有编入卷内", "it is in none of the volumes"}},
	{"not-there", {"卷内目录所列材料不存在",
			      "the list of the volume names a material that is not there"}},
	{"empty", {"没有填写", "not filled in"}},
	{"no-line", {"日志中没有这一步", "there is no line in the log for it"}},
	{"other-line", {"日志中的这一行是别的事", "that line of the log is about something else"}},
	{"line-changed", {"日志的这一行被改动", "that line of the log was changed"}},
	{"not-in-tree",
		{"日志的这一行不在哈希树中", "that line of the log is not in its hash tree"}},
	{"tree-broken", {"日志的哈希树不完整", "the hash tree over the log is not whole"}},
	{"not-read", {"还没有识读", "it has not been read yet"}},
	{"read-failed", {"识读失败", "it could not be read"}},
	{"gap", {"编号不连续", "a number is missing"}},
	{"version-gap", {"缺少前一版", "the version before is missing"}},
	{"uncounted", {"没有点数页数", "its pages were not counted"}},
	{"material-missing", {"缺少应归档的材料", "a material that is required is missing"}},
	{"media-not-allowed", {"不是规定的格式", "not one of the formats allowed"}},
	{"virus-found", {"发现病毒", "a virus was found"}},
};

static size_t language_of(const char *language)
{
	return strcmp(language, "zh") != 0;
}

const char *zong_property_slug(enum zong_property_item item)
{
	return items[item].slug;
}

enum zong_property_item zong_property_parse(const char *slug)
{
	int item = 0;

	while (item < ZONG_PROPERTY_ITEM_COUNT_ && strcmp(items[item].slug, slug) != 0)
		item++;
	return (enum zong_property_item)item;
}

const char *zong_property_code(enum zong_property_item item)
{
	return items[item].code;
}

enum zong_property_class zong_property_class(enum zong_property_item item)
{
	return items[item].class;
}

const char *zong_property_name(enum zong_property_item item, const char *language)
{
	return items[item].name[language_of(language)];
}

const char *zong_property_class_name(enum zong_property_class class, const char *language)
{
	return classes[class].name[language_of(language)];
}

const char *zong_property_class_slug(enum zong_property_class class)
{
	return classes[class].slug;
}

const char *zong_property_result_slug(Zong__PropertyResult result)
{
	switch (result) {
	case ZONG__PROPERTY_RESULT__PROPERTY_PASSED:
		return "passed";
	case ZONG__PROPERTY_RESULT__PROPERTY_FAILED:
		return "failed";
	default:
		return "not-run";
	}
}

const char *zong_property_result_name(Zong__PropertyResult result, const char *language)
{
	static const char *const names[][2] = {
		[ZONG__PROPERTY_RESULT__PROPERTY_NOT_RUN] = {"未检测", "not run"},
		[ZONG__PROPERTY_RESULT__PROPERTY_PASSED] = {"通过", "passed"},
		[ZONG__PROPERTY_RESULT__PROPERTY_FAILED] = {"未通过", "failed"},
	};

	return names[(unsigned int)result > ZONG__PROPERTY_RESULT__PROPERTY_FAILED ? 0 : result]
		    [language_of(language)];
}

static const struct {
	const char *slug, *name[2];
} stages[] = {
	[ZONG__PROPERTY_STAGE__PROPERTY_FILING] = {"GD", {"归档", "filing"}},
	[ZONG__PROPERTY_STAGE__PROPERTY_TRANSFER] = {"YJ", {"移交接收", "hand-over"}},
	[ZONG__PROPERTY_STAGE__PROPERTY_KEEPING] = {"CQ", {"长期保存", "long-term keeping"}},
};

#define STAGES (sizeof(stages) / sizeof(stages[0]))

const char *zong_property_stage_slug(Zong__PropertyStage stage)
{
	return (unsigned int)stage < STAGES ? stages[stage].slug : "?";
}

const char *zong_property_stage_name(Zong__PropertyStage stage, const char *language)
{
	return (unsigned int)stage < STAGES ? stages[stage].name[language_of(language)] : "?";
}

int zong_property_stage_parse(const char *slug, Zong__PropertyStage *ret_stage)
{
	for (size_t i = 0; i < STAGES; i++)
		if (strcmp(slug, stages[i].slug) == 0) {
			*ret_stage = (Zong__PropertyStage)i;
			return 0;
		}
	return ZONG_EINVAL;
}

const char *zong_property_why(const char *why, const char *language)
{
	for (size_t i = 0; i < sizeof(whys) / sizeof(whys[0]); i++)
		if (strcmp(whys[i].why, why) == 0)
			return whys[i].text[language_of(language)];
	return why;
}

/* ---- the report ---- */

/* What people entered may have line breaks. */
static void add_clean(struct zong_buf *text, const char *value)
{
	for (; *value; value++)
		zong_buf_add_char(
			text, (unsigned char)*value < 0x20 || *value == 0x7f ? ' ' : *value);
}

static void add_line(struct zong_buf *text, const char *label, const char *value)
{
	zong_buf_add_format(text, "%s: ", label);
	add_clean(text, value);
	zong_buf_add_char(text, '\n');
}

static void add_number(struct zong_buf *text, const char *label, uint64_t number)
{
	zong_buf_add_format(text, "%s: %llu\n", label, (unsigned long long)number);
}

static void add_time(struct zong_buf *text, const char *label, int64_t time)
{
	char formatted[ZONG_TIME_TEXT];

	zong_time_format(time, formatted);
	add_line(text, label, formatted);
}

static void add_head(struct zong_buf *text, const Zong__PropertyReport *report)
{
	struct zong_id id;
	char material[ZONG_ID_TEXT];

	zong_buf_add_str(text, "zong report of the four properties, form 1\n");
	add_line(text, "case", report->case_no);
	if (zong_row_id(&report->material, &id)) {
		zong_id_format(&id, material);
		add_line(text, "material", material);
	}
	add_line(text, "kind", report->kind);
	for (size_t i = 0; i < report->n_units; i++)
		add_line(text, "unit", report->units[i]);
	add_line(text, "stage", zong_property_stage_slug(report->stage));
	add_line(text, "occasion", report->occasion);
	add_time(text, "began", report->began);
	add_time(text, "ended", report->ended);
	add_line(text, "by", report->by);
	add_line(text, "name", report->name);
	add_line(text, "program", report->program);
	add_number(text, "materials", report->materials);
	add_number(text, "destroyed", report->destroyed);
	add_number(text, "pages", report->pages);
	add_number(text, "bytes", report->bytes);
	add_number(text, "passed", report->passed);
	add_number(text, "failed", report->failed);
	add_number(text, "not-run", report->not_run);
}

static void add_part(struct zong_buf *text, const char *label, const char *value)
{
	if (!value[0])
		return;
	zong_buf_add_format(text, " %s=", label);
	add_clean(text, value);
}

static void add_finding(struct zong_buf *text, const Zong__PropertyFinding *finding)
{
	zong_buf_add_format(text, "\t%s ", zong_property_result_slug(finding->result));
	add_clean(text, finding->object);
	if (finding->page)
		zong_buf_add_format(text, " page=%u", finding->page);
	add_part(text, "why", finding->why);
	add_part(text, "element", finding->element);
	add_part(text, "name", finding->name);
	add_part(text, "detail", finding->detail);
	zong_buf_add_char(text, '\n');
}

static void add_item(struct zong_buf *text, const Zong__PropertyItem *item)
{
	zong_buf_add_format(text, "%s: %s", item->item, zong_property_result_slug(item->result));
	if (item->looked)
		zong_buf_add_format(text, " looked=%u", item->looked);
	add_part(text, "why", item->why);
	add_part(text, "detail", item->detail);
	zong_buf_add_char(text, '\n');
	for (size_t i = 0; i < item->n_findings; i++)
		add_finding(text, item->findings[i]);
	if (item->more)
		zong_buf_add_format(text, "\tmore=%u\n", item->more);
}

int zong_property_text(const Zong__PropertyReport *report, struct zong_buf *text)
{
	add_head(text, report);
	zong_buf_add_char(text, '\n');
	for (size_t i = 0; i < report->n_items; i++)
		add_item(text, report->items[i]);
	return text->err;
}
