/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <zong/error.h>
#include <zong/utf8.h>

static const char *const slugs[] = {
#define SLUG(code, slug) [ZONG_POSITIVE_##code] = slug,
	ZONG_ERRORS(SLUG)
#undef SLUG
};

const char *zong_error_slug(int code)
{
	/* compared before negating: -INT_MIN is no int */
	if (code >= 0 || code <= -ZONG_POSITIVE_LAST_)
		return "unknown";
	return slugs[-code];
}

int zong_err_set(struct zong_err *err, int code, const char *format, ...)
{
	/* Formatted aside first: callers may pass err->subject itself as an argument. */
	char text[sizeof(err->subject) + 4];
	va_list args;
	size_t len;
	int n;

	if (!err)
		return code;
	text[0] = '\0';
	if (format) {
		va_start(args, format);
		n = vsnprintf(text, sizeof(text), format, args);
		va_end(args);
		if (n < 0)
			text[0] = '\0';
	}
	len = zong_utf8_cut(text, strlen(text), sizeof(err->subject) - 1);
	memcpy(err->subject, text, len);
	err->subject[len] = '\0';
	err->code = code;
	return code;
}

int zong_error_from_errno(int system_errno)
{
	switch (system_errno) {
	case ENOSPC:
	case EDQUOT:
		return ZONG_ENOSPC;
	case ENOMEM:
		return ZONG_ENOMEM;
	case ENOENT:
		return ZONG_ENOENT;
	case EEXIST:
		return ZONG_EEXIST;
	default:
		return ZONG_EIO;
	}
}
