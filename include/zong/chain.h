/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_CHAIN_H
#define ZONG_CHAIN_H

/* The chain of title (上下手): which earlier case a case goes on from. A transfer goes on from the case in which the seller's
 * certificate was issued, a mortgage burdens what such a case gave, its cancellation ends that mortgage, the lifting of a
 * seizure ends that seizure.
 *
 * Links are proposed by certificate numbers: the earliest case in which a number stands, entered or read on a page, is taken for
 * the one that issued it, and every later case with that number goes on from there. What ends a burden goes on from the latest
 * case with the same number that laid one. A proposal is not more than that until a person has confirmed it; one that is
 * doubtful stands in the review list as well, with the place on the page (review.h, what "link"). What a person decided is
 * not proposed again.
 *
 * Doubts: "order" (neither the numbers nor the days say which was first), "units" (the codes of their units share no parcel),
 * "several" (another case could be meant), "year" (the number says another year than the case), "unsure" (read with little
 * confidence), "many" (the number stands in more cases than are looked at). Threads: any, all functions. */

#include <zong/case.h>
#include <zong/identity.h>

/* "title", "mortgage", "discharge", "seizure", "lifting", "other". Static. */
const char *zong_link_kind_name(Zong__LinkKind kind);
int zong_link_kind_parse(const char *text, Zong__LinkKind *ret_kind); /* ZONG_EINVAL */
/* "proposed", "confirmed", "refused". Static. */
const char *zong_link_state_name(Zong__LinkState state);
void zong_links_free(Zong__Link **links, size_t count);

/* All links of a case, those to earlier cases first; only to cases that the subject may see, too. Logged as a read of the
 * case. ZONG_ENOCASE. */
int zong_link_get(struct zong_archive *archive, const struct zong_subject *who, const char *no, Zong__Link ***ret_links,
	size_t *ret_count, struct zong_err *err);
/* What is proposed and nobody has decided, doubtful ones first, in the order of case numbers; @doubtful: only those. Cursor
 * as in zong_case_list. ZONG_ECURSOR, ZONG_EFORBIDDEN. */
int zong_link_list(struct zong_archive *archive, const struct zong_subject *who, bool doubtful, const char *cursor,
	size_t max, Zong__Link ***ret_links, size_t *ret_count, char **ret_next, struct zong_err *err);

enum zong_link_decision {
	ZONG_LINK_CONFIRM, /* also of what nobody proposed: a person links the two */
	ZONG_LINK_REFUSE,  /* the one does not go on from the other, for a reason */
};
struct zong_link_wish {
	const char *later, *earlier; /* case numbers */
	enum zong_link_decision decision;
	const char *kind;            /* NULL: as proposed, or as the kind of the later case says */
	const char *reason;          /* to refuse, and to decide anew what was decided otherwise */
};
/* The same decision again is no error and changes nothing. Written with its line in the log.
 * ZONG_ENOCASE (err names which), ZONG_EINVAL ("kind"; "earlier": a case with itself; "circle": the earlier case goes on from
 * the later one), ZONG_ENOENT (nothing there to refuse), ZONG_EREASON, ZONG_ELIMIT (ZONG_LIMIT_LINKS of the later case, or the
 * reason), ZONG_EENCODING, ZONG_EFORBIDDEN. */
int zong_link_decide(struct zong_archive *archive, const struct zong_subject *who, const struct zong_link_wish *wish,
	Zong__Link **ret_link, struct zong_err *err);

/* The line of a unit's cases. */
struct zong_chain_case {
	Zong__Case *cas;
	int32_t day;          /* days since 1970: of the number's date, else when it was opened */
	bool day_known;       /* ... of the number */
	Zong__LinkKind role;  /* what its kind does: ZONG__LINK_KIND__LINK_TITLE gives a title, ... */
	bool here;            /* filed below the code; else it comes by links alone */
	const char *via;      /* the code in the lineage that it is filed below, NULL: the one asked for */
	const char *ended_by; /* number of the case that ended this burden, NULL: none did */
};
struct zong_chain {
	struct zong_unit_code code;
	struct zong_lineage before;
	struct zong_chain_case *item; /* oldest first */
	size_t count;
	Zong__Link **link;    /* of which both ends are among the items; not those refused */
	size_t links;
	bool more;            /* over ZONG_LIMIT_CHAIN: there are others */
};
/* The cases below a code and those that it comes from, and what they are linked with, however far. Logged as a read.
 * ZONG_EUNITCODE, ZONG_ENOENT (nothing there that the subject may see). */
int zong_chain_get(struct zong_archive *archive, const struct zong_subject *who, const char *code,
	struct zong_chain *ret_chain, struct zong_err *err);
void zong_chain_release(struct zong_chain *chain);

#endif
