/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/catalogue.h>
#include <zong/chain.h>
#include <zong/query.h>
#include <zong/volume.h>

#include "inside.h"
#include "query_rules.h"
#include "steps.h"

#define UNIT "370786001001GB00001F00010001"
#define CERT "鲁(2018)昌邑市不动产权第0000001号"
#define RULES "asker owner 权利人\nsees results nature burdened\nby name unit\nown\n"

/* Two cases of one unit that are linked, one of which turns out to be of another kind, a volume that is closed, a query that is answered and one that is refused. */

static int load_rules(struct house *house)
{
	struct zong_err err;

	return zong_query_rules_parse(
		RULES, strlen(RULES), "query.rules", &house->open->query_rules, &err);
}

static int open_case(struct house *house, const char *no, const char *kind)
{
	char unit[] = UNIT, cert[] = CERT, name[] = "示例甲", idno[] = "11010519491231002X";
	char *units[] = {unit}, *certs[] = {cert};
	Zong__Party party = ZONG__PARTY__INIT, *parties[] = {&party};
	Zong__Case wanted = ZONG__CASE__INIT;
	struct zong_warnings warnings;
	Zong__Case *cas = NULL;
	struct zong_err err;
	bool again;
	int code;

	wanted.no = (char *)(uintptr_t)no;
	wanted.kind = (char *)(uintptr_t)kind;
	party.name = name;
	party.idno = idno;
	wanted.parties = parties;
	wanted.units = units;
	wanted.certificates = certs;
	wanted.n_parties = wanted.n_units = wanted.n_certificates = 1;
	do
		code = zong_case_open(
			house->open, &house->archivist, &wanted, &cas, &again, &warnings, &err);
	while (code && house_trouble(house, code));
	if (code)
		return code;
	zong_warnings_release(&warnings);
	zong__case__free_unpacked(cas, NULL);
	house_tell(house, "C %s", no);
	return 0;
}

static int link_cases(struct house *house)
{
	struct zong_link_wish wish = {.later = "202001020001", .earlier = "201901020001"};
	Zong__Link *link;
	struct zong_err err;
	int code;

	do
		code = zong_link_decide(house->open, &house->archivist, &wish, &link, &err);
	while (code && house_trouble(house, code));
	if (code)
		return code;
	zong__link__free_unpacked(link, NULL);
	house_tell(house, "J %s %s", wish.later, wish.earlier);
	return 0;
}

static int change_case(struct house *house, const char *no, const char *kind)
{
	const struct zong_case_change change = {.kind = kind, .reason = "示例"};
	Zong__Case *cas;
	struct zong_err err;
	bool again;
	int code;

	do
		code = zong_case_change(
			house->open, &house->archivist, no, &change, &cas, &again, &err);
	while (code && house_trouble(house, code));
	if (code)
		return code;
	zong__case__free_unpacked(cas, NULL);
	house_tell(house, "U %s %s", no, kind);
	return 0;
}

/* ---- a volume ---- */

static int make_volume(struct house *house, char ret_no[ZONG_ARCHIVAL_TEXT])
{
	const char *cases[] = {"201901020001"};
	struct zong_volume_item item = {.title = "示例附件", .pages = 2};
	struct zong_new_volume wanted = {.fonds = "J001",
		.year = "2019",
		.cases = cases,
		.case_count = 1,
		.entry = {.title = "示例卷", .item = &item, .items = 1, .has_items = true}};
	Zong__Volume *volume;
	struct zong_err err;
	int code;

	do
		code = zong_volume_new(house->open, &house->archivist, &wanted, &volume, &err);
	while (code && house_trouble(house, code));
	if (code)
		return code;
	snprintf(ret_no, ZONG_ARCHIVAL_TEXT, "%s", volume->no);
	zong_volume_free(volume);
	house_tell(house, "H %s 0", ret_no);
	return 0;
}

static int close_volume(struct house *house, const char *no)
{
	Zong__Volume *volume = NULL;
	struct zong_err err;
	int code;

	/* said to have failed, it may be closed all the same */
	do
		code = zong_volume_close(house->open, &house->archivist, no, NULL, &volume, &err);
	while (code && code != ZONG_EVOLUMESTATE && house_trouble(house, code));
	zong_volume_free(volume);
	if (code && code != ZONG_EVOLUMESTATE)
		return code;
	house_tell(house, "H %s %d", no, (int)ZONG__VOLUME_STATE__VOLUME_CLOSED);
	return 0;
}

/* ---- queries ---- */

static int enter_query(struct house *house, char ret_no[ZONG_QUERY_NO])
{
	struct zong_query_entry entry = {.asker = "owner",
		.querent = {.name = "示例甲", .idno = "11010519491231002X"},
		.purpose = "示例"};
	struct zong_query query;
	struct zong_err err;
	int code;

	do
		code = zong_query_enter(house->open, &house->archivist, &entry, &query, &err);
	while (code && house_trouble(house, code));
	if (code)
		return code;
	snprintf(ret_no, ZONG_QUERY_NO, "%s", query.row->no);
	zong_query_release(&query);
	house_tell(house, "Q %s 0", ret_no);
	return 0;
}

typedef int query_decide(struct zong_archive *archive, const struct zong_subject *who, const char *no,
	const char *text, struct zong_query *ret_query, struct zong_err *err);

static int end_query(struct house *house, const char *no, query_decide *decide, Zong__QueryState state)
{
	struct zong_query query = {0};
	struct zong_err err;
	int code;

	do
		code = decide(house->open, &house->archivist, no, "示例", &query, &err);
	while (code && code != ZONG_EQUERYSTATE && house_trouble(house, code));
	zong_query_release(&query);
	if (code && code != ZONG_EQUERYSTATE)
		return code;
	house_tell(house, "Q %s %d", no, (int)state);
	return 0;
}

int run_desk(struct house *house)
{
	char volume[ZONG_ARCHIVAL_TEXT], query[ZONG_QUERY_NO];
	int code = house_open(house, true);

	if (!code)
		code = load_rules(house);
	if (!code)
		code = open_case(house, "201901020001", "转移登记");
	if (!code)
		code = open_case(house, "202001020001", "抵押权首次登记");
	if (!code)
		code = link_cases(house);
	if (!code)
		code = change_case(house, "202001020001", "抵押权变更登记");
	if (!code)
		code = make_volume(house, volume);
	if (!code)
		code = close_volume(house, volume);
	if (!code)
		code = enter_query(house, query);
	if (!code)
		code = end_query(house, query, zong_query_grant, ZONG__QUERY_STATE__QUERY_GRANTED);
	if (!code)
		code = enter_query(house, query);
	if (!code)
		code = end_query(house, query, zong_query_refuse, ZONG__QUERY_STATE__QUERY_REFUSED);
	house_close(house);
	return code;
}

/* ---- afterwards ---- */

static void check_link(struct house *house, const char *line)
{
	char later[64], earlier[64];
	Zong__Link **links = NULL;
	struct zong_err err;
	size_t count = 0;
	bool found = false;

	if (sscanf(line, "J %63s %63s", later, earlier) != 2 ||
		zong_link_get(house->open, &house->archivist, later, &links, &count, &err)) {
		wrong("links of %s cannot be read", line);
		return;
	}
	for (size_t i = 0; i < count; i++)
		found |= strcmp(links[i]->earlier, earlier) == 0 &&
			 links[i]->state == ZONG__LINK_STATE__LINK_CONFIRMED;
	if (!found)
		wrong("%s was confirmed", line);
	zong_links_free(links, count);
}

/* The new kind, and one event that says what it was, however often it was tried. */
static void check_change(struct house *house, const char *line)
{
	char no[64], kind[200];
	struct zong_err err;
	Zong__Case *cas;

	if (sscanf(line, "U %63s %199s", no, kind) != 2)
		abort();
	if (zong_case_get(house->open, &house->archivist, no, &cas, &err)) {
		wrong("case %s is gone", no);
		return;
	}
	if (strcmp(cas->kind, kind) != 0 || cas->n_events != 1)
		wrong("case %s was changed to %s and is %s", no, kind, cas->kind);
	zong__case__free_unpacked(cas, NULL);
}

static void check_volume(struct house *house, const char *line)
{
	Zong__Volume *volume;
	struct zong_err err;
	char no[200];
	int state;

	if (sscanf(line, "H %199s %d", no, &state) != 2)
		abort();
	if (zong_volume_get(house->open, &house->archivist, no, &volume, &err)) {
		wrong("volume %s is gone", no);
		return;
	}
	if ((int)volume->state < state)
		wrong("volume %s had come to %d and is %d", no, state, (int)volume->state);
	zong_volume_free(volume);
}

static void check_query(struct house *house, const char *line)
{
	struct zong_query query;
	struct zong_err err;
	char no[64];
	int state;

	if (sscanf(line, "Q %63s %d", no, &state) != 2)
		abort();
	if (zong_query_get(house->open, &house->archivist, no, &query, &err)) {
		wrong("query %s is gone", no);
		return;
	}
	if (state && (int)query.row->state != state)
		wrong("query %s was decided as %d and is %d", no, state, (int)query.row->state);
	if (query.row->state == ZONG__QUERY_STATE__QUERY_GRANTED &&
		(query.row->n_found != 1 || !query.row->found[0]->found))
		wrong("query %s has lost its answer", no);
	zong_query_release(&query);
}

void house_check_desk(struct house *house)
{
	size_t count;
	char **lines = house_ledger(house, &count);

	for (size_t i = 0; i < count; i++) {
		if (lines[i][0] == 'J')
			check_link(house, lines[i]);
		else if (lines[i][0] == 'H')
			check_volume(house, lines[i]);
		else if (lines[i][0] == 'U')
			check_change(house, lines[i]);
		else if (lines[i][0] == 'Q')
			check_query(house, lines[i]);
	}
	house_ledger_free(lines, count);
}
