/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <pthread.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "house.h"
#include "state.h"

#define TRIES_MAX 200

static struct zong_store_maps maps;
static bool small_maps;
static unsigned wrongs;

/* ---- in place of what would only cost time ---- */

/* The archive opens its store through this: zong_store_open by -Wl,--wrap. */
int __wrap_zong_store_open(const char *dir, const struct zong_store_options *options,
	struct zong_store **ret_store, struct zong_err *err);
int __wrap_zong_store_open(const char *dir, const struct zong_store_options *options,
	struct zong_store **ret_store, struct zong_err *err)
{
	return zong_store_open_sized(dir, options, small_maps ? &maps : NULL, ret_store, err);
}

/* The administrator's password, with the least work that Argon2id allows. */
int __wrap_crypto_pwhash_str(char *ret, const char *password, unsigned long long len,
	unsigned long long operations_limit, size_t memory_limit);
int __real_crypto_pwhash_str(char *ret, const char *password, unsigned long long len,
	unsigned long long operations_limit, size_t memory_limit);
int __wrap_crypto_pwhash_str(char *ret, const char *password, unsigned long long len,
	unsigned long long operations_limit, size_t memory_limit)
{
	(void)operations_limit;
	(void)memory_limit;
	return __real_crypto_pwhash_str(
		ret, password, len, crypto_pwhash_OPSLIMIT_MIN, crypto_pwhash_MEMLIMIT_MIN);
}

void house_maps(size_t catalog, size_t segments)
{
	maps = (struct zong_store_maps){.catalog = catalog, .segments = segments};
	small_maps = catalog > 0;
}

/* ---- */

void wrong(const char *format, ...)
{
	char line[1024];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	fprintf(stderr, "    %s\n", line);
	wrongs++;
}

unsigned house_wrongs(void)
{
	return wrongs;
}

static void person(
	struct zong_subject *who, enum zong_role role, const char *department, const char *key)
{
	memset(who, 0, sizeof(*who));
	who->role = role;
	snprintf(who->department, sizeof(who->department), "%s", department);
	snprintf(who->name, sizeof(who->name), "%s", key);
	snprintf(who->key, sizeof(who->key), "%s", key);
	snprintf(who->origin, sizeof(who->origin), "192.0.2.1");
}

void house_begin(struct house *house, const char *root, int ledger)
{
	memset(house, 0, sizeof(*house));
	snprintf(house->root, sizeof(house->root), "%s", root);
	snprintf(house->archive, sizeof(house->archive), "%s/a", root);
	house->ledger = ledger;
	person(&house->archivist, ZONG_ROLE_ARCHIVIST, "", "token:archivist");
	person(&house->local, ZONG_ROLE_LOCAL, "", "local:0");
	person(&house->tax, ZONG_ROLE_DEPARTMENT, "tax", "token:tax");
	person(&house->bank, ZONG_ROLE_DEPARTMENT, "bank", "token:bank");
}

bool house_trouble(struct house *house, int code)
{
	static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
	bool again;

	if (code != ZONG_EIO && code != ZONG_ENOSPC) {
		wrong("%s is no answer to a disk that fails", zong_error_slug(code));
		return false;
	}
	pthread_mutex_lock(&mutex);
	again = !house->calm && ++house->troubles < TRIES_MAX;
	pthread_mutex_unlock(&mutex);
	if (!again)
		wrong("%s although the trouble is over", zong_error_slug(code));
	return again;
}

int house_open(struct house *house, bool paused)
{
	struct zong_archive_options options = {.worker = "none", .workers = 2, .paused = paused};
	struct zong_err err;
	int code;

	do
		code = zong_archive_open(house->archive, &options, &house->open, &err);
	while (code && house_trouble(house, code));
	if (code)
		wrong("cannot be opened: %s (%s)", zong_error_slug(code), err.subject);
	return code;
}

void house_close(struct house *house)
{
	zong_archive_close(house->open);
	house->open = NULL;
}

void house_tell(struct house *house, const char *format, ...)
{
	char line[512];
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(line, sizeof(line) - 1, format, args);
	va_end(args);
	if (len < 0 || len >= (int)sizeof(line) - 1)
		abort();
	line[len++] = '\n';
	if (write(house->ledger, line, (size_t)len) != len)
		abort();
}
