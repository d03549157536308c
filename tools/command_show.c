/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <zong/code.h>
#include <zong/digest.h>
#include <zong/id.h>

static void print_figure(
	const json_t *quality, const char *name, const char *label, double times, const char *unit)
{
	const json_t *figure = json_object_get(quality, name);

	if (json_is_number(figure))
		printf("  %s %.3g%s", label, times * json_number_value(figure), unit);
}

/* How well it was scanned, and what was wrong with that. */
static void print_quality(const json_t *quality)
{
	const json_t *verdict;
	size_t i;

	if (!json_is_object(quality))
		return;
	if (json_is_number(json_object_get(quality, "dpi"))) {
		printf("    %s", T("scan:", "扫描："));
		print_figure(quality, "dpi", T("dpi", "分辨率"), 1, "");
		print_figure(quality, "skew", T("skew", "歪斜"), 1, "°");
		print_figure(quality, "paper", T("paper", "纸面亮度"), 100, "%");
		print_figure(quality, "contrast", T("contrast", "对比度"), 100, "%");
		print_figure(quality, "blur", T("edges", "字迹边缘"), 1, T(" mm", " 毫米"));
		print_figure(quality, "margin", T("margin", "页边"), 1, T(" mm", " 毫米"));
		putchar('\n');
	}
	json_array_foreach(json_object_get(quality, "verdicts"), i, verdict)
		printf("    ! %s\n", field_str(verdict, "text"));
}

/* While pages wait to be read. */
static void print_reading(const json_t *reading, const char *what)
{
	char left[48];

	if (!field_int(reading, "waiting"))
		return;
	print_left(left, sizeof(left), reading);
	printf(T("%s: read %lld of %lld pages%s\n", "%s：已识别 %lld / %lld 页%s\n"), what,
		(long long)field_int(reading, "read"), (long long)field_int(reading, "pages"),
		left);
}

static void print_pages(const json_t *material)
{
	const json_t *page, *field;
	size_t i;

	print_reading(json_object_get(material, "reading"), T("reading", "识别"));
	print_reading(json_object_get(material, "reading_batch"),
		T("with all that came in the same file", "同一文件拆出的全部材料"));

	json_array_foreach(json_object_get(material, "page"), i, page)
	{
		printf(T("page %lld: %s", "第 %lld 页：%s"), (long long)field_int(page, "n"),
			field_str(page, "state"));
		if (field_int(page, "width"))
			printf("  %lld x %lld", (long long)field_int(page, "width"),
				(long long)field_int(page, "height"));
		if (json_is_number(json_object_get(page, "confidence")))
			printf("  %s %.0f%%", T("confidence", "可信度"),
				100 * json_number_value(json_object_get(page, "confidence")));
		if (*field_str(page, "reason"))
			printf("  %s", field_str(page, "reason"));
		putchar('\n');
		print_quality(json_object_get(page, "quality"));
	}
	json_array_foreach(json_object_get(material, "fields"), i, field)
	{
		printf(T("found on page %lld: %s %s", "第 %lld 页读到：%s %s"),
			(long long)field_int(field, "page"),
			*field_str(field, "label") ? field_str(field, "label")
						   : field_str(field, "kind"),
			field_str(field, "value"));
		if (json_is_true(json_object_get(field, "repaired")))
			printf(T(" (read as %s)", "（原读作 %s）"), field_str(field, "raw"));
		puts(json_is_true(json_object_get(field, "valid"))
				? ""
				: T(" (check it)", "（请核对）"));
	}
}

static void print_kind(const json_t *material)
{
	const json_t *kind = json_object_get(material, "kind");

	if (!json_is_object(kind))
		return;
	printf(T("kind by its text: %s (rule %s, page %lld)",
		       "按文字判断的类型：%s（规则 %s，第 %lld 页）"),
		field_str(kind, "suggested"), field_str(kind, "rule"),
		(long long)field_int(kind, "page"));
	if (json_is_false(json_object_get(kind, "agrees")))
		printf(T("  DISAGREES with the type entered: %s", "  与填写的类型不一致：%s"),
			field_str(material, "type"));
	putchar('\n');
}

static void print_compared(const json_t *material)
{
	const json_t *item;
	size_t i;

	json_array_foreach(json_object_get(material, "compared"), i, item)
	{
		const json_t *agrees = json_object_get(item, "agrees");

		printf(T("entered %s %s: ", "填写的 %s %s："), field_str(item, "kind"),
			field_str(item, "entered"));
		if (json_is_null(agrees))
			puts(T("not read on any page", "各页均未读到"));
		else if (json_is_true(agrees))
			printf(T("agrees with page %lld\n", "与第 %lld 页一致\n"),
				(long long)field_int(item, "page"));
		else
			printf(T("DISAGREES, page %lld says %s\n", "不一致，第 %lld 页读到 %s\n"),
				(long long)field_int(item, "page"), field_str(item, "read"));
	}
}

static void print_alike(const json_t *material)
{
	const json_t *alike;
	size_t i;

	json_array_foreach(json_object_get(material, "alike"), i, alike)
	{
		printf(T("page %lld looks like page %lld of %s",
			       "第 %lld 页与下列材料第 %lld 页相似：%s"),
			(long long)field_int(alike, "page"),
			(long long)field_int(alike, "material_page"), field_str(alike, "material"));
		printf("  %s  %s %s  %.0f%%\n", field_str(alike, "title"), T("case", "受理号"),
			field_str(alike, "case"),
			100 - 100 * json_number_value(json_object_get(alike, "distance")));
	}
	client_say_more_alike(material);
}

static void print_material(const json_t *material)
{
	const json_t *destroyed = json_object_get(material, "destroyed");
	const json_t *delivery;
	char bytes[32], time[64];
	size_t i;

	print_bytes(bytes, sizeof(bytes), (uint64_t)field_int(material, "bytes"));
	print_time(time, sizeof(time), field_str(material, "received"));
	printf("%s  %s\n", field_str(material, "id"), field_str(material, "title"));
	printf("%s %s  %s  %s  %s\n", T("case", "受理号"), field_str(material, "case"),
		field_str(material, "type"), field_str(material, "media"), bytes);
	printf("%s  %s  %s %lld\n%s\n", T("received", "收件时间"), time, T("log no.", "日志号"),
		(long long)field_int(material, "record"), field_str(material, "digest"));
	if (*field_str(material, "sm3"))
		printf("%s\n", field_str(material, "sm3"));
	if (json_is_object(destroyed)) {
		print_time(time, sizeof(time), field_str(destroyed, "time"));
		printf("%s  %s  %s %s  %s %lld\n", T("DESTROYED", "已销毁"), time,
			T("list", "清册"), field_str(destroyed, "list"),
			T("certificate: log no.", "销毁证明：日志号"),
			(long long)field_int(destroyed, "record"));
	}
	print_pages(material);
	print_kind(material);
	print_compared(material);
	print_alike(material);
	json_array_foreach(json_object_get(material, "deliveries"), i, delivery) printf(
		"%s %s: %s  %s%s%s\n", T("delivery to", "推送"), field_str(delivery, "department"),
		field_str(delivery, "state"), field_str(delivery, "id"),
		*field_str(delivery, "last_error") ? "  " : "", field_str(delivery, "last_error"));
}

int command_show(struct cli *cli, struct words *words)
{
	struct zong_unit_code unit;
	struct zong_id id;
	json_t *answer = NULL;
	bool material;
	char *path;
	int failed;

	if (words->operands != 1)
		return usage_error(
			"%s", T("give one material id, case number or code of a parcel or unit",
				"请写一个材料编号、受理号或单元代码"));
	if (zong_unit_code_parse(words->operand[0], strlen(words->operand[0]), &unit) == 0 &&
		unit.level != ZONG_UNIT_PREFIX)
		return command_parcel_show(cli, words);
	material = zong_id_parse(words->operand[0], &id) == 0;
	path = client_path(cli->client, material ? "/api/v1/materials/%s" : "/api/v1/cases/%s",
		words->operand[0]);
	failed = client_json(cli->client, "GET", path, NULL, &answer);
	free(path);
	if (failed)
		return failed;
	if (cli->json)
		print_json_line(answer);
	else if (material)
		print_material(answer);
	else
		print_case(answer);
	json_decref(answer);
	/* where its paper is */
	return cli->json ? CLI_OK
			 : list_originals(cli, material ? "material" : "case", words->operand[0]);
}

/* The output: standard output, or a temporary name beside the file that takes its place at the end. */
/* Number of pages of a material; 0 when it cannot be told. */
static long pages_of(struct cli *cli, const char *id)
{
	char *path = client_path(cli->client, "/api/v1/materials/%s", id);
	json_t *answer = NULL;
	long pages = 0;

	if (client_json(cli->client, "GET", path, NULL, &answer) == CLI_OK)
		pages = (long)field_int(answer, "pages");
	json_decref(answer);
	free(path);
	return pages;
}

static int fetch_pages(
	struct cli *cli, int fd, const char *id, const char *as, long first, long last)
{
	char digest[ZONG_DIGEST_TEXT], etag[ZONG_DIGEST_TEXT];
	int failed = CLI_OK;
	long page;

	for (page = first; page <= last && !failed; page++) {
		char number[24];
		char *path;

		snprintf(number, sizeof(number), "%ld", page);
		path = client_path(cli->client, "/api/v1/materials/%s/pages/%s/%s", id, number, as);
		failed = client_fetch(cli->client, path, fd, digest, etag);
		free(path);
	}
	return failed;
}

static int fetch_file(struct cli *cli, int fd, const char *id)
{
	char digest[ZONG_DIGEST_TEXT] = "", etag[ZONG_DIGEST_TEXT] = "";
	bool by_digest = strncmp(id, "sha256:", 7) == 0;
	char *path = client_path(
		cli->client, by_digest ? "/api/v1/files/%s" : "/api/v1/materials/%s/file", id);
	int failed = client_fetch(cli->client, path, fd, digest, etag);

	struct zong_digest got, told;

	free(path);
	if (!failed && (zong_digest_parse(digest, &got) || zong_digest_parse(etag, &told) ||
			       !zong_digest_equal(&got, &told))) {
		fprintf(stderr, "zong: %s\n",
			T("the bytes that came are not those that were stored; try again",
				"收到的内容与存档不一致，请重试"));
		failed = CLI_FAILED;
	}
	return failed;
}

static int fetch_pdf(struct cli *cli, int fd, const char *id)
{
	char digest[ZONG_DIGEST_TEXT] = "", etag[ZONG_DIGEST_TEXT] = "";
	char *path = client_path(cli->client, "/api/v1/materials/%s/pdf", id);
	int failed = client_fetch(cli->client, path, fd, digest, etag);

	free(path);
	return failed;
}

int command_get(struct cli *cli, struct words *words)
{
	const char *as = words_value(words, "as") ? words_value(words, "as") : "file";
	const char *page = words_value(words, "page");
	bool file = strcmp(as, "file") == 0, pdf = strcmp(as, "pdf") == 0, whole = file || pdf;
	struct output output;
	char *end = NULL;
	long first = 1, last;
	int failed;

	if (words->operands != 1)
		return usage_error("%s",
			T("give one material id or file digest", "请写一个材料编号或文件摘要"));
	if (!whole && strcmp(as, "text") && strcmp(as, "alto") && strcmp(as, "hocr") &&
		strcmp(as, "png"))
		return usage_error(
			T("--as takes file, pdf, text, alto, hocr or png, not %s",
				"--as 可以是 file、pdf、text、alto、hocr 或 png，不能是 %s"),
			as);
	if (page) {
		first = strtol(page, &end, 10);
		if (first < 1 || *end)
			return usage_error(T("--page takes a page number from 1, not %s",
						   "--page 是从 1 起的页号，不能是 %s"),
				page);
		if (whole)
			return usage_error(
				"%s", T("--page goes with --as text, alto, hocr or png",
					      "--page 要与 --as text、alto、hocr 或 png 同用"));
	} else if (!whole && strcmp(as, "text") != 0) {
		return usage_error(T("--as %s needs --page N", "--as %s 需要 --page 页号"), as);
	}
	last = page || whole ? first : pages_of(cli, words->operand[0]);
	if (!last)
		return CLI_FAILED;
	failed =
		output_open(&output, words_value(words, "output"), whole || strcmp(as, "png") == 0);
	if (!failed && pdf)
		failed = fetch_pdf(cli, output.fd, words->operand[0]);
	else if (!failed)
		failed = file ? fetch_file(cli, output.fd, words->operand[0])
			      : fetch_pages(cli, output.fd, words->operand[0], as, first, last);
	return output_close(&output, !failed) ? (failed ? failed : CLI_FAILED) : CLI_OK;
}
