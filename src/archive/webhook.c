/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <zong/byteorder.h>
#include <zong/delivery.h>
#include <zong/error.h>
#include <zong/limits.h>

#include "webhook.h"

#define HOST_MAX 253 /* RFC 1035 */

static bool private_v4(uint32_t address)
{
	static const struct {
		uint32_t net;
		unsigned int bits;
	} nets[] = {
		{0x00000000, 8}, {0x0a000000, 8}, {0x64400000, 10}, {0x7f000000, 8},
		{0xa9fe0000, 16}, {0xac100000, 12}, {0xc0000000, 24}, {0xc0a80000, 16},
		{0xc6120000, 15}, {0xe0000000, 3}, /* multicast and above */
	};

	for (size_t i = 0; i < sizeof(nets) / sizeof(nets[0]); i++)
		if ((address ^ nets[i].net) >> (32 - nets[i].bits) == 0)
			return true;
	return false;
}

static bool private_v6(const uint8_t a[16])
{
	static const uint8_t zero[16];
	static const uint8_t nat64[12] = {0x00, 0x64, 0xff, 0x9b};
	static const uint8_t local_nat64[6] = {0x00, 0x64, 0xff, 0x9b, 0x00, 0x01};

	if (memcmp(a, zero, 15) == 0 && a[15] <= 1) /* :: and ::1 */
		return true;
	if (memcmp(a, zero, 10) == 0 && a[10] == 0xff && a[11] == 0xff)
		return private_v4(zong_read_be32(a + 12));
	if (memcmp(a, zero, 12) == 0 || memcmp(a, nat64, 12) == 0)
		return private_v4(zong_read_be32(a + 12));
	if (memcmp(a, local_nat64, 6) == 0) /* RFC 8215: where in it the IPv4 lies is not told */
		return true;
	if (a[0] == 0x20 && a[1] == 0x02) /* 6to4 */
		return private_v4(zong_read_be32(a + 2));
	return (a[0] & 0xfe) == 0xfc || a[0] == 0xff || (a[0] == 0xfe && (a[1] & 0x80) == 0x80);
}

bool zong_webhook_private(int family, const void *address)
{
	if (family == AF_INET)
		return private_v4(zong_read_be32(address));
	return family != AF_INET6 || private_v6(address);
}

static bool private_host(const char *host)
{
	struct in6_addr v6;
	struct in_addr v4;
	size_t len = strlen(host);

	if (len && host[len - 1] == '.')
		len--;
	if (len == 9 && strncasecmp(host, "localhost", 9) == 0)
		return true;
	if (len > 10 && strncasecmp(host + len - 10, ".localhost", 10) == 0)
		return true;
	if (inet_aton(host, &v4)) /* takes every old notation, as resolvers do */
		return private_v4(ntohl(v4.s_addr));
	if (inet_pton(AF_INET6, host, &v6) == 1)
		return private_v6(v6.s6_addr);
	return false;
}

static bool port_fits(const char *port, size_t len)
{
	unsigned int value = 0;

	if (len == 0 || len > 5)
		return false;
	for (size_t i = 0; i < len; i++) {
		if (port[i] < '0' || port[i] > '9')
			return false;
		value = value * 10 + (unsigned int)(port[i] - '0');
	}
	return value > 0 && value <= 65535;
}

static bool name_fits(const char *host, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		char c = host[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
			    c == '-' || c == '.' || c == '_'))
			return false;
	}
	return len > 0;
}

/* Takes host and port apart: "example.com:8080", "[::1]". */
static int host_of(const char *authority, size_t len, char ret_host[HOST_MAX + 1])
{
	const char *colon;
	const char *host = authority;
	size_t host_len = len;
	struct in6_addr v6;

	if (len && authority[0] == '[') {
		const char *end = memchr(authority, ']', len);

		if (!end)
			return ZONG_EWEBHOOK;
		host = authority + 1;
		host_len = (size_t)(end - host);
		colon = end + 1 < authority + len ? end + 1 : NULL;
		if (colon && *colon != ':')
			return ZONG_EWEBHOOK;
	} else {
		colon = memchr(authority, ':', len);
		if (colon)
			host_len = (size_t)(colon - host);
		if (!name_fits(host, host_len))
			return ZONG_EWEBHOOK;
	}
	if (host_len > HOST_MAX)
		return ZONG_EWEBHOOK;
	memcpy(ret_host, host, host_len);
	ret_host[host_len] = '\0';
	if (host != authority && inet_pton(AF_INET6, ret_host, &v6) != 1)
		return ZONG_EWEBHOOK;
	if (colon && !port_fits(colon + 1, (size_t)(authority + len - colon - 1)))
		return ZONG_EWEBHOOK;
	return 0;
}

int zong_webhook_check(const char *url, bool allow_private)
{
	char host[HOST_MAX + 1];
	const char *authority;
	size_t len;
	int err;

	if (strlen(url) > ZONG_LIMIT_URL)
		return ZONG_ELIMIT;
	for (const char *at = url; *at; at++)
		if (*at <= ' ' || *at > '~' || strchr("\"<>\\^`{|}#", *at))
			return ZONG_EWEBHOOK;
	if (strncasecmp(url, "https://", 8) == 0)
		authority = url + 8;
	else if (strncasecmp(url, "http://", 7) == 0)
		authority = url + 7;
	else
		return ZONG_EWEBHOOK;
	len = strcspn(authority, "/?");
	if (memchr(authority, '@', len))
		return ZONG_EWEBHOOK;
	err = host_of(authority, len, host);
	if (err)
		return err;
	return !allow_private && private_host(host) ? ZONG_EWEBHOOK : 0;
}
