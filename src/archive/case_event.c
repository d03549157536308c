/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/access.h>
#include <zong/catalogue.h>
#include <zong/time.h>

#include "journal.h"
#include "retention_look.h"
#include "row.h"

struct entry {
	const struct zong_subject *who;
	char no[ZONG_LIMIT_CASE_NO_BYTES + 1];
	const char *kind;
	int32_t day;
	Zong__Case *cas; /* as it is afterwards */
	bool again;
};

static Zong__CaseEvent *add(Zong__Case *cas)
{
	Zong__CaseEvent *event = zong_row_new(&zong__case_event__descriptor);
	Zong__CaseEvent **grown =
		event ? realloc(cas->events, (cas->n_events + 1) * sizeof(*grown)) : NULL;

	if (!grown) {
		if (event)
			zong__case_event__free_unpacked(event, NULL);
		return NULL;
	}
	cas->events = grown;
	grown[cas->n_events++] = event;
	return event;
}

static bool has(const Zong__Case *cas, const struct entry *entry)
{
	for (size_t i = 0; i < cas->n_events; i++)
		if (cas->events[i]->day == entry->day &&
			strcmp(cas->events[i]->kind, entry->kind) == 0)
			return true;
	return false;
}

static int put(struct zong_txn *txn, struct entry *entry)
{
	char detail[ZONG_LIMIT_TYPE + ZONG_DAY_TEXT + 8];
	char object[ZONG_LIMIT_CASE_NO_BYTES + 16];
	char day[ZONG_DAY_TEXT];
	Zong__CaseEvent *event;
	struct zong_key key;
	int err;

	if (entry->cas->n_events >= ZONG_LIMIT_EVENTS)
		return ZONG_ELIMIT;
	event = add(entry->cas);
	if (!event || zong_row_set(&event->kind, entry->kind) ||
		zong_row_set(&event->by, entry->who->key))
		return ZONG_ENOMEM;
	event->day = entry->day;
	event->entered = zong_time_now();
	zong_day_format(entry->day, day);
	snprintf(object, sizeof(object), "case/%s", entry->no);
	snprintf(detail, sizeof(detail), "%s %s", entry->kind, day);
	err = zong_journal_add(txn, entry->who, "case.event", object, detail, &event->record);
	if (err)
		return err;
	zong_row_key_str(&key, entry->no);
	return zong_txn_put(txn, ZONG_TABLE_CASES, &key, &entry->cas->base);
}

static int write_event(struct zong_txn *txn, void *ctx)
{
	struct entry *entry = ctx;
	struct zong_object object = {.txn = txn};
	int err;

	zong_row_cleanup(&entry->cas);
	entry->cas = NULL;
	err = zong_row_case(txn, entry->no, &entry->cas);
	if (err)
		return err == ZONG_ENOENT ? ZONG_ENOCASE : err;
	object.cas = entry->cas;
	err = zong_access_may(entry->who, ZONG_VERB_CASE_EVENT, &object);
	if (err)
		return err == ZONG_ENOENT ? ZONG_ENOCASE : err;
	entry->again = has(entry->cas, entry);
	return entry->again ? 0 : put(txn, entry);
}

int zong_case_event_add(struct zong_archive *archive, const struct zong_subject *who,
	const char *no, const char *kind, const char *date, Zong__Case **ret_case, bool *ret_again,
	struct zong_err *err)
{
	struct entry entry = {.who = who, .kind = kind};
	int code = zong_access_may(who, ZONG_VERB_CASE_EVENT, NULL);

	if (code)
		return zong_err_set(err, code, NULL);
	if (zong_case_no_parse(no, strlen(no), entry.no, sizeof(entry.no)))
		return zong_err_set(err, ZONG_ENOCASE, "%s", no);
	code = zong_retention_text(kind, ZONG_LIMIT_TYPE, "kind", err);
	if (code)
		return code;
	/* The opening of a case is no event that could be entered, and a change leaves one by itself. */
	if (zong_retention_blank(kind) || strcmp(kind, ZONG_RETENTION_OPENED) == 0 ||
		strcmp(kind, ZONG_CASE_CHANGED) == 0)
		return zong_err_set(err, ZONG_EINVAL, "kind");
	if (zong_day_parse(date, &entry.day) || entry.day > zong_retention_today(archive))
		return zong_err_set(err, ZONG_EDATE, "%s", date);
	code = zong_store_write(archive->store, write_event, &entry);
	if (code) {
		zong_row_cleanup(&entry.cas);
		return zong_err_set(err, code, "%s", code == ZONG_ELIMIT ? "events" : entry.no);
	}
	*ret_case = entry.cas;
	*ret_again = entry.again;
	return 0;
}
