/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_PROPERTY_H
#define ZONG_PROPERTY_H

/* The four properties (四性检测, DA/T 70-2018): is what is kept of a case authentic, complete, usable and safe. Each item that a
 * server can run by itself passes, fails, or is not run; what was not done never passes, and says why it was not done.
 *
 * When it is run (the stages of the standard):
 *
 *     GD  归档      when a volume is closed (立卷, zong_volume_close), of each of its cases: that is where papers become an archive here, with
 *                   their pages counted and an archival number. Whoever checks the volume then (检查) has the report before him.
 *     YJ  移交接收   when a hand-over list is taken (zong_handover_take), of each case whose papers are on it. Where an item fails the list is
 *                   not taken (ZONG_EPROPERTIES), unless whoever takes it says why he does all the same; that is kept with his signature.
 *     CQ  长期保存   of every case, by the clock: the setting `property-days` (365; 0: never), counted from the run before, of a case without one
 *                   from its opening. One case after the other, slowly; a restart goes on where it was.
 *
 * and each of them by hand; in a vault by hand alone, and without the virus scanner: its files go to no other program. Packages, media and
 * signatures are not run: there are none here, or nobody looks into them. A run reads all bytes of the case as they are stored and digests them
 * anew, by SM3 too where the file has one. Pages are decoded anew by the schedule and where `decode` is asked for; else what counts is that they
 * were decoded when they came in, which the report says with the day, and that their bytes are still the same. What was destroyed by the rules
 * is not looked at, but its certificate in the log is.
 *
 * The last report of each stage is a row of the case, and of a material those of its own; of every run there is a line in the log
 * ("property.run") with the digest of the report as text (zong_property_text), so that it can be proven (zong verify). A report
 * stays when its materials are destroyed: it holds no contents.
 *
 * Nobody has seen the text of the standard for some numbers of items: their code has a `*` wherever it is shown.
 * Threads: any. */

#include <zong/identity.h>

struct zong_buf;

enum zong_property_class {
	ZONG_PROPERTY_AUTHENTIC, /* 真实性 */
	ZONG_PROPERTY_COMPLETE,	 /* 完整性 */
	ZONG_PROPERTY_USABLE,	 /* 可用性 */
	ZONG_PROPERTY_SAFE,	 /* 安全性 */
	ZONG_PROPERTY_CLASSES,
};

/* item, slug (in JSON and rows; never renamed), code in DA/T 70, is the code sure, class, name in Chinese, in English. */
#define ZONG_PROPERTY_ITEMS(X) \
	X(DIGEST, "digest", "1-1", true, AUTHENTIC, "固化信息有效性：摘要", "fixity: digests") \
	X(SIGNATURE, "signature", "1-1", true, AUTHENTIC, "固化信息有效性：电子签名、印章、时间戳", "fixity: signatures, seals, time-stamps") \
	X(LENGTH, "length", "1-2", false, AUTHENTIC, "元数据项数据长度", "length of metadata") \
	X(FORMAT, "format", "1-3", true, AUTHENTIC, "元数据项数据类型、格式", "type and format of metadata") \
	X(VALUES, "values", "1-4", false, AUTHENTIC, "元数据项值域符合度", "metadata within their lists of values") \
	X(SENSE, "sense", "1-5", true, AUTHENTIC, "元数据项数据值合理性", "metadata that make sense together") \
	X(CHARACTERS, "characters", "1-6", true, AUTHENTIC, "元数据项数据包含特殊字符", "special characters in metadata") \
	X(NUMBER, "number", "1-7", true, AUTHENTIC, "档号规范性", "form of the archival number") \
	X(REPEATED, "repeated", "1-8", true, AUTHENTIC, "元数据项数据重复性", "repeated metadata") \
	X(ATTRIBUTES, "attributes", "1-10", true, AUTHENTIC, "内容数据的电子属性一致性", "electronic attributes as recorded") \
	X(LINKED, "linked", "1-11", true, AUTHENTIC, "元数据关联内容数据", "metadata lead to contents") \
	X(PACKAGE_FILES, "package-files", "1-12", true, AUTHENTIC, "说明文件和目录文件规范性", "descriptive files of the package") \
	X(PACKAGE_FOLDERS, "package-folders", "1-13", true, AUTHENTIC, "信息包目录结构规范性", "folders of the package") \
	X(PACKAGE_SAME, "package-same", "1-14", true, AUTHENTIC, "信息包一致性", "package is the same as before") \
	X(COUNT, "count", "2-1", true, COMPLETE, "总件数相符性", "number of items") \
	X(BYTES, "bytes", "2-2", true, COMPLETE, "总字节数相符性", "number of bytes") \
	X(ELEMENTS, "elements", "2-3", true, COMPLETE, "元数据项完整性", "elements of metadata are there") \
	X(REQUIRED, "required", "2-4", true, COMPLETE, "元数据必填著录项目完整性", "required metadata are filled in") \
	X(PROCESS, "process", "2-5", true, COMPLETE, "过程信息完整性", "what was done is on record") \
	X(SEQUENCE, "sequence", "2-6", true, COMPLETE, "连续性元数据项", "numbers without gaps") \
	X(CONTENT, "content", "2-7", true, COMPLETE, "内容数据完整性", "contents are complete") \
	X(ATTACHMENTS, "attachments", "2-8", false, COMPLETE, "附件数据完整性", "attachments are complete") \
	X(SCOPE, "scope", "2-9", true, COMPLETE, "归档范围完整性", "all that is to be filed") \
	X(PACKAGE_ELEMENTS, "package-elements", "2-10", true, COMPLETE, "信息包元数据完整性", "metadata of the package") \
	X(PACKAGE_CONTENT, "package-content", "2-11", true, COMPLETE, "信息包内容数据完整性", "contents of the package") \
	X(PACKAGE_READABLE, "package-readable", "3-1", true, USABLE, "信息包中元数据可读性", "metadata of the package can be read") \
	X(ACCESSIBLE, "accessible", "3-2", true, USABLE, "目标数据库中元数据可访问性", "metadata in the archive can be reached") \
	X(MEDIA, "media", "3-3", true, USABLE, "内容数据格式合规性", "formats of contents") \
	X(READABLE, "readable", "3-4", false, USABLE, "内容数据可读性", "contents can be read") \
	X(PACKAGE_PLAIN, "package-plain", "3-8", true, USABLE, "信息包中包含的内容数据格式合规性", "package without private compression or encryption") \
	X(SCANNER, "scanner", "4-1", true, SAFE, "系统环境中安装杀毒软件", "a virus scanner is there") \
	X(VIRUS, "virus", "4-2", true, SAFE, "病毒感染", "no virus") \
	X(MEDIUM_FILES, "medium-files", "4-3", true, SAFE, "载体中多余文件", "no other files on the medium") \
	X(MEDIUM_SPEED, "medium-speed", "4-4", false, SAFE, "载体读取速度", "reading speed of the medium") \
	X(MEDIUM_LOOKS, "medium-looks", "4-5", false, SAFE, "载体外观", "looks of the medium") \
	X(MEDIUM_DISC, "medium-disc", "4-6", false, SAFE, "光盘合格", "optical disc") \
	X(TRAIL, "trail", "4-7", true, SAFE, "操作过程安全性", "the record of what was done is whole")

enum zong_property_item {
#define ZONG_PROPERTY_ITEM(item, slug, code, sure, class, zh, en) ZONG_PROPERTY_##item,
	ZONG_PROPERTY_ITEMS(ZONG_PROPERTY_ITEM)
#undef ZONG_PROPERTY_ITEM
	ZONG_PROPERTY_ITEM_COUNT_,
};

/* All static. Languages: "zh", "en". */
const char *zong_property_slug(enum zong_property_item item);
enum zong_property_item zong_property_parse(const char *slug); /* ZONG_PROPERTY_ITEM_COUNT_: none of them */
/* "1-2*": the number was not seen in the text of the standard. */
const char *zong_property_code(enum zong_property_item item);
enum zong_property_class zong_property_class(enum zong_property_item item);
const char *zong_property_name(enum zong_property_item item, const char *language);
const char *zong_property_class_name(enum zong_property_class class, const char *language);
const char *zong_property_class_slug(enum zong_property_class class); /* "authentic", ... */
/* What the items come from, for print: "DA/T 70-2018". */
#define ZONG_PROPERTY_BASIS "DA/T 70-2018"

const char *zong_property_result_slug(Zong__PropertyResult result); /* "passed", "failed", "not-run" */
const char *zong_property_result_name(Zong__PropertyResult result, const char *language);
const char *zong_property_stage_slug(Zong__PropertyStage stage); /* "GD", "YJ", "CQ" */
const char *zong_property_stage_name(Zong__PropertyStage stage, const char *language);
int zong_property_stage_parse(const char *slug, Zong__PropertyStage *ret_stage); /* ZONG_EINVAL */
/* The sentence for a reason of an item or a finding ("segment-damaged", "no-package", ...). */
const char *zong_property_why(const char *why, const char *language);

/* ---- runs ---- */

struct zong_property_order {
	const char *case_no;
	const char *material;	   /* of it alone; NULL: the case, and then all of its materials */
	Zong__PropertyStage stage;
	bool decode;		   /* every page anew */
	const char *occasion;	   /* NULL: "hand" */
};
/* Runs all items and keeps the report, in one commit with its line in the log. Takes some seconds, with @decode some more a page.
 * @order->case_no may be NULL where a material is given. The caller frees the report. ZONG_ENOCASE, ZONG_ENOENT (material),
 * ZONG_EDESTROYED (material), ZONG_EFORBIDDEN, ZONG_ECHANGED (its materials are being destroyed all the while), ZONG_ECANCELLED (the
 * archive is being closed), and those of zong_store_write; damage is no error but what it is there to find. */
int zong_property_run(struct zong_archive *archive, const struct zong_subject *who, const struct zong_property_order *order,
	Zong__PropertyReport **ret_report, struct zong_err *err);

/* The last report of each stage of a case, or of a material. None: an empty list. Recorded as a read. ZONG_ENOCASE, ZONG_ENOENT. */
int zong_property_list(struct zong_archive *archive, const struct zong_subject *who, const char *case_no, const char *material,
	Zong__PropertyReport ***ret_reports, size_t *ret_count, struct zong_err *err);
/* Those of the whole archive in which something failed, newest first, without their items. ZONG_ECURSOR. */
int zong_property_failed(struct zong_archive *archive, const struct zong_subject *who, const char *cursor, size_t max,
	Zong__PropertyReport ***ret_reports, size_t *ret_count, char **ret_next, struct zong_err *err);
void zong_property_free(Zong__PropertyReport **reports, size_t count);

/* The report as text, in the words of no language (slugs), byte for byte what its digest is of, and the same in each later version. */
int zong_property_text(const Zong__PropertyReport *report, struct zong_buf *text);
/* One of them as PDF, or as that text. The digest of a PDF gets a line in the log ("property.print"). ZONG_ENOREPORT (it was never run), ZONG_ENOCASE,
 * ZONG_ENOENT, and those of zong_pool_draw. */
int zong_property_print(struct zong_archive *archive, const struct zong_subject *who, const char *case_no, const char *material,
	Zong__PropertyStage stage, bool text, int *ret_fd, uint64_t *ret_len, struct zong_err *err);

#endif
