/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_TOOLS_SECRET_H
#define ZONG_TOOLS_SECRET_H

#include <stddef.h>

#define SECRET_MOST 1100 /* bytes, with the end */

/* One line: of @file, or where that is NULL of standard input, without showing it where that is a terminal. Prints what is wrong.
 * CLI_OK, CLI_FAILED. The caller wipes it. */
int secret_read(const char *prompt, const char *file, char *ret_secret, size_t size);

#endif
