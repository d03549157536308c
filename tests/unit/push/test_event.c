/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <jansson.h>

#include <zong/limits.h>

#include "push/event.h"
#include "sample.h"

struct written {
	struct sample_item item;
	struct zong_buf buf;
	json_t *json;
};

static int setup(void **state)
{
	struct written *w = calloc(1, sizeof(*w));

	if (!w)
		return -1;
	sample_fill(&w->item, "http://192.0.2.1/", false);
	zong_buf_init(&w->buf, ZONG_LIMIT_WEBHOOK_BODY);
	*state = w;
	return 0;
}

static int teardown(void **state)
{
	struct written *w = *state;

	json_decref(w->json);
	zong_buf_release(&w->buf);
	sample_release(&w->item);
	free(w);
	return 0;
}

static const char *text(const json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}

static void an_event_has_the_attributes_of_cloudevents(void **state)
{
	struct written *w = *state;

	assert_int_equal(zong_event_format(&w->item.event, "0190-archive",
				 "https://example.invalid", &w->buf),
		0);
	w->json = json_loads(zong_buf_str(&w->buf), 0, NULL);
	assert_string_equal(text(w->json, "specversion"), "1.0");
	assert_string_equal(text(w->json, "type"), "zong.delivery");
	assert_string_equal(text(w->json, "source"), "/zong/0190-archive");
	assert_string_equal(text(w->json, "id"), "019c0000-0000-0000-0000-000000000000");
	assert_string_equal(text(w->json, "subject"), "029c0000-0000-0000-0000-000000000000");
	assert_string_equal(text(w->json, "datacontenttype"), "application/json");
	assert_non_null(text(w->json, "time"));
}

static void its_data_are_ids_and_addresses_and_nothing_of_the_paper(void **state)
{
	struct written *w = *state;
	const json_t *data;

	assert_int_equal(
		zong_event_format(&w->item.event, "a", "https://example.invalid", &w->buf), 0);
	w->json = json_loads(zong_buf_str(&w->buf), 0, NULL);
	data = json_object_get(w->json, "data");
	assert_string_equal(text(data, "department"), "tax");
	assert_string_equal(text(data, "case"), "202611240001");
	assert_string_equal(text(data, "manifest"),
		"https://example.invalid/api/v1/deliveries/019c0000-0000-0000-0000-000000000000");
	assert_string_equal(text(data, "receipt"), "https://example.invalid/api/v1/deliveries/"
						   "019c0000-0000-0000-0000-000000000000/receipt");
	assert_string_equal(text(data, "file"),
		"https://example.invalid/api/v1/files/"
		"sha256:0300000000000000000000000000000000000000000000000000000000000000");
	assert_null(strstr(zong_buf_str(&w->buf), "示例甲"));
}

static void what_does_not_fit_is_an_error(void **state)
{
	struct written *w = *state;
	char base[ZONG_LIMIT_URL + 2];

	memset(base, 'x', sizeof(base) - 1);
	base[sizeof(base) - 1] = '\0';
	assert_int_equal(zong_event_format(&w->item.event, "a", base, &w->buf), ZONG_ELIMIT);
	w->item.event.delivery->id.len = 3;
	assert_int_equal(zong_event_format(&w->item.event, "a", "", &w->buf), ZONG_ECORRUPT);
	w->item.event.delivery->id.len = 16;
	w->buf.max = 100;
	assert_int_equal(zong_event_format(&w->item.event, "a", "", &w->buf), ZONG_ELIMIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			an_event_has_the_attributes_of_cloudevents, setup, teardown),
		cmocka_unit_test_setup_teardown(
			its_data_are_ids_and_addresses_and_nothing_of_the_paper, setup, teardown),
		cmocka_unit_test_setup_teardown(what_does_not_fit_is_an_error, setup, teardown),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
