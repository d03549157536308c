/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTS_UNIT_STORE_FIXTURE_H
#define TESTS_UNIT_STORE_FIXTURE_H

/* An archive in a directory of its own for one test, taken away by its teardown, and what the tests
 * of this folder do again and again. */

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <zong/buffer.h>
#include <zong/store.h>

#include "state.h"

struct fixture {
	char dir[128];
	struct zong_store *store;
	struct zong_buf bytes; /* for the test's use */
	struct zong_buf more;
};

int fixture_setup(void **state);	/* made and opened */
int fixture_setup_small(void **state);	/* with maps of 1 MiB and 4 MiB */
int fixture_setup_closed(void **state); /* a directory name alone */
int fixture_teardown(void **state);

/* That of the archives that are made here, where ZONG_TEST_SEALED asks for sealed ones; NULL otherwise. */
const uint8_t *fixture_key(void);
/* Bytes that what takes @most in an archive that is not sealed may take in one like this. */
uint64_t fixture_most(uint64_t most);
void fixture_reopen(struct fixture *f);
/* Bytes that do not compress, the same for the same @seed. */
void fixture_noise(struct zong_buf *buf, size_t len, uint64_t seed);
/* An unnamed file with these bytes. */
int fixture_file(const void *bytes, size_t len);
/* Stores them as archive does, recipe alone; its result. */
int fixture_store_bytes(struct zong_store *store, const void *bytes, size_t len,
	enum zong_media media, struct zong_ingest_result *ret_result);
/* Fails the test unless the file comes back as these bytes. */
void fixture_assert_file(
	struct zong_store *store, const struct zong_digest *digest, const void *bytes, size_t len);
/* A row "name" -> bytes in ZONG_TABLE_USERS, written durably. */
int fixture_put(struct zong_store *store, const char *name, const char *value);
bool fixture_has(struct zong_store *store, const char *name, const char *value);
uint64_t fixture_counter(struct zong_store *store, enum zong_counter counter);

#endif
