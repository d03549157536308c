/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"

static int compare(const void *a, const void *b)
{
	return strcmp(a, b);
}

int zong_check_names_add(struct zong_check_names *names, const char *name)
{
	char *copy;
	void *node;

	if (names->count >= ZONG_CHECK_NAMES_MAX)
		return ZONG_ELIMIT;
	copy = strdup(name);
	node = copy ? tsearch(copy, &names->root, compare) : NULL;
	if (!node) {
		free(copy);
		return ZONG_ENOMEM;
	}
	if (*(char **)node == copy)
		names->count++;
	else
		free(copy);
	return 0;
}

bool zong_check_names_has(const struct zong_check_names *names, const char *name)
{
	return tfind(name, (void *const *)&names->root, compare) != NULL;
}

void zong_check_names_remove(struct zong_check_names *names, const char *name)
{
	void *node = tfind(name, &names->root, compare);
	char *held;

	if (!node)
		return;
	held = *(char **)node;
	tdelete(name, &names->root, compare);
	free(held);
	names->count--;
}

struct walk {
	void (*each)(const char *name, void *ctx);
	void *ctx;
};

static void visit(const void *node, VISIT which, void *ctx)
{
	const struct walk *walk = ctx;

	if (which == postorder || which == leaf)
		walk->each(*(char *const *)node, walk->ctx);
}

void zong_check_names_each(
	const struct zong_check_names *names, void (*each)(const char *name, void *ctx), void *ctx)
{
	struct walk walk = {.each = each, .ctx = ctx};

	twalk_r(names->root, visit, &walk);
}

void zong_check_names_release(struct zong_check_names *names)
{
	tdestroy(names->root, free);
	memset(names, 0, sizeof(*names));
}
