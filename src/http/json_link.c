/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "http/json.h"

static json_t *evidence_json(const Zong__Link *link)
{
	json_t *array = json_array();

	for (size_t i = 0; array && i < link->n_evidence; i++) {
		const Zong__LinkEvidence *evidence = link->evidence[i];

		json_array_append_new(array,
			json_pack("{s:o, s:o, s:o, s:f}", "certificate",
				zong_json_str(evidence->certificate), "material",
				evidence->material.len ? zong_json_id(&evidence->material)
						       : json_null(),
				"page", evidence->page ? json_integer(evidence->page) : json_null(),
				"confidence", (double)evidence->confidence));
	}
	return array;
}

static json_t *decision_json(const Zong__Link *link)
{
	if (!link->decided)
		return json_null();
	return json_pack("{s:o, s:o, s:o, s:o, s:I}", "time", zong_json_time(link->decided), "by",
		zong_json_str(link->decided_by), "name", zong_json_str(link->decided_name),
		"reason", zong_json_str(link->reason), "record", (json_int_t)link->record);
}

json_t *zong_json_link(const Zong__Link *link)
{
	return json_pack("{s:o, s:o, s:s, s:s, s:o, s:o, s:b, s:o, s:o}", "later",
		zong_json_str(link->later), "earlier", zong_json_str(link->earlier), "kind",
		zong_link_kind_name(link->kind), "state", zong_link_state_name(link->state),
		"evidence", evidence_json(link), "doubts",
		zong_json_strings(link->doubts, link->n_doubts), "by_hand", link->by_hand, "found",
		zong_json_time(link->found), "decision", decision_json(link));
}

json_t *zong_json_links(Zong__Link *const *links, size_t count)
{
	json_t *array = json_array();

	for (size_t i = 0; array && i < count; i++)
		json_array_append_new(array, zong_json_link(links[i]));
	return array;
}

int zong_json_read_link_wish(
	const json_t *object, struct zong_link_wish *ret_wish, struct zong_err *err)
{
	static const char *const known[] = {"earlier", "decision", "kind", "reason", NULL};
	const char *decision, *kind, *reason;
	int r = zong_json_known(object, known, "", err);

	if (!r)
		r = zong_json_text(object, "earlier", true, &ret_wish->earlier, err);
	if (!r)
		r = zong_json_text(object, "decision", true, &decision, err);
	if (!r)
		r = zong_json_text(object, "kind", false, &kind, err);
	if (!r)
		r = zong_json_text(object, "reason", false, &reason, err);
	if (r)
		return r;
	if (strcmp(decision, "confirm") == 0)
		ret_wish->decision = ZONG_LINK_CONFIRM;
	else if (strcmp(decision, "refuse") == 0)
		ret_wish->decision = ZONG_LINK_REFUSE;
	else
		return zong_err_set(err, ZONG_EINVAL, "decision");
	ret_wish->kind = kind && kind[0] ? kind : NULL;
	ret_wish->reason = reason && reason[0] ? reason : NULL;
	return 0;
}

/* ---- the line of a unit ---- */

static json_t *item_json(const struct zong_chain_case *item)
{
	return json_pack("{s:o, s:o, s:b, s:s, s:b, s:o, s:o}", "case", zong_json_case(item->cas),
		"date", zong_json_day(item->day), "date_known", item->day_known, "role",
		zong_link_kind_name(item->role), "here", item->here, "via",
		item->via ? zong_json_str(item->via) : json_null(), "ended_by",
		item->ended_by ? zong_json_str(item->ended_by) : json_null());
}

json_t *zong_json_chain(const struct zong_chain *chain)
{
	char printed[ZONG_UNIT_PRINTED];
	json_t *items = json_array();

	for (size_t i = 0; items && i < chain->count; i++)
		json_array_append_new(items, item_json(&chain->item[i]));
	zong_unit_code_print(&chain->code, printed);
	return json_pack("{s:s, s:s, s:o, s:o, s:b}", "code", chain->code.text, "printed", printed,
		"items", items, "links", zong_json_links(chain->link, chain->links), "more",
		chain->more);
}
