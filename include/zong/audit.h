/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_AUDIT_H
#define ZONG_AUDIT_H

/* Looking at the log: who did or read what, when, why, and from where. Looking at it leaves a line, too.
 *
 * A line is shown as it was written; each holds the hash of the one before (journal.h), so that an export can be
 * compared with the archive, and a line that is missing or was changed is found by `zong check`. */

#include <zong/identity.h>

/* All members given must hold; NULL or "" asks for nothing. Texts are exact, or with a * at their end beginnings. */
struct zong_audit {
	const char *subject; /* key or name */
	const char *verb;    /* "case.read", "case.*" */
	const char *object;  /* "case/202611240001", "material/…" */
	const char *origin;
	const char *words;   /* stand in the purpose or the detail */
	const char *from;    /* a day or an RFC 3339 instant; the first line shown is not before it */
	const char *to;      /* ... the day itself included */
};

/* Newest first. A page may be short or empty and yet have a next one: at most ZONG_LIMIT_AUDIT_SCAN lines are looked at.
 * ZONG_EDATE (err names it), ZONG_ELIMIT, ZONG_ECURSOR, ZONG_EFORBIDDEN. */
int zong_audit_list(struct zong_archive *archive, const struct zong_subject *who, const struct zong_audit *audit,
	const char *cursor, size_t max, Zong__LogRecord ***ret_lines, size_t *ret_count, char **ret_next,
	struct zong_err *err);
void zong_audit_free(Zong__LogRecord **lines, size_t count);
/* All such lines, oldest first, as a table in a file without a name (columns: number, time, subject, name, verb, object,
 * detail, purpose, origin, count, hash), which the caller closes. @encoding as in zong_unit_export. ZONG_EINVAL. */
int zong_audit_export(struct zong_archive *archive, const struct zong_subject *who, const struct zong_audit *audit,
	const char *encoding, int *ret_fd, uint64_t *ret_len, struct zong_err *err);

#endif
