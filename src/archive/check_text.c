/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "check.h"

static const char *const slugs[] = {
#define SLUG(kind, slug) slug,
	ZONG_FINDINGS(SLUG)
#undef SLUG
};

const char *zong_finding_slug(enum zong_finding_kind kind)
{
	return slugs[kind];
}

/* %s: the object. */
static const struct {
	const char *en, *zh;
} sentences[ZONG_FINDING_COUNT_] = {
	[ZONG_FINDING_SEGMENT_DAMAGED] = {"%s is damaged: its bytes are not what its digest says",
		"%s 已损坏：内容与摘要不符"},
	[ZONG_FINDING_SEGMENT_MISSING] = {"%s is missing: files need it",
		"%s 缺失：有文件要用到它"},
	[ZONG_FINDING_FILE_DAMAGED] =
		{"%s does not come back as it came: its parts are sound, their "
		 "list is not",
			"%s 无法按原样取回：各片段完好，但拼接清单不对"},
	[ZONG_FINDING_RECIPE_DAMAGED] = {"the list of parts of %s is damaged or missing",
		"%s 的片段清单已损坏或缺失"},
	[ZONG_FINDING_SM3_WRONG] = {"%s is whole by its SHA-256, and the SM3 that stands beside it is another one",
		"%s 与 SHA-256 摘要相符，但与所记的 SM3 摘要不符"},
	[ZONG_FINDING_RECIPE_ORPHAN] = {"there is a list of parts for %s and no such file",
		"有 %s 的片段清单，却没有这个文件"},
	[ZONG_FINDING_ROW_DAMAGED] = {"%s is damaged", "%s 的记录已损坏"},
	[ZONG_FINDING_ROW_MISSING] = {"%s is missing", "%s 缺失"},
	[ZONG_FINDING_ROW_WRONG] = {"%s contradicts what belongs to it", "%s 与相关记录矛盾"},
	[ZONG_FINDING_INDEX_MISSING] = {"an index entry is missing: %s", "缺少索引项：%s"},
	[ZONG_FINDING_INDEX_WRONG] = {"an index entry leads elsewhere: %s", "索引项指向错误：%s"},
	[ZONG_FINDING_INDEX_EXTRA] = {"an index entry leads to nothing: %s",
		"索引项没有对应的记录：%s"},
	[ZONG_FINDING_COUNTER_WRONG] = {"%s is wrong", "%s 计数不对"},
	[ZONG_FINDING_LOG_GAP] = {"lines of the log are gone, from %s on", "日志缺行，从 %s 起"},
	[ZONG_FINDING_LOG_BROKEN] =
		{"%s was changed after it was written, or the line before it was",
			"%s 或其前一行写入后被改动过"},
	[ZONG_FINDING_LOG_TREE] = {"%s is not what the tree over the log has of it: one of both was changed",
		"%s 与日志哈希树不符：其中之一被改动过"},
	[ZONG_FINDING_LOG_HEAD] = {"what was signed or time-stamped is another log than this one up to %s",
		"见证方签署或加盖时间戳的日志（至 %s）与本日志不同"},
	[ZONG_FINDING_TEXT_MISSING] = {"the text index lacks %s", "全文索引缺少 %s"},
	[ZONG_FINDING_TEXT_EXTRA] = {"the text index has %s, which is not there",
		"全文索引里有并不存在的 %s"},
	[ZONG_FINDING_TEXT_BROKEN] = {"the text index cannot be read", "全文索引无法读取"},
	[ZONG_FINDING_PART_UNREADABLE] = {"%s cannot be read: pages of the database are damaged",
		"%s 无法读取：数据库页面已损坏"},
	[ZONG_FINDING_VAULT_DAMAGED] = {"%s is damaged, which shows without its key",
		"%s 已损坏（不用密钥、从外部即可看出）"},
};

static const char *advice(const struct zong_finding *finding, bool zh)
{
	if (finding->repaired)
		return zh ? "，已修复" : "; repaired";
	if (finding->derived && finding->sealed)
		return zh ? "；可用 zong check --vault --repair 修复"
			  : "; zong check --vault --repair makes it anew";
	if (finding->sealed)
		return zh ? "；需从备份恢复" : "; only a backup has it";
	if (finding->derived)
		return zh ? "；可用 zong check --repair 修复"
			  : "; zong check --repair makes it anew";
	switch (finding->kind) {
	case ZONG_FINDING_SEGMENT_DAMAGED:
	case ZONG_FINDING_SEGMENT_MISSING:
		return zh ? "；可用 zong check --repair --from 备份 修复"
			  : "; zong check --repair --from BACKUP puts it back";
	default:
		return zh ? "；需从备份恢复" : "; only a backup has it";
	}
}

int zong_finding_text(
	struct zong_buf *buf, const struct zong_finding *finding, const char *language)
{
	bool zh = strcmp(language, "zh") == 0;
	const char *format = zh ? sentences[finding->kind].zh : sentences[finding->kind].en;
	const char *place = strstr(format, "%s");

	zong_buf_add(buf, format, place ? (size_t)(place - format) : strlen(format));
	if (place) {
		zong_buf_add_str(buf, finding->object);
		zong_buf_add_str(buf, place + 2);
	}
	if (finding->detail[0])
		zong_buf_add_format(buf, " (%s)", finding->detail);
	zong_buf_add_str(buf, advice(finding, zh));
	return buf->err;
}
