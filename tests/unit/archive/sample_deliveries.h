/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_TEST_ARCHIVE_SAMPLE_DELIVERIES_H
#define ZONG_TEST_ARCHIVE_SAMPLE_DELIVERIES_H

/* Deliveries of a fixture's archive, as tests of their life ask for them. */

#include <string.h>

#include "deliver.h"
#include "fixture.h"
#include "row.h"

/* The state of the delivery of the fixture's receipt to a department, with its row in f->event. */
static inline const Zong__Delivery *sample_delivery(struct fixture *f, size_t number)
{
	zong_events_free(f->event, 1);
	f->event = NULL;
	assert_int_equal(zong_delivery_get(f->archive, &f->local,
				 fixture_id(&f->receipt.delivery[number]->id), &f->event, &f->err),
		0);
	return f->event->delivery;
}

/* How many events the department's feed has after a cursor; they are f->events. */
static inline size_t sample_feed(
	struct fixture *f, const struct zong_subject *who, const char *department, uint64_t after)
{
	uint64_t cursor;
	bool more;

	zong_events_free(f->events, f->event_count);
	f->events = NULL;
	f->event_count = 0;
	assert_int_equal(zong_feed_read(f->archive, who, department, after, false, 100, &f->events,
				 &f->event_count, &cursor, &more, &f->err),
		0);
	return f->event_count;
}

/* Takes in a newer version of the fixture's material into f->other. */
static inline int sample_replace(struct fixture *f, const char *no, const char *pages)
{
	char old[ZONG_ID_TEXT];
	int err;

	memcpy(old, fixture_id(&f->receipt.material->id), sizeof(old));
	f->replaces = old;
	err = fixture_add(f, no, "", pages, NULL, &f->other);
	f->replaces = NULL;
	return err;
}

#endif
