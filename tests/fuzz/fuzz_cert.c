/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Certificate numbers: neither blanks nor brackets nor widths change what a number is, and the tail
 * of its serial finds it. */

#include <string.h>

#include <zong/code.h>
#include <zong/limits.h>
#include <zong/utf8.h>

#include "fuzz.h"
#include "search_query.h"

/* The normal form written in another way: full width, other brackets, blanks between. */
static void write_otherwise(const char *text, struct zong_buf *buf)
{
	size_t len = strlen(text);
	size_t pos = 0;

	while (pos < len) {
		uint32_t c = zong_utf8_next(text, len, &pos);

		if (c == '(')
			c = 0x3014;
		else if (c == ')')
			c = 0xFF09;
		else if (c > 0x20 && c < 0x7F)
			c += 0xFEE0;
		zong_utf8_add(buf, c);
		zong_buf_add_str(buf, "　");
	}
}

static void check_tails(const struct zong_cert_no *cert)
{
	size_t len = strlen(cert->serial);

	for (size_t i = 0; i < len; i++) {
		struct zong_cert_wish wish = {.given = true, .tail = true};

		memcpy(wish.digits, cert->serial + i, len - i + 1);
		must_hold(zong_cert_wished(&wish, cert->text));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct zong_buf buf = ZONG_BUF_INIT(1 << 16);
	struct zong_cert_no cert;
	struct zong_cert_no again;

	if (zong_cert_no_parse((const char *)bytes, len, &cert) != 0)
		return 0;
	must_hold(strlen(cert.text) <= ZONG_LIMIT_CERT);
	must_hold(!cert.modern || (cert.year > 0 && strstr(cert.text, "第")));
	must_hold(cert.serial[0] != '0' || cert.serial[1] == '\0');
	check_tails(&cert);
	write_otherwise(cert.text, &buf);
	must_hold(zong_cert_no_parse(zong_buf_str(&buf), buf.len, &again) == 0);
	must_hold(strcmp(cert.text, again.text) == 0 && strcmp(cert.serial, again.serial) == 0);
	must_hold(cert.modern == again.modern && cert.year == again.year);
	zong_buf_release(&buf);
	return 0;
}
