/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_TEST_FAULT_H
#define ZONG_TEST_FAULT_H

/* A disk that fails, for LD_PRELOAD (fault.so): every call that changes something below one folder,
 * or syncs it, is a fault point; the n-th goes wrong. What POSIX and ext4 promise is kept, nothing
 * more:
 *
 *     fsync, fdatasync of a file     its bytes and its length are durable, its name is not
 *     fsync of a folder              the names in it are durable
 *     write through O_DSYNC, O_SYNC  these bytes and the length are durable when it returns
 *     rename                         one change: both names or neither
 *     a sector (512 bytes)           is written whole or not at all; sectors in any order
 *     a file's length                of what is not synced: the old one, the new one, or between
 *     O_TMPFILE                      gone
 *     sync_file_range, close         promise nothing
 *
 * All is done in memory and by hard links in a folder beside the watched one (its name and
 * ".graves"), which keep what was unlinked until the unlinking is durable. Real syncs are left out.
 *
 * Armed by the environment,
 *
 *     FAULT_DIR=/path FAULT_MODE=power FAULT_AT=17 FAULT_SEED=3 FAULT_LASTING=1 FAULT_REPORT=2
 *     LD_PRELOAD=fault.so program
 *
 * (FAULT_REPORT: a descriptor, to which the number of fault points is written at the end), or by a
 * program that finds zong_fault_arm with dlsym.
 *
 * What cannot be followed ends the program loudly: a writable shared mapping of a file below the
 * folder, unless that is LMDB's lock.mdb, and writing through stdio. Reflinks (FICLONE) answer
 * EOPNOTSUPP. Counts only in the process that armed it: a child of fork has no fault points.
 * Threads: any; the calls of all are done one after the other. */

#include <stdint.h>

enum zong_fault_mode {
	ZONG_FAULT_NONE,   /* counts only */
	ZONG_FAULT_KILL,   /* SIGKILL before the call, or in the middle of a write */
	ZONG_FAULT_ENOSPC, /* calls that need room fail; a write may be cut short first */
	ZONG_FAULT_EIO, /* every call may fail; a failed sync leaves bytes that no later one brings out */
	ZONG_FAULT_POWER, /* the power goes */
};

struct zong_fault_plan {
	const char *dir; /* absolute, and must exist */
	enum zong_fault_mode mode;
	unsigned long at; /* the fault point, from 1; 0: never */
	unsigned long
		lasting; /* so many points fail, one behind the other (ENOSPC, EIO); 0 counts as 1 */
	/* Of EIO: and so many points after the last one that failed the power goes; 0: it stays. */
	unsigned long power_after;
	uint64_t seed;
};

typedef int zong_fault_arm_function(const struct zong_fault_plan *plan);
/* 0, or -1 with errno. At most once in a process. */
int zong_fault_arm(const struct zong_fault_plan *plan);
typedef unsigned long zong_fault_points_function(void);
/* Fault points so far. */
unsigned long zong_fault_points(void);
/* Has something been made to fail? */
unsigned long zong_fault_failures(void);
/* The power goes now, whatever the mode. */
typedef void zong_fault_power_function(void);
void zong_fault_power(void);

#define ZONG_FAULT_POWER_STATUS 99 /* of exit, when the power went */

#endif
