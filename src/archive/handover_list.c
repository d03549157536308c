/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "handover_row.h"
#include "journal.h"
#include "row_page.h"

int zong_handover_get(struct zong_archive *archive, const struct zong_subject *who, const char *no,
	struct zong_handover *ret_handover, struct zong_err *err)
{
	struct zong_handover handover = {0};
	char object[ZONG_HANDOVER_NO + 16];
	struct zong_txn *txn;
	int code = zong_access_may(who, ZONG_VERB_HANDOVER_MANAGE, NULL);

	if (code)
		return zong_err_set(err, code, NULL);
	if (!zong_handover_no_valid(no))
		return zong_err_set(err, ZONG_ENOHANDOVER, "%s", no);
	code = zong_store_read_begin(archive->store, &txn);
	if (code)
		return zong_err_set(err, code, NULL);
	code = zong_handover_load(txn, no, &handover);
	zong_txn_end(txn);
	if (!code) {
		snprintf(object, sizeof(object), "handover/%s", no);
		code = zong_journal_read(archive->journal, who, "handover.read", object);
	}
	if (code) {
		zong_handover_release(&handover);
		return zong_err_set(err, code, "%s", no);
	}
	*ret_handover = handover;
	return 0;
}

int zong_handover_list(struct zong_archive *archive, const struct zong_subject *who,
	const char *cursor, size_t max, Zong__Handover ***ret_handovers, size_t *ret_count,
	char **ret_next, struct zong_err *err)
{
	struct zong_row_page page = {.table = ZONG_TABLE_HANDOVERS,
		.type = &zong__handover__descriptor,
		.backwards = true};
	int r = zong_access_may(who, ZONG_VERB_HANDOVER_MANAGE, NULL);

	if (!r)
		r = zong_row_page_read(archive, &page, cursor, max,
			(ProtobufCMessage ***)ret_handovers, ret_count, ret_next);
	return r ? zong_err_set(err, r, NULL) : 0;
}
