/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/buffer.h>
#include <zong/retention.h>

#include "query_row.h"
#include "unit.h"

/* What is told of one unit, each thing only where the rule lets it be told. The sentences are those of the certificate, and are kept as
 * they were given. */

#define TEXT_MAX (64 * 1024)
#define NOT_STATED "登记资料未载明"

struct telling {
	struct zong_answer *answer;
	Zong__QueryFound *found;
	const struct zong_chain *chain; /* NULL: one case alone */
	const Zong__Case *title; /* that gave the title that stands; NULL: none is filed here */
	bool own;		 /* the title is the holder's, or it is not asked about a holder */
};

static bool sees(const struct telling *telling, enum zong_query_sight sight)
{
	return telling->answer->sees & 1u << sight;
}

/* ---- facts ---- */

static int add_fact(struct telling *telling, enum zong_query_sight sight, const char *text,
	const char *case_no, Zong__QueryFact **ret_fact)
{
	Zong__QueryFound *found = telling->found;
	Zong__QueryFact **grown, *fact;

	if (telling->answer->facts++ == ZONG_LIMIT_QUERY_FACTS) {
		snprintf(telling->answer->wrong, sizeof(telling->answer->wrong), "facts: %d",
			ZONG_LIMIT_QUERY_FACTS);
		return ZONG_ELIMIT;
	}
	grown = realloc(found->facts, (found->n_facts + 1) * sizeof(*grown));
	if (!grown)
		return ZONG_ENOMEM;
	found->facts = grown;
	fact = zong_row_new(&zong__query_fact__descriptor);
	if (!fact)
		return ZONG_ENOMEM;
	grown[found->n_facts++] = fact;
	if (ret_fact)
		*ret_fact = fact;
	return zong_row_set(&fact->what, zong_query_sight_name(sight)) ||
			       zong_row_set(&fact->text, text) ||
			       zong_row_set(&fact->case_no, case_no)
		       ? ZONG_ENOMEM
		       : 0;
}

static int begin(struct zong_answer *answer, const char *unit, bool known, uint32_t object,
	Zong__QueryFound **ret_found)
{
	Zong__QueryFound *found = zong_row_new(&zong__query_found__descriptor);

	if (!found)
		return ZONG_ENOMEM;
	answer->query->found[answer->query->n_found++] = found;
	found->found = known;
	found->object = object;
	*ret_found = found;
	return zong_row_set(&found->unit, unit);
}

int zong_query_tell_nothing(struct zong_answer *answer, uint32_t object)
{
	Zong__QueryFound *found;

	return begin(answer, "", false, object, &found);
}

/* ---- cases ---- */

static bool is_holders(const struct zong_answer *answer, const Zong__Case *cas)
{
	if (!answer->holder)
		return true;
	for (size_t i = 0; i < cas->n_parties; i++)
		if (zong_query_is(answer->holder, cas->parties[i]))
			return true;
	return false;
}

/* Of the holder: one to whom the title came. */
static bool owns(const struct zong_answer *answer, const Zong__Case *cas)
{
	if (!answer->holder)
		return true;
	for (size_t i = 0; cas && i < cas->n_parties; i++)
		if (!zong_query_gives(cas->parties[i]) &&
			zong_query_is(answer->holder, cas->parties[i]))
			return true;
	return false;
}

enum ending { STANDS, MAYBE_ENDED, ENDED };

/* Has a later case ended what this one laid? */
static enum ending ending_of(const struct zong_chain *chain, const char *no, const char **ret_by)
{
	enum ending ending = STANDS;

	for (size_t i = 0; chain && i < chain->links; i++) {
		const Zong__Link *link = chain->link[i];

		if (strcmp(link->earlier, no) != 0 ||
			(link->kind != ZONG__LINK_KIND__LINK_DISCHARGE &&
				link->kind != ZONG__LINK_KIND__LINK_LIFTING))
			continue;
		*ret_by = link->later;
		if (link->state == ZONG__LINK_STATE__LINK_CONFIRMED)
			return ENDED;
		ending = MAYBE_ENDED;
	}
	return ending;
}

#define LAYS (ZONG_ROLE_MORTGAGE | ZONG_ROLE_SEIZURE | ZONG_ROLE_BURDEN)

/* Where it stands in the line. */
static void add_standing(
	struct zong_buf *text, const struct telling *telling, const Zong__Case *cas)
{
	unsigned int roles = zong_chain_roles(cas->kind);
	const char *by = "";

	if (!telling->chain)
		return;
	if (roles & ZONG_ROLE_TITLE)
		zong_buf_add_str(text, cas == telling->title ? "。状态：现势" : "。状态：历史");
	if (!(roles & LAYS))
		return;
	switch (ending_of(telling->chain, cas->no, &by)) {
	case ENDED:
		zong_buf_add_format(text, "。已由受理号 %s 注销", by);
		break;
	case MAYBE_ENDED:
		zong_buf_add_format(text, "。是否已由受理号 %s 注销，待核", by);
		break;
	case STANDS:
		zong_buf_add_str(text, "。未见注销");
		break;
	}
}

static int add_case(struct telling *telling, const Zong__Case *cas)
{
	_cleanup_(zong_buf_release) struct zong_buf text = ZONG_BUF_INIT(TEXT_MAX);
	struct zong_chain_day day;
	char written[ZONG_DAY_TEXT];

	zong_chain_day_of(cas, &day);
	zong_day_format(day.day, written);
	zong_buf_add_format(&text, "%s%s%s，受理号 %s", day.known ? written : "",
		day.known ? " " : "", cas->kind, cas->no);
	for (size_t i = 0; i < cas->n_certificates; i++)
		zong_buf_add_format(&text, "%s%s", i ? "、" : "，证号 ", cas->certificates[i]);
	for (size_t i = 0; i < cas->n_parties; i++) {
		const Zong__Party *party = cas->parties[i];

		zong_buf_add_format(&text, "%s%s%s%s", i ? "、" : "，", party->role,
			party->role[0] ? " " : "", party->name);
	}
	add_standing(&text, telling, cas);
	if (text.err)
		return text.err;
	return add_fact(telling, ZONG_QUERY_RESULTS, zong_buf_str(&text), cas->no, NULL);
}

/* Of what was destroyed nothing is left to be told. */
static int add_material(struct zong_txn *txn, const struct zong_id *id, void *ctx)
{
	_cleanup_row_ Zong__Material *material = NULL;
	struct zong_object object = {.txn = txn};
	struct telling *telling = ctx;
	Zong__QueryFact *fact;
	int err = zong_row_material(txn, id, &material);

	if (err)
		return err == ZONG_ENOENT ? ZONG_ECORRUPT : err;
	object.material = material;
	err = zong_access_may(&telling->answer->clerk, ZONG_VERB_MATERIAL_READ, &object);
	if (err || material->destroyed)
		return err == ZONG_ENOENT || err == ZONG_EFORBIDDEN ? 0 : err;
	err = add_fact(telling, ZONG_QUERY_ORIGINALS,
		material->title[0]  ? material->title
		: material->type[0] ? material->type
				    : "材料",
		material->case_no, &fact);
	if (err)
		return err;
	fact->pages = material->pages;
	return zong_row_set_bytes(&fact->material, material->id.data, material->id.len);
}

static int add_materials(struct telling *telling, const Zong__Case *cas)
{
	return zong_row_materials_of(telling->answer->txn, cas->no, add_material, telling);
}

/* ---- of the unit ---- */

/* Something of @roles, in whose kind @word stands, that has not ended: 有, 无, or not sure. */
static const char *laid(const struct telling *telling, unsigned int roles, const char *word)
{
	const char *answer = "无", *by;

	for (size_t i = 0; i < telling->chain->count; i++) {
		const Zong__Case *cas = telling->chain->item[i].cas;

		if (!(zong_chain_roles(cas->kind) & roles) || (word && !strstr(cas->kind, word)))
			continue;
		switch (ending_of(telling->chain, cas->no, &by)) {
		case STANDS:
			return "有";
		case MAYBE_ENDED:
			answer = "有（是否已注销待核）";
			break;
		case ENDED:
			break;
		}
	}
	return answer;
}

static size_t count_owners(const Zong__Case *title)
{
	size_t owners = 0;

	for (size_t i = 0; title && i < title->n_parties; i++)
		owners += !zong_query_gives(title->parties[i]);
	return owners;
}

static int tell_coowned(struct telling *telling)
{
	size_t owners = count_owners(telling->title);

	return add_fact(telling, ZONG_QUERY_COOWNED,
		owners > 1 ? "共有：是"
		: owners   ? "共有：否"
			   : "共有：" NOT_STATED,
		"", NULL);
}

static int tell_coform(struct telling *telling)
{
	const char *form = NULL;

	for (size_t i = 0; telling->title && i < telling->title->n_parties; i++) {
		const char *role = telling->title->parties[i]->role;

		if (strstr(role, "按份共有"))
			form = "共有形式：按份共有";
		else if (strstr(role, "共同共有"))
			form = "共有形式：共同共有";
	}
	if (!form)
		form = count_owners(telling->title) == 1 ? "共有形式：单独所有"
							 : "共有形式：" NOT_STATED;
	return add_fact(telling, ZONG_QUERY_COFORM, form, "", NULL);
}

static int tell_match(struct telling *telling)
{
	const Zong__QueryPerson *asked = telling->answer->query->holder;
	bool match = false;

	if (!asked)
		return 0;
	for (size_t i = 0; telling->title && i < telling->title->n_parties; i++) {
		const Zong__Party *party = telling->title->parties[i];
		Zong__QueryPerson same = *asked;

		if (zong_query_gives(party))
			continue;
		if (!same.idno[0] || !party->idno[0])
			match |= strcmp(same.name, party->name) == 0;
		else
			match |= zong_query_is(&same, party);
	}
	return add_fact(telling, ZONG_QUERY_MATCH,
		!telling->title ? "权利人姓名：" NOT_STATED
		: match		? "权利人姓名：与登记资料一致"
				: "权利人姓名：与登记资料不一致",
		"", NULL);
}

static int tell_burdened(struct telling *telling)
{
	char text[256];

	snprintf(text, sizeof(text), "抵押权登记：%s；预告登记：%s；异议登记：%s",
		laid(telling, ZONG_ROLE_MORTGAGE, NULL), laid(telling, ZONG_ROLE_BURDEN, "预告"),
		laid(telling, ZONG_ROLE_BURDEN, "异议"));
	return add_fact(telling, ZONG_QUERY_BURDENED, text, "", NULL);
}

static int tell_limited(struct telling *telling)
{
	char text[128];

	snprintf(text, sizeof(text), "查封登记或其他限制：%s",
		laid(telling, ZONG_ROLE_SEIZURE, NULL));
	return add_fact(telling, ZONG_QUERY_LIMITED, text, "", NULL);
}

/* Of what is seized: who had it done. The one whose property it is stands there as the one obliged. */
static int tell_organ(struct telling *telling)
{
	_cleanup_(zong_buf_release) struct zong_buf text = ZONG_BUF_INIT(TEXT_MAX);
	const char *by;
	bool any = false;

	zong_buf_add_str(&text, "查封机关：");
	for (size_t i = 0; i < telling->chain->count; i++) {
		const Zong__Case *cas = telling->chain->item[i].cas;

		if (!(zong_chain_roles(cas->kind) & ZONG_ROLE_SEIZURE) ||
			ending_of(telling->chain, cas->no, &by) == ENDED)
			continue;
		for (size_t p = 0; p < cas->n_parties; p++) {
			const Zong__Party *party = cas->parties[p];

			if (zong_query_gives(party) ||
				strncmp(party->role, "被", strlen("被")) == 0)
				continue;
			zong_buf_add_format(&text, "%s%s", any ? "、" : "", party->name);
			any = true;
		}
	}
	if (!any)
		zong_buf_add_str(&text, strcmp(laid(telling, ZONG_ROLE_SEIZURE, NULL), "无") == 0
						? "无"
						: NOT_STATED);
	return text.err ? text.err
			: add_fact(telling, ZONG_QUERY_ORGAN, zong_buf_str(&text), "", NULL);
}

static int tell_nature(struct telling *telling)
{
	char text[ZONG_LIMIT_TITLE + 32];

	snprintf(text, sizeof(text), "坐落：%s",
		telling->found->address[0] ? telling->found->address : NOT_STATED);
	return add_fact(telling, ZONG_QUERY_NATURE, text, "", NULL);
}

typedef int tell(struct telling *telling);

/* What holds of the title that stands: not for one who does not have it any more. */
static int tell_of_title(struct telling *telling)
{
	static const struct {
		enum zong_query_sight sight;
		tell *tell;
	} all[] = {
		{ZONG_QUERY_NATURE, tell_nature},
		{ZONG_QUERY_COOWNED, tell_coowned},
		{ZONG_QUERY_COFORM, tell_coform},
		{ZONG_QUERY_MATCH, tell_match},
		{ZONG_QUERY_BURDENED, tell_burdened},
		{ZONG_QUERY_LIMITED, tell_limited},
		{ZONG_QUERY_ORGAN, tell_organ},
	};
	int err = 0;

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]) && !err; i++)
		if (telling->own && sees(telling, all[i].sight))
			err = all[i].tell(telling);
	return err;
}

/* The table of units knows it, or the case does that gave the title, or any. */
static int find_address(struct telling *telling, const char *code)
{
	_cleanup_row_ Zong__Unit *unit = NULL;
	const char *address = telling->title ? telling->title->address : "";
	int err = zong_unit_get(telling->answer->txn, code, &unit);

	if (err && err != ZONG_ENOENT)
		return err;
	if (unit && unit->address[0])
		address = unit->address;
	for (size_t i = 0; i < telling->chain->count && !address[0]; i++)
		if (telling->chain->item[i].here)
			address = telling->chain->item[i].cas->address;
	return zong_row_set(&telling->found->address, address);
}

/* The latest that gives a title to somebody it names, or else the latest that gives one. */
static const Zong__Case *find_title(const struct zong_chain *chain)
{
	const Zong__Case *unnamed = NULL;

	for (size_t i = chain->count; i > 0; i--) {
		const Zong__Case *cas = chain->item[i - 1].cas;

		if (!chain->item[i - 1].here || !(zong_chain_roles(cas->kind) & ZONG_ROLE_TITLE))
			continue;
		if (count_owners(cas))
			return cas;
		if (!unnamed)
			unnamed = cas;
	}
	return unnamed;
}

static int tell_chain(struct telling *telling, const char *code)
{
	const struct zong_chain *chain = telling->chain;
	bool any = telling->own;
	int err = find_address(telling, code);

	for (size_t i = 0; i < chain->count && !any; i++)
		any = is_holders(telling->answer, chain->item[i].cas);
	if (!any) { /* what is another's is not told, its place neither */
		telling->found->found = false;
		return err ? err : zong_row_set(&telling->found->address, "");
	}
	if (!err)
		err = tell_of_title(telling);
	for (size_t i = 0; i < chain->count && !err; i++)
		if (sees(telling, ZONG_QUERY_RESULTS) &&
			is_holders(telling->answer, chain->item[i].cas))
			err = add_case(telling, chain->item[i].cas);
	for (size_t i = 0; i < chain->count && !err; i++)
		if (sees(telling, ZONG_QUERY_ORIGINALS) &&
			is_holders(telling->answer, chain->item[i].cas))
			err = add_materials(telling, chain->item[i].cas);
	return err;
}

int zong_query_tell_unit(struct zong_answer *answer, const char *code, uint32_t object)
{
	struct telling telling = {.answer = answer};
	struct zong_chain chain = {0};
	int err = begin(answer, code, true, object, &telling.found);

	if (!err)
		err = zong_unit_code_parse(code, strlen(code), &chain.code);
	if (!err)
		err = zong_chain_gather(answer->txn, &answer->clerk, &chain);
	if (!err && chain.more) { /* what is not looked at could be the mortgage */
		snprintf(answer->wrong, sizeof(answer->wrong), "%s: %d", code, ZONG_LIMIT_CHAIN);
		err = ZONG_ELIMIT;
	}
	if (!err) {
		telling.chain = &chain;
		telling.title = find_title(&chain);
		telling.own = owns(answer, telling.title);
		err = tell_chain(&telling, code);
	} else if (err == ZONG_ENOENT) {
		telling.found->found = false;
		err = 0;
	}
	zong_chain_release(&chain);
	return err;
}

int zong_query_tell_case(struct zong_answer *answer, const Zong__Case *cas, uint32_t object)
{
	struct telling telling = {.answer = answer};
	int err = begin(answer, "", true, object, &telling.found);

	if (!err)
		err = zong_row_set(&telling.found->address, cas->address);
	if (!err && sees(&telling, ZONG_QUERY_NATURE))
		err = tell_nature(&telling);
	if (!err && sees(&telling, ZONG_QUERY_RESULTS))
		err = add_case(&telling, cas);
	if (!err && sees(&telling, ZONG_QUERY_ORIGINALS))
		err = add_materials(&telling, cas);
	return err;
}
