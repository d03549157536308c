/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include <zong/code.h>
#include <zong/error.h>
#include <zong/limits.h>

static int parse(const char *text, struct zong_cert_no *ret_cert)
{
	return zong_cert_no_parse(text, strlen(text), ret_cert);
}

static void numbers_of_the_national_form_are_taken_apart(void **state)
{
	static const struct {
		const char *text, *normal, *serial;
		int year;
	} cases[] = {
		{"浙(2017)嘉善县不动产权第0049447号", "浙(2017)嘉善县不动产权第0049447号", "49447",
			2017},
		{"桂（2017）南宁市不动产证明第0208814号", "桂(2017)南宁市不动产证明第0208814号",
			"208814", 2017},
		{"鲁(2018)昌邑市不动产权第0000001号", "鲁(2018)昌邑市不动产权第0000001号", "1",
			2018},
		{"沪（2016）浦字不动产权第015123号", "沪(2016)浦字不动产权第015123号", "15123",
			2016},
		{"苏(2019)海门市不动产权第001号", "苏(2019)海门市不动产权第001号", "1", 2019},
		{"鲁(2018)昌邑不动产权第A001号", "鲁(2018)昌邑不动产权第A001号", "1", 2018},
		{"鲁(2018)昌邑市不动产权第0000000号", "鲁(2018)昌邑市不动产权第0000000号", "0",
			2018},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct zong_cert_no cert;

		assert_int_equal(parse(cases[i].text, &cert), 0);
		assert_true(cert.modern);
		assert_string_equal(cert.text, cases[i].normal);
		assert_string_equal(cert.serial, cases[i].serial);
		assert_int_equal(cert.year, cases[i].year);
	}
}

static void every_bracket_width_and_blank_gives_the_same_number(void **state)
{
	static const char *const forms[] = {"鲁(2018)昌邑市不动产权第0000001号",
		"鲁（2018）昌邑市不动产权第0000001号", "鲁〔2018〕昌邑市不动产权第0000001号",
		"鲁【2018】昌邑市不动产权第0000001号", "鲁[2018]昌邑市不动产权第0000001号",
		"鲁［2018］昌邑市不动产权第0000001号", "鲁{2018}昌邑市不动产权第0000001号",
		"鲁〈2018〉昌邑市不动产权第0000001号",
		"鲁（２０１８）昌邑市不动产权第０００００１号",
		" 鲁 ( 2018 ) 昌 邑 市 不 动 产 权 第 0000001 号 ",
		"鲁（2018）　昌邑市不动产权第\n0000001号"};

	(void)state;
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		struct zong_cert_no cert;

		assert_int_equal(parse(forms[i], &cert), 0);
		assert_true(cert.modern);
		assert_string_equal(cert.serial, "1");
		if (i != 8) /* the one whose serial has six digits */
			assert_string_equal(cert.text, forms[0]);
	}
}

static void old_papers_are_kept_as_free_text(void **state)
{
	static const struct {
		const char *text, *normal, *serial;
		int year;
	} cases[] = {
		{"昌房权证昌邑字第 01234 号", "昌房权证昌邑字第01234号", "1234", 0},
		{"昌国用（2005）第0123号", "昌国用(2005)第0123号", "123", 2005},
		{"鲁昌集用〔1999〕字第77号", "鲁昌集用(1999)字第77号", "77", 1999},
		{"昌他项(2010)第A-0009号", "昌他项(2010)第A-0009号", "9", 2010},
		{"昌国用(2005)", "昌国用(2005)", "", 2005},
		{"鲁(2018)昌邑市不动产权第0000001", "鲁(2018)昌邑市不动产权第0000001", "1", 2018},
		{"鲁(2018)不动产权第0000001号", "鲁(2018)不动产权第0000001号", "1", 2018},
		{"(2018)昌邑市不动产权第0000001号", "(2018)昌邑市不动产权第0000001号", "1", 2018},
		{"鲁(18)昌邑市不动产权第0000001号", "鲁(18)昌邑市不动产权第0000001号", "1", 0},
		{"0012345", "0012345", "12345", 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct zong_cert_no cert;

		assert_int_equal(parse(cases[i].text, &cert), 0);
		assert_false(cert.modern);
		assert_string_equal(cert.text, cases[i].normal);
		assert_string_equal(cert.serial, cases[i].serial);
		assert_int_equal(cert.year, cases[i].year);
	}
}

static void no_number_is_refused(void **state)
{
	static const char *const wrong[] = {"", "  ", "不动产权证书", "房权证字第号",
		"鲁\xFF(2018)1", "鲁(2018)\x01第1号", "\xE9\xB2"};
	struct zong_cert_no cert = {.year = 77};
	char text[ZONG_LIMIT_CERT + 2];

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(parse(wrong[i], &cert), ZONG_ECERTNO);
	memset(text, '1', sizeof(text));
	assert_int_equal(zong_cert_no_parse(text, ZONG_LIMIT_CERT + 1, &cert), ZONG_ECERTNO);
	assert_int_equal(zong_cert_no_parse("1\0"
					    "2",
				 3, &cert),
		ZONG_ECERTNO);
	assert_int_equal(cert.year, 77);
	assert_int_equal(zong_cert_no_parse(text, ZONG_LIMIT_CERT, &cert), 0);
	assert_int_equal(strlen(cert.serial), sizeof(cert.serial) - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_of_the_national_form_are_taken_apart),
		cmocka_unit_test(every_bracket_width_and_blank_gives_the_same_number),
		cmocka_unit_test(old_papers_are_kept_as_free_text),
		cmocka_unit_test(no_number_is_refused),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
