/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/buffer.h>
#include <zong/error.h>
#include <zong/retention.h>
#include <zong/time.h>

#include "chain.h"

#define DAY (INT64_C(86400) * ZONG_SECOND)
#define YEAR_FIRST 1949
#define YEAR_LAST 2199

/* ---- words of the kind ---- */

static const char *const of_title[] = {"转移", "首次", "初始", "买卖", "继承", "赠与", "变更",
	"更正", "换证", "补证", "分割", "合并", NULL};
static const char *const of_end[] = {"注销", "解除", "涂销", NULL};
static const char *const of_seizure[] = {"查封", "冻结", "限制", NULL};
static const char *const of_lifting[] = {"解封", "解除", "注销", "解冻", NULL};
static const char *const of_burden[] = {"预告", "异议", "居住权", "地役权", "租赁", NULL};
/* what is said of the mortgage itself, not of the title */
static const char *const of_mortgage[] = {"抵押权首次登记", "抵押权初始登记", "抵押权转移登记",
	"抵押权变更登记", "抵押权更正登记", "抵押权首次", "抵押权转移", "抵押权变更", "抵押权更正",
	"抵押变更", "抵押转移", NULL};

static bool has(const char *text, const char *const *words)
{
	for (size_t i = 0; words[i]; i++)
		if (strstr(text, words[i]))
			return true;
	return false;
}

/* Is a word of a title left when what is said of the mortgage is taken away? */
static bool gives_title_too(const char *kind)
{
	char text[ZONG_LIMIT_TYPE + 1];

	snprintf(text, sizeof(text), "%s", kind);
	for (size_t i = 0; of_mortgage[i]; i++) {
		size_t len = strlen(of_mortgage[i]);
		char *at;

		while ((at = strstr(text, of_mortgage[i])))
			memmove(at, at + len, strlen(at + len) + 1);
	}
	return has(text, of_title);
}

unsigned int zong_chain_roles(const char *kind)
{
	if (strstr(kind, "抵押")) {
		if (has(kind, of_end))
			return ZONG_ROLE_DISCHARGE | (gives_title_too(kind) ? ZONG_ROLE_TITLE : 0);
		return ZONG_ROLE_MORTGAGE | (gives_title_too(kind) ? ZONG_ROLE_TITLE : 0);
	}
	if (strstr(kind, "解封"))
		return ZONG_ROLE_LIFTING;
	if (has(kind, of_seizure))
		return has(kind, of_lifting) ? ZONG_ROLE_LIFTING : ZONG_ROLE_SEIZURE;
	if (has(kind, of_burden))
		return ZONG_ROLE_BURDEN;
	return ZONG_ROLE_TITLE;
}

Zong__LinkKind zong_chain_kind(unsigned int roles)
{
	/* of a transfer with a mortgage, what counts is the transfer */
	if (roles & ZONG_ROLE_TITLE)
		return ZONG__LINK_KIND__LINK_TITLE;
	if (roles & ZONG_ROLE_MORTGAGE)
		return ZONG__LINK_KIND__LINK_MORTGAGE;
	if (roles & ZONG_ROLE_DISCHARGE)
		return ZONG__LINK_KIND__LINK_DISCHARGE;
	if (roles & ZONG_ROLE_SEIZURE)
		return ZONG__LINK_KIND__LINK_SEIZURE;
	if (roles & ZONG_ROLE_LIFTING)
		return ZONG__LINK_KIND__LINK_LIFTING;
	return ZONG__LINK_KIND__LINK_OTHER;
}

/* ---- names ---- */

static const char *const kinds[] = {
	[ZONG__LINK_KIND__LINK_TITLE] = "title",
	[ZONG__LINK_KIND__LINK_MORTGAGE] = "mortgage",
	[ZONG__LINK_KIND__LINK_DISCHARGE] = "discharge",
	[ZONG__LINK_KIND__LINK_SEIZURE] = "seizure",
	[ZONG__LINK_KIND__LINK_LIFTING] = "lifting",
	[ZONG__LINK_KIND__LINK_OTHER] = "other",
};
#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

const char *zong_link_kind_name(Zong__LinkKind kind)
{
	return (size_t)kind < KINDS ? kinds[kind] : "unknown";
}

int zong_link_kind_parse(const char *text, Zong__LinkKind *ret_kind)
{
	for (size_t i = 0; i < KINDS; i++)
		if (strcmp(text, kinds[i]) == 0) {
			*ret_kind = (Zong__LinkKind)i;
			return 0;
		}
	return ZONG_EINVAL;
}

const char *zong_link_state_name(Zong__LinkState state)
{
	static const char *const states[] = {"proposed", "confirmed", "refused"};

	return (size_t)state < sizeof(states) / sizeof(states[0]) ? states[state] : "unknown";
}

/* ---- days ---- */

static int digits(const char *text, size_t count)
{
	int value = 0;

	for (size_t i = 0; i < count; i++) {
		if (text[i] < '0' || text[i] > '9')
			return -1;
		value = value * 10 + (text[i] - '0');
	}
	return value;
}

static bool day_of_number(const char *no, int32_t *ret_day)
{
	char text[ZONG_DAY_TEXT];

	if (digits(no, 8) < 0)
		return false;
	snprintf(text, sizeof(text), "%.4s-%.2s-%.2s", no, no + 4, no + 6);
	return zong_day_parse(text, ret_day) == 0;
}

void zong_chain_day_of(const Zong__Case *cas, struct zong_chain_day *ret_day)
{
	int year = strlen(cas->no) >= 4 ? digits(cas->no, 4) : -1;

	memset(ret_day, 0, sizeof(*ret_day));
	ret_day->day = (int32_t)(cas->opened / DAY);
	if (year < YEAR_FIRST || year > YEAR_LAST)
		return;
	if (strlen(cas->no) >= 8 && day_of_number(cas->no, &ret_day->day))
		ret_day->known = true;
	ret_day->year = year;
}

int zong_chain_compare(const Zong__Case *a, const Zong__Case *b, bool *ret_sure)
{
	struct zong_chain_day first, second;

	zong_chain_day_of(a, &first);
	zong_chain_day_of(b, &second);
	*ret_sure = true;
	if (first.year && second.year && first.year != second.year)
		return first.year < second.year ? -1 : 1;
	/* of one day, the serial says it */
	*ret_sure = first.known && second.known &&
		    (first.day != second.day || strlen(a->no) == strlen(b->no));
	/* what only the archive dates is of that day at the latest */
	if (first.day != second.day)
		return first.day < second.day ? -1 : 1;
	if (!(first.known && second.known) && a->opened != b->opened)
		return a->opened < b->opened ? -1 : 1;
	return strcmp(a->no, b->no);
}
