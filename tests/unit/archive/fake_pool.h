/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_TEST_FAKE_POOL_H
#define ZONG_TEST_FAKE_POOL_H

/* A pool without workers for the tests of the domain: the functions of <zong/pool.h> over documents
 * that describe themselves. A document is "%PDF-1.4\n" and one line a page:
 *
 *     text WORDS      read as these words
 *     blank           nothing on it
 *     damaged         cannot be decoded
 *     kill WORDS      each attempt at reading it kills the worker
 *     killonce WORDS  the first attempt kills the worker, the next one reads
 *     late WORDS      the first attempt finds no worker, the next one reads
 *     torn WORDS      found damaged only when read
 *     like WORDS      read as these words; looks like every other such page with the same first word
 *     patch       a Patch T
 *     cover CODE  a separator sheet with this code
 *     stuck       pages cannot be taken out of this document
 *     askew WORDS     read as these words; lies 5 degrees askew
 *     sick WORDS      a worker dies on it in the first probe since the last reset
 *
 * The raster of a page is the digest of its line. "locked" in place of the pages: needs a password.
 */

#include <stdbool.h>

struct fake_pool_counts {
	unsigned int probes, reads, renders;
};

/* Since the last reset. */
struct fake_pool_counts fake_pool_counts(void);
/* Forgets counts and attempts, opens the gate. */
void fake_pool_reset(void);
/* While closed, reads wait. */
void fake_pool_gate(bool open);

#endif
