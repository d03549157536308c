/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_CONFIG_H
#define ZONG_CONFIG_H

/* The settings of one archive: DIR/zong.conf, lines `name = value`, # starts a comment, UTF-8.
 * Names are those that the reader of a setting asks for; a name that nobody knows is an error with
 * its line number, so that a typing slip does not silently do nothing. Threads: read-only after load. */

#include <stdbool.h>
#include <stdint.h>

#include <zong/error.h>

struct zong_config;

/* @known: the allowed names, NULL-terminated. A missing file gives an empty configuration.
 * Returns 0, ZONG_EINVAL (err: "zong.conf:3 ..."), ZONG_EIO. */
int zong_config_load(const char *path, const char *const *known, struct zong_config **ret_config,
	struct zong_err *err);
void zong_config_free(struct zong_config *config);
/* Borrowed; @fallback when not set. */
const char *zong_config_str(const struct zong_config *config, const char *name, const char *fallback);
/* ZONG_EINVAL when the value is no whole number within [min, max]. */
int zong_config_int(const struct zong_config *config, const char *name, int64_t min, int64_t max,
	int64_t fallback, int64_t *ret_value, struct zong_err *err);
/* The same for a number that may have decimals, written like 1.5; nothing below 0. */
int zong_config_number(const struct zong_config *config, const char *name, double min, double max,
	double fallback, double *ret_value, struct zong_err *err);

#endif
