/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "query_rules.h"

static struct zong_query_rules *rules;
static struct zong_err err;

static int teardown(void **state)
{
	(void)state;
	zong_query_rules_free(rules);
	rules = NULL;
	return 0;
}

static int parse(const char *text)
{
	zong_query_rules_free(rules);
	rules = NULL;
	err = (struct zong_err){0};
	return zong_query_rules_parse(text, strlen(text), "query.rules", &rules, &err);
}

static void the_rules_that_are_installed_are_what_the_regulation_says(void **state)
{
	const struct zong_query_asker *asker;

	(void)state;
	assert_int_equal(zong_query_rules_load(ZONG_TEST_QUERIES, &rules, &err), 0);
	assert_int_equal(rules->days, 5);
	asker = zong_query_rules_asker(rules, "owner");
	assert_true(asker->own && asker->desk && !asker->heir);
	assert_true(asker->sees & 1u << ZONG_QUERY_ORIGINALS);
	assert_true(asker->by & 1u << ZONG_QUERY_BY_NAME);
	for (size_t i = 2; i < 5; i++) { /* interested, intending, lawyer */
		asker = &rules->asker[i];
		assert_false(asker->sees & 1u << ZONG_QUERY_ORIGINALS);
		assert_false(asker->by & 1u << ZONG_QUERY_BY_NAME);
		assert_int_equal(asker->units, 1);
		assert_false(asker->desk);
	}
	assert_false(rules->asker[3].sees & 1u << ZONG_QUERY_RESULTS);
	assert_null(zong_query_rules_asker(rules, "nobody"));
}

static void a_slip_is_named_with_its_line(void **state)
{
	static const struct {
		const char *text, *wrong;
	} slips[] = {
		{"", "query.rules: no asker"},
		{"sees results\n",
			"query.rules:1 a line begins with asker, days or proxy, not with: sees"},
		{"asker\n", "query.rules:1 asker without a key: "},
		{"asker a\n", "query.rules:1 a text is missing: "},
		{"asker a 甲\nasker a 乙\n", "query.rules:2 a second asker of this key: a"},
		{"asker a 甲\nsees all\n", "query.rules:2 nothing to see: all"},
		{"asker a 甲\nsees # results\n", "query.rules:2 nothing to see: "},
		{"asker a 甲\nby phone\n", "query.rules:2 nothing to ask by: phone"},
		{"asker a 甲\nproof |甲\n", "query.rules:2 what must be shown: A|B: |甲"},
		{"asker a 甲\nproof 甲||乙\n", "query.rules:2 what must be shown: A|B: 甲||乙"},
		{"asker a 甲\nproof 甲 乙\n", "query.rules:2 one word too many: 乙"},
		{"asker a 甲\nunits x\n", "query.rules:2 not a whole number, or too great: x"},
		{"asker a 甲\nunits 999\n", "query.rules:2 not a whole number, or too great: 999"},
		{"asker a 甲\nown yes\n", "query.rules:2 one word too many: yes"},
		{"asker a 甲\nmay results\n", "query.rules:2 no such statement: may"},
		{"asker a 甲\nsees results\n",
			"query.rules a: sees and by are needed, own and heir exclude each other, "
			"desk needs own"},
		{"asker a 甲\nsees results\nby unit\nown\nheir\n",
			"query.rules a: sees and by are needed, own and heir exclude each other, "
			"desk needs own"},
		{"asker a 甲\xff\n", "query.rules:1 not plain UTF-8 text: "},
		{"days\n", "query.rules:1 a whole number is missing: "},
		{"days -1\n", "query.rules:1 not a whole number, or too great: -1"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(slips) / sizeof(slips[0]); i++) {
		assert_int_equal(parse(slips[i].text), ZONG_EINVAL);
		assert_string_equal(err.subject, slips[i].wrong);
		assert_null(rules);
	}
}

static void blanks_comments_and_windows_line_ends_are_fine(void **state)
{
	(void)state;
	assert_int_equal(
		parse("\xEF\xBB\xBF# x\r\n\r\nasker a 甲 乙  # y\r\n\tsees results nature\r\n  by "
		      "unit\r\narticle 第一条 # z"),
		0);
	assert_string_equal(rules->asker[0].name, "甲 乙");
	assert_string_equal(rules->asker[0].article, "第一条");
	assert_int_equal(rules->asker[0].sees, 1u << ZONG_QUERY_RESULTS | 1u << ZONG_QUERY_NATURE);
}

/* ---- judging ---- */

struct sample {
	Zong__Query query;
	Zong__QueryPerson querent, proxy, holder;
	Zong__QueryObject object[2], *objects[2];
	Zong__QueryProof proof[2], *proofs[2];
	char *want[2];
};

static void sample(struct sample *s)
{
	static char asker[] = "a", name[] = "示例甲", idno[] = "1", unit[] = "unit",
		    card[] = "居民身份证";

	memset(s, 0, sizeof(*s));
	s->query = (Zong__Query)ZONG__QUERY__INIT;
	s->querent = s->proxy = s->holder = (Zong__QueryPerson)ZONG__QUERY_PERSON__INIT;
	s->querent.name = name;
	s->querent.idno = idno;
	for (size_t i = 0; i < 2; i++) {
		s->object[i] = (Zong__QueryObject)ZONG__QUERY_OBJECT__INIT;
		s->object[i].by = unit;
		s->objects[i] = &s->object[i];
		s->proof[i] = (Zong__QueryProof)ZONG__QUERY_PROOF__INIT;
		s->proof[i].kind = card;
		s->proofs[i] = &s->proof[i];
	}
	s->query.asker = asker;
	s->query.querent = &s->querent;
	s->query.objects = s->objects;
	s->query.n_objects = 1;
	s->query.proofs = s->proofs;
	s->query.n_proofs = 1;
	s->query.wants = s->want;
}

/* The problems as one text. */
static const char *judged(const struct sample *s)
{
	struct zong_query_problem problem[ZONG_QUERY_PROBLEMS];
	static char text[512];
	size_t count = zong_query_rules_judge(rules, &s->query, problem);

	text[0] = '\0';
	for (size_t i = 0; i < count; i++) {
		size_t len = strlen(text);

		snprintf(text + len, sizeof(text) - len, "%s%s %s", i ? "; " : "", problem[i].code,
			problem[i].subject);
	}
	return text;
}

static void what_is_in_the_way_is_told_all_at_once(void **state)
{
	static char other[] = "b", by_name[] = "name", originals[] = "originals", match[] = "match",
		    letter[] = "公函", mandate[] = "公证委托书";
	struct sample s;

	(void)state;
	assert_int_equal(
		parse("proxy 委托书\nasker a 甲\nsees results match\nby unit\nproof 身份证\n"
		      "proof 公函|介绍信\nunits 1\n"),
		0);
	sample(&s);
	assert_string_equal(judged(&s), "proof 公函|介绍信");
	s.query.n_proofs = 2;
	s.proof[1].kind = letter;
	assert_string_equal(judged(&s), "");
	s.query.n_objects = 2;
	s.object[1].by = by_name;
	assert_string_equal(judged(&s), "index name; units 1");
	s.query.n_objects = 0;
	assert_string_equal(judged(&s), "index name");
	s.query.n_objects = 1;
	s.query.n_wants = 2;
	s.want[0] = originals;
	s.want[1] = match;
	assert_string_equal(judged(&s), "holder ; sight originals");
	s.query.n_wants = 0;
	s.query.proxy = &s.proxy;
	assert_string_equal(judged(&s), "identity ; proxy 委托书");
	s.proxy = s.querent;
	s.proof[0].kind = mandate;
	assert_string_equal(judged(&s), "proof 身份证");
	s.query.asker = other;
	assert_string_equal(judged(&s), "asker b");
	zong_query_rules_free(rules);
	rules = NULL;
	assert_string_equal(judged(&s), "asker b");
}

static void owners_ask_for_themselves_and_heirs_for_another(void **state)
{
	static char heir[] = "b";
	struct sample s;

	(void)state;
	assert_int_equal(parse("asker a 甲\nsees results\nby name unit\nown\nasker b 乙\nsees "
			       "results\nby name\nheir\n"),
		0);
	sample(&s);
	s.query.n_objects = 0;
	assert_string_equal(judged(&s), "");
	s.query.holder = &s.holder;
	s.holder.name = s.querent.name;
	assert_string_equal(judged(&s), "own 示例甲");
	s.query.asker = heir;
	assert_string_equal(judged(&s), "holder ");
	s.holder.idno = s.querent.idno;
	assert_string_equal(judged(&s), "");
	assert_int_equal(
		zong_query_rules_sees(&rules->asker[1], &s.query), 1u << ZONG_QUERY_RESULTS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(
			the_rules_that_are_installed_are_what_the_regulation_says, teardown),
		cmocka_unit_test_teardown(a_slip_is_named_with_its_line, teardown),
		cmocka_unit_test_teardown(blanks_comments_and_windows_line_ends_are_fine, teardown),
		cmocka_unit_test_teardown(what_is_in_the_way_is_told_all_at_once, teardown),
		cmocka_unit_test_teardown(
			owners_ask_for_themselves_and_heirs_for_another, teardown),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
