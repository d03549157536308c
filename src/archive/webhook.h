/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_WEBHOOK_H
#define ZONG_ARCHIVE_WEBHOOK_H

/* What may be a department's webhook: http:// or https://, a host, no user name or password in it,
 * no blanks or control characters. A host written as an address of this machine or of a private
 * network, in any notation that a resolver takes (127.1, 0x7f000001, ::ffff:10.0.0.1), or as
 * localhost, needs the administrator's word. What a name resolves to is looked at when it is sent
 * to. Threads: any. */

#include <stdbool.h>

/* 0, ZONG_ELIMIT (ZONG_LIMIT_URL), ZONG_EWEBHOOK. */
int zong_webhook_check(const char *url, bool allow_private);

#endif
