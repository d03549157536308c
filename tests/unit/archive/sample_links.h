/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SAMPLE_LINKS_H
#define SAMPLE_LINKS_H

/* Cases that go on from each other, for tests on the fixture. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/chain.h>

#include "chain.h"
#include "fixture.h"
#include "row.h"

/* Opens a case of that kind under a unit of parcel @parcel (two digits) with one certificate, or NULL. */
static inline void sample_link_case(struct fixture *f, const char *no, const char *kind,
	const char *parcel, const char *certificate)
{
	char unit[ZONG_UNIT_TEXT];
	char *units[] = {unit}, *certificates[] = {(char *)(uintptr_t)certificate};
	Zong__Case wanted = ZONG__CASE__INIT;
	bool again;

	snprintf(unit, sizeof(unit), "370786009%.2s1GB00001F00010001", parcel);
	wanted.no = (char *)(uintptr_t)no;
	wanted.kind = (char *)(uintptr_t)kind;
	wanted.units = units;
	wanted.n_units = 1;
	wanted.certificates = certificates;
	wanted.n_certificates = certificate != NULL;
	zong_row_cleanup(&f->cas);
	f->cas = NULL;
	zong_warnings_release(&f->warnings);
	assert_int_equal(zong_case_open(f->archive, &f->archivist, &wanted, &f->cas, &again,
				 &f->warnings, &f->err),
		0);
	assert_false(again);
}

/* A page of the case that shows the number. */
static inline void sample_link_page(struct fixture *f, const char *no, const char *number)
{
	char page[400];

	snprintf(page, sizeof(page), "text 第一行 %s 见 %s 为凭\n", no, number);
	assert_int_equal(fixture_add(f, no, "不动产权证书", page, NULL, &f->receipt), 0);
	assert_true(fixture_settle(f));
}

/* The row between two cases; NULL: there is none. The caller frees it. */
static inline Zong__Link *sample_link(struct fixture *f, const char *later, const char *earlier)
{
	Zong__Link *link = NULL;
	struct zong_txn *txn;
	int err;

	assert_int_equal(zong_store_read_begin(f->archive->store, &txn), 0);
	err = zong_chain_row(txn, later, earlier, &link);
	zong_txn_end(txn);
	assert_true(err == 0 || err == ZONG_ENOENT);
	return err ? NULL : link;
}

/* "proposed title: order, units", "" where there is no row. Static. */
static inline const char *sample_link_text(
	struct fixture *f, const char *later, const char *earlier)
{
	static char text[200];
	Zong__Link *link = sample_link(f, later, earlier);
	size_t len = 0;

	text[0] = '\0';
	if (!link)
		return text;
	len = (size_t)snprintf(text, sizeof(text), "%s %s", zong_link_state_name(link->state),
		zong_link_kind_name(link->kind));
	for (size_t i = 0; i < link->n_doubts; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%s", i ? ", " : ": ",
			link->doubts[i]);
	zong__link__free_unpacked(link, NULL);
	return text;
}

#define assert_link(f, later, earlier, expected)                                                   \
	assert_string_equal(sample_link_text(f, later, earlier), expected)

static inline int sample_link_decide(struct fixture *f, const struct zong_subject *who,
	const char *later, const char *earlier, bool confirm, const char *reason)
{
	struct zong_link_wish wish = {.later = later,
		.earlier = earlier,
		.decision = confirm ? ZONG_LINK_CONFIRM : ZONG_LINK_REFUSE,
		.reason = reason};
	Zong__Link *link = NULL;
	int err = zong_link_decide(f->archive, who, &wish, &link, &f->err);

	if (!err)
		zong__link__free_unpacked(link, NULL);
	return err;
}

#endif
