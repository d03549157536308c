/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SAMPLE_FOUND_H
#define SAMPLE_FOUND_H

/* A search under way over a sample archive, for the tests of its parts: sample_begin, then the
 * part, then sample_end. */

#include "sample_archive.h"
#include "search_found.h"

struct sample_found {
	struct zong_arena arena;
	struct zong_subject who;
	struct zong_query query;
	struct zong_txn *txn;
	struct zong_found found;
};

static inline void sample_end(struct sample_found *s)
{
	zong_found_release(&s->found);
	zong_txn_end(s->txn);
	zong_arena_release(&s->arena);
	memset(s, 0, sizeof(*s));
}

static inline void sample_begin(struct sample_found *s, struct sample *sample, enum zong_role role,
	const char *department, struct zong_search search)
{
	struct zong_err err;

	sample_end(s);
	s->who = sample_subject(role, department);
	assert_int_equal(zong_query_parse(&search, &s->arena, &s->query, &err), 0);
	assert_int_equal(zong_store_read_begin(sample->archive.store, &s->txn), 0);
	zong_found_init(&s->found, s->txn, &s->who, &s->query, &s->arena);
}

#endif
