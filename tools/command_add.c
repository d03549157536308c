/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli.h"

#include <errno.h>
#include <fts.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include <zong/cleanup.h>

#define BULK_FILES 20 /* with more, nobody waits at the counter for one of them */
#define PATH_SHOWN 4200 /* bytes of a path and a few words */

/* The files that the operands name: folders are walked, names sorted, hidden files left out. */
struct file_list {
	char **path;
	uint64_t *size;
	size_t count, room;
};

static void file_list_release(struct file_list *list)
{
	size_t i;

	for (i = 0; i < list->count; i++)
		free(list->path[i]);
	free(list->path);
	free(list->size);
}

static int file_list_add(struct file_list *list, const char *path, uint64_t size)
{
	if (list->count == list->room) {
		size_t room = list->room ? list->room * 2 : 64;
		char **paths = reallocarray(list->path, room, sizeof(*paths));
		uint64_t *sizes;

		if (!paths)
			return CLI_FAILED;
		list->path = paths;
		sizes = reallocarray(list->size, room, sizeof(*sizes));
		if (!sizes)
			return CLI_FAILED;
		list->size = sizes;
		list->room = room;
	}
	list->path[list->count] = strdup(path);
	if (!list->path[list->count])
		return CLI_FAILED;
	list->size[list->count++] = size;
	return CLI_OK;
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

/* Answers CLI_FAILED when something could not be looked at, after going through all the rest. */
static int file_list_walk(struct file_list *list, const char *operand)
{
	char *roots[] = {(char *)(uintptr_t)operand, NULL};
	FTS *walk = fts_open(roots, FTS_COMFOLLOW | FTS_PHYSICAL | FTS_NOCHDIR, by_name);
	FTSENT *entry;
	int result = CLI_OK;

	if (!walk)
		return CLI_FAILED;
	while ((entry = fts_read(walk))) {
		if (entry->fts_level > 0 && entry->fts_name[0] == '.') {
			fts_set(walk, entry, FTS_SKIP);
			continue;
		}
		switch (entry->fts_info) {
		case FTS_F:
			if (file_list_add(
				    list, entry->fts_path, (uint64_t)entry->fts_statp->st_size))
				result = CLI_FAILED;
			break;
		case FTS_DNR:
		case FTS_ERR:
		case FTS_NS:
			fprintf(stderr, "zong: %s: %s\n", entry->fts_path,
				strerror(entry->fts_errno));
			result = CLI_FAILED;
			break;
		default:
			break;
		}
	}
	fts_close(walk);
	return result;
}

static json_t *meta_of(const struct words *words, const char *path, bool bulk)
{
	static const char *const copied[] = {"case", "type", "title", "scope", "replaces"};
	const char *slash = strrchr(path, '/');
	const struct word_option *units = words_option(words, "unit");
	json_t *meta = json_object();
	json_t *array;
	size_t i;

	for (i = 0; i < sizeof(copied) / sizeof(copied[0]); i++)
		if (words_value(words, copied[i]))
			json_object_set_new(
				meta, copied[i], json_string(words_value(words, copied[i])));
	/* a name that is not UTF-8 is only for showing: leave it away rather than refuse the file */
	array = json_string(slash ? slash + 1 : path);
	if (array)
		json_object_set_new(meta, "name", array);
	json_object_set_new(meta, "to", split_commas(words_option(words, "to")));
	if (words_flag(words, "only"))
		json_object_set_new(meta, "only", json_true());
	if (words_flag(words, "gate"))
		json_object_set_new(meta, "gate", json_true());
	if (bulk)
		json_object_set_new(meta, "bulk", json_true());
	if (words_flag(words, "whole"))
		json_object_set_new(meta, "split", json_false());
	if (units->count) {
		array = json_array();
		for (i = 0; i < units->count; i++)
			json_array_append_new(array, json_string(units->values[i]));
		json_object_set_new(meta, "units", array);
	}
	return meta;
}

struct adding {
	struct progress progress;
	const char *label;
	size_t number, total;
};

static void on_upload(void *ctx, uint64_t done, uint64_t total, double keeping)
{
	struct adding *adding = ctx;
	char note[64];
	char bytes[32];

	print_bytes(bytes, sizeof(bytes), total);
	if (done < total)
		snprintf(note, sizeof(note), "%zu/%zu  %s", adding->number, adding->total, bytes);
	else
		snprintf(note, sizeof(note), "%zu/%zu  %s", adding->number, adding->total,
			T("storing ...", "正在入库……"));
	progress_show(&adding->progress, adding->label,
		keeping >= 0 ? keeping : (double)done / (double)total, note);
}

static void tell_part(const json_t *part)
{
	printf(T("%s  from page %lld on, %lld pages, case %s%s%s\n",
		       "%s  自第 %lld 页起 %lld 页，受理号 %s%s%s\n"),
		field_str(part, "material"),
		(long long)field_int(json_object_get(part, "batch"), "page"),
		(long long)field_int(part, "pages"), field_str(part, "case"),
		*field_str(part, "type") ? T(", ", "，") : "", field_str(part, "type"));
}

/* What became of the pages of a batch. */
static void tell_batch(const json_t *receipt)
{
	const json_t *item;
	size_t i;

	if (!json_object_get(receipt, "batch"))
		return;
	tell_part(receipt);
	json_array_foreach(json_object_get(receipt, "further"), i, item) tell_part(item);
	json_array_foreach(json_object_get(receipt, "sheets"), i, item)
		printf(T("    page %lld: separator sheet %s\n", "    第 %lld 页：分隔页 %s\n"),
			(long long)field_int(item, "page"),
			strcmp(field_str(item, "kind"), "patch") == 0 ? "Patch T"
								      : field_str(item, "case"));
}

/* What should be scanned again, also of the other materials of a batch. */
static void tell_quality(const char *path, const json_t *receipt)
{
	const json_t *further;
	char before[PATH_SHOWN];
	size_t i;

	snprintf(before, sizeof(before), T("mind: %s: ", "注意：%s："), path);
	print_verdicts(before, json_object_get(receipt, "quality"));
	json_array_foreach(json_object_get(receipt, "further"), i, further)
		print_verdicts(before, json_object_get(further, "quality"));
}

static void tell_receipt(const struct cli *cli, const char *path, json_t *receipt)
{
	const json_t *item;
	char new_bytes[32], shared[32];
	size_t i;

	json_array_foreach(json_object_get(receipt, "warnings"), i, item)
		fprintf(stderr, "%s%s (%s)\n", T("mind: ", "注意："), field_str(item, "text"),
			field_str(item, "subject"));
	json_array_foreach(json_object_get(receipt, "pages_damaged"), i, item) fprintf(stderr,
		T("mind: %s: page %lld cannot be shown; scan it again\n",
			"注意：%s：第 %lld 页无法显示，请重新扫描\n"),
		path, (long long)json_integer_value(item));
	tell_quality(path, receipt);
	if (cli->json) {
		json_object_set_new(receipt, "file", json_string(path));
		print_json_line(receipt);
		return;
	}
	print_bytes(new_bytes, sizeof(new_bytes), (uint64_t)field_int(receipt, "bytes_new"));
	print_bytes(shared, sizeof(shared), (uint64_t)field_int(receipt, "bytes_shared"));
	printf("%s  %s\n", field_str(receipt, "material"), path);
	printf(T("    %lld pages, %s new, %s shared, log no. %lld%s\n    %s\n",
		       "    %lld 页，新存 %s，共享 %s，日志第 %lld 号%s\n    %s\n"),
		(long long)field_int(receipt, "pages"), new_bytes, shared,
		(long long)field_int(receipt, "record"),
		json_is_true(json_object_get(receipt, "again"))
			? T(" (was here already, nothing stored twice)", "（已收过，未重复保存）")
			: "",
		field_str(receipt, "digest"));
	if (*field_str(receipt, "sm3"))
		printf("    %s\n", field_str(receipt, "sm3"));
	tell_batch(receipt);
	fflush(stdout);
}

/* What is known only when pages have been read: numbers that do not follow, copies. Anything told fails the gate. */
static int tell_late(const json_t *material, const char *label, bool gate)
{
	const json_t *page, *verdict;
	size_t i, n;
	int result = CLI_OK;

	json_array_foreach(json_object_get(material, "page"), i, page)
		json_array_foreach(json_object_get(json_object_get(page, "quality"), "verdicts"), n, verdict)
		{
			if (strcmp(field_str(verdict, "fault"), "order") != 0 &&
				strcmp(field_str(verdict, "fault"), "duplicate") != 0)
				continue;
			fprintf(stderr, T("mind: %s: page %lld: %s\n", "注意：%s：第 %lld 页：%s\n"), label,
				(long long)field_int(page, "n"), field_str(verdict, "text"));
			result = gate ? CLI_FAILED : CLI_OK;
		}
	return result;
}

/* Waits until every page of the material is read, blank, parked or damaged. */
static int wait_read(struct cli *cli, struct progress *progress, const char *id, const char *label,
	bool gate)
{
	struct timespec pause = {.tv_nsec = 200 * 1000 * 1000};
	char *path = client_path(cli->client, "/api/v1/materials/%s", id);
	bool done = false;
	int failed = CLI_OK;

	while (!failed && !done) {
		json_t *material = NULL;
		const json_t *page;
		size_t waiting = 0, pages, i;
		char note[128], left[48];

		failed = client_json(cli->client, "GET", path, NULL, &material);
		if (failed)
			break;
		pages = json_array_size(json_object_get(material, "page"));
		json_array_foreach(json_object_get(material, "page"), i, page) waiting +=
			strcmp(field_str(page, "state"), "waiting") == 0;
		done = waiting == 0;
		print_left(left, sizeof(left), json_object_get(material, "reading"));
		snprintf(note, sizeof(note), T("read %zu of %zu pages%s", "已识别 %zu / %zu 页%s"),
			pages - waiting, pages, left);
		progress_show(progress, label,
			pages ? (double)(pages - waiting) / (double)pages : 1, note);
		if (done) {
			progress_end(progress);
			json_array_foreach(json_object_get(material, "page"), i,
				page) if (strcmp(field_str(page, "state"), "parked") ==
					  0) fprintf(stderr,
				T("mind: %s: page %lld could not be read: %s\n",
					"注意：%s：第 %lld 页未能识别：%s\n"),
				label, (long long)field_int(page, "n"), field_str(page, "reason"));
			failed = tell_late(material, label, gate);
		}
		json_decref(material);
		if (!done)
			nanosleep(&pause, NULL);
	}
	free(path);
	return failed;
}

/* The same for all materials of one file. */
static int wait_all_read(
	struct cli *cli, struct progress *progress, const json_t *receipt, const char *label, bool gate)
{
	const json_t *further;
	size_t i;
	int result = wait_read(cli, progress, field_str(receipt, "material"), label, gate);

	json_array_foreach(json_object_get(receipt, "further"), i,
		further) if (wait_read(cli, progress, field_str(further, "material"), label, gate))
		result = CLI_FAILED;
	return result;
}

static int add_files(struct cli *cli, struct words *words, const struct file_list *list)
{
	struct adding adding = {.total = list->count};
	json_t **taken = calloc(list->count + 1, sizeof(*taken));
	bool bulk = words_flag(words, "bulk") || list->count > BULK_FILES;
	size_t refused = 0;
	size_t i;
	int result = CLI_OK;

	if (!taken)
		return CLI_FAILED;
	progress_init(&adding.progress, words_flag(words, "quiet"));
	for (i = 0; i < list->count; i++) {
		json_t *meta = meta_of(words, list->path[i], bulk);
		json_t *receipt = NULL;

		adding.number = i + 1;
		adding.label = list->path[i];
		if (client_upload(cli->client, "/api/v1/materials", meta, list->path[i], on_upload,
			    &adding, &receipt)) {
			progress_end(&adding.progress);
			fprintf(stderr, T("zong: not taken: %s\n", "zong：未收：%s\n"),
				list->path[i]);
			result = CLI_FAILED;
			refused++;
		} else {
			progress_end(&adding.progress);
			taken[i] = json_incref(receipt);
			tell_receipt(cli, list->path[i], receipt);
		}
		json_decref(receipt);
		json_decref(meta);
	}
	for (i = 0; i < list->count && words_flag(words, "wait"); i++)
		if (taken[i] && wait_all_read(cli, &adding.progress, taken[i], list->path[i],
				    words_flag(words, "gate")))
			result = CLI_FAILED;
	if (list->count > 1 && !cli->json)
		fprintf(stderr, T("%zu of %zu files taken in\n", "收进 %zu 个文件，共 %zu 个\n"),
			list->count - refused, list->count);
	for (i = 0; i < list->count; i++)
		json_decref(taken[i]);
	free(taken);
	return result;
}

int command_add(struct cli *cli, struct words *words)
{
	struct file_list list = {0};
	size_t i;
	int result = CLI_OK;

	if (!words->operands)
		return usage_error(
			"%s", T("give at least one file or folder", "请至少写一个文件或文件夹"));
	if (!words_value(words, "case") && words_flag(words, "whole"))
		return usage_error(
			"%s", T("--whole needs --case NO: cover sheets in the files are not looked at",
				      "--whole 须同时写 --case 受理号：不看文件里的封面页"));
	for (i = 0; i < words->operands; i++)
		if (file_list_walk(&list, words->operand[i]))
			result = CLI_FAILED;
	if (list.count && add_files(cli, words, &list))
		result = CLI_FAILED;
	if (!list.count && result == CLI_OK) {
		fprintf(stderr, "zong: %s\n", T("no files there", "其中没有文件"));
		result = CLI_FAILED;
	}
	file_list_release(&list);
	return result;
}
