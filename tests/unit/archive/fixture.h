/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_TEST_ARCHIVE_FIXTURE_H
#define ZONG_TEST_ARCHIVE_FIXTURE_H

/* An archive in a temporary folder with the fake pool, two departments (tax, housing) and one
 * subject of each role. The group's setup makes it once, each test takes a fresh copy of nothing:
 * tests of one program share the archive and use cases of their own. */

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <zong/archive.h>
#include <zong/case.h>
#include <zong/delivery.h>
#include <zong/identity.h>
#include <zong/material.h>

#include "fake_pool.h"
#include "inside.h"

struct fixture {
	char dir[256];
	char password[ZONG_PASSWORD_TEXT];
	struct zong_archive *archive;
	struct zong_err err;
	struct zong_subject nobody, administrator, archivist, lookup, local, tax, housing;
	Zong__Case *cas;    /* the last case opened */
	Zong__Case **cases; /* a list, released by fixture_clear */
	size_t case_count;
	Zong__Material *material;
	Zong__Material **materials;
	size_t material_count;
	Zong__Reading *reading;
	struct zong_receipt receipt, other;
	struct zong_event *event, *events;
	size_t event_count;
	struct zong_bytes *bytes;
	struct zong_material_pages pages;
	bool bulk, only; /* what fixture_add hands in */
	const char *scope, *replaces; /* likewise; NULL: nothing */
	struct zong_job_item *jobs;
	size_t job_count;
	struct zong_parcel parcel;
	struct zong_warnings warnings;
	struct zong_outbox outbox;
	struct zong_txn *txn;
	char *next;
};

/* Of a group: opens with reading jobs running | not running. */
int fixture_setup(void **state);
int fixture_setup_paused(void **state);
int fixture_teardown(void **state);
/* Of a test: releases what the test put into the fixture. */
int fixture_clear(void **state);

/* Closes and opens the archive again. */
void fixture_reopen(struct fixture *f, bool paused);
/* Opens a case with one unit, one party; fails the test when it cannot. */
void fixture_case(struct fixture *f, const char *no);
/* Takes in a document ("text 甲\nblank\n") into @receipt; @to: "tax,housing", "" or NULL. */
int fixture_add(struct fixture *f, const char *no, const char *type, const char *pages,
	const char *to, struct zong_receipt *receipt);
/* Text id of a material; static, of the last call. */
const char *fixture_id(const ProtobufCBinaryData *id);
/* What a kill leaves behind the change that names a department's webhook: it stands there, and of what that means for its deliveries (settle.h) nothing
 * is done yet. */
void fixture_webhook_begun(struct fixture *f, const char *department, const char *webhook, unsigned int what);
/* Waits until no page waits to be read; false after ten seconds. */
bool fixture_settle(struct fixture *f);
uint64_t fixture_counter(struct fixture *f, enum zong_counter counter);
/* Lines in the log with this verb (and object, unless NULL); *ret_sum, unless NULL: of their
 * counts. */
size_t fixture_log(struct fixture *f, const char *verb, const char *object, uint64_t *ret_sum);

#endif
