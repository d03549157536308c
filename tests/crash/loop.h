/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_TEST_LOOP_H
#define ZONG_TEST_LOOP_H

/* One attempt: a prepared folder, an operation with one fault in it, and a look at what is left, each
 * in a process of its own. Threads: none, in this process. */

#include <stdbool.h>
#include <stdint.h>

#include "fault.h"
#include "house.h"
#include "naive.h"

/* How it goes wrong. */
struct mode {
	const char *name;
	enum zong_fault_mode fault;
	unsigned long lasting;
	bool then_power; /* and soon after it the power goes */
	unsigned seeds;	 /* so many different ones at each point, in a full run */
};

struct attempt {
	const struct operation *operation; /* or */
	const struct naive *naive;
	const struct mode *mode;
	unsigned long at;
	uint64_t seed;
};

struct outcome {
	unsigned long points, failures;
	bool done;  /* the operation came to its end */
	bool holds; /* what was left is as it must be */
};

struct place {
	char base[512]; /* prepared states are in here */
	char work[600]; /* the folder that is watched */
	char ledger[600], log[600];
};

/* @number: of the worker, so that each has a folder of its own. */
void place_init(struct place *place, const char *base, unsigned number);
bool place_prepare(const char *base, const struct prepared *state);
void attempt_run(struct place *place, const struct attempt *attempt, struct outcome *ret_outcome);
/* Is a shared mapping noticed? */
bool attempt_map(struct place *place);

#endif
