/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <zong/error.h>
#include <zong/file.h>
#include <zong/limits.h>

#include "label_page.h"

#define PDF_MAX (64 << 20)
#define NOTE_MAX 4096

/* What stands on the labels, as the server knows it: nobody sticks a code on that is none. */
struct sheet {
	struct label *label;
	size_t count, room;
};

static int add(struct sheet *sheet, const char *code, const char *title, const char *note)
{
	struct label *grown;

	if (sheet->count == LABELS_MAX)
		return usage_error(
			T("at most %d labels go into one file", "一个文件最多 %d 张标签"),
			LABELS_MAX);
	if (sheet->count == sheet->room) {
		sheet->room = sheet->room ? 2 * sheet->room : 32;
		grown = realloc(sheet->label, sheet->room * sizeof(*grown));
		if (!grown)
			return usage_error("%s", T("out of memory", "内存不足"));
		sheet->label = grown;
	}
	grown = &sheet->label[sheet->count];
	memset(grown, 0, sizeof(*grown));
	snprintf(grown->code, sizeof(grown->code), "%s", code);
	grown->title = strdup(title);
	grown->note = strdup(note);
	sheet->count++;
	return grown->title && grown->note ? CLI_OK
					   : usage_error("%s", T("out of memory", "内存不足"));
}

static void release(struct sheet *sheet)
{
	for (size_t i = 0; i < sheet->count; i++) {
		free((char *)(uintptr_t)sheet->label[i].title);
		free((char *)(uintptr_t)sheet->label[i].note);
	}
	free(sheet->label);
}

static int put_labels(const struct words *words, const struct sheet *sheet)
{
	const char *name = words_value(words, "output"), *text = words_value(words, "skip");
	struct zong_buf pdf = ZONG_BUF_INIT(PDF_MAX);
	char *end = NULL;
	long skip = text ? strtol(text, &end, 10) : 0;
	int result = CLI_OK, err;

	if (text && (!*text || *end || skip < 0 || skip > 23))
		return usage_error(T("--skip takes a number from 0 to 23, not %s",
					   "--skip 是 0 到 23 的数，不能是 %s"),
			text);
	if (sheet->count == 0)
		return usage_error("%s", T("there is nothing to label", "没有可打印的标签"));
	err = label_page_draw(sheet->label, sheet->count, (unsigned)skip, &pdf);
	if (err)
		result = usage_error("%s", T("the labels cannot be drawn", "标签画不出来"));
	else if (!name || strcmp(name, "-") == 0)
		result =
			zong_file_write_all(STDOUT_FILENO, pdf.data, pdf.len) ? CLI_FAILED : CLI_OK;
	else if (zong_file_replace(name, pdf.data, pdf.len, 0644)) {
		fprintf(stderr, "zong: %s: %s\n", name, strerror(errno));
		result = CLI_FAILED;
	}
	zong_buf_release(&pdf);
	return result;
}

static int check_output(const struct words *words)
{
	const char *name = words_value(words, "output");

	if ((!name || strcmp(name, "-") == 0) && isatty(STDOUT_FILENO))
		return usage_error(
			"%s", T("the file would fill the screen with signs; give -o FILE",
				      "文件不能显示在屏幕上，请加 -o 文件名"));
	return CLI_OK;
}

/* ---- places ---- */

static int add_place(void *ctx, const json_t *place)
{
	struct zong_buf note = ZONG_BUF_INIT(NOTE_MAX);
	const json_t *step;
	size_t i;
	int result;

	json_array_foreach(json_object_get(place, "path"), i, step)
		zong_buf_add_format(&note, "%s%s", i ? " > " : "", field_str(step, "name"));
	result = add(ctx, field_str(place, "code"), field_str(place, "name"), zong_buf_str(&note));
	zong_buf_release(&note);
	return result;
}

static int ask_place(struct cli *cli, const char *code, struct sheet *sheet)
{
	char *path = client_path(cli->client, "/api/v1/places/%s", code);
	json_t *answer = NULL;
	int failed = client_json(cli->client, "GET", path, NULL, &answer);

	free(path);
	if (!failed)
		failed = add_place(sheet, answer);
	json_decref(answer);
	return failed;
}

static int ask_below(struct cli *cli, const char *code, struct sheet *sheet)
{
	char *path = client_path(cli->client, "/api/v1/places?limit=200&parent=%s", code);
	struct sheet below = {0};
	size_t count;
	int failed = client_list(cli->client, path, 0, add_place, &below, &count);

	free(path);
	/* each is asked for by itself: a list does not tell where they are */
	for (size_t i = 0; i < below.count && !failed; i++)
		failed = ask_place(cli, below.label[i].code, sheet);
	release(&below);
	return failed;
}

int command_place_label(struct cli *cli, struct words *words)
{
	const char *below = words_value(words, "below");
	struct sheet sheet = {0};
	int failed = check_output(words);

	if (!failed && !words->operands == !below)
		failed = usage_error("%s",
			T("give codes, or --below CODE", "请写库位代码，或 --below 上级代码"));
	for (size_t i = 0; i < words->operands && !failed; i++)
		failed = ask_place(cli, words->operand[i], &sheet);
	if (!failed && below)
		failed = ask_below(cli, below, &sheet);
	if (!failed)
		failed = put_labels(words, &sheet);
	release(&sheet);
	return failed;
}

/* ---- originals ---- */

static int add_original(void *ctx, const json_t *original)
{
	char note[ZONG_LIMIT_CASE_NO_BYTES + 64];

	snprintf(note, sizeof(note), "%s  %lld 页", field_str(original, "case"),
		(long long)field_int(original, "pages"));
	return add(ctx, field_str(original, "code"), field_str(original, "title"), note);
}

int command_original_label(struct cli *cli, struct words *words)
{
	const char *no = words_value(words, "case");
	struct sheet sheet = {0};
	size_t count;
	int failed = check_output(words);

	if (!failed && !words->operands == !no)
		failed = usage_error(
			"%s", T("give codes, or --case NO", "请写原件代码，或 --case 受理号"));
	for (size_t i = 0; i < words->operands && !failed; i++) {
		char *path = client_path(cli->client, "/api/v1/originals/%s", words->operand[i]);
		json_t *answer = NULL;

		failed = client_json(cli->client, "GET", path, NULL, &answer);
		if (!failed)
			failed = add_original(&sheet, answer);
		json_decref(answer);
		free(path);
	}
	if (!failed && no) {
		char *path = client_path(cli->client, "/api/v1/originals?limit=200&case=%s", no);

		failed = client_list(cli->client, path, 0, add_original, &sheet, &count);
		free(path);
	}
	if (!failed)
		failed = put_labels(words, &sheet);
	release(&sheet);
	return failed;
}
