/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli.h"

#include <stdlib.h>
#include <string.h>

#define LINE_MAX_BYTES 256

/* A code a line, as a scanner gun types them. */
static int read_codes(FILE *from, json_t *codes)
{
	char line[LINE_MAX_BYTES];

	while (fgets(line, sizeof(line), from)) {
		size_t len = strcspn(line, "\r\n");

		if (line[len] == '\0' && !feof(from))
			return usage_error(
				"%s", T("a line is too long for a code", "有一行太长，不是代码"));
		line[len] = '\0';
		if (line[strspn(line, " \t")] == '\0')
			continue;
		if (json_array_append_new(codes, json_string(line)))
			return usage_error("%s", T("a code is no UTF-8", "代码不是 UTF-8 文字"));
	}
	return CLI_OK;
}

int codes_take(const struct words *words, size_t from, json_t **ret_codes)
{
	json_t *codes = json_array();
	int result = CLI_OK;

	for (size_t i = from; i < words->operands && !result; i++) {
		if (strcmp(words->operand[i], "-") == 0)
			result = read_codes(stdin, codes);
		else if (json_array_append_new(codes, json_string(words->operand[i])))
			result = usage_error("%s", T("a code is no UTF-8", "代码不是 UTF-8 文字"));
	}
	if (result)
		json_decref(codes);
	else
		*ret_codes = codes;
	return result;
}

int body_number(json_t *body, const char *name, const char *text, long least)
{
	char *end = NULL;
	long number = text ? strtol(text, &end, 10) : 0;

	if (!text)
		return CLI_OK;
	if (!*text || *end || number < least)
		return usage_error(T("--%s takes a whole number from %ld, not %s",
					   "--%s 是不小于 %ld 的整数，不能是 %s"),
			name, least, text);
	json_object_set_new(body, name, json_integer(number));
	return CLI_OK;
}

void body_text(json_t *body, const char *name, const char *text)
{
	if (text)
		json_object_set_new(body, name, json_string(text));
}

json_t *split_commas(const struct word_option *option)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; i < option->count; i++) {
		const char *at = option->values[i];

		while (*at) {
			size_t len = strcspn(at, ",");

			if (len)
				json_array_append_new(array, json_stringn(at, len));
			at += len + (at[len] == ',');
		}
	}
	return array;
}
