/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <zong/arena.h>
#include <zong/config.h>
#include <zong/file.h>
#include <zong/limits.h>
#include <zong/utf8.h>

struct setting {
	struct setting *next;
	const char *name;
	const char *value;
	unsigned int line;
};

struct zong_config {
	struct zong_arena arena; /* everything else lies in it */
	const char *file_name;
	struct setting *settings;
};

static const struct setting *find(const struct zong_config *config, const char *name)
{
	for (const struct setting *s = config->settings; s; s = s->next)
		if (strcmp(s->name, name) == 0)
			return s;
	return NULL;
}

static bool is_known(const char *const *known, const char *name)
{
	for (; *known; known++)
		if (strcmp(*known, name) == 0)
			return true;
	return false;
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static void trim(const char **text, size_t *len)
{
	while (*len && is_space(**text)) {
		(*text)++;
		(*len)--;
	}
	while (*len && is_space((*text)[*len - 1]))
		(*len)--;
}

/* A # opens a comment at the start of a line or behind a blank, so that a value can hold one. */
static size_t without_comment(const char *line, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (line[i] == '#' && (i == 0 || is_space(line[i - 1])))
			return i;
	return len;
}

static int parse_line(struct zong_config *config, const char *line, size_t len, unsigned int number,
	const char *const *known, struct zong_err *err)
{
	const char *file = config->file_name;
	const char *equals;
	const char *value;
	size_t name_len;
	size_t value_len;
	struct setting *setting;

	if (!zong_utf8_printable(line, len && line[len - 1] == '\r' ? len - 1 : len))
		return zong_err_set(err, ZONG_EINVAL, "%s:%u not plain UTF-8 text", file, number);
	len = without_comment(line, len);
	trim(&line, &len);
	if (len == 0)
		return 0;
	equals = memchr(line, '=', len);
	if (!equals)
		return zong_err_set(err, ZONG_EINVAL, "%s:%u no \"=\": %.*s", file, number,
			(int)zong_utf8_cut(line, len, 100), line);
	name_len = (size_t)(equals - line);
	value = equals + 1;
	value_len = len - name_len - 1;
	trim(&line, &name_len);
	trim(&value, &value_len);
	setting = zong_arena_calloc(&config->arena, 1, sizeof(*setting));
	if (!setting)
		return zong_err_set(err, ZONG_ENOMEM, NULL);
	setting->name = zong_arena_strn(&config->arena, line, name_len);
	setting->value = zong_arena_strn(&config->arena, value, value_len);
	setting->line = number;
	if (!setting->name || !setting->value)
		return zong_err_set(err, ZONG_ENOMEM, NULL);
	if (!is_known(known, setting->name))
		return zong_err_set(
			err, ZONG_EINVAL, "%s:%u unknown name \"%s\"", file, number, setting->name);
	if (find(config, setting->name))
		return zong_err_set(err, ZONG_EINVAL, "%s:%u \"%s\" again, first in line %u", file,
			number, setting->name, find(config, setting->name)->line);
	setting->next = config->settings;
	config->settings = setting;
	return 0;
}

static int parse(struct zong_config *config, const struct zong_buf *text, const char *const *known,
	struct zong_err *err)
{
	const char *line = zong_buf_str(text);
	const char *end = line + text->len;
	unsigned int number = 1;

	/* Editors on Windows put a byte order mark first. */
	if (text->len >= 3 && memcmp(line, "\xEF\xBB\xBF", 3) == 0)
		line += 3;
	for (; line < end; number++) {
		const char *line_end = memchr(line, '\n', (size_t)(end - line));
		size_t len = (size_t)((line_end ? line_end : end) - line);
		int r = parse_line(config, line, len, number, known, err);

		if (r)
			return r;
		line += len + 1;
	}
	return 0;
}

int zong_config_load(const char *path, const char *const *known, struct zong_config **ret_config,
	struct zong_err *err)
{
	struct zong_buf text = ZONG_BUF_INIT(ZONG_LIMIT_CONFIG);
	const char *slash = strrchr(path, '/');
	struct zong_config *config = calloc(1, sizeof(*config));
	int r;

	if (!config)
		return zong_err_set(err, ZONG_ENOMEM, NULL);
	config->file_name = zong_arena_str(&config->arena, slash ? slash + 1 : path);
	if (!config->file_name) {
		zong_config_free(config);
		return zong_err_set(err, ZONG_ENOMEM, NULL);
	}
	r = zong_file_read(path, &text);
	if (r == ZONG_ELIMIT)
		r = zong_err_set(err, ZONG_EINVAL, "%s:1 longer than %d bytes", config->file_name,
			ZONG_LIMIT_CONFIG);
	else if (r == 0)
		r = parse(config, &text, known, err);
	else if (r == ZONG_ENOENT)
		r = 0;
	else
		zong_err_set(err, r, "%s", path);
	zong_buf_release(&text);
	if (r) {
		zong_config_free(config);
		return r;
	}
	*ret_config = config;
	return 0;
}

void zong_config_free(struct zong_config *config)
{
	if (!config)
		return;
	zong_arena_release(&config->arena);
	free(config);
}

const char *zong_config_str(
	const struct zong_config *config, const char *name, const char *fallback)
{
	const struct setting *setting = find(config, name);

	return setting ? setting->value : fallback;
}

int zong_config_int(const struct zong_config *config, const char *name, int64_t min, int64_t max,
	int64_t fallback, int64_t *ret_value, struct zong_err *err)
{
	const struct setting *setting = find(config, name);
	long long value;
	const char *digits;
	char *end;

	if (!setting) {
		*ret_value = fallback;
		return 0;
	}
	errno = 0;
	value = strtoll(setting->value, &end, 10);
	/* strtoll would also take a blank or a plus sign before the digits; the blank is trimmed
	 * already, the sign is not a number as people write one here. */
	digits = setting->value[0] == '-' ? setting->value + 1 : setting->value;
	if (errno || *digits < '0' || *digits > '9' || *end != '\0' || value < min || value > max)
		return zong_err_set(err, ZONG_EINVAL,
			"%s:%u %s = %s: a whole number from %" PRId64 " to %" PRId64,
			config->file_name, setting->line, name, setting->value, min, max);
	*ret_value = value;
	return 0;
}

int zong_config_number(const struct zong_config *config, const char *name, double min, double max,
	double fallback, double *ret_value, struct zong_err *err)
{
	const struct setting *setting = find(config, name);
	double value;
	char *end;

	if (!setting) {
		*ret_value = fallback;
		return 0;
	}
	value = strtod(setting->value, &end);
	/* strtod would also take a sign, hexadecimal figures, "inf" and "nan". */
	if (strspn(setting->value, "0123456789.") != strlen(setting->value) || end == setting->value ||
		*end != '\0' || !(value >= min && value <= max))
		return zong_err_set(err, ZONG_EINVAL, "%s:%u %s = %s: a number from %g to %g",
			config->file_name, setting->line, name, setting->value, min, max);
	*ret_value = value;
	return 0;
}
