/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include <zong/error.h>
#include <zong/utf8.h>

#include "http/params.h"

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

int zong_percent_decode(char *text, bool plus)
{
	char *out = text;
	const char *in;
	int high, low;

	for (in = text; *in; in++) {
		if (*in == '+' && plus) {
			*out++ = ' ';
			continue;
		}
		if (*in != '%') {
			*out++ = *in;
			continue;
		}
		high = hex_value(in[1]);
		if (high < 0)
			return ZONG_EENCODING;
		low = hex_value(in[2]);
		if (low < 0 || (high == 0 && low == 0))
			return ZONG_EENCODING;
		*out++ = (char)(high * 16 + low);
		in += 2;
	}
	*out = '\0';
	return zong_utf8_valid(text, (size_t)(out - text)) ? 0 : ZONG_EENCODING;
}

int zong_params_parse(char *text, struct zong_params *ret_params)
{
	size_t count = 0;
	char *next, *equals;
	int err;

	for (; text; text = next) {
		next = strchr(text, '&');
		if (next)
			*next++ = '\0';
		if (!*text)
			continue;
		if (count == ZONG_LIMIT_QUERY_ITEMS)
			return ZONG_ELIMIT;
		equals = strchr(text, '=');
		if (equals)
			*equals++ = '\0';
		err = zong_percent_decode(text, true);
		if (!err && equals)
			err = zong_percent_decode(equals, true);
		if (err)
			return err;
		ret_params->item[count].name = text;
		ret_params->item[count].value = equals ? equals : "";
		count++;
	}
	ret_params->count = count;
	return 0;
}

const char *zong_params_get(const struct zong_params *query, const char *name)
{
	size_t i;

	for (i = query->count; i > 0; i--) {
		if (strcmp(query->item[i - 1].name, name) == 0)
			return query->item[i - 1].value;
	}
	return NULL;
}
