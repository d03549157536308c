/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_SCANNER_H
#define ZONG_ARCHIVE_SCANNER_H

/* A virus scanner: a program of the hall's, named in zong.conf with its arguments.
 *
 *     virus-scanner = /usr/bin/clamscan --no-summary -
 *     virus-seconds = 120
 *
 * It is run once a file, never by a shell: parted at blanks, the first word an absolute path. The file is its standard input, open for
 * reading from the beginning; what it prints is thrown away. It ends with 0 (clean) or 1 (infected); with anything else, or when its time
 * is over, the file counts as not looked at. It runs in a process group of its own, without our descriptors and environment, may gain no
 * privileges, and is killed with all it has started when its time is over or this program ends. Threads: any. */

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include <zong/error.h>

#define ZONG_SCANNER_WORDS 32
#define ZONG_SCANNER_SECONDS 120
#define ZONG_SCANNER_SECONDS_MAX 3600

struct zong_scanner {
	char *text;			    /* owned: the words, each ended by a zero byte */
	char *word[ZONG_SCANNER_WORDS + 1]; /* the last one NULL; word[0] NULL: none is set up */
	unsigned int seconds;
};

/* ZONG_EINVAL: no absolute path, or too many words. @setting NULL: none. */
int zong_scanner_init(struct zong_scanner *scanner, const char *setting, unsigned int seconds);
void zong_scanner_release(struct zong_scanner *scanner);
/* It is there, and can be run. */
bool zong_scanner_ready(const struct zong_scanner *scanner);

enum zong_scanner_answer {
	ZONG_SCANNER_CLEAN,
	ZONG_SCANNER_INFECTED,
	ZONG_SCANNER_FAILED, /* ret_status: with which it ended; or minus the signal */
	ZONG_SCANNER_TIMEOUT,
	ZONG_SCANNER_MISSING, /* it could not be started */
};
/* @fd: its offset is not used and not moved; it should be a copy, as a program can come to write into what it is given to read. @stop (may be NULL) ends it: ZONG_ECANCELLED. Else 0, ZONG_EIO, ZONG_ENOMEM. */
int zong_scanner_run(const struct zong_scanner *scanner, int fd, const atomic_bool *stop,
	enum zong_scanner_answer *ret_answer, int *ret_status);

#endif
