/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_KIND_RULES_H
#define ZONG_ARCHIVE_KIND_RULES_H

/* The rules by which the kind of a material is judged from the text of its pages. They are data (kinds.rules, installed
 * beside the web page), so that a hall changes them without a programmer: UTF-8, a line a statement, words parted by
 * blanks, # begins a comment.
 *
 *     kind NAME [OTHER…]            a kind of material, and what else people call it
 *     rule NAME KIND CONDITION…     the page is of this kind when all conditions hold
 *
 * A CONDITION is words parted by |, one of which stands on the page; "2:" before it asks for two different ones of
 * them. Blanks and line ends on the page do not count, full-width forms are as their others, but what stands in two
 * blocks of a page is no word. The rules are tried from top to bottom and the first that holds counts.
 *
 *     zong_kind_rules_load(path, &rules, &err);
 *     rule = NULL; zong_kind_rules_judge(rules, reading, &rule);
 *     zong_kind_rules_free(rules);
 *
 * Threads: any, read-only after load. */

#include <stddef.h>

#include <zong/digest.h>
#include <zong/error.h>
#include <zong/record.h>

struct zong_kind_rules;

struct zong_kind_condition {
	size_t least; /* so many of the words */
	const char **word;
	size_t words;
};

struct zong_kind_rule {
	const char *name, *kind;
	size_t order; /* from 0, as in the file */
	struct zong_kind_condition *condition;
	size_t conditions;
};

/* ZONG_EINVAL with "kinds.rules:12 …" for what is wrong in a line; ZONG_EIO, ZONG_ENOENT. */
int zong_kind_rules_load(
	const char *path, struct zong_kind_rules **ret_rules, struct zong_err *err);
/* Of the bytes of the file: other rules, another digest. */
const struct zong_digest *zong_kind_rules_digest(const struct zong_kind_rules *rules);
void zong_kind_rules_free(struct zong_kind_rules *rules); /* NULL is fine */

/* The first rule that holds on this page, of those before *rule (NULL: of all): so one goes through the pages of a
 * material and has the first rule of all in the end. *rule stays as it is where none holds. 0 or ZONG_ENOMEM. */
int zong_kind_rules_judge(const struct zong_kind_rules *rules, const Zong__Reading *reading,
	const struct zong_kind_rule **rule);

/* Kind @at of those that the rules know, from 0; a kind with other names comes once for each. NULL: there are no more. */
const char *zong_kind_rules_name(const struct zong_kind_rules *rules, size_t at);
/* The kind that a person means by @type: the kind whose name, or another name of which, is @type or the longest one
 * that stands in it (存量房买卖合同 is a 买卖合同). NULL: the rules do not know the word. Borrowed of the rules. */
const char *zong_kind_rules_meant(const struct zong_kind_rules *rules, const char *type);

#endif
