/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/access.h>
#include <zong/time.h>

#include "config.h"
#include "expect.h"
#include "http/json.h"

#define ID "01000000-0000-0000-0000-000000000000"
#define DIGEST "sha256:ab00000000000000000000000000000000000000000000000000000000000000"

static uint8_t id[16] = {1}, digest[32] = {0xab};
static json_t *made;

static int release(void **state)
{
	(void)state;
	json_decref(made);
	made = NULL;
	return 0;
}

static void a_session_names_the_role_and_what_it_may(void **state)
{
	struct zong_subject lookup = {.role = ZONG_ROLE_LOOKUP,
		.name = "查档\U00020BB7",
		.key = "token:1",
		.expires = 1764000000 * ZONG_SECOND,
		.purpose = "why"};
	struct zong_subject tax = {.role = ZONG_ROLE_DEPARTMENT, .department = "tax"};

	(void)state;
	made = zong_json_session(&lookup, NULL);
	expect_json(made, "{\"role\":\"lookup\",\"department\":null,\"name\":\"查档\U00020BB7\","
			  "\"expires\":\"2025-11-24T16:00:00.000Z\","
			  "\"may\":[\"case.read\",\"material.add\",\"material.read\",\"search\",\"status.read\","
			  "\"unit.list\",\"original.read\",\"original.reserve\",\"place.read\",\"link.list\",\"volume.read\","
			  "\"volume.print\",\"query.enter\",\"query.decide\",\"query.read\",\"catalogue.read\",\"proof.read\"]}");
	release(NULL);
	made = zong_json_session(&tax, "zt_word");
	expect_json(made,
		"{\"role\":\"department\",\"department\":\"tax\",\"name\":\"\",\"expires\":null,"
		"\"may\":[\"case.read\",\"material.read\",\"search\",\"feed.read\","
		"\"delivery.read\",\"delivery.end\",\"department.list\",\"review.read\",\"original."
		"read\",\"volume.read\",\"catalogue.read\",\"proof.read\",\"vault.use\",\"vault.make\"],\"token\":"
		"\"zt_word\"}");
}

static void what_a_session_may_is_what_the_archive_would_allow(void **state)
{
	int role, verb;

	(void)state;
	for (role = ZONG_ROLE_ADMINISTRATOR; role <= ZONG_ROLE_LOCAL; role++) {
		struct zong_subject who = {.role = (enum zong_role)role, .department = "tax"};
		size_t allowed = 0;

		release(NULL);
		made = zong_json_session(&who, NULL);
		expect_text(made, "role", zong_role_name(who.role));
		for (verb = 0; verb < ZONG_VERB_COUNT_; verb++) {
			char path[16];

			if (zong_access_may(&who, (enum zong_verb)verb, NULL))
				continue;
			snprintf(path, sizeof(path), "may/%zu", allowed++);
			expect_text(made, path, zong_verb_name((enum zong_verb)verb));
		}
		expect_count(made, "may", allowed);
		/* a self-service desk has one verb */
		assert_true(allowed > (role == ZONG_ROLE_KIOSK ? 0 : 3));
	}
}

static void a_token_is_told_only_when_it_is_made(void **state)
{
	Zong__Token row = ZONG__TOKEN__INIT;

	(void)state;
	row.id = (ProtobufCBinaryData){sizeof(id), id};
	row.role = (char *)"department";
	row.department = (char *)"tax";
	row.name = (char *)"税务接口";
	row.subject = (char *)"user:admin";
	row.created = 1764000000 * ZONG_SECOND;
	row.expires = row.created + ZONG_SECOND;
	made = zong_json_token(&row, NULL);
	expect_json(made, "{\"id\":\"" ID "\",\"role\":\"department\",\"department\":\"tax\","
			  "\"name\":\"税务接口\",\"created\":\"2025-11-24T16:00:00.000Z\","
			  "\"expires\":\"2025-11-24T16:00:01.000Z\"}");
	release(NULL);
	row.department = (char *)"";
	row.expires = 0;
	made = zong_json_token(&row, "zt_word");
	expect_text(made, "token", "zt_word");
	assert_true(json_is_null(expect_at(made, "department")));
	assert_true(json_is_null(expect_at(made, "expires")));
}

static void a_job_says_why_it_is_parked_and_nothing_of_that_while_it_waits(void **state)
{
	Zong__Job job = ZONG__JOB__INIT;
	struct zong_job_item item = {
		.job = &job, .state = "waiting", .materials = {"m-1", "m-2"}, .material_count = 2};

	(void)state;
	job.id = (ProtobufCBinaryData){sizeof(id), id};
	job.file = (ProtobufCBinaryData){sizeof(digest), digest};
	job.kind = (char *)"read";
	job.page = 7;
	job.tries = 1;
	job.due = 1764000000 * ZONG_SECOND;
	made = zong_json_job(&item, "zh");
	expect_json(made,
		"{\"id\":\"" ID "\",\"kind\":\"read\",\"state\":\"waiting\",\"file\":\"" DIGEST
		"\",\"page\":7,\"materials\":[\"m-1\",\"m-2\"],\"tries\":1,"
		"\"due\":\"2025-11-24T16:00:00.000Z\",\"queue\":\"urgent\","
		"\"department\":null}");
	release(NULL);
	job.queue = ZONG__JOB_QUEUE__QUEUE_BULK;
	job.department = (char *)"tax";
	item.state = "parked";
	item.material_count = 0;
	job.err = ZONG_EWORKER_MEMORY;
	made = zong_json_job(&item, "en");
	expect_count(made, "", 12);
	expect_text(made, "queue", "bulk");
	expect_text(made, "department", "tax");
	expect_json(expect_at(made, "materials"), "[]");
	expect_text(made, "code", "worker-out-of-memory");
	expect_text(made, "reason", zong_message_title(ZONG_EWORKER_MEMORY, "en"));
	release(NULL);
	job.reason = (char *)"页面太大\U00020BB7";
	made = zong_json_job(&item, "en");
	expect_text(made, "reason", "页面太大\U00020BB7");
}

static void every_number_of_the_status_stands_under_its_own_name(void **state)
{
	struct zong_status status = {.cases = 1,
		.materials = 2,
		.files = 3,
		.pages = 4,
		.rasters = 5,
		.pages_read = 6,
		.bytes_in = UINT64_C(9007199254740993),
		.bytes_stored = 8,
		.departments = 9,
		.log = 10,
		.deliveries = {11, 12, 13, 14, 15, 16, 17},
		.jobs_waiting = 17,
		.jobs_running = 18,
		.jobs_parked = 19,
		.workers = 20,
		.workers_busy = 21,
		.worker_restarts = 22,
		.worker_recycled = 23,
		.pages_per_second = 2.5,
		.catalog_bytes = 23,
		.scrub_done = 0.5,
		.scrub_segments = 24,
		.scrub_found = 25,
		.scrub_last_found = 26,
		.archive = ID};

	(void)state;
	made = zong_json_status(&status);
	expect_json(made,
		"{\"version\":\"" PACKAGE_VERSION "\",\"archive\":\"" ID "\",\"cases\":1,"
		"\"materials\":2,\"files\":3,\"pages\":4,\"rasters\":5,\"pages_read\":6,"
		"\"bytes_in\":9007199254740993,\"bytes_stored\":8,\"departments\":9,"
		"\"deliveries\":{\"waiting\":17,\"due\":11,\"sent\":12,\"received\":13,\"returned\":14},"
		"\"jobs\":{\"waiting\":17,\"running\":18,\"parked\":19,"
		"\"pages_per_second\":2.5,\"seconds_left\":14.0},"
		"\"workers\":{\"workers\":20,\"busy\":21,\"restarts\":22,\"recycled\":23},"
		"\"scrub\":{\"began\":null,\"done\":0.5,\"segments\":24,\"found\":25,"
		"\"last_ended\":null,\"last_found\":26},\"log\":10}");
	release(NULL);
	status.pages_per_second = 0; /* nothing was read yet: nothing is said */
	made = zong_json_status(&status);
	assert_true(json_is_null(expect_at(made, "jobs/pages_per_second")));
	assert_true(json_is_null(expect_at(made, "jobs/seconds_left")));
}

static void a_cancelled_job_says_by_whom_and_when_in_the_reader_s_language(void **state)
{
	Zong__Job job = ZONG__JOB__INIT;
	struct zong_job_item item = {.job = &job, .state = "cancelled"};

	(void)state;
	job.id = (ProtobufCBinaryData){sizeof(id), id};
	job.file = (ProtobufCBinaryData){sizeof(digest), digest};
	job.kind = (char *)"read";
	job.parked = true;
	job.err = ZONG_EREADCANCELLED;
	job.cancelled = 1764000000 * ZONG_SECOND;
	job.cancelled_by = (char *)"一号窗口";
	made = zong_json_job(&item, "en");
	expect_text(made, "code", "reading-cancelled");
	expect_text(made, "reason", "not read, cancelled by 一号窗口 at 2025-11-24T16:00:00.000Z");
	expect_text(made, "cancelled_by", "一号窗口");
	expect_text(made, "cancelled", "2025-11-24T16:00:00.000Z");
	release(NULL);
	made = zong_json_job(&item, "zh");
	expect_text(made, "reason", "未识别，由 一号窗口 于 2025-11-24T16:00:00.000Z 取消");
}

static void a_hit_on_a_page_has_its_boxes(void **state)
{
	struct zong_hit hit = {.material = ID,
		.page = 3,
		.case_no = "202611240001",
		.kind = (char *)"转移登记",
		.title = (char *)"买卖合同",
		.type = (char *)"合同",
		.snippet = (char *)"前\uE000\U00020BB7\uE001后",
		.score = 0.5,
		.why = "text",
		.box = {{1, 2, 3, 4}, {5, 6, 7, 8}},
		.boxes = 2};

	(void)state;
	made = zong_json_hit(&hit);
	expect_json(made,
		"{\"material\":\"" ID "\",\"page\":3,\"case\":\"202611240001\","
		"\"kind\":\"转移登记\",\"title\":\"买卖合同\",\"type\":\"合同\","
		"\"snippet\":\"前\uE000\U00020BB7\uE001后\",\"score\":0.5,\"why\":\"text\","
		"\"boxes\":[[1,2,3,4],[5,6,7,8]]}");
}

static void a_hit_on_a_case_has_neither_material_nor_page(void **state)
{
	struct zong_hit hit = {.case_no = "1", .score = 1.0, .why = "case"};

	(void)state;
	made = zong_json_hit(&hit);
	expect_json(made,
		"{\"material\":null,\"page\":null,\"case\":\"1\",\"kind\":\"\",\"title\":\"\","
		"\"type\":\"\",\"snippet\":\"\",\"score\":1.0,\"why\":\"case\",\"boxes\":[]}");
}

#define TEST(name) cmocka_unit_test_teardown(name, release)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_session_names_the_role_and_what_it_may),
		TEST(what_a_session_may_is_what_the_archive_would_allow),
		TEST(a_token_is_told_only_when_it_is_made),
		TEST(a_job_says_why_it_is_parked_and_nothing_of_that_while_it_waits),
		TEST(a_cancelled_job_says_by_whom_and_when_in_the_reader_s_language),
		TEST(every_number_of_the_status_stands_under_its_own_name),
		TEST(a_hit_on_a_page_has_its_boxes),
		TEST(a_hit_on_a_case_has_neither_material_nor_page),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
