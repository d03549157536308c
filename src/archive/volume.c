/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/code.h>
#include <zong/retention.h>
#include <zong/time.h>

#include "retention_look.h"
#include "volume_row.h"

struct making {
	struct zong_archive *archive;
	const struct zong_subject *who;
	const struct zong_new_volume *wanted;
	char given[ZONG_ARCHIVAL_TEXT]; /* its own number; "": the next one */
	char subject[ZONG_ABOUT];
	Zong__Volume *made;
};

/* ---- the number ---- */

static int set_part(struct zong_archival *parts, enum zong_archival_element element,
	const char *text, const char *otherwise)
{
	const char *from = text && text[0] ? text : otherwise;

	if (strlen(from) >= ZONG_ARCHIVAL_PART)
		return ZONG_EARCHIVALNO;
	memcpy(parts->part[element], from, strlen(from) + 1);
	return 0;
}

static int parts_of(struct making *making, const Zong__Case *cas, struct zong_archival *ret_parts)
{
	const struct zong_new_volume *wanted = making->wanted;
	const struct zong_config *config = making->archive->config;
	struct zong_archival parts = {0};
	char day[ZONG_DAY_TEXT];

	zong_day_format(zong_day_of(cas->opened), day);
	day[4] = '\0'; /* of the year alone */
	if (set_part(&parts, ZONG_ARCHIVAL_FONDS, wanted->fonds,
		    zong_config_str(config, "archival-fonds", "")) ||
		set_part(&parts, ZONG_ARCHIVAL_CATEGORY, wanted->category,
			zong_config_str(config, "archival-category", "BDC")) ||
		set_part(&parts, ZONG_ARCHIVAL_YEAR, wanted->year, day) ||
		set_part(&parts, ZONG_ARCHIVAL_RETENTION, wanted->retention, "Y") ||
		set_part(&parts, ZONG_ARCHIVAL_OFFICE, wanted->office, "") ||
		set_part(&parts, ZONG_ARCHIVAL_LIST, wanted->list, ""))
		return ZONG_EARCHIVALNO;
	*ret_parts = parts;
	return 0;
}

static int series_row(
	struct zong_txn *txn, const struct zong_key *key, Zong__VolumeSeries **ret_series)
{
	ProtobufCMessage *row;
	int err = zong_txn_get(
		txn, ZONG_TABLE_VOLUME_SERIES, key, &zong__volume_series__descriptor, &row);

	if (err == ZONG_ENOENT) {
		*ret_series = zong_row_new(&zong__volume_series__descriptor);
		return *ret_series ? 0 : ZONG_ENOMEM;
	}
	if (!err)
		*ret_series = (Zong__VolumeSeries *)row;
	return err;
}

/* The next one that nobody has: a number that was entered by a person counts as taken. */
static int next_number(struct zong_txn *txn, struct making *making,
	const struct zong_archival *parts, char ret_no[ZONG_ARCHIVAL_TEXT])
{
	const struct zong_archival_pattern *pattern = &making->archive->archival;
	_cleanup_row_ Zong__VolumeSeries *series = NULL;
	char before[ZONG_ARCHIVAL_TEXT], after[ZONG_ARCHIVAL_TEXT];
	struct zong_key key, volume;
	struct zong_err said;
	int err = zong_archival_series(pattern, parts, before, after, &said);

	if (err) {
		zong_paper_about(making->subject, said.subject);
		return err;
	}
	zong_row_key_str(&key, before);
	zong_key_str(&key, after);
	err = series_row(txn, &key, &series);
	if (err)
		return err;
	if (zong_row_set(&series->before, before) || zong_row_set(&series->after, after))
		return ZONG_ENOMEM;
	series->width = pattern->width;
	zong_paper_about(making->subject, before);
	do {
		err = zong_archival_join(before, ++series->last, pattern->width, after, ret_no);
		if (err)
			return err;
		zong_row_key_str(&volume, ret_no);
	} while (zong_txn_has(txn, ZONG_TABLE_VOLUMES, &volume));
	return zong_txn_put(txn, ZONG_TABLE_VOLUME_SERIES, &key, &series->base);
}

static int set_number(
	struct zong_txn *txn, struct making *making, const Zong__Case *cas, Zong__Volume *volume)
{
	const struct zong_archival_pattern *pattern = &making->archive->archival;
	struct zong_archival parts = {0};
	char no[ZONG_ARCHIVAL_TEXT];
	struct zong_key key;
	int err = parts_of(making, cas, &parts);

	if (!err && making->given[0]) {
		memcpy(no, making->given, sizeof(no));
		volume->given = true;
		volume->foreign = zong_archival_parse(pattern, no, strlen(no), &parts, no) != 0;
		if (strcmp(making->wanted->no, no) != 0 &&
			zong_row_set(&volume->entered, making->wanted->no))
			return ZONG_ENOMEM;
		zong_paper_about(making->subject, no);
		zong_row_key_str(&key, no);
		if (zong_txn_has(txn, ZONG_TABLE_VOLUMES, &key))
			return ZONG_EEXIST;
	} else if (!err) {
		err = next_number(txn, making, &parts, no);
	}
	if (err)
		return err;
	return zong_row_set(&volume->no, no) ||
			       zong_row_set(&volume->fonds, parts.part[ZONG_ARCHIVAL_FONDS]) ||
			       zong_row_set(
				       &volume->category, parts.part[ZONG_ARCHIVAL_CATEGORY]) ||
			       zong_row_set(&volume->year, parts.part[ZONG_ARCHIVAL_YEAR]) ||
			       zong_row_set(
				       &volume->retention, parts.part[ZONG_ARCHIVAL_RETENTION]) ||
			       zong_row_set(&volume->office, parts.part[ZONG_ARCHIVAL_OFFICE]) ||
			       zong_row_set(&volume->list, parts.part[ZONG_ARCHIVAL_LIST])
		       ? ZONG_ENOMEM
		       : 0;
}

/* ---- its cases ---- */

static int add_case(struct zong_txn *txn, struct making *making, const char *text,
	Zong__Volume *volume, Zong__Case **first)
{
	_cleanup_row_ Zong__Case *cas = NULL;
	char no[ZONG_LIMIT_CASE_NO_BYTES + 1];
	struct zong_key key;
	uint64_t others;
	int err = zong_case_no_parse(text, strlen(text), no, sizeof(no))
			  ? ZONG_ENOENT
			  : zong_row_case(txn, no, &cas);

	zong_paper_about(making->subject, text);
	if (err)
		return err == ZONG_ENOENT ? ZONG_ENOCASE : err;
	for (size_t i = 0; i < volume->n_cases; i++)
		if (strcmp(volume->cases[i], no) == 0)
			return 0; /* named twice */
	zong_row_key_str(&key, no);
	err = zong_place_count(
		txn, ZONG_TABLE_VOLUMES_BY_CASE, no, ZONG_LIMIT_CASE_VOLUMES, &others);
	if (!err && others == ZONG_LIMIT_CASE_VOLUMES)
		err = ZONG_ELIMIT;
	if (!err)
		err = zong_row_append(&volume->cases, &volume->n_cases, no);
	if (!err && !*first)
		*first = take_ptr(cas);
	return err;
}

static int title_of(const Zong__Case *cas, Zong__Volume *volume)
{
	char title[ZONG_LIMIT_TITLE + 1];
	int len = snprintf(title, sizeof(title), "%s%s%s", cas->address, cas->address[0] ? " " : "",
		cas->kind);

	if (len >= (int)sizeof(title))
		return zong_row_set(&volume->title, cas->kind);
	return zong_row_set(&volume->title, title);
}

static int write_new(struct zong_txn *txn, void *ctx)
{
	_cleanup_row_ Zong__Volume *volume = zong_row_new(&zong__volume__descriptor);
	_cleanup_row_ Zong__Case *cas = NULL;
	struct making *making = ctx;
	const struct zong_new_volume *wanted = making->wanted;
	char detail[ZONG_LIMIT_TITLE + 64];
	int err = volume ? 0 : ZONG_ENOMEM;

	zong_volume_free(take_ptr(making->made));
	for (size_t i = 0; i < wanted->case_count && !err; i++)
		err = add_case(txn, making, wanted->cases[i], volume, &cas);
	if (!err)
		err = set_number(txn, making, cas, volume);
	if (!err && !wanted->entry.has_items)
		err = zong_volume_propose(txn, volume);
	if (!err)
		err = zong_volume_fill(txn, &wanted->entry, volume, making->subject);
	if (!err && !volume->title[0])
		err = title_of(cas, volume);
	if (err)
		return err;
	snprintf(detail, sizeof(detail), "%zu items. %s", volume->n_items, volume->title);
	err = zong_volume_step(
		txn, making->who, volume->no, "volume.new", detail, "", &volume->made);
	if (!err)
		err = zong_volume_put(txn, volume);
	if (!err)
		making->made = take_ptr(volume);
	return err;
}

int zong_volume_new(struct zong_archive *archive, const struct zong_subject *who,
	const struct zong_new_volume *wanted, Zong__Volume **ret_volume, struct zong_err *err)
{
	struct making making = {.archive = archive, .who = who, .wanted = wanted};
	int code = zong_access_may(who, ZONG_VERB_VOLUME_MANAGE, NULL);

	if (code)
		return zong_err_set(err, code, NULL);
	if (wanted->case_count == 0)
		return zong_err_set(err, ZONG_EINVAL, "cases");
	if (wanted->case_count > ZONG_LIMIT_VOLUME_CASES)
		return zong_err_set(err, ZONG_ELIMIT, "cases");
	if (wanted->no && wanted->no[0] &&
		zong_archival_normalise(wanted->no, strlen(wanted->no), making.given))
		return zong_err_set(err, ZONG_EARCHIVALNO, "%s", wanted->no);
	code = zong_volume_entry_check(&wanted->entry, err);
	if (code)
		return code;
	code = zong_store_write(archive->store, write_new, &making);
	if (code) {
		zong_volume_free(making.made);
		return zong_err_set(err, code, "%s", making.subject);
	}
	*ret_volume = making.made;
	return 0;
}

/* ---- changing what is in it ---- */

struct setting {
	const struct zong_subject *who;
	const char *no;
	uint32_t revision;
	const struct zong_volume_entry *entry;
	char subject[ZONG_ABOUT];
	Zong__Volume *made;
};

static int write_set(struct zong_txn *txn, void *ctx)
{
	_cleanup_row_ Zong__Volume *volume = NULL;
	struct setting *setting = ctx;
	char detail[64];
	int err;

	zong_volume_free(take_ptr(setting->made));
	zong_paper_about(setting->subject, setting->no);
	err = zong_volume_find(txn, setting->who, ZONG_VERB_VOLUME_MANAGE, setting->no, &volume);
	if (err)
		return err;
	if (volume->state != ZONG__VOLUME_STATE__VOLUME_OPEN) {
		zong_paper_about(setting->subject, zong_volume_state_name(volume->state));
		return ZONG_EVOLUMESTATE;
	}
	if (setting->revision && setting->revision != volume->revision)
		return ZONG_ECHANGED;
	err = zong_volume_unindex(txn, volume);
	if (!err)
		err = zong_volume_fill(txn, setting->entry, volume, setting->subject);
	if (err)
		return err;
	if (zong_retention_blank(volume->title)) {
		zong_paper_about(setting->subject, "title");
		return ZONG_EINVAL;
	}
	snprintf(detail, sizeof(detail), "%zu items, %u pages", volume->n_items,
		zong_volume_pages(volume));
	err = zong_volume_step(txn, setting->who, volume->no, "volume.set", detail, "", NULL);
	if (!err)
		err = zong_volume_put(txn, volume);
	if (!err)
		setting->made = take_ptr(volume);
	return err;
}

int zong_volume_set(struct zong_archive *archive, const struct zong_subject *who, const char *no,
	uint32_t revision, const struct zong_volume_entry *entry, Zong__Volume **ret_volume,
	struct zong_err *err)
{
	struct setting setting = {.who = who, .no = no, .revision = revision, .entry = entry};
	int code = zong_access_may(who, ZONG_VERB_VOLUME_MANAGE, NULL);

	if (code)
		return zong_err_set(err, code, NULL);
	code = zong_volume_entry_check(entry, err);
	if (code)
		return code;
	code = zong_store_write(archive->store, write_set, &setting);
	if (code) {
		zong_volume_free(setting.made);
		return zong_err_set(err, code, "%s", setting.subject);
	}
	*ret_volume = setting.made;
	return 0;
}
