/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ERROR_H
#define ZONG_ERROR_H

/* Every code that a zong function can return. Functions return 0 or one of these; each header
 * lists the ones a caller must expect. ZONG_ENOMEM may come from any function that allocates.
 *
 * A code has a stable slug ("case-not-found") which is the last part of the problem type that
 * the HTTP interface answers with (RFC 9457); a slug is never renamed and never reused. The
 * sentences that a person reads are in src/archive/message.c, in Chinese and English.
 */

#include <stddef.h>

/* code, slug */
#define ZONG_ERRORS(X) \
	X(ENOMEM, "out-of-memory") \
	X(EINVAL, "invalid-argument") \
	X(EIO, "storage-failure") \
	X(ENOSPC, "disk-full") \
	X(ENOENT, "not-found") \
	X(EEXIST, "already-exists") \
	X(ECORRUPT, "corrupt-data") \
	X(EVERSION, "newer-format") \
	X(EBUSY, "archive-in-use") \
	X(ELIMIT, "over-limit") \
	X(ETIMEOUT, "timed-out") \
	X(ECANCELLED, "cancelled") \
	X(EEND, "end") \
	X(ETRUNCATED, "truncated") \
	X(EENCODING, "not-utf-8") \
	X(EPROTO, "worker-protocol") \
	X(EWORKER, "worker-died") \
	X(EWORKER_MEMORY, "worker-out-of-memory") \
	X(EWORKER_TIMEOUT, "worker-deadline") \
	X(EMEDIA, "unknown-media") \
	X(EEMPTY, "empty-file") \
	X(EDAMAGED, "damaged-file") \
	X(ENOPAGES, "no-pages") \
	X(EENCRYPTED, "encrypted-file") \
	X(ETOOBIG, "file-too-big") \
	X(EPIXELS, "page-too-big") \
	X(EPAGES, "too-many-pages") \
	X(EUNAUTHENTICATED, "unauthenticated") \
	X(EFORBIDDEN, "forbidden") \
	X(ECASENO, "bad-case-number") \
	X(ENOCASE, "case-not-found") \
	X(ENOCOVER, "no-cover-sheet") \
	X(ECASEEXISTS, "case-exists") \
	X(EUNITCODE, "bad-unit-code") \
	X(ECERTNO, "bad-certificate-number") \
	X(EIDNO, "bad-id-number") \
	X(EUSCC, "bad-credit-code") \
	X(ENODEPARTMENT, "department-not-found") \
	X(EDEPARTMENT, "bad-department") \
	X(EROLE, "bad-role") \
	X(EWEBHOOK, "bad-webhook") \
	X(ENODELIVERY, "delivery-not-found") \
	X(EDELIVERYSTATE, "delivery-ended") \
	X(ECERTIFICATE, "bad-certificate") \
	X(EUSER, "bad-user-name") \
	X(ENOUSER, "no-such-user") \
	X(ELASTADMIN, "last-administrator") \
	X(EPASSWORD, "bad-password") \
	X(EMUSTCHANGE, "password-must-change") \
	X(EREPLACES, "cannot-replace") \
	X(EREPLACED, "already-replaced") \
	X(EQUERY, "bad-query") \
	X(ECURSOR, "bad-cursor") \
	X(EJSON, "bad-json") \
	X(EMETHOD, "method-not-allowed") \
	X(EROUTE, "no-such-address") \
	X(EMULTIPART, "bad-upload") \
	X(ERANGE, "bad-range") \
	X(ENOTREADY, "not-read-yet") \
	X(EPAGENO, "no-such-page") \
	X(ETHROTTLED, "too-many-attempts") \
	X(EREASON, "reason-needed") \
	X(EHEADER, "bad-header") \
	X(EDESTROYED, "destroyed") \
	X(EDATE, "bad-date") \
	X(EUNDUE, "not-due") \
	X(ESAMEPERSON, "second-person-needed") \
	X(ELISTSTATE, "list-state") \
	X(EDECIDED, "already-decided") \
	X(EUNCORRECTED, "not-correctable") \
	X(EQUALITY, "page-quality") \
	X(EREADCANCELLED, "reading-cancelled") \
	X(EUNITENDED, "unit-ended") \
	X(ETABLE, "bad-table") \
	X(EDUPLICATE, "duplicate-line") \
	X(ENOPLACE, "place-not-found") \
	X(EPLACECODE, "bad-place-code") \
	X(EPLACELEVEL, "wrong-place-level") \
	X(EPLACEUSED, "place-in-use") \
	X(EPLACEFULL, "place-full") \
	X(ENOORIGINAL, "original-not-found") \
	X(EORIGINALCODE, "bad-original-code") \
	X(ELENT, "on-loan") \
	X(ENOTLENT, "not-on-loan") \
	X(EMISSING, "original-missing") \
	X(ENOTMISSING, "not-missing") \
	X(EHANDED, "handed-over") \
	X(EONLIST, "on-handover-list") \
	X(ERESERVED, "reserved") \
	X(ECOPYFIRST, "copy-first") \
	X(EDUEDAY, "bad-due-day") \
	X(ENOHANDOVER, "handover-not-found") \
	X(EHANDOVERSTATE, "handover-state") \
	X(EUNCHECKED, "not-all-checked") \
	X(EINHOUSE, "already-in-house") \
	X(EARCHIVALNO, "bad-archival-number") \
	X(ENOVOLUME, "volume-not-found") \
	X(EVOLUMESTATE, "volume-state") \
	X(EINVOLUME, "already-in-volume") \
	X(EUNCOUNTED, "pages-not-counted") \
	X(EPAGECOUNT, "page-count-differs") \
	X(EPROPERTIES, "properties-failed") \
	X(ENOREPORT, "report-not-found") \
	X(ECHANGED, "changed-meanwhile") \
	X(ENOQUERY, "query-not-found") \
	X(ENOCATALOGUE, "catalogue-not-found") \
	X(EQUERYSTATE, "query-state") \
	X(EQUERYRULE, "query-not-allowed") \
	X(ENODESK, "desk-session-ended") \
	X(ECARD, "card-not-valid") \
	X(ESEALED, "sealed") \
	X(EVAULTOPEN, "vault-in-use") \
	X(EKEY, "wrong-key") \
	X(ENOTE, "bad-checkpoint") \
	X(ECOSIGNATURE, "bad-cosignature") \
	X(ECSRF, "other-page")

enum zong_error {
	ZONG_OK = 0,
#define ZONG_ERROR_POSITIVE(code, slug) ZONG_POSITIVE_##code,
	ZONG_POSITIVE_FIRST_ = 0,
	ZONG_ERRORS(ZONG_ERROR_POSITIVE)
	ZONG_POSITIVE_LAST_,
#undef ZONG_ERROR_POSITIVE
#define ZONG_ERROR_NEGATIVE(code, slug) ZONG_##code = -ZONG_POSITIVE_##code,
	ZONG_ERRORS(ZONG_ERROR_NEGATIVE)
#undef ZONG_ERROR_NEGATIVE
};

/* A code and what it is about ("202611240001", "page 3", "tax"), where a person will read it.
 * @subject is UTF-8, may be empty, is cut at a character when too long, and never holds a secret. */
struct zong_err {
	int code;
	char subject[256];
};

/* The stable slug of a code; "unknown" for a number that is no code. Static. */
const char *zong_error_slug(int code);

/* Fills @err (may be NULL) and returns @code, so that a function can end with
 * `return zong_err_set(err, ZONG_ENOCASE, "%s", no);`. @format NULL: no subject. */
int zong_err_set(struct zong_err *err, int code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Translates an errno of the system: ENOSPC/EDQUOT -> ZONG_ENOSPC, ENOMEM -> ZONG_ENOMEM,
 * ENOENT -> ZONG_ENOENT, EEXIST -> ZONG_EEXIST, everything else -> ZONG_EIO. */
int zong_error_from_errno(int system_errno);

#endif
