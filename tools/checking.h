/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_TOOLS_CHECKING_H
#define ZONG_TOOLS_CHECKING_H

#include <zong/check.h>

#include "cli.h"

struct checking {
	uint64_t findings, repaired;
	struct zong_check_result of; /* of the run that came to its end */
};

/* Checks the archive at @dir in a process of its own, printing each finding (as JSON with cli->json) and, unless @quiet, the
 * progress. Of @options, part, found, progress and ctx are set here. CLI_OK: it came to its end, whatever it found; otherwise
 * it has said why not, and *ret_result holds what was found until then. */
int checking_run(const struct cli *cli, const char *dir, struct zong_check_options *options,
	bool quiet, struct checking *ret_result);

#endif
