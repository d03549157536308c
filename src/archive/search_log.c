/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "search_log.h"

#include <string.h>

#include <zong/limits.h>
#include <zong/utf8.h>

#include "inside.h"
#include "journal.h"

static int name_search(const struct zong_search *search, struct zong_buf *object)
{
	const struct {
		const char *name, *value;
	} members[] = {{"q", search->words}, {"case", search->case_no}, {"parcel", search->parcel},
		{"cert", search->cert}, {"party", search->party}, {"type", search->type},
		{"kind", search->kind}, {"dept", search->dept}, {"from", search->from},
		{"to", search->to}};

	zong_buf_add_str(object, "search/");
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		const char *value = members[i].value ? members[i].value : "";

		if (!*value)
			continue;
		zong_buf_add_format(object, "%s%s=", object->len > 7 ? "&" : "", members[i].name);
		zong_buf_add(object, value, zong_utf8_cut(value, strlen(value), ZONG_LIMIT_QUERY));
	}
	return object->err;
}

static void *write_line(void *arg)
{
	struct zong_search_log *log = arg;

	log->err = zong_journal_read(
		log->journal, log->who, "search", zong_buf_str(&log->object));
	return NULL;
}

int zong_search_log_begin(struct zong_search_log *log, struct zong_archive *archive,
	const struct zong_subject *who, const struct zong_search *search)
{
	*log = (struct zong_search_log){.journal = archive->journal,
		.who = who,
		.object = ZONG_BUF_INIT(10 * ZONG_LIMIT_QUERY + 200)};
	log->err = name_search(search, &log->object);
	if (log->err || !log->journal ||
		zong_journal_repeat(log->journal, who, "search", zong_buf_str(&log->object)) == 0)
		return log->err;
	log->aside = pthread_create(&log->thread, NULL, write_line, log) == 0;
	if (log->aside)
		return 0; /* the error is the thread's until it has ended */
	write_line(log);
	return log->err;
}

int zong_search_log_end(struct zong_search_log *log)
{
	if (log->aside)
		pthread_join(log->thread, NULL);
	log->aside = false;
	zong_buf_release(&log->object);
	return log->err;
}
