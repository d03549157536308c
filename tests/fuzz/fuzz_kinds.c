/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Rules for kinds of material as somebody may have written them, and a page that they are tried on. */

#define _GNU_SOURCE
#include <string.h>
#include <sys/mman.h>

#include <zong/cleanup.h>
#include <zong/file.h>
#include <zong/utf8.h>

#include "fuzz.h"
#include "kind_rules.h"
#include "sample_reading.h"

static void judge(const struct zong_kind_rules *rules)
{
	Zong__Reading *page =
		sample_reading("存量房 买卖|合同\n出卖人 买受人\n\n公民身份号码 税额");
	const struct zong_kind_rule *first = NULL, *again;
	const char *meant;

	must_hold(zong_kind_rules_judge(rules, page, &first) == 0);
	again = first;
	must_hold(zong_kind_rules_judge(rules, page, &again) == 0);
	must_hold(first == again);
	if (first) {
		meant = zong_kind_rules_meant(rules, first->kind);
		must_hold(meant != NULL);
		must_hold(first->conditions > 0 && *first->name && *first->kind);
	}
	sample_free(page);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	_cleanup_close_ int fd = memfd_create("kinds.rules", MFD_CLOEXEC);
	struct zong_kind_rules *rules = NULL;
	struct zong_err err = {0};
	char path[64];

	must_hold(fd >= 0);
	must_hold(zong_file_write_all(fd, bytes, len) == 0);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (zong_kind_rules_load(path, &rules, &err) != 0) {
		must_hold(rules == NULL && err.code != 0 && strchr(err.subject, ':'));
		must_hold(zong_utf8_valid(err.subject, strlen(err.subject)));
		return 0;
	}
	judge(rules);
	zong_kind_rules_free(rules);
	return 0;
}
