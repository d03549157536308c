/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a case still needs by the catalogue. */
#include "cli.h"

#include <string.h>

static void print_names(const json_t *item)
{
	const json_t *other;
	size_t i;

	fputs(field_str(item, "type"), stdout);
	json_array_foreach(json_object_get(item, "or"), i, other)
		printf("%s%s", T(" or ", " 或 "), json_string_value(other));
}

static const char *condition(const json_t *item)
{
	const char *when = field_str(item, "when");

	if (strcmp(when, "proxy") == 0)
		return T("  (if somebody acts for a party)", "（由代理人办理的）");
	if (strcmp(when, "company") == 0)
		return T("  (if a party is a company)", "（当事人是单位的）");
	return "";
}

static void print_one(const json_t *item)
{
	const json_t *to;
	size_t i;

	fputs("  ", stdout);
	print_names(item);
	printf("  %s %lld%s",
		json_is_true(json_object_get(item, "original")) ? T("original", "原件")
								: T("copy", "复印件"),
		(long long)field_int(item, "copies"), T("", " 份"));
	json_array_foreach(json_object_get(item, "for"), i, to)
		printf("%s%s%s", i ? T(", ", "、") : T("  for ", "  用于 "), field_str(to, "name"),
			json_is_true(json_object_get(to, "here")) ? "" : "*");
	printf("%s\n", condition(item));
}

/* Departments that get nothing were marked with a star. */
static void explain_star(const json_t *missing)
{
	const json_t *item, *to;
	bool star = false;
	size_t i, j;

	json_array_foreach(missing, i, item) json_array_foreach(json_object_get(item, "for"), j, to)
		star |= !json_is_true(json_object_get(to, "here"));
	if (star)
		puts(T("* this archive has no such department: nothing is sent to it",
			"* 本档案库没有该部门，不推送"));
}

static bool is_held(const json_t *item)
{
	return json_is_object(json_object_get(item, "held"));
}

static void print_some(const json_t *missing, bool required, const char *title)
{
	const json_t *item;
	bool begun = false;
	size_t i;

	json_array_foreach(missing, i, item)
	{
		if (is_held(item) || json_is_true(json_object_get(item, "required")) != required)
			continue;
		if (!begun)
			puts(title);
		begun = true;
		print_one(item);
	}
}

static void print_held(const json_t *missing)
{
	const json_t *item;
	bool begun = false;
	size_t i;

	json_array_foreach(missing, i, item)
	{
		const json_t *held = json_object_get(item, "held");

		if (!is_held(item))
			continue;
		if (!begun)
			puts(T("served by what was handed in before:", "已经归档、不必再交："));
		begun = true;
		fputs("  ", stdout);
		print_names(item);
		printf("  %s%s  %s  %s\n", T("case ", "受理号 "), field_str(held, "case"),
			field_str(held, "title"), field_str(held, "material"));
	}
}

void print_missing(const json_t *object)
{
	const json_t *missing = json_object_get(object, "missing");
	const json_t *catalogue = json_object_get(object, "catalogue");
	bool required = false;
	const json_t *item;
	size_t i;

	if (!json_array_size(json_object_get(catalogue, "businesses")))
		return;
	json_array_foreach(missing, i, item) required |=
		!is_held(item) && json_is_true(json_object_get(item, "required"));
	printf(T("catalogue: version %lld%s\n", "材料目录：第 %lld 版%s\n"),
		(long long)field_int(catalogue, "version"),
		json_is_true(json_object_get(catalogue, "kept"))
			? ""
			: T(" (the case is from before it)", "（受理在先，供参考）"));
	if (!required)
		puts(T("all that is required was handed in", "必须提交的材料已经齐全"));
	print_some(missing, true, T("missing:", "缺少："));
	print_some(missing, false, T("where it applies:", "视情况提交："));
	print_held(missing);
	explain_star(missing);
}
