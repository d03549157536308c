/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_CHAIN_H
#define ZONG_ARCHIVE_CHAIN_H

/* What the files of the chain of title share. Threads: those of the txn; what puts, the writer. */

#include <zong/chain.h>
#include <zong/material.h>
#include <zong/store.h>

#include "inside.h"

/* ---- what a case does: chain_role.c ---- */

#define ZONG_ROLE_TITLE 1u     /* gives a title: a first registration, a transfer, a change */
#define ZONG_ROLE_MORTGAGE 2u  /* lays a mortgage */
#define ZONG_ROLE_DISCHARGE 4u /* ends one */
#define ZONG_ROLE_SEIZURE 8u
#define ZONG_ROLE_LIFTING 16u
#define ZONG_ROLE_BURDEN 32u /* another right or note on a title: 地役权, 居住权, 预告, 异议 */

/* What a case of that kind does, by its words; one that says nothing gives a title. */
unsigned int zong_chain_roles(const char *kind);
/* The kind of a link by which such a case goes on from another. */
Zong__LinkKind zong_chain_kind(unsigned int roles);

struct zong_chain_day {
	int32_t day; /* since 1970-01-01 */
	bool known;  /* its number begins with it; else when it was opened in the archive */
	int year;    /* that the number says, 0: it says none */
};
void zong_chain_day_of(const Zong__Case *cas, struct zong_chain_day *ret_day);
/* < 0: @a was before @b. *ret_sure: the numbers say so. */
int zong_chain_compare(const Zong__Case *a, const Zong__Case *b, bool *ret_sure);

/* ---- rows: chain_row.c ---- */

void zong_chain_key(const char *later, const char *earlier, struct zong_key *ret_key);
int zong_chain_row(
	struct zong_txn *txn, const char *later, const char *earlier, Zong__Link **ret_link);
/* Puts the row and its index rows, in place of one that was doubtful or not. */
int zong_chain_put(struct zong_txn *txn, const Zong__Link *link);
int zong_chain_delete(struct zong_txn *txn, const char *later, const char *earlier);
/* A new row, which is not put yet. ZONG_ELIMIT: the later case has ZONG_LIMIT_LINKS already. */
int zong_chain_new(struct zong_txn *txn, const Zong__Case *later, const Zong__Case *earlier,
	Zong__Link **ret_link);
/* Puts the index rows only. */
int zong_chain_index(struct zong_txn *txn, const Zong__Link *link);
/* The links of a case, to earlier ones (@back) or from later ones; at most ZONG_LIMIT_LINKS. */
int zong_chain_links(struct zong_txn *txn, const char *no, bool back, Zong__Link ***ret_links,
	size_t *ret_count);

/* ---- proposing: chain_propose.c, chain_evidence.c ---- */

/* Materials on which the evidence stands of links that were put, changed or taken away: their part of the review list
 * follows (zong_review_touched). At most ZONG_LIMIT_LINKS, each once. */
struct zong_touched {
	struct zong_id *id;
	size_t count;
};
void zong_touched_release(struct zong_touched *touched);

/* A case was opened: by the numbers entered with it. @confidence: below it a reading is unsure. */
int zong_chain_propose_case(struct zong_txn *txn, const Zong__Case *cas, float confidence,
	struct zong_touched *touched);
/* All pages of a material are read: by the numbers on them. */
int zong_chain_propose_material(struct zong_txn *txn, const Zong__Material *material,
	const struct zong_material_pages *pages, float confidence, struct zong_touched *touched);
/* The material is destroyed: what stood on it is evidence no more. */
int zong_chain_forget(
	struct zong_txn *txn, const Zong__Material *material, struct zong_touched *touched);

/* One case in which a number stands, and where. */
struct zong_chain_place {
	Zong__Case *cas;
	bool entered;  /* by a person, with the case */
	uint32_t page; /* of the material; 0: on none */
	struct zong_id material;
	float confidence; /* 1 where it was entered */
};
struct zong_chain_places {
	struct zong_chain_place *item; /* each case once, a person's entry before pages */
	size_t count;
	bool more; /* over ZONG_LIMIT_CHAIN_CASES */
};
/* Where the normalised number stands. */
int zong_chain_places(
	struct zong_txn *txn, const char *certificate, struct zong_chain_places *ret_places);
void zong_chain_places_release(struct zong_chain_places *places);

/* Has @link been given this certificate as evidence? */
Zong__LinkEvidence *zong_chain_evidence(const Zong__Link *link, const char *certificate);
/* Adds or renews it. 0, ZONG_ENOMEM. */
int zong_chain_add_evidence(
	Zong__Link *link, const char *certificate, const struct zong_chain_place *place);
void zong_chain_drop_evidence(Zong__Link *link, const Zong__LinkEvidence *evidence);

/* ---- the line of a code: chain_line.c ---- */

/* All of zong_chain_get for chain->code but what it comes out as. ZONG_ENOENT: nothing. Released by the caller, also on failure. */
int zong_chain_gather(
	struct zong_txn *txn, const struct zong_subject *who, struct zong_chain *chain);

/* ---- deciding ---- */

/* In a change; *ret_link is the caller's. Errors of zong_link_decide. */
int zong_chain_decide(struct zong_txn *txn, const struct zong_subject *who,
	const struct zong_link_wish *wish, Zong__Link **ret_link, const char **ret_wrong);

#endif
