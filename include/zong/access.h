/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ACCESS_H
#define ZONG_ACCESS_H

/* The one place that decides who sees and does what. Every function of the archive that hands out
 * or changes anything asks here, for each object; http asks here for verbs without an object.
 *
 * | verb              | administrator | archivist | department                    | lookup | local |
 * |-------------------|---------------|-----------|-------------------------------|--------|-------|
 * | case.open         |               | x         |                               |        | x     |
 * | case.read         |               | x         | with a material delivered to it | x    | x     |
 * | material.add      |               | x         |                               | to a query | x |
 * | material.read     |               | x         | delivered to it               | x      | x     |
 * | search            |               | x         | among what it may read        | x      | x     |
 * | feed.read         |               |           | its own                       |        | x     |
 * | delivery.read     |               | x         | its own                       |        | x     |
 * | delivery.end      |               |           | its own                       |        | x     |
 * | delivery.manage   |               | x         |                               |        | x     |
 * | department.list   | x             | x         | itself                        |        | x     |
 * | department.manage | x             |           |                               |        | x     |
 * | token.manage      | x             |           |                               |        | x     |
 * | user.manage       | x             |           |                               |        | x     |
 * | job.read          | x             | x         |                               |        | x     |
 * | job.retry         | x             | x         |                               |        | x     |
 * | job.cancel        | x             | x         |                               |        | x     |
 * | status.read       | x             | x         |                               | x      | x     |
 * | case.event        |               | x         |                               |        | x     |
 * | case.change       |               | x         |                               |        | x     |
 * | catalogue.read    | x             | x         | x                             | x      | x     |
 * | retention.read    | x             | x         |                               |        | x     |
 * | retention.manage  | x             |           |                               |        | x     |
 * | hold.manage       | x             | x         |                               |        | x     |
 * | destruction.manage | x            | x         |                               |        | x     |
 * | review.read       |               | x         | of what is delivered to it    |        | x     |
 * | review.decide     |               | x         |                               |        | x     |
 * | unit.list         |               | x         |                               | x      | x     |
 * | unit.manage       |               | x         |                               |        | x     |
 * | original.read     |               | x         | of what was delivered to it   | x      | x     |
 * | original.reserve  |               | x         |                               | x      | x     |
 * | original.lend     |               | x         |                               |        | x     |
 * | original.manage   |               | x         |                               |        | x     |
 * | place.read        |               | x         |                               | x      | x     |
 * | handover.manage   |               | x         |                               |        | x     |
 * | volume.read       |               | x         | with a material delivered to it | x    | x     |
 * | volume.print      |               | x         |                               | x      | x     |
 * | volume.manage     |               | x         |                               |        | x     |
 * | query.enter       |               | x         |                               | x      | x     |
 * | query.decide      |               | x         |                               | x      | x     |
 * | query.read        |               | x         |                               | x      | x     |
 * | log.read          | x             |           |                               |        | x     |
 * | proof.read        | x             | x         | of what it may read           | x      | x     |
 * | link.list         |               | x         |                               | x      | x     |
 * | link.decide       |               | x         |                               |        | x     |
 * | property.read     |               | x         |                               |        | x     |
 * | property.run      |               | x         |                               |        | x     |
 * | vault.use         |               | x         | its own                       |        | x     |
 * | vault.make        |               |           | its own                       |        | x     |
 *
 * vault.use and vault.make: to try to unlock a vault, and to make one where there is none. What opens it is the password of a member, which is
 * no matter of roles; inside whoever has opened it has the role member, which is given to nobody else and has there case.*, material.*,
 * search, job.*, status.read, review.*, unit.*, log.read, retention.*, hold.manage, destruction.manage and property.*.
 *
 * A self-service desk (the role kiosk) has desk.ask alone, which nobody else has but local: it is told what the rules let an owner be told
 * whose card lies on its reader (desk.h).
 *
 * retention.read: rules, what is due, holds and destruction lists. That a list is approved by another person than the
 * one who proposed it is decided in destruction.c.
 *
 * original.read: where it is. Of an original with materials a department needs one that was delivered to it, of the papers of a
 * whole case any of the case. original.manage: registering, shelving, places, missing and found, stock-takes. That a
 * hand-over list is taken by another person than the one who gives it is decided in handover.c.
 *
 * proof.read: that a line is in the log (tlog.h). Of any line for those who may read the log; for the others of lines about what was
 * added, received, returned, destroyed or printed, where they may see that.
 *
 * link.list: what is proposed in the whole archive. The links of a case are read with case.read, and only where both cases
 * may be.
 *
 * property.read: reports of the four properties, which name materials and hold none of their contents. A hand-over list or a volume that runs them
 * asks for no right but its own.
 *
 * volume.read: of a volume with scans a department needs a material of it that was delivered to it, of one without any of its
 * cases; it is shown these items alone. volume.print is the whole of it, and the list as a table.
 *
 * material.add of the lookup desk: what is shown at the desk as proof, into the case that goes with a query (query.h), and sent to no department.
 *
 * query.decide: to grant, refuse or withdraw; what may be told is the rules' decision (query_rules.h), not the role's.
 *
 * A custodian (保管员) keeps the paper: what an archivist may of originals, places, volumes, hand-over lists, loans, holds, destruction lists
 * and deliveries, the four properties, and reading and adding to cases; but opening and changing none, and deciding nothing of units, links, reviews and
 * queries. An auditor (审计) may log.read, proof.read, status.read, job.read, retention.read, catalogue.read, property.read and department.list, and sees no paper.
 * Whoever signed in with a password that somebody else made may nothing: ZONG_EMUSTCHANGE.
 * A token may be limited to some of its role's verbs (identity.h), and so are the sessions opened with it.
 * A delivery that was withdrawn gives no right. */

#include <stdbool.h>

#include <zong/identity.h>

enum zong_verb {
	ZONG_VERB_CASE_OPEN, ZONG_VERB_CASE_READ, ZONG_VERB_MATERIAL_ADD, ZONG_VERB_MATERIAL_READ,
	ZONG_VERB_SEARCH, ZONG_VERB_FEED_READ, ZONG_VERB_DELIVERY_READ, ZONG_VERB_DELIVERY_END, ZONG_VERB_DELIVERY_MANAGE,
	ZONG_VERB_DEPARTMENT_LIST, ZONG_VERB_DEPARTMENT_MANAGE, ZONG_VERB_TOKEN_MANAGE, ZONG_VERB_USER_MANAGE, ZONG_VERB_JOB_READ,
	ZONG_VERB_JOB_RETRY, ZONG_VERB_STATUS_READ, ZONG_VERB_CASE_EVENT, ZONG_VERB_RETENTION_READ,
	ZONG_VERB_RETENTION_MANAGE, ZONG_VERB_HOLD_MANAGE, ZONG_VERB_DESTRUCTION_MANAGE, ZONG_VERB_REVIEW_READ,
	ZONG_VERB_REVIEW_DECIDE, ZONG_VERB_JOB_CANCEL,
	ZONG_VERB_UNIT_LIST, ZONG_VERB_UNIT_MANAGE,
	ZONG_VERB_ORIGINAL_READ, ZONG_VERB_ORIGINAL_RESERVE,
	ZONG_VERB_ORIGINAL_LEND, ZONG_VERB_ORIGINAL_MANAGE, ZONG_VERB_PLACE_READ, ZONG_VERB_HANDOVER_MANAGE,
	ZONG_VERB_LOG_READ, ZONG_VERB_LINK_LIST, ZONG_VERB_LINK_DECIDE,
	ZONG_VERB_VOLUME_READ, ZONG_VERB_VOLUME_PRINT, ZONG_VERB_VOLUME_MANAGE,
	ZONG_VERB_QUERY_ENTER, ZONG_VERB_QUERY_DECIDE, ZONG_VERB_QUERY_READ, ZONG_VERB_DESK_ASK,
	ZONG_VERB_CATALOGUE_READ, ZONG_VERB_CASE_CHANGE,
	ZONG_VERB_PROOF_READ,
	ZONG_VERB_PROPERTY_READ, ZONG_VERB_PROPERTY_RUN,
	ZONG_VERB_VAULT_USE, ZONG_VERB_VAULT_MAKE,
	ZONG_VERB_COUNT_,
};
const char *zong_verb_name(enum zong_verb verb);
enum zong_verb zong_verb_parse(const char *name); /* ZONG_VERB_COUNT_: none of them */

struct zong_txn;

/* What it is done to; unused members NULL. */
struct zong_object {
	struct zong_txn *txn;              /* to look at deliveries; needed for case and material */
	const Zong__Case *cas;
	const Zong__Material *material;
	const Zong__Delivery *delivery;
	const Zong__Original *original;
	const Zong__Volume *volume;
	const char *department;
};

/* 0: yes. ZONG_ENOENT: must not know that it exists. ZONG_EFORBIDDEN: knows it, may not do that.
 * ZONG_EUNAUTHENTICATED: no subject. @object NULL: may this role use the verb at all. */
int zong_access_may(const struct zong_subject *who, enum zong_verb verb, const struct zong_object *object);

#endif
