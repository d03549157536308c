/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_FUZZ_H
#define ZONG_FUZZ_H

/* A fuzz target is one file tests/fuzz/fuzz_NAME.c with one function that takes any bytes and comes
 * back, and a folder corpus/NAME with seeds. Configured with --enable-fuzzing it is linked with
 * libFuzzer and looks for new inputs; otherwise replay.c gives it the seeds and what it makes of
 * them. */

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

/* A target that takes milliseconds for one input defines it: so many rounds replay.c does for a seed. */
extern const unsigned int fuzz_rounds __attribute__((weak));

/* What must hold for every input; ends the program where it does not. */
#define must_hold(condition)                                                                       \
	do {                                                                                       \
		if (!(condition)) {                                                                \
			fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__,          \
				#condition);                                                       \
			abort();                                                                   \
		}                                                                                  \
	} while (0)

#endif
