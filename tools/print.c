/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <zong/time.h>

const char *field_str(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text ? text : "";
}

int64_t field_int(const json_t *object, const char *name)
{
	return json_integer_value(json_object_get(object, name));
}

void print_json_line(const json_t *object)
{
	json_dumpf(object, stdout, JSON_COMPACT);
	fputc('\n', stdout);
	fflush(stdout);
}

void print_bytes(char *text, size_t size, uint64_t bytes)
{
	static const char *const units[] = {"B", "KB", "MB", "GB", "TB", "PB"};
	double value = (double)bytes;
	size_t unit = 0;

	while (value >= 1000 && unit + 1 < sizeof(units) / sizeof(units[0])) {
		value /= 1000;
		unit++;
	}
	snprintf(text, size, unit ? "%.1f %s" : "%.0f %s", value, units[unit]);
}

void print_time(char *text, size_t size, const char *rfc3339)
{
	int64_t instant;
	time_t seconds;
	struct tm tm;

	if (zong_time_parse(rfc3339, &instant)) {
		snprintf(text, size, "%s", rfc3339);
		return;
	}
	seconds = (time_t)(instant / ZONG_SECOND);
	if (!localtime_r(&seconds, &tm) || !strftime(text, size, "%Y-%m-%d %H:%M:%S", &tm))
		snprintf(text, size, "%s", rfc3339);
}

void print_left(char *text, size_t size, const json_t *reading)
{
	const json_t *known = json_object_get(reading, "seconds_left");
	double seconds = json_number_value(known);

	*text = '\0';
	if (!json_is_number(known))
		return;
	if (seconds < 90)
		snprintf(text, size, T(", about %.0f s left", "，约还需 %.0f 秒"),
			seconds < 1 ? 1 : seconds);
	else if (seconds < 90 * 60)
		snprintf(text, size, T(", about %.0f min left", "，约还需 %.0f 分钟"), seconds / 60);
	else
		snprintf(text, size, T(", about %.1f h left", "，约还需 %.1f 小时"),
			seconds / 3600);
}

void print_verdicts(const char *before, const json_t *pages)
{
	const json_t *page, *verdict;
	size_t i, n;

	json_array_foreach(pages, i, page)
		json_array_foreach(json_object_get(page, "verdicts"), n, verdict)
			fprintf(stderr, T("%spage %lld: %s\n", "%s第 %lld 页：%s\n"), before,
				(long long)field_int(page, "n"), field_str(verdict, "text"));
}

static void print_row(const char *label, const char *value)
{
	if (*value)
		printf("%s%s%s\n", label, T(": ", "："), value);
}

static void print_parties(const json_t *parties)
{
	const json_t *party;
	size_t i;

	json_array_foreach(parties, i, party)
	{
		const char *idno = field_str(party, "idno");
		const char *role = field_str(party, "role");

		printf("%s%s%s", T("party: ", "当事人："), field_str(party, "name"),
			*idno ? "  " : "");
		printf("%s%s%s\n", idno, *role ? "  " : "", role);
	}
}

const char *original_state(const char *state)
{
	static const struct phrase phrases[] = {
		{"unshelved", "to be shelved", "待上架"},
		{"shelved", "shelved", "在架"},
		{"lent", "on loan", "借出"},
		{"missing", "MISSING", "遗失"},
		{"handed-over", "handed over", "已移交"},
		{0},
	};

	return phrase_of(phrases, state);
}

static void print_event(const json_t *event)
{
	const json_t *change = json_object_get(event, "change");

	printf("%s%s  %s", T("event: ", "事项："), field_str(event, "date"),
		field_str(event, "kind"));
	if (change)
		printf(T("  %s (%s) -> %s (%s): %s", "  %s（%s）→ %s（%s）：%s"),
			field_str(change, "kind_before"), field_str(change, "cause_before"),
			field_str(change, "kind"), field_str(change, "cause"),
			field_str(change, "reason"));
	putchar('\n');
}

int print_case(const json_t *object)
{
	const json_t *item;
	char time[64];
	size_t i;

	print_row(T("case", "受理号"), field_str(object, "no"));
	print_row(T("kind", "业务"), field_str(object, "kind"));
	print_row(T("cause", "原因"), field_str(object, "cause"));
	print_time(time, sizeof(time), field_str(object, "opened"));
	print_row(T("opened", "受理时间"), time);
	json_array_foreach(json_object_get(object, "units"), i, item) print_row(
		T("unit", "不动产单元"),
		*field_str(item, "printed") ? field_str(item, "printed") : field_str(item, "code"));
	print_parties(json_object_get(object, "parties"));
	json_array_foreach(json_object_get(object, "certificates"), i, item)
		print_row(T("certificate", "权证"), json_string_value(item));
	print_row(T("address", "坐落"), field_str(object, "address"));
	print_row(T("note", "备注"), field_str(object, "note"));
	json_array_foreach(json_object_get(object, "events"), i, item) print_event(item);
	json_array_foreach(json_object_get(object, "volumes"), i, item) printf("%s%s  %s\n",
		T("volume: ", "案卷："), field_str(item, "no"), field_str(item, "box"));
	json_array_foreach(json_object_get(object, "originals"), i, item) printf("%s%s  %s  %s\n",
		T("original: ", "原件："), field_str(item, "code"), field_str(item, "title"),
		*field_str(item, "place")      ? field_str(item, "place")
		: *field_str(item, "borrower") ? field_str(item, "borrower")
					       : original_state(field_str(item, "state")));
	json_array_foreach(json_object_get(object, "warnings"), i, item)
		fprintf(stderr, "%s%s (%s)\n", T("mind: ", "注意："), field_str(item, "text"),
			field_str(item, "subject"));
	json_array_foreach(json_object_get(object, "materials"), i, item) printf(
		"  %s  %s  %lld %s  %s%s\n", field_str(item, "id"), field_str(item, "title"),
		(long long)field_int(item, "pages"), T("pages", "页"), field_str(item, "type"),
		json_is_object(json_object_get(item, "destroyed"))
			? T("  (destroyed)", "（已销毁）")
			: "");
	print_missing(object);
	return CLI_OK;
}

void print_csv_cell(FILE *file, const char *text, char end)
{
	fputc('"', file);
	if (strchr("=+-@\t", *text) && *text)
		fputc('\'', file);
	for (; *text; text++) {
		if (*text == '"')
			fputc('"', file);
		fputc(*text, file);
	}
	fputc('"', file);
	fputc(end, file);
}
