/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli.h"

#include <locale.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

bool cli_chinese(void)
{
	static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *value = getenv(names[i]);

		if (value && *value)
			return strncmp(value, "zh", 2) == 0;
	}
	return false;
}

const char *phrase_of(const struct phrase *phrases, const char *slug)
{
	for (; phrases->slug; phrases++)
		if (strcmp(phrases->slug, slug) == 0)
			return T(phrases->english, phrases->chinese);
	return slug;
}

int usage_error(const char *format, ...)
{
	va_list args;

	fputs("zong: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	return CLI_USAGE;
}

const struct word_option *words_option(const struct words *words, const char *name)
{
	const struct word_option *option;

	for (option = words->option; option->name; option++)
		if (strcmp(option->name, name) == 0)
			return option;
	return NULL;
}

const char *words_value(const struct words *words, const char *name)
{
	const struct word_option *option = words_option(words, name);

	return option && option->count ? option->values[option->count - 1] : NULL;
}

bool words_flag(const struct words *words, const char *name)
{
	const struct word_option *option = words_option(words, name);

	return option && option->count;
}

static int add_value(struct word_option *option, const char *value)
{
	if (option->count == option->room) {
		size_t room = option->room ? option->room * 2 : 4;
		const char **values = reallocarray(option->values, room, sizeof(*values));

		if (!values)
			return usage_error("%s", T("out of memory", "内存不足"));
		option->values = values;
		option->room = room;
	}
	option->values[option->count++] = value;
	return CLI_OK;
}

static struct word_option *option_named(struct words *words, const char *name, size_t len)
{
	struct word_option *option;

	for (option = words->option; option->name; option++)
		if (strlen(option->name) == len && memcmp(option->name, name, len) == 0)
			return option;
	return NULL;
}

static struct word_option *option_lettered(struct words *words, char letter)
{
	struct word_option *option;

	for (option = words->option; option->name; option++)
		if (option->letter && option->letter == letter)
			return option;
	return NULL;
}

/* Is it an option word? A single dash is an operand: standard input or output. */
static bool is_option(const char *word)
{
	return word[0] == '-' && word[1] != '\0';
}

static int take_option(struct words *words, int argc, char **argv, int *at)
{
	const char *word = argv[*at];
	const char *value = NULL;
	struct word_option *option;
	int err;

	if (word[1] == '-') {
		const char *equals = strchr(word, '=');

		option = option_named(
			words, word + 2, equals ? (size_t)(equals - word - 2) : strlen(word + 2));
		value = equals ? equals + 1 : NULL;
	} else {
		option = option_lettered(words, word[1]);
		value = word[2] ? word + 2 : NULL;
	}
	if (!option)
		return usage_error(
			T("unknown option %s (see --help)", "没有 %s 这个选项（见 --help）"), word);
	(*at)++;
	if (option->kind == WORD_FLAG) {
		if (value)
			return usage_error(T("%s takes no value", "%s 不带值"), word);
		return add_value(option, "");
	}
	if (!value) {
		if (*at >= argc || is_option(argv[*at]))
			return usage_error(T("%s needs a value", "%s 后面缺少值"), word);
		value = argv[(*at)++];
	}
	err = add_value(option, value);
	while (!err && option->kind == WORD_LIST && *at < argc && !is_option(argv[*at]))
		err = add_value(option, argv[(*at)++]);
	return err;
}

int words_parse(struct words *words, struct word_option *options, int argc, char **argv)
{
	int at = 0;
	int err;

	words->option = options;
	words->operands = 0;
	words->operand = calloc((size_t)argc + 1, sizeof(*words->operand));
	if (!words->operand)
		return usage_error("%s", T("out of memory", "内存不足"));
	while (at < argc) {
		if (strcmp(argv[at], "--") == 0) {
			for (at++; at < argc; at++)
				words->operand[words->operands++] = argv[at];
			break;
		}
		if (!is_option(argv[at])) {
			words->operand[words->operands++] = argv[at++];
			continue;
		}
		err = take_option(words, argc, argv, &at);
		if (err)
			return err;
	}
	return CLI_OK;
}

void words_release(struct words *words)
{
	struct word_option *option;

	free(words->operand);
	words->operand = NULL;
	for (option = words->option; option && option->name; option++) {
		free(option->values);
		option->values = NULL;
		option->count = option->room = 0;
	}
}
