/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include <strings.h>

#include "http/range.h"

/* Digits at *text; false when there are none. What does not fit becomes the greatest number: it
 * lies behind the end of any file. */
static bool take_number(const char **text, uint64_t *ret_value)
{
	uint64_t value = 0;
	const char *p = *text;
	unsigned int digit;

	if (*p < '0' || *p > '9')
		return false;
	for (; *p >= '0' && *p <= '9'; p++) {
		digit = (unsigned int)(*p - '0');
		if (value > (UINT64_MAX - digit) / 10)
			value = UINT64_MAX / 10 + 1;
		else
			value = value * 10 + digit;
	}
	*text = p;
	*ret_value = value;
	return true;
}

static const char *skip_blanks(const char *p)
{
	while (*p == ' ' || *p == '\t')
		p++;
	return p;
}

static void set_part(uint64_t first, uint64_t last, uint64_t size, struct zong_range *range)
{
	range->kind = ZONG_RANGE_PART;
	range->first = first;
	range->last = last < size ? last : size - 1;
}

void zong_range_parse(const char *header, uint64_t size, struct zong_range *ret_range)
{
	struct zong_range range = {.kind = ZONG_RANGE_WHOLE};
	uint64_t first = 0, last = 0;
	const char *p;
	bool has_first, has_last;

	*ret_range = range;
	if (!header || strncasecmp(header, "bytes", 5) != 0)
		return;
	p = skip_blanks(header + 5);
	if (*p != '=')
		return;
	p = skip_blanks(p + 1);
	has_first = take_number(&p, &first);
	if (*p != '-')
		return;
	p++;
	has_last = take_number(&p, &last);
	p = skip_blanks(p);
	if (*p || (!has_first && !has_last) || (has_first && has_last && last < first))
		return;
	range.kind = ZONG_RANGE_OUTSIDE;
	if (!has_first && last > 0 && size > 0)
		set_part(last < size ? size - last : 0, size - 1, size, &range);
	if (has_first && first < size)
		set_part(first, has_last ? last : size - 1, size, &range);
	*ret_range = range;
}

bool zong_etag_matches(const char *header, const char *etag)
{
	size_t len = strlen(etag);
	const char *p = header;

	if (!p)
		return false;
	while (*p) {
		p = skip_blanks(p);
		if (*p == '*')
			return true;
		if (strncmp(p, "W/", 2) == 0)
			p += 2;
		if (strncmp(p, etag, len) == 0)
			return true;
		/* A comma may stand inside an entity tag: skip the quoted part first. */
		if (*p == '"') {
			p = strchr(p + 1, '"');
			if (!p)
				return false;
		}
		p = strchr(p, ',');
		if (!p)
			return false;
		p++;
	}
	return false;
}

bool zong_if_range_holds(const char *header, const char *etag)
{
	return !header || strcmp(header, etag) == 0;
}
