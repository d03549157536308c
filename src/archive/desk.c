/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/code.h>
#include <zong/retention.h>
#include <zong/time.h>
#include <zong/utf8.h>

#include "desk_memory.h"
#include "journal.h"
#include "query_row.h"
#include "retention_look.h"

#define CARD "身份证"
#define FOR_EVER "长期"

static const char *machine_of(const struct zong_subject *who)
{
	return who->name[0] ? who->name : who->key;
}

static int log_it(struct zong_archive *archive, const struct zong_subject *who, const char *verb)
{
	char object[ZONG_LIMIT_NAME + 16];

	snprintf(object, sizeof(object), "desk/%s", machine_of(who));
	return zong_journal_read(archive->journal, who, verb, object);
}

static void fill(const struct zong_subject *who, const char *session,
	const struct zong_desk_person *person, int64_t left, struct zong_desk *ret_desk)
{
	memset(ret_desk, 0, sizeof(*ret_desk));
	snprintf(ret_desk->session, sizeof(ret_desk->session), "%s", session);
	snprintf(ret_desk->machine, sizeof(ret_desk->machine), "%s", machine_of(who));
	snprintf(ret_desk->name, sizeof(ret_desk->name), "%s", person->name);
	snprintf(ret_desk->query, sizeof(ret_desk->query), "%s", person->query);
	ret_desk->seconds = (unsigned int)(left / ZONG_SECOND);
}

/* ---- the card ---- */

static int take_text(
	const char *text, char *member, size_t size, const char *what, struct zong_err *err)
{
	size_t len = text ? strlen(text) : 0;

	if (!zong_utf8_printable(text ? text : "", len))
		return zong_err_set(err, ZONG_EENCODING, "%s", what);
	if (len >= size)
		return zong_err_set(err, ZONG_ECARD, "%s", what);
	memcpy(member, text ? text : "", len + (text != NULL));
	return 0;
}

static int check_until(struct zong_archive *archive, const char *until, struct zong_err *err)
{
	int32_t day;

	if (!until || !until[0] || strcmp(until, FOR_EVER) == 0)
		return 0;
	if (zong_day_parse(until, &day) || day < zong_retention_today(archive))
		return zong_err_set(err, ZONG_ECARD, "until");
	return 0;
}

/* What a machine takes for a person must be sound: nobody looks at it. */
static int take_card(struct zong_archive *archive, const struct zong_desk_card *card,
	struct zong_desk_person *person, struct zong_err *err)
{
	char normal[19];
	int code = take_text(card->name, person->name, sizeof(person->name), "name", err);

	if (!code)
		code = take_text(card->idno, person->idno, sizeof(person->idno), "idno", err);
	if (!code)
		code = take_text(card->id_kind && card->id_kind[0] ? card->id_kind : CARD,
			person->id_kind, sizeof(person->id_kind), "id_kind", err);
	if (code)
		return code;
	if (zong_retention_blank(person->name))
		return zong_err_set(err, ZONG_ECARD, "name");
	if (strlen(person->idno) != 18 ||
		zong_id_no_check(person->idno, strlen(person->idno), normal) != ZONG_CHECK_OK)
		return zong_err_set(err, ZONG_ECARD, "idno");
	memcpy(person->idno, normal, sizeof(normal));
	return check_until(archive, card->until, err);
}

int zong_desk_begin(struct zong_archive *archive, const struct zong_subject *who,
	const struct zong_desk_card *card, struct zong_desk *ret_desk, struct zong_err *err)
{
	struct zong_desk_person person = {0};
	char session[ZONG_DESK_SESSION];
	int64_t now = zong_time_monotonic(), left = 0;
	int code = zong_access_may(who, ZONG_VERB_DESK_ASK, NULL);

	if (code)
		return zong_err_set(err, code, NULL);
	code = take_card(archive, card, &person, err);
	if (code) {
		sodium_memzero(&person, sizeof(person));
		return code;
	}
	code = log_it(archive, who, "desk.begin");
	if (!code)
		code = zong_desks_begin(archive->desks, who->key, &person, now, session);
	if (!code)
		code = zong_desks_get(
			archive->desks, who->key, session, false, now, &person, &left);
	if (!code)
		fill(who, session, &person, left, ret_desk);
	sodium_memzero(&person, sizeof(person));
	return code ? zong_err_set(err, code, "desks") : 0;
}

int zong_desk_look(struct zong_archive *archive, const struct zong_subject *who,
	const char *session, struct zong_desk *ret_desk, struct zong_err *err)
{
	struct zong_desk_person person = {0};
	int64_t left;
	int code = zong_access_may(who, ZONG_VERB_DESK_ASK, NULL);

	if (!code)
		code = zong_desks_get(archive->desks, who->key, session, false,
			zong_time_monotonic(), &person, &left);
	if (!code)
		fill(who, session, &person, left, ret_desk);
	sodium_memzero(&person, sizeof(person));
	return code ? zong_err_set(err, code, NULL) : 0;
}

/* ---- a question ---- */

static const struct zong_query_asker *desk_asker(const struct zong_archive *archive)
{
	const struct zong_query_rules *rules = archive->query_rules;

	for (size_t i = 0; rules && i < rules->askers; i++)
		if (rules->asker[i].desk)
			return &rules->asker[i];
	return NULL;
}

static int ask(struct zong_archive *archive, const struct zong_subject *who,
	const struct zong_query_asker *asker, const struct zong_desk_person *person,
	struct zong_query_entry *entry, struct zong_query *ret_query, struct zong_err *err)
{
	struct zong_query_proof proof = {.kind = person->id_kind, .note = "自助查询机读卡"};
	const char *wants[ZONG_QUERY_SIGHTS];
	struct zong_query entered;
	char no[ZONG_QUERY_NO];
	struct zong_err later;
	int code;

	for (size_t sight = 0; sight < ZONG_QUERY_SIGHTS; sight++)
		if (sight != ZONG_QUERY_ORIGINALS && (asker->sees & 1u << sight))
			wants[entry->want_count++] =
				zong_query_sight_name((enum zong_query_sight)sight);
	if (!entry->want_count)
		return zong_err_set(err, ZONG_EQUERYRULE, "desk");
	entry->asker = asker->key;
	entry->wants = wants;
	entry->querent = (struct zong_query_person){
		.name = person->name, .idno = person->idno, .id_kind = person->id_kind};
	entry->proof = &proof;
	entry->proofs = 1;
	entry->machine = machine_of(who);
	code = zong_query_enter_as(archive, who, ZONG_VERB_DESK_ASK, entry, &entered, err);
	if (code)
		return code;
	snprintf(no, sizeof(no), "%s", entered.row->no);
	zong_query_release(&entered);
	code = zong_query_grant_as(archive, who, ZONG_VERB_DESK_ASK, no, NULL, ret_query, &later);
	return code ? zong_err_set(err, code, "%s %s", no, later.subject) : 0;
}

int zong_desk_ask(struct zong_archive *archive, const struct zong_subject *who, const char *session,
	const char *purpose, const struct zong_query_object *object, size_t objects,
	struct zong_query *ret_query, struct zong_err *err)
{
	struct zong_query_entry entry = {.purpose = purpose, .object = object, .objects = objects};
	const struct zong_query_asker *asker = desk_asker(archive);
	struct zong_desk_person person = {0};
	int64_t now = zong_time_monotonic(), left;
	int code = zong_access_may(who, ZONG_VERB_DESK_ASK, NULL);

	if (!code)
		code = zong_desks_get(archive->desks, who->key, session, true, now, &person, &left);
	if (!code && !asker)
		code = ZONG_EQUERYRULE;
	if (!code)
		code = zong_desks_count(archive->desks, who->key, session, now);
	if (code)
		zong_err_set(err, code, code == ZONG_EQUERYRULE ? "desk" : "questions");
	else
		code = ask(archive, who, asker, &person, &entry, ret_query, err);
	sodium_memzero(&person, sizeof(person));
	if (!code)
		zong_desks_answered(archive->desks, who->key, session, ret_query->row->no,
			zong_time_monotonic());
	return code;
}

int zong_desk_print(struct zong_archive *archive, const struct zong_subject *who,
	const char *session, int *ret_fd, uint64_t *ret_len, struct zong_err *err)
{
	struct zong_desk_person person = {0};
	char no[ZONG_QUERY_NO];
	int64_t left;
	int code = zong_access_may(who, ZONG_VERB_DESK_ASK, NULL);

	if (!code)
		code = zong_desks_get(archive->desks, who->key, session, true,
			zong_time_monotonic(), &person, &left);
	memcpy(no, person.query, sizeof(no));
	sodium_memzero(&person, sizeof(person));
	if (!code && !no[0])
		code = ZONG_ENOQUERY;
	if (code)
		return zong_err_set(err, code, NULL);
	return zong_query_print_as(
		archive, who, ZONG_VERB_DESK_ASK, no, "result", ret_fd, ret_len, err);
}

int zong_desk_end(struct zong_archive *archive, const struct zong_subject *who, const char *session,
	struct zong_err *err)
{
	int code = zong_access_may(who, ZONG_VERB_DESK_ASK, NULL);

	if (!code && zong_desks_end(archive->desks, who->key, session, zong_time_monotonic()))
		code = log_it(archive, who, "desk.end");
	return code ? zong_err_set(err, code, NULL) : 0;
}
