/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include <zong/access.h>
#include <zong/arena.h>
#include <zong/error.h>
#include <zong/limits.h>
#include <zong/search.h>
#include <zong/utf8.h>

#include "inside.h"
#include "journal.h"
#include "kind_rules.h"
#include "row.h"
#include "search_box.h"
#include "search_query.h"

#define EACH 4	     /* of one kind: others shall have a place, too */
#define LEAST_TAIL 3 /* digits of a serial */
#define RASTER_USES 50

/* One suggestion list under way. */
struct suggesting {
	struct zong_archive *archive;
	const struct zong_subject *who;
	struct zong_txn *txn;
	const char *typed;   /* the last word of the box, without its operator */
	enum zong_box_op op; /* that operator */
	const char *head;    /* what stands before it in the box */
	bool chinese;
	struct zong_suggestion *list; /* ZONG_LIMIT_SUGGESTIONS */
	size_t count, of_kind;	      /* all, and of the kind that is looked for now */
	size_t looked;		      /* rows of this kind */
	bool personal;		      /* more than kinds of material is among them */
};

/* ---- what the subject may see ---- */

static int may(const struct suggesting *s, enum zong_verb verb, const Zong__Case *cas,
	const Zong__Material *material)
{
	struct zong_object object = {.txn = s->txn, .cas = cas, .material = material};
	int err = zong_access_may(s->who, verb, &object);

	return err == ZONG_EFORBIDDEN ? ZONG_ENOENT : err;
}

static int see_case(const struct suggesting *s, const char *no)
{
	_cleanup_row_ Zong__Case *cas = NULL;
	int err = zong_row_case(s->txn, no, &cas);

	return err ? err : may(s, ZONG_VERB_CASE_READ, cas, NULL);
}

static int see_material(const struct suggesting *s, const struct zong_id *id)
{
	_cleanup_row_ Zong__Material *material = NULL;
	int err = zong_row_material(s->txn, id, &material);

	if (err || material->destroyed)
		return err ? err : ZONG_ENOENT;
	return may(s, ZONG_VERB_MATERIAL_READ, NULL, material);
}

static int see_raster(const struct suggesting *s, const struct zong_digest *raster)
{
	struct zong_iter iter;
	struct zong_key prefix;
	size_t uses = 0;
	int err;

	zong_row_key_digest(&prefix, raster);
	err = zong_iter_begin(&iter, s->txn, ZONG_TABLE_RASTER_USE, &prefix, NULL, false);
	if (err)
		return err;
	err = ZONG_EEND;
	while (uses++ < RASTER_USES && (err = zong_iter_next(&iter)) == 0) {
		struct zong_key_view view = iter.key;
		struct zong_digest same;
		struct zong_id id;

		if (!zong_key_take_digest(&view, &same) || !zong_key_take_id(&view, &id))
			continue;
		err = see_material(s, &id);
		if (err != ZONG_ENOENT)
			break;
	}
	zong_iter_end(&iter);
	return err == ZONG_EEND ? ZONG_ENOENT : err;
}

/* The last part of a key: 'c' case no | 'm' id | 'r' raster. */
static int see_target(const struct suggesting *s, struct zong_key_view *view)
{
	struct zong_digest raster;
	struct zong_id id;
	const char *no;
	uint8_t tag;

	if (!zong_key_take_u8(view, &tag))
		return ZONG_ENOENT;
	if (tag == 'c' && zong_key_take_str(view, &no))
		return see_case(s, no);
	if (tag == 'm' && zong_key_take_id(view, &id))
		return see_material(s, &id);
	if (tag == 'r' && zong_key_take_digest(view, &raster))
		return see_raster(s, &raster);
	return ZONG_ENOENT;
}

/* ---- the list ---- */

static const struct {
	const char *kind, *zh, *en;
} kinds[] = {
	[ZONG_BOX_CASE] = {"case", "案件:", "case:"},
	[ZONG_BOX_CERT] = {"certificate", "证号:", "cert:"},
	[ZONG_BOX_UNIT] = {"unit", "单元:", "unit:"},
	[ZONG_BOX_PARTY] = {"party", "姓名:", "party:"},
	[ZONG_BOX_TYPE] = {"type", "类型:", "type:"},
};

static bool is_full(const struct suggesting *s)
{
	return s->of_kind >= EACH || s->count >= ZONG_LIMIT_SUGGESTIONS ||
	       s->looked >= ZONG_LIMIT_SUGGEST_ROWS;
}

static bool is_there(const struct suggesting *s, enum zong_box_op op, const char *value)
{
	for (size_t i = 0; i < s->count; i++)
		if (s->list[i].kind == kinds[op].kind && strcmp(s->list[i].value, value) == 0)
			return true;
	return false;
}

static bool needs_quotes(enum zong_box_op op, const char *value)
{
	size_t len = strlen(value), pos = 0;

	while (pos < len)
		if (zong_utf8_is_blank(zong_utf8_next(value, len, &pos)))
			return true;
	return op == ZONG_BOX_TYPE;
}

static int suggest(struct suggesting *s, enum zong_box_op op, const char *value)
{
	const char *quote = needs_quotes(op, value) ? "\"" : "";
	struct zong_buf box = ZONG_BUF_INIT(2 * ZONG_LIMIT_QUERY + 2000);
	struct zong_suggestion *next = &s->list[s->count];
	int err;

	zong_buf_add_format(&box, "%s%s%s%s%s", s->head, s->chinese ? kinds[op].zh : kinds[op].en,
		quote, value, quote);
	err = box.err;
	next->kind = kinds[op].kind;
	next->value = strdup(value);
	next->q = strdup(zong_buf_str(&box));
	zong_buf_release(&box);
	s->count++;
	s->of_kind++;
	s->personal = s->personal || op != ZONG_BOX_TYPE;
	return err || !next->value || !next->q ? ZONG_ENOMEM : 0;
}

/* Does the operator that was typed, or none, ask for this kind. */
static bool begin_kind(struct suggesting *s, enum zong_box_op op)
{
	s->of_kind = 0;
	s->looked = 0;
	return s->op == ZONG_BOX_TEXT || s->op == op;
}

/* Keys that begin with @prefix and a text: that text is suggested, where what the key leads to may be seen. */
static int walk_texts(struct suggesting *s, enum zong_table table, const struct zong_key *prefix,
	enum zong_box_op op, bool tail)
{
	struct zong_iter iter;
	int err = zong_iter_begin(&iter, s->txn, table, prefix, NULL, false);

	if (err)
		return err;
	while (!is_full(s) && (err = zong_iter_next(&iter)) == 0) {
		struct zong_key_view view = iter.key;
		const char *value, *reversed;

		s->looked++;
		if ((tail && !zong_key_take_str(&view, &reversed)) ||
			!zong_key_take_str(&view, &value) || is_there(s, op, value))
			continue;
		err = see_target(s, &view);
		if (!err)
			err = suggest(s, op, value);
		if (err && err != ZONG_ENOENT)
			break;
	}
	zong_iter_end(&iter);
	return err == ZONG_EEND || err == ZONG_ENOENT ? 0 : err;
}

static int suggest_cases(struct suggesting *s)
{
	char no[ZONG_LIMIT_CASE_NO_BYTES + 1];
	struct zong_iter iter;
	struct zong_key prefix;
	int err;

	if (!begin_kind(s, ZONG_BOX_CASE) ||
		zong_case_no_parse(s->typed, strlen(s->typed), no, sizeof(no)))
		return 0;
	zong_key_clear(&prefix);
	zong_key_str_open(&prefix, no);
	err = zong_iter_begin(&iter, s->txn, ZONG_TABLE_CASES, &prefix, NULL, false);
	if (err)
		return err;
	while (!is_full(s) && (err = zong_iter_next(&iter)) == 0) {
		struct zong_key_view view = iter.key;
		const char *whole;

		s->looked++;
		if (!zong_key_take_str(&view, &whole))
			continue;
		err = see_case(s, whole);
		if (!err)
			err = suggest(s, ZONG_BOX_CASE, whole);
		if (err && err != ZONG_ENOENT)
			break;
	}
	zong_iter_end(&iter);
	return err == ZONG_EEND || err == ZONG_ENOENT ? 0 : err;
}

static int suggest_certificates(struct suggesting *s)
{
	struct zong_cert_wish wish = {0};
	char tail[ZONG_CERT_TEXT];
	struct zong_key prefix;
	size_t len;

	if (!begin_kind(s, ZONG_BOX_CERT) || !zong_cert_wish_parse(s->typed, &wish))
		return 0;
	zong_key_clear(&prefix);
	if (!wish.tail) {
		zong_key_str_open(&prefix, wish.text);
		return walk_texts(s, ZONG_TABLE_BY_CERT, &prefix, ZONG_BOX_CERT, false);
	}
	len = strlen(wish.digits);
	if (len < LEAST_TAIL)
		return 0;
	for (size_t i = 0; i < len; i++)
		tail[i] = wish.digits[len - 1 - i];
	tail[len] = '\0';
	zong_key_str_open(&prefix, tail);
	return walk_texts(s, ZONG_TABLE_BY_CERT_TAIL, &prefix, ZONG_BOX_CERT, true);
}

static int suggest_units(struct suggesting *s)
{
	struct zong_unit_code unit;
	struct zong_key prefix;

	if (!begin_kind(s, ZONG_BOX_UNIT) ||
		zong_unit_code_parse(s->typed, strlen(s->typed), &unit))
		return 0;
	zong_key_clear(&prefix);
	zong_key_str_open(&prefix, unit.text);
	return walk_texts(s, ZONG_TABLE_BY_UNIT, &prefix, ZONG_BOX_UNIT, false);
}

/* The names that begin so of one case that may be seen, as they were entered. */
static int suggest_names_of(struct suggesting *s, const char *no, const char *asked)
{
	_cleanup_row_ Zong__Case *cas = NULL;
	char folded[ZONG_INDEX_NAME + 1];
	int err = zong_row_case(s->txn, no, &cas);

	if (!err)
		err = may(s, ZONG_VERB_CASE_READ, cas, NULL);
	for (size_t i = 0; !err && i < cas->n_parties && !is_full(s); i++) {
		const char *name = cas->parties[i]->name;

		zong_index_fold_name(name, folded);
		if (strncmp(folded, asked, strlen(asked)) == 0 &&
			!is_there(s, ZONG_BOX_PARTY, name))
			err = suggest(s, ZONG_BOX_PARTY, name);
	}
	return err == ZONG_ENOENT ? 0 : err;
}

static int suggest_parties(struct suggesting *s)
{
	struct zong_party_wish wish = {0};
	struct zong_iter iter;
	struct zong_key prefix;
	int err;

	if (!begin_kind(s, ZONG_BOX_PARTY) || !zong_party_wish_parse(s->typed, &wish))
		return 0;
	zong_key_clear(&prefix);
	zong_key_str_open(&prefix, wish.simple);
	err = zong_iter_begin(&iter, s->txn, ZONG_TABLE_BY_PARTY, &prefix, NULL, false);
	if (err)
		return err;
	while (!is_full(s) && (err = zong_iter_next(&iter)) == 0) {
		struct zong_key_view view = iter.key;
		const char *folded, *no;

		s->looked++;
		if (!zong_key_take_str(&view, &folded) || !zong_key_take_str(&view, &no))
			continue;
		err = suggest_names_of(s, no, wish.simple);
		if (err)
			break;
	}
	zong_iter_end(&iter);
	return err == ZONG_EEND ? 0 : err;
}

/* Kinds of material are the hall's rules and nobody's secret. */
static int suggest_types(struct suggesting *s)
{
	const struct zong_kind_rules *rules = s->archive->judge.kinds;
	char asked[ZONG_INDEX_NAME + 1], name[ZONG_INDEX_NAME + 1];
	int err = 0;

	if (!begin_kind(s, ZONG_BOX_TYPE) || !rules)
		return 0;
	zong_query_fold_name(s->typed, asked);
	for (size_t i = 0; asked[0] && !err && !is_full(s); i++) {
		const char *kind = zong_kind_rules_name(rules, i);

		if (!kind)
			break;
		zong_query_fold_name(kind, name);
		if (strstr(name, asked) && !is_there(s, ZONG_BOX_TYPE, kind))
			err = suggest(s, ZONG_BOX_TYPE, kind);
	}
	return err;
}

/* ---- the box ---- */

/* Where the last word of the box begins: behind the last blank that is not in quotes. */
static size_t last_word(const char *box)
{
	size_t len = strlen(box), pos = 0, start = 0;
	bool quoted = false;

	while (pos < len) {
		uint32_t c = zong_utf8_next(box, len, &pos);

		if (c == '"' || c == 0x201C || c == 0x201D)
			quoted = !quoted;
		else if (!quoted && zong_utf8_is_blank(c))
			start = pos;
	}
	return start;
}

static int suggest_all(struct suggesting *s)
{
	int err = zong_store_read_begin(s->archive->store, &s->txn);

	if (err)
		return err;
	err = suggest_cases(s);
	if (!err)
		err = suggest_certificates(s);
	if (!err)
		err = suggest_units(s);
	if (!err)
		err = suggest_parties(s);
	if (!err)
		err = suggest_types(s);
	zong_txn_end(s->txn);
	return err;
}

static int record(struct suggesting *s, const char *box)
{
	struct zong_buf object = ZONG_BUF_INIT(ZONG_LIMIT_QUERY + 100);
	int err;

	if (!s->personal || !s->archive->journal)
		return 0;
	zong_buf_add_format(&object, "search/suggest=%s", box);
	err = object.err;
	if (!err)
		err = zong_journal_read(
			s->archive->journal, s->who, "search.suggest", zong_buf_str(&object));
	zong_buf_release(&object);
	return err;
}

static int suggest_for(
	struct suggesting *s, const char *box, struct zong_arena *arena, struct zong_err *err)
{
	size_t start = last_word(box);
	struct zong_box_token *tokens;
	size_t count;
	int r = zong_box_split(box + start, arena, &tokens, &count, NULL);

	/* An operator without value yet, or nothing: no suggestion, and no fault. */
	if (r == ZONG_EQUERY || (!r && count != 1))
		return 0;
	if (!r && (tokens[0].without || tokens[0].text[0] == '\0'))
		return 0;
	if (r)
		return zong_err_set(err, r, NULL);
	s->typed = tokens[0].text;
	s->op = tokens[0].op;
	s->head = zong_arena_strn(arena, box, start);
	r = s->head ? suggest_all(s) : ZONG_ENOMEM;
	if (!r)
		r = record(s, box);
	return r ? zong_err_set(err, r, NULL) : 0;
}

int zong_search_suggest(struct zong_archive *archive, const struct zong_subject *who,
	const char *box, bool chinese, struct zong_suggestion **ret_list, size_t *ret_count,
	struct zong_err *err)
{
	struct suggesting s = {.archive = archive, .who = who, .chinese = chinese};
	struct zong_arena arena = ZONG_ARENA_INIT;
	int r = zong_access_may(who, ZONG_VERB_SEARCH, NULL);

	if (r)
		return zong_err_set(err, r, NULL);
	if (strlen(box) > ZONG_LIMIT_QUERY || !zong_utf8_valid(box, strlen(box)))
		return zong_err_set(err, ZONG_EQUERY, "q");
	s.list = calloc(ZONG_LIMIT_SUGGESTIONS, sizeof(*s.list));
	r = s.list ? suggest_for(&s, box, &arena, err) : zong_err_set(err, ZONG_ENOMEM, NULL);
	zong_arena_release(&arena);
	if (r) {
		zong_suggestions_free(s.list, s.count);
		return r;
	}
	*ret_list = s.list;
	*ret_count = s.count;
	return 0;
}

void zong_suggestions_free(struct zong_suggestion *list, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		free(list[i].value);
		free(list[i].q);
	}
	free(list);
}
