/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stddef.h>

#include <zong/error.h>

#include "http/status.h"

/* 400: the request cannot be understood. 422: it can, but what it says cannot be done. The test
 * walks all of error.h and names a code that was forgotten. */
unsigned int zong_status_of(int code)
{
	switch (code) {
	case ZONG_ETRUNCATED:
	case ZONG_EENCODING:
	case ZONG_EQUERY:
	case ZONG_ECURSOR:
	case ZONG_EJSON:
	case ZONG_EMULTIPART:
	case ZONG_EHEADER:
		return 400;
	case ZONG_EUNAUTHENTICATED:
		return 401;
	case ZONG_EFORBIDDEN:
		return 403;
	case ZONG_ENOENT:
	case ZONG_ENOCASE:
	case ZONG_ENODELIVERY:
	case ZONG_EROUTE:
	case ZONG_EPAGENO:
	case ZONG_ENOPLACE:
	case ZONG_ENOORIGINAL:
	case ZONG_ENOHANDOVER:
	case ZONG_ENOVOLUME:
	case ZONG_ENOQUERY:
		return 404;
	case ZONG_EMETHOD:
		return 405;
	case ZONG_EEXIST:
	case ZONG_ECASEEXISTS:
	case ZONG_EDELIVERYSTATE:
	case ZONG_ENOTREADY:
	case ZONG_EUNDUE:
	case ZONG_EPLACEUSED:
	case ZONG_EPLACEFULL:
	case ZONG_ELENT:
	case ZONG_ENOTLENT:
	case ZONG_EMISSING:
	case ZONG_ENOTMISSING:
	case ZONG_EHANDED:
	case ZONG_EONLIST:
	case ZONG_ERESERVED:
	case ZONG_ECOPYFIRST:
	case ZONG_EHANDOVERSTATE:
	case ZONG_EUNCHECKED:
	case ZONG_EINHOUSE:
	case ZONG_ESAMEPERSON:
	case ZONG_ELISTSTATE:
	case ZONG_EDECIDED:
	case ZONG_EREADCANCELLED:
	case ZONG_EUNITENDED:
	case ZONG_EVOLUMESTATE:
	case ZONG_EINVOLUME:
	case ZONG_EUNCOUNTED:
	case ZONG_EPAGECOUNT:
	case ZONG_ECHANGED:
	case ZONG_EQUERYSTATE:
	case ZONG_EQUERYRULE:
		return 409;
	case ZONG_EDESTROYED:
		return 410;
	case ZONG_ETOOBIG:
		return 413;
	case ZONG_EMEDIA:
		return 415;
	case ZONG_ERANGE:
		return 416;
	case ZONG_EINVAL:
	case ZONG_EUNCORRECTED:
	case ZONG_ETABLE:
	case ZONG_EDUPLICATE:
	case ZONG_ELIMIT:
	case ZONG_EWORKER:
	case ZONG_EWORKER_MEMORY:
	case ZONG_EWORKER_TIMEOUT:
	case ZONG_EEMPTY:
	case ZONG_EDAMAGED:
	case ZONG_EQUALITY:
	case ZONG_ENOPAGES:
	case ZONG_EENCRYPTED:
	case ZONG_EPIXELS:
	case ZONG_EPAGES:
	case ZONG_ECASENO:
	case ZONG_ENOCOVER:
	case ZONG_EUNITCODE:
	case ZONG_ECERTNO:
	case ZONG_EIDNO:
	case ZONG_EUSCC:
	case ZONG_EDEPARTMENT:
	case ZONG_ENODEPARTMENT:
	case ZONG_EROLE:
	case ZONG_EWEBHOOK:
	case ZONG_EREASON:
	case ZONG_EDATE:
	case ZONG_EPLACECODE:
	case ZONG_EPLACELEVEL:
	case ZONG_EORIGINALCODE:
	case ZONG_EDUEDAY:
	case ZONG_EARCHIVALNO:
		return 422;
	case ZONG_ETHROTTLED:
		return 429;
	case ZONG_ENOMEM:
	case ZONG_EBUSY:
	case ZONG_ETIMEOUT:
	case ZONG_ECANCELLED:
		return 503;
	case ZONG_ENOSPC:
		return 507;
	case ZONG_EIO:
	case ZONG_ECORRUPT:
	case ZONG_EVERSION:
	case ZONG_EEND:
	case ZONG_EPROTO:
	default:
		return 500;
	}
}
